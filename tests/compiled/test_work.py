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


BANDS = ([0, 10, 100], [5, 0, 3])


@pytest.mark.parametrize(
    ("held", "left", "due"),
    [
        (0, 50, 1_010),  # the whole of the first band, to its last second
        (0, 51, 1_101),  # one more: the second band has no rate, so one second into the third
        (4, 30, 1_006),
        (4, 31, 1_097),  # 6 s left in the first band, 90 in the second, one in the third
        (4, 34, 1_098),
        (50, 3, 1_051),
        (50, 4, 1_052),
        (100, 3, 1_001),
        (170, 7, 1_003),
    ],
)
def test_giving_up_passes_through_three_bands(held: int, left: int, due: int) -> None:
    """From wherever a person is in them; each part of the work is rounded up once, at its end."""
    assert rules.giving_up_due(*BANDS, 3, held, 1_000, left) == due


@given(
    after=st.lists(st.integers(1, 10**10), min_size=0, max_size=4, unique=True).map(lambda some: [0, *sorted(some)]),
    speeds=st.lists(st.integers(0, MOST_CLOCK_SPEED), min_size=5, max_size=5),
    held=st.integers(0, 2 * 10**10),
    left=st.integers(0, MOST_WORK),
)
def test_giving_up_at_any_rate(after: list[int], speeds: list[int], held: int, left: int) -> None:
    """The first second at which the work since has reached what was drawn."""
    speed = speeds[: len(after)]

    def work(t: int) -> int:
        ends = [*after[1:], 10**30]
        return sum(v * max(0, min(t, high) - max(low, held)) for v, low, high in zip(speed, after, ends, strict=True))

    due = rules.giving_up_due(after, speed, len(after), held, held, left)
    if due == NEVER:
        assert (
            not any(v for v, high in zip(speed, [*after[1:], 10**30], strict=True) if high > held)
            or work(10**29) < left
            or left == 0
        )
    else:
        assert work(due) >= left and (due == held or work(due - 1) < left)


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
