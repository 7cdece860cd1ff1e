"""The charts of the report, each a function in a module of its own, in the order of its argument."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.analysis.results import ResultTables
from sim.report.figure import Draw, Figure
from sim.report.figures import (
    accounts,
    area_lines,
    difference,
    exits,
    flow,
    goal,
    held,
    hold,
    money,
    queues,
    shortfall,
    theory_check,
    tile_map,
    waits,
)

FIGURES: Final[tuple[Draw, ...]] = (
    difference.draw,
    goal.draw,
    shortfall.draw,
    held.draw,
    hold.draw,
    flow.draw,
    queues.draw,
    waits.draw,
    exits.draw,
    money.draw,
    accounts.draw,
    tile_map.draw,
    area_lines.draw,
    theory_check.draw,
)
"""From the question to the caveat."""


def draw_all(results: Sequence[ResultTables]) -> list[Figure]:
    """Every figure that these results can give, the first of them being the baseline; none for no result."""
    drawn = (draw(results) for draw in FIGURES) if results else ()
    return [figure for figure in drawn if figure is not None]
