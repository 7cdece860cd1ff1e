"""Warm-up and number of replications against cases that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import signal

from sim.analysis.warmup import levels_off, mser, replications_for, smoothed


def autoregressive(n, phi, transient, fades, seed=1):
    """AR(1) around 100 with noise of 1, on which a start that is `transient` too high fades by `fades` a step."""
    rng = np.random.default_rng(seed)
    noise = signal.lfilter([1.0], [1.0, -phi], rng.normal(0, 1, n + 500))[500:]
    return 100 + noise + transient * fades ** np.arange(n)


def mm1(n, load, seed):
    """Number in an M/M/1 queue that starts empty, at the ends of units of its mean service time."""
    rng = np.random.default_rng(seed)
    number = np.zeros(n)
    now, t = 0, 0.0
    for i in range(n):
        while t < i + 1:
            rate = load + (now > 0)
            t += rng.exponential(1 / rate)
            now += 1 if rng.random() < load / rate else -1
        number[i] = now
    return number


def test_mser_by_hand():
    """Batches 10, 2, 1, 2, 1, 2: of cuts 0 to 3 the sums over squared lengths are least at 1 (0.048)."""
    cut = mser([float(mean) for mean in (10, 2, 1, 2, 1, 2) for _ in range(5)])
    assert (cut.cut, cut.mean_all, cut.mean_after) == (5, 3.0, 1.6)


def test_mser_cuts_the_transient_of_an_autoregressive_series():
    cuts = [mser(autoregressive(1000, 0.7, 60, 0.95, seed)).cut for seed in range(20)]
    # the transient passes below the noise, 1.4, after 73 steps, and below a tenth of it after 118
    assert all(50 <= cut <= 130 for cut in cuts)


def test_mser_cuts_little_where_there_is_no_transient():
    cuts = [mser(autoregressive(1000, 0.3, 0, 0.5, seed)).cut for seed in range(20)]
    assert np.median(cuts) <= 20


def test_mser_says_that_a_series_is_too_short():
    assert mser(np.linspace(0, 1, 100)).cut is None
    with pytest.raises(ValueError, match="at least 20 values, got 19"):
        mser([1.0] * 19)


def test_mser_of_a_queue_that_starts_empty():
    """M/M/1 at load 0.8 has 4 inside, but far fewer in the part that is cut from the mean of 60 replications."""
    series = np.mean([mm1(600, 0.8, seed) for seed in range(60)], axis=0)
    found = mser(series)
    assert found.cut is not None and 15 <= found.cut <= 150
    assert series[: found.cut].mean() < 3.5 and found.mean_after == pytest.approx(4, rel=0.1)


def test_welch_by_hand():
    assert smoothed([0.0, 3.0, 6.0, 3.0, 0.0, 3.0, 6.0, 3.0], 1).tolist() == [0, 3, 4, 3, 2, 3, 4]
    with pytest.raises(ValueError, match="a window from 0 to 2, got 3"):
        smoothed([1.0] * 8, 3)


def test_where_a_smoothed_series_levels_off():
    smooth = smoothed(autoregressive(2000, 0.0, 100, 0.98), 20)
    band = 2 * smooth[len(smooth) // 2 :].std()
    expected = math.log(band / 100) / math.log(0.98)  # 100 × 0.98^t comes down to the band
    assert levels_off(smooth) == pytest.approx(expected, abs=60)
    assert levels_off([5.0] * 10) == 0 and levels_off([1.0, 2.0, 3.0, 4.0, 9.0, 9.0, 9.0, 9.0]) == 4


def test_replications_meet_the_half_width_and_one_less_would_not():
    pilot = np.random.default_rng(1).normal(50, 8, 20).tolist()
    sd = np.std(pilot, ddof=1)
    found = replications_for(pilot, 2.0)
    from scipy.stats import t

    halves = [t.ppf(0.975, n - 1) * sd / math.sqrt(n) for n in (found.replications - 1, found.replications)]
    assert halves[1] <= 2.0 < halves[0] and found.at_most > found.replications
    assert replications_for([3.0, 3.0], 1.0).replications == 2
    for wrong in (([1.0], 1.0), ([1.0, 2.0], 0.0)):
        with pytest.raises(ValueError, match="wanted"):
            replications_for(*wrong)
