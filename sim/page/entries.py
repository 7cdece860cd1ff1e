"""The functions that the page calls, by the addresses of what they work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from sim.compiled.codes import DAY_S
from sim.compiled.jit import world_at
from sim.compiled.loop import play_until
from sim.page.draws import place_part
from sim.page.draws import schedule as _schedule
from sim.page.tables import draws_at

F = TypeVar("F", bound=Callable[..., int])


def _entry(function: F) -> F:
    """Compiles a function of two whole numbers, without the wrappers that Python would need."""
    options: Any = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "error_model": "numpy"}
    return cast(F, numba.njit("int64(int64, int64)", **options)(function))


@_entry
def schedule(world: int, draws: int) -> int:
    """`draws.schedule`: how many people may come in the run that begins, or -1 without room for them."""
    return _schedule(world_at(world), draws_at(draws))


@_entry
def play_day(world: int, draws: int) -> int:
    """Play a day more, with people drawn as they come; 0 without room. The page reads the log and empties it."""
    there, drawn = world_at(world), draws_at(draws)
    day = drawn.played_to
    if day % drawn.part_days == 0 and not place_part(there, drawn, (day + drawn.part_days) * DAY_S):
        return 0
    drawn.played_to += 1
    return play_until(there, (day + 1) * DAY_S, 1 if day == 0 else 0)


ENTRIES: tuple[Any, ...] = (schedule, play_day)
