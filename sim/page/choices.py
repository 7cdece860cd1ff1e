"""An index by chances."""

from __future__ import annotations

from sim.compiled.jit import jit
from sim.page.tables import Draws


@jit
def choose(draws: Draws, row: int, u: float) -> int:
    """A value by its chances, drawn by u in (0, 1), as `sim.people.streams.choose` does."""
    choice = draws.choices[row]
    target, k = u * choice.total, choice.first
    while k < choice.first + choice.n and draws.edges[k] <= target:
        k += 1
    return draws.values[k]
