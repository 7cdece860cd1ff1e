"""The expected course of the nation where no line is long: M(t)/G/∞ with the scenario's own laws.

Everybody who comes is followed as a fraction, not as a person: cohorts by day, source and custody class go
through the scenario's tracks, documents and clocks without ever waiting for a bed, a reviewer or (but for
`Lines`) a judge or a seat. What comes out are expectations, exact up to the daily grid: the mean of an
infinite-server system is the arrivals convolved with survival (Eick, Massey and Whitt 1993), and hazards of
calendar time multiply survival by exp(-∫h). Simulated values leave it as far as lines grow.

Days count from the scenario's start; time within a day is averaged over arrivals spread evenly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Final

import numpy as np

from sim import vocabulary
from sim.arrays import Floats
from sim.people.purposes import document_laws, people_of, preparing_laws, weights_of
from sim.scenario.schema import Arrests, Case, Day0, Removal, Scenario
from sim.scenario.schema.distributions import Constant, Node
from sim.scenario.world.quantile import survival
from sim.scenario.world.tables import DOCUMENT_SPEED, U31, WORK, Tables
from sim.theory.delays import Lines, by_day, limit, mass, then
from sim.vocabulary import SECONDS_PER_DAY

_BLOCK: Final = 300.0
"""Hazard used up, at most, in a block of days; its exponential is far from overflow."""
_FINE_DAYS: Final = 100.0
_SLOW: Final = 1e-6
"""Days of work a day below which the work of the day of an order does not count."""


@dataclass(frozen=True)
class Expected:
    """Expected numbers by day (D): `held` at the end of each (3, D), by source; exits by reason, of all sources."""

    held: Floats
    exits: Mapping[str, Floats]


@dataclass(frozen=True)
class Path:
    """A way to an order: `mass` of the time to it (and to relief, to termination) by lag in whole days.

    `weight` (3, D) is the share of each source's arrivals of a day that goes this way.
    """

    weight: Floats
    order: Floats
    relief: Floats
    terminated: Floats
    gives_up: bool

    @property
    def waiting(self) -> Floats:
        """(lags,) share still before the order at the end of the day of that lag."""
        return np.asarray(1.0 - np.cumsum(self.order + self.relief + self.terminated))


class Cohorts:
    """The expected course of one scenario. D days, 3 sources, 2 custody classes, G groups."""

    def __init__(self, scenario: Scenario, tables: Tables, lines: Lines = Lines()) -> None:
        self.days, self.lines = tables.days, lines
        self.paths = _paths(scenario, tables, lines)
        self.classes = _classes(scenario)
        self.groups = _groups(scenario)
        runs, speed = tables.clock_runs[:, :, 1:], tables.clock_speed * (SECONDS_PER_DAY / WORK)  # in bed
        self.hazard = np.asarray(np.einsum("rcz,rsd->zrscd", runs, speed))
        """(2, 5, 3, 2, D) hazards a day before and after an order, by reason, source and custody class."""
        total = self.hazard.sum(1)
        self.end = np.cumsum(total, axis=-1)
        self.middle = self.end - total / 2
        self.kept_from_giving_up, self.gives_up = _giving_up(tables)
        limits, approval = limit(tables)
        laws, speeds = document_laws(scenario.removal or Removal()), tables.document_speed / DOCUMENT_SPEED
        rows = speeds.tolist() or [[1.0] * self.days]  # one group where none is stated
        self.after = [_after(law, tuple(row), limits, approval) for law, row in zip(laws, rows, strict=True)]

    def expected(self, arrivals: Floats) -> Expected:
        """The course of `arrivals` (3, D) into an empty system."""
        orders, exits, before = self._to_order(arrivals)
        removed, after = self._from_order(orders * self.groups.T[:, :, None, None], exits)
        inside, waits = (before + after).sum(1), self.lines.seat
        exits["removed"] = (1 - waits) * removed + waits * np.concatenate([[0.0], removed[:-1]])
        return Expected(inside + inside / np.maximum(inside.sum(0), 1e-9) * waits * removed, exits)

    def ages(self, arrivals: Floats, day: int) -> Floats:
        """(day + 1,) people held at the end of a day, by whole days since they came."""
        total, lag, here = np.zeros(day + 1), np.arange(day, -1, -1), slice(0, day + 1)
        waits = [held[here, day] for held in self._held]
        for s, c, path, come in self._entries(arrivals):
            kept, ordered = self._by_lag(path)
            before, after, end = self.middle[0, s, c, here], self.middle[1, s, c, here], self.end[:, s, c, day]
            held = waits[s] * np.exp(after - end[1])
            back = (before[-1] - before)[::-1]
            from_order = _thinned(held[::-1], back, back, _convolution(ordered))[::-1]
            total += come[here] * (np.exp(before - end[0]) * path.waiting[lag] * kept[lag] + from_order)
        return np.asarray(total[::-1])

    def survival(self, source: int) -> Floats:
        """(D,) share of those of a source who come on the first day still held at the end of each day."""
        arrivals = np.zeros((len(vocabulary.SOURCES), self.days))
        arrivals[source, 0] = 1.0
        return self._survival(arrivals, 0, self.days - 1)

    def stays(self, arrivals: Floats, first: int, last: int, step: int = 15) -> Floats:
        """(lags,) share of the stays that begin from day `first` and end by `last` that are at most so long.

        Cohorts of every `step`-th day stand for those between.
        """
        ended = np.zeros(last - first + 1)
        for day in range(first, last, step):
            kept = self._survival(arrivals, day, last)
            people = arrivals[:, day : day + step].sum()
            ended[: len(kept)] -= people * np.diff(kept, prepend=1.0)
        return np.asarray(np.cumsum(ended) / ended.sum())

    def _survival(self, arrivals: Floats, day: int, last: int) -> Floats:
        """(lags,) share of those who come on a day still held at the end of each day up to `last`."""
        n, days = last - day + 1, slice(day, last + 1)
        kept, lags = np.zeros(n), [self._by_lag(path) for path in self.paths]
        waiting = [path.waiting[:n] * stays[:n] for path, (stays, _) in zip(self.paths, lags, strict=True)]
        ordered = np.stack([orders[:n] for _, orders in lags])
        for s in np.flatnonzero(arrivals[:, day]):
            middle, end = self.middle[:, s, :, None, days], self.end[:, s, :, None, days]
            held = _onward(self._held[s][days, days])
            after = _thinned(np.exp(middle[0, ..., :1] - middle[0]) * ordered, middle[1], end[1], held)
            before = np.exp(middle[0, ..., :1] - end[0]) * np.stack(waiting)
            weight = np.array([path.weight[s, day] for path in self.paths])
            kept += arrivals[s, day] * np.einsum("c,p,cpd->d", self.classes[s], weight, before + after)
        return np.asarray(kept / max(arrivals[:, day].sum(), 1e-12))

    @cached_property
    def _held(self) -> list[Floats]:
        """For each source (D, D) by day of the order and other day: share still held at its end, clocks apart."""
        return [np.asarray(sum(share * self.after[g].held for g, share in enumerate(row))) for row in self.groups]

    def _by_lag(self, path: Path) -> tuple[Floats, Floats]:
        """(D,) share who have not given up, and mass of the time to an order, those who give up included."""
        if not path.gives_up:
            return np.ones(self.days), path.order[: self.days]
        kept = self.kept_from_giving_up
        waited = np.concatenate([[1.0], path.waiting[: self.days - 1]])
        return kept, path.order[: self.days] * kept + waited * self.gives_up

    def _to_order(self, arrivals: Floats) -> tuple[Floats, dict[str, Floats], Floats]:
        """(3, 2, D) orders a day, exits before one, and (3, 2, D) the stock before one at the end of each day."""
        shape = (3, 2, self.days)
        orders, stock, left = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        exits = {"relief": np.zeros(self.days), "terminated": np.zeros(self.days)}
        for s, c, path, come in self._entries(arrivals):
            kept, ordered = self._by_lag(path)
            middle, end = self.middle[0, s, c], self.end[0, s, c]
            lags = (ordered, path.relief * kept, path.terminated * kept)
            out = [_thinned(come, middle, middle, _convolution(lag)) for lag in lags]
            inside = _thinned(come, middle, end, _convolution(path.waiting * kept))
            orders[s, c] += out[0]
            exits["relief"] += out[1]
            exits["terminated"] += out[2]
            stock[s, c] += inside
            left[s, c] += come - sum(out) - np.diff(inside, prepend=0.0)
        self._share_out(exits, 0, left)
        return orders, exits, stock

    def _from_order(self, orders: Floats, exits: dict[str, Floats]) -> tuple[Floats, Floats]:
        """Removals after orders (G, 3, 2, D), and (3, 2, D) the stock after one; other exits are added to `exits`."""
        middle, end = self.middle[1], self.end[1]
        removed, stock, limited = (np.zeros(orders.shape[1:]) for _ in range(3))
        for come, after in zip(orders, self.after, strict=True):
            removed += _thinned(come, middle, middle, _onward(after.removed))
            stock += _thinned(come, middle, end, _onward(after.held))
            limited += _thinned(come, middle, end, _onward(after.limited))
        exits["post_order_limit"] = limited.sum((0, 1))
        self._share_out(exits, 1, orders.sum(0) - removed - limited - np.diff(stock, axis=-1, prepend=0.0))
        return removed.sum((0, 1)), stock

    def _entries(self, arrivals: Floats) -> Iterator[tuple[int, int, Path, Floats]]:
        """Every source, custody class and path with those who come this way."""
        for s, c in product(range(3), range(2)):
            for path in self.paths:
                yield s, c, path, arrivals[s] * path.weight[s] * self.classes[s, c]

    def _share_out(self, exits: dict[str, Floats], stage: int, left: Floats) -> None:
        """Those whom clocks released, by reason in proportion to the hazards of the day."""
        hazard = self.hazard[stage]
        total = hazard.sum(0)
        for r, reason in enumerate(vocabulary.CLOCK_REASONS):
            part = np.divide(hazard[r], total, out=np.zeros_like(total), where=total > 0)
            exits[reason] = exits.get(reason, np.zeros(self.days)) + (left * part).sum((0, 1))


def one_area(scenario: Scenario, first: dt.date, days: int) -> Scenario:
    """A scenario as one area without limits of beds, desks, judges or money, over another window."""
    case = scenario.case and scenario.case.model_copy(update={"dockets": {}})
    unlimited = dict.fromkeys(("beds", "intake", "funding"))
    window = {"start": first, "days": days, "areas": {"nation": ""}, "sources": {}, "checks": {}}
    people = scenario.people.model_copy(update={"day0": Day0()})
    return scenario.model_copy(update={**unlimited, **window, "arrests": Arrests(), "case": case, "people": people})


# --- laws ---------------------------------------------------------------------------------------
def _paths(scenario: Scenario, tables: Tables, lines: Lines) -> list[Path]:
    case, days = scenario.case or Case(), tables.days
    final, expedited, proceedings, voluntary = (mass(law, lines.bed) for law in preparing_laws(case))
    total = sum(case.hearings.values())
    decision = np.asarray(  # from filing; one adjournment length a person
        sum(
            share / total * mass(case.adjournment, lines.hearing * n, n - 1)
            for n, share in sorted(case.hearings.items())
        )
    )
    tracks = np.array([weights_of(people_of(scenario, s).tracks, vocabulary.TRACKS) for s in vocabulary.SOURCES])
    by_track = tracks[:, :, None] * np.ones(days)
    heard = tables.screening_share / U31 * tables.screening_positive / U31 if tables.screening_on else np.zeros(days)
    screened = then(expedited, mass(Constant(0), lines.screening, 0))
    nothing = np.zeros(days)
    return [
        Path(by_track[:, 0], by_day(final, days), nothing, nothing, False),
        Path(by_track[:, 3], by_day(voluntary, days), nothing, nothing, False),
        Path(by_track[:, 1] * (1 - heard), by_day(expedited, days), nothing, nothing, False),
        _heard(case, by_track[:, 1] * heard, then(screened, decision), days),
        _heard(case, by_track[:, 2], then(proceedings, decision), days),
    ]


def _heard(case: Case, weight: Floats, decided: Floats, days: int) -> Path:
    """A path through the immigration court."""
    outcome = np.array(weights_of(case.outcome, vocabulary.HEARING_OUTCOMES))
    appeal = float(case.appeal_share)
    order = (1 - appeal) * decided + appeal * then(decided, mass(case.appeal))
    ordered, relief, terminated = (by_day(outcome[k] * each, days) for k, each in enumerate((order, decided, decided)))
    return Path(weight, ordered, relief, terminated, True)


def _classes(scenario: Scenario) -> Floats:
    """(3, 2) custody classes of each source."""
    out = np.zeros((3, 2))
    for s, word in enumerate(vocabulary.SOURCES):
        people = people_of(scenario, word)
        crime = np.array(weights_of(people.criminality, vocabulary.CRIMINALITY))
        mandatory = np.array(weights_of(people.mandatory, vocabulary.CRIMINALITY))
        out[s, 0] = (crime * mandatory).sum() / max(crime.sum(), 1e-12)
    out[:, 1] = 1 - out[:, 0]
    return out


def _groups(scenario: Scenario) -> Floats:
    """(3, G) country groups of each source."""
    groups = (scenario.removal or Removal()).groups
    rows = []
    for word in vocabulary.SOURCES:
        stated = people_of(scenario, word).groups
        own = {name: float(group.share) for name, group in groups.items()}
        rows.append(weights_of(own if stated is None else stated, tuple(groups)) if groups else (1.0,))
    table = np.array(rows)
    return np.asarray(table / table.sum(1, keepdims=True))


def _giving_up(tables: Tables) -> tuple[Floats, Floats]:
    """(D,) by lag: share who have not given up by the middle of the day, and who do in the day up to then.

    A rate that has dates counts with its mean over the window.
    """
    rate = np.zeros(tables.days)
    for after, speed in zip(tables.giving_up_after_s, tables.giving_up_speed.mean(axis=1), strict=True):
        rate[int(after // SECONDS_PER_DAY) :] = speed * SECONDS_PER_DAY / WORK
    total = np.cumsum(rate) - rate / 2
    kept = np.exp(-total)
    return kept, -np.diff(kept, prepend=1.0)


@dataclass(frozen=True)
class After:
    """(D, D) shares of the orders of a day (row), clocks apart.

    They are still held at the end of another day (column), or on that day removed, or released at the limit.
    """

    held: Floats
    removed: Floats
    limited: Floats


@lru_cache(maxsize=24)
def _after(law: Node, speeds: tuple[float, ...], limits: tuple[int, ...], approval: tuple[float, ...]) -> After:
    waits, day = _waiting(law, np.array(speeds)), np.arange(len(limits))
    over = day - day[:, None] >= np.array(limits)[:, None]
    kept = np.where(over, 1 - np.array(approval)[:, None], 1.0)  # those whom the limit has not released
    removed = np.diff(waits, axis=1, prepend=1.0) * -np.insert(kept, 0, 1.0, axis=1)[:, :-1]
    limited = waits * -np.diff(kept, axis=1, prepend=1.0)
    return After(np.triu(waits * kept), removed, limited)


def _waiting(law: Node, speed: Floats) -> Floats:
    """(D, D) share of the orders of a day that still waits for a document at the end of another; 1 before it."""
    used = np.concatenate([[0.0], np.cumsum(speed)])
    fine = np.arange(0.0, _FINE_DAYS, 0.05)
    grid = np.concatenate([fine, np.geomspace(_FINE_DAYS, max(used[-1], 2.0 * _FINE_DAYS), 4000)])
    alive = survival(law, grid * SECONDS_PER_DAY)
    total = np.concatenate([[0.0], np.cumsum((alive[1:] + alive[:-1]) / 2 * np.diff(grid))])
    # Work done from the start of each day to the end of each other; the second is one day less of it.
    work = np.maximum(used[None, 1:] - used[:, None], 0.0)
    at, slow = np.interp(work, grid, total), speed[:, None] < _SLOW
    mean = (at[:-1] - at[1:]) / np.where(slow, 1.0, speed[:, None])
    waits = np.where(slow, np.interp(work[1:], grid, alive), mean)
    return np.where(np.tri(len(speed), k=-1, dtype=bool), 1.0, np.clip(waits, 0.0, 1.0))


def _convolution(lag: Floats) -> Callable[[Floats], Floats]:
    """From those of each day to those who end on each day, by lag. Direct: every term is positive, none is lost."""
    some = np.trim_zeros(lag, "b")
    return lambda come: np.convolve(come, some)[: len(come)] if len(some) else np.zeros_like(come)


def _onward(shares: Floats) -> Callable[[Floats], Floats]:
    """From those of each day (…, D) to those on each day, by (D, D) shares, which one product reads once."""
    return lambda come: np.asarray(come.reshape(-1, come.shape[-1]) @ shares).reshape(come.shape)


def _thinned(come: Floats, entered: Floats, left: Floats, through: Callable[[Floats], Floats]) -> Floats:
    """`through(come)`, less those whom a hazard takes between the day of entry and the day of what is counted.

    `entered` and `left` (…, D) are the hazard used up since the start at either. Weights exp(entered) are taken in
    blocks of days in which they stay within bounds.
    """
    block = np.floor(entered / _BLOCK)
    out = np.zeros_like(come)
    for number in np.arange(block.min(initial=0.0), block.max(initial=0.0) + 1):
        used = number * _BLOCK
        weight = np.where(block == number, np.exp(np.clip(entered - used, 0.0, _BLOCK)), 0.0)
        out = out + through(come * weight) * np.exp(np.minimum(used - left, 0.0))
    return out
