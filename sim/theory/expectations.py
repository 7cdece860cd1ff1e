"""What the theory of a system expects of a run of it, and how far chance takes one replication from that."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.schema.distributions import Exponential
from sim.theory import infinite_server as endless
from sim.theory import queueing as twin
from sim.theory.birth_death import Chain, is_affordable, occupation, stationary, trimmed, variance_of_mean
from sim.theory.system import Kind, System

Floats = NDArray[np.float64]

_NOTHING_LEFT: Final = 1e-14
_CUT: Final = 1e-9
_STAYS_COMPARED: Final = 10
_MEMORIES: Final = 7
"""Relaxation times after which a thousandth of the start is left."""


@dataclass(frozen=True)
class Expected:
    """A quantity by theory. `sd`: the standard deviation of one replication, at most; `long_run` its steady value.

    `fourth`: for a variance, the fourth cumulant of what varies.
    """

    quantity: str
    value: float
    sd: float
    long_run: float | None = None
    fourth: float | None = None


@dataclass(frozen=True)
class Window:
    """The days of a run that are compared, from `warm_up` on; `exact`: with the way from the start known.

    `because` says why no day is compared.
    """

    warm_up: int
    exact: bool
    because: str = ""


def window(system: System) -> Window:
    """Which days the theory speaks of: all where it knows the way from the start, else those after a warm-up."""
    if system.because or system.kind is Kind.ENDLESS or _can_be_followed(system):
        return Window(0, True)
    warm_up, stay = _warm_up(system), system.mean_stay
    if system.days - warm_up >= _STAYS_COMPARED * stay:
        return Window(warm_up, False)
    start = "is not steady at the start" if sum(system.day0) else "starts empty"
    need = f"{warm_up} d of warm-up and {_STAYS_COMPARED} stays of {stay:.3g} d"
    return Window(warm_up, False, f"not compared: it {start} and {system.days} d is less than {need}")


def expected(system: System) -> list[Expected]:
    """Every quantity the theory of the system knows, for the days of its window; the first says most."""
    if system.kind is Kind.ENDLESS:
        return _endless(system)
    seen = window(system)
    days = system.days - seen.warm_up
    areas = _areas(system, system.rates[:, 0], seen.exact)
    if system.kind is Kind.FIXED_PATIENCE:
        return _fixed_patience(areas, days)
    if system.kind is Kind.WAIT:
        return [_found_none(areas, days), _waited(areas, days), _held(areas, days)]
    if system.kind is Kind.PATIENCE:
        return [_left_line(areas, days), _found_none(areas, days), _waited(areas, days), _held(areas, days)]
    lost = _lost("lost_share", areas, days)
    by_class = _by_class(system, lost, seen) if system.kind is Kind.PREEMPTION else []
    return [lost, *by_class, _held(areas, days)]


# --- endless beds ---------------------------------------------------------------------------------
def _endless(system: System) -> list[Expected]:
    stock = endless.stock(system.rates.sum(axis=0), system.law, sum(system.day0), system.bands)
    end = float(stock.held[-1])
    return [
        Expected("held_mean", float(stock.held.mean()), math.sqrt(stock.mean_variance)),
        Expected("held_end", end, math.sqrt(stock.end_variance)),
        Expected("held_end_variance", stock.end_variance, math.nan, fourth=stock.end_kurtosis),
    ]


# --- limited beds: one birth-death chain an area --------------------------------------------------
@dataclass(frozen=True)
class Area:
    """One area's chain and what it sees: probabilities at midnights and over time, as shares of the window."""

    system: System
    arrivals: float
    beds: int
    chain: Chain
    nights: Floats
    time: Floats
    steady: Floats

    @property
    def people(self) -> Floats:
        """(K + 1,) numbers of people by state."""
        return self.chain.people

    @property
    def knows_long_run(self) -> bool:
        """Whether no longer line than the window allows would have weight in the long run."""
        return self.people[-1] == self.beds or float(self.steady[-1]) < _CUT


def _held(areas: list[Area], days: int) -> Expected:
    """People in beds at midnight. Sampled once a day a mean varies by no more than its own variance beside."""
    value = spread = steady = 0.0
    for area in areas:
        inside = np.minimum(area.people, area.beds)
        value += float(inside @ area.nights)
        steady += float(inside @ area.steady)
        once = variance_of_mean(area.chain, inside, 0.0)
        spread += variance_of_mean(area.chain, inside, days, _spread(area.system)) + once / days
    return Expected("held_mean", value, math.sqrt(spread), steady if all(a.knows_long_run for a in areas) else None)


