"""Counting, against counting one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sim.log import BEFORE
from sim.measures.counting import flow, peak, person_seconds, rises, seconds_above, stock
from sim.measures.spans import Span
from sim.vocabulary import EMPTY, SECONDS_PER_DAY

DAYS, AREAS = 4, 3
HORIZON = DAYS * SECONDS_PER_DAY


def random_span(seed, grid):
    """Spans on a grid of times (so that ties are common), some under way at the start or unended."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 40))
    start = rng.integers(0, HORIZON // grid, n) * grid
    end = np.minimum(start + rng.integers(0, 6, n) * grid * int(rng.integers(1, 5)), HORIZON)
    start[rng.random(n) < 0.2] = BEFORE
    return Span(start, end, rng.integers(0, AREAS, n), HORIZON)


SPANS = [random_span(seed, grid) for seed in range(12) for grid in (1, 6 * 3600, SECONDS_PER_DAY)]
spans = pytest.mark.parametrize("span", SPANS)


def inside(span, t, area=None):
    """People inside just after all that happens at t."""
    here = (span.start <= t) & (span.end > t)
    return int((here if area is None else here & (span.area == area)).sum())


def instants(span):
    return sorted({0, *np.maximum(span.start, 0).tolist(), *span.end.tolist()})


@spans
def test_stock_is_who_is_inside_just_before_midnight(span):
    expected = np.zeros((DAYS + 1, AREAS), int)
    for day in range(DAYS + 1):
        t = day * SECONDS_PER_DAY
        for start, end, area in zip(span.start, span.end, span.area, strict=True):
            expected[day, area] += start < t and end >= t
    assert (stock(span, DAYS, AREAS) == expected).all()


@spans
def test_person_seconds_by_day(span):
    expected = [
        sum(
            max(0, min(end, (day + 1) * SECONDS_PER_DAY) - max(start, day * SECONDS_PER_DAY))
            for start, end in zip(span.start.tolist(), span.end.tolist(), strict=True)
        )
        for day in range(DAYS)
    ]
    assert person_seconds(span, DAYS).tolist() == expected
    assert span.total_seconds == sum(expected)


@spans
def test_peak_is_the_most_inside_at_an_instant(span):
    assert peak(span) == max(inside(span, t) for t in instants(span))


@spans
def test_seconds_above_a_level(span):
    level = np.random.default_rng(1).integers(0, 4, (AREAS, DAYS))
    marks = sorted({*instants(span), *range(0, HORIZON + 1, SECONDS_PER_DAY)})
    expected = sum(
        max(0, inside(span, t, area) - int(level[area, t // SECONDS_PER_DAY])) * (then - t)
        for t, then in itertools.pairwise(marks)
        for area in range(AREAS)
    )
    assert seconds_above(span, level) == expected


@spans
def test_rises_are_instants_with_more_coming_than_going(span):
    for area, times, after in rises(span, AREAS):
        here = span.area == area
        expected = [
            (t, inside(span, t, area))
            for t in instants(span)
            if ((span.start == t) & here).sum() > ((span.end == t) & here).sum()
        ]
        assert list(zip(times.tolist(), after.tolist(), strict=True)) == expected


def test_flow_counts_the_window_only():
    t = np.array([EMPTY, -1, 0, SECONDS_PER_DAY - 1, SECONDS_PER_DAY, HORIZON - 1])
    area = np.array([0, 0, 0, 0, 1, 2])
    assert flow(t, area, DAYS, AREAS).tolist() == [[2, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]]
