"""`solve` from what the user asked to what is printed and written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

from sim.errors import InputError
from sim.experiment.headline import OF_FEASIBILITY, not_feasible
from sim.experiment.options import SolveOptions
from sim.experiment.solve import vary as varying
from sim.experiment.solve.root_search import Search, Solution, parse_target, solve
from sim.experiment.study import Study, as_written
from sim.files.data_package import Csv
from sim.formats import many, number
from sim.measures.intervals import FEWEST
from sim.scenario.numbers import fraction, slip
from sim.scenario.schema.units import quoted
from sim.vocabulary import MEASURES

_FEW_WAIT: Final = 0.05
"""People waiting for a bed at most, as a share of those who came, for the fluid bound to be stated."""
_BESIDE: Final = ("cost_usd_total", "held_mean", "removals", "releases_no_bed", "binding_stage")
"""Measures shown for the amount found."""


def run(options: SolveOptions) -> Solution:
    """Solve and write the folder: results/NAME-solve unless told. Raises InputError first, RunError, Interrupted."""
    target, tolerance = parse_target(options.until), _share(options.tolerance)
    study = Study(options, "{name}-solve")
    moved = varying.settle(study.base, options.vary)
    low, high = varying.ends(moved, study.base, options.within, options.scenario, study.sets)
    with study.at_work():
        search = Search(study, moved, target, range(1, options.replications + 1), tolerance)
        solution = solve(search, low, high)
        study.publish(_tables(solution), _about(options, solution), _others(solution))
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
    vary, target, amount = solution.vary, solution.target, solution.amount
    scenario, made = solution.search.study.base.scenario, many(len(solution.search.replications), "replication")
    yield f"{scenario.name}: {vary.named} so that {target.text} ({made}, common random numbers)"
    if amount is None:
        span = f"{vary.spelled(solution.low)} to {vary.spelled(solution.high)}"
        yield f"holds nowhere from {span}: {solution.reason}"
        return
    yield from filter(None, [_not_feasible(solution, amount)])
    if solution.misses is None:
        yield f"holds throughout from {vary.spelled(solution.low)} to {vary.spelled(solution.high)}; try a wider --in"
    else:
        word = "smallest" if solution.smallest else "largest"
        yield f"{word}: {vary.spelled(amount)}{_factor(solution)}{_interval(solution)}"
        yield f"nearest that misses: {_tried(solution, solution.misses)}"
    yield f"at that amount: {_tried(solution, amount)}"
    yield "; ".join(_beside(solution, amount))
    yield from _fluid(solution, amount)


def _not_feasible(solution: Solution, amount: float) -> str:
    """What makes the answer none: hold rooms that hold more than they can; empty where they do not."""
    values, point = solution.search.values[amount], solution.search.point(amount).name
    return not_feasible({measure: values.estimate(point, measure) for measure in OF_FEASIBILITY})


def _factor(solution: Solution) -> str:
    vary = solution.vary
    assert solution.amount is not None
    return "" if vary.single else f" (x {solution.amount / vary.now:.4g} of {vary.spelled(vary.now)})"


def _interval(solution: Solution) -> str:
    made = len(solution.search.replications)
    if made < FEWEST:
        return f" [no interval from {many(made, 'replication')}]"
    low, high = solution.interval
    below, above = "below the range" if low is None else "", "above the range" if high is None else ""
    ends = below or solution.vary.spelled(low or 0), above or solution.vary.spelled(high or 0)
    return f", 95% interval {ends[0]} to {ends[1]} from chance alone [the assumed values were not varied]"


def _tried(solution: Solution, amount: float) -> str:
    found, target = solution.search.estimates[amount], solution.target
    assert isinstance(found.mean, int | float)
    unit = "" if target.by else target.unit
    ends = "" if found.low is None or found.high is None else f" ({number(found.low)} to {number(found.high)})"
    return f"{solution.vary.spelled(amount)}, {target.named} {number(found.mean, unit)}{ends}"


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
    sustained, beds = (solution.mean(amount, name) for name in ("sustainable_arrests_per_day", "beds_operating_mean"))
    came_in, waited = (solution.mean(amount, name) for name in ("book_ins", "bed_queue_peak"))
    turned_away = solution.mean(amount, "releases_no_bed")
    if not any(path[0] == "beds" for path in solution.vary.paths):
        return
    if isinstance(beds, int | float) and isinstance(sustained, int | float) and sustained:
        came = sum(n for n in (came_in, turned_away) if isinstance(n, int | float))
        if isinstance(waited, int | float) and waited >= _FEW_WAIT * came:
            return
        a_day, stay = came / solution.search.study.base.scenario.days, beds / sustained
        yield f"fluid bound: {number(a_day * stay)} beds for {number(a_day)} people a day who stay {number(stay)} d"


# --- written ------------------------------------------------------------------------------------
def _tables(solution: Solution) -> list[Csv]:
    name, vary = solution.search.study.base.scenario.name, solution.vary
    bound = "none" if solution.amount is None else "smallest" if solution.smallest else "largest"
    if solution.amount is not None and solution.misses is None:
        bound = "throughout"
    reached = [None if a is None else vary.reached(a) for a in (solution.amount, *solution.interval, solution.misses)]
    factor = None if reached[0] is None else reached[0] / vary.reached(vary.now)
    amount = [reached[0], vary.unit or None, factor, *reached[1:]]
    searched = [*map(vary.reached, (solution.low, solution.high)), len(solution.search.replications)]
    one = [name, vary.named, solution.target.text, bound, *amount, *searched, solution.reason or None]
    return [Csv.of("solve", "solution.csv", [one]), Csv.of("solve", "amounts.csv", list(_played(solution, name)))]


def _played(solution: Solution, name: str) -> Iterator[Sequence[object]]:
    search, target = solution.search, solution.target
    for amount, found in sorted(search.estimates.items()):
        assert isinstance(found.mean, int | float)
        holds = "true" if target.holds(found.mean) else "false"
        own = [(target.named, found)] if target.by else []
        values, point = search.values[amount], search.point(amount).name
        for measure, e in [*own, *((measure, values.estimate(point, measure)) for measure in MEASURES)]:
            yield [name, search.vary.reached(amount), holds, measure, e.unit, e.mean, e.sd, e.low, e.high, e.n]


def _about(options: SolveOptions, solution: Solution) -> dict[str, Any]:
    return {
        "study": "solve",
        "vary": list(options.vary),
        "in": options.within,
        "until": solution.target.text,
        "tolerance": options.tolerance,
        "replications": list(solution.search.replications),
    }


def _others(solution: Solution) -> dict[str, bytes]:
    """The scenario at the amount found, to run as it is; as it stands where there is none."""
    search, amount = solution.search, solution.amount
    at = search.study.base if amount is None else search.study.resolve(search.point(amount))
    return as_written(at)
