"""What a notebook shows and takes of a result."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import InputError
from sim.experiment import headline
from sim.experiment.options import RunOptions
from sim.experiment.run import run
from sim.notebook.result import Result


@pytest.fixture(scope="module")
def small() -> sim.Run:
    return sim.run("one-facility", set={"days": 30, "title": "<b>bold</b>", "question": "a < b?"}, reps=3)


@pytest.fixture(scope="module")
def single() -> sim.Run:
    return sim.run("erlang-b", set={"days": 30}, reps=1)


def test_means_intervals_and_values(small: sim.Run) -> None:
    values = small.values("held_mean")
    low, high = small.interval("held_mean") or (0.0, 0.0)
    assert small.mean("held_mean") == pytest.approx(values.mean()) and low < values.mean() < high
    half = 4.302653 * values.std(ddof=1) / np.sqrt(3)
    assert (high - low) / 2 == pytest.approx(half)


def test_words_and_what_is_undefined(small: sim.Run, single: sim.Run) -> None:
    assert small.mean("arrest_goal") is None and small.interval("arrest_goal") is None
    assert single.interval("arrests") is None and isinstance(single.mean("arrests"), float)
    goal = sim.run("one-goal-three-budgets", set={"days": 40, "arrests.goal": "9000 / d"}, reps=1, engine="simpy")
    assert isinstance(goal.mean("goal_missed_from"), str) and np.isnan(goal.values("goal_missed_from")).all()


def test_an_unknown_measure_is_refused_with_the_nearest(small: sim.Run) -> None:
    for ask in (small.mean, small.interval, small.values):
        with pytest.raises(InputError, match=r"^held_men: no such measure; did you mean held_mean\?$"):
            ask("held_men")


def test_tables_that_were_not_asked_for(single: sim.Run, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^erlang-b: the result has no events; run with events=100$"):
        _ = single.events
    assert len(single.twin) and {"daily", "daily_by_area", "exits", "summary", "replications"} <= set(dir(single))
    assert len(single.daily) == len(single.daily_by_area) == 31 and len(single.exits)


def test_a_folder_is_read(tmp_path: Path) -> None:
    run(RunOptions("erlang-b", ("days=10",), replications=2, out=tmp_path / "run", quiet=True, events=3))
    found = sim.read(str(tmp_path / "run"))
    assert repr(found) == "Result erlang-b: 10 days from 1 January 2025, 2 replications"
    assert len(found.events) and found.question.startswith("What share")
    with pytest.raises(InputError, match="not a result folder"):
        sim.read(tmp_path / "walk")


def test_the_headline_is_that_of_the_terminal(small: sim.Run) -> None:
    shown = small._repr_html_()
    rows = headline.rows(headline.found_in(small.ran.outcome))
    assert rows and all(f"{text}</td>" in shown for row in rows for text in (row.what.strip(), row.mean, row.spread))


def test_it_is_shown_with_what_intervals_cover(small: sim.Run, single: sim.Run) -> None:
    shown = small._repr_html_()
    assert "<b>bold" not in shown and "&lt;b&gt;bold&lt;/b&gt;" in shown and "a &lt; b?" in shown
    assert "30 days from 1 January 2025, 3 replications, seed 1" in shown
    assert "Intervals cover simulation noise only" in shown and "give no interval" in single._repr_html_()
    assert repr(single) == "Run erlang-b: 30 days from 1 January 2025, 1 replication"
    assert Result(small.tables)._repr_html_() == shown
