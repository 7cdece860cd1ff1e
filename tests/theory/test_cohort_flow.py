"""The expected course of arrivals, worked out by hand in worlds with one law."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.scenario.schema import Scenario
from sim.scenario.world.tables import NONE, Tables, build_tables
from sim.theory.cohort_flow import Cohorts, Expected
from sim.theory.delays import Lines, by_day, limit, mass, then
from sim.vocabulary import EXIT_REASONS, SOURCES
from tests.theory.nations import World, constant, exponential, nation

NO_LINES = Lines(0.0, 0.0, 0.0, 0.0)
DAYS = np.arange(1, 61)
FAR = {"preparing": {"final_order": constant(900)}}


def course(made: World, lines: Lines = NO_LINES, a_day: float = 10.0) -> Expected:
    """Ten people a day from the border, from an empty start."""
    scenario = Scenario.model_validate(made)
    tables = build_tables(scenario)
    arrivals = np.zeros((3, tables.days))
    arrivals[2] = a_day
    return Cohorts(scenario, tables, lines).expected(arrivals)


def total(made: World, lines: Lines = NO_LINES) -> NDArray[np.float64]:
    """(D,) people held."""
    return np.asarray(course(made, lines).held.sum(0))


def test_an_exponential_way_to_an_order_fills_up_exponentially() -> None:
    # A step of the grid is taken to end evenly over itself, so exits are half of an eighth of a day late.
    assert total(nation()) == pytest.approx(100 * (1 - np.exp(-DAYS / 10)), rel=0.01)


def test_a_clock_fills_up_exponentially_too() -> None:
    made = nation(case=FAR, release={"clocks": {"parole": {"rate": {"border": "4 % / d"}}}})
    seen = course(made)
    assert seen.held.sum(0) == pytest.approx(250 * (1 - np.exp(-0.04 * DAYS)), rel=1e-3)
    assert seen.exits["parole"] == pytest.approx(10 - np.diff(seen.held.sum(0), prepend=0.0))


def test_fixed_times_and_lines_add_up() -> None:
    """Ten a day who stay 0.5 + 7 d, 3 d for a document and half a day for a seat are 110 people."""
    made = nation(case={"preparing": {"final_order": constant(7)}}, group={"document": constant(3)})
    assert total(made, Lines(0.5, 0.0, 0.0, 0.5))[-1] == pytest.approx(110, rel=0.01)


def test_a_document_works_at_the_speed_of_the_day() -> None:
    speed = {"2025-01-01": 1, "2025-02-01": 4}
    made = nation(
        case={"preparing": {"final_order": constant(0)}}, group={"document": constant(8), "document_speed": speed}
    )
    held = total(made)
    assert held[[20, 59]] == pytest.approx([80, 20], abs=1)


def test_hearings_and_adjournments_of_a_person_are_alike() -> None:
    """Half have one hearing, half three with two adjournments of 9 d: 1/2 x 4 + 1/2 x (4 + 18) days."""
    case = {"preparing": {"proceedings": constant(4)}, "hearings": {1: "50 %", 3: "50 %"}, "adjournment": constant(9)}
    assert total(nation("proceedings", case=case))[-1] == pytest.approx(10 * 13, rel=0.01)


def test_giving_up_ends_a_case_with_an_order() -> None:
    case = {"preparing": {"proceedings": constant(900)}, "giving_up": [{"after": "0 d", "rate": "5 % / d"}]}
    seen = course(nation("proceedings", case=case))
    assert seen.held.sum(0) == pytest.approx(200 * (1 - np.exp(-0.05 * DAYS)), rel=0.01)
    assert seen.exits["removed"].sum() + seen.held.sum(0)[-1] == pytest.approx(600, rel=1e-6)


def test_the_limit_after_an_order_lets_go_whom_it_approves() -> None:
    made = nation(
        case={"preparing": {"final_order": constant(0)}},
        group={"document": constant(900)},
        removal={"post_order_limit": "20 d"},
        release={"clearance": {"reasons": ["post_order_limit"], "reviewers": 5, "review": "1 h", "approval": "25 %"}},
    )
    seen = course(made)
    assert seen.exits["post_order_limit"][[10, 30]] == pytest.approx([0, 2.5], abs=0.1)
    assert seen.held.sum(0)[-1] == pytest.approx(600 - 2.5 * 40, rel=0.01)


def test_masses_keep_their_mean() -> None:
    days = np.arange(1500)
    each = then(mass_of(exponential(6)), mass_of(constant(4)))
    assert by_day(each, 1500) @ days == pytest.approx(10, rel=0.02)
    assert by_day(each, 1500).sum() == pytest.approx(1, rel=1e-6)


def mass_of(law: World) -> NDArray[np.float64]:
    """Its mass by step."""
    case = Scenario.model_validate(nation(case={"adjournment": law})).case
    assert case is not None
    return mass(case.adjournment)


# --- the limit after an order ---------------------------------------------------------------------
def test_the_limit_after_an_order_asks_on_the_day_it_is_reached() -> None:
    """What is reached after the window counts as asked on its last day; a day without a limit never reaches it."""
    needs = np.array([reason == "post_order_limit" for reason in EXIT_REASONS])
    limits = np.array([3 * 86_400, NONE, 2 * 86_400, 2 * 86_400, 9 * 86_400, 0])
    shares = np.array([1, 2, 3, 4, 5, 6]) << 24
    world = SimpleNamespace(
        days=6, post_order_limit_s=limits, clearance_on=True, needs_clearance=needs, approval=shares
    )
    after, approval = limit(cast(Tables, world))
    assert after == (3, 10**6, 2, 2, 9, 0)
    assert [share * 128 for share in approval] == [4, 6, 5, 6, 6, 6]
    world.clearance_on = False
    assert limit(cast(Tables, world)) == (after, (1.0,) * 6)


# --- one cohort -----------------------------------------------------------------------------------
def test_survival_of_those_who_come_on_the_first_day() -> None:
    """They come evenly over the day and stay ten days on average, exponentially."""
    scenario = Scenario.model_validate(nation())
    tables = build_tables(scenario)
    kept = Cohorts(scenario, tables, NO_LINES).survival(SOURCES.index("border"))
    assert kept == pytest.approx(10 * (np.exp(0.1) - 1) * np.exp(-np.arange(1, tables.days + 1) / 10), rel=1e-3)


def test_groups_count_by_weight() -> None:
    made = nation()
    group = made["removal"]["groups"]["g"]
    made["removal"]["groups"] = {"near": group | {"share": "10 %"}, "far": group | {"share": "30 %"}}
    scenario = Scenario.model_validate(made)
    shares = Cohorts(scenario, build_tables(scenario), NO_LINES).groups
    assert shares == pytest.approx(np.array([[0.75, 0.25]] * 3))  # the largest first


@pytest.mark.parametrize(("track", "alike"), [("expedited", True), ("final_order", True), ("proceedings", False)])
def test_only_people_in_proceedings_give_up(track: str, alike: bool) -> None:
    giving_up = {"giving_up": [{"after": "0 d", "rate": "5 % / d"}]}
    with_rate, without = total(nation(track, case=giving_up)), total(nation(track))
    assert np.array_equal(with_rate, without) == alike
