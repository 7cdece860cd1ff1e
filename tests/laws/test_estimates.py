"""The intervals of the law tests say what they claim."""

from __future__ import annotations

import numpy as np

from tests.laws.estimates import Batches, Comers, estimate


def test_intervals_cover_the_mean_as_often_as_they_say_and_controls_narrow_them() -> None:
    random = np.random.default_rng(1)
    covered, narrower, tries = 0, 0, 3000
    for _ in range(tries):
        control, noise = random.normal(size=(2, 40))
        values = 5.0 + 2.0 * control + noise
        with_control = estimate(values, control)
        covered += with_control.covers(5.0)
        narrower += with_control.half < estimate(values).half
    assert abs(covered / tries - 0.99) < 2.58 * np.sqrt(0.99 * 0.01 / tries)
    assert narrower > 0.99 * tries


def test_a_control_with_another_mean_is_not_believed() -> None:
    random = np.random.default_rng(1)
    control = random.normal(size=40) + 1.0
    found = estimate(5.0 + control, control)
    assert abs(found.mean - 5.0) <= found.half + 1e-9
    assert not found.covers(5.0)


def test_a_control_given_twice_changes_nothing() -> None:
    control, noise = np.random.default_rng(1).normal(size=(2, 40))
    once, twice = estimate(control + noise, control), estimate(control + noise, control, control.copy())
    assert np.isclose(once.mean, twice.mean) and np.isclose(once.half, twice.half)


def test_people_fall_into_batches_by_copy_and_block_and_the_outer_blocks_are_left_out() -> None:
    batches = Batches(copies=2, days=8, block_days=2)
    day = 86_400
    area, t = np.array([0, 0, 0, 1, 1]), np.array([0, 2 * day, 4 * day - 1, 5 * day, 6 * day])
    assert batches.total(area, t).tolist() == [2, 0, 0, 1]
    assert batches.total(area, t, np.array([9.0, 2.0, 3.0, 4.0, 9.0])).tolist() == [5, 0, 0, 4]


def test_controls_of_people_have_mean_zero() -> None:
    """Poisson arrivals and exponential stays: nothing lies off centre."""
    random = np.random.default_rng(1)
    t = np.sort(random.integers(0, 1000 * 86_400, 20_000))
    everyone = Comers(
        Batches(1, 1000, 10),
        np.zeros(20_000, np.int64),
        t,
        random.exponential(size=20_000),
        np.ones(20_000, bool),
        20.0,
    )
    assert everyone.mean(np.ones(20_000)).off_centre < 3.0
