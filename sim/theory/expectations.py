"""What the theory of a system expects of a run: the values of its window, and how far chance takes them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.schema.distributions import Exponential
from sim.theory import infinite_server, queueing
from sim.theory.birth_death import Chain, Reward, expectation, is_affordable, occupation, variance
from sim.theory.system import Kind, System

Floats = NDArray[np.float64]

_NOTHING_LEFT: Final = 1e-8
_STAYS_COMPARED: Final = 10
_MEMORIES: Final = 7
"""Relaxation times after which a thousandth of the start is left."""
_MOST_STATES: Final = 400


@dataclass(frozen=True)
class Expected:
    """A quantity by theory. `sd` is the standard deviation of one replication, exact or (where `exact` is false) rough.

    `people`: those who come in a replication on average, for a quantity that is a total divided by their number; 0 for
    any other. `most` is the highest value there can be, `long_run` the one that a longer window would tend to.
    """

    quantity: str
    value: float
    sd: float
    exact: bool = True
    people: float = 0.0
    most: float = math.inf
    long_run: float | None = None


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
    if system.because or system.kind is Kind.INFINITE or _can_be_followed(system):
        return Window(0, True)
    warm_up, stay = _warm_up(system), system.mean_stay
    if system.days - warm_up >= _STAYS_COMPARED * stay:
        return Window(warm_up, False)
    start = "is not steady at the start" if system.held else "starts empty"
    need = f"{warm_up:,} d of warm-up and {_STAYS_COMPARED} stays of {stay:.3g} d"
    return Window(warm_up, False, f"not compared: it {start} and {system.days} d is less than {need}")


def expected(system: System) -> list[Expected]:
    """Every quantity the theory of the system knows, for the days of its window; the first says most."""
    if system.kind is Kind.INFINITE:
        return _infinite(system)
    days = window(system)
    return _of_the_window(system) if days.exact else _of_the_long_run(system, system.days - days.warm_up)


def _infinite(system: System) -> list[Expected]:
    stock = infinite_server.stock(system.rates.sum(axis=0), system.law, system.held, system.bands)
    return [
        Expected("held_mean", float(stock.held.mean()), math.sqrt(stock.mean_variance)),
        Expected("held_end", float(stock.held[-1]), math.sqrt(stock.end_variance)),
    ]


# --- limited beds: the long run, by formula -------------------------------------------------------
def _long_run(system: System) -> dict[str, float]:
    """Values of the steady state over all areas, by quantity: means over the people who come, and people held."""
    totals: dict[str, float] = defaultdict(float)
    people: dict[str, float] = defaultdict(float)
    for a in system.used:
        area = float(system.rates[a, 0]), system.beds[a], float(system.first[a])
        for quantity, value, weight in _steady(system, *area):
            totals[quantity] += value * weight
            people[quantity] += weight
    return {name: total / (1.0 if name == "held_mean" else people[name]) for name, total in totals.items()}


def _steady(system: System, rate: float, beds: int, first: float) -> list[tuple[str, float, float]]:
    """Quantity, value, and the people a day of whom it is a mean (1 for people held), of one area."""
    stay, load = system.mean_stay, rate * system.mean_stay
    if system.kind is Kind.WAIT:
        waits, days = queueing.erlang_c(beds, load), queueing.erlang_c_wait(beds, rate, stay)
        return [("wait_share", waits, rate), ("bed_wait_days", days, rate), ("held_mean", load, 1.0)]
    if system.kind in (Kind.PATIENCE, Kind.FIXED_PATIENCE):
        formula = queueing.erlang_a if system.kind is Kind.PATIENCE else queueing.fixed_patience
        found = formula(beds, rate, stay, system.patience)
        return [
            ("left_line_share" if system.kind is Kind.PATIENCE else "lost_share", found.abandon_share, rate),
            ("wait_share", found.wait_share, rate),
            ("bed_wait_days", found.mean_wait, rate),
            ("held_mean", found.mean_busy, 1.0),
        ]
    lost = queueing.erlang_b(beds, load)
    out = [("lost_share", lost, rate)]
    if system.kind is Kind.PREEMPTION and _has_two_classes(system):
        above = queueing.erlang_b(beds, load * first)
        second = (lost - first * above) / (1.0 - first) if first < 1.0 else 0.0
        out.append(("lost_share_mandatory", above, rate * first))
        out.append(("lost_share_discretionary", second, rate * (1.0 - first)))
    return [*out, ("held_mean", load * (1.0 - lost), 1.0)]


def _has_two_classes(system: System) -> bool:
    first = float(system.first @ system.rates[:, 0]) / float(system.rates[:, 0].sum())
    return 1e-9 < first < 1.0 - 1e-9


def _of_the_long_run(system: System, days: int) -> list[Expected]:
    """The steady state; the deviation is that of as many independent people as the value amounts to."""
    values, people = _long_run(system), float(system.rates[:, 0].sum()) * days
    return [_steady_one(system, quantity, values, people, days) for quantity in values]


def _most(system: System, quantity: str) -> float:
    """The highest value of a quantity."""
    if quantity == "held_mean":
        return float(sum(system.beds[a] for a in system.used))
    return 1.0 if quantity.endswith("share") or "_share_" in quantity else math.inf


def _steady_one(system: System, quantity: str, values: dict[str, float], people: float, days: int) -> Expected:
    value, most = values[quantity], _most(system, quantity)
    if quantity == "held_mean":
        return Expected(quantity, value, math.sqrt(2.0 * value * system.mean_stay / days), False, 0.0, most)
    waited = values["wait_share"] * people if quantity == "bed_wait_days" else 0.0
    variance = 2.0 * value**2 / waited if waited > 0 else max(value, 0.0) / people
    return Expected(quantity, value, math.sqrt(variance), False, people, most)


# --- limited beds: the window, by one birth-death chain an area -----------------------------------
@dataclass(frozen=True, eq=False)
class Area:
    """One area's chain, and its expected midnights and days in each state of the window."""

    beds: int
    chain: Chain
    nights: Floats
    time: Floats

    @property
    def full(self) -> Floats:
        """1 where no bed is free (Poisson arrivals see the same share as the clock, Wolff 1982)."""
        return (self.chain.people >= self.beds).astype(np.float64)

    @property
    def line(self) -> Floats:
        """(K + 1,) people on the line."""
        return np.maximum(self.chain.people - self.beds, 0.0)

    @property
    def in_bed(self) -> Floats:
        """(K + 1,) people in beds."""
        return np.minimum(self.chain.people, self.beds)


