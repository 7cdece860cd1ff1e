"""What the theory of a system expects of a run, and how far chance takes one replication from it."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from sim.theory import infinite_server, queueing
from sim.theory.system import Kind, System

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
    return [_with_chance(system, quantity, values, people, days) for quantity in values]


def _with_chance(system: System, quantity: str, values: dict[str, float], people: float, days: int) -> Expected:
    value = values[quantity]
    if quantity == "held_mean":
        beds = float(sum(system.beds[a] for a in system.used))
        return Expected(quantity, value, math.sqrt(2.0 * value * system.mean_stay / days), beds)
    waited = values["wait_share"] * people if quantity == "bed_wait_days" else 0.0
    variance = 2.0 * value**2 / waited if waited > 0 else value / people
    return Expected(quantity, value, math.sqrt(variance), math.inf if quantity == "bed_wait_days" else 1.0)


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
