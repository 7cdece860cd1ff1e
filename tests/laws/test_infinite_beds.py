"""Endless beds: the stock is Poisson whatever the law of stays, and follows a yearly wave late and damped."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.measures.counting import stock
from sim.vocabulary import SECONDS_PER_DAY
from tests.laws import stock_formulas as stocks
from tests.laws.estimates import Batches, Estimate, assert_law, estimate
from tests.laws.worlds import Played, World, exponential, played, world, yearly_wave

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]

# --- M/G/∞ --------------------------------------------------------------------------------------
COPIES, DAYS, A_DAY, STAY = 54, 3660, 1.2, 0.5
"""Stays are short against a day, so a stock at one midnight says little about the next."""
LOGNORMAL = {"lognormal": {"mean": f"{STAY} d", "p90": f"{2 * STAY} d"}}


def moments(copies: int, drawn_stay: World, **arrests: Any) -> tuple[Estimate, Estimate]:
    """Mean and variance of the stock of one copy at midnight."""
    made = world(copies, DAYS, A_DAY, drawn_stay)
    made["arrests"].update(arrests)
    play = played(made)
    custody, batches = play.custody, Batches(copies, DAYS, block_days=61)
    inside = stock(custody.bed, DAYS, copies)[1:].T.astype(np.float64)
    longer = play.drawn("stay_s") / (STAY * SECONDS_PER_DAY) - 1.0
    came = batches.total(custody.area_from, custody.stays.t_arrest) - A_DAY * 61
    stayed = batches.total(custody.area_from, custody.stays.t_arrest, longer)
    mean = A_DAY * STAY
    level = estimate(by_block(batches, inside), came, stayed)
    return level, estimate(by_block(batches, (inside - mean) ** 2), came, stayed)


def by_block(batches: Batches, daily: Floats) -> Floats:
    """(B,) means of (copies, days) values by batch."""
    return batches.kept(daily.reshape(batches.copies, batches.blocks, batches.block_days).mean(axis=2))


def test_the_stock_under_endless_beds_is_poisson_whatever_the_law_of_stays() -> None:
    """M/G/∞: mean λW, variance the same (Palm 1943; Takács 1962)."""
    mean, variance = moments(COPIES, LOGNORMAL)
    assert_law("M/G/∞ mean stock", mean, A_DAY * STAY)
    assert_law("M/G/∞ variance of the stock", variance, A_DAY * STAY)


@pytest.mark.usefixtures("stays_too_long")
def test_stays_three_per_cent_too_long_are_seen_in_the_stock() -> None:
    mean, _ = moments(27, LOGNORMAL)
    assert not mean.covers(A_DAY * STAY)


def test_days_that_go_together_are_seen_in_the_variance() -> None:
    """A day effect leaves the mean number of arrivals as it is, but they are not Poisson any more."""
    _, variance = moments(8, LOGNORMAL, day_effect=0.5)
    assert not variance.covers(A_DAY * STAY)


# --- M(t)/M/∞ -----------------------------------------------------------------------------------
YEAR, YEARS, WAVE_COPIES, WAVE_A_DAY, SWING = 365, 10, 8, 2.8, 0.9
OMEGA = 2.0 * math.pi / YEAR


def by_year(play: Played, weight: Complex) -> Complex:
    """(B,) sums over people by year of arrest; the last two years, whose people may still be held, are left out."""
    custody, years = play.custody, Batches(WAVE_COPIES, YEAR * YEARS, YEAR, first=0, last=2)
    parts = [years.total(custody.area_from, custody.stays.t_arrest, part) for part in (weight.real, weight.imag)]
    return parts[0] + 1j * parts[1]


def wave(mean_stay: float) -> tuple[Estimate, Estimate]:
    """Amplitude (over that of arrivals) and lag in days of the yearly wave of people held.

    The first harmonic of the stock is the sum over people of ∫ e^(−iωt) dt while they are in bed, so it can be
    summed by year of arrest. The sums are turned by the phase of them all: the real part is then the amplitude
    and the imaginary part, over the amplitude, the deviation in phase (to first order in the noise).
    """
    arrivals = yearly_wave(WAVE_A_DAY, SWING, YEAR * YEARS)
    play = played(world(WAVE_COPIES, YEAR * YEARS, arrivals, exponential(mean_stay)))
    entered, left = (np.exp(-1j * OMEGA * t / SECONDS_PER_DAY) for t in (play.custody.bed.start, play.custody.bed.end))
    relative = by_year(play, (entered - left) / (1j * OMEGA)) / (mean_stay * ARRIVAL_WAVE)
    middle = complex(relative.mean())
    turned = relative * abs(middle) / middle
    lag = -(turned.imag / abs(middle) + np.angle(middle)) / OMEGA
    controls = wave_controls(play, mean_stay)
    return estimate(turned.real, *controls), estimate(lag, *controls)


ARRIVAL_WAVE = SWING * WAVE_A_DAY * YEAR / 2j
"""First harmonic of a year's arrivals."""


def wave_controls(play: Played, mean_stay: float) -> list[Floats]:
    """Harmonics of arrivals, and of three functions of the drawn stays, less those expected (stays of mean 1:
    E S = 1, E S² = 2, E e^(−S) = 1/2)."""
    noon = np.exp(-1j * OMEGA * (play.custody.stays.t_arrest // SECONDS_PER_DAY + 0.5))
    stay = play.drawn("stay_s") / (mean_stay * SECONDS_PER_DAY)
    known = (stay - 1.0, stay**2 - 2.0, np.exp(-stay) - 0.5)
    surprises = (by_year(play, noon) - ARRIVAL_WAVE, *(by_year(play, noon * weight) for weight in known))
    return [part for surprise in surprises for part in (surprise.real, surprise.imag)]


@pytest.mark.parametrize("mean_stay", [30.0, 45.0, 60.0])
def test_the_stock_follows_a_yearly_wave_late_and_damped(mean_stay: float) -> None:
    """Eick, Massey and Whitt (1993): 1/√(1 + (ωW)²) and arctan(ωW)/ω for exponential stays of mean W."""
    amplitude, lag = wave(mean_stay)
    theory = stocks.seasonal_stock(mean_stay, YEAR)
    assert_law(f"M(t)/M/∞ amplitude, W = {mean_stay:.0f} d", amplitude, theory.amplitude)
    assert_law(f"M(t)/M/∞ lag in days, W = {mean_stay:.0f} d", lag, theory.lag_days)


@pytest.mark.usefixtures("stays_too_long")
def test_stays_three_per_cent_too_long_are_seen_in_the_wave() -> None:
    amplitude, lag = wave(60.0)
    theory = stocks.seasonal_stock(60.0, YEAR)
    assert not amplitude.covers(theory.amplitude)
    assert not lag.covers(theory.lag_days)