def _is_full(area: Area) -> Floats:
    """1 where no bed is free (seen by those who come as well: Poisson arrivals see time averages, Wolff 1982)."""
    return (area.people >= area.beds).astype(np.float64)


def _line(area: Area) -> Floats:
    return np.maximum(area.people - area.beds, 0.0)


def _lost(quantity: str, areas: list[Area], days: int) -> Expected:
    """Share who lose a bed or find none. `_spread`: what is known of its chance is known for exponential stays."""
    return _share(quantity, areas, _is_full, days, spread=_spread(areas[0].system))


def _found_none(areas: list[Area], days: int) -> Expected:
    return _share("wait_share", areas, _is_full, days)


def _left_line(areas: list[Area], days: int) -> Expected:
    """Share who lose patience: those on the line leave at a constant rate."""
    return _share("left_line_share", areas, lambda area: _line(area) / (area.arrivals * area.system.patience), days)


def _waited(areas: list[Area], days: int) -> Expected:
    """Days on the line a person: days spent on it in the window ÷ people who came (Little's law, W = L/λ)."""
    return _share("bed_wait_days", areas, lambda area: _line(area) / area.arrivals, days, counted=0.0)


def _share(
    quantity: str,
    areas: list[Area],
    a_person: Callable[[Area], Floats],
    days: int,
    counted: float = 1.0,
    spread: float = 1.0,
) -> Expected:
    """What a person who comes meets on average, `a_person` by state, over all areas.

    A replication varies by the chain's own variance and, at most added to it, by who comes and what is `counted` given
    the chain.
    """
    every = sum(area.arrivals for area in areas)
    value = steady = slow = 0.0
    for area in areas:
        meets, weight = a_person(area), area.arrivals / every
        value += weight * float(meets @ area.time)
        steady += weight * float(meets @ area.steady)
        slow += weight**2 * variance_of_mean(area.chain, meets, days, spread)
    long_run = steady if all(area.knows_long_run for area in areas) else None
    return Expected(quantity, value, math.sqrt(slow) + _fast(value, every * days, counted), long_run)


def _fast(value: float, people: float, counted: float = 1.0) -> float:
    """Standard deviation of a mean over so many people that come and go by chance, each `counted` or measured."""
    return math.sqrt((value**2 + counted * value) / people)


def _by_class(system: System, every: Expected, seen: Window) -> list[Expected]:
    """Losses of mandatory people, who see only each other, and of the others, who bear the rest."""
    first = [float(system.rates[a, 0] * system.first[a]) for a in system.used]
    rest = float(system.rates[:, 0].sum()) - sum(first)
    if min(sum(first), rest) <= 1e-9 * max(sum(first), rest):
        return []
    areas = _areas(system, system.rates[:, 0] * system.first, seen.exact, system.day0_first)
    above = _lost("lost_share_mandatory", areas, system.days - seen.warm_up)
    return [above, _rest(every, above, sum(first), rest)]


def _rest(every: Expected, above: Expected, first: float, rest: float) -> Expected:
    """What is left of the losses for the second class; its chance at most both added."""
    assert every.long_run is not None and above.long_run is not None
    return Expected(
        "lost_share_discretionary",
        ((first + rest) * every.value - first * above.value) / rest,
        ((first + rest) * every.sd + first * above.sd) / rest,
        ((first + rest) * every.long_run - first * above.long_run) / rest,
    )


def _fixed_patience(areas: list[Area], days: int) -> list[Expected]:
    """M/M/s+D in the long run; its chance is taken from exponential patience of the same mean."""
    system, every = areas[0].system, sum(area.arrivals for area in areas)
    exact = [twin.fixed_patience(area.beds, area.arrivals, system.mean_stay, system.patience) for area in areas]

    def a_person(values: list[float]) -> float:
        return sum(area.arrivals * value for area, value in zip(areas, values, strict=True)) / every

    found = (
        ("lost_share", a_person([one.abandon_share for one in exact]), _left_line(areas, days)),
        ("wait_share", a_person([one.wait_share for one in exact]), _found_none(areas, days)),
        ("bed_wait_days", a_person([one.mean_wait for one in exact]), _waited(areas, days)),
        ("held_mean", sum(one.mean_busy for one in exact), _held(areas, days)),
    )
    return [Expected(name, value, max(near.sd, _fast(value, every * days)), value) for name, value, near in found]


# --- chains ---------------------------------------------------------------------------------------
def _areas(system: System, rates: Floats, exact: bool, share: float | None = None) -> list[Area]:
    """The areas to which people come at `rates` (A,) a day; those that are alike are worked out once.

    `share`: of one class only, to which each of those held on day 0 belongs by this chance.
    """
    known: dict[tuple[float, int, int], Area] = {}
    areas = []
    for a in np.flatnonzero(rates).tolist():
        alike = float(rates[a]), system.beds[a], system.day0[a]
        known[alike] = known.get(alike) or _area(system, *alike, exact, share)
        areas.append(known[alike])
    return areas


