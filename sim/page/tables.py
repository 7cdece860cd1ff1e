"""The numbers and tables of the draws as compiled code sees them: `draws.blocks[b].n`, `draws.n_held`."""

from __future__ import annotations

from typing import Any, TypeAlias

from sim.compiled.jit import words_at
from sim.page.layout import DRAW_SCALARS, DRAW_TABLES

Draws: TypeAlias = Any
draws_at = words_at(DRAW_SCALARS, DRAW_TABLES)
