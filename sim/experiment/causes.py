"""`compare --causes`: both scenarios and the mixtures of their inputs, played with the same random numbers.

Each group of inputs that differ gets its share of the difference, whatever the order in which they are changed: the
Shapley value, which is the mean, over all orders of the groups, of what the measure changes by when the group joins
those before it. Shares add up to the whole difference exactly, in every replication (Shapley 1953; for the
decomposition of a difference, Shorrocks 2013).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from fractions import Fraction
from itertools import combinations, permutations
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.analysis.inputs import ABSENT, Input, between
from sim.analysis.results import RESULTS, SCENARIO
from sim.errors import InputError
from sim.experiment.options import StudyOptions
from sim.experiment.study import Point, Study, Values, as_written
from sim.files.data_package import Csv
from sim.formats import number
from sim.measures.intervals import Estimate, estimate
from sim.scenario.errors import ScenarioError
from sim.scenario.loading import Resolved, find, load
from sim.scenario.provenance.explain import flow
from sim.scenario.schema import Scenario
from sim.scenario.schema.checks import refuse_unknown
from sim.scenario.world.tables import build_tables
from sim.vocabulary import MEASURES, STUDY_FILES

REPLICATIONS: Final = 4
MEASURES_SHOWN: Final = ("arrests", "removals", "held_mean", "held_end", "docket_pending_end", "cost_usd_total")
ALL: Final = "all"
FILE: Final = "causes.csv"
COLUMNS: Final = STUDY_FILES["causes"][FILE]
_MIXED: Final = "mixed"
"""Name of the funding level that has the dollars of one scenario in some accounts, of the other in the rest."""


@dataclass(frozen=True)
class Causes:
    """The shares of each group in the difference of each measure, `all` last."""

    study: Study
    other: Resolved
    groups: tuple[str, ...]
    by: Mapping[str, Mapping[str, Estimate]]
    notes: tuple[str, ...] = ()
    """What a name was taken for that could have meant something else."""

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The rows of `causes.csv`."""
        names = self.other.scenario.name, self.study.base.scenario.name
        for measure, parts in self.by.items():
            for group, e in parts.items():
                yield *names, measure, e.unit, group, e.mean, e.low, e.high, e.n

    def lines(self) -> Iterator[str]:
        """One line a measure: the difference and its shares, largest first, in whole numbers that add up."""
        for measure, parts in self.by.items():
            means = {group: float(e.mean) for group, e in parts.items() if isinstance(e.mean, int | float)}
            total = means.pop(ALL)
            told = dict(zip(means, whole(list(means.values()), total), strict=True))
            ranked = sorted(told, key=lambda group: -abs(told[group]))
            said = ", ".join(f"{group} {number(told[group])}" for group in ranked if told[group])
            yield f"{measure}: {number(round(total))} = {said or 'no difference'}"


def run(options: StudyOptions, other: str, measures: Sequence[str] = ()) -> Causes:
    """Play the mixtures and write the folder, results/NAME-causes unless told.

    Args:
        options: the baseline, a scenario or the folder of a result, and how to play.
        other: the scenario, or the folder of a result, that is compared with it.
        measures: those whose difference is divided; by default a few main ones.

    Raises InputError before any work is done, RunError and Interrupted.
    """
    for measure in measures:
        refuse_unknown(measure, "--measure")
    (file, *notes), (its, *more) = scenario_of(options.scenario), scenario_of(other)
    study = Study(replace(options, scenario=file), "{name}-causes")
    b = load(its, study.sets)
    changes = Changes(study.base, b)
    points = {chosen: Point("+".join(sorted(chosen)), changes.sets(chosen)) for chosen in coalitions(changes.groups)}
    _refuse_unequal(study.resolve(points[frozenset(changes.groups)]), b)
    replications = range(1, (options.replications or REPLICATIONS) + 1)
    with study.at_work():
        values = study.evaluate(list(points.values()), replications)
        by = _by(values, points, changes.groups, measures or MEASURES_SHOWN)
        found = Causes(study, b, changes.groups, by, (*notes, *more))
        about = {"compared_with": b.scenario.name, "groups": list(changes.groups), "replications": list(replications)}
        study.publish([Csv(FILE, COLUMNS, list(found.rows()))], about, as_written(study.base))
    return found