def _area(system: System, arrivals: float, beds: int, held: int, exact: bool, share: float | None) -> Area:
    chain = _chain(system, arrivals, beds, held, share)
    steady = stationary(chain)
    nights = time = steady
    if exact and (share is None or chain.people[-1] >= beds):  # a class that never fills the beds loses nobody
        nights, time = (part / system.days for part in occupation(chain, system.days))
    return Area(system, arrivals, beds, chain, nights, time, steady)


def _chain(system: System, arrivals: float, beds: int, held: int, share: float | None = None) -> Chain:
    line = 0 if system.kind in (Kind.LOSS, Kind.PREEMPTION) else _longest_line(system, arrivals, beds)
    leaving = 1.0 / system.patience if system.patience > 0 else 0.0
    inside = np.arange(1.0, beds + line + 1.0)
    down = np.minimum(inside, beds) / system.mean_stay + np.maximum(inside - beds, 0.0) * leaving
    return trimmed(Chain(np.full(beds + line, arrivals), down, _start(beds + line, held, share)))


def _start(top: int, held: int, share: float | None) -> Floats:
    """(top + 1,) probabilities of the number held at the start: certain, or each held with a chance of `share`."""
    start = np.zeros(top + 1)
    if share is None or held == 0 or share >= 1.0:
        start[held] = 1.0
    elif share <= 0.0:
        start[0] = 1.0
    else:
        logs = [
            math.lgamma(held + 1) - math.lgamma(n + 1) - math.lgamma(held - n + 1)
            + n * math.log(share) + (held - n) * math.log(1 - share)
            for n in range(held + 1)
        ]  # fmt: skip
        start[: held + 1] = np.exp(logs)
    return start


def _longest_line(system: System, arrivals: float, beds: int) -> int:
    """A line that is never reached: beyond it the long run has no weight, or the window is too short to come there."""
    full = beds / system.mean_stay
    if system.patience > 0:
        mean = max(0.0, arrivals - full) * system.patience
        return int(mean + 12.0 * math.sqrt(arrivals * system.patience) + 50.0)
    reached = 12.0 * math.sqrt(2.0 * arrivals * system.days) + 50.0
    return int(min(reached, math.log(_NOTHING_LEFT) / math.log(arrivals / full))) + 1


def _memory(system: System) -> float:
    """Days in which the slowest area forgets all but 1/e of its start: a stay, or 1 / (sμ (1 − √ρ)²) with a line."""
    most = system.mean_stay + system.patience
    if system.kind is Kind.WAIT:
        for a in system.used:
            full = system.beds[a] / system.mean_stay
            most = max(most, 1.0 / (full * (1.0 - math.sqrt(float(system.rates[a, 0]) / full)) ** 2))
    return most


def _can_be_followed(system: System) -> bool:
    """Whether the way from the start is that of a chain, and one that is quick to follow."""
    if system.kind is Kind.FIXED_PATIENCE or not isinstance(system.law, Exponential):
        return False
    alike = {(float(system.rates[a, 0]), system.beds[a], system.day0[a], float(system.first[a])) for a in system.used}
    return is_affordable([chain for each in alike for chain in _chains(system, *each)], system.days, _memory(system))


def _chains(system: System, rate: float, beds: int, held: int, first: float) -> list[Chain]:
    """The chain of an area, and under preemption that of its first class unless that never fills the beds."""
    every = _chain(system, rate, beds, held)
    if system.kind is not Kind.PREEMPTION or not 0 < first < 1:
        return [every]
    above = _chain(system, rate * first, beds, held, system.day0_first)
    return [every, above] if above.people[-1] >= beds else [every]


def _warm_up(system: System) -> int:
    """Days after which a thousandth of the start is left: of the person-days of a stay, or of a line."""
    return max(endless.long_tail_days(system.law), math.ceil(_MEMORIES * _memory(system)))


def _spread(system: System) -> float:
    """Variance against that of exponential stays: (1 + c²)/2 as for endless beds, not below 1; c² of the stay."""
    if isinstance(system.law, Exponential):
        return 1.0
    days = min(36_600, 4 * endless.long_tail_days(system.law))
    kept = endless.by_day(system.law, days)
    second = float(((2.0 * np.arange(days) + 1.0) * kept).sum())
    return max(1.0, second / (2.0 * system.mean_stay**2))
