"""The functions that the page calls, by the addresses of what they work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from sim.compiled.jit import world_at
from sim.compiled.loop import play_until as _play_until
from sim.page.fold import lines_at, totals_at, visits_at, waits_at
from sim.page.fold import measure as _measure
from sim.page.people import blocks_at
from sim.page.people import place_people as _place_people
from sim.page.theory import erlang_c_wait

F = TypeVar("F", bound=Callable[..., int])
_OPTIONS: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "error_model": "numpy"}


def _entry(arguments: int) -> Callable[[F], F]:
    """A decorator for a function of so many whole numbers, without the wrappers that Python would need."""
    signature = f"int64({', '.join(['int64'] * arguments)})"
    compiled: Any = numba.njit(signature, **_OPTIONS)
    return cast(Callable[[F], F], compiled)


@_entry(3)
def place_people(world: int, blocks: int, n_blocks: int) -> int:
    """`people.place_people` of the world and the blocks at these addresses."""
    return _place_people(world_at(world), blocks_at(blocks), n_blocks)


@_entry(3)
def play_until(world: int, end: int, first: int) -> int:
    """`loop.play_until` of the world at an address."""
    return _play_until(world_at(world), end, first)


@_entry(5)
def measure(world: int, totals: int, waits: int, lines: int, visits: int) -> int:
    """`fold.measure` of the world and the tables at these addresses."""
    _measure(world_at(world), totals_at(totals)[0], waits_at(waits), lines_at(lines), visits_at(visits))
    return 0


@_entry(3)
def line_wait(servers: int, arrivals_milli: int, stay_milli: int) -> int:
    """`theory.erlang_c_wait` in thousandths; arrivals and stay are in thousandths too."""
    wait = erlang_c_wait(servers, arrivals_milli / 1000.0, stay_milli / 1000.0)
    return int(wait * 1000.0) if wait >= 0.0 else -1


ENTRIES: tuple[Any, ...] = (place_people, play_until, measure, line_wait)
