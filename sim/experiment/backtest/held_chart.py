"""The chart of a back-test: people held by day as published, as simulated, and by naive forecasts.

Drawn with Vega-Altair; colours are those of Okabe and Ito (2008), told apart by people with any colour vision, and
each line has a dash of its own.
"""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

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


def _saved(picture: altair.TopLevelMixin, kind: str) -> bytes:
    if kind == "png":
        out = io.BytesIO()
        picture.save(out, format="png", ppi=144)
        return out.getvalue()
    text = io.StringIO()
    picture.save(text, format="svg")
    return text.getvalue().encode()


def _chart(c: Comparison) -> altair.TopLevelMixin:
    import altair as alt

    when = {"axis": {"format": "%-d %b %y", "labelOverlap": True}, "timeUnit": "utcyearmonthdate", "type": "temporal"}
    x = {"field": "date", "title": None, **when}
    y = {"axis": {"format": ",d"}, "scale": {"zero": False}, "title": "people held at midnight"}
    names, *looks = (list(part) for part in zip(*(_LINES[name] for name in _held(c)), strict=True))
    each = {"field": "line", "sort": names, "title": None, "type": "nominal"}
    scales = ({"domain": names, "range": look} for look in looks)
    channels = zip(("color", "strokeDash", "strokeWidth"), scales, strict=True)
    band = {"mark": {"type": "area", "color": "#0072B2", "opacity": 0.18}}
    ends = {"x": x, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}
    lines = {
        "data": {"values": _points(c)},
        "mark": {"type": "line", "clip": True},
        "encoding": {
            "x": x,
            "y": {"field": "held", "type": "quantitative", **y},
            **{channel: {**each, "scale": scale} for channel, scale in channels},
        },
    }
    spec = {
        "layer": [*({"data": {"values": rows}, **band, "encoding": ends} for rows in _bands(c)), lines],
        "title": _title(c),
        "width": _SIZE[0],
        "height": _SIZE[1],
        "config": {"legend": {"orient": "bottom", "symbolSize": 400, "symbolStrokeWidth": 2, "labelLimit": 300}},
    }
    return alt.Chart.from_dict(spec)


def _title(c: Comparison) -> dict[str, object]:
    days = f"{c.start:%-d %B %Y} to {c.end:%-d %B %Y}"
    levels = " and ".join(f"{level} %" for level in LEVELS)
    shaded = f"Shaded: {levels} prediction intervals of {len(c.played)} replications, {c.covers}"
    errors = ", ".join(
        f"{_LINES[name][0]} {_mape(held, c.observed()):.1f} %" for name, held in _held(c).items() if name != "observed"
    )
    below = [f"Driven by published book-ins. Mean absolute error: {errors}", *([shaded] if len(c.played) > 1 else [])]
    return {"text": f"People held, {days}", "subtitle": below, "anchor": "start", "subtitleColor": "#555555"}


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
