"""`solve`: the smallest (or largest) amount of something for which a target holds.

The mean of the target's measure over the same replications at every amount (common random numbers) is a fixed
function of the amount: a sample average approximation (Kleywegt, Shapiro and Homem-de-Mello 2002), with one root
where the outcome is monotone. The root is bracketed by turns of interpolation and bisection. Its interval comes
from turning round the pointwise 95 % band of that function: the amount at which the band's lower edge meets the
target, and that at which its upper edge does. It covers chance alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from sim.errors import InputError
from sim.experiment import vary as varying
from sim.experiment.headline import not_feasible_at
from sim.experiment.options import SolveOptions
from sim.experiment.study import Point, Study, Values, as_written
from sim.experiment.vary import Vary
from sim.files.data_package import Csv
from sim.formats import ends, many, number, precise
from sim.measures.intervals import ANY, FEWEST, Estimate, estimate
from sim.scenario.numbers import fraction, slip
from sim.scenario.schema import checks as wanted
from sim.scenario.schema.checks import refuse_unknown
from sim.scenario.schema.units import quoted
from sim.vocabulary import MEASURES

_FEW_WAIT: Final = 0.05
"""People waiting for a bed at most, as a share of those who came, for the fluid bound to be stated."""
_BESIDE: Final = ("cost_usd_total", "held_mean", "removals", "releases_no_bed", "binding_stage")
"""Measures shown for the amount found."""
_TARGET: Final = re.compile(r"\s*(\w+)\s*(?:/\s*(\w+)\s*)?(<=|>=|<|>)\s*(\S.*?)\s*")
_MOST_STEPS: Final = 60
_GUARD: Final = 0.1
"""A step stays this share of the bracket away from its ends, so that every step gains something."""


# --- what is wanted -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Target:
    """`measure <= value`, or `measure / by <= value`; in a replication the value, or the quotient of both."""

    text: str
    measure: str
    by: str | None
    at_most: bool
    strict: bool
    value: float

    @property
    def named(self) -> str:
        """The measure, or both."""
        return self.measure if self.by is None else f"{self.measure} / {self.by}"

    @property
    def unit(self) -> str:
        """Of the value; a quotient has none."""
        return MEASURES[self.measure].unit if self.by is None else "1"

    def estimate(self, values: Values, point: str) -> Estimate:
        """Mean and interval of what is compared with the value. Raises InputError if it is never defined."""
        above = values.each(point, self.measure)
        below = values.each(point, self.by) if self.by else dict.fromkeys(above, 1.0)
        found = [a / b for i, a in above.items() if isinstance(a, int | float) and (b := _number(below[i]))]
        if not found:
            raise InputError(f"--until: {self.named} has no value in this scenario; choose another measure")
        signed = any(MEASURES[measure].signed for measure in (self.measure, self.by or self.measure))
        return estimate(found, self.unit, ANY if signed else (0.0, math.inf))

    def holds(self, mean: float) -> bool:
        """Whether a mean meets the target."""
        gap = mean - self.value if self.at_most else self.value - mean
        return gap < 0 or (gap == 0 and not self.strict)


def parse_target(text: str) -> Target:
    """The target that `--until` states. Raises InputError."""
    found = _TARGET.fullmatch(text)
    if not found:
        what = 'write "MEASURE <= VALUE" or "MEASURE / MEASURE <= VALUE"'
        raise InputError(f"--until: {quoted(text)} is no target; {what}")
    for measure in filter(None, found.group(1, 2)):
        refuse_unknown(measure, "--until")
    value = target_value(found[4], "" if found[2] else found[1], "--until")
    return Target(" ".join(text.split()), found[1], found[2], found[3][0] == "<", len(found[3]) == 1, value)


def target_value(text: str, measure: str, option: str) -> float:
    """The number that a measure (empty: a quotient) is to reach.

    Raises InputError for no number, and for a share or dollars where the measure is neither.
    """
    try:
        value = wanted.number(text)
    except ValueError as error:
        raise InputError(f"{option}: {error}") from None
    unit = MEASURES[measure].unit if measure else ""
    if ("%" in text and measure) or ("$" in text and unit not in ("", "USD")):
        raise InputError(f"{option}: {quoted(text)} does not fit {measure}, which is in {unit}; write a plain number")
    return value


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


# --- searching ----------------------------------------------------------------------------------
Edge = Callable[[Estimate], float]
"""What of an estimate is held against the target: its mean, or an end of its interval."""


def _mean(found: Estimate) -> float:
    assert isinstance(found.mean, int | float)
    return float(found.mean)


def _low(found: Estimate) -> float:
    return _mean(found) if found.low is None else found.low


def _high(found: Estimate) -> float:
    return _mean(found) if found.high is None else found.high


@dataclass
class Search:
    """Amounts played so far and what the target's measure came to at each."""

    study: Study
    vary: Vary
    target: Target
    replications: range
    tolerance: float
    """Width of the last bracket, as a share of the amount; counts are never split further than 1."""
    values: dict[float, Values] = field(default_factory=dict)
    estimates: dict[float, Estimate] = field(default_factory=dict)

    def at(self, amount: float) -> Estimate:
        """What the target's measure comes to at an amount; played once."""
        if amount not in self.estimates:
            point = self.point(amount)
            self.values[amount] = self.study.evaluate([point], self.replications)
            self.estimates[amount] = self.target.estimate(self.values[amount], point.name)
        return self.estimates[amount]

    def point(self, amount: float) -> Point:
        """The scenario at an amount."""
        return Point(f"amount-{amount:.10g}", self.vary.sets(amount))

    def between(self, misses: float, holds: float, edge: Edge) -> tuple[float, float]:
        """A narrow bracket of an edge's root: the last amount that misses the target, the first that holds."""
        misses, holds = self._known_bracket(misses, holds, edge)
        by_turns = False
        for _ in range(_MOST_STEPS):
            width = abs(holds - misses)
            if width <= self.tolerance * abs(holds) or (self.vary.whole and width <= 1):
                break
            amount = self._next(misses, holds, edge, by_turns)
            by_turns = not by_turns
            if self.target.holds(edge(self.at(amount))):
                holds = amount
            else:
                misses = amount
        return misses, holds

    def _known_bracket(self, misses: float, holds: float, edge: Edge) -> tuple[float, float]:
        """The narrowest bracket among the amounts played: all that lie beyond its end hold."""
        way = 1 if holds > misses else -1
        for amount in sorted((a for a in self.estimates if way * misses < way * a < way * holds), reverse=way > 0):
            if not self.target.holds(edge(self.estimates[amount])):
                return amount, holds
            holds = amount
        return misses, holds

    def _next(self, misses: float, holds: float, edge: Edge, halve: bool) -> float:
        """Where to look next: where a straight line meets the target, kept off the ends, or every other time half."""
        off, on = (abs(edge(self.estimates[end]) - self.target.value) for end in (misses, holds))
        share = 0.5 if halve or not off + on else min(max(off / (off + on), _GUARD), 1 - _GUARD)
        amount = misses + share * (holds - misses)
        if not self.vary.whole:
            return amount
        low, high = sorted((misses, holds))
        return float(min(max(round(amount), math.floor(low) + 1), math.ceil(high) - 1))


