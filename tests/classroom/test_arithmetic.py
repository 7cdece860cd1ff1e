"""The arithmetic beside the lessons against counting by other means."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.classroom.arithmetic import beds_for, day_spread, hearings_asked, hearings_held, stock_spread
from sim.theory.queueing import little

WEEK = (0.96, 1.18, 1.19, 1.26, 1.20, 0.67, 0.53)


def test_a_plain_day_is_poisson() -> None:
    assert day_spread(20) == pytest.approx(math.sqrt(20))
    assert day_spread(20, weekday=(2, 2, 2)) == pytest.approx(math.sqrt(20)), "factors are scaled to mean 1"


def test_spread_of_days_drawn() -> None:
    random = np.random.default_rng(5)
    factor = random.lognormal(-(0.3**2) / 2, 0.3, (200_000, 7))
    week = np.array(WEEK) / np.mean(WEEK)
    assert np.std(random.poisson(20 * factor * week)) == pytest.approx(day_spread(20, 0.3, WEEK), rel=0.01)


def test_spread_of_the_number_held_drawn() -> None:
    random = np.random.default_rng(6)
    days, stay = 400, 5.0
    factor = random.lognormal(-(0.5**2) / 2, 0.5, (4000, days))
    came = random.poisson(20 * factor)
    kept = stay * (1 - math.exp(-1 / stay)) * np.exp(-np.arange(days)[::-1] / stay)
    assert np.std(random.binomial(came, kept).sum(axis=1)) == pytest.approx(stock_spread(20, stay, 0.5), rel=0.04)


def test_spread_of_the_number_held_without_a_day_effect() -> None:
    assert stock_spread(20, 30) == pytest.approx(math.sqrt(600))


def test_beds_for_nineteen_nights_in_twenty() -> None:
    assert beds_for(600, math.sqrt(600)) == pytest.approx(640.3, abs=0.1)
    assert beds_for(600, 0.0) == 600


def test_hearings_asked_and_held() -> None:
    assert hearings_asked(10, 0.55, {1: 0.4, 2: 0.3, 3: 0.3}) == pytest.approx(10.45)
    assert hearings_held(2, 7) == pytest.approx(10)


@pytest.mark.parametrize(
    "call",
    [
        lambda: day_spread(-1),
        lambda: day_spread(1, 0, ()),
        lambda: stock_spread(1, 0),
        lambda: beds_for(0, 1),
        lambda: beds_for(1, 1, 1),
        lambda: hearings_asked(1, 2, {1: 1}),
        lambda: hearings_held(-1, 1),
    ],
)
def test_arguments_out_of_range(call) -> None:
    with pytest.raises(ValueError, match="wanted: "):
        call()


def test_held_is_arrests_times_stay() -> None:
    assert little(20, 30) == 600
