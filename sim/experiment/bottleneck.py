"""What holds a goal back: the ladder of limits, found by lifting one stage at a time and then one more.

First every stage is lifted alone, and all together. Then, step by step, the stage whose lifting gains most is
kept lifted and the remaining ones are tried on top of it (greedy forward selection), with common random
numbers throughout. Where no single stage gains anything but all together do, limits bind jointly: then the
stage that `binding_stage` names is lifted, and the search goes on.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from sim.analysis.intervals import Difference, with_ends
from sim.errors import InputError
from sim.experiment import vary as varying
from sim.experiment.headline import not_feasible_at
from sim.experiment.options import BottleneckOptions
from sim.experiment.solve import target_value
from sim.experiment.study import Point, Study, Values, as_written
from sim.files.data_package import Csv
from sim.formats import ends, many, number
from sim.measures.intervals import FEWEST, Estimate
from sim.scenario.loading import Resolved
from sim.scenario.schema.checks import refuse_unknown
from sim.scenario.schema.units import quoted
from sim.scenario.world.tables import build_tables
from sim.vocabulary import MEASURES

if TYPE_CHECKING:
    from rich.table import Table

COST: Final = "cost_usd_total"
LEAST_GAIN: Final = 0.005
"""A gain below this share of the goal's measure is none."""
AS_IT_STANDS: Final = "as it stands"
_OWN_GOAL: Final = {"removals": "removals_goal", "arrests_interior": "arrest_goal", "arrests": "arrest_goal"}
"""Measures that a scenario sets a goal for."""
_BINDS: Final = {"courts": "judges"}
"""Words of `binding_stage` that are called otherwise here."""


@dataclass(frozen=True)
class Goal:
    """A measure, whether more of it is better, and from where on it is reached (None: no such value)."""

    measure: str
    more: bool = True
    target: float | None = None

    def gain(self, difference: float) -> float:
        """A difference, positive if it helps."""
        return difference if self.more else -difference

    def is_reached(self, mean: float) -> bool:
        """Whether a mean is as good as the target."""
        return self.target is not None and (mean >= self.target if self.more else mean <= self.target)


@dataclass(frozen=True)
class Step:
    """Some stages lifted, the last of them now: what the goal comes to, against `over`."""

    kind: str
    """`baseline`, `alone`, `ladder`, `tried` (beside a step of the ladder, not taken) or `all`."""
    number: int
    lifted: tuple[Relaxed, ...]
    value: Estimate
    cost: Estimate
    gain: Difference | None
    cost_change: Difference | None
    binds: str | None
    """`binding_stage` with these lifted."""
    not_feasible: str
    """What makes the step none: hold rooms that hold more than they can; empty where they do not."""

    @property
    def stage(self) -> str:
        """The stage lifted last; of all of them, `all`."""
        return "all" if self.kind == "all" else self.lifted[-1].stage if self.lifted else ""

    @property
    def mean(self) -> float:
        """Of the goal's measure; nan if it has no value."""
        return float(self.value.mean) if isinstance(self.value.mean, int | float) else math.nan