# --- the answer ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Solution:
    """What `solve` found. Amounts are None where the target does not hold, or an end of the interval lies outside."""

    search: Search
    low: float
    high: float
    amount: float | None = None
    smallest: bool = True
    """Whether the target holds from `amount` up; else up to it."""
    misses: float | None = None
    """The nearest amount tried that misses the target."""
    interval: tuple[float | None, float | None] = (None, None)
    reason: str = ""
    """Why there is no amount, or none to look for; empty else."""

    def mean(self, amount: float, measure: str) -> float | str | None:
        """The mean of a measure at an amount that was played."""
        return self.search.values[amount].estimate(self.search.point(amount).name, measure).mean


def solve(search: Search, low: float, high: float) -> Solution:
    """Search between two amounts. Raises InputError before any work is done, RunError and Interrupted."""
    for amount in (low, high):
        search.study.resolve(search.point(amount))
    at_low, at_high = (search.target.holds(_mean(search.at(amount))) for amount in (low, high))
    if at_low and at_high:
        return Solution(search, low, high, low)
    if not (at_low or at_high):
        return Solution(search, low, high, reason=_why_not(search, low, high))
    misses, holds = (low, high) if at_high else (high, low)
    off, amount = search.between(misses, holds, _mean)
    return Solution(search, low, high, amount, at_high, off, _band(search, misses, holds))


