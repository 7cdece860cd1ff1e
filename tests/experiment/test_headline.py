"""The table after a run says what the files say."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from sim.experiment.headline import answer, following, footer, found_in, rows, shipped_table
from sim.experiment.options import RunOptions
from sim.experiment.run import Outcome, run
from sim.measures.intervals import Estimate


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Three replications of a small shipped scenario with a goal, transfers and releases."""
    out = tmp_path_factory.mktemp("headline") / "x"
    sets = ("days=40", "checks.arrests=1..1000000", "checks.held_mean=0..1")
    return run(RunOptions("one-goal-three-budgets", sets, replications=3, workers=1, out=out, quiet=True))


def test_rows_are_the_means_of_the_summary(outcome: Outcome) -> None:
    with Path(outcome.folder, "summary.csv").open() as file:
        summary = {row["measure"]: row for row in csv.DictReader(file)}
    shown = {row.what: row for row in rows(found_in(outcome))}
    for what, measure, unit in (
        ("arrests", "arrests", 1),
        ("interior arrests a day", "arrests_interior", 40),
        ("held, mean", "held_mean", 1),
        ("marginal cost, million dollars", "cost_usd_total", 1e6),
    ):
        row, wanted = shown[what], summary[measure]
        assert float(row.mean.replace(",", "")) == pytest.approx(float(wanted["mean"]) / unit, rel=0.02)
        low, high = (float(text.replace(",", "")) * unit for text in row.spread.split(" … "))
        assert (low, high) == pytest.approx((float(wanted["ci_low"]), float(wanted["ci_high"])), rel=0.02)


def test_the_goal_stands_beside_arrests_and_the_bound(outcome: Outcome) -> None:
    shown = {row.what: row for row in rows(found_in(outcome))}
    assert shown["interior arrests a day"].beside == "goal 60"
    assert shown["book-ins a day the beds sustain"].beside == "goal of interior arrests 60"
    assert shown["held, mean"].beside.startswith("operating beds 1,2")


def test_reasons_of_release_add_up(outcome: Outcome) -> None:
    reasons = [row.what.strip() for row in rows(found_in(outcome)) if row.what.startswith("  ")]
    means = [outcome.estimates[f"releases_{reason}"].mean for reason in reasons]
    assert reasons and sum(means) == pytest.approx(outcome.mean("releases"))


def test_places_and_moves_are_told_where_people_are_moved(outcome: Outcome) -> None:
    figures = {"moves_from_bed": 900, "places_per_book_in": 2.95, "bed_sites_per_book_in": 1.83}
    figures |= {"held_staging_mean": 700, "staging_per_removal": 0.3, "place_days_mean_staging": 2.4}
    figures |= {"moves_per_month": 69_800}
    known = {name: Estimate("", value, None, None, None, 1) for name, value in figures.items()}
    told = answer(replace(outcome, estimates={**outcome.estimates, **known}))
    moves = "; 0.3 stays in staging sites per removal, of 2.4 days on average; 69,800 moves a month."
    assert f"A book-in leads to 2.95 places, 1.83 of them bed sites{moves}" in told
    assert not any("moves a month" in line for line in answer(outcome))


def test_the_footer_has_the_checks_that_are_met_and_the_folder(outcome: Outcome) -> None:
    assert [line.split(":")[0] for line in footer(outcome)] == ["check arrests"]
    assert following(outcome)[0] == f"written to {outcome.folder}"


def test_the_answer_is_a_few_sentences_of_rounded_numbers(outcome: Outcome) -> None:
    title, blank, *sentences = answer(outcome)
    assert "3 replications" in title and not blank and 5 <= len(sentences) <= 10
    assert "Checks: 1 of 2 met." in sentences
    held = next(line for line in sentences if line.startswith("Held: "))
    assert str(round(float(f"{outcome.mean('held_mean'):.3g}"))) in held.replace(",", "")


def test_a_date_is_a_date(outcome: Outcome) -> None:
    gone = Estimate("d", 12.7, None, None, None, 3)
    changed = replace(outcome, estimates={**outcome.estimates, "funds_exhausted_day": gone})
    date = outcome.scenario.start + dt.timedelta(days=12)
    assert any(f"{date.day} {date:%B %Y}" in line for line in answer(changed))
    assert any(row.beside.startswith("funds used up on ") for row in rows(found_in(changed)))


def test_with_two_goals_either_may_be_the_one_missed(outcome: Outcome) -> None:
    own = {"goal_missed_from": "2025-06-01", "binding_stage": "beds", "removals_goal": 100}
    known = {name: Estimate("", value, None, None, None, 3) for name, value in own.items()}
    changed = replace(outcome, estimates={**outcome.estimates, **known})
    missed = "One of the goals, of removals or of arrests, is missed from 1 June 2025 on; it is held back by beds."
    assert missed in answer(changed)
    beside = {row.what: row.beside for row in rows(found_in(changed))}
    assert beside["goal missed since"] == "of removals or of arrests"


def test_every_shipped_scenario_has_a_line() -> None:
    assert shipped_table().row_count >= 20
