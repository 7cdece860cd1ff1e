"""The charts of the report, for notebooks: with their titles, and visible without a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.comparison import Comparison
from sim.analysis.results import ResultTables, told_apart
from sim.errors import InputError
from sim.report.figure import Figure
from sim.scenario.schema.units import nearest

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
