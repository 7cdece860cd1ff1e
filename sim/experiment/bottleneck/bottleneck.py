"""`bottleneck` from what the user asked to what is printed and written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.intervals import Difference
from sim.errors import InputError
from sim.experiment.bottleneck.ladder import Climb, Goal, Step, climb
from sim.experiment.options import BottleneckOptions
from sim.experiment.solve.root_search import refuse_unit
from sim.experiment.study import Study, as_written
from sim.files.data_package import Csv
from sim.formats import many, number
from sim.scenario.schema import checks as wanted
from sim.scenario.schema.checks import refuse_unknown
from sim.scenario.schema.units import quoted
from sim.vocabulary import MEASURES

if TYPE_CHECKING:
    from rich.table import Table

_TARGET: Final = re.compile(r"\s*(<=|>=)\s*(\S.*?)\s*")


def run(options: BottleneckOptions) -> Climb:
    """Climb and write the folder, results/NAME-bottleneck unless told.

    Raises InputError before any work is done, RunError and Interrupted.
    """
    goal = parse_goal(options.goal, options.target)
    study = Study(options, "{name}-bottleneck")
    with study.at_work():
        found = climb(study, goal, range(1, options.replications + 1), options.factor)
        study.publish(
            [Csv.of("bottleneck", "ladder.csv", list(_rows(found)))], _about(options, found), as_written(study.base)
        )
    return found


def parse_goal(measure: str, target: str | None) -> Goal:
    """What `--goal` and `--target` state: more is better, unless the target says at most. Raises InputError."""
    refuse_unknown(measure, "--goal")
    if target is None:
        return Goal(measure)
    found = _TARGET.fullmatch(target)
    try:
        value = wanted.number(found[2]) if found else None
    except ValueError as error:
        raise InputError(f"--target: {error}") from None
    if found is None or value is None:
        raise InputError(f'--target: {quoted(target)} is no target; write ">= 1000000" or "<= 5000"')
    refuse_unit(found[2], measure, "--target")
    return Goal(measure, found[1] == ">=", value)


# --- in words -----------------------------------------------------------------------------------
def lines(found: Climb) -> Iterator[str]:
    """The ladder in words."""
    here, steps = found.baseline, found.of("ladder")
    yield f"as it stands: {_reaches(found, here)}{_then(here)}"
    for i, step in enumerate(steps):
        word = "binds first" if i == 0 else "binds next"
        yield f"{step.stage} {word}: lifted ({step.lifted[-1].how}) {_gains(found, step)}{_then(step)}"
    if found.goal.is_reached(found.best.mean):
        yield "the target is reached" if steps else "the target is reached as it stands"
    else:
        yield _end(found)
    if len(found.replications) == 1:
        yield "one replication: what is a gain cannot be told from chance; give --reps 10"
        return
    yield "gains and costs: paired differences, 95% intervals from chance alone; the assumed values are not varied"


def _end(found: Climb) -> str:
    goal, every = found.goal, found.of("all")
    short = "" if goal.target is None else f", {number(abs(goal.target - found.best.mean))} from the target"
    reach = f"; with every stage lifted {_reaches(found, every[0])}" if every else ""
    return f"no other stage gains more{short}{reach}: what is left is time that no capacity shortens, or the inflow"


def _reaches(found: Climb, step: Step) -> str:
    e, unit = step.value, MEASURES[found.goal.measure].unit
    ends = "" if e.low is None or e.high is None else f" ({number(e.low)} to {number(e.high)})"
    target = "" if found.goal.target is None else f" of {number(found.goal.target)}"
    cost = step.cost.mean
    spent = f", {number(cost, 'USD')}" if isinstance(cost, int | float) and cost else ""
    return f"{found.goal.measure} {number(step.mean, unit)}{ends}{target}{spent}"


def _gains(found: Climb, step: Step) -> str:
    way = "gains" if found.goal.more else "changes it by"
    cost = f", cost {_signed(step.cost_change, 'USD')}" if step.cost_change and step.cost_change.difference else ""
    return f"{way} {_signed(step.gain)}{cost}: {_reaches(found, step)}"


def _signed(d: Difference | None, unit: str = "") -> str:
    if d is None:
        return "unknown"
    ends = "" if d.low is None or d.high is None else f" ({number(d.low)} to {number(d.high)})"
    return f"{'+' if d.difference > 0 else ''}{number(d.difference, unit)}{ends}"


def _then(step: Step) -> str:
    return f"; binding_stage is then {step.binds}" if step.binds else ""


def table(found: Climb) -> Table:
    """What lifting each stage alone, and each step of the ladder, gains and costs."""
    from rich.markup import escape
    from rich.table import Table

    scenario, made = found.study.base.scenario, many(len(found.replications), "replication")
    title = f"{scenario.title or scenario.name}\nlimits of {found.goal.measure}, {scenario.days} days, {made}"
    out = Table("", "lifted", title=escape(title), title_justify="left", box=None, pad_edge=False)
    for head in (found.goal.measure, "gain", "95 % interval", "cost", "then binds"):
        out.add_column(head, justify="right")
    for step in found.steps:
        if step.kind != "tried":
            out.add_row(*map(escape, _cells(step)))
    return out


def _cells(step: Step) -> list[str]:
    kind = str(step.number) if step.kind == "ladder" else step.kind
    d, cost = step.gain, step.cost_change
    ends = "" if d is None or d.low is None or d.high is None else f"{number(d.low)} … {number(d.high)}"
    spent = "" if cost is None or not cost.difference else number(cost.difference, "USD")
    return [kind, step.stage, number(step.mean), number(d.difference) if d else "", ends, spent, step.binds or ""]


# --- written ------------------------------------------------------------------------------------
def _rows(found: Climb) -> Iterator[list[object]]:
    name, measure = found.study.base.scenario.name, found.goal.measure
    for step in found.steps:
        lifted = " + ".join(stage.stage for stage in step.lifted)
        how = step.lifted[-1].how if step.lifted and step.kind != "all" else None
        e = step.value
        yield [
            *(name, step.kind, step.number, step.stage or None, lifted or None, how, measure, e.unit),
            *(e.mean, e.low, e.high, *_ends(step.gain), step.cost.mean, *_ends(step.cost_change), step.binds, e.n),
        ]


def _ends(d: Difference | None) -> tuple[float | None, ...]:
    return (None, None, None) if d is None else (d.difference, d.low, d.high)


def _about(options: BottleneckOptions, found: Climb) -> dict[str, Any]:
    return {
        "study": "bottleneck",
        "goal": found.goal.measure,
        "more_is_better": found.goal.more,
        "target": found.goal.target,
        "factor": options.factor,
        "replications": list(found.replications),
        "failed": [failure.line() for failure in found.failures],
    }
