"""A back-test: the scenario driven by published book-ins, played, and scored against published figures."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import InputError
from sim.experiment.backtest.backtest_files import draw, scenario_and_figures, tables
from sim.experiment.backtest.calibration import day0_sets, fitted, pace_sets
from sim.experiment.backtest.driven_arrivals import (
    DRIVERS,
    drive,
    foresight,
    frozen_sets,
    later_changes,
    stock_at_start,
    window_sets,
)
from sim.experiment.backtest.fit.least_squares import Fitted
from sim.experiment.backtest.naive_forecasts import forecasts
from sim.experiment.backtest.published_comparison import Comparison, Played, Score, play, scores
from sim.experiment.backtest.published_figures import ONE_DAY, Figures
from sim.experiment.backtest.published_figures import load as load_figures
from sim.experiment.options import BacktestOptions
from sim.experiment.range_draws import COVERS, chosen_ranges, drawn_points
from sim.experiment.replication import Failure
from sim.experiment.study import Point, Study
from sim.experiment.temporary import temporary_folder
from sim.scenario.loading import Resolved, load
from sim.scenario.schema import Scenario
from sim.scenario.schema.units import parse_date


@dataclass(frozen=True)
class Outcome:
    """What a back-test came to; `notes` are lines to be told besides the scores."""

    folder: Path
    title: str
    scores: tuple[Score, ...]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A back-test as settled: the scenario of the window, not yet driven, what was fitted, what is known until when."""

    resolved: Resolved
    sets: tuple[str, ...]
    figures: Figures
    known_until: dt.date
    fitted: Fitted


def backtest(options: BacktestOptions) -> Outcome:
    """Settle, play, score and write. Raises InputError before any work, RunError, Interrupted as a run does."""
    with temporary_folder() as folder:
        plan = settle(options, folder)
        sets = drive(options.scenario, plan.sets, plan.figures, folder)
        study = Study(replace(options, sets=sets), "backtest-{name}", measuring=play)
        with study.at_work():
            played = _played(study, options)
            naive = forecasts(plan.figures, plan.resolved.scenario, plan.known_until)
            replications = list(played.values())
            comparison = Comparison(plan.resolved.scenario, plan.figures, replications, naive, COVERS[options.doubts])
            found = scores(comparison)
            pictures, notes = draw(comparison)
            written = scenario_and_figures(study.base, options.observed) | pictures
            known = "".join(f"{replace(figure, place='')}\n" for figure in plan.figures)
            about = {
                "fit_until": plan.known_until.isoformat(),
                "fitted": options.fit_until is not None,
                "interval_covers": COVERS[options.doubts],
                "varied": list(options.vary),
                "figures_sha256": hashlib.sha256(known.encode()).hexdigest(),
                "replications": list(played),
                "changes_after_fit_until": list(later_changes(plan.resolved.tree, plan.known_until)),
            }
            study.publish(tables(comparison, found, plan.fitted), about, written)
    told = (*notes, *_replaced(study, options), *_elsewhere(plan), *foresight(plan.resolved, plan.known_until))
    return Outcome(study.part.final, comparison.title, tuple(found), study.failures, told)


def _replaced(study: Study, options: BacktestOptions) -> Iterator[str]:
    """A line for each setting of the user that one of the back-test replaces."""
    if options.sets:
        later = study.sets[study.sets.index(options.sets[0]) + len(options.sets) :]
        own = [text.partition("=")[0] for text in later]
        for text in options.sets:
            path = text.partition("=")[0].strip()
            if of := next((one for one in own if f"{path}.".startswith(f"{one}.")), None):
                yield f"--set {text}: has no effect, for the back-test sets {of}"


def _elsewhere(plan: Plan) -> tuple[str, ...]:
    """A line where a world that is not the nation is driven by the nation's book-ins."""
    if set(plan.resolved.scenario.areas) & set(plan.figures.areas):
        return ()
    return (f"no area of {plan.resolved.scenario.name} is a published one: all book-ins of the figures come to it",)


