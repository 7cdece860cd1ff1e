"""The bound on arrests that beds sustain, for 3,000 a day."""

from __future__ import annotations

import pytest

from sim.theory import queueing
from tests.published.playing import played

CONTRACTED, MEAN_STAY = 62_913, 48
"""Beds on 14 April 2025 (TRAC 762); days, completed stays of those booked in from 2024 (DDP)."""


def test_published_figures_give_the_bound() -> None:
    assert queueing.fluid_arrivals(CONTRACTED, MEAN_STAY) == pytest.approx(1_311, abs=0.5)
    assert 3_000 * MEAN_STAY == 144_000


@pytest.mark.slow
def test_3000_a_day_made_are_more_than_twice_what_the_beds_sustain() -> None:
    play = played("beds-for-3000")
    bound = play.value("sustainable_arrests_per_day")
    assert play.value("arrests_interior") / 365 == pytest.approx(3_000, rel=0.02)
    assert bound == pytest.approx(queueing.fluid_arrivals(CONTRACTED, MEAN_STAY), rel=0.3)
    assert play.value("book_ins") / 365 < 1.35 * bound, "what gets a bed is near the bound, not near the goal"
    assert play.value("empty_beds_mean") < 0.05 * play.value("beds_operating_mean")
    assert play.value("hold_room_mean") > 50_000


@pytest.mark.slow
def test_endless_beds_do_not_settle_while_courts_and_flights_bind() -> None:
    held = played("beds-for-3000", "beds=null").daily("held")
    assert held[-1] > 1.2 * 3_000 * MEAN_STAY
    assert held[-1] - held[-60] > 60 * 200
