"""Charts for notebooks, of results and of studies: with their titles, and visible without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.comparison import Comparison
from sim.analysis.results import ResultTables, told_apart
from sim.errors import InputError
from sim.files.table import Table
from sim.formats import readable
from sim.report.figure import Figure
from sim.scenario.schema.units import nearest
from sim.vocabulary import MEASURES, TEXT

if TYPE_CHECKING:
    import altair

WIDTH: Final = 640
_LINE: Final = 95
"""Characters of a line below a title."""


class Offline:
    """A chart whose picture is kept in the notebook: an exported notebook shows it without a network."""

    def _repr_mimebundle_(self, *_: object, **__: object) -> dict[str, str]:
        from sim.report import theme

        return {"image/svg+xml": theme.svg(self.to_dict()), "text/plain": repr(self)}  # type: ignore[attr-defined]


def chart(results: Sequence[ResultTables], key: str, comparison: Comparison | None = None) -> altair.TopLevelMixin:
    """Return the chart with that key, of one result or of several with their comparison. Raises InputError."""
    there = []
    for figure in _figures(results, comparison):
        if figure.key == key:
            return standing_alone(figure.chart, figure.title, figure.says)
        there.append(figure.key)
    raise unknown(key, there, "chart")


def charts(results: Sequence[ResultTables], comparison: Comparison | None = None) -> dict[str, altair.TopLevelMixin]:
    """Return every chart that the results have, by key. Raises InputError."""
    found = _figures(results, comparison)
    return {figure.key: standing_alone(figure.chart, figure.title, figure.says) for figure in found}


def unknown(name: str, there: Sequence[str], what: str) -> InputError:
    """What to raise for a name that is not there: with a near one, or with all of them."""
    near = nearest(name, list(there), 0.5)
    return InputError(f"{name}: no such {what}; " + (f"did you mean {near}?" if near else f"choose {', '.join(there)}"))


def standing_alone(chart: altair.TopLevelMixin, title: str, says: str = "") -> altair.TopLevelMixin:
    """The chart with a title, on white: it sets no colour of text (a page does), and a notebook may be dark."""
    heading: Mapping[str, Any] = {"text": title, "subtitle": wrap(says, _LINE), "anchor": "start", "fontSize": 16}
    alone = chart.properties(background="white", title=dict(heading))
    offline = type(type(alone).__name__, (Offline, type(alone)), {})
    object.__setattr__(alone, "__class__", offline)  # Altair keeps other attributes for the specification
    return alone


def need_altair() -> None:
    """Raise InputError unless what draws charts is installed."""
    try:
        import altair  # noqa: F401
    except ModuleNotFoundError as error:
        raise InputError(f"charts need {error.name}; run `pip install 'detsim[report]'`") from error


def _figures(results: Sequence[ResultTables], comparison: Comparison | None) -> Iterator[Figure]:
    need_altair()
    from sim.report.figures import draw_all

    return draw_all(told_apart(results), comparison)


# --- of studies ------------------------------------------------------------------------------------
Tables = Mapping[str, Table]
Drawn = tuple[list[dict[str, Any]], dict[str, Any]]
"""Rows, and the Vega-Lite specification without them."""
_MOST_BARS: Final = 12


def study_keys(kind: str, tables: Tables) -> list[str]:
    """What a study has charts of: its measures, or the series of a back-test."""
    names = dict.fromkeys(tables[_CHARTS[kind][0]]["series" if kind == "backtest" else "measure"].tolist())
    return [name for name in names if name not in MEASURES or MEASURES[name].unit != TEXT]


def study_chart(kind: str, tables: Tables, key: str, title: str) -> altair.TopLevelMixin:
    """Draw the chart of a measure, or of a series of a back-test. Raises InputError."""
    need_altair()
    import altair as alt

    from sim.report import theme

    there = study_keys(kind, tables)
    if key not in there:
        raise unknown(key, there, "chart")
    rows, spec = _CHARTS[kind][1](tables, key)
    found: altair.TopLevelMixin = alt.Chart.from_dict({"data": {"values": rows}, "width": WIDTH, **spec})
    says = MEASURES[key].meaning if key in MEASURES else key.replace("_", " ")
    return standing_alone(found.configure(**theme.CONFIG), f"{title}: {key.replace('_', ' ')}", says)


def _of(tables: Tables, table: str, **cells: object) -> list[dict[str, Any]]:
    return tables[table].where(**cells).with_numbers().rows()


def _axis(key: str) -> str:
    return f"{key.replace('_', ' ')} ({MEASURES[key].unit})" if key in MEASURES else key.replace("_", " ")


def _whiskers(mark: str, x: dict[str, Any], y: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Marks, with a line for the 95 % interval of each."""
    along = "y" if y["type"] == "quantitative" else "x"
    ends = {along: {"field": "ci_low", "type": "quantitative"}, f"{along}2": {"field": "ci_high"}}
    return {"encoding": {"x": x, "y": y}, "layer": [{"mark": mark, **more}, {"mark": "rule", "encoding": ends}]}