@dataclass
class Climb:
    """The search: a study, a goal and all that was tried."""

    study: Study
    goal: Goal
    replications: range
    stages: list[Relaxed]
    steps: list[Step] = field(default_factory=list)

    @property
    def baseline(self) -> Step:
        """The scenario as it stands."""
        return self.steps[0]

    def of(self, kind: str) -> list[Step]:
        """The steps of a kind, in order."""
        return [step for step in self.steps if step.kind == kind]

    @property
    def best(self) -> Step:
        """The last step of the ladder, or the baseline."""
        return (self.of("ladder") or [self.baseline])[-1]

    def run(self) -> None:
        """Lift each alone and all together, then climb."""
        alone = [(stage,) for stage in self.stages]
        every = [tuple(self.stages)] if len(self.stages) > 1 else []
        values = self._play([(), *alone, *every])
        self.steps.append(self._step(values, "baseline", 0, (), None))
        if math.isnan(self.baseline.mean):
            raise InputError(f"--goal: {self.goal.measure} has no value in this scenario; choose another measure")
        if self.goal.target is None and (measure := _OWN_GOAL.get(self.goal.measure)):
            own = values.estimate(AS_IT_STANDS, measure).mean
            self.goal = replace(self.goal, target=float(own) if isinstance(own, int | float) else None)
        self.steps += [self._step(values, "alone", 0, lifted, ()) for lifted in alone]
        self.steps += [self._step(values, "all", 0, lifted, ()) for lifted in every]
        while not self.goal.is_reached(self.best.mean) and self._climb():
            pass

    def _climb(self) -> bool:
        """Lift what gains most or, if only all together gain, what binds; False if there is nothing more to gain."""
        here, number, every = self.best.lifted, len(self.of("ladder")) + 1, tuple(self.stages)
        tries = [(*here, stage) for stage in self.stages if stage not in here]
        if not tries:
            return False
        values = self._play([here, *tries, every])
        tried = [self._step(values, "tried", number, lifted, here) for lifted in tries]
        chosen = max(tried, key=self._gain)
        if not self._is_gain(chosen):
            if not self._is_gain(self._step(values, "all", number, every, here)):
                return False
            named = _BINDS.get(self.best.binds or "", self.best.binds)
            chosen = next((step for step in tried if step.stage == named), chosen)
        self.steps += [replace(step, kind="ladder") if step is chosen else step for step in tried]
        return True

    def _gain(self, step: Step) -> float:
        return self.goal.gain(step.gain.difference) if step.gain else 0.0

    def _is_gain(self, step: Step) -> bool:
        """Whether a gain is more than a trifle and beyond chance, where there are replications enough to tell."""
        worth = LEAST_GAIN * abs(self.best.mean)
        sure = step.gain is not None and (step.gain.leaves_out_zero or step.gain.n < FEWEST)
        return sure and self._gain(step) > worth

    def _play(self, lifted: Sequence[tuple[Relaxed, ...]]) -> Values:
        return self.study.evaluate([_point(one) for one in lifted], self.replications)

    def _step(
        self, values: Values, kind: str, number: int, lifted: tuple[Relaxed, ...], over: tuple[Relaxed, ...] | None
    ) -> Step:
        point, measures = _point(lifted).name, (self.goal.measure, COST)
        mean, cost = (values.estimate(point, measure) for measure in measures)
        gain, change = (None if over is None else values.difference(_point(over).name, point, one) for one in measures)
        binds = values.estimate(point, "binding_stage").mean
        word = None if binds is None else str(binds)
        return Step(kind, number, lifted, mean, cost, gain, change, word, not_feasible_at(values, point))


def _point(lifted: Sequence[Relaxed]) -> Point:
    name = " + ".join(sorted(stage.stage for stage in lifted)) or AS_IT_STANDS
    return Point(name, tuple(option for stage in lifted for option in stage.sets))


# --- limits ---------------------------------------------------------------------------------------
FACTOR: Final = 10.0
"""What a capacity that cannot be made endless is multiplied by."""
_MARGIN: Final = 1.25
"""Officers beyond the goal: people are drawn for what officers could do, so still more of them only cost time."""


@dataclass(frozen=True)
class Relaxed:
    """A stage with its limit lifted: how, in words, and the options that do it."""

    stage: str
    how: str
    sets: tuple[str, ...]


_Lifted = tuple[str, Sequence[str]]
"""How a limit is lifted, and the options that do it: none where the scenario does not limit the stage."""


def relaxations(resolved: Resolved, factor: float = FACTOR) -> list[Relaxed]:
    """Every stage that the scenario limits, in pathway order. A stage it does not limit is left out."""
    found = []
    for stage, how in _LIMITS.items():
        if callable(how):
            words, sets = how(resolved)
        else:
            words, sets = f"{how[0]} x {factor:g}", varying.times(resolved, how[1], factor)
        found += [Relaxed(stage, words, tuple(sets))] if sets else []
    return found


