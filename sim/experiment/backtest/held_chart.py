"""The chart of a back-test: people held by day as published, as simulated, and by naive forecasts.

Drawn with Vega-Altair; colours are those of Okabe and Ito (2008), told apart by people with any colour vision, and
each line has a dash of its own.
"""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.arrays import Floats
from sim.experiment.backtest.published_comparison import LEVELS, Comparison

if TYPE_CHECKING:
    import altair


NEEDS: Final = ("altair", "vl_convert")
_LINES: Final[dict[str, tuple[str, str, list[int], float]]] = {
    "observed": ("published", "#000000", [1, 0], 2.2),
    "simulated": ("simulated", "#0072B2", [1, 0], 2.2),
    "last_value": ("last value", "#999999", [2, 2], 1.6),
    "constant_hazard": ("constant exit hazard", "#D55E00", [8, 3], 1.6),
    "constant_stay": ("constant stay", "#009E73", [8, 3, 2, 3], 1.6),
}
"""Line: its name in the legend, colour, dash and width."""
_SIZE: Final = (760, 380)


def draw(c: Comparison) -> tuple[dict[str, bytes], str | None]:
    """held.png and held.svg; or no picture, and what to install for them."""
    if any(find_spec(name) is None for name in NEEDS):
        return {}, "no chart: it needs Altair and vl-convert, `pip install altair vl-convert-python`"
    picture = _chart(c)
    return {f"held.{kind}": _saved(picture, kind) for kind in ("png", "svg")}, None


def _saved(picture: altair.LayerChart, kind: str) -> bytes:
    if kind == "png":
        out = io.BytesIO()
        picture.save(out, format="png", ppi=144)
        return out.getvalue()
    text = io.StringIO()
    picture.save(text, format="svg")
    return text.getvalue().encode()


def _chart(c: Comparison) -> altair.LayerChart:
    import altair as alt

    x = alt.X("utcyearmonthdate(date):T", title=None, axis=alt.Axis(format="%-d %b %y", labelOverlap=True))
    bands = [
        alt.Chart(_data(rows)).mark_area(color="#0072B2", opacity=0.18).encode(x=x, y="low:Q", y2="high:Q")
        for rows in _bands(c)
    ]
    used = [name for name in _LINES if name in _held(c)]
    names, colours, dashes, widths = (list(part) for part in zip(*(_LINES[name] for name in used), strict=True))
    lines = (
        alt.Chart(_data(_points(c)))
        .mark_line(clip=True)
        .encode(
            x=x,
            y=alt.Y("held:Q", title="people held at midnight", scale=alt.Scale(zero=False), axis=alt.Axis(format=",d")),
            color=alt.Color("line:N", title=None, sort=names, scale=alt.Scale(domain=names, range=colours)),
            strokeDash=alt.StrokeDash("line:N", title=None, sort=names, scale=alt.Scale(domain=names, range=dashes)),
            strokeWidth=alt.StrokeWidth("line:N", title=None, sort=names, scale=alt.Scale(domain=names, range=widths)),
        )
    )
    layered = alt.layer(*bands, lines).properties(width=_SIZE[0], height=_SIZE[1], title=_title(c))
    done: altair.LayerChart = layered.configure_legend(
        orient="bottom", symbolSize=400, symbolStrokeWidth=2, labelLimit=300
    )
    return done


def _data(rows: list[dict[str, object]]) -> Any:
    import altair as alt

    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def _title(c: Comparison) -> Any:
    import altair as alt

    days = f"{c.start:%-d %B %Y} to {c.end:%-d %B %Y}"
    levels = " and ".join(f"{level} %" for level in LEVELS)
    shaded = f"Shaded: {levels} prediction intervals of {len(c.played)} replications, {c.covers}"
    errors = ", ".join(
        f"{_LINES[name][0]} {_mape(held, c.observed()):.1f} %" for name, held in _held(c).items() if name != "observed"
    )
    below = [f"Driven by published book-ins. Mean absolute error: {errors}", *([shaded] if len(c.played) > 1 else [])]
    return alt.TitleParams(f"People held, {days}", subtitle=below, anchor="start", subtitleColor="#555555")


def _held(c: Comparison) -> dict[str, Floats]:
    """People held by line, (D,) each."""
    return {"observed": c.observed(), "simulated": c.held().mean, **c.naive.held}


def _mape(held: Floats, observed: Floats) -> float:
    return float(100 * np.nanmean(np.abs(held / np.where(observed > 0, observed, np.nan) - 1)))


def _points(c: Comparison) -> list[dict[str, object]]:
    return [
        {"date": date.isoformat(), "line": _LINES[name][0], "held": round(float(held[day]), 1)}
        for name, held in _held(c).items()
        for day, date in enumerate(c.dates)
        if not np.isnan(held[day])
    ]


def _bands(c: Comparison) -> list[list[dict[str, object]]]:
    """The prediction intervals, the widest first."""
    band = c.held()
    return [
        [
            {"date": date.isoformat(), "low": float(band.low[level][day]), "high": float(band.high[level][day])}
            for day, date in enumerate(c.dates)
        ]
        for level in LEVELS
        if level in band.low
    ]
