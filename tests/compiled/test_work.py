"""Work used by clocks and documents: right at any speed, against a count in Python's long integers."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import rules
from sim.rules import DAY_S, FULL_DAY_SPEED, MOST_CLOCK_SPEED, MOST_WORK, NEVER
from sim.scenario.world.calendars import calendar

SPEEDS = st.lists(st.one_of(st.just(0), st.integers(0, 10), st.integers(0, MOST_WORK)), min_size=1, max_size=6)
INT64 = 2**63 - 1


def used(speed: list[int], t: int) -> int:
    """Work used from the start to t, without a bound."""
    whole, rest = divmod(min(t, len(speed) * DAY_S), DAY_S)
    return sum(speed[:whole]) * DAY_S + (speed[whole] * rest if rest else 0)


@given(speed=SPEEDS, t=st.integers(0, 6 * DAY_S), left=st.integers(0, MOST_WORK))
def test_a_clock_is_due_when_its_work_is_used_up(speed: list[int], t: int, left: int) -> None:
    due = rules.clock_due(rules.work_by_midnight(speed), speed, len(speed), t, left)
    if due == NEVER:
        assert used(speed, len(speed) * DAY_S) - used(speed, t) < left
    else:
        assert due >= t and used(speed, due) - used(speed, t) >= left
        assert due == t or used(speed, due - 1) - used(speed, t) < left


@given(
    speed=SPEEDS, times=st.tuples(st.integers(0, 6 * DAY_S), st.integers(0, 6 * DAY_S)), left=st.integers(0, MOST_WORK)
)
def test_work_left_is_what_is_not_used(speed: list[int], times: tuple[int, int], left: int) -> None:
    since, t = sorted(times)
    slow = [min(each, MOST_CLOCK_SPEED) for each in speed]
    expected = max(left - used(slow, t) + used(slow, since), 0)
    assert rules.work_left(rules.work_by_midnight(slow), slow, len(slow), since, t, left) == expected


def test_the_largest_products_fit() -> None:
    """Ten years at any speed, and a day at the highest speed of a clock, stay within 64 bits."""
    days = 3_660
    assert MOST_WORK + rules.work_by_midnight([2**62] * days)[-1] < INT64
    assert MOST_CLOCK_SPEED * DAY_S < INT64 and FULL_DAY_SPEED * DAY_S >= MOST_WORK
    assert 53 * np.log(2) * 2**40 < min(MOST_WORK, MOST_CLOCK_SPEED), "no clock draws more work"


@given(pool=st.integers(1, 10**12), found=st.integers(0, 2**24))
def test_the_share_still_to_be_found(pool: int, found: int) -> None:
    """As the quotient in long integers, and without a product beyond 64 bits."""
    left = max(pool - found, 0)
    assert rules.found_ratio(left, pool) == (left << rules.RATIO_BITS) // pool
    assert (pool - left) << rules.RATIO_BITS < INT64


@pytest.mark.parametrize("hours", [1, 7, 24])
def test_a_service_never_takes_a_negative_number(hours: int) -> None:
    """However much it could take; below the bound the fractions carry over exactly."""
    made = calendar(np.full(3_660, 1e30), [3_600 * hour for hour in range(hours)])
    assert (made.places > 0).all() and made.places.sum() == 3_660 * 2**28
    some = calendar(np.full(10, 2.3), [3_600 * hour for hour in range(hours)])
    floors = [int(2.3 * 1e6 * 10 * hours * part // (10 * hours) // 1e6) for part in range(1, 11)]
    assert list(accumulate(some.places))[-1] == floors[-1] == 23