def _officers(resolved: Resolved) -> _Lifted:
    """As many as the goal asks for at its highest; without a goal nothing is asked of them."""
    scenario, tables = resolved.scenario, build_tables(resolved.scenario)
    goal, could = tables.goal_milli, tables.capability_milli.sum((0, 1))
    days = (goal > 0) & (could > 0)
    if not days.any():
        return "", ()
    times = max(1.0, float((goal[days] / could[days]).max())) * _MARGIN
    details = scenario.funding.staff.details if scenario.funding else {}
    words = f"officers x {times:.3g}: enough for the goal on every day{', those lent as they are' if details else ''}"
    return words, varying.times(resolved, "arrests.sources.*.officers", times)


def _money(resolved: Resolved) -> _Lifted:
    funding = resolved.scenario.funding
    stops = funding is not None and funding.level is not None and funding.on_exhaustion == "stop_arrests"
    return "arrests go on when the money is used up", ["funding.on_exhaustion=continue"] if stops else []


def _desks(resolved: Resolved) -> _Lifted:
    intake = resolved.scenario.intake
    return "desks without limit", ["intake.desks=null"] if intake and intake.desks else []


def _beds(resolved: Resolved) -> _Lifted:
    beds, funding = resolved.scenario.beds, resolved.scenario.funding
    words, sets = "beds without limit in every area", ["beds.contracted=null", "beds.physical=null"]
    if beds is None or (beds.contracted is None and beds.physical is None):
        return words, []
    stops = funding is not None and funding.on_exhaustion == "stop_over_funding"
    return words, [*sets, "beds.funded=null"] if stops and beds.funded is not None else sets


def _documents(resolved: Resolved) -> _Lifted:
    removal = resolved.scenario.removal
    if removal is None or not removal.groups:
        return "", ()
    third = ["removal.third_country.document=0 s"] if removal.third_country else []
    return "travel documents at once", [*(f"removal.groups.{name}.document=0 s" for name in removal.groups), *third]


_LIMITS: Final[dict[str, tuple[str, str] | Callable[[Resolved], _Lifted]]] = {
    "officers": _officers,
    "pool": ("people not yet found", "arrests.sources.*.pool"),
    "money": _money,
    "desks": _desks,
    "beds": _beds,
    "clearance": ("reviewers", "release.clearance.reviewers"),
    "screening": ("screening officers", "case.screening.officers"),
    "judges": ("judges", "case.dockets.*.judges"),
    "documents": _documents,
    "seats": ("seats", "removal.routes.*.seats"),
}
"""Stages in pathway order: what is multiplied, and the values that say it; or what lifts the limit in another way."""


# --- the study ------------------------------------------------------------------------------------
_TARGET: Final = re.compile(r"\s*(<=|>=)\s*(\S.*?)\s*")


def run(options: BottleneckOptions) -> Climb:
    """Climb and write the folder, results/NAME-bottleneck unless told.

    Raises InputError before any work is done, RunError and Interrupted.
    """
    goal = parse_goal(options.goal, options.target)
    study = Study(options, "{name}-bottleneck")
    with study.at_work():
        stages = relaxations(study.base, options.factor)
        for stage in stages:
            study.resolve(_point((stage,)))
        found = Climb(study, goal, range(1, options.replications + 1), stages)
        found.run()
        about = {
            "study": "bottleneck",
            "goal": found.goal.measure,
            "more_is_better": found.goal.more,
            "target": found.goal.target,
            "factor": options.factor,
            "replications": list(found.replications),
        }
        study.publish([Csv.of("bottleneck", "ladder.csv", list(_rows(found)))], about, as_written(study.base))
    return found


