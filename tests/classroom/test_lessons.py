"""Lessons one, three and four: as scripts, and the numbers, pictures and sentences they show."""

from __future__ import annotations

import html
import importlib.util
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.classroom import followed, ladder, longstay, variation
from sim.classroom.controls import Control, Settings, defaults
from sim.classroom.course import lesson_of
from sim.classroom.playing import Played
from sim.experiment.options import RunOptions
from sim.experiment.run import run
from sim.scenario.loading import load
from sim.scenario.schema import Rung

LESSONS = ("one", "three", "four")
APPROVALS = ("yes, two reviewers", "yes, one reviewer")


@cache
def played_as_script(key: str) -> tuple[Any, Any]:
    """The outputs of a lesson's cells and what they define."""
    spec = importlib.util.spec_from_file_location(f"lesson_{key}", lesson_of(key).file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app.run()


def controls_of(key: str) -> tuple[Control, ...]:
    return played_as_script(key)[1]["controls"]


def settings_of(key: str, **changed: float | str) -> Settings:
    return defaults(controls_of(key)) | changed


def shown(key: str) -> str:
    """All that a lesson shows, as text."""
    outputs, _ = played_as_script(key)
    return html.unescape(" ".join(getattr(output, "text", "") or "" for output in outputs))


# --- every lesson ---------------------------------------------------------------------------------
@pytest.mark.parametrize("key", LESSONS)
def test_a_lesson_runs_as_a_script_and_shows_its_numbers(key: str) -> None:
    text = shown(key)
    for number in played_as_script(key)[1]["numbers"]:
        assert number.label in text and number.unit in text
        assert number.mean == number.mean
    for part in (
        lesson_of(key).title,
        "what do you expect?",
        "What would I have to believe?",
        "Discussion",
        "Next: ",
    ):
        assert part in text, part


@pytest.mark.parametrize("key", LESSONS)
def test_each_control_asks_what_one_would_have_to_believe(key: str) -> None:
    assert all(len(control.believe) > 60 for control in controls_of(key))


@pytest.mark.parametrize("key", LESSONS)
def test_functions_of_the_notebook_are_short_and_use_all_they_make(key: str) -> None:
    lines = lesson_of(key).file.read_text(encoding="utf-8").splitlines()
    assert max(map(len, lines)) <= 120
    assert f"sim.classroom.lessons.{key}" not in sys.modules


# --- one ------------------------------------------------------------------------------------------
def test_days_are_counted() -> None:
    settings = settings_of("one", arrests=5)
    played = variation.answer(controls_of("one"), settings)
    came = np.array([one.daily["arrests"][1:] for one in played.replications])
    found = {number.label: number for number in variation.numbers(played, settings)}
    assert found["Days with exactly the average"].values == [100 * (run == 5).mean() for run in came]
    assert found["Most on a day"].values == [run.max() for run in came]
    assert played.daily("held")[:, 0].tolist() == [150] * variation.RUNS, "the run starts with the average"


def test_spread_is_what_theory_says() -> None:
    settings = settings_of("one", day_effect=0.5)
    played = variation.answer(controls_of("one"), settings)
    found = {number.label: number.mean for number in variation.numbers(played, settings)}
    assert found["Spread of the days (standard deviation)"] == pytest.approx(13.1, rel=0.1)
    assert "13.1, or 65 %" in variation.theory(played, settings)


def test_picture_of_the_days_says_what_it_shows() -> None:
    settings = settings_of("one")
    played = variation.answer(controls_of("one"), settings)
    drawn = variation.drawn(played, settings)
    first = played.daily("arrests")[0, 1:].astype(int)
    assert f"in one run, as bars: from {first.min()} to {first.max()}, on average 20" in drawn
    assert drawn.count("average 20") == 2, "in words and beside the line"


def test_a_stay_is_told_up_to_the_step() -> None:
    for journey in followed.people().values():
        whole = followed.shown(journey, len(journey.steps)).text
        begun = followed.shown(journey, 2).text
        assert whole.count("<li") == len(journey.steps) and begun.count("<li") == 2
        assert journey.steps[-1].words in whole and journey.steps[-1].words not in begun
        assert "synthetic" in begun and begun.count("aria-current") == 1
        shares = [float(share) for share in re.findall(r"width: ([\d.]+)%", whole)]
        assert sum(shares) == pytest.approx(100, abs=0.5) and "width:" not in begun.replace("min-width:", "")


def test_the_stay_so_far_is_since_the_arrest() -> None:
    journey = next(iter(followed.people().values()))
    assert "since the arrest" not in followed.shown(journey, 1).text
    third = re.search(r"<p>(.*?) since the arrest", followed.shown(journey, 3).text)
    assert third and third[1] == journey.steps[1].duration


def test_the_four_leave_in_four_ways() -> None:
    ends = [journey.steps[-1].stage for journey in followed.people().values()]
    assert ends == list(followed.ENDS)
    assert not any(journey.held_before or journey.open for journey in followed.people().values())


# --- three ----------------------------------------------------------------------------------------
def kinds(played: Played) -> list[str]:
    """The rungs of the ladder that was played."""
    assert played.scenario.beds
    return [Rung.model_validate(rung).kind for rung in played.scenario.beds.ladder]


def test_rungs_are_added_one_at_a_time() -> None:
    played = {rungs: ladder.answer(controls_of("three"), settings_of("three", rungs=rungs)) for rungs in ladder.RUNGS}
    added = [kinds(one) for one in played.values()]
    assert added[0] == ["wait"] and added[1] == ["transfer", "wait"]
    assert added[-1] == ["transfer", "over_contract", "displace", "release", "wait"]
    lines = [one.mean("hold_room_mean") for one in played.values()]
    assert lines == sorted(lines, reverse=True), "each rung shortens the line"


def test_nobody_waits_as_erlang_says() -> None:
    settings = settings_of("three", rungs=ladder.NOBODY_WAITS)
    played = ladder.answer(controls_of("three"), settings)
    share = played.mean("releases_no_bed") / played.mean("arrests")
    assert share == pytest.approx(ladder.lost(settings), abs=0.02)
    assert f"{100 * share:.1f} in 100" in ladder.theory(played, settings)


def test_approval_keeps_people_waiting() -> None:
    asked = [settings_of("three", rungs="release", approval=by) for by in ("no", *APPROVALS)]
    waits = [ladder.answer(controls_of("three"), one).mean("hold_room_mean") for one in asked]
    assert waits == sorted(waits) and waits[2] > 2 * waits[0]


def test_little_is_told_of_all_and_of_those_with_a_bed() -> None:
    played = ladder.answer(controls_of("three"), settings_of("three"))
    told = ladder.theory(played, settings_of("three"))
    arrests = sum(one.daily["arrests"][1:].sum() for one in played.replications) / len(played.replications)
    days = played.mean("hold_room_mean") / (arrests / 120)
    assert f"= {days:.1f} days there for each person arrested" in told and "so 3 a day find none" in told


def test_a_lesson_shows_what_a_run_writes(tmp_path: Path) -> None:
    written = run(RunOptions("full-house", out=tmp_path / "run", replications=ladder.RUNS, quiet=True))
    seen = ladder.numbers(ladder.answer(controls_of("three"), settings_of("three")))
    shown = {number.label: number.mean for number in seen}
    assert shown["Removed"] == written.mean("removals")
    assert shown["In the hold rooms, mean"] == pytest.approx(written.mean("hold_room_mean"))


def test_bars_are_of_a_hundred_arrested() -> None:
    played = ladder.answer(controls_of("three"), settings_of("three", rungs="release"))
    moved = 100 * played.mean("transfers") / played.mean("arrests")
    assert f"moved to the other area: {moved:.0f}" in ladder.drawn(played)


# --- four -----------------------------------------------------------------------------------------
def test_more_beds_fill_and_a_judge_empties_them() -> None:
    usual, more, judge = (
        longstay.answer(controls_of("four"), settings_of("four", **changed))
        for changed in ({}, {"beds": 900}, {"judges": 3})
    )
    assert usual.mean("held_end") == 600 and more.mean("held_end") > 650 and judge.mean("held_end") < 500
    assert judge.mean("removals") - usual.mean("removals") > 4 * longstay.asked(controls_of("four")) > 0


def test_the_prediction_is_answered_where_it_was_asked() -> None:
    assert "To test your prediction" in shown("four")
    asked = settings_of("four", beds=longstay.ASKED)
    more, usual = (longstay.answer(controls_of("four"), one) for one in (asked, settings_of("four")))
    assert longstay.asked(controls_of("four")) == more.mean("removals") - usual.mean("removals")


def test_settings_at_the_start_are_those_of_the_world() -> None:
    """So that a reader of the YAML file and a student see one world."""
    for key, play in (("one", variation.answer), ("three", ladder.answer), ("four", longstay.answer)):
        world = {"one": variation.WORLD, "three": ladder.WORLD, "four": longstay.WORLD}[key]
        played, written = play(controls_of(key), settings_of(key)).scenario, load(world).scenario
        about = {"name", "sources", "checks", "replications"}
        assert played.model_dump(exclude=about) == written.model_dump(exclude=about), key


def test_hearings_asked_and_held() -> None:
    settings = settings_of("four", judges=1.5)
    told = longstay.theory(longstay.answer(controls_of("four"), settings), settings)
    assert "10.45 hearings a day are needed" in told and "= 5.36 can be held" in told
    assert "4 people a day need a flight; there are 5 seats a day" in told
