"""The queueing system that a scenario reduces to, or the nearest one and the condition that is not met."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

import numpy as np

from sim import vocabulary
from sim.arrays import Floats
from sim.people.purposes import people_of, weights_of
from sim.scenario.schema import AgeBand, Case, Scenario
from sim.scenario.schema.distributions import Constant, Exponential, Node
from sim.scenario.world.calendars import ENDLESS, NONE, Frame
from sim.scenario.world.tables import WORK, Tables
from sim.theory import infinite_server, queueing
from sim.vocabulary import SECONDS_PER_DAY

_CONTINUE: Final = 0
_HOLD_ROOM, _IN_BED = 0, 1  # vocabulary.CLOCK_STAGES
_NEVER: Final = -1


class Kind(Enum):
    """Systems that have a theory, each with the name it goes by."""

    INFINITE = "M(t)/G/∞"
    LOSS = "Erlang B"
    WAIT = "Erlang C"
    PATIENCE = "Erlang A"
    FIXED_PATIENCE = "fixed patience"
    PREEMPTION = "preemptive loss"


@dataclass(frozen=True)
class System:
    """The system of a scenario with D days and A areas; `because` is empty where its theory applies.

    `rates` (A, D) people a day, `first` (A,) the share of them in mandatory custody; `beds` (A,); `held` people at
    the start with times served in `bands`, `day0` (A,) of them in each area; `patience` days on the line: mean of an
    exponential one, or a fixed one.
    """

    kind: Kind
    because: str
    days: int
    rates: Floats = field(repr=False)
    first: Floats = field(repr=False)
    beds: tuple[int, ...]
    law: Node
    held: int
    day0: tuple[int, ...]
    bands: tuple[AgeBand, ...]
    patience: float = 0.0

    @property
    def mean_stay(self) -> float:
        """Mean stay in bed, days."""
        return self.law.mean_s / SECONDS_PER_DAY

    @property
    def used(self) -> list[int]:
        """Areas to which anybody comes."""
        return [a for a in range(len(self.rates)) if self.rates[a].any()]

    @property
    def name(self) -> str:
        """The system in Kendall's notation, with the name of its theory."""
        if self.kind is Kind.INFINITE:
            return "M/G/∞" if is_constant(self.rates) else Kind.INFINITE.value
        beds = {self.beds[a] for a in self.used}
        s = str(beds.pop()) if len(beds) == 1 else "s"
        stay = "M" if isinstance(self.law, Exponential) else "G"
        ending = {Kind.LOSS: f"/{s}", Kind.PREEMPTION: f"/{s}", Kind.PATIENCE: "+M", Kind.FIXED_PATIENCE: "+D"}
        copies = f", {len(self.used)} areas" if len(self.used) > 1 else ""
        return f"M/{stay}/{s}{ending.get(self.kind, '')} ({self.kind.value}{copies})"


def recognise(scenario: Scenario, tables: Tables) -> System:
    """Returns the system a scenario reduces to; if none, the nearest with the first condition that is not met."""
    rates = arrival_rates(scenario, tables)
    kind, patience, because = _kind(tables)
    first = np.array([_mandatory_share(scenario, word) for word in vocabulary.SOURCES])
    total = rates.sum(axis=0)
    day0 = scenario.people.day0
    system = System(
        kind=kind,
        because="",
        days=tables.days,
        rates=total,
        first=np.einsum("s,sad->a", first, rates) / np.maximum(total.sum(axis=1), 1e-300),
        beds=tuple(np.minimum(tables.operating[: len(tables.areas), 0], ENDLESS).tolist()),
        law=(scenario.case or Case()).stay or Constant(0),
        held=int(day0.held),
        day0=_by_area(scenario, tables),
        bands=tuple(day0.time_served),
        patience=patience,
    )
    if because:
        return replace(system, because=because)
    mean, problem = _exponential_patience(system, scenario, tables, rates)
    obstacles = [*_obstacles(system, scenario, tables, rates), *_queue_obstacles(system, tables, rates)]
    if kind is Kind.WAIT and (mean or problem):
        kind = Kind.PATIENCE
    if kind is Kind.FIXED_PATIENCE and mean:
        obstacles.append("people on the line leave at a fixed time and by a clock")
    elif kind is Kind.WAIT:
        loads = [(float(system.rates[a, 0]) * system.mean_stay, system.beds[a]) for a in system.used]
        full = [f"the load is {load:g}, the beds are {beds}" for load, beds in loads if load >= beds]
        obstacles += [f"a line grows without end: {text}" for text in full]
    elif problem:
        obstacles.append(problem)
    return replace(system, kind=kind, patience=mean or patience, because=next(iter(obstacles), ""))


