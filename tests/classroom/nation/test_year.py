"""A year of the nation in lesson five: played as anywhere else, told and drawn as played."""

from __future__ import annotations

import datetime as dt
import re
import warnings

import numpy as np
import pytest

import sim
from sim.classroom.controls import Settings, defaults
from sim.classroom.nation import charts, sliders, words
from sim.classroom.nation.sliders import CONTROLS, SCENARIO, sets_of
from sim.classroom.nation.year import DRAWN_BY, theory, year
from sim.measures import Measured
from sim.notebook.scenario import SettingWarning
from sim.scenario.loading import Resolved, settle

DAYS = 40
AT = defaults(CONTROLS)
MOVED: Settings = {**AT, "goal": 2000, "seats": 50, "beds": 60}


@pytest.fixture(scope="module", autouse=True)
def short() -> object:
    """The same lesson over forty days."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.classroom.nation.year.resolve", _short)
        yield


def _short(settings: Settings) -> Resolved:
    return settle(*sliders._written(), (*sets_of(settings), f"days={DAYS}"))


@pytest.fixture(scope="module")
def moved() -> Measured:
    return year(MOVED)


@pytest.fixture(scope="module")
def run() -> sim.Run:
    """The same settings, run as anybody would."""
    with warnings.catch_warnings():  # the window is shorter than what is set
        warnings.simplefilter("ignore", SettingWarning)
        return sim.run(SCENARIO, set=[*sets_of(MOVED), f"days={DAYS}"], reps=1, engine="compiled")


def test_the_year_is_the_run_of_these_settings(moved: Measured, run: sim.Run) -> None:
    for measure in ("arrests_interior", "held_end", "removals", "releases_no_bed", "cost_usd_total"):
        assert moved.value(measure) == run.mean(measure)
    shown = {number.label: number.mean for number in words.numbers(moved)}
    assert shown["Held at the end"] == run.mean("held_end")
    assert shown["Arrests at the end"] == np.mean(run.daily["arrests_interior"][-28:])
    assert shown["Cost of what happens"] == run.mean("cost_usd_total") / 1e9


def test_people_drawn_once_are_those_drawn_anew(moved: Measured) -> None:
    assert set(DRAWN_BY) == {"officers", "money"}
    for other in ({**AT, "judges": 200}, {**AT, "officers": 150}, {**AT, "judges": 300}):
        ours, asked = year(other), [*sets_of(other), f"days={DAYS}"]
        assert ours.value("held_end") == sim.run(SCENARIO, set=asked, reps=1, engine="compiled").mean("held_end")


def test_asked_again_it_is_not_played_again(moved: Measured) -> None:
    assert year(dict(MOVED)) is moved


def test_theory_needs_no_play_and_is_near_what_is_played_at_first(moved: Measured) -> None:
    assert theory(MOVED)[0] == pytest.approx(float(moved.daily["in_custody"][1]), rel=0.02)
    assert f"**{theory(MOVED)[-1]:,.0f}** people" in words.endless(theory(MOVED))


def test_the_story_says_what_was_measured(moved: Measured, run: sim.Run) -> None:
    goal, beds, cases, money = words.story(moved)
    assert "The goal is 2,000 arrests a day" in goal and "officers could not make that many" in goal
    missed = dt.date.fromisoformat(str(moved.value("goal_missed_from")))
    assert f"missed from {missed.day} {missed:%B %Y}" in goal
    assert f"{run.mean('held_end'):,.0f} people are held" in beds and "Congress paid for 41,500" in beds
    assert f"{run.mean('releases_no_bed'):,.0f} people are released" in beds
    assert f"{run.mean('removals'):,.0f} people are removed" in cases
    assert f"{run.mean('cost_usd_total') / 1e9:.1f} billion" in money


def test_a_goal_that_is_met_is_said_to_be() -> None:
    assert "The goal counts as met at the end" in words.story(year({**AT, "goal": 500}))[0]


def test_lines_are_drawn_of_the_days(moved: Measured, run: sim.Run) -> None:
    rows = charts._points(moved.start, {"in beds": np.asarray(moved.daily["held"], np.float64)})
    held = {row["date"].astype(str): row["held"] for row in _rows(run)}
    assert {row["date"]: row["number"] for row in rows}.items() <= held.items()
    last = charts._mean_of_28(moved.daily["arrests_interior"])[-1]
    assert last == pytest.approx(np.mean(run.daily["arrests_interior"][-28:]))


def _rows(run: sim.Run) -> list[dict[str, object]]:
    return [{"date": date, "held": held} for date, held in zip(run.daily["date"], run.daily["held"], strict=True)]


def test_pictures_say_what_they_show(moved: Measured) -> None:
    before, expected = year(AT), theory(MOVED)
    arrests, held = charts.arrests(moved, before), charts.held(moved, before, expected)
    assert "Goal: 2,000" in _alternative(arrests)
    assert f"to {moved.daily['held'][-1]:,.0f}, against" in _alternative(held)
    for name in ("made", "goal", "operating beds", "beds paid for", "theory: no lines"):
        assert f">{name}<" in arrests + held


def test_a_tile_has_the_beds_of_its_area(moved: Measured) -> None:
    tiles = {tile["area"]: tile for tile in charts._tiles(moved)}
    share = moved.by_area["held"][-1] / np.maximum(moved.by_area["beds_operating"][-1], 1)
    for area, one in zip(moved.areas, share, strict=True):
        assert tiles[area]["text"] == ("–" if area == "BAL" else f"{100 * one:.0f}")
        assert tiles[area]["over"] == (round(100 * one) > 100)
    assert len({(tile["x"], tile["y"]) for tile in tiles.values()}) == 25
    over = [area for area, tile in tiles.items() if tile["over"]]
    assert over and all(area in _alternative(charts.areas(moved)) for area in over)


def _alternative(picture: str) -> str:
    found = re.search(r'aria-label="([^"]*)"', picture)
    assert found
    return found[1]
