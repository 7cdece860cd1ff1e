"""The benchmark runs, on worlds too small to say anything about speed."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.util import find_spec

import pytest

from benchmarks import libraries, plain, race
from benchmarks.__main__ import SECTIONS, main
from benchmarks.growth import sizes, world
from benchmarks.targets import TARGETS, Target
from benchmarks.whole import YEARS
from sim.log import Records
from sim.pathway import play
from sim.people.table import People
from sim.scenario.loading import load
from sim.scenario.world.tables import Tables

TINY = ["--repeats", "1", "--days", "3", "--scale", "0.01", "--others-scale", "0.01", "--national", "mmc"]
TINY += ["--reps", "2", "--year", "2", "--year-engine", "simpy"]
HAS_NUMBA = find_spec("numba") is not None


def printed(capsys: pytest.CaptureFixture[str], *sections: str) -> list[str]:
    """What a tiny benchmark prints, line by line."""
    main([*TINY, *sections])
    return capsys.readouterr().out.splitlines()


def test_the_race_has_a_line_for_each_contender(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "engines")
    engines = len(race.ENGINES)
    assert lines[0] == "== engines" and lines[2].startswith(race.PLAIN)
    assert len(lines) == 1 + 1 + 1 + 2 * engines + (3 if HAS_NUMBA else 1) + 1
    assert sum(line.startswith("target: ") for line in lines) == (3 if HAS_NUMBA else 1)


def test_a_library_that_is_not_there_is_skipped_with_a_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries, "find_spec", lambda name: None)
    lines = printed(capsys, "others")
    skipped = [line.partition(":")[0] for line in lines if "not installed, skipped" in line]
    assert skipped == ["Cimba", "Ciw", "salabim"]
    entrants = [race.PLAIN, *race.ENGINES]
    found = [line.split("  ")[0] for line in lines[6:-2]]
    assert found[: len(entrants)] == found[len(entrants) + 1 :] == entrants


@pytest.mark.parametrize("name", libraries.LIBRARIES)
def test_a_library_lets_the_same_people_out(name: str) -> None:
    pytest.importorskip(name.lower())
    for scenario in (race.two_stage(days=20, scale=0.01), race.one_server(200)):
        race.agree(*race.drawn(scenario), {race.PLAIN: plain.play, name: libraries.LIBRARIES[name]})


@pytest.mark.skipif(not HAS_NUMBA, reason="only the compiled engine is measured")
def test_growth_is_told_as_ratios(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "growth")
    assert [line.split("  ")[0] for line in lines[2:-4]] == list(sizes(1)) and lines[2].endswith("1.00")


def test_the_worlds_of_growth_differ_in_one_thing() -> None:
    base = sizes(1)["base"]
    for name, size in sizes(1).items():
        larger = {key for key, value in vars(size).items() if value != vars(base)[key]}
        assert larger == ({"arrests", "beds"} if name == "arrests x2" else {name.split()[0]} - {"base"})
        assert world(size).days == size.days


@pytest.mark.skipif(not HAS_NUMBA, reason="only the compiled engine is measured")
def test_limits_stand_beside_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "limits")
    assert len(lines) == 1 + 1 + 1 + 3 + 1 + 1 and lines[-2].endswith("100%")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "wait4"), reason="whole commands are measured where wait4 is")
def test_whole_commands_are_measured(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(YEARS, "goal-3000", "mmc")
    monkeypatch.delitem(YEARS, "nation-3000")
    lines = printed(capsys, "workers", "years")
    assert "2 replications of mmc, 3 days, whole run: one worker" in lines[1]
    year = lines.index("== years")
    assert lines[year + 1].startswith("goal-3000, one replication, whole command: ")
    assert all(f"{step} " in lines[year + 2] for step in ("read", "draw", "play", "laws", "measure", "write"))


def test_the_year_of_3000_a_day_says_what_differs() -> None:
    scenario, base = load(YEARS["nation-3000"]).scenario, load("goal-3000").scenario
    assert (scenario.days, scenario.arrests.goal) == (365, base.arrests.goal)
    ours, theirs = scenario.arrests.sources.at_large, base.arrests.sources.at_large
    assert ours is not None and theirs is not None
    for area in scenario.areas:
        more = ours.officers.of(area).at(scenario.start) / theirs.officers.of(area).at(scenario.start)
        assert 3.5 <= more < 3.6
    assert scenario.sources["arrests.sources.at_large.officers"].status == "assumed"


def test_an_unknown_section_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["speed"])
    assert ", ".join(SECTIONS) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("target", "got", "word"),
    [(TARGETS["days x10"], 11.0, "met"), (TARGETS["days x10"], 11.1, "MISSED"), (Target("x", 5, True), 4.9, "MISSED")],
)
def test_a_target_is_met_or_missed(target: Target, got: float, word: str) -> None:
    assert target.verdict(got).endswith(f", {word}")


def test_an_engine_that_plays_something_else_does_not_race(monkeypatch: pytest.MonkeyPatch) -> None:
    def longer_stays(tables: Tables, people: People) -> Records:
        return play(tables, replace(people, left_s=people.left_s + 86_400))

    monkeypatch.setitem(race.ENGINES, "simpy", longer_stays)
    with pytest.raises(RuntimeError, match="same people"):
        race.agree(*race.drawn(race.two_stage(days=3, scale=0.01)), {race.PLAIN: plain.play})
