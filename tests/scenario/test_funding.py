from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import vocabulary
from sim.scenario.world.calendars import ENDLESS, NONE
from sim.scenario.world.funding import delivered, fiscal_year_days, grown_beds, scaled, scaled_counts
from sim.scenario.world.tables import Tables, build_tables
from tests.people.worlds import scenario

AREAS = {"ATL": "Atlanta", "BOS": "Boston"}


def tables(**keys: Any) -> Tables:
    """Tables of a scenario that starts on Monday 3 March 2025."""
    return build_tables(scenario(areas=AREAS, **keys))


# --- delivery -----------------------------------------------------------------------------------
def test_parts_of_a_unit_are_shared_in_proportion() -> None:
    """Three quarters and one quarter of half a unit; nothing at all is shared equally."""
    base = np.array([[0.375, 0.0, 3.0], [0.125, 0.0, 1.0]])
    assert scaled(base, np.array([4.0, 4.0, 4.0])).tolist() == [[3.375, 2, 6], [1.125, 2, 2]]


def test_units_come_after_the_lag_and_no_faster_than_the_ramp() -> None:
    assert delivered(np.full(8, 100.0), lag=3, cancel=0, ramp=40).tolist() == [0, 0, 0, 40, 80, 100, 100, 100]


def test_units_go_some_time_after_their_dollars() -> None:
    target = np.array([10.0, 10, 10, 4, 4, 4, 4, 10, 10])
    assert delivered(target, lag=1, cancel=2, ramp=None).tolist() == [0, 10, 10, 10, 10, 4, 4, 4, 10]


def test_dollars_that_end_before_the_lag_buy_nothing() -> None:
    assert delivered(np.array([10.0, 10, 0, 0, 0, 0]), lag=3, cancel=1, ramp=None).tolist() == [0.0] * 6


def test_a_cut_takes_units_away_and_they_come_back_like_new_ones() -> None:
    target = np.array([-10.0, -10, -10, -10, 0, 0, 0, 0])
    assert delivered(target, lag=1, cancel=2, ramp=6).tolist() == [0, 0, -10, -10, -10, -4, 0, 0]


# --- proportion ---------------------------------------------------------------------------------
def test_units_are_shared_in_proportion_and_add_up() -> None:
    base = np.array([[50, 50], [30, 30], [20, 20]])
    grown = scaled_counts(base, np.array([7.0, -7.0]))
    assert grown.tolist() == [[54, 46], [32, 28], [21, 19]]  # 53.5, 32.1, 21.4; 46.5, 27.9, 18.6
    assert grown.sum(axis=0).tolist() == [107, 93]


@given(
    base=st.lists(st.integers(0, 5000), min_size=1, max_size=30),
    more=st.floats(-20_000, 20_000, allow_nan=False),
)
def test_shared_units_always_add_up(base: list[int], more: float) -> None:
    grown = scaled_counts(np.array(base)[:, None], np.array([more]))
    assert grown.min() >= 0
    assert grown.sum() == max(math.floor(sum(base) + more + 0.5), 0)


def test_units_are_shared_alike_where_there_was_nothing_and_never_fall_below_it() -> None:
    assert scaled_counts(np.zeros((2, 1), np.int64), np.array([5.0])).ravel().tolist() == [3, 2]
    assert scaled_counts(np.array([[3], [1]]), np.array([-9.0])).ravel().tolist() == [0, 0]


def test_beds_grow_both_contracts_and_buildings_where_they_are_limited() -> None:
    contracted, physical, endless = np.array([[60], [40]]), np.array([[70], [40]]), np.full((2, 1), ENDLESS)
    more = np.array([10.0])
    assert [part.ravel().tolist() for part in grown_beds(contracted, physical, more)] == [[66, 44], [76, 44]]
    assert [part.ravel().tolist() for part in grown_beds(contracted, endless, more)] == [[66, 44], [ENDLESS] * 2]
    assert [part.ravel().tolist() for part in grown_beds(endless, contracted, more)] == [[ENDLESS] * 2, [66, 44]]


# --- in a scenario ------------------------------------------------------------------------------
def funded(thing: str, account: str = "custody", **buys: Any) -> dict[str, Any]:
    """Funding that pays for 36.5 more units (at $1,000 a unit-year) from 5 March 2025."""
    return {
        "level": "more",
        "base": "now",
        "levels": {
            "now": {account: "$1 M / yr"},
            "more": {account: {"2025-03-01": "$1 M / yr", "2025-03-05": "$1.073 M / yr"}},
        },
        "buys": {thing: {"account": account, "share": "50 %", "price": "$1,000 / unit-year", **buys}},
    }


def test_dollars_buy_beds_by_area() -> None:
    made = tables(
        days=5, beds={"contracted": {"ATL": 300, "BOS": 65}, "physical": 400}, funding=funded("beds", lag="1 d")
    )
    assert made.contracted.tolist() == [[300, 300, 300, 330, 330], [65, 65, 65, 72, 72]]  # 36.5: 30 and 6.5, halves up
    assert made.physical.tolist() == [[400, 400, 400, 430, 430], [400, 400, 400, 407, 407]]


def test_the_most_that_can_be_bought() -> None:
    made = tables(days=4, beds={"contracted": 100}, funding=funded("beds", most=10))
    assert made.contracted.sum(axis=0).tolist() == [200, 200, 210, 210]


