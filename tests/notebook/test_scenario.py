"""Scenarios in a notebook."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import InputError
from sim.notebook.scenario import settings
from sim.scenario import loading
from sim.vocabulary import Stage


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
        (dt.datetime(2025, 6, 24), "2025-06-24"),
        (np.datetime64("2025-06-24"), "2025-06-24"),
        (np.datetime64("2025-06-24T00:00:00.000000000"), "2025-06-24"),
        (np.array(["2025-06-24"], "datetime64[ns]"), "['2025-06-24']"),
        (dt.timedelta(hours=1.5), "5400 s"),
        (np.timedelta64(2, "D"), "172800 s"),
        (np.array([1, 2]), "[1, 2]"),
        (np.array(3.5), "3.5"),
        (np.array(3), "3"),
        (np.bool_(True), "true"),
        (np.str_("72 h"), "72 h"),
        (Decimal("0.25"), "0.25"),
        (Decimal("1E+3"), "1000"),
        (Fraction(1, 4), "0.25"),
        (Stage.DOCKET, "9"),
        ({dt.date(2025, 6, 24): np.float32(0.5)}, "{'2025-06-24': 0.5}"),
        ("Contract #7: as signed", "Contract #7: as signed"),
        ('"quoted"', '"\\"quoted\\""'),
    ],
)
def test_values_are_written_as_yaml(value: object, text: str) -> None:
    assert settings({"a.b": value}) == [f"a.b={text}"]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (float("nan"), "set: a.b: nan is not a number"),
        (np.float64("inf"), "set: a.b: inf is not a number"),
        (Decimal("NaN"), "set: a.b: NaN is not a number"),
        ({"x": [1, float("-inf")]}, "set: a.b.x.1: -inf is not a number"),
        (np.datetime64("NaT", "s"), "set: a.b: NaT is not a time"),
        (np.datetime64("2025-06-24T12:00"), "set: a.b: 2025-06-24 12:00:00 is a moment within a day; give a date"),
        (dt.time(6), "set: a.b: a value of type time cannot stand in a scenario; write it as text"),
        (b"960", "set: a.b: a value of type bytes cannot stand"),
        ({1, 2}, "set: a.b: a value of type set cannot stand"),
        (1j, "set: a.b: a value of type complex cannot stand"),
        (10**30, "set: a.b: a number of 100 bits is out of range"),
        ({None: 1}, "set: a.b: the key None is not a text, a date or a number"),
    ],
)
def test_values_that_no_scenario_can_have_are_told_with_their_path(value: object, says: str) -> None:
    with pytest.raises(InputError) as raised:
        settings({"a.b": value})
    (line,) = raised.value.lines
    assert line.startswith(says)


def test_a_value_that_contains_itself_is_one_line() -> None:
    value: list[object] = []
    value.append(value)
    with pytest.raises(InputError, match=r"set: a\.b: contains itself, or is nested too deep"):
        settings({"a.b": value})


def test_the_files_of_a_scenario_are_read(tmp_path: Path) -> None:
    (tmp_path / "flows.csv").write_text("date,source,area,arrests\n2025-01-01,border,nowhere,3\n")
    with pytest.raises(InputError, match=r'flows\.csv:2: unknown area "nowhere"'):
        sim.load("one-facility", {"arrests.observed": tmp_path / "flows.csv"})


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
