"""Forecasts of 2025: removals from 50,000 people held (CBO), dollars per removal (Penn Wharton)."""

from __future__ import annotations

import pytest

from tests.published.playing import played

SCALE = 100
HELD, REMOVED, DEPARTED, YEARS = 50_000, 290_000, 30_000, 4
PER_REMOVAL, TOTAL = 70_236, 270e9


def test_the_two_figures_of_cbo_agree_only_with_a_stay_of_228_days() -> None:
    held = (REMOVED + DEPARTED) / (YEARS * 365) * 228
    assert held == pytest.approx(HELD, rel=0.01)


@pytest.mark.slow
def test_a_stock_of_50000_removes_in_a_year_more_than_cbo_expects_in_ten() -> None:
    play = played("cbo-2025")
    assert play.value("held_mean") * SCALE == pytest.approx(HELD, rel=0.1)
    assert play.value("removals") * SCALE / 2 == pytest.approx(370_000, rel=0.05)


def test_the_goal_is_the_total_over_the_cost_of_a_removal() -> None:
    scenario = played("penn-wharton-2025", "days=1").scenario
    assert scenario.removal and scenario.removal.goal
    assert float(scenario.removal.goal) * 4 * 365 * SCALE == pytest.approx(TOTAL / PER_REMOVAL, rel=0.01)


@pytest.mark.slow
def test_a_removal_costs_a_fifth_at_marginal_prices() -> None:
    play = played("penn-wharton-2025")
    assert play.value("cost_usd_total") / play.value("removals") == pytest.approx(15_100, rel=0.03)
