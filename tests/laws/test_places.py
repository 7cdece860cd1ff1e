"""Places in a row and networks of them: Burke, endless servers, and a full second place as an exact Markov chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import gamma
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import spsolve

from sim.measures.counting import stock
from sim.measures.laws import check
from sim.measures.spans import Span
from sim.pathway.beds import Beds
from sim.pathway.moves import Moves
from sim.rules import move_draw
from tests.laws.estimates import Batches, Estimate, assert_law, estimate
from tests.laws.worlds import SEED, Played, World, exponential, played, world

Floats = NDArray[np.float64]
BLOCK = 61


@dataclass(frozen=True)
class Size:
    """Copies and days of a play, the half width asked for, and how many plays a hard law needs for it."""

    copies: int
    days: int
    within: float
    plays: int = 1

    def estimates(self, made: World, a_day: float, batches: Callable[[Played, Size], list[Floats]]) -> list[Estimate]:
        """Estimates of what is batched of each play, the laws of which are checked."""
        values, came = [], []
        for seed in range(SEED, SEED + self.plays):
            play = played(made, seed)
            check(play.custody)
            values.append(batches(play, self))
            came.append(surprise(play, self, a_day))
        return [estimate(np.concatenate(each), np.concatenate(came)) for each in zip(*values, strict=True)]


QUICK = Size(6, 610, 0.06)
FULL = Size(54, 3660, 0.01)


def sizes(plays: int) -> list[Any]:
    """A quick size, and a full one of so many plays."""
    full = replace(FULL, plays=plays)
    return [pytest.param(QUICK, id="quick"), pytest.param(full, id="full", marks=pytest.mark.slow)]


KINDS = ("processing", "detention", "staging")


def chain(n: int, beds: tuple[dict[str, Any], ...], *after: World) -> World:
    """Places in a row, one of each kind, for each of n copies; `after` has the time in a place before the next."""
    places = {
        f"{kind}-C{i:02d}": {"area": f"C{i:02d}", "kind": kind, **bed}
        for i in range(n)
        for kind, bed in zip(KINDS, beds, strict=False)
    }
    moves = [
        {"from": here, "to": there, "after": law, "hours": "0 h"}
        for here, there, law in zip(KINDS, KINDS[1:], after, strict=False)
    ]
    return {"places": places, "moves": moves, "ladder": [{"wait": {}}]}


def inside(play: Played, span: Span, kind: str, size: Size) -> Floats:
    """(copies, days) people of a span in one of the places of each copy at midnight."""
    names = play.tables.place_names
    counted = stock(span, size.days, len(names) + len(play.tables.move_when) + 1)[1:]
    numbers = [names.index(f"{kind}-C{i:02d}") for i in range(size.copies)]
    return counted[:, numbers].T.astype(np.float64)


def means(values: Floats, size: Size) -> Floats:
    """(B,) means by copy and block of days."""
    batches = Batches(size.copies, size.days, BLOCK)
    return batches.kept(values.reshape(size.copies, batches.blocks, BLOCK).mean(axis=2))


def held(play: Played, kind: str, size: Size) -> Floats:
    """(copies, days) people in the beds of a kind of place at midnight."""
    return inside(play, play.custody.bed.by_place(), kind, size)


def surprise(play: Played, size: Size, a_day: float) -> Floats:
    """(B,) people who came beyond those expected."""
    custody, batches = play.custody, Batches(size.copies, size.days, BLOCK)
    return batches.total(custody.area_from, custody.stays.t_arrest) - a_day * BLOCK


# --- M/M/c, then M/M/∞ ----------------------------------------------------------------------------
A_DAY, SERVERS, STAY, MOVE = 4.0, 3, 1.0, 0.5
"""Two in three of those who leave the first place, after 1/3 day on average, leave it for the second."""
SECOND = A_DAY * (STAY / (STAY + MOVE)) * STAY


def tandem(size: Size) -> list[Estimate]:
    """Mean and variance of the number in the second place."""
    beds = chain(size.copies, ({"contracted": SERVERS}, {}), exponential(MOVE))
    made = world(size.copies, size.days, A_DAY, exponential(STAY), beds=beds)

    def batches(play: Played, size: Size) -> list[Floats]:
        second = held(play, "detention", size)
        return [means(second, size), means((second - SECOND) ** 2, size)]

    return size.estimates(made, A_DAY, batches)


@pytest.mark.parametrize("size", sizes(plays=2))
def test_the_second_of_two_places_is_poisson(size: Size) -> None:
    """What leaves an M/M/c queue is Poisson, however full it is (Burke 1956): mean and variance are rate × time."""
    mean, variance = tandem(size)
    assert_law("tandem, mean in the second place", mean, SECOND, size.within)
    assert_law("tandem, variance in the second place", variance, SECOND, size.within * (2.5 if size is QUICK else 1))


def test_moves_in_groups_are_seen_in_the_second_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """People who leave together, twice a day, are as many as before but not Poisson."""
    due = Moves._due_at
    monkeypatch.setattr(Moves, "_due_at", lambda moves, k, rule: -(-due(moves, k, rule) // 43_200) * 43_200)
    mean, variance = tandem(QUICK)
    assert not (mean.covers(SECOND) and variance.covers(SECOND))


# --- a network of endless places ------------------------------------------------------------------
UNIFORM: World = {"uniform": {"low": "0.2 d", "high": "0.8 d"}}
WEIBULL: World = {"weibull": {"mean": "0.6 d", "shape": 2}}


def times_in_places(stay: float) -> tuple[float, float, float]:
    """Mean time in each place of a row: stay exponential, first move uniform, second Weibull (numerically)."""
    step = 1e-3
    t = np.arange(0.0, 30.0, step)
    left = np.exp(-t / stay)
    moved = np.clip((t - 0.2) / 0.6, 0.0, 1.0)
    again = 1.0 - np.exp(-((t * gamma(1.5) / 0.6) ** 2))
    both = np.convolve(np.diff(moved, prepend=0.0), again)[: len(t)]
    return tuple(float(np.trapezoid(left * part, t)) for part in (1.0 - moved, moved - both, both))


def network(size: Size) -> list[Estimate]:
    """Mean and variance of the number in each place."""
    beds = chain(size.copies, ({}, {}, {}), UNIFORM, WEIBULL)
    made = world(size.copies, size.days, A_DAY, exponential(STAY), beds=beds)

    def batches(play: Played, size: Size) -> list[Floats]:
        there = [held(play, kind, size) for kind in KINDS]
        squares = [(one - A_DAY * time) ** 2 for one, time in zip(there, times_in_places(STAY), strict=True)]
        return [means(one, size) for one in (*there, *squares)]

    return size.estimates(made, A_DAY, batches)


@pytest.mark.parametrize("size", sizes(plays=2))
def test_endless_places_are_poisson(size: Size) -> None:
    """M/G/∞ in each place: mean and variance are rate × mean time there, whatever the laws (Palm 1943)."""
    found = network(size)
    for kind, time, mean, variance in zip(KINDS, times_in_places(STAY), found[:3], found[3:], strict=True):
        wide = (1.5, 3) if size is QUICK else (1, 1)
        assert_law(f"network, mean in {kind}", mean, A_DAY * time, wide[0] * size.within)
        assert_law(f"network, variance in {kind}", variance, A_DAY * time, wide[1] * size.within)


def test_times_that_depend_on_each_other_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second move drawn with the number of the first: who stays long in one place stays long in the next."""
    monkeypatch.setattr("sim.pathway.moves.move_draw", lambda bits, purpose, visit: move_draw(bits, purpose % 2, 0))
    found = network(QUICK)
    assert not all(mean.covers(A_DAY * time) for time, mean in zip(times_in_places(STAY), found[:3], strict=True))