def parse_goal(measure: str, target: str | None) -> Goal:
    """What `--goal` and `--target` state: more is better, unless the target says at most. Raises InputError."""
    refuse_unknown(measure, "--goal")
    if target is None:
        return Goal(measure)
    found = _TARGET.fullmatch(target)
    if found is None:
        raise InputError(f'--target: {quoted(target)} is no target; write ">= 1000000" or "<= 5000"')
    return Goal(measure, found[1] == ">=", target_value(found[2], measure, "--target"))


# --- in words -----------------------------------------------------------------------------------
def lines(found: Climb) -> Iterator[str]:
    """The ladder in words."""
    steps = found.of("ladder")
    for step in (found.baseline, *steps):
        said = f"as it stands: {_reaches(found, step)}"
        if step.number:
            word, way = "first" if step.number == 1 else "next", "gains" if found.goal.more else "changes it by"
            change = step.cost_change
            cost = f", cost {_signed(change, 'USD')}" if change and change.difference else ""
            gain = f"{way} {_signed(step.gain)}{cost}: {_reaches(found, step)}"
            said = f"{step.stage} binds {word}: lifted ({step.lifted[-1].how}) {gain}"
        yield f"{said}; binding_stage is then {step.binds}" if step.binds else said
        yield from filter(None, [step.not_feasible])
    if found.goal.is_reached(found.best.mean):
        yield "the target is reached" if steps else "the target is reached as it stands"
    else:
        yield _end(found)
    if (made := len(found.replications)) < FEWEST:
        yield f"{many(made, 'replication')}: what is a gain cannot be told from chance; give --reps 10"
        return
    yield "gains and costs: paired differences, 95% intervals from chance alone; the assumed values are not varied"


def _end(found: Climb) -> str:
    goal, every = found.goal, found.of("all")
    short = "" if goal.target is None else f", {number(abs(goal.target - found.best.mean))} from the target"
    reach = f"; with every stage lifted {_reaches(found, every[0])}" if every else ""
    return f"no other stage gains more{short}{reach}: what is left is time that no capacity shortens, or the inflow"


def _reaches(found: Climb, step: Step) -> str:
    e, unit = step.value, MEASURES[found.goal.measure].unit
    target = "" if found.goal.target is None else f" of {number(found.goal.target)}"
    cost = step.cost.mean
    spent = f", {number(cost, 'USD')}" if isinstance(cost, int | float) and cost else ""
    return f"{found.goal.measure} {_mean(step, unit)}{ends(e.low, e.high)}{target}{spent}"


def _mean(step: Step, unit: str = "") -> str:
    return "without a value" if math.isnan(step.mean) else number(step.mean, unit)


def _signed(d: Difference | None, unit: str = "") -> str:
    if d is None:
        return "unknown"
    return f"{'+' if d.difference > 0 else ''}{number(d.difference, unit)}{ends(d.low, d.high)}"


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
            kind = str(step.number) if step.kind == "ladder" else step.kind
            d, cost = step.gain, step.cost_change
            gain = [number(d.difference), ends(d.low, d.high, "{} … {}")] if d else ["", ""]
            spent = number(cost.difference, "USD") if cost and cost.difference else ""
            out.add_row(*map(escape, (kind, step.stage, _mean(step), *gain, spent, step.binds or "")))
    return out


# --- written ------------------------------------------------------------------------------------
def _rows(found: Climb) -> Iterator[list[object]]:
    name, measure = found.study.base.scenario.name, found.goal.measure
    for step in found.steps:
        lifted = " + ".join(stage.stage for stage in step.lifted)
        how = step.lifted[-1].how if step.lifted and step.kind != "all" else None
        e = step.value
        yield [
            *(name, step.kind, step.number, step.stage or None, lifted or None, how, measure, e.unit),
            *(e.mean, e.low, e.high, *with_ends(step.gain), step.cost.mean, *with_ends(step.cost_change)),
            *(step.binds, e.n),
        ]
