"""The fit: figures made by the analytic twin itself, on a short history, give back what made them."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from sim.errors import InputError
from sim.experiment.backtest.fit.fitted_settings import PARAMETERS, settings
from sim.experiment.backtest.fit.least_squares import (
    FIRST_SCORED,
    SHORT_BOOK_OUTS,
    Fitted,
    History,
    cohorts,
    fit,
    fit_values,
    with_settings,
)
from sim.experiment.backtest.published_figures import SERIES, Figure, Figures, shipped
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.theory.cohort_flow import one_area
from tools.calibrate import main

module = importlib.import_module("sim.experiment.backtest.fit.least_squares")

FIRST, UNTIL = dt.date(2023, 10, 1), dt.date(2024, 1, 31)
DAY = dt.timedelta(days=1)
FREE = ("bond", "adjournment", "parole")
TRUTH = {"bond": 1.3, "adjournment": 42.0, "parole": 0.4}
"""Far from where the search begins: 0.9, 30 and 0.65."""
FREE_START = {parameter.name: parameter.start for parameter in PARAMETERS if parameter.name in FREE}


def figure(first: dt.date, last: dt.date, series: str, value: float) -> Figure:
    return Figure(first, last, "", series, float(value), SERIES[series].unit, "made up")


def months() -> Iterable[tuple[dt.date, dt.date]]:
    first = FIRST
    while first <= UNTIL:
        last = (first + 31 * DAY).replace(day=1) - DAY
        yield first, last
        first = last + DAY


@pytest.fixture(scope="module")
def nation() -> Scenario:
    return load("national").scenario


@pytest.fixture(scope="module")
def made(nation: Scenario) -> Figures:
    """250 and 500 people booked in a day, and what the twin with `TRUTH` makes of them."""
    book_ins = [
        figure(first, last, series, people * ((last - first).days + 1))
        for first, last in months()
        for series, people in (("book_ins_ice", 250), ("book_ins_cbp", 500))
    ]
    history = History(nation, Figures(book_ins), UNTIL)
    twin = cohorts(one_area(nation, history.first, history.days), TRUTH)
    course = history.course(twin)
    rows = list(book_ins)
    for k in range((UNTIL - FIRST_SCORED).days + 2):
        date = FIRST_SCORED - DAY + k * DAY
        rows.append(figure(date, date, "held", course.held[history.day(date)]))
    for first, last in months():
        days = slice(history.day(first), history.day(last) + 1)
        for series, reason in (("removed", "removed"), ("bond", "bond"), ("parole", "parole"), ("relief", "relief")):
            flow = course.expected.exits[reason][days].sum() / SHORT_BOOK_OUTS
            rows.append(figure(first, last, f"book_outs_{series}", flow))
    return Figures(rows)


@pytest.fixture(scope="module")
def few() -> Iterator[None]:
    """A fit of three values; the others are as they start."""
    chosen = tuple(parameter for parameter in PARAMETERS if parameter.name in FREE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "fitted", lambda until: chosen)
        yield


@pytest.fixture(scope="module")
def found(nation: Scenario, made: Figures, few: None) -> dict[str, float]:
    """The fit."""
    return fit_values(nation, History(nation, made, UNTIL))


def residuals(nation: Scenario, figures: Figures, values: dict[str, float]) -> np.ndarray:
    history = History(nation, figures, UNTIL)
    return history.residuals(cohorts(one_area(nation, history.first, history.days), values))


# --- targets ------------------------------------------------------------------------------------
def test_residuals_of_the_truth_are_nothing(nation: Scenario, made: Figures) -> None:
    found = residuals(nation, made, TRUTH)
    assert len(found) > 20 and np.abs(found).max() < 1e-6
    moved = residuals(nation, made, TRUTH | {"bond": 0.9})
    assert np.isfinite(moved).all() and np.abs(moved).max() > 1


def test_figures_with_gaps_have_finite_residuals(nation: Scenario, made: Figures) -> None:
    """A month of book-outs without a count of people held is left out, and said by no other figure."""
    gap = (dt.date(2023, 12, 1), dt.date(2023, 12, 31))
    kept = [f for f in made if not (f.series == "held" and gap[0] <= f.first <= gap[1])]
    found = residuals(nation, Figures(kept), TRUTH)
    assert np.isfinite(found).all() and np.abs(found).max() < 0.1
    assert len(found) < len(residuals(nation, made, TRUTH))


def test_what_is_published_later_changes_nothing(nation: Scenario, made: Figures) -> None:
    later = UNTIL + DAY
    garbage = [figure(later, later, series, 1e8) for series in SERIES if series not in ("held_mean",)]
    spoilt = Figures([*made, *garbage])
    assert (residuals(nation, spoilt, FREE_START) == residuals(nation, made, FREE_START)).all()


def test_the_real_figures_have_finite_residuals(nation: Scenario) -> None:
    until = dt.date(2024, 1, 31)
    history = History(nation, shipped().until(until), until)
    found = history.residuals(cohorts(one_area(nation, history.first, history.days), FREE_START))
    assert len(found) > 40 and np.isfinite(found).all()


def test_course_starts_from_the_published_stock(nation: Scenario, made: Figures) -> None:
    fewer = figure(FIRST_SCORED - DAY, FIRST_SCORED - DAY, "held", 20_000)
    halved = Figures([fewer]).over(made)
    history = History(nation, halved, UNTIL)
    course = history.course(cohorts(one_area(nation, history.first, history.days), TRUTH))
    assert course.held[history.day(FIRST_SCORED) - 1] == pytest.approx(20_000)


# --- the fit ------------------------------------------------------------------------------------
def test_a_fit_gives_back_what_made_the_figures(found: dict[str, float]) -> None:
    assert set(found) == set(FREE)
    for name, value in TRUTH.items():
        assert found[name] == pytest.approx(value, rel=0.08), found
        assert abs(np.log(found[name] / value)) < 0.2 * abs(np.log(FREE_START[name] / value))


def test_where_the_search_begins_decides_nothing(nation: Scenario, made: Figures, found: dict[str, float]) -> None:
    other = fit_values(nation, History(nation, made, UNTIL), TRUTH)
    assert [other[name] for name in found] == pytest.approx(list(found.values()), rel=0.02)


def test_a_fit_is_a_table_of_settings(
    nation: Scenario, made: Figures, found: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "fit_values", lambda *given: found)
    done = fit(nation, made, UNTIL)
    assert isinstance(done, Fitted)
    assert tuple(f"{row.path}={row.after}" for row in done.parameters) == done.sets
    adjournment = next(row for row in done.parameters if row.path == "case.adjournment")
    assert "lognormal" in adjournment.before and adjournment.before != adjournment.after
    speed = next(row for row in done.parameters if row.path == "removal.groups.other.document_speed")
    assert "ramp: true" in speed.after, "for the days to come"
    load("national", done.sets)


def test_quick_settings_are_those_of_the_loader(nation: Scenario) -> None:
    sets = settings(TRUTH)
    quick, loaded = with_settings(nation, sets), load("national", sets).scenario
    assert quick.case == loaded.case and quick.release == loaded.release and quick.removal == loaded.removal
    assert quick.people.sources == loaded.people.sources


# --- refusals -----------------------------------------------------------------------------------
@pytest.mark.parametrize("until", [dt.date(2022, 9, 1), dt.date(2023, 10, 15), dt.date(2023, 12, 30)], ids=str)
def test_too_early_a_date_is_refused(nation: Scenario, made: Figures, until: dt.date) -> None:
    with pytest.raises(InputError, match=f"^{until}: too early for a fit, which needs figures up to 2023-12-31"):
        fit(nation, made.until(until), until)


def test_book_ins_that_end_before_the_date_are_refused(nation: Scenario, made: Figures) -> None:
    with pytest.raises(InputError, match=r"^2024-02-01: no book_ins_ice for this day"):
        fit(nation, made, UNTIL + DAY)


@pytest.mark.parametrize("first", [None, FIRST_SCORED], ids=["none", "late"])
def test_book_ins_from_before_the_first_day_scored_are_needed(
    nation: Scenario, made: Figures, first: dt.date | None
) -> None:
    left = Figures(f for f in made if f.series != "book_ins_ice" or (first and f.first >= first))
    with pytest.raises(InputError, match=r"^book_ins_ice: a fit needs it from before 2023-11-01 on"):
        fit(nation, left, UNTIL)


def test_the_command_says_what_is_wrong_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--until", "2022-09-01"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("2022-09-01: too early for a fit") and said.err.count("\n") == 1