# --- arrivals -------------------------------------------------------------------------------------
def arrival_rates(scenario: Scenario, tables: Tables) -> Floats:
    """(3, A, D) people a day by source: capability up to the goal, and the border, with weekday factors."""
    frame = Frame(tables.start, tables.days, tables.areas)
    able, goal = tables.capability_milli / 1000.0, tables.goal_milli / 1000.0
    total = able.sum(axis=(0, 1))
    share = np.divide(goal, total, out=np.ones_like(total), where=(tables.goal_milli >= 0) & (total > goal))
    border = scenario.arrests.sources.border
    booked = frame.area_values(None if border is None else border.rate)
    rates: Floats = np.concatenate([able * share, booked[None]]) * frame.weekday(scenario.arrests.weekday)
    return rates


def is_constant(rates: Floats) -> bool:
    """Whether the last axis, days, changes nothing."""
    return bool(np.allclose(rates, rates[..., :1], rtol=1e-9, atol=0.0))


def _mandatory_share(scenario: Scenario, source: str) -> float:
    people = people_of(scenario, source)
    criminality = weights_of(people.criminality, vocabulary.CRIMINALITY)
    return sum(c * m for c, m in zip(criminality, weights_of(people.mandatory, vocabulary.CRIMINALITY), strict=True))


def _by_area(scenario: Scenario, tables: Tables) -> tuple[int, ...]:
    """(A,) people held on day 0."""
    day0 = scenario.people.day0
    shares = np.array([1.0 if day0.areas is None else float(day0.areas.of(code)) for code in tables.areas])
    return tuple(np.rint(int(day0.held) * shares / max(shares.sum(), 1e-300)).astype(np.int64).tolist())


# --- people without a bed -------------------------------------------------------------------------
def _kind(tables: Tables) -> tuple[Kind, float, str]:
    """The kind by beds and ladder, a fixed patience in days, and why there is no theory of it."""
    if len(tables.place_names) > len(tables.areas) or len(tables.move_when):
        return Kind.WAIT, 0.0, "people are moved between places (beds.places, beds.moves)"
    if not tables.beds_on or (tables.operating >= ENDLESS).all():
        return Kind.INFINITE, 0.0, ""
    limits = set(tables.hours_limit_s.tolist())
    if len(limits) > 1 and NONE in tables.rung_after_s:
        return Kind.WAIT, 0.0, "the hold limit changes"
    rungs = _rungs(tables, limits.pop())
    match [kind for kind, _ in rungs]:
        case []:
            return Kind.WAIT, 0.0, ""
        case ["release"]:
            return (Kind.FIXED_PATIENCE if rungs[0][1] else Kind.LOSS), rungs[0][1] / SECONDS_PER_DAY, ""
        case ["displace", "release"] if rungs[0][1] == rungs[1][1] == 0:
            return Kind.PREEMPTION, 0.0, ""
        case ["displace", *_]:
            return Kind.PREEMPTION, 0.0, "displacement is not at once, or not followed by release at once"
    shown = ", ".join(kind for kind, _ in rungs)
    return Kind.WAIT, 0.0, f"no theory of the ladder {shown}"


def _rungs(tables: Tables, limit: int) -> list[tuple[str, int]]:
    """Rungs with the seconds after which they are tried; those never tried, and waiting at the end, left out."""
    rungs = []
    for code, after in zip(tables.rung_kind.tolist(), tables.rung_after_s.tolist(), strict=True):
        due = limit if after == NONE else after
        if due != _NEVER:
            rungs.append((vocabulary.RUNGS[code], due))
    while rungs and rungs[-1][0] == "wait":
        rungs.pop()
    return rungs