# --- settling -----------------------------------------------------------------------------------------
def settle(options: BacktestOptions, folder: Path) -> Plan:
    """Everything that can be wrong with the input is found here; files it needs go to `folder`. Raises InputError."""
    figures = load_figures(options.observed)
    for flag, given, path in (("--from", options.first, "start"), ("--to", options.last, "days")):
        if given is not None and any(text.partition("=")[0].strip() == path for text in options.sets):
            raise InputError(f"{flag}: --set {path} is given too; leave one of them out")
    own = load(options.scenario, options.sets)
    _refuse_unknown_areas(options.observed, figures, own.scenario)
    first = given_date("--from", options.first) or own.scenario.start
    last = given_date("--to", options.last) or last_day(figures, first)
    known_until = given_date("--fit-until", options.fit_until) or first - ONE_DAY
    _refuse_order(figures, first, last, known_until)
    frozen = frozen_sets(load(options.scenario).tree, known_until) if options.freeze else ()
    sets, found = (*frozen, *window_sets(first, last)), Fitted()
    if options.fit_until is not None:
        found = fitted(load(options.scenario, sets).scenario, figures, known_until)
    sets = (*sets, *found.sets, *options.sets)
    if options.freeze:
        sets = (*sets, *pace_sets(options.scenario, sets, figures, first, folder))
    sets = (*sets, *day0_sets(options.scenario, sets, figures, first, folder))
    return Plan(load(options.scenario, sets), sets, figures, known_until, found)


def last_day(figures: Figures, first: dt.date) -> dt.date:
    """The last day, from `first` on, to which book-ins run without a gap and up to which the stock was published."""
    return min([_covered_until(figures, first), *(figure.last for figure in figures.of("held")[-1:])])


def _covered_until(figures: Figures, first: dt.date) -> dt.date:
    """The day before the first that no figure of one of the series that drive covers."""
    ends = []
    for series in DRIVERS:
        day = first
        while (figure := figures.covering(series, day)) is not None:
            day = figure.last + ONE_DAY
        ends.append(day - ONE_DAY)
    return min(ends)


def _refuse_order(figures: Figures, first: dt.date, last: dt.date, known_until: dt.date) -> None:
    stock_at_start(figures, first)
    until = _covered_until(figures, first)
    if last < first:
        raise InputError(f"--to: {last} is before --from, {first}; book-ins are known to {last_day(figures, first)}")
    if (last - first).days >= 3660:
        raise InputError(f"--to: {last} is more than 3,660 days after --from, {first}")
    if until < last:
        raise InputError(f"--to: {last}: book-ins are known to {until}; give more with --observed or end there")
    if known_until < first - ONE_DAY:
        raise InputError(f"--fit-until: {known_until} is before the stock at the start, {first - ONE_DAY}")


def _refuse_unknown_areas(observed: Path | None, figures: Figures, scenario: Scenario) -> None:
    """An area of the user's own file that the scenario has not is a slip of the pen."""
    for figure in figures if observed else ():
        if figure.area and figure.area not in scenario.areas and figure.place.startswith(f"{observed}:"):
            known = ", ".join(scenario.areas)
            raise InputError(f"{figure.place}:1: area: {figure.area} is no area of {scenario.name}, must be of {known}")


def given_date(option: str, text: str | None) -> dt.date | None:
    """The date of an option, None where it is not given. Raises InputError."""
    try:
        return None if text is None else parse_date(text)
    except ValueError as error:
        raise InputError(f"{option}: {error}") from None


# --- playing and writing --------------------------------------------------------------------------------
def _played(study: Study, options: BacktestOptions) -> dict[int, Played]:
    """What came of the replications, by number: of one scenario, or each of one drawn from the ranges."""
    if options.doubts:
        acting = chosen_ranges(study.base, options.vary)
        points = drawn_points(study.base, options.replications, acting)
        by = study.evaluate(points, range(1, 2)).by
        return {i: by[point.name][1] for i, point in enumerate(points, 1) if by[point.name]}
    point = Point(study.base.scenario.name)
    return dict(study.evaluate([point], range(1, options.replications + 1)).by[point.name])
