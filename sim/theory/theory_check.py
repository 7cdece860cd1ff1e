"""The rows of `twin.csv`: quantities as simulated and by theory, and whether chance explains the difference."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.formats import readable
from sim.measures.intervals import student
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import ENDLESS, Tables
from sim.theory import national_stock
from sim.theory.observations import Observed
from sim.theory.system import Expected, Kind, System, Window, expected, recognise, window

LEVEL: Final = 0.999
Z: Final = 3.2905267314919255
"""Half-width of a two-sided interval of that level in standard errors, where these are known."""
FEWEST: Final = 10
"""Replications from which on their own spread is used, where the theory does not know it."""
_ROUNDING: Final = 1e-9

QUANTITIES: Final = {
    "in_custody_mean": ("people", "in custody, mean"),
    "in_custody_end": ("people", "in custody, end"),
    "held_mean": ("people", "held, mean"),
    "held_end": ("people", "held, end"),
    "wait_share": ("share", "share who wait"),
    "bed_wait_days": ("d", "wait for a bed, days"),
    "left_line_share": ("share", "share who leave the line"),
    "lost_share": ("share", "share without a bed"),
    "lost_share_mandatory": ("share", "the same, mandatory"),
    "lost_share_discretionary": ("share", "the same, discretionary"),
    "bed_line_mean": ("people", "people waiting for a bed"),
    "bed_exits_per_day": ("people/d", "people who leave a bed a day"),
}
"""Unit and words of each quantity."""
_FIRST: Final = {
    Kind.INFINITE: "held_mean",
    Kind.LOSS: "lost_share",
    Kind.WAIT: "wait_share",
    Kind.PATIENCE: "left_line_share",
    Kind.FIXED_PATIENCE: "lost_share",
    Kind.PREEMPTION: "lost_share",
}
_TOLERANCE: Final = f"{100 * national_stock.TOLERANCE:.0f} %"
LITTLE, FLUID = "Little's law", "fluid bound"
_ALWAYS: Final = (LITTLE, FLUID)
_DATED: Final = "differs because giving up changes by date, of which the theory takes the mean"
_FEW: Final = f"not compared: only the long run is known, which is judged from {FEWEST} replications on"


@dataclass(frozen=True)
class Row:
    """One quantity beside its theory; `agrees` is None where the two were not compared."""

    quantity: str
    simulated: float | None
    low: float | None
    high: float | None
    theory: float | None
    name: str
    applies: bool
    agrees: bool | None
    why: str

    @property
    def unit(self) -> str:
        """Unit of the four numbers."""
        return QUANTITIES[self.quantity][0]

    def cells(self, scenario: str) -> tuple[object, ...]:
        """The row of `twin.csv`."""
        numbers = (self.simulated, self.low, self.high, self.theory)
        flags = (None if flag is None else str(flag).lower() for flag in (self.applies, self.agrees))
        return (scenario, self.quantity, self.unit, *numbers, self.name, *flags, self.why)

    def complaint(self) -> str:
        """What is wrong, as one line."""
        if self.name in _ALWAYS:  # a difference may be in the last digit
            return f"twin: {self.quantity} {self.simulated!r} simulated, {self.theory!r} by {self.name}: differs"
        numbers = f"{self.simulated:.6g} simulated, {self.theory:.6g} by {self.name}"
        return f"twin: {self.quantity} {numbers}: differs by more than {self.slack}"

    @property
    def slack(self) -> str:
        """What a difference is held against."""
        return f"{_TOLERANCE} and chance" if self.name == national_stock.NAME else "chance"


def rows(scenario: Scenario, tables: Tables, observed: Sequence[Observed]) -> list[Row]:
    """Every comparison of a run; `observed` has one entry per finished replication, at least one."""
    laws = [*_little(tables, observed), *_fluid(scenario, tables, observed)]
    if national_stock.is_nation(tables):
        return [*laws, *_of_nation(scenario, tables, observed)]
    return [*laws, *_of_system(recognise(scenario, tables), observed)]


def lines(found: Sequence[Row]) -> list[str]:
    """A line for each theory of a queue that applies: its first quantity, and whether all agree."""
    names = dict.fromkeys(row.name for row in found if row.applies and row.name not in _ALWAYS)
    return [_line([row for row in found if row.name == name]) for name in names]


def _line(of_one: Sequence[Row]) -> str:
    first, wrong = of_one[0], [row.quantity for row in of_one if row.agrees is False]
    if first.simulated is None:
        return f"{first.name}: {first.why}"
    # where nothing is wrong, all agree, or the first that does not has a reason that is known
    verdict = next((row.why for row in of_one if row.agrees is None and row.simulated is not None), "agrees")
    verdict = f"differs by more than {first.slack} in {', '.join(wrong)}" if wrong else verdict
    figures = f"{_figures(first.simulated)}, theory {_figures(first.theory)}"
    return f"{first.name}: {QUANTITIES[first.quantity][1]} {figures}: {verdict}"


def _figures(value: float | None) -> str:
    return "none" if value is None else readable(value)


# --- laws of every run ----------------------------------------------------------------------------
def _little(tables: Tables, observed: Sequence[Observed]) -> Iterator[Row]:
    """L = λ W within the window, to the last person-second: the engine's tally against the records."""
    identities = [
        ("held_mean", "held", "count at every midnight, and people in bed a day × midnights each"),
        ("bed_line_mean", "line", "person-seconds on the line, and people who join it × time each"),
    ]
    for quantity, key, sides in identities if tables.beds_on else identities[:1]:
        same = all(one[f"{key}_counted"] == one[f"{key}_recorded"] for one in observed)
        counted, recorded = (_mean(f"{key}_{side}", observed) for side in ("counted", "recorded"))
        why = f"an identity: the engine's {sides} in the records"
        yield Row(quantity, counted, None, None, recorded, LITTLE, True, same, why)