def _exponential_patience(system: System, scenario: Scenario, tables: Tables, rates: Floats) -> tuple[float, str]:
    """Mean days until a release clock takes a person off the line (0: none does), and why it is no exponential one."""
    if system.kind not in (Kind.WAIT, Kind.FIXED_PATIENCE):
        return 0.0, ""
    sources = [s for s in range(len(vocabulary.SOURCES)) if rates[s].any()]
    classes = [0] * bool((system.first > 0).any()) + [1] * bool((system.first < 1).any())
    runs = tables.clock_runs[:, classes, _HOLD_ROOM].T  # rate a day at which clocks end a wait in the hold room
    hazards = np.einsum("cr,rsd->scd", runs, tables.clock_speed[:, sources]) * (SECONDS_PER_DAY / WORK)
    if not hazards.any():
        return 0.0, ""
    if not np.allclose(hazards, hazards.flat[0], rtol=1e-6):
        return 0.0, "clocks on the line differ by date, source or custody class"
    if scenario.release is not None and scenario.release.clearance is not None:
        return 0.0, "releases wait for clearance"
    return 1.0 / float(hazards.flat[0]), ""


# --- conditions -----------------------------------------------------------------------------------
def _obstacles(system: System, scenario: Scenario, tables: Tables, rates: Floats) -> Iterator[str]:
    """Conditions of every theory that are not met: Poisson arrivals, one time in bed."""
    yield from _not_poisson(scenario, tables)
    if not rates.any():
        yield "nobody comes"
    sources = [word for word, rate in zip(vocabulary.SOURCES, rates, strict=True) if rate.any()]
    if any(people_of(scenario, word).intake.get("detain", 0.0) < 1.0 for word in sources):
        yield "intake does not detain everybody"
    if int(scenario.people.day0.held) and scenario.people.day0.composition is not None:
        yield "people held on day 0 are read from a file"
    if scenario.intake is not None and scenario.intake.processing.mean_s > 0:
        yield "intake takes time (intake.processing)"
    if scenario.intake is not None and (tables.desks < 1).any():
        yield "there are days without a desk"
    if not tables.mode_stay:
        yield "the case has steps of its own (case.mode is not stay)"
    elif system.law.mean_s <= 0:
        yield "stays have no length"
    in_bed = tables.clock_runs[:, :, _IN_BED].any(axis=1)
    if (tables.clock_speed.any(axis=(1, 2)) & in_bed).any():
        yield "release clocks act on people in beds"


def _not_poisson(scenario: Scenario, tables: Tables) -> Iterator[str]:
    arrests = scenario.arrests
    rearrest = None if scenario.release is None else scenario.release.rearrest
    if arrests.observed is not None:
        yield "arrivals are observed, not Poisson"
    if float(arrests.day_effect) > 0:
        yield f"arrivals are not Poisson: arrests.day_effect is {float(arrests.day_effect):g}"
    if any(int(batch.people) for batch in arrests.batches):
        yield "arrivals are not Poisson: arrests.batches"
    if rearrest is not None and float(rearrest.share) > 0:
        yield "arrivals are not Poisson: people are arrested again (release.rearrest)"
    if (tables.pool != NONE).any() and tables.capability_milli.any():
        yield "arrivals depend on the past: arrests.sources has a pool"
    if (tables.ceiling_above != NONE).any():
        yield "arrivals or releases depend on the past: intake.ceiling"
    yield from depends_on_state(tables)


def depends_on_state(tables: Tables) -> Iterator[str]:
    """Why arrests follow from what came before them, the pool and the ceiling on hold rooms apart."""
    if (tables.throttle_above != NONE).any():
        yield "arrivals depend on the past: arrests.throttle"
    if len(tables.move_when):
        yield "people are moved, and their cases wait on the road (beds.moves)"
    if tables.by_criminality and tables.capability_milli.any():
        yield "arrivals go by criminality (arrests.priority)"
    if tables.on_exhaustion != _CONTINUE and (tables.budget_cents[tables.limited_by > 0] != NONE).any():
        yield "what happens depends on the money left (funding.on_exhaustion)"


