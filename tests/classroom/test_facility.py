"""Lesson two: as a script, its numbers, its picture, its sentences, the code it shows."""

from __future__ import annotations

import html
import importlib.util
import re
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.classroom import facility, lines
from sim.classroom.controls import Settings, defaults
from sim.classroom.course import lesson_of
from sim.classroom.playing import Played, play
from sim.errors import InputError
from sim.experiment.options import RunOptions
from sim.experiment.run import run
from sim.theory.queueing import erlang_c_wait


@cache
def as_script() -> tuple[Any, Any]:
    """The outputs of the lesson's cells and what they define."""
    spec = importlib.util.spec_from_file_location("lesson_two", lesson_of("two").file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app.run()


def shown() -> str:
    return html.unescape(" ".join(getattr(output, "text", "") or "" for output in as_script()[0]))


@pytest.fixture(scope="module")
def played() -> Played:
    return play("small-facility", {"beds.contracted": "92"}, reps=2)


def test_the_lesson_runs_as_a_script_and_shows_what_came_out() -> None:
    text, defined = shown(), as_script()[1]
    assert next(number.label for number in defined["numbers"]) == "Wait for a bed, mean"
    for number in defined["numbers"]:
        assert f"{number.mean:.1f}" in text or f"{number.mean:.2f}" in text
    assert "lowest to highest of 2 replications, which differ only by chance" in text
    assert "What would I have to believe?" in text and text.count("<summary>") == len(defined["controls"])


def test_its_settings_are_those_of_the_scenario_it_names() -> None:
    """So that the lesson, the file and the command line tell of one world."""
    controls = as_script()[1]["controls"]
    same = play(facility.WORLD, {}, facility.RUNS).values("bed_wait_hours_mean")
    assert (as_script()[1]["answer"].values("bed_wait_hours_mean") == same).all()
    assert defaults(controls) == {"arrests": 2, "beds": 90, "stay": 45, "desks": 2}


def test_its_numbers_are_those_of_the_command(played: Played, tmp_path: Any) -> None:
    outcome = run(
        RunOptions(
            "small-facility", ("beds.contracted=92", "replications=2"), engine="simpy", out=tmp_path / "r", quiet=True
        )
    )
    for name in ("bed_wait_hours_mean", "held_mean", "hold_room_stays_over_limit"):
        assert played.mean(name) == pytest.approx(outcome.mean(name))
    assert next(one.mean for one in facility.numbers(played)) == pytest.approx(outcome.mean("bed_wait_hours_mean"))


def test_a_played_world_is_kept_and_given_to_all_who_ask(played: Played) -> None:
    assert play("small-facility", {"beds.contracted": "92"}, reps=2) is played
    assert play("small-facility", {"beds.contracted": "93"}, reps=2) is not played


def test_a_setting_that_does_not_fit_is_refused_as_the_command_line_does() -> None:
    with pytest.raises(InputError, match=r"beds\.contracted"):
        play("small-facility", {"beds.contracted": "many"})


def test_lines_are_drawn_of_every_second_day_of_every_run(played: Played) -> None:
    rows = lines.rows({"held": played.daily("held")}, facility.EVERY)
    assert len(rows) == 2 * 61 and {row["run"] for row in rows} == {0, 1}
    last = [row for row in rows if row["day"] == 120 and row["first"]]
    assert [row["held"] for row in last] == [int(played.replications[0].daily["held"][120])]


def test_the_picture_says_what_it_shows_and_takes_its_colours_from_the_page(played: Played) -> None:
    drawn = facility.drawn(played, 92)
    assert drawn.startswith('<svg class="picture" role="img" aria-label="Two line charts over 120 days.')
    assert "with 92 beds" in drawn and ">dashed: 92 beds</text>" in drawn and drawn.endswith("</svg>")
    assert drawn.count("role=") == 1 and drawn.count('viewBox="') == 1 and "<style" not in drawn
    peak = int(np.max([one.daily["bed_queue"] for one in played.replications]))
    assert f"waiting for a bed: from 0 to {peak}" in drawn


def settings(**changed: float) -> Settings:
    return {"arrests": 2, "beds": 90, "stay": 45, "desks": 2} | changed


def test_the_theory_is_erlangs_where_there_is_a_long_run() -> None:
    said = facility.theory(settings(beds=105))
    assert "= 90 people need a bed; there are 105" in said
    assert f"mean wait is {24 * erlang_c_wait(105, 2, 45):.2f} hours" in said


@pytest.mark.parametrize("beds", [60, 90])
def test_the_theory_says_where_there_is_no_long_run(beds: int) -> None:
    assert "no long run" in facility.theory(settings(beds=beds))


def test_the_code_it_shows_is_that_of_the_engine() -> None:
    steps = re.findall(r"^def (\w+)", facility.process(), re.MULTILINE)
    assert steps == ["arrested", "needs_bed", "in_bed", "whole_stay"]
    assert "yield world.beds.ask(k)" in facility.process()