_REWARDS: Final[dict[str, Callable[[Area], Reward]]] = {
    "lost_share": lambda area: Reward(arrival=area.full),
    "wait_share": lambda area: Reward(arrival=area.full),
    "left_line_share": lambda area: Reward(leaving=1.0),
    "bed_wait_days": lambda area: Reward(time=area.line),
}
"""What adds to the total of each quantity that is a mean over the people who come."""


def _of_the_window(system: System) -> list[Expected]:
    long_run, areas = _long_run(system), _areas(system, system.rates[:, 0])
    out = {name: _per_person(name, _REWARDS[name], areas, system.days) for name in long_run if name in _REWARDS}
    if "lost_share_mandatory" in long_run:
        out |= _by_class(system, areas, out["lost_share"])
    out["held_mean"] = _held(areas, system.days)
    return [replace(out[name], most=_most(system, name), long_run=value) for name, value in long_run.items()]


def _per_person(quantity: str, reward: Callable[[Area], Reward], areas: list[Area], days: int) -> Expected:
    """A total ÷ the people who come. Chance is that of the total less the value for each who comes."""
    people = sum(area.chain.arrivals for area in areas) * days
    total = sum(expectation(area.chain, reward(area), area.nights, area.time) for area in areas)
    return Expected(quantity, total / people, _sd(reward, total / people, areas, days) / people, True, people)


def _sd(reward: Callable[[Area], Reward], value: float, areas: list[Area], days: int) -> float:
    """Standard deviation of a total less `value` for each person who comes; areas that are alike are one object."""
    total = 0.0
    for area, copies in Counter(areas).items():
        own = reward(area)
        less = Reward(own.time, own.midnight, own.arrival - value, own.leaving)
        total += copies * variance(area.chain, less, days)
    return math.sqrt(total)


def _held(areas: list[Area], days: int) -> Expected:
    value = sum(float(area.in_bed @ area.nights) for area in areas) / days
    return Expected("held_mean", value, _sd(lambda area: Reward(midnight=area.in_bed / days), 0.0, areas, days))