def _by(
    values: Values, points: Mapping[Groups, Point], groups: tuple[str, ...], measures: Sequence[str]
) -> dict[str, dict[str, Estimate]]:
    """The shares by measure and group; of a measure those replications count in which every mixture has a number."""
    found: dict[str, dict[str, Estimate]] = {}
    for measure in measures:
        each = {chosen: values.each(point.name, measure) for chosen, point in points.items()}
        parts = []
        for i in each[frozenset()]:
            numbers = {chosen: n for chosen, one in each.items() if isinstance(n := one.get(i), int | float)}
            parts += [shares(groups, numbers)] if len(numbers) == len(each) else []
        if parts:
            unit = MEASURES[measure].unit
            found[measure] = {group: estimate([float(one[group]) for one in parts], unit) for group in groups}
            found[measure][ALL] = estimate([float(sum(one.values())) for one in parts], unit)
    return found


def scenario_of(name: str) -> list[str]:
    """The scenario that a name means, or that of a result; then a line where the name could mean either.

    Raises ScenarioError if it is neither.
    """
    if (inside := Path(name) / SCENARIO).is_file():
        return [str(inside)]
    below = RESULTS / name / SCENARIO
    try:
        find(name)
    except ScenarioError:
        if below.is_file():
            return [str(below)]
        raise
    if below.is_file() and not Path(name).exists():
        return [name, f"{name}: taken as the included scenario; for the result write {below.parent}"]
    return [name]


# --- shares -------------------------------------------------------------------------------------
Groups = frozenset[str]
MOST_EXACT: Final = 5
"""Up to so many groups every order counts; of more a sample of orders."""
_ORDERS: Final = 6
"""Orders that are drawn, each taken forwards and backwards."""
_GROUPS: Final = (
    ("arrests.goal", "goal"),
    ("arrests.sources", "arrests"),
    ("arrests", "arrests"),
    ("people", "people"),
    ("intake", "intake"),
    ("beds", "beds"),
    ("case.dockets", "judges"),
    ("case", "case"),
    ("removal.routes", "seats"),
    ("removal", "documents"),
    ("release", "releases"),
    ("funding", "money"),
)


def group_of(path: str) -> str:
    """The group that an input belongs to: the part of the pathway, or its first key."""
    return next((name for stem, name in _GROUPS if f"{path}.".startswith(f"{stem}.")), path.partition(".")[0])


def settings(inputs: Sequence[Input]) -> dict[str, tuple[str, ...]]:
    """The `path=value` settings that bring each group from the baseline to the other scenario."""
    found: dict[str, list[str]] = {}
    for one in inputs:
        value = "null" if one.value == ABSENT else as_setting(one.value)
        found.setdefault(group_of(one.path), []).append(f"{one.path}={value}")
    return {group: tuple(sets) for group, sets in found.items()}


def as_setting(text: str) -> str:
    """A value as text in the form that `--set` reads: without commas inside numbers."""
    return re.sub(r"(?<=\d),(?=\d)", "", text)


def orders(groups: Sequence[str]) -> list[tuple[str, ...]]:
    """Every order of up to MOST_EXACT groups; of more the same sample each time, every order with its reverse."""
    if len(groups) <= MOST_EXACT:
        return list(permutations(groups))
    draw = random.Random(1)
    drawn = [tuple(draw.sample(groups, len(groups))) for _ in range(_ORDERS)]
    return [order for one in drawn for order in (one, one[::-1])]


def coalitions(groups: Sequence[str]) -> list[Groups]:
    """The sets of changed groups whose values `shares` asks for, the empty one first."""
    if len(groups) <= MOST_EXACT:
        return [frozenset(chosen) for n in range(len(groups) + 1) for chosen in combinations(groups, n)]
    return list(dict.fromkeys(frozenset(order[:n]) for n in range(len(groups) + 1) for order in orders(groups)))


