"""The functions that the page calls, by the addresses of what they work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from sim.compiled.codes import DAY_S
from sim.compiled.jit import jit, world_at
from sim.compiled.loop import play_until
from sim.page.draws import place_part
from sim.page.draws import schedule as _schedule
from sim.page.fold import finish as _finish
from sim.page.fold import lines_at, read_log, totals_at, visits_at, waits_at
from sim.page.tables import draws_at

F = TypeVar("F", bound=Callable[..., int])
_OPTIONS: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "error_model": "numpy"}


def _entry(arguments: int) -> Callable[[F], F]:
    """A decorator for a function of so many whole numbers, without the wrappers that Python would need."""
    signature = f"int64({', '.join(['int64'] * arguments)})"
    compiled: Any = numba.njit(signature, **_OPTIONS)
    return cast(Callable[[F], F], compiled)


@_entry(2)
def schedule(world: int, draws: int) -> int:
    """`draws.schedule`: how many people may come in the run that begins, or -1 without room for them."""
    return _schedule(world_at(world), draws_at(draws))


@_entry(7)
def play_days(world: int, draws: int, days: int, totals: int, waits: int, lines: int, visits: int) -> int:
    """Play so many days more, with people drawn as they come; 0 without room.

    The log of each day is read and emptied, unless `totals` is 0: then it stays, to be read by `read`.
    """
    there, drawn = world_at(world), draws_at(draws)
    end = min(drawn.played_to + days, there.n_days)
    while drawn.played_to < end:
        day = drawn.played_to
        if day % drawn.part_days == 0 and not place_part(there, drawn, (day + drawn.part_days) * DAY_S):
            return 0
        if play_until(there, (day + 1) * DAY_S, 1 if day == 0 else 0) == 0:
            return 0
        if totals != 0:
            read_log(there, drawn, totals_at(totals)[0], waits_at(waits), lines_at(lines), visits_at(visits))
        drawn.played_to += 1
    return 1


@_entry(6)
def read(world: int, draws: int, totals: int, waits: int, lines: int, visits: int) -> int:
    """Read the log that `play_days` left."""
    there, drawn = world_at(world), draws_at(draws)
    read_log(there, drawn, totals_at(totals)[0], waits_at(waits), lines_at(lines), visits_at(visits))
    return 1


@_entry(5)
def finish(world: int, n_people: int, totals: int, lines: int, visits: int) -> int:
    """`fold.finish` of the world and the tables at these addresses."""
    _finish(world_at(world), n_people, totals_at(totals)[0], lines_at(lines), visits_at(visits))
    return 1


@jit
def erlang_c_wait(servers: int, arrivals: float, stay: float) -> float:
    """Mean wait of all in M/M/s, in the unit of time of `stay`; -1 where the line grows without end.

    By the recursion of Erlang's loss formula, exact for the few hundred servers of a lesson.
    """
    load, loss = arrivals * stay, 1.0
    if load >= servers:
        return -1.0
    for n in range(1, servers + 1):
        loss = load * loss / (n + load * loss)
    waits = loss * servers / (servers - load + load * loss)
    return waits / (servers / stay - arrivals)


@_entry(3)
def line_wait(servers: int, arrivals_milli: int, stay_milli: int) -> int:
    """`erlang_c_wait` in thousandths; arrivals and stay are in thousandths too."""
    wait = erlang_c_wait(servers, arrivals_milli / 1000.0, stay_milli / 1000.0)
    return int(wait * 1000.0) if wait >= 0.0 else -1


ENTRIES: tuple[Any, ...] = (schedule, play_days, read, finish, line_wait)