def _by_class(system: System, areas: list[Area], every: Expected) -> dict[str, Expected]:
    """Losses of mandatory people, who see only each other, and of the others, who bear the rest.

    The deviation of the rest is at most that of both totals added.
    """
    lost = _REWARDS["lost_share"]
    alone = _areas(system, system.rates[:, 0] * system.first, system.day0_first)
    first = _per_person("lost_share_mandatory", lost, alone, system.days)
    people = every.people - first.people
    value = (every.value * every.people - first.value * first.people) / people
    sd = (_sd(lost, value, areas, system.days) + _sd(lost, value, alone, system.days)) / people
    rest = Expected("lost_share_discretionary", value, sd, True, people)
    return {one.quantity: one for one in (first, rest)}


def _areas(system: System, rates: Floats, share: float = 1.0) -> list[Area]:
    """The areas to which people come at `rates` (A,) a day; those that are alike are one object.

    `share`: the chance of each person held on day 0 to be among those looked at.
    """
    known: dict[tuple[float, int, int], Area] = {}
    out = []
    for a in np.flatnonzero(rates).tolist():
        alike = float(rates[a]), system.beds[a], system.day0[a]
        if alike not in known:
            chain = _chain(system, *alike, share)
            known[alike] = Area(alike[1], chain, *occupation(chain, system.days))
        out.append(known[alike])
    return out


def _chain(system: System, arrivals: float, beds: int, held: int, share: float) -> Chain:
    from scipy.special import bdtr

    inside = np.arange(1.0, _top(system, arrivals, beds, held) + 1.0)
    leaving = np.maximum(inside - beds, 0.0) * (1.0 / system.patience if system.patience > 0 else 0.0)
    start = np.zeros(len(inside) + 1)
    start[: held + 1] = np.diff(bdtr(np.arange(held + 1.0), held, share), prepend=0.0)
    return Chain(arrivals, np.minimum(inside, beds) / system.mean_stay + leaving, leaving, start)


def _top(system: System, arrivals: float, beds: int, held: int) -> int:
    """The last state: all beds and a line that is never longer, or a number of people that is never reached."""
    load = max(arrivals * system.mean_stay, float(held))
    if (most := load + 6.0 * math.sqrt(load) + 20.0) < beds:
        return int(most)
    return beds + (0 if system.kind in (Kind.LOSS, Kind.PREEMPTION) else _longest_line(system, arrivals, beds))


def _longest_line(system: System, arrivals: float, beds: int) -> int:
    """Beyond it the long run has no weight, or the window is too short to come there."""
    full = beds / system.mean_stay
    if system.patience > 0:
        mean = max(0.0, arrivals - full) * system.patience
        return int(mean + 6.0 * math.sqrt(arrivals * system.patience) + 20.0)
    reached = 6.0 * math.sqrt(2.0 * arrivals * system.days) + 20.0
    return int(min(reached, math.log(_NOTHING_LEFT) / math.log(arrivals / full))) + 1


def _can_be_followed(system: System) -> bool:
    """Whether the way from the start is that of chains, from a known state, and quick to follow."""
    if system.kind is Kind.FIXED_PATIENCE or not isinstance(system.law, Exponential):
        return False
    if system.held and len(system.beds) > 1:  # who is held where is a matter of chance
        return False
    alike = {(float(system.rates[a, 0]), system.beds[a], system.day0[a]) for a in system.used}
    states = [_top(system, *each) + 1 for each in alike]
    totals = 6 if system.kind is Kind.PREEMPTION else 4
    return max(states) <= _MOST_STATES and is_affordable(states, system.days, totals)


def _memory(system: System) -> float:
    """Days in which the slowest area forgets all but 1/e of its start: a stay, or 1 / (sμ (1 − √ρ)²) with a line."""
    most = system.mean_stay + system.patience
    if system.kind is Kind.WAIT:
        for a in system.used:
            full = system.beds[a] / system.mean_stay
            most = max(most, 1.0 / (full * (1.0 - math.sqrt(float(system.rates[a, 0]) / full)) ** 2))
    return most


def _warm_up(system: System) -> int:
    """Days after which a thousandth of the start is left: of the person-days of a stay, or of a line."""
    return max(infinite_server.long_tail_days(system.law), math.ceil(_MEMORIES * _memory(system)))
