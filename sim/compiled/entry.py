"""The functions that are called from outside, by the addresses of what they work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba import types

from sim.compiled.draws import exponential_work, seconds, unit, write_words
from sim.compiled.durations import LAW, POINT
from sim.compiled.fold import count_log as _count_log
from sim.compiled.jit import Rows, address_as, counts_at, world_at
from sim.compiled.loop import play_until as _play_until

F = TypeVar("F", bound=Callable[..., int])
words_at = address_as(Rows(types.uint64))
numbers_at = address_as(Rows(types.int64))
laws_at = address_as(Rows(numba.from_dtype(LAW)))
points_at = address_as(Rows(numba.from_dtype(POINT)))


def _entry(n_arguments: int) -> Callable[[F], F]:
    """Compile a function of so many whole numbers that returns one."""
    return cast(Callable[[F], F], numba.cfunc(types.int64(*[types.int64] * n_arguments), error_model="numpy"))


@_entry(3)
def play_until(address: int, end: int, first: int) -> int:
    """`loop.play_until` of the world at an address."""
    return _play_until(world_at(address), end, first)


@_entry(3)
def count_log(world: int, counts: int, end: int) -> int:
    """`fold.count_log` of the world and the counts at these addresses."""
    return _count_log(world_at(world), counts_at(counts), end)


@_entry(5)
def fill_words(keys: int, firsts: int, counts: int, n: int, out: int) -> int:
    """Words of n streams, one after the other: for each its key of two words, the first position and how many."""
    key, first, count, words = words_at(keys), numbers_at(firsts), numbers_at(counts), words_at(out)
    start = 0
    for i in range(n):
        write_words(key[2 * i], key[2 * i + 1], first[i], count[i], words, start)
        start += count[i]
    return start


@_entry(6)
def fill_seconds(laws: int, points: int, law: int, words: int, n: int, out: int) -> int:
    """Durations of a law from n words."""
    law_rows, point_rows, word, number = laws_at(laws), points_at(points), words_at(words), numbers_at(out)
    for i in range(n):
        number[i] = seconds(law_rows, point_rows, law, unit(word[i]))
    return n


@_entry(4)
def fill_work(words: int, n: int, work: int, out: int) -> int:
    """Work of clocks from n words; `work` is that of a unit exponential."""
    word, number = words_at(words), numbers_at(out)
    for i in range(n):
        number[i] = exponential_work(word[i], work)
    return n


ENTRIES: dict[str, Any] = {
    "play_until": play_until,
    "count_log": count_log,
    "fill_words": fill_words,
    "fill_seconds": fill_seconds,
    "fill_work": fill_work,
}
