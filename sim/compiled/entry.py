"""The one function that is called from outside, by the address of the world."""

from __future__ import annotations

import numba

from sim.compiled.jit import world_at
from sim.compiled.loop import play_until as _play_until


@numba.cfunc("int64(int64, int64, int64)", error_model="numpy")
def play_until(address: int, end: int, first: int) -> int:
    """`loop.play_until` of the world at an address."""
    return _play_until(world_at(address), end, first)
