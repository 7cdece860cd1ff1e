"""Paired and unpaired differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.analysis.intervals import holm, paired, welch

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
    for a, b in (([1.0], [2.0]), ([1.0, 2.0], [2.0, 4.0])):
        assert paired(a, b).low is None and paired(a, b).p is None and welch([1.0, 2.0, 3.0], b).high is None
    with pytest.raises(ValueError, match="pairs wanted, got 1 and 2"):
        paired([1.0], [2.0, 3.0])
    with pytest.raises(ValueError, match="got 0 and 1"):
        welch([], [1.0])


def test_equal_constants_differ_by_nothing():
    d = welch([2.0] * 3, [2.0] * 3)
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


# --- what is not normal, and what pairing saves --------------------------------------------------
def skewed(n, seed=1):
    """Differences of which few are large."""
    return np.random.default_rng(seed).exponential(1.0, n) ** 3


def test_a_skewed_spread_gets_the_bootstrap_interval_of_scipy_the_same_each_time():
    values = skewed(30)
    d = paired([0.0] * 30, values.tolist())
    rng = np.random.default_rng(1)
    expected = stats.bootstrap([values], np.mean, n_resamples=9_999, method="BCa", random_state=rng)
    assert d.method == "bootstrap" and d == paired([0.0] * 30, values.tolist())
    assert (d.low, d.high) == (expected.confidence_interval.low, expected.confidence_interval.high)
    assert d.high - d.difference > 1.2 * (d.difference - d.low)
    assert d.p == pytest.approx(stats.ttest_1samp(values, 0).pvalue)


def test_few_or_normal_differences_keep_student():
    normal = np.random.default_rng(1).normal(1, 1, 30).tolist()
    assert paired([0.0] * 30, normal).method == "t"
    assert paired([0.0] * 9, skewed(9).tolist()).method == "t"
    assert paired([0.0] * 30, [2.0] * 30).method == "t"


def test_unpaired_sides_are_resampled_apart():
    assert welch([1.0, 2.0] * 10, skewed(25).tolist()).method == "bootstrap"
    assert welch(A, B[:4]).method == "welch"
    assert welch(A, B[:4]).p == pytest.approx(stats.ttest_ind(B[:4], A, equal_var=False).pvalue)


def test_the_variance_ratio_is_how_many_times_as_many_independent_replications_would_be_needed():
    rng = np.random.default_rng(5)
    common = rng.normal(0, 3, 4000)
    a, b = common + rng.normal(0, 1, 4000), common + rng.normal(0, 1, 4000)
    assert paired(a.tolist(), b.tolist()).variance_ratio == pytest.approx(20 / 2, rel=0.1)
    assert paired([1.0, 2.0, 3.0], [2.0, 3.0, 4.0]).variance_ratio is None


def test_holm_by_hand():
    """0.01 × 4, 0.02 × 3, 0.04 × 2 and 0.03 never below those before it."""
    assert holm([0.04, 0.01, 0.02, 0.9]) == pytest.approx([0.08, 0.04, 0.06, 0.9])
    assert holm([0.03, 0.02]) == pytest.approx([0.04, 0.04]) and holm([]) == [] and holm([0.7, 0.8]) == [1.0, 1.0]


def test_certain_differences():
    assert paired([1.0, 2.0, 3.0], [2.0, 3.0, 4.0]).p == 0.0 and paired([1.0, 2.0, 4.0], [1.0, 2.0, 4.0]).p == 1.0


def test_no_fall_is_larger_than_what_there_was():
    """Differences of −2, 0 and −1: −1 ± 2.48, from a baseline of 1."""
    few, none = [2.0, 0.0, 1.0], [0.0, 0.0, 0.0]
    assert paired(few, none).low == pytest.approx(-1 - 2.484, abs=1e-3)
    assert paired(few, none, (0.0, math.inf)).low == -1.0 == welch(few, none, (0.0, math.inf)).low
    assert paired(none, few, (0.0, 1.5)).high == 1.5


def test_the_spread_of_a_pair_and_of_independent_ones():
    d, apart = paired(A, B), welch(A, B)
    assert d.sd == pytest.approx(np.std(np.subtract(B, A), ddof=1))
    assert apart.sd == pytest.approx(d.sd * d.variance_ratio**0.5)
