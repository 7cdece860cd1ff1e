"""Decisions of both engines at their edges, each value worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product

import numpy as np
import pytest
from scipy.stats import chi2

from sim import rules
from sim.rules import DAY_S, NEVER, RATIO_ONE
from sim.vocabulary import EMPTY, Exit

# --- arrests ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 2, RATIO_ONE // 2),
        (1, 3, 22_369_621),  # 67,108,864 ÷ 3 = 22,369,621.33: rounded down
        (2, 3, 44_739_242),
        (0, 3, 0),
        (3, 3, RATIO_ONE),
        (4, 3, RATIO_ONE),
        (0, 0, RATIO_ONE),
        (5, 0, RATIO_ONE),
    ],
)
def test_ratio(part: int, whole: int, expected: int) -> None:
    assert rules.ratio(part, whole) == expected


@pytest.mark.parametrize(
    ("left", "pool", "expected"),
    [
        (7, -1, RATIO_ONE),
        (0, 0, 0),
        (3, 3, RATIO_ONE),
        (0, 3, 0),
        (1, 3, 22_369_621),
        (2, 3, 44_739_242),
        (1, 1, RATIO_ONE),
        (0, 1, 0),
    ],
)
def test_found_ratio(left: int, pool: int, expected: int) -> None:
    assert rules.found_ratio(left, pool) == expected


def test_arrests_are_thinned_by_both_factors() -> None:
    assert rules.effective_milli(3_000, RATIO_ONE // 2) == 1_500
    assert rules.effective_milli(1, RATIO_ONE - 1) == 0
    assert rules.effective_milli(1, RATIO_ONE) == 1
    assert rules.arrest_below(RATIO_ONE, RATIO_ONE) == 2**52
    assert rules.arrest_below(RATIO_ONE // 2, RATIO_ONE // 4) == 2**49


def test_events_sort_by_kind_and_then_number() -> None:
    assert rules.event_key(rules.MIDNIGHT, 0) == 0x10 << 48
    assert rules.event_key(rules.CLOCK, 5) == (0x26 << 48) + 5
    assert rules.event_key(rules.CLOCK, 2**48 - 1) < rules.event_key(rules.REVIEW_END, 0)


def test_the_order_of_events() -> None:
    """Midnight, departures and arrivals, what falls due, arrests, assignments, rungs."""
    order = """MIDNIGHT TRANSFER_DEPARTURE ROUTE_DEPARTURE LANDING HEARING_LIST SCREENING_LIST CASE_STEP CLOCK
        REVIEW_END MOVE_DUE MOVE_DEPARTURE ARREST PROCESSED ASSIGN_DESK ASSIGN_BED ASSIGN_REVIEW ASSIGN_MOVE RUNG"""
    kinds = [getattr(rules, name) for name in order.split()]
    assert kinds == [0x10, *range(0x20, 0x2A), 0x30, 0x31, *range(0x40, 0x44), 0x50]


@pytest.mark.parametrize(
    ("bits", "purpose", "visit", "expected"),
    [
        (0, 1, 0, 121_831_062),
        (2**62 - 1, 1, 0, 53_736_724),
        (0x12A2FA48A7B66E8E, 1, 1, 739_268_555),
        (0x12A2FA48A7B66E8E, 2, 5, 92_651_651),
        (2**31, 3, 2, 1_121_733_836),
    ],
)
def test_a_move_draw_keeps_its_value(bits: int, purpose: int, visit: int, expected: int) -> None:
    """Every result with moves rests on these numbers."""
    assert rules.move_draw(bits, purpose, visit) == expected
    assert (rules.MOVE_QUANTILES, rules.MOST_MOVES) == (2**16, 16)


# --- priority and limits ------------------------------------------------------------------------


def test_priority_puts_mandatory_first_and_then_convictions() -> None:
    assert [rules.priority(custody, crime) for custody in (0, 1) for crime in (0, 1, 2)] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("t_arrest", "after_s", "limit_s", "t_processed", "expected"),
    [
        (100, 50, 70, 120, 150),  # its own `after`
        (100, 0, 70, 90, 100),  # at once is a wait too
        (100, -1, 70, 120, 170),  # the limit
        (100, -1, 0, 90, 100),
        (100, -1, -1, 120, NEVER),
        (100, 50, -1, 120, 150),
        (100, 50, 70, 160, 160),  # not before processing ends
        (100, 50, 70, 150, 150),
        (100, 50, 70, 149, 150),
    ],
)
def test_rung_due(t_arrest: int, after_s: int, limit_s: int, t_processed: int, expected: int) -> None:
    assert rules.rung_due(t_arrest, after_s, limit_s, t_processed) == expected


def test_never_mirrors_what_does_not_exist_and_leaves_room_to_add_a_run() -> None:
    assert rules.NEVER == -EMPTY
    assert np.int64(rules.NEVER) + 100 * 366 * DAY_S > rules.NEVER


# --- clocks and documents -----------------------------------------------------------------------
SPEED = [3, 0, 7, 5]
"""Work a second on four days: 3, then none, then 7, then 5."""
USED = [0, 259_200, 259_200, 864_000, 1_296_000]
DAYS = 4
NOON = DAY_S // 2


def test_work_by_midnight() -> None:
    assert rules.work_by_midnight(SPEED) == USED
    full = rules.work_by_midnight([rules.MOST_CLOCK_SPEED, 1])
    assert full == [0, rules.FULL_DAY_SPEED * DAY_S, rules.FULL_DAY_SPEED * DAY_S + DAY_S]
    assert (rules.FULL_DAY_SPEED - 1) * DAY_S <= rules.MOST_WORK < full[1], "no slower speed uses up any work"


def test_work_and_speed_are_bounded() -> None:
    """272 years at the usual speed of a document; the highest power of 2 of which a day still fits in 63 bits."""
    assert rules.MOST_WORK // (2**16 * 365 * DAY_S) == 272
    assert rules.MOST_CLOCK_SPEED * DAY_S < 2**63 < 2 * rules.MOST_CLOCK_SPEED * DAY_S


@pytest.mark.parametrize(
    ("since", "t", "left", "expected"),
    [
        (0, 0, 10, 10),
        (0, 1, 10, 7),
        (10, 12, 10, 4),
        (10, 13, 10, 1),
        (10, 14, 10, 0),
        (0, DAY_S, 259_200, 0),
        (0, DAY_S, 259_201, 1),
        (NOON, DAY_S + NOON, 130_000, 400),  # half of the first day: 129,600
        (NOON, 2 * DAY_S + 10, 130_000, 330),  # and ten seconds at 7
        (0, 3 * DAY_S, 864_001, 1),
        (NOON, 3 * DAY_S + 2, 734_500, 90),  # 129,600 + 0 + 604,800 + 10
        (DAY_S, 2 * DAY_S, 5, 5),
        (0, 4 * DAY_S, 1_296_001, 1),  # as the window ends
        (0, 9 * DAY_S, 1_296_001, 1),  # after the window nothing is used
        (3 * DAY_S, 9 * DAY_S, 432_001, 1),
        (4 * DAY_S, 9 * DAY_S, 5, 5),
        (5 * DAY_S, 9 * DAY_S, 5, 5),
        (0, 9 * DAY_S, 7, 0),
        (NOON, 2 * DAY_S + 10, 129_601, 0),  # the last unit is used in the third day
        (NOON, 3 * DAY_S, 129_601, 0),
    ],
)
def test_work_left(since: int, t: int, left: int, expected: int) -> None:
    assert rules.work_left(USED, SPEED, DAYS, since, t, left) == expected


@pytest.mark.parametrize(
    ("t", "left", "expected"),
    [
        (50, 0, 50),
        (50, -5, 50),
        (0, 1, 1),
        (0, 3, 1),
        (0, 4, 2),  # the first whole second at which it is used up
        (10, 7, 13),
        (0, 259_200, DAY_S),  # used up as the day ends
        (0, 259_201, 2 * DAY_S + 1),  # not on the second day, when nothing is used
        (NOON, 129_600, DAY_S),
        (NOON, 129_601, 2 * DAY_S + 1),
        (DAY_S, 8, 2 * DAY_S + 2),
        (0, 864_000, 3 * DAY_S),
        (0, 864_001, 3 * DAY_S + 1),
        (0, 864_006, 3 * DAY_S + 2),
        (0, 1_296_000, 4 * DAY_S),  # as the window ends
        (0, 1_296_001, NEVER),
        (2 * DAY_S, 604_805, 3 * DAY_S + 1),
        (3 * DAY_S + NOON, 216_000, 4 * DAY_S),
        (3 * DAY_S + NOON, 216_001, NEVER),
        (4 * DAY_S, 1, NEVER),
        (4 * DAY_S, 0, 4 * DAY_S),
    ],
)
def test_clock_due(t: int, left: int, expected: int) -> None:
    assert rules.clock_due(USED, SPEED, DAYS, t, left) == expected


def test_a_clock_rings_as_a_day_ends_though_nothing_is_used_on_the_next() -> None:
    speed = [1, 3, 0, 7]
    used = rules.work_by_midnight(speed)
    assert rules.clock_due(used, speed, 4, 0, 4 * DAY_S) == 2 * DAY_S
    assert rules.clock_due(used, speed, 4, 0, 4 * DAY_S + 8) == 3 * DAY_S + 2
    assert rules.clock_due(used, speed, 4, 0, 10) == 10


def test_a_clock_finds_its_day_among_many() -> None:
    """One unit of work a second: work is the moment."""
    speed = [1] * 9
    used = rules.work_by_midnight(speed)
    for day in range(9):
        for second in (1, NOON, DAY_S):
            assert rules.clock_due(used, speed, 9, 0, day * DAY_S + second) == day * DAY_S + second


@pytest.mark.parametrize(
    ("limit", "ordered", "due"),
    [(180, 0, 1_180), (180, 30, 1_150), (180, 179, 1_001), (180, 180, NEVER), (180, 900, NEVER), (0, 0, 1_000)],
)
def test_the_limit_after_an_order_runs_from_the_order_and_is_over_once_passed(
    limit: int, ordered: int, due: int
) -> None:
    assert rules.limit_due(limit, ordered, 1_000) == due


# --- moves ----------------------------------------------------------------------------------------
def least_chance(draw: Callable[..., np.ndarray], low_bit: int) -> float:
    """Smallest p-value, times their number, of χ² tests that pairs of a person's draws fill 16 × 16 cells alike."""
    bits = np.random.default_rng(1).integers(0, 1 << 62, 1 << 14)
    cells = [(draw(bits, purpose, visit) >> low_bit) & 15 for purpose, visit in product(range(4), range(4))]
    pairs = [np.bincount(16 * one + other, minlength=256) for one, other in combinations(cells, 2)]
    expected = len(bits) / 256
    squares = ((np.array(pairs) - expected) ** 2 / expected).sum(axis=1)
    return float(chi2.sf(squares, 255).min() * len(pairs))