def _band(search: Search, misses: float, holds: float) -> tuple[float | None, float | None]:
    """Amounts at which either edge of the band meets the target, in order.

    None where that is out of the range, or where there are too few replications for a band.
    """
    if len(search.replications) < FEWEST:
        return None, None
    easy, hard = (_low, _high) if search.target.at_most else (_high, _low)
    lenient = None if search.target.holds(easy(search.at(misses))) else search.between(misses, holds, easy)[1]
    strict = search.between(misses, holds, hard)[1] if search.target.holds(hard(search.at(holds))) else None
    return (lenient, strict) if holds > misses else (strict, lenient)


def _why_not(search: Search, low: float, high: float) -> str:
    """In words: how far the target is missed at the better end, and what holds it back there."""
    target, means = search.target, {amount: _mean(search.at(amount)) for amount in (low, high)}
    best = min(means, key=lambda amount: means[amount] if target.at_most else -means[amount])
    if means[low] == means[high]:
        return f"{search.vary.named} does not move {target.named}: {precise(means[low])} at either end"
    binds = search.values[best].estimate(search.point(best).name, "binding_stage").mean
    stage = f": {binds} bind{'' if str(binds).endswith('s') else 's'}" if binds else ""
    return f"even at {search.vary.spelled(best)} {target.named} comes to {precise(means[best])}{stage}"


# --- the study ----------------------------------------------------------------------------------
def run(options: SolveOptions) -> Solution:
    """Solve and write the folder: results/NAME-solve unless told. Raises InputError first, RunError, Interrupted."""
    target, tolerance = parse_target(options.until), _share(options.tolerance)
    study = Study(options, "{name}-solve")
    moved = varying.settle(study.base, options.vary)
    low, high = varying.ends(moved, options.within, options.scenario, study.sets)
    with study.at_work():
        search = Search(study, moved, target, range(1, options.replications + 1), tolerance)
        solution = solve(search, low, high)
        about = {
            "study": "solve",
            "vary": list(options.vary),
            "in": options.within,
            "until": target.text,
            "tolerance": options.tolerance,
            "replications": list(search.replications),
        }
        # The scenario at the amount found, to run as it is; as it stands where there is none.
        at = study.base if solution.amount is None else study.resolve(search.point(solution.amount))
        study.publish(_tables(solution), about, as_written(at))
    return solution


def _share(text: str) -> float:
    digits, percent, rest = text.strip().partition("%")
    try:
        share = fraction(digits)
    except ValueError:
        share = Fraction(0)
    if not percent or rest or not 0 < share < 100:
        raise InputError(f"--tolerance: {quoted(text)} is no share of the amount; write 0.5%{slip(text)}")
    return float(share / 100)


