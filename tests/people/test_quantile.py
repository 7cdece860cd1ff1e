from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.people.streams import bits, key, unit
from sim.scenario.schema.distributions import (
    Constant,
    Exponential,
    LogNormal,
    Mixture,
    Node,
    Quantiles,
    Uniform,
    Weibull,
)
from sim.scenario.world.quantile import residual_seconds, seconds, survival

DAY = 86_400.0
MIXED = Mixture((0.3, 0.7), (Exponential(5 * DAY), LogNormal(14.0, 0.6)))
STATED = Quantiles((0.0, 0.25, 0.5, 1.0), (0.0, 8 * DAY, 25 * DAY, 100 * DAY))
LAWS: dict[str, tuple[Node, Any]] = {
    "exponential": (Exponential(30 * DAY), stats.expon(scale=30 * DAY).cdf),
    "lognormal": (LogNormal(14.0, 0.8), stats.lognorm(0.8, scale=np.exp(14.0)).cdf),
    "uniform": (Uniform(2 * DAY, 9 * DAY), stats.uniform(2 * DAY, 7 * DAY).cdf),
    "weibull": (Weibull(20 * DAY, 0.7), stats.weibull_min(0.7, scale=20 * DAY).cdf),
    "quantiles": (STATED, lambda x: np.interp(x, STATED.values_s, STATED.levels)),
    "mixture": (
        MIXED,
        lambda x: 0.3 * stats.expon(scale=5 * DAY).cdf(x) + 0.7 * stats.lognorm(0.6, scale=np.exp(14.0)).cdf(x),
    ),
}


@pytest.fixture(scope="module")
def u() -> Any:
    return unit(bits(key("quantiles"), 40_000))


@pytest.mark.parametrize("name", LAWS)
def test_draws_follow_the_law(name: str, u: Any) -> None:
    law, cdf = LAWS[name]
    assert stats.kstest(seconds(law, u), cdf).pvalue > 0.01


@pytest.mark.parametrize("name", LAWS)
def test_survival_agrees_with_theory(name: str) -> None:
    law, cdf = LAWS[name]
    x = np.linspace(0.0, 150 * DAY, 301)
    assert survival(law, x) == pytest.approx(1.0 - cdf(x), abs=1e-12)


def test_survival_at_an_atom() -> None:
    x = np.array([8, 9, 10]) * DAY
    assert survival(Constant(9 * DAY), x).tolist() == [1, 0, 0]
    assert survival(Quantiles((0.0, 0.25, 1.0), (9 * DAY, 9 * DAY, 11 * DAY)), x).tolist() == [1, 0.75, 0.375]


def test_the_least_draw_leaves_the_least_double_share() -> None:
    left = residual_seconds(LogNormal(14.0, 0.8), np.array([2.0**-54]), np.array([0]))
    assert left.tolist() == [round(np.exp(14.0 + 0.8 * stats.norm.isf(1.0 - 2.0**-53)))]


@pytest.mark.parametrize("name", LAWS)
def test_what_is_left_follows_the_law_given_what_is_spent(name: str, u: Any) -> None:
    law, cdf = LAWS[name]
    spent = round(4 * DAY)
    left = residual_seconds(law, u, np.full(len(u), spent))
    alive = 1.0 - cdf(spent)
    assert stats.kstest(left, lambda x: (cdf(x + spent) - cdf(spent)) / alive).pvalue > 0.01


@pytest.mark.parametrize("name", [name for name in LAWS if name != "mixture"])
def test_a_larger_draw_is_a_longer_time(name: str) -> None:
    rising = np.linspace(1e-9, 1 - 1e-9, 10_001)
    assert (np.diff(seconds(LAWS[name][0], rising)) >= 0).all()


def test_nothing_is_left_of_what_must_be_over() -> None:
    half, spent = np.full(3, 0.5), np.array([0, 50, 400])
    assert residual_seconds(Constant(100), half, spent).tolist() == [100, 50, 0]
    assert residual_seconds(Uniform(0.0, 100.0), half, spent).tolist() == [50, 25, 0]
    assert residual_seconds(Mixture((0.5, 0.5), (Constant(10), Constant(100))), half, spent).tolist()[1:] == [50, 0]


def test_what_is_left_is_exact_far_out_in_the_tail() -> None:
    """Median of T − x given T > x for x at z = 7, where the distribution function is 1 in doubles."""
    x = round(np.exp(7.0))
    left = residual_seconds(LogNormal(0.0, 1.0), np.array([0.5]), np.array([x]))
    z = stats.norm.isf(0.5 * stats.norm.sf(np.log(x)))
    assert left.tolist() == [round(float(np.exp(z) - x))]


def test_seconds_are_rounded_half_up_and_bounded() -> None:
    assert seconds(Uniform(0.0, 5.0), np.array([0.1, 0.3, 0.29])).tolist() == [1, 2, 1]
    assert seconds(LogNormal(700.0, 1.0), np.array([0.9])).tolist() == [2**33]
    assert seconds(LogNormal(3.0, 0.0), np.array([0.9])).tolist() == [20]
    assert residual_seconds(LogNormal(3.0, 0.0), np.array([0.9]), np.array([5])).tolist() == [15]


def test_a_quantile_table_may_jump() -> None:
    law = Quantiles((0.0, 0.5, 0.5000001, 1.0), (0.0, 0.0, 100.0, 100.0))
    assert seconds(law, np.array([0.2, 0.49, 0.6, 0.9])).tolist() == [0, 0, 100, 100]