def _fluid(scenario: Scenario, tables: Tables, observed: Sequence[Observed]) -> Iterator[Row]:
    """No more people leave beds than full beds would let go: operating beds ÷ mean time in one (Newell 1982)."""
    if not tables.beds_on or (tables.operating >= ENDLESS).any() or not all(one["beds_filled"][1] for one in observed):
        return
    because = _above_operating(scenario, tables)
    below = all(_value(one["bed_exits"]) <= _value(one["beds_filled"]) * (1 + 1e-12) for one in observed)
    left, bound = _mean("bed_exits", observed), float(np.mean([_value(one["beds_filled"]) for one in observed]))
    why = because or "an upper bound: operating beds ÷ mean time in one, reached where every bed is always taken"
    yield Row("bed_exits_per_day", left, None, None, bound, FLUID, not because, None if because else below, why)


def _above_operating(scenario: Scenario, tables: Tables) -> str:
    """Why more people may be in beds than operate; empty if they cannot."""
    ladder = [] if scenario.beds is None else scenario.beds.ladder
    if any(rung.over_contract is not None for rung in ladder):
        return "does not apply: beds may be used beyond the contract"
    if (np.diff(tables.operating, axis=1) < 0).any():
        return "does not apply: the number of beds falls, which moves nobody"
    held = int(scenario.people.day0.held)
    if held > int(tables.operating[:, 0].sum()) or (held > 1 and len(tables.areas) > 1):
        return "does not apply: people held on day 0 may be more than the beds of their area"
    return ""


# --- the system a scenario reduces to -------------------------------------------------------------
def _of_system(system: System, observed: Sequence[Observed]) -> list[Row]:
    if system.because:
        because = f"does not apply: {system.because}"
        return [Row(_FIRST[system.kind], None, None, None, None, system.name, False, None, because)]
    days = window(system)
    return [_compared(system, days, one, observed) for one in expected(system)]


def _compared(system: System, days: Window, theory: Expected, observed: Sequence[Observed]) -> Row:
    """A quantity beside its theory: the long run is judged from `FEWEST` replications on, by their own spread."""
    n = len(observed)
    simulated, error = _ratio([one[theory.quantity] for one in observed])
    because = days.because or ("" if theory.exact or n >= FEWEST else _FEW)
    if simulated is None or because:
        because = because or "not compared: nobody came"
        return Row(theory.quantity, simulated, None, None, theory.value, system.name, True, None, because)
    half = spread(theory.value, theory.sd**2 / n, theory.most)
    if not theory.exact:
        half = max(half, student(n - 1, LEVEL) * error)
    agrees = abs(simulated - theory.value) <= half + _ROUNDING * abs(theory.value)
    low, high = max(simulated - half, 0.0), min(simulated + half, theory.most)
    why = f"99.9 % interval of {_number_of(n)}" + (f"; from day {days.warm_up} on" if days.warm_up else "")
    return Row(theory.quantity, simulated, low, high, theory.value, system.name, True, agrees, why)


