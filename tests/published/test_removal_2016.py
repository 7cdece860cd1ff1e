"""Nine million removals in two years (American Action Forum 2016) at a scale of 1 to 100."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from sim.vocabulary import TRACKS
from tests.published.playing import Played, played

SCALE, YEARLY, DETAINED_2013 = 100, 4.52e6, 440_557
"""Removals a year asked for; people detained in fiscal 2013."""
PUBLISHED = {
    "beds": (34_000, 348_831),
    "officers": (4_844, 90_582),
    "courts": (58, 1_316),
    "attorneys": (1_430, 32_445),
}
TO_BE_FOUND = 11.3e6


@cache
def play(name: str, *sets: str) -> Played:
    return played(name, *sets)


def last_year(one: Played) -> float:
    """Mean number held in the second year, at full scale: the first starts from 34,000."""
    return float(one.daily("held")[-365:].mean()) * SCALE


# --- the published arithmetic -------------------------------------------------------------------
def test_published_factors() -> None:
    factors = {what: after / before for what, (before, after) in PUBLISHED.items()}
    assert {what: round(factor, 2) for what, factor in factors.items()} == {
        "beds": 10.26,
        "officers": 18.70,
        "courts": 22.69,
        "attorneys": 22.69,
    }


def test_published_beds_are_the_goal_over_those_detained_in_2013() -> None:
    before, after = PUBLISHED["beds"]
    assert before * YEARLY / DETAINED_2013 == pytest.approx(after, abs=1)
    stay = before * 365 / DETAINED_2013
    assert stay == pytest.approx(28.17, abs=0.005)
    assert YEARLY / 365 * stay == pytest.approx(after, abs=1)


# --- the simulation -----------------------------------------------------------------------------
def test_with_the_stay_of_2013_the_simulation_needs_the_published_beds() -> None:
    """Poisson noise of a stock of 3,488 is 1.7 %; days and weekdays add about as much."""
    assert last_year(play("removal-2016-stays")) == pytest.approx(PUBLISHED["beds"][1], rel=0.04)


def test_with_the_stays_of_2025_it_needs_more() -> None:
    """Same direction; the stays of 2025 are longer, though a tenth of those arrested needs no bed."""
    factor = last_year(play("removal-2016")) / PUBLISHED["beds"][0]
    assert 1.2 * 10.26 < factor < 2.5 * 10.26


def test_beds_are_arrests_times_stay() -> None:
    """A goal of 3,000 a day, a quarter of the other, asks for a quarter of the beds."""
    small, large = last_year(play("removal-2016", "arrests.goal=30 / d")), last_year(play("removal-2016"))
    assert small / large == pytest.approx(30 / 123.84, rel=0.08)


def test_officers_in_proportion_find_two_thirds() -> None:
    """With as many as meet the goal on the first day: P(1 − e^(−2 x 4.52 ÷ P)), and a few who are released again."""
    found = TO_BE_FOUND * -math.expm1(-2 * YEARLY / TO_BE_FOUND)
    assert found == pytest.approx(6.22e6, rel=0.001)
    one = play("removal-2016", "arrests.sources.at_large.arrests_per_officer_day=0.04954")
    arrests = one.value("arrests") * SCALE
    again = one.value("releases") * SCALE
    assert found * 0.98 < arrests < (found + again) * 1.02
    assert one.value("arrest_shortfall_pool") > 0.2 * 2 * YEARLY / SCALE


def test_with_five_times_as_many_the_goal_is_met_to_the_end() -> None:
    arrested = play("removal-2016").daily("arrests")[1:]
    assert arrested[-90:].mean() == pytest.approx(YEARLY / 365 / SCALE, rel=0.06)


def test_most_cases_need_no_judge() -> None:
    """Why courts grow less than in the study: orders that exist already, expedited ones and departures."""
    custody = play("removal-2016").custody
    proceedings = custody.drawn("track") == TRACKS.index("proceedings")
    assert 0.2 < np.mean(proceedings[~custody.day0]) < 0.5