def _sweep(tables: Tables, key: str) -> Drawn:
    """A heat map where the grid has two axes, else a bar per point."""
    names = list(tables["points"])
    axes = names[1 : names.index("measure")]
    rows = _of(tables, "points", measure=key)
    if len(axes) != 2 or any(tables["points"][name].dtype != object for name in axes):
        bars = _whiskers(
            "bar",
            {"field": "mean", "type": "quantitative", "title": _axis(key)},
            {"field": "point", "type": "nominal", "sort": None, "title": None},
        )
        return rows, bars
    plain = [{"down": row[axes[0]], "across": row[axes[1]], "mean": row["mean"]} for row in rows]
    for row in plain:
        row["shown"] = "" if row["mean"] is None else readable(row["mean"], MEASURES[key].unit)
    encoding = {
        "x": {"field": "across", "type": "nominal", "sort": None, "title": axes[1], "axis": {"labelAngle": 0}},
        "y": {"field": "down", "type": "nominal", "sort": None, "title": axes[0]},
    }
    colour = {"field": "mean", "type": "quantitative", "scale": {"scheme": "blues"}, "title": _axis(key)}
    cell = {"mark": "rect", "encoding": {"color": colour}}
    text = {"mark": {"type": "text", "stroke": "white", "strokeWidth": 3, "strokeOpacity": 0.8}}
    words = {"encoding": {"text": {"field": "shown"}}}
    over = {"mark": "text", **words}
    return plain, {"height": {"step": 45}, "encoding": encoding, "layer": [cell, text | words, over]}


def _solve(tables: Tables, key: str) -> Drawn:
    """The measure at each amount that was tried."""
    rows = [row | {"holds": "yes" if row["holds"] == "true" else "no"} for row in _of(tables, "amounts", measure=key)]
    whole = all(float(row["amount"]).is_integer() for row in rows)
    x = {"field": "amount", "type": "quantitative", "scale": {"zero": False}, "title": tables["solution"]["vary"][0]}
    x["axis"] = {"tickMinStep": 1, "format": ",d"} if whole else {}
    y = {"field": "mean", "type": "quantitative", "scale": {"zero": False}, "title": _axis(key)}
    colour = {"field": "holds", "type": "nominal", "title": "target met", "scale": {"domain": ["no", "yes"]}}
    return rows, _whiskers("circle", x, y, encoding={"color": colour})


def _bottleneck(tables: Tables, key: str) -> Drawn:
    """The measure after each step of the ladder."""
    steps = [row for row in _of(tables, "ladder", measure=key) if row["kind"] in ("baseline", "ladder")]
    for row in steps:
        row["step"] = f"{row['step']}. {row['stage'] or 'as it is'}"
    x = {"field": "mean", "type": "quantitative", "title": _axis(key)}
    return steps, _whiskers("bar", x, {"field": "step", "type": "nominal", "sort": None, "title": "lifted"})


def _sensitivity(tables: Tables, key: str) -> Drawn:
    """The effect of the assumed values that matter most."""
    shown = ("change_low", "change_high", "mu_star", "total")
    rows = [row for row in _of(tables, "sensitivity", measure=key) if row["statistic"] in shown]
    rows = sorted((row for row in rows if row["rank"] is not None), key=lambda row: row["rank"])[: 2 * _MOST_BARS]
    x = {"field": "value", "type": "quantitative", "title": f"effect on {_axis(key)}"}
    colour = {"field": "statistic", "type": "nominal", "title": None}
    y = {"field": "path", "type": "nominal", "sort": None, "title": None}
    return rows, _whiskers("bar", x, y, encoding={"color": colour})


def _backtest(tables: Tables, key: str) -> Drawn:
    """The published series, and the simulated mean with its widest band."""
    band = next(name for name in reversed(list(tables["daily"])) if name.startswith("low_"))
    x = {"field": "date", "type": "temporal", "title": None}
    y = {"type": "quantitative", "scale": {"zero": False}, "title": key.replace("_", " ")}
    area = {"y": y | {"field": band}, "y2": {"field": band.replace("low", "high")}}
    layers = [
        {"mark": {"type": "area", "opacity": 0.25}, "encoding": area},
        {"mark": "line", "encoding": {"y": y | {"field": "mean"}}},
        {"mark": {"type": "point", "color": "black", "filled": True}, "encoding": {"y": y | {"field": "observed"}}},
    ]
    return _of(tables, "daily", series=key), {"encoding": {"x": x}, "layer": layers}


_CHARTS: Final[Mapping[str, tuple[str, Callable[[Tables, str], Drawn]]]] = {
    "sweep": ("points", _sweep),
    "solve": ("amounts", _solve),
    "bottleneck": ("ladder", _bottleneck),
    "sensitivity": ("sensitivity", _sensitivity),
    "backtest": ("daily", _backtest),
}
"""By study: the table that names what there are charts of, and what draws one."""
