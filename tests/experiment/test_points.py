"""Points × replications: the values of runs, shared random numbers, what is kept, what fails."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.analysis.intervals import paired
from sim.analysis.manifest import read_manifest
from sim.errors import InputError, Interrupted, RunError
from sim.experiment import study as study_module
from sim.experiment.forecast import forecast, spoken
from sim.experiment.options import RunOptions, StudyOptions
from sim.experiment.replication import Measuring, values_of
from sim.experiment.run import run
from sim.experiment.store import FolderInUse
from sim.experiment.study import Point, Study, Values
from sim.files.data_package import Csv
from sim.scenario.errors import ScenarioError
from sim.vocabulary import MEASURES, Column
from tests.experiment.worlds import all_fail, interrupted_at_third, second_fails, tiny, wrong_input

BASE, MORE, SAME = Point("base"), Point("more", ("beds.contracted=8",)), Point("same", ("beds.contracted=5",))
REPS = range(1, 4)


def study(tmp_path: Path, measuring: Measuring = values_of, seed: int | None = None, engine: str = "auto") -> Study:
    return Study(options(tmp_path, seed=seed, engine=engine, workers=1), measuring=measuring)


def options(tmp_path: Path, **more: Any) -> StudyOptions:
    return StudyOptions(str(tiny(tmp_path)), quiet=True, **{"out": tmp_path / "out", **more})


def kept_files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / ".out.part").glob("*.replication"))


def test_the_values_are_those_of_a_run(tmp_path: Path) -> None:
    values = study(tmp_path).evaluate([BASE, MORE], REPS)
    for point in (BASE, MORE):
        result = run(RunOptions(str(tiny(tmp_path)), point.sets, out=tmp_path / point.name, quiet=True))
        for one in result.finished:
            assert values.by[point.name][one.replication] == {m: one.measured.value(m) for m in MEASURES}
        assert values.estimate(point.name, "held_mean") == result.estimates["held_mean"]


def test_points_are_paired_by_common_random_numbers(tmp_path: Path) -> None:
    values = study(tmp_path).evaluate([BASE, MORE, SAME], REPS)
    assert values.of("base", "arrests") == values.of("more", "arrests")  # the same people come
    assert values.by["base"] == values.by["same"]
    a, b = (values.of(point, "releases_no_bed") for point in ("base", "more"))
    assert values.difference("base", "more", "releases_no_bed") == paired(a, b, (0.0, math.inf))
    assert all(x > y for x, y in zip(a, b, strict=True))


def test_points_that_are_the_same_scenario_are_played_once(tmp_path: Path) -> None:
    it = study(tmp_path)
    it.evaluate([BASE, SAME], REPS)
    assert it.settled(BASE).key == it.settled(SAME).key != it.settled(MORE).key
    assert len(kept_files(tmp_path)) == 3


def test_what_is_kept_is_not_played_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = study(tmp_path).evaluate([BASE, MORE], REPS)
    monkeypatch.setattr(study_module, "play", None)
    again = study(tmp_path)
    assert again.evaluate([BASE, MORE], REPS) == first
    assert again.resumed == 6 and not again.missing(again.tasks([BASE, MORE], REPS))
    assert len(again.missing(again.tasks([BASE, MORE], range(1, 6)))) == 4


def test_only_what_is_missing_is_played(tmp_path: Path) -> None:
    it = study(tmp_path)
    it.evaluate([BASE], REPS)
    before = {name: (tmp_path / ".out.part" / name).stat().st_mtime_ns for name in kept_files(tmp_path)}
    it.evaluate([BASE], range(1, 6))
    assert len(kept_files(tmp_path)) == 5 and it.resumed == 0
    assert all((tmp_path / ".out.part" / name).stat().st_mtime_ns == when for name, when in before.items())


def test_what_is_kept_depends_on_all_that_decides_it(tmp_path: Path) -> None:
    usual = study(tmp_path).settled(BASE).key
    others = [study(tmp_path, seed=2), study(tmp_path, measuring=second_fails), study(tmp_path, engine="simpy")]
    assert len({usual, *(other.settled(BASE).key for other in others)}) == 4
    assert study(tmp_path).settled(Point("b", ("replications=7", "title=x"))).key == usual


def test_processes_give_the_same(tmp_path: Path) -> None:
    here = study(tmp_path).evaluate([BASE, MORE], REPS)
    there = Study(options(tmp_path, workers=2, out=tmp_path / "there"))
    assert there.evaluate([BASE, MORE], REPS) == here


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_engines_give_the_same(tmp_path: Path, engine: str) -> None:
    usual = study(tmp_path).evaluate([MORE], [1])
    assert study(tmp_path, engine=engine).evaluate([MORE], [1]) == usual


def test_small_work_stays_in_one_process(tmp_path: Path) -> None:
    it = Study(options(tmp_path))
    assert it.workers_for(it.settled(BASE).people * 10, "simpy", 10) == 1
    assert it.workers_for(10**9, "compiled", 1) == 1
    assert Study(options(tmp_path, workers=3)).workers_for(1, "simpy", 10) == 3


@pytest.mark.parametrize("is_compiled", [False, True])
def test_auto_goes_by_what_is_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_compiled: bool) -> None:
    pytest.importorskip("numba")
    monkeypatch.setattr("sim.compiled.machine.is_stored", lambda: is_compiled)
    it = Study(options(tmp_path))
    assert it.engine_for(it.settled(BASE).people) == ("compiled" if is_compiled else "simpy")
    assert it.engine_for(10**6) == "compiled"


# --- what fails -----------------------------------------------------------------------------------
def test_a_replication_that_fails_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    it = study(tmp_path, second_fails, seed=7)
    values = it.evaluate([BASE, MORE], REPS)
    assert list(values.by["base"]) == [1, 3] and len(values.of("base", "held_mean")) == 2
    it.evaluate([BASE], REPS)
    assert sorted((f.point, f.replication) for f in it.failures) == [("base", 2), ("more", 2)], "each is told once"
    assert any(line.startswith("base: replication 2 (seed 7) failed: ZeroDivisionError") for line in it.complaints)
    with it.at_work():
        it.publish([], {"start": "2025-01-01"}, {})
    assert [one["point"] for one in read_manifest(it.part.final / "manifest.json", ())["failed"]] == ["more", "base"]
    assert values.difference("base", "more", "held_mean").n == 2  # type: ignore[union-attr]


def test_nothing_finished_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no replication was finished") as raised:
        study(tmp_path, all_fail).evaluate([BASE], REPS)
    assert "replication 1 (seed 1) failed: ZeroDivisionError: of all" in raised.value.lines[0]
    assert not (tmp_path / ".out.part").exists()


def test_wrong_input_that_shows_late_is_told_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"observed\.csv:3:1"):
        study(tmp_path, wrong_input).evaluate([BASE], REPS)


def test_an_interrupt_keeps_what_is_finished(tmp_path: Path) -> None:
    with pytest.raises(Interrupted, match="nothing is written"):
        study(tmp_path, interrupted_at_third).evaluate([BASE], [3])
    with pytest.raises(Interrupted, match="2 replications are finished and kept"):
        study(tmp_path, interrupted_at_third).evaluate([BASE], REPS)
    assert len(kept_files(tmp_path)) == 2
    with pytest.raises(Interrupted, match="nothing is written"):  # those of another seed are of no use
        study(tmp_path, interrupted_at_third, seed=5).evaluate([BASE], [3])


def test_one_at_a_time_works_in_a_folder(tmp_path: Path) -> None:
    with study(tmp_path).at_work(), pytest.raises(FolderInUse):
        study(tmp_path).evaluate([BASE], REPS)


def test_a_wrong_setting_is_told_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="did you mean contracted"):
        study(tmp_path).evaluate([BASE, Point("wrong", ("beds.contractd=3",))], REPS)
    with pytest.raises(InputError, match="is no engine"):
        study(tmp_path, engine="quick")
    assert not (tmp_path / ".out.part").exists()


# --- values ---------------------------------------------------------------------------------------
def test_replications_without_a_value_are_left_out() -> None:
    values = Values({"a": {1: {"x": 1}, 2: {"x": None}, 3: {"x": 5}}, "b": {1: {"x": None}, 3: {"x": 7.5}}})
    assert values.of("a", "x") == [1.0, 5.0] and values.each("a", "x") == {1: 1, 2: None, 3: 5}
    assert Values({"a": {1: {"x": None}}, "b": {1: {"x": 2}}}).difference("a", "b", "x") is None


# --- publishing -----------------------------------------------------------------------------------
def test_a_published_folder_is_whole(tmp_path: Path) -> None:
    it = study(tmp_path)
    column = Column("n", "integer", "people", "a number")
    with it.at_work():
        it.evaluate([BASE], REPS)
        it.publish([Csv("t.csv", (column,), [(1,), (None,)])], {"more": 1}, {"inputs/x.csv": b"x"})
    out = tmp_path / "out"
    assert (out / "t.csv").read_bytes() == b'n\n1\n""\n' and (out / "inputs" / "x.csv").read_bytes() == b"x"
    assert '"replications_played": 3' in (out / "manifest.json").read_text()
    assert '"unit": "people"' in (out / "datapackage.json").read_text()
    assert not (tmp_path / ".out.part").exists()
    with pytest.raises(InputError, match="exists"):
        study(tmp_path)
    assert Study(options(tmp_path, force=True))


# --- the forecast ---------------------------------------------------------------------------------
def test_a_forecast_counts_and_writes_nothing(tmp_path: Path) -> None:
    study(tmp_path).evaluate([BASE], REPS)
    it = study(tmp_path)
    it.where = replace(it.where, workers=4)
    first, second = forecast(it, [BASE, MORE, SAME], range(1, 5), BASE)
    each = (it.settled(BASE).people + 4 * it.settled(MORE).people) // 5
    kept = "3 points, 8 replications, 3 of them finished and kept"
    assert first == f"{kept}; 5 to play (about {each} people in each)"
    assert second.endswith("with 4 workers")
    assert len(kept_files(tmp_path)) == 3


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.1, "1 s"), (42.4, "42 s"), (600, "10 min"), (3 * 3600 + 1190, "3 h 20 min")]
)
def test_lengths_of_time_in_words(seconds: float, words: str) -> None:
    assert spoken(seconds) == words


def test_a_damaged_replication_is_reported_and_played_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = study(tmp_path).evaluate([BASE], REPS)
    one, two = (tmp_path / ".out.part" / name for name in kept_files(tmp_path)[:2])
    one.write_bytes(b"xxxx" + one.read_bytes()[4:])
    two.write_bytes(hashlib.sha256(b"no archive").digest() + b"no archive")
    again = study(tmp_path)
    assert again.evaluate([BASE], REPS) == first and again.resumed == 1
    err = capsys.readouterr().err.splitlines()
    assert [line.partition(".replication: ")[2] for line in err] == [
        "is damaged: replication 1 is played again",
        "cannot be read: BadZipFile: replication 2 is played again",
    ]