def _queue_obstacles(system: System, tables: Tables, rates: Floats) -> Iterator[str]:
    """Conditions of the theories of limited beds that are not met."""
    if system.kind is Kind.INFINITE:
        return
    if not is_constant(rates):
        yield "arrivals change by date"
    if not is_constant(tables.operating.astype(np.float64)):
        yield "the number of beds changes"
    if any(system.beds[a] < 1 for a in system.used):
        yield "an area where people are arrested has no bed"
    if system.kind is not Kind.LOSS and not isinstance(system.law, Exponential):
        yield "stays are not exponential"
    if any(held > beds for held, beds in zip(system.day0, system.beds, strict=True)):
        yield "more people are held on day 0 than there are beds"
    if system.kind in (Kind.LOSS, Kind.FIXED_PATIENCE, Kind.PREEMPTION):
        if not tables.release_mandatory and (system.first > 0).any():
            yield "mandatory people are not released for lack of a bed, they wait"
        if tables.needs_clearance[[vocabulary.Exit.NO_BED, vocabulary.Exit.DISPLACED]].any():
            yield "releases wait for clearance"


# --- what is expected -----------------------------------------------------------------------------
_STAYS_COMPARED: Final = 10
_MEMORIES: Final = 7
"""Relaxation times after which a thousandth of the start is left."""


@dataclass(frozen=True)
class Expected:
    """A quantity by theory. `sd` is the standard deviation of one replication, `most` the highest possible value.

    `exact`: from the start of the window, with its true deviation; otherwise in the long run, with that of as many
    independent people as the value amounts to.
    """

    quantity: str
    value: float
    sd: float
    most: float = math.inf
    exact: bool = False


@dataclass(frozen=True)
class Window:
    """The days of a run that are compared, from `warm_up` on; `because` says why there is no verdict on them."""

    warm_up: int = 0
    because: str = ""


def window(system: System) -> Window:
    """Which days the theory speaks of: all without a limit of beds, else those after a warm-up."""
    if system.because or system.kind is Kind.INFINITE:
        return Window()
    stay = system.mean_stay
    warm_up = max(infinite_server.long_tail_days(system.law), math.ceil(_MEMORIES * _memory(system)))
    if system.days - warm_up >= _STAYS_COMPARED * stay:
        return Window(warm_up)
    start = "is not steady at the start" if system.held else "starts empty"
    need = f"{warm_up:,} d of warm-up and {_STAYS_COMPARED} stays of {stay:.3g} d"
    return Window(0, f"not compared: it {start} and {system.days} d is less than {need}")


def _memory(system: System) -> float:
    """Days in which the slowest area forgets all but 1/e of its start: a stay, or 1 / (sμ (1 − √ρ)²) with a line."""
    most = system.mean_stay + system.patience
    if system.kind is Kind.WAIT:
        for a in system.used:
            full = system.beds[a] / system.mean_stay
            most = max(most, 1.0 / (full * (1.0 - math.sqrt(float(system.rates[a, 0]) / full)) ** 2))
    return most


def expected(system: System) -> list[Expected]:
    """Every quantity the theory of the system knows, for the days of its window; the first says most."""
    if system.kind is Kind.INFINITE:
        stock = infinite_server.stock(system.rates.sum(axis=0), system.law, system.held, system.bands)
        return [
            Expected("held_mean", float(stock.held.mean()), math.sqrt(stock.mean_variance), exact=True),
            Expected("held_end", float(stock.held[-1]), math.sqrt(stock.end_variance), exact=True),
        ]
    days = system.days - window(system).warm_up
    values, people = _long_run(system), float(system.rates[:, 0].sum()) * days
    out = []
    for quantity, value in values.items():
        variance, most = value / people, 1.0
        if quantity == "held_mean":
            variance, most = 2.0 * value * system.mean_stay / days, float(sum(system.beds[a] for a in system.used))
        elif quantity == "bed_wait_days":
            waited, most = values["wait_share"] * people, math.inf
            variance = 2.0 * value**2 / waited if waited > 0 else variance
        out.append(Expected(quantity, value, math.sqrt(variance), most))
    return out


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
    if system.kind is Kind.PREEMPTION and 1e-9 < first < 1.0 - 1e-9:
        loss = queueing.preemptive_loss(beds, load * first, load)
        out.append(("lost_share_mandatory", loss.first, rate * first))
        out.append(("lost_share_discretionary", loss.second, rate * (1.0 - first)))
    return [*out, ("held_mean", load * (1.0 - lost), 1.0)]
