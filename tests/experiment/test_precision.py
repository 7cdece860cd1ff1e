"""`--precision`: what it accepts, when it stops, and that nothing but the results decides it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.experiment import replication as replicating
from sim.experiment import study as study_module
from sim.experiment.options import RunOptions
from sim.experiment.precision import FIRST, MOST, Goal, Precision, parse
from sim.experiment.run import Outcome, run
from sim.measures.intervals import Estimate, student

SETS = ("days=60", "areas={A: a place}", "replications=1")
GOALS = ("held_mean=6%", "arrests=4")


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def ran(*goals: str, out: str = "x", **options: Any) -> Outcome:
    """A small shipped world, run until it is known as well as asked."""
    return run(RunOptions("mmc", SETS, precision=goals, out=Path(out), quiet=True, **options))


def about(mean: float, half: float, n: int) -> Estimate:
    """An estimate with this mean and half-width."""
    sd = half * math.sqrt(n) / student(n - 1)
    return Estimate("people", mean, sd, mean - half, mean + half, n)


def contents(folder: str) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in Path(folder).iterdir() if file.name != "manifest.json"}


# --- what is asked ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("held_mean=1%", Goal("held_mean", 0.01, True, "1%")),
        (" held_mean = 0.5 % ", Goal("held_mean", 0.005, True, "0.5 %")),
        ("held_mean=50", Goal("held_mean", 50, False, "50")),
        ("cost_usd_total=$1,000,000", Goal("cost_usd_total", 1e6, False, "$1,000,000")),
        ("stay_days_mean=.5", Goal("stay_days_mean", 0.5, False, ".5")),
    ],
)
def test_a_precision_is_a_share_of_the_mean_or_a_number(text: str, goal: Goal) -> None:
    assert parse([text], None) == Precision((goal,), MOST)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("held_men=1%", "did you mean held_mean?"),
        ("HELD_MEAN=1%", "did you mean held_mean?"),
        ("xyzzy=1%", "docs/data-dictionary.md"),
        ("=1%", "is no measure"),
        ("binding_stage=1%", "a word or a date"),
        *((f"held_mean{rest}", "write MEASURE=1% or MEASURE=50") for rest in ("", "=", "=0", "=-1%", "=1d", "=1e999")),
    ],
)
def test_what_is_no_precision(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says.replace("?", r"\?")):
        parse([text], None)


def test_a_cap_alone_means_nothing() -> None:
    assert parse([], None) is None
    with pytest.raises(InputError, match="--most-reps"):
        parse([], 5)


def test_more_replications_than_the_cap_are_refused() -> None:
    with pytest.raises(InputError, match="5 is less than the 6"):
        ran(*GOALS, replications=6, most_replications=5)


# --- the size of the next batch -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("half", "made", "wanted"),
    [(1.0, 10, 10), (0.0, 10, 10), (1.01, 10, 11), (1.2, 10, 15), (5.0, 10, 20), (5.0, 40, 60), (1.2, 60, 60)],
)
def test_the_next_batch_follows_from_the_width(half: float, made: int, wanted: int) -> None:
    precision = Precision((Goal("held_mean", 0.01, True, "1%"),), most=60)
    assert precision.next(made, [about(100, half, made)]) == wanted
    assert precision.next(made, [about(-100, half, made)]) == wanted


def test_the_widest_of_several_decides() -> None:
    precision = Precision((Goal("held_mean", 2, False, "2"), Goal("arrests", 1, False, "1")), most=60)
    assert precision.next(20, [about(100, 1, 20), about(100, 1.2, 20)]) == 29


def test_nothing_divides_by_a_mean_of_zero() -> None:
    precision = Precision((Goal("held_mean", 0.01, True, "1%"),), most=60)
    assert precision.next(10, [about(0, 0, 10)]) == 10
    assert precision.next(10, [about(0, 1, 10)]) == 20


# --- whole runs ---------------------------------------------------------------------------------
def test_a_run_stops_as_soon_as_it_is_known_as_well_as_asked() -> None:
    outcome = ran(*GOALS)
    made = len(outcome.finished)
    assert FIRST < made < 400 and outcome.status() == 0
    for one in outcome.precision:
        estimate = outcome.estimates[one.goal.measure]
        assert estimate.low is not None and estimate.high is not None and isinstance(estimate.mean, float)
        asked = 4 if one.goal.measure == "arrests" else 0.06 * estimate.mean
        assert one.met and (estimate.high - estimate.low) / 2 <= asked
    manifest = json.loads(Path("x/manifest.json").read_text())
    assert [entry["asked"] for entry in manifest["precision"]] == ["6%", "4"]
    assert all(entry["met"] for entry in manifest["precision"]) and manifest["most_replications"] == MOST


def test_the_written_scenario_says_how_many_and_gives_the_same_bytes() -> None:
    made = len(ran(*GOALS).finished)
    again = run(RunOptions("x/scenario.yaml", out=Path("again"), quiet=True))
    assert len(again.finished) == made and contents("again") == contents("x")


def test_workers_do_not_change_where_it_stops() -> None:
    ran("held_mean=10%", workers=1)
    ran("held_mean=10%", workers=2, out="y")
    assert contents("x") == contents("y")


@pytest.mark.parametrize("finished_before", [pytest.param(1, marks=pytest.mark.slow), FIRST + 2])
def test_an_interruption_does_not_change_where_it_stops(finished_before: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ran(*GOALS, out="y", replications=3)
    collect, left = study_module.collect, finished_before

    def interrupted(pool: Any, task: Any, calls: Any, take: Any) -> None:
        nonlocal left
        first = list(calls)[:left]
        collect(pool, task, first, take)
        left -= len(first)
        if not left:
            raise KeyboardInterrupt

    monkeypatch.setattr(study_module, "collect", interrupted)
    with pytest.raises(Exception, match=f"{finished_before} replications are finished and kept; the same command"):
        ran(*GOALS, replications=3)
    monkeypatch.setattr(study_module, "collect", collect)
    assert ran(*GOALS, replications=3).resumed == finished_before
    assert contents("x") == contents("y")


def test_the_cap_is_kept_and_counts_as_a_failure() -> None:
    outcome = ran("held_mean=0.001", most_replications=12)
    assert len(outcome.finished) == 12 and outcome.status() == 1
    assert "after 12 replications, asked ± 0.001: NOT MET" in outcome.precision[0].line()
    assert not json.loads(Path("x/manifest.json").read_text())["precision"][0]["met"]


def test_what_has_no_value_is_given_up_after_the_first_batch() -> None:
    outcome = ran("removals_goal=1%")
    assert len(outcome.finished) == FIRST and outcome.status() == 1
    assert "no value after 10 replications" in outcome.precision[0].line()


def test_a_failed_replication_counts_as_made(monkeypatch: pytest.MonkeyPatch) -> None:
    stream_of = replicating.stream_of

    def fail(scenario: Any, tables: Any, engine: str, replication: int) -> Any:
        if replication == 2:
            raise ArithmeticError("one that fails")
        return stream_of(scenario, tables, engine, replication)

    monkeypatch.setattr(replicating, "stream_of", fail)
    outcome = ran("held_mean=50%", workers=1)
    assert [one.replication for one in outcome.finished] == [1, *range(3, FIRST + 1)]
    assert outcome.scenario.replications == FIRST and outcome.status() == 1