def shares(groups: Sequence[str], value: Mapping[Groups, int | float]) -> dict[str, Fraction]:
    """The share of each group in value[all] − value[none]; they add up to it exactly."""
    every = orders(groups)
    total = dict.fromkeys(groups, Fraction(0))
    for order in every:
        for i, group in enumerate(order):  # what it adds to those before it
            total[group] += Fraction(value[frozenset(order[: i + 1])]) - Fraction(value[frozenset(order[:i])])
    return {group: summed / len(every) for group, summed in total.items()}


def whole(parts: Sequence[float], total: float) -> list[int]:
    """Parts in whole numbers that add up to the rounded total: the largest remainders are rounded up."""
    floors = [int(part // 1) for part in parts]
    missing = round(total) - sum(floors)
    up = sorted(range(len(parts)), key=lambda i: floors[i] - parts[i])[: max(missing, 0)]
    return [floor + (i in up) for i, floor in enumerate(floors)]


# --- what differs -------------------------------------------------------------------------------
class Changes:
    """The groups of inputs that differ, and the settings that change some of them.

    Where the other scenario only chooses another funding level, what its dollars buy is divided: `funding.buys` of
    beds, officers and so on are groups. Dollars that buy nothing come with the first of them.
    """

    def __init__(self, a: Resolved, b: Resolved) -> None:
        inputs = between(a.tree, b.tree)
        if not inputs:
            raise InputError("no inputs differ, so there is nothing to divide")
        self._bought = _bought(a.scenario, b.scenario)
        self._level = _dollars(a, b) if self._bought else {}
        self._sets = settings([one for one in inputs if not (self._bought and one.path == "funding.level")])
        self.groups = tuple(dict.fromkeys([*self._bought, *self._sets]))

    def sets(self, chosen: Groups) -> tuple[str, ...]:
        """The settings of some groups on top of the baseline."""
        plain = tuple(text for group in self.groups if group in chosen for text in self._sets.get(group, ()))
        bought = {group: account for group, account in self._bought.items() if group in chosen}
        if not bought:
            return plain
        on = [account for account in self._level if account in bought.values() or account not in self._bought.values()]
        level = ", ".join(f"{account}: {pair[account in on]}" for account, pair in self._level.items())
        without = [group for group, account in self._bought.items() if account in on and group not in bought]
        return (
            *plain,
            f"funding.levels.{_MIXED}={{{level}}}",
            f"funding.level={_MIXED}",
            *(f"funding.buys.{group}=null" for group in without),
        )


def _bought(a: Scenario, b: Scenario) -> dict[str, str]:
    """What the dollars of the other level buy beyond the base, each with its account; nothing if both buy."""
    one, other = a.funding, b.funding
    if one is None or other is None or one.level != one.base or other.level == one.level:
        return {}
    first, second = (of.levels.get(of.level or "", {}) for of in (one, other))
    differ = [account for account in second if first.get(account) != second[account]]
    return {name: buys.account for name, buys in other.buys if buys is not None and buys.account in differ}


def _dollars(a: Resolved, b: Resolved) -> dict[str, tuple[str, str]]:
    """The dollars of each account in the levels that the scenarios choose, as text."""
    funding = [one.tree["funding"] for one in (a, b)]
    chosen = [of["levels"].get(of["level"], {}) for of in funding]
    first, second = ({account: as_setting(flow(value)) for account, value in of.items()} for of in chosen)
    return {account: (first[account], second[account]) for account in second if account in first}


def _refuse_unequal(mixed: Resolved, b: Resolved) -> None:
    """Raise InputError where all changes together do not make the other scenario."""
    left: list[Input] = [one for one in between(mixed.tree, b.tree) if not one.path.startswith("funding.")]
    one, other = build_tables(mixed.scenario), build_tables(b.scenario)
    if left or not _equal(one, other):
        where = f", {left[0].path} differs" if left else ""
        raise InputError(f"the scenarios differ in ways that cannot be changed one by one{where}; compare closer ones")


def _equal(a: Any, b: Any) -> bool:
    if is_dataclass(a) and not isinstance(a, type):
        return _equal(tuple(vars(a).values()), tuple(vars(b).values()))
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(_equal(x, y) for x, y in zip(a, b, strict=True))
    return bool(np.array_equal(a, b)) if isinstance(a, np.ndarray) else bool(a == b)
