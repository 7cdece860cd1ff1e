"""The numbers and tables of the draws as compiled code sees them: `draws.blocks[b].n`, `draws.n_held`."""

from __future__ import annotations

from typing import Any, TypeAlias

from sim.compiled.jit import jit, words_at
from sim.page.layout import DRAW_SCALARS, DRAW_TABLES

Draws: TypeAlias = Any
draws_at = words_at(DRAW_SCALARS, DRAW_TABLES)


@jit
def choose(draws: Draws, row: int, u: float) -> int:
    """A value by its chances, drawn by u in (0, 1), as `sim.people.streams.choose` does."""
    choice = draws.choices[row]
    target, k = u * choice.total, choice.first
    while k < choice.first + choice.n and draws.edges[k] <= target:
        k += 1
    return draws.values[k]
