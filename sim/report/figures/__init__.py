"""The charts of the report, in the order of its argument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sim.analysis.comparison import Comparison
from sim.analysis.results import ResultTables
from sim.report.figure import Draw, Figure
from sim.report.figures import areas, bars, difference, exits, flow, lines

FIGURES: Final[tuple[Draw, ...]] = (
    lines.Goal().draw,
    lines.People().draw,
    bars.shortfall,
    lines.Held().draw,
    lines.Hold().draw,
    lines.Queues().draw,
    bars.waits,
    flow.draw,
    exits.draw,
    lines.Money().draw,
    bars.accounts,
    areas.tiles,
    areas.lines,
    bars.theory,
)
"""From the question to the caveat, after what differs between results."""


def draw_all(results: Sequence[ResultTables], comparison: Comparison | None = None) -> Iterator[Figure]:
    """Draw every figure that results can give; of several, whose names differ, with their comparison."""
    if comparison is not None and (figure := difference.draw(comparison)) is not None:
        yield figure
    for draw in FIGURES if results else ():
        if (figure := draw(results)) is not None:
            yield figure
