"""Endless beds: means and variances of stocks against closed forms and against people drawn one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.scenario.schema import AgeBand
from sim.scenario.schema.distributions import Constant, Exponential, LogNormal, Uniform
from sim.theory.infinite_server import by_day, long_tail_days, residual, stock
from tests.laws import stock_formulas as stocks

DAY = 86_400
BANDS = [AgeBand(low="0 d", high="10 d", share="75 %"), AgeBand(low="10 d", high="50 d", share="25 %")]


def test_exponential_stays_follow_their_differential_equation() -> None:
    rates = np.array([50.0, 80.0, 20.0] * 20)
    found = stock(rates, Exponential(10.0 * DAY), 500, BANDS)
    assert found.held == pytest.approx(stocks.infinite_stock(rates.tolist(), 10.0, start=500), rel=1e-6)


def test_the_rest_of_an_exponential_stay_is_a_whole_one() -> None:
    assert residual(Exponential(10.0 * DAY), BANDS, 5) == pytest.approx(np.exp(-np.arange(1, 6) / 10))


def test_the_rest_of_a_fixed_stay_ends_with_it() -> None:
    """Of people held 0 to 10 days (three in four), and 10 to 50, of stays of 12 days."""
    left = residual(Constant(12 * DAY), BANDS, 13)
    assert left[0] == pytest.approx(0.75 + 0.25 * 1 / 40, abs=0.006)
    assert left[6] == pytest.approx(0.75 * 0.5, abs=0.016)
    assert left[12] == 0.0


def test_survival_is_averaged_over_the_day_of_arrest() -> None:
    assert by_day(Uniform(0.0, 2.0 * DAY), 3) == pytest.approx([0.75, 0.25, 0.0], abs=1e-9)
    assert by_day(Constant(DAY // 2), 2) == pytest.approx([0.5, 0.0], abs=1e-3)


def test_means_and_variances_are_those_of_people_drawn_one_by_one() -> None:
    random, days, held = np.random.default_rng(1), 40, 60
    law = LogNormal(math.log(8 * DAY), 1.0)
    rates = np.where(np.arange(days) < 20, 3.0, 9.0)
    found = stock(rates, law, held, BANDS)
    ends, means = [], []
    for _ in range(4000):
        come = np.repeat(np.arange(days), random.poisson(rates)) + 0.0
        come += random.random(len(come))
        age = np.where(random.random(held) < 0.75, random.uniform(0, 10, held), random.uniform(10, 50, held))
        start = np.concatenate([-age, come])
        leave = start + np.exp(law.mu + law.sigma * random.normal(size=len(start))) / DAY
        for k in range(held):  # whoever is held on day 0 has not left before it
            while leave[k] < 0:
                leave[k] = -age[k] + math.exp(law.mu + law.sigma * random.normal()) / DAY
        nights = np.maximum(np.floor(np.minimum(leave, days)) - np.maximum(np.ceil(start), 1) + 1, 0)
        means.append(nights.sum() / days)
        ends.append(int((leave > days).sum()))
    assert np.mean(means) == pytest.approx(found.held.mean(), abs=4 * np.std(means) / math.sqrt(4000))
    assert np.mean(ends) == pytest.approx(found.held[-1], abs=4 * np.std(ends) / math.sqrt(4000))
    assert np.var(means) == pytest.approx(found.mean_variance, rel=0.1)
    assert np.var(ends) == pytest.approx(found.end_variance, rel=0.1)


def test_the_stock_of_people_who_came_is_poisson() -> None:
    found = stock(np.full(60, 4.0), Exponential(5.0 * DAY), 0, [])
    assert found.end_variance == pytest.approx(found.held[-1])


def test_the_tail_of_a_stay() -> None:
    """A thousandth of the person-days of an exponential stay lies beyond W ln 1000."""
    assert long_tail_days(Exponential(10.0 * DAY)) == math.ceil(10 * math.log(1000))
    assert long_tail_days(Constant(3 * DAY)) == 3
    assert long_tail_days(Exponential(60.0)) == 1, "shorter than the grid"
    assert long_tail_days(LogNormal(math.log(10 * DAY), 2.0)) > 1000
