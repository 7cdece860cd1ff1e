"""Birth-death chains against closed forms and against chance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.theory.queueing import erlang_b
from tests.laws.stock_formulas import infinite_stock
from tests.theory.birth_death import Chain, Reward, expectation, occupation, variance


def queue(arrivals: float, servers: int, stay: float, top: int, held: int = 0, leaving: float = 0.0) -> Chain:
    """M/M/s with at most `top` people, `held` of them at the start."""
    start = np.zeros(top + 1)
    start[held] = 1.0
    inside = np.arange(1.0, top + 1)
    left = np.maximum(inside - servers, 0.0) * leaving
    return Chain(arrivals, np.minimum(inside, servers) / stay + left, left, start)


def test_after_long_the_full_state_has_the_weight_of_erlang_b() -> None:
    nights, time = occupation(queue(2.5, 20, 0.1, 20), 3000)
    few = queue(25.0, 3, 0.1, 3)
    assert occupation(few, 1000)[1][-1] / 1000 == pytest.approx(erlang_b(3, 2.5), rel=1e-3)
    assert nights.sum() == pytest.approx(3000) and time.sum() == pytest.approx(3000)


@pytest.mark.parametrize("held", [0, 40])
def test_an_infinite_server_follows_its_differential_equation(held: int) -> None:
    """M/M/∞ from any start: m' = λ − m/W, at midnights and on average over time."""
    chain = queue(2.0, 90, 8.0, 90, held)
    nights, spent = occupation(chain, 30)
    stock = infinite_stock([2.0], 8.0, start=held, days=30)
    assert nights @ chain.people == pytest.approx(stock.sum(), rel=1e-9)
    assert spent @ chain.people == pytest.approx(16.0 * 30 + (held - 16.0) * 8.0 * (1 - np.exp(-30 / 8)), rel=1e-9)


def test_people_who_come_are_poisson() -> None:
    """Whatever the state: mean and variance are the rate × the days, those turned away included."""
    chain = queue(2.5, 4, 3.0, 4)
    everybody = Reward(arrival=np.ones(5))
    assert expectation(chain, everybody, *occupation(chain, 40)) == pytest.approx(100.0)
    assert variance(chain, everybody, 40) == pytest.approx(100.0)


def test_people_held_without_a_limit_vary_as_a_compound_poisson_number() -> None:
    """The sum over midnights of M/M/∞: each person adds E K², K the midnights of a stay (see `infinite_server`)."""
    days, stay, rate = 30, 3.0, 2.0
    kept = [stay * (math.exp(-k / stay) - math.exp(-(k + 1) / stay)) for k in range(days)]
    squares = np.cumsum([(2 * j + 1) * kept[j] for j in range(days)])
    chain = queue(rate, 60, stay, 60)
    assert variance(chain, Reward(midnight=chain.people), days) == pytest.approx(rate * squares.sum(), rel=1e-9)


def test_everybody_leaves_a_line_without_servers() -> None:
    """M/M/∞ of impatience: those who leave by day T are Poisson, the arrivals less the Poisson number still there."""
    chain = queue(3.0, 0, 1.0, 60, leaving=0.5)
    gone, there = Reward(leaving=1.0), Reward(time=chain.people)
    nights, time = occupation(chain, 10)
    left = 30.0 - 6.0 * (1 - math.exp(-5.0))
    assert expectation(chain, gone, nights, time) == pytest.approx(left)
    assert variance(chain, gone, 10) == pytest.approx(left)
    assert expectation(chain, there, nights, time) == pytest.approx(left / 0.5)


@pytest.mark.parametrize("load", [0.3, 0.6])
def test_the_variance_of_a_long_mean_is_that_of_the_literature(load: float) -> None:
    """M/M/1 with service rate 1: σ² = 2ρ(1 + ρ)/(1 − ρ)⁴ (Whitt 1989, Management Science 35)."""
    chain = queue(load, 1, 1.0, 60)
    wanted = 2 * load * (1 + load) / (1 - load) ** 4
    long = [variance(chain, Reward(time=chain.people), days) for days in (1000, 2000)]
    assert (long[1] - long[0]) / 1000 == pytest.approx(wanted, rel=1e-3)
