"""What this machine allows at best: bare loops over as many reads as play makes, beside what an event of play takes."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.clock import processor_seconds
from benchmarks.race import ENGINES
from sim.compiled import layout as at
from sim.experiment.engines import play_of, stream_of
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables

Array = NDArray[np.int64]
ROW_BYTES: Final = at.PERSON.itemsize + at.STAY.itemsize
_WORDS_A_ROW: Final = ROW_BYTES // 8


def limits(national: str, days: int, reads: int, repeats: int) -> Iterator[str]:
    """Nanoseconds of each bare loop per step, then of a national replication per event, and their ratio."""
    if "compiled" not in ENGINES:
        yield "limits: numba is not installed, skipped"
        return
    scenario = load(national, [f"days={days}"]).scenario
    tables = build_tables(scenario)
    people = stream_of(scenario, tables, "compiled", 1)
    events, n = 0, len(people)

    def replication() -> None:
        nonlocal events
        events = play_of("compiled")(tables, people, None).counts.events

    replication()
    yield f"{national}, {days} days: {n:,} people, {events:,} events; {reads:,} steps of each bare loop"
    played = _nanoseconds(replication, events, repeats)
    yield f"{'':<58} {'ns a step':>9} {'of an event':>11}"
    for what, loop in _loops(n, reads).items():
        loop()  # compiled by now
        took = _nanoseconds(loop, reads, repeats)
        yield f"{what:<58} {took:>9.1f} {took / played:>11.0%}"
    yield f"{'an event of the replication, draws included':<58} {played:>9.1f} {1:>11.0%}"


def _nanoseconds(do: Callable[[], object], steps: int, repeats: int) -> float:
    return 1e9 * statistics.median(processor_seconds(do) for _ in range(repeats)) / steps


def _loops(people: int, reads: int) -> dict[str, Callable[[], object]]:
    """Bare loops by what they do. A chain of reads waits for each; of reads side by side the processor has many."""
    from numba import njit

    random = np.random.default_rng(1)
    rows = np.zeros(people * _WORDS_A_ROW, np.int64)
    rows[::_WORDS_A_ROW] = _one_round(random.permutation(people)) * _WORDS_A_ROW
    order = random.integers(0, people, reads) * _WORDS_A_ROW
    heap = np.sort(random.integers(0, 1 << 40, 512))

    @njit
    def chained(rows: Array, reads: int) -> int:
        i = 0
        for _ in range(reads):
            i = rows[i]
        return i

    @njit
    def side_by_side(rows: Array, order: Array) -> int:
        total = 0
        for i in order:
            total += rows[i]
        return total

    @njit
    def replaced(heap: Array, reads: int) -> int:
        """Take the least of a heap and put in one that is later, as an event does that plans the next."""
        n = len(heap)
        for _ in range(reads):
            code, i = heap[0] + (heap[n - 1] ^ heap[n >> 1]) % (1 << 38), 0
            while 2 * i + 1 < n:
                child = 2 * i + 1
                if child + 1 < n and heap[child + 1] < heap[child]:
                    child += 1
                if code <= heap[child]:
                    break
                heap[i], i = heap[child], child
            heap[i] = code
        return heap[0]

    size = f"{people * ROW_BYTES / 1e6:,.0f} MB"
    loops: dict[str, Any] = {
        f"a row read, known only from the row before ({size})": lambda: chained(rows, reads),
        f"a row read, known long before ({size})": lambda: side_by_side(rows, order),
        "an event taken from a heap of 512 and another put in": lambda: replaced(heap.copy(), reads),
    }
    return loops


def _one_round(order: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row the next of one round through all of them."""
    following = np.empty_like(order)
    following[order] = np.roll(order, -1)
    return following
