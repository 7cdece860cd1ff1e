"""The night of 13 to 14 April 2025 under two rules that spread 62,913 contracted beds over areas."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.published.playing import Played, played

HELD, CONTRACTED = 48_056, 62_913
RULES = ("april-2025", "april-2025-minimum")
each_rule = pytest.mark.parametrize("rule", RULES)


@cache
def night(rule: str) -> Played:
    return played(rule, "days=1")


def over_and_empty(rule: str) -> tuple[int, int]:
    """Areas over contract and beds empty on the evening of 13 April."""
    play = night(rule)
    held, contracted = play.measured.by_area["held"][0], play.tables.contracted[:, 0]
    return int((held > contracted).sum()), int(np.maximum(0, contracted - held).sum())


@each_rule
def test_both_start_from_the_published_night(rule: str) -> None:
    play = night(rule)
    assert play.daily("held")[0] == HELD
    assert play.tables.contracted[:, 0].sum() == CONTRACTED
    assert (play.tables.guaranteed[:, 0] <= play.tables.contracted[:, 0]).all()


def test_the_rules_differ_in_contracts_alone() -> None:
    one, other = (night(rule) for rule in RULES)
    assert one.scenario.people == other.scenario.people
    assert (one.measured.by_area["held"][0] == other.measured.by_area["held"][0]).all()


@each_rule
def test_a_quarter_of_the_beds_is_empty(rule: str) -> None:
    """62,913 − 48,056 = 14,857, and one more for every person over contract."""
    areas, empty = over_and_empty(rule)
    assert 14_857 <= empty < 19_000
    assert (empty == 14_857) == (areas == 0)


def test_by_largest_count_hardly_an_area_is_over() -> None:
    assert over_and_empty("april-2025")[0] <= 1


def test_by_guaranteed_minimum_the_areas_that_grew_are_over() -> None:
    areas, empty = over_and_empty("april-2025-minimum")
    assert 5 <= areas <= 8
    assert empty > 16_000


@each_rule
def test_the_end_of_that_day_says_about_the_same(rule: str) -> None:
    """What `detsim run RULE --set days=1` shows in its summary."""
    areas, empty = over_and_empty(rule)
    play = night(rule)
    assert play.value("areas_over_contract_mean") == pytest.approx(areas, abs=1)
    assert play.value("empty_beds_mean") == pytest.approx(empty, rel=0.06)
    assert play.value("held_end") == pytest.approx(HELD, rel=0.03)


@each_rule
def test_five_weeks_on_about_as_many_are_held(rule: str) -> None:
    """48,715 on 20 May 2025 by DDP's midnight count."""
    assert played(rule).value("held_end") == pytest.approx(48_715, rel=0.1)
