"""The charts of the report, for notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.analysis.comparison import Comparison
from sim.analysis.results import ResultTables, told_apart
from sim.errors import InputError
from sim.report.figure import Figure

if TYPE_CHECKING:
    import altair


def chart(results: Sequence[ResultTables], key: str, comparison: Comparison | None = None) -> altair.TopLevelMixin:
    """Return the chart with that key, of one result or of several with their comparison. Raises InputError."""
    there = []
    for figure in _figures(results, comparison):
        if figure.key == key:
            return _standing_alone(figure)
        there.append(figure.key)
    raise InputError(f"{key}: no such chart; there are {', '.join(there)}")


def charts(results: Sequence[ResultTables], comparison: Comparison | None = None) -> dict[str, altair.TopLevelMixin]:
    """Return every chart that the results have, by key. Raises InputError."""
    return {figure.key: _standing_alone(figure) for figure in _figures(results, comparison)}


def _standing_alone(figure: Figure) -> altair.TopLevelMixin:
    """The chart on white: it sets no text colour (the report page does), and a notebook may be dark."""
    chart: altair.TopLevelMixin = figure.chart.properties(background="white")
    return chart


def _figures(results: Sequence[ResultTables], comparison: Comparison | None) -> Iterator[Figure]:
    try:
        from sim.report.figures import draw_all
    except ModuleNotFoundError as error:
        raise InputError(f"charts need {error.name}; run `pip install 'detsim[report]'`") from error
    return draw_all(told_apart(results), comparison)