def spread(mean: float, variance: float, most: float = math.inf) -> float:
    """Half-width, by moments, of a `LEVEL` interval of a number between 0 and `most`.

    The wider of the normal one and of the upper half of a gamma law's, for the distance to the nearer bound: a few rare
    events are skewed, and the normal law would call one of them impossible.
    """
    normal, near = Z * math.sqrt(variance), min(mean, most - mean)
    shape = near * near / variance if variance > 0 else math.inf
    if not 1e-6 < shape < 1e6:
        return normal
    from scipy.special import chdtri

    return max(normal, near * (float(chdtri(2.0 * shape, (1.0 - LEVEL) / 2.0)) / (2.0 * shape) - 1.0))


def _number_of(replications: int) -> str:
    return f"{replications} replications" if replications > 1 else "one replication"


# --- the stock of a nation ------------------------------------------------------------------------
def _of_nation(scenario: Scenario, tables: Tables, observed: Sequence[Observed]) -> list[Row]:
    if because := national_stock.obstacle(scenario, tables):
        why = f"does not apply: {because}"
        return [Row("in_custody_mean", None, None, None, None, national_stock.NAME, False, None, why)]
    stock = national_stock.stock(scenario, tables)
    dated = _DATED if np.ptp(tables.giving_up_speed, axis=1).any() else ""
    at_end = Expected("in_custody_end", float(stock.held[-1]), stock.end_sd)
    in_the_mean = Expected("in_custody_mean", float(stock.held.mean()), stock.mean_sd)
    return [_stock(theory, stock.stay, observed, dated) for theory in (in_the_mean, at_end)]


def _stock(theory: Expected, stay: float, observed: Sequence[Observed], dated: str) -> Row:
    """Agreement to within the tolerance and chance; None where lines or full hold rooms, left out here, are why not."""
    simulated = _mean(theory.quantity, observed)
    half = spread(theory.value, theory.sd**2 / len(observed))
    beyond = abs(simulated - theory.value) - half - national_stock.TOLERANCE * theory.value
    more = simulated > theory.value
    because = (_lines_are_why(theory.quantity, more, beyond, stay, observed) or dated) if beyond > 0 else ""
    bound = f"to within {_TOLERANCE} and the 99.9 % interval of {_number_of(len(observed))}"
    why = because or f"{bound}; lines last their usual days"
    agrees = None if because else beyond <= 0
    low, high = max(simulated - half, 0.0), simulated + half
    return Row(theory.quantity, simulated, low, high, theory.value, national_stock.NAME, True, agrees, why)


def _lines_are_why(quantity: str, more: bool, beyond: float, stay: float, observed: Sequence[Observed]) -> str:
    """Which line explains people more, or releases for lack of a bed people fewer than expected; empty if none."""
    people = {line: _mean(f"beyond_{line}_{quantity}", observed) for line in national_stock.LINES}
    if more and sum(people.values()) >= beyond:
        longest = max(people, key=lambda line: people[line])
        return (
            f"differs because of lines, most that {national_stock.LINES[longest]}: "
            f"{_figures(people[longest])} people more than in its usual days"
        )
    released = _mean("left_for_want_of_a_bed", observed)
    if not more and released * stay >= beyond:
        return f"differs because of the line for a bed: {_figures(released)} people a day are released from it"
    stopped = _mean("stopped_at_ceiling", observed)
    if not more and (released + stopped) * stay >= beyond:
        return f"differs because of the ceiling on hold rooms: {_figures(stopped)} people a day are not taken in"
    return ""


def _ratio(pairs: Sequence[tuple[float, float]]) -> tuple[float | None, float]:
    """Sum over sum, and its standard error (ratio estimator, Cochran 1977); None if nothing is counted."""
    above, below = np.array([pair[0] for pair in pairs], np.float64), np.array([pair[1] for pair in pairs], np.float64)
    if below.sum() <= 0:
        return None, 0.0
    value = float(above.sum() / below.sum())
    n = len(pairs)
    error = math.sqrt(float(((above - value * below) ** 2).sum()) / max(n - 1, 1) / n) / float(below.mean())
    return value, error


def _value(pair: tuple[float, float]) -> float:
    return pair[0] / pair[1]


def _mean(quantity: str, observed: Sequence[Observed]) -> float:
    return math.fsum(_value(one[quantity]) for one in observed) / len(observed)