def test_a_lag_runs_from_the_dollars_even_before_the_start() -> None:
    funding = funded("beds", lag="4 d")
    funding["levels"]["more"]["custody"] = {"2025-03-01": "$1.073 M / yr"}
    made = tables(days=4, beds={"contracted": 100}, funding=funding)
    assert made.contracted.sum(axis=0).tolist() == [200, 200, 237, 237]


def test_a_level_without_dates_starts_with_the_run() -> None:
    funding = funded("beds", lag="1 d")
    funding["levels"]["more"]["custody"] = "$1.073 M / yr"
    assert tables(days=3, beds={"contracted": 100}, funding=funding).contracted.sum(axis=0).tolist() == [200, 237, 237]


def test_fewer_dollars_cut() -> None:
    funding = funded("beds")
    funding["levels"]["more"]["custody"] = "$0.98 M / yr"
    assert tables(days=1, beds={"contracted": {"ATL": 30, "BOS": 10}}, funding=funding).contracted.tolist() == [
        [23],
        [7],
    ]


def test_dollars_buy_officers_judges_seats_slots_and_desks() -> None:
    sources = {"at_large": {"officers": 30}, "local_custody": {"officers": {"ATL": 10, "BOS": 3}}}
    made = tables(days=3, arrests={"sources": sources}, funding=funded("officers", "enforcement"))
    assert made.capability_milli[:, :, 2].tolist() == [[45_000, 45_000], [15_000, 4_500]]  # 73 × 1.5
    dockets = {"one": {"areas": ["ATL"], "judges": 27.375}, "two": {"areas": ["BOS"], "judges": 9.125}}
    made = tables(days=3, case={"dockets": dockets}, funding=funded("judges", "courts"))
    assert made.docket_calendar[0].places.tolist() == [27, 27, 55]
    routes = {"air": {"kind": "charter", "seats": 73}, "bus": {"kind": "land", "seats": 73}}
    groups = {"x": {"routes": {"air": 1}}}
    made = tables(days=3, removal={"routes": routes, "groups": groups}, funding=funded("seats", "transport"))
    assert [route.places.tolist() for route in made.route_calendar] == [[73, 73, 73], [73, 73, 109]]  # land before air
    made = tables(days=3, release={"atd": {"slots": 100}}, funding=funded("atd_slots", "atd"))
    assert made.atd_slots.tolist() == [100, 100, 137]
    made = tables(days=3, intake={"desks": {"ATL": 9, "BOS": 1}}, funding=funded("desks", "enforcement"))
    assert made.desks.sum(axis=0).tolist() == [10, 10, 47]


# --- budgets ------------------------------------------------------------------------------------
def test_a_fiscal_year_starts_in_october() -> None:
    assert [len(fiscal_year_days(year)) for year in (2024, 2025)] == [366, 365]
    made = tables(days=230)
    assert made.fiscal_year[[0, 211, 212]].tolist() == [2025, 2025, 2026]


def test_a_budget_is_the_years_dollars_less_what_was_spent_before() -> None:
    levels = {"now": {"custody": "$365 M / yr", "courts": {"2024-10-01": "$365 M / yr", "2025-03-02": "$730 M / yr"}}}
    made = tables(days=213, funding={"level": "now", "levels": levels, "spent_before_start": {"courts": "$5 M"}})
    passed = 153  # days from 1 October to 3 March
    custody, courts = (vocabulary.ACCOUNTS.index(account) for account in ("custody", "courts"))
    assert made.budget_cents[custody, [0, 211]].tolist() == [(365 - passed) * 100_000_000] * 2
    assert made.budget_cents[custody, 212] == 365 * 100_000_000
    assert made.budget_cents[courts, 0] == (152 + 2 * 213 - 5) * 100_000_000
    assert made.budget_cents[courts, 212] == 730 * 100_000_000
    assert set(made.budget_cents[vocabulary.ACCOUNTS.index("atd")].tolist()) == {NONE}


def test_a_run_that_starts_with_the_fiscal_year_has_all_of_it() -> None:
    made = build_tables(
        scenario(start="2024-10-01", funding={"level": "now", "levels": {"now": {"custody": "$3.4 B / yr"}}}),
    )
    assert made.budget_cents[vocabulary.ACCOUNTS.index("custody"), 0] == 340_000_000_000


def test_without_a_level_nothing_is_budgeted() -> None:
    made = tables(funding={})
    assert set(made.budget_cents.ravel().tolist()) == {NONE}
    assert made.funds_cents == NONE


def test_the_funds_of_the_window_are_those_of_its_days_over_all_accounts() -> None:
    levels = {"now": {"custody": "$365 M / yr", "courts": {"2024-10-01": "$365 M / yr", "2025-03-05": "$730 M / yr"}}}
    made = tables(days=10, funding={"level": "now", "levels": levels, "spent_before_start": {"courts": "$5 M"}})
    assert made.funds_cents == (10 + 2 + 2 * 8) * 100_000_000


@pytest.mark.parametrize(("choice", "code"), [("continue", 0), ("stop_over_funding", 1), ("stop_arrests", 2)])
def test_prices_and_what_exhaustion_does(choice: str, code: int) -> None:
    prices = {"bed_night": "$165 / bed-night", "hearing": "$99.99 / hearing", "atd_day": "$1.30 / person-day"}
    made = tables(funding={"prices": prices, "on_exhaustion": choice, "limited_by": ["courts"]})
    assert made.price_cents.tolist() == [16_500, 0, 0, 0, 0, 0, 0, 9_999, 130, 0]
    assert made.on_exhaustion == code
    assert made.limited_by.tolist() == [0, 0, 0, 1, 0]