# --- a full second place --------------------------------------------------------------------------
BLOCK_A_DAY, BEDS, MOST_IN_LINE = 3.0, (2, 3), 250


def blocked_chain() -> tuple[float, float, float]:
    """People in the first place, of them held up, and in the second: the stationary law of the Markov chain.

    States are (in the first place or in line for it, of those in it held up, in the second). A stay ends at rate
    1/STAY for everybody in a bed; who is not held up is to be moved at rate 1/MOVE.
    """
    first, second = BEDS
    states = [
        (n, b, m)
        for n in range(MOST_IN_LINE + 1)
        for m in range(second + 1)
        for b in (range(min(n, first) + 1) if m == second else (0,))
    ]
    number = {state: i for i, state in enumerate(states)}
    rows, columns, rates = [], [], []
    for (n, b, m), i in number.items():
        free = min(n, first) - b
        to = [((n + 1, b, m), BLOCK_A_DAY * (n < MOST_IN_LINE)), ((n - 1, b, m), free / STAY)]
        to += [((n - 1, b - 1, m), b / STAY)]
        to += [((n - 1, b, m + 1) if m < second else (n, b + 1, m), free / MOVE)]
        to += [((n - 1, b - 1, m) if b else (n, b, m - 1), m / STAY)]
        for state, rate in to:
            if rate:
                rows += [i, i]
                columns += [number[state], i]
                rates += [rate, -rate]
    balance = sparse.lil_matrix(sparse.csr_matrix((rates, (rows, columns)), shape=(len(states),) * 2).T)
    balance[0, :] = 1.0
    p = spsolve(balance.tocsc(), np.eye(1, len(states))[0])
    n, b, m = np.array(states).T
    return float(np.minimum(n, first) @ p), float(b @ p), float(m @ p)


def blocking(size: Size) -> list[Estimate]:
    """The same from a play."""
    beds = chain(size.copies, ({"contracted": BEDS[0]}, {"contracted": BEDS[1]}), exponential(MOVE))
    made = world(size.copies, size.days, BLOCK_A_DAY, exponential(STAY), beds=beds)

    def batches(play: Played, size: Size) -> list[Floats]:
        line = play.custody.move_line
        held_up = stock(Span(line.start, line.end, line.area, line.horizon), size.days, size.copies)[1:].T
        there = held(play, "processing", size), held_up.astype(np.float64), held(play, "detention", size)
        return [means(one, size) for one in there]

    return size.estimates(made, BLOCK_A_DAY, batches)


@pytest.mark.parametrize("size", sizes(plays=6))
def test_a_full_second_place_blocks_the_first(size: Size) -> None:
    """Means of the exact chain of two places, in the first of which people wait for room in the second."""
    words = ("in the first place", "held up there", "in the second")
    for word, found, theory in zip(words, blocking(size), blocked_chain(), strict=True):
        wide = 3 if size is QUICK and word == "held up there" else 1
        assert_law(f"blocking, {word}", found, theory, wide * size.within)


def test_a_second_place_that_takes_one_too_many_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def room(beds: Beds, place: int) -> bool:
        operating = beds.world.tables.operating[place]
        return beds.taken[place] <= operating[beds.world.today] and operating[0] > 0

    monkeypatch.setattr(Beds, "has_room", room)
    monkeypatch.setattr("tests.laws.test_places.check", lambda custody: None)
    assert not all(found.covers(theory) for found, theory in zip(blocking(QUICK), blocked_chain(), strict=True))