@pytest.mark.parametrize("low_bit", [27, 15, 0])
def test_draws_of_moves_are_uniform_and_independent(low_bit: int) -> None:
    """Between purposes and visits, in the bits that decide and in the lowest."""
    assert least_chance(rules.move_draw, low_bit) > 0.001


def test_draws_of_moves_that_share_bits_are_seen() -> None:
    assert least_chance(lambda bits, purpose, visit: rules.move_draw(bits, purpose, 0), 27) < 1e-9
    assert least_chance(lambda bits, purpose, visit: (bits ^ (purpose << 29) ^ visit) & (2**31 - 1), 27) < 1e-9


def test_each_bit_of_a_person_changes_half_of_the_bits_of_a_draw() -> None:
    """So people with similar numbers have unrelated draws: at most 5.5 standard errors from one half."""
    bits = np.random.default_rng(2).integers(0, 1 << 62, 1 << 12)
    draws = rules.move_draw(bits, 3, 2)
    for changed in range(62):
        flipped = draws ^ rules.move_draw(bits ^ (1 << changed), 3, 2)
        share = ((flipped[:, None] >> np.arange(31)) & 1).mean(axis=0)
        assert np.abs(share - 0.5).max() < 5.5 * 0.5 / 64


# --- releases -----------------------------------------------------------------------------------


def test_a_share_is_granted_below_it() -> None:
    assert rules.granted(4, 5) and not rules.granted(5, 5) and not rules.granted(0, 0)


def test_each_exit_is_a_release_or_a_removal() -> None:
    assert [rules.is_release(reason) for reason in Exit] == [True] * 10 + [False] * 2 + [True]
    assert not rules.is_supervised(Exit.RELIEF) and rules.is_supervised(Exit.NO_BED)
