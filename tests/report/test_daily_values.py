"""Daily values as lines: bands, running means, thinning, and names that stay apart."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import formats
from sim.analysis.results import LONGEST_NAME, told_apart
from sim.report import daily_values
from tests.report.figures.worlds import nation, one_area

DAYS = np.arange("2025-01-01", "2028-01-01", dtype="datetime64[D]")


def test_names_that_are_the_same_are_told_apart():
    one = nation()
    names = [result.name for result in told_apart([one, one, one])]
    assert names == ["may-2025-1000", "may-2025-1000 (2)", "may-2025-1000 (3)"]
    placed = [replace(one, path=Path("a/before")), replace(one, path=Path("a/after"))]
    assert [result.name for result in told_apart(placed)] == ["before", "after"]
    assert [result.name for result in told_apart([one, one_area()])] == ["may-2025-1000", "one-facility"]


def test_a_long_name_keeps_both_its_ends():
    name = f"first{'-' * 100}last"
    (label,) = [result.name for result in told_apart([replace(nation(), name=name)])]
    assert len(label) == LONGEST_NAME and label.startswith("first-") and label.endswith("-last") and "…" in label


def test_a_running_mean_is_of_all_days_so_far_and_then_of_the_last():
    values = np.array([[1.0, 2.0, 6.0, 7.0, 8.0]])
    assert daily_values.running(values, 3).tolist() == [[1.0, 1.5, 3.0, 5.0, 7.0]]
    assert daily_values.running(values, 28)[0, -1] == 24 / 5


@pytest.mark.parametrize(("n", "ends"), [(2, (0, 1)), (19, (0, 18)), (20, (0.95, 18.05)), (101, (5, 95))])
def test_a_band_is_lowest_to_highest_until_there_are_enough(n, ends):
    mean, low, high = daily_values.band(np.arange(n, dtype=float)[:, np.newaxis])
    assert mean[0] == (n - 1) / 2 and (low[0], high[0]) == pytest.approx(ends)


def test_one_replication_has_no_band():
    mean, low, high = daily_values.band(np.ones((1, 4)))
    assert mean.tolist() == [1.0] * 4 and np.isnan(low).all() and np.isnan(high).all()
    one = [replace(nation(), tables={"daily": nation()["daily"].where(replication=1)})]
    assert daily_values.covers(one) == "" and "3 replications" in daily_values.covers([nation()])


def test_a_long_line_is_thinned_and_keeps_its_ends():
    part = daily_values.line(nation(), "b", np.arange(len(DAYS), dtype=float)[np.newaxis], when=DAYS)
    assert len(part["date"]) <= daily_values.MOST_POINTS + 1
    assert (part["mean"][0], part["mean"][-1]) == (0, len(DAYS) - 1)
    assert (part["date"][0], part["date"][-1]) == (DAYS[0], DAYS[-1])


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_a_plan_keeps_every_change_and_nothing_else(levels):
    part = daily_values.line(nation(), "b", np.array([levels], dtype=float), steps=True, when=DAYS[: len(levels)])
    kept = dict(zip(part["date"], part["mean"], strict=True))
    level = {}
    for day in DAYS[: len(levels)]:
        level[day] = kept.get(day, level.get(day - np.timedelta64(1, "D")))
    assert list(level.values()) == levels
    assert len(kept) <= 2 * (1 + sum(a != b for a, b in pairwise(levels)))


def test_days_run_over_windows_that_begin_apart():
    assert daily_values.days([nation()]) == 40
    assert daily_values.days([nation(), one_area()]) == (
        np.datetime64("2025-06-29") - np.datetime64("2024-12-31")
    ).astype(int)
    assert formats.day("2025-05-21") == "21 May 2025"
