"""The formulas, against published values and against each other."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from sim.theory import queueing
from tests.laws import stock_formulas as stocks


def test_erlang_b_at_national_scale_is_the_fluid_value():
    assert round(queueing.erlang_b(21_000, 34_000), 4) == 0.3824
    assert round(1 - 21_000 / 34_000, 4) == 0.3824


@pytest.mark.parametrize(
    ("servers", "load", "lost"), [(0, 3, 1.0), (1, 1, 0.5), (2, 1, 0.2), (5, 3, 0.11005), (10, 10, 0.21458)]
)
def test_erlang_b_tables(servers, load, lost):
    assert queueing.erlang_b(servers, load) == pytest.approx(lost, abs=5e-6)


def by_recursion(servers, load):
    """1/B(s) = 1 + (s/a)/B(s − 1)."""
    inverse = 1.0
    for n in range(1, servers + 1):
        inverse = 1.0 + inverse * n / load
    return 1.0 / inverse


@pytest.mark.parametrize("servers", [1, 2, 7, 20, 100, 1000, 30_000])
@pytest.mark.parametrize("ratio", [0.05, 0.5, 0.9, 0.99, 1, 1.01, 1.05, 1.1, 2, 50])
def test_erlang_b_is_its_recursion(servers, ratio):
    wanted = by_recursion(servers, ratio * servers)
    assert queueing.erlang_b(servers, ratio * servers) == pytest.approx(wanted, rel=1e-10, abs=1e-290)


@pytest.mark.parametrize("servers", [1, 10, 300])
@pytest.mark.parametrize("ratio", [0.2, 0.9, 1, 1.2, 3])
@pytest.mark.parametrize("patience", [0.01, 1, 30])
def test_erlang_a_is_its_chain(servers, ratio, patience):
    arrivals = servers * ratio
    inside = np.arange(servers + 60 * int(20 + arrivals * patience))
    deaths = np.minimum(inside[1:], servers) + np.maximum(inside[1:] - servers, 0) / patience
    logs = np.concatenate([[0.0], np.cumsum(math.log(arrivals) - np.log(deaths))])
    chance = np.exp(logs - logs.max()) / np.exp(logs - logs.max()).sum()
    found = queueing.erlang_a(servers, arrivals, 1, patience)
    assert found.wait_share == pytest.approx(chance[servers:].sum(), rel=1e-9)
    assert found.mean_line == pytest.approx(np.maximum(inside - servers, 0) @ chance, rel=1e-9)


@pytest.mark.parametrize("servers", [30_000_000, 10**12, 2**40])
def test_any_number_of_servers_takes_no_time(servers):
    """Square-root staffing: with s = a, B is near √(2/πa), and half of those who come to M/M/s+M wait if θ = μ."""
    assert queueing.erlang_b(servers, 25) == 0.0 and queueing.erlang_c(servers, 25) == 0.0
    assert queueing.erlang_b(servers, servers) == pytest.approx(math.sqrt(2 / (math.pi * servers)), rel=1e-3)
    assert queueing.erlang_b(servers, 2 * servers) == pytest.approx(0.5, rel=1e-6)
    assert queueing.erlang_a(servers, servers, 1, 1).wait_share == pytest.approx(0.5, rel=1e-3)
    assert queueing.erlang_a(servers, 2.0 * servers, 1, 1).abandon_share == pytest.approx(0.5)
    assert queueing.fixed_patience(servers, 2.0 * servers, 1, 3).abandon_share == pytest.approx(0.5)
    assert queueing.fixed_patience(servers, 25, 1, 3).mean_wait == 0.0


def test_without_servers_everybody_leaves():
    found = queueing.erlang_a(0, 4, 1, 2)
    assert (found.wait_share, found.abandon_share, found.mean_wait, found.mean_line) == (1, 1, 2, 8)


def test_erlang_b_of_nothing():
    assert queueing.erlang_b(3, 0) == 0.0 and queueing.erlang_b(0, 0) == 1.0
    assert queueing.erlang_b(5000, 1) == 0.0


@pytest.mark.parametrize(
    ("first_load", "second", "first"),
    [(10_000, 0.542, 0), (15_000, 0.684, 0), (18_000, 0.813, 0), (20_500, 0.963, 6.5e-6), (21_000, 0.9913, 0.0055)],
)
def test_two_classes_with_preemption(first_load, second, first):
    """The published table for 21,000 beds and a load of 34,000."""
    found = queueing.preemptive_loss(21_000, first_load, 34_000)
    assert found.second == pytest.approx(second, abs=6e-4)
    assert found.first == pytest.approx(first, rel=0.01, abs=1e-9)
    assert found.all == queueing.erlang_b(21_000, 34_000)


@pytest.mark.parametrize(("stay", "amplitude", "lag"), [(30, 0.889, 28), (45, 0.791, 38), (60, 0.696, 47)])
def test_season(stay, amplitude, lag):
    found = stocks.seasonal_stock(stay)
    assert (round(found.amplitude, 3), round(found.lag_days)) == (amplitude, lag)


def test_season_against_the_stock_day_by_day():
    t = np.arange(3650)
    arrivals = 1000 * (1 + 0.3 * np.sin(2 * np.pi * (t + 0.5) / 365))
    last = stocks.infinite_stock(arrivals.tolist(), 45)[-365:]
    season = stocks.seasonal_stock(45)
    assert (last.max() - last.min()) / (2 * last.mean()) == pytest.approx(0.3 * season.amplitude, rel=1e-3)
    assert int(last.argmax()) + 1 == pytest.approx(365 / 4 + season.lag_days, abs=1.5)


def test_stock_settles_at_littles_law():
    assert stocks.infinite_stock([100.0], 30, start=0, days=600)[-1] == pytest.approx(100 * 30)
    assert stocks.infinite_stock([0.0], 10, start=500, days=10)[-1] == pytest.approx(500 / math.e)


def test_erlang_c():
    assert queueing.erlang_c(1, 0.5) == pytest.approx(0.5)
    assert queueing.erlang_c(5, 4) == pytest.approx(0.5541, abs=5e-5)
    assert queueing.erlang_c_wait(1, 0.5, 1) == pytest.approx(1.0)  # M/M/1: rho / (mu − lambda)


def test_erlang_a_between_its_neighbours():
    patient, hurried = queueing.erlang_a(5, 4, 1, 1e7), queueing.erlang_a(5, 4, 1, 1e-6)
    assert patient.mean_wait == pytest.approx(queueing.erlang_c_wait(5, 4, 1), rel=1e-4)
    assert hurried.abandon_share == pytest.approx(queueing.erlang_b(5, 4), rel=1e-3)


def test_erlang_a_when_patience_equals_the_stay():
    """Then the number inside is Poisson, as in an endless system."""
    load, servers = 12.0, 10
    inside = np.arange(200)
    poisson = np.exp(inside * math.log(load) - load - np.array([math.lgamma(n + 1) for n in inside]))
    line = float((np.maximum(inside - servers, 0) * poisson).sum())
    found = queueing.erlang_a(servers, load, 1, 1)
    assert found.mean_line == pytest.approx(line)
    assert found.abandon_share == pytest.approx(line / load)
    assert found.mean_busy == pytest.approx(load - line)


def test_erlang_a_conserves_people():
    found = queueing.erlang_a(20, 30, 1, 3)
    assert found.mean_busy == pytest.approx(30 * (1 - found.abandon_share))
    assert found.abandon_share == pytest.approx(found.mean_wait / 3)


def test_fixed_patience_lies_between_erlang_b_and_erlang_c():
    gone, patient = queueing.fixed_patience(5, 4, 1, 0), queueing.fixed_patience(5, 4, 1, 200)
    assert gone.abandon_share == pytest.approx(queueing.erlang_b(5, 4), rel=1e-12)
    assert gone.mean_wait == 0.0
    assert patient.abandon_share == pytest.approx(0.0, abs=1e-12)
    assert patient.wait_share == pytest.approx(queueing.erlang_c(5, 4))
    assert patient.mean_wait == pytest.approx(queueing.erlang_c_wait(5, 4, 1))


def test_fixed_patience_of_one_server():
    """M/M/1+D by hand: with λ = μ = 1 the wait offered is uniform up to the patience 2, then exponential."""
    found = queueing.fixed_patience(1, 1, 1, 2)
    assert found.abandon_share == pytest.approx(1 / 4)
    assert found.wait_share == pytest.approx(3 / 4)
    assert found.mean_wait == pytest.approx((2 + 2) / 4)
    assert queueing.fixed_patience(1, 1.000001, 1, 2).mean_wait == pytest.approx(1.0, rel=1e-5)


def test_fixed_patience_under_a_heavy_load_is_the_fluid_loss():
    assert queueing.fixed_patience(100, 200, 1, 30).abandon_share == pytest.approx(0.5, rel=1e-4)


def test_fluid_bound_and_safety_beds():
    assert queueing.fluid_arrivals(41_500, 45) == pytest.approx(922.2, abs=0.05)
    assert queueing.staffing(33_500, 1, 1.42) == pytest.approx(33_760, abs=1)


@pytest.mark.parametrize(
    ("formula", "arguments"),
    [
        (queueing.erlang_b, (-1, 2)),
        (queueing.erlang_c, (4, 4)),
        (queueing.erlang_a, (4, 0, 1, 1)),
        (queueing.fixed_patience, (0, 1, 1, 1)),
        (queueing.preemptive_loss, (3, 5, 5)),
        (queueing.fluid_arrivals, (10, 0)),
        (queueing.fluid_arrivals, (-1, 10)),
        (queueing.staffing, (-1, 1, 2)),
        (queueing.staffing, (1, -1, 2)),
    ],
)
def test_arguments_out_of_range(formula, arguments):
    with pytest.raises(ValueError, match="wanted"):
        formula(*arguments)


def test_without_servers_nobody_is_taken() -> None:
    assert queueing.erlang_a(0, 2.5, 10, 4) == queueing.WithPatience(1.0, 1.0, 4.0, 10.0, 0.0)
    assert queueing.fluid_arrivals(0, 45) == 0.0


def test_staffing_of_a_small_stock() -> None:
    assert queueing.staffing(0.25, 4, 2) == 2.25 and queueing.staffing(0, 0, 2) == 0


@pytest.mark.parametrize("n", [16.0, 17.0, 40.0, 900.0])
def test_the_error_of_stirlings_formula(n: float) -> None:
    """Against 40 digits: differences of logarithms cancel in doubles."""
    with localcontext() as context:
        context.prec = 40
        exact = Decimal(math.factorial(int(n))).ln() - (Decimal(n) + Decimal("0.5")) * Decimal(n).ln() + Decimal(n)
        exact -= (2 * Decimal("3.14159265358979323846264338327950288419717")).ln() / 2
    assert queueing._stirling_error(n) == pytest.approx(float(exact), rel=1e-14)
