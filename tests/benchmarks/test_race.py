"""The benchmark runs, on worlds too small to say anything about speed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import race
from benchmarks.__main__ import main
from sim.pathway import play
from sim.people.table import People
from sim.records import Records
from sim.scenario.tables import Tables

TINY = ["--repeats", "1", "--days", "3", "--scale", "0.01", "--national", "mmc"]


def test_a_tiny_race_prints_a_line_for_each_contender(capsys: pytest.CaptureFixture[str]) -> None:
    main(TINY)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 1 + 2 * len(race.ENGINES) + 1 + len(race.TARGETS)
    assert lines[1].startswith(race.PLAIN)


def test_an_engine_that_plays_something_else_does_not_race(monkeypatch: pytest.MonkeyPatch) -> None:
    def longer_stays(tables: Tables, people: People) -> Records:
        return play(tables, replace(people, left_s=people.left_s + 86_400))

    monkeypatch.setitem(race.ENGINES, "simpy", longer_stays)
    with pytest.raises(RuntimeError, match="same people"):
        race.agree(*race.drawn(race.two_stage(days=3, scale=0.01)))
