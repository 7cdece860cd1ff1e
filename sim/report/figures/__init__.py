"""The charts of the report, each a function in a module of its own, in the order of its argument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sim.analysis.comparison import Comparison
from sim.analysis.results import ResultTables
from sim.report.figure import Draw, Figure
from sim.report.figures import (
    area_lines,
    difference,
    exits,
    flow,
    goal,
    held,
    hold,
    measure_bars,
    money,
    queues,
    theory_check,
    tile_map,
    waits,
)

FIGURES: Final[tuple[Draw, ...]] = (
    goal.draw,
    held.draw_people,
    measure_bars.draw_shortfall,
    held.draw,
    hold.draw,
    queues.draw,
    waits.draw,
    flow.draw,
    exits.draw,
    money.draw,
    measure_bars.draw_accounts,
    tile_map.draw,
    area_lines.draw,
    theory_check.draw,
)
"""From the question to the caveat, after what differs between results."""


def draw_all(results: Sequence[ResultTables], comparison: Comparison | None = None) -> Iterator[Figure]:
    """Draw every figure that results can give; of several, whose names differ, with their comparison."""
    if comparison is not None and (figure := difference.draw(comparison)) is not None:
        yield figure
    for draw in FIGURES if results else ():
        if (figure := draw(results)) is not None:
            yield figure
