"""`compare --causes`: both scenarios and the mixtures of their inputs, played with the same random numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.analysis.causes import Groups, as_setting, coalitions, settings, shares, whole
from sim.analysis.inputs import Input, between
from sim.errors import InputError
from sim.experiment.options import StudyOptions
from sim.experiment.study import Point, Study, Values, as_written
from sim.files.data_package import Csv
from sim.formats import number
from sim.measures.intervals import Estimate, estimate
from sim.scenario.loading import Resolved, load
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
    study = Study(replace(options, scenario=_file(options.scenario)), "{name}-causes")
    b = load(_file(other), study.sets)
    changes = Changes(study.base, b)
    points = {chosen: Point("+".join(sorted(chosen)), changes.sets(chosen)) for chosen in coalitions(changes.groups)}
    _refuse_unequal(study.resolve(points[frozenset(changes.groups)]), b)
    replications = range(1, (options.replications or REPLICATIONS) + 1)
    with study.at_work():
        values = study.evaluate(list(points.values()), replications)
        found = Causes(study, b, changes.groups, _by(values, points, changes.groups, measures or MEASURES_SHOWN))
        about = {"compared_with": b.scenario.name, "groups": list(changes.groups), "replications": list(replications)}
        study.publish([Csv(FILE, COLUMNS, list(found.rows()))], about, as_written(study.base))
    return found


def _by(
    values: Values, points: Mapping[Groups, Point], groups: tuple[str, ...], measures: Sequence[str]
) -> dict[str, dict[str, Estimate]]:
    found: dict[str, dict[str, Estimate]] = {}
    for measure in measures:
        each = {chosen: values.each(point.name, measure) for chosen, point in points.items()}
        numbers = [_numbers({chosen: one.get(i) for chosen, one in each.items()}) for i in each[frozenset()]]
        parts = [shares(groups, one) for one in numbers if one is not None]
        if not parts:
            continue
        unit = MEASURES[measure].unit
        found[measure] = {group: estimate([float(one[group]) for one in parts], unit) for group in groups}
        found[measure][ALL] = estimate([float(sum(one.values())) for one in parts], unit)
    return found


def _numbers(values: Mapping[Groups, Any]) -> dict[Groups, int | float] | None:
    """Values of one replication; None unless every mixture has a number."""
    there = {chosen: value for chosen, value in values.items() if isinstance(value, int | float)}
    return there if len(there) == len(values) else None


def _file(name: str) -> str:
    """A scenario, or that of a result folder."""
    inside = Path(name) / "scenario.yaml"
    return str(inside) if inside.is_file() else name


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
        self._level = self._levels(a, b) if self._bought else {}
        self._sets = settings([one for one in inputs if not (self._bought and one.path == "funding.level")])
        self.groups = tuple(dict.fromkeys([*self._bought, *self._sets]))

    def _levels(self, a: Resolved, b: Resolved) -> dict[str, tuple[str, str]]:
        """The dollars of each account in both levels, as text."""
        levels = [dict(one.tree)["funding"]["levels"] for one in (a, b)]
        chosen = [one.scenario.funding.level for one in (a, b) if one.scenario.funding is not None]
        first, second = (of[level] for of, level in zip(levels, chosen, strict=True))
        return {
            account: (as_setting(flow(first[account])), as_setting(flow(second[account])))
            for account in second
            if account in first
        }

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
