"""Scenarios in a notebook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import InputError
from sim.notebook.scenario import settings
from sim.scenario import loading


def test_a_scenario_has_its_words() -> None:
    scenario = sim.load("erlang-b")
    assert (scenario.name, scenario.title) == ("erlang-b", "No place to wait (Erlang B)")
    assert scenario.question.startswith("What share is turned away")
    assert scenario.resolved.tree == loading.load("erlang-b").tree


@pytest.mark.parametrize("set", [{"days": 60, "seed": 3}, ["days=60", "seed=3"], ("days = 60", "seed=3")])
def test_values_are_set_by_a_mapping_or_as_on_the_command_line(set: object) -> None:
    scenario = sim.load("erlang-b", set)
    assert scenario.resolved.tree == loading.load("erlang-b", ["days=60", "seed=3"]).tree


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (960, "960"),
        (np.int64(960), "960"),
        (0.1, "0.1"),
        (np.float64(0.1), "0.1"),
        (True, "true"),
        (None, "null"),
        ("72 h", "72 h"),
        (dt.date(2025, 6, 24), "2025-06-24"),
        ({"lognormal": {"mean": "30 d", "p90": "70 d"}}, "{lognormal: {mean: 30 d, p90: 70 d}}"),
        ([1, "a: b"], "[1, 'a: b']"),
        (Path("flows.csv"), "flows.csv"),
    ],
)
def test_values_are_written_as_yaml(value: object, text: str) -> None:
    assert settings({"a.b": value}) == [f"a.b={text}"]


@pytest.mark.parametrize("date", ["2025-02-01", dt.date(2025, 2, 1)])
def test_schedules_are_set_by_dates_or_texts(date: object) -> None:
    scenario = sim.load("one-facility", {"beds.contracted": {"2025-01-01": 900, date: 950}})
    assert scenario.resolved.scenario.beds.contracted.of("facility").at(dt.date(2025, 2, 1)) == 950


def test_with_changes_more_and_leaves_the_first_as_it_was() -> None:
    first = sim.load("erlang-b", {"days": 60})
    second = first.with_({"beds.contracted": 30, "days": 70})
    assert second.resolved.tree == loading.load("erlang-b", ["days=60", "beds.contracted=30", "days=70"]).tree
    assert (first.resolved.scenario.days, first.sets, second.sets[0]) == (60, ("days=60",), "days=60")
    assert first.with_({}) is first


def test_with_a_funding_level_drops_what_it_replaces_as_the_command_line_does() -> None:
    """Sources of values that are set anew are dropped, in one step or in two."""
    sets = ["funding.level=null", "beds.funded=50000"]
    step = sim.load("may-2025-1000", sets[:1]).with_(sets[1:])
    assert step.resolved.tree == loading.load("may-2025-1000", sets).tree


@pytest.mark.parametrize(
    ("scenario", "set", "says"),
    [
        ("erlang-c", {}, "erlang-c: no such file or shipped scenario, did you mean erlang-"),
        ("erlang-b", {"dayz": 60}, "--set dayz=60: dayz: unknown key, did you mean days?"),
        ("erlang-b", {"days": "many"}, '--set days=many: days: "many" is not a whole number'),
        ("erlang-b", ["days"], "--set days: write --set path=value"),
        ("", {}, "is a folder, give a scenario file"),
    ],
)
def test_what_is_wrong_is_one_line(scenario: str, set: object, says: str) -> None:
    with pytest.raises(InputError) as raised:
        sim.load(scenario, set)
    (line,) = raised.value.lines
    assert says in line and raised.value._render_traceback_() == [f"ScenarioError: {line}"]


def test_one_long_text_is_no_list_of_settings() -> None:
    with pytest.raises(TypeError, match="days=60"):
        sim.load("erlang-b", "days=60")


def test_it_shows_what_it_is_and_escapes() -> None:
    scenario = sim.load("erlang-b", {"title": "<script>alert(1)</script>", "question": "a < b?", "days": 1})
    shown = scenario._repr_html_()
    assert "<script" not in shown and "a &lt; b?" in shown and "1 day from 1 January 2025" in shown
    assert repr(sim.load("erlang-b", {"days": 60})) == "Scenario erlang-b, days=60"
