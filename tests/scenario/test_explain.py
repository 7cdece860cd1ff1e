"""Rows of explain."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.errors import ScenarioError
from sim.scenario.loading import load, shipped
from sim.scenario.provenance.explain import Row, explain, rows

BASE = """\
areas: {A: one, B: two}
arrests:
  goal: {2025-01-01: 5 / d, 2025-02-01: 9 / d}
  weekday: {mon: 1, tue: 1, wed: 1, thu: 1, fri: 1, sat: 0, sun: 0}
beds:
  contracted: {A: 10, default: 20}
  ladder:
    - release: {after: 1 h}
sources:
  arrests.goal.2025-02-01: {status: seen, source: press, date: 2025-01-31}
  beds.contracted: {status: assumed, source: judgement, low: -20 %, high: +50 %}
"""


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Row]:
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "top.yaml").write_text("extends: base.yaml\nbeds: {contracted: {A: 11}}\n")
    return {row.path: row for row in rows(load(tmp_path / "top.yaml", ["days=5"]))}


def short(row: Row) -> tuple[str, str, str, str]:
    return row.value, row.place.rpartition("/")[2], row.status, row.source


def test_values_are_whole_where_they_are_meant_whole(found: dict[str, Row]) -> None:
    assert found["arrests.goal"].value == "{2025-01-01: 5 / d, 2025-02-01: 9 / d}"
    assert found["arrests.weekday"].value == "{mon: 1, tue: 1, wed: 1, thu: 1, fri: 1, sat: 0, sun: 0}"
    assert found["beds.ladder.0.release.after"].value == "1 h"
    assert "beds.ladder.0.wait" not in found


def test_a_row_says_where_and_how_well_known(found: dict[str, Row]) -> None:
    known = ("assumed", "judgement, believed between -20 % and +50 %")
    assert short(found["beds.contracted.default"]) == ("20", "base.yaml:6", *known)
    assert short(found["arrests.goal"])[1:] == ("base.yaml:3", "seen", "press, 2025-01-31")
    assert short(found["days"]) == ("5", "--set days=5", "", "")


def test_a_source_older_than_the_value_does_not_count(found: dict[str, Row]) -> None:
    assert short(found["beds.contracted.A"]) == ("11", "top.yaml:2", "", "")


def test_defaults_say_so(found: dict[str, Row]) -> None:
    assert short(found["beds.physical"]) == ("none", "default", "", "default (switched off)")
    assert short(found["release"]) == ("none", "default", "", "default (switched off)")
    assert not found["name"].is_default


def test_text_of_a_path(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(BASE)
    text = explain(tmp_path / "s.yaml", "beds.contracted").replace(f"{tmp_path}/", "")
    assert text == (
        "beds.contracted.default: 20  [s.yaml:6]\n"
        "beds.contracted.A: 10  [s.yaml:6]\n"
        "    assumed: judgement, believed between -20 % and +50 %"
    )
    assert explain(tmp_path / "s.yaml", "arrests.goal.2025-02-01").startswith("arrests.goal: {2025-01-01: 5 / d")
    assert explain(tmp_path / "s.yaml", "release") == "release: none  [default (switched off)]"


def test_an_unknown_path_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("days: 3\n")
    with pytest.raises(ScenarioError, match=r"s\.yaml: dayz: the scenario has no such value, did you mean days\?"):
        explain(tmp_path / "s.yaml", "dayz")


@pytest.mark.parametrize("name", ["goal-3000", "teaching/mmc"])
def test_every_value_of_a_shipped_scenario_has_a_row_once(name: str) -> None:
    paths = [row.path for row in rows(load(name))]
    assert len(paths) == len(set(paths)) > 40
    assert name in shipped()
