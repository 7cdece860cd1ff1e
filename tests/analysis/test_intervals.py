"""Paired and unpaired differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.analysis.intervals import paired, welch

A = [10.0, 12.0, 9.0, 14.0, 11.0]
B = [11.0, 12.5, 10.5, 14.5, 13.0]


def test_paired_against_scipy():
    d = paired(A, B)
    expected = stats.ttest_rel(B, A).confidence_interval(0.95)
    assert (d.low, d.high) == (pytest.approx(expected.low), pytest.approx(expected.high))
    assert (d.difference, d.paired, d.n) == (pytest.approx(1.1), True, 5)


def test_welch_against_scipy():
    d = welch(A, B[:4])
    expected = stats.ttest_ind(B[:4], A, equal_var=False).confidence_interval(0.95)
    assert (d.low, d.high) == (pytest.approx(expected.low), pytest.approx(expected.high))
    assert (d.paired, d.n) == (False, 4)


def test_pairing_is_what_narrows():
    rng = np.random.default_rng(3)
    common = rng.normal(100, 20, 30)
    a, b = (common + rng.normal(0, 1, 30)).tolist(), (common + 2 + rng.normal(0, 1, 30)).tolist()
    pairs, apart = paired(a, b), welch(a, b)
    assert pairs.high - pairs.low < (apart.high - apart.low) / 5


def test_too_few_for_an_interval():
    assert paired([1.0], [2.0]).low is None and welch([1.0], [2.0, 3.0]).high is None
    with pytest.raises(ValueError, match="pairs wanted, got 1 and 2"):
        paired([1.0], [2.0, 3.0])
    with pytest.raises(ValueError, match="got 0 and 1"):
        welch([], [1.0])


def test_equal_constants_differ_by_nothing():
    d = welch([2.0, 2.0], [2.0, 2.0])
    assert (d.low, d.high) == (0.0, 0.0)


def test_coverage_of_the_paired_interval():
    """About 95 of 100 intervals cover the true difference."""
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(2000):
        a = rng.normal(0, 1, 8)
        d = paired(a.tolist(), (a + rng.normal(1, 1, 8)).tolist())
        hits += d.low <= 1 <= d.high
    assert 0.935 < hits / 2000 < 0.965