# --- in words -----------------------------------------------------------------------------------
def lines(solution: Solution) -> Iterator[str]:
    """The answer in words."""
    search, amount = solution.search, solution.amount
    vary, made = search.vary, many(len(search.replications), "replication")
    name, target = search.study.base.scenario.name, search.target.text
    yield f"{name}: {vary.named} so that {target} ({made}, common random numbers)"
    span = f"{vary.spelled(solution.low)} to {vary.spelled(solution.high)}"
    if amount is None:
        yield f"holds nowhere from {span}: {solution.reason}"
        return
    yield from filter(None, [not_feasible_at(search.values[amount], search.point(amount).name)])
    if solution.misses is None:
        yield f"holds throughout from {span}; try a wider --in"
    else:
        word = "smallest" if solution.smallest else "largest"
        factor = "" if vary.single else f" (x {amount / vary.now:.4g} of {vary.spelled(vary.now)})"
        yield f"{word}: {vary.spelled(amount)}{factor}{_interval(solution)}"
        yield f"nearest that misses: {_tried(search, solution.misses)}"
    yield f"at that amount: {_tried(search, amount)}"
    yield "; ".join(_beside(solution, amount))
    yield from _fluid(solution, amount)


def _interval(solution: Solution) -> str:
    made, spelled = len(solution.search.replications), solution.search.vary.spelled
    if made < FEWEST:
        return f" [no interval from {many(made, 'replication')}]"
    low, high = solution.interval
    first = "below the range" if low is None else spelled(low)
    last = "above the range" if high is None else spelled(high)
    return f", 95% interval {first} to {last} from chance alone [the assumed values were not varied]"


def _tried(search: Search, amount: float) -> str:
    found, target = search.estimates[amount], search.target
    shown = number(_mean(found), "" if target.by else target.unit)
    return f"{search.vary.spelled(amount)}, {target.named} {shown}{ends(found.low, found.high)}"


def _beside(solution: Solution, amount: float) -> Iterator[str]:
    for measure in _BESIDE:
        mean = solution.mean(amount, measure)
        if mean is not None and mean != 0:
            shown = mean if isinstance(mean, str) else number(mean, MEASURES[measure].unit)
            yield f"{measure} {shown}"


def _fluid(solution: Solution, amount: float) -> Iterator[str]:
    """Of beds: how many the fluid bound asks for, everybody who comes staying as long as those in them do.

    Nothing where many still wait: book-ins are then what the beds let in, not who comes.
    """
    names = "sustainable_arrests_per_day", "beds_operating_mean", "book_ins", "releases_no_bed", "bed_queue_peak"
    sustained, beds, came_in, turned_away, waited = (_number(solution.mean(amount, name)) or 0.0 for name in names)
    came = came_in + turned_away
    of_beds = any(path[0] == "beds" for path in solution.search.vary.paths)
    if of_beds and beds and sustained and waited < _FEW_WAIT * came:
        a_day, stay = came / solution.search.study.base.scenario.days, beds / sustained
        yield f"fluid bound: {number(a_day * stay)} beds for {number(a_day)} people a day who stay {number(stay)} d"


# --- written ------------------------------------------------------------------------------------
def _tables(solution: Solution) -> list[Csv]:
    search, vary = solution.search, solution.search.vary
    name = search.study.base.scenario.name
    bound = "none" if solution.amount is None else "smallest" if solution.smallest else "largest"
    if solution.amount is not None and solution.misses is None:
        bound = "throughout"
    reached = [None if a is None else vary.reached(a) for a in (solution.amount, *solution.interval, solution.misses)]
    factor = None if reached[0] is None else reached[0] / vary.reached(vary.now)
    amount = [reached[0], vary.unit or None, factor, *reached[1:]]
    searched = [*map(vary.reached, (solution.low, solution.high)), len(search.replications)]
    one = [name, vary.named, search.target.text, bound, *amount, *searched, solution.reason or None]
    return [Csv.of("solve", "solution.csv", [one]), Csv.of("solve", "amounts.csv", list(_played(search, name)))]


def _played(search: Search, name: str) -> Iterator[Sequence[object]]:
    target = search.target
    for amount, found in sorted(search.estimates.items()):
        holds = "true" if target.holds(_mean(found)) else "false"
        values, point = search.values[amount], search.point(amount).name
        every = [(measure, values.estimate(point, measure)) for measure in MEASURES]
        for measure, e in [*([(target.named, found)] if target.by else []), *every]:
            yield [name, search.vary.reached(amount), holds, measure, e.unit, e.mean, e.sd, e.low, e.high, e.n]
