"""Settings without effect and people of another date: what is told, and what is no news."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.experiment.options import RunOptions
from sim.experiment.run import run
from sim.people.inputs import check_inputs
from sim.scenario.loading import load, shipped
from sim.scenario.notices import notices

WORLD = """
start: 2025-01-01
days: 10
areas: {A: a, B: b}
arrests: {goal: 5 / d}
beds: {contracted: 20, ladder: [{release: {after: 12 h}}]}
"""


@pytest.fixture
def world(tmp_path: Path) -> Path:
    file = tmp_path / "world.yaml"
    file.write_text(WORLD, encoding="utf-8")
    return file


def told(file: Path | str, *sets: str) -> list[str]:
    return [str(notice) for notice in notices(load(file, sets), sets)]


@pytest.mark.parametrize("name", shipped())
def test_nothing_is_told_of_what_comes_with_detsim(name: str) -> None:
    assert told(name) == []


@pytest.mark.parametrize(
    ("setting", "path", "reason"),
    [
        ("beds.contracted={A: 3, B: 4, default: 5}", "beds.contracted.default", "every area has a value of its own"),
        (
            "arrests.goal={2025-01-01: 5 / d, 2025-02-01: 9 / d}",
            "arrests.goal.2025-02-01",
            "the run ends on 2025-01-10",
        ),
        ("arrests.batches=[{date: 2025-03-01, area: A, people: 5}]", "arrests.batches.0", "the run ends on 2025-01"),
        ("beds.ladder=[{release: {after: 11 d}}]", "beds.ladder.0", "its `after` is beyond the run of 10 days"),
        (
            "people.day0.areas={A: 40 %, B: 60 %}",
            "people.day0.areas",
            "nobody is held on day 0",
        ),
        ("people.sources.border={}", "people.sources.border", "nobody comes from border"),
        ("case={mode: stay, stay: 3 d, appeal_share: 5 %}", "case.appeal_share", "case.mode is stay, one time in bed"),
        ("removal={routes: {bus: {kind: land, seats: 3}}}", "removal.routes", "without removal.groups nobody waits"),
        ("beds.physical=20", "beds.physical", "in every area it is never below the contracted beds and the allowance"),
        ("beds.physical={A: 25, B: 19}", "beds.physical.A", "it is never below the contracted beds"),
        (
            "beds.places={x: {area: A, kind: staging, contracted: 5, physical: 4}}",
            "beds.places.x",
            "nobody gets a first bed there",
        ),
        (
            "beds.moves=[{from: A, to: same, after: 2 d, departures: [9 h]}]",
            "beds.moves.0.departures",
            "without `seats` no transport leaves",
        ),
        ("case={docket_moves: change}", "case.docket_moves", "nobody waits for a judge"),
        (
            "release={atd: {slots: 0, diversion: {share: 10 %}}}",
            "release.atd.diversion",
            "there is never a slot",
        ),
        ("funding={on_exhaustion: stop_arrests}", "funding.on_exhaustion", "no funding.level is chosen"),
    ],
)
def test_a_setting_without_effect_is_told(world: Path, setting: str, path: str, reason: str) -> None:
    (line,) = [line for line in told(world, setting) if ".default: has no effect on" not in line]
    assert line.startswith(f"--set {setting}: {path}: has no effect: {reason}")


def test_in_a_file_of_the_users_own_the_line_is_named(world: Path) -> None:
    world.write_text(WORLD.replace("5 / d", "{2025-01-01: 5 / d, 2025-02-01: 9 / d}"), encoding="utf-8")
    assert told(world) == [f"{world}:5:37: arrests.goal.2025-02-01: has no effect: the run ends on 2025-01-10"]
    assert told(world, "days=60") == []


@pytest.mark.parametrize("sets", [["days=5"], ["case.mode=stay", "case.stay=30 d"], ["funding.level=null"]])
def test_what_a_later_choice_switches_off_is_no_news(sets: list[str]) -> None:
    assert [line for line in told("national", *sets) if "not judged" not in line] == []


def test_checks_of_another_window_are_not_judged(world: Path) -> None:
    (line,) = told("may-2025-1000", "days=60")
    says = "arrests, held_over_funded_mean, removals: not judged, since they are written for another start or number of"
    assert line == f"--set days=60: checks: {says} days"
    assert load("may-2025-1000", ["days=60"]).scenario.checks == {}
    assert told("may-2025-1000", "days=365") == [], "it is 365 already"
    assert len(load("may-2025-1000", ["days=365"]).scenario.checks) == 3
    assert len(load("may-2025-1000", ["seed=3"]).scenario.checks) == 3
    assert load("may-2025-1000", ["days=60", "checks.arrests=1..9"]).scenario.checks == {"arrests": "1..9"}


def test_a_setting_that_a_later_one_replaces(world: Path) -> None:
    sets = ("beds.contracted=5", "beds.ladder=[wait]", "beds={contracted: 7}")
    assert told(world, *sets) == ["--set beds.contracted=5: has no effect: a later --set replaces it"]


def test_a_default_behind_areas_of_their_own() -> None:
    (line,) = told("national", "arrests.sources.border.rate={default: 0 / d}")
    assert "arrests.sources.border.rate.default: has no effect on ATL, DAL, DEN, " in line
    assert line.endswith("and 3 more, which have values of their own")


def test_people_of_another_date_are_told_and_refused_if_strict(tmp_path: Path) -> None:
    line, _ = told("national", "start=2026-01-01")
    people = "people.day0.held: 48,715 people held on 2025-05-20, but the run starts on 2026-01-01"
    assert line == f"--set start=2026-01-01: {people}; give the people held at that date, and their source"
    options = RunOptions("national", ("start=2026-01-01", "days=1"), out=tmp_path / "out", strict=True)
    with pytest.raises(InputError, match="48,715 people held on 2025-05-20"):
        run(options)
    assert not any("people held on" in line for line in told("national", "start=2025-05-20"))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("arrests.observed", "date,source,area,arrests\n2025-01-01,border,A,many\n", "file.csv:2: arrests"),
        ("people.day0.composition", "source\nborder\n", "file.csv:1:1: the header is 'source'"),
    ],
)
def test_the_files_of_a_scenario_are_read_before_a_run(world: Path, name: str, text: str, says: str) -> None:
    file = world.parent / "file.csv"
    file.write_text(text, encoding="utf-8")
    sets = (f"{name}={file}",)
    with pytest.raises(InputError) as raised:
        check_inputs(load(world, sets).scenario)
    assert says in raised.value.lines[0]
    with pytest.raises(InputError, match=r"file\.csv:"):
        run(RunOptions(str(world), sets, out=world.parent / "out"))


def test_a_rung_behind_a_release_of_everybody(world: Path) -> None:
    first = "beds.ladder=[{release: {after: 1 d, mandatory: true}}, {wait: {after: 2 d}}]"
    assert told(world, first) == [
        f"--set {first}: beds.ladder.1: has no effect: the rung `release` before it leaves nobody waiting"
    ]
    cleared = "release={clearance: {reviewers: 1, review: 1 h}}"
    assert told(world, first, cleared) == []


def test_an_area_without_anybody(world: Path) -> None:
    world.write_text(
        WORLD.replace("{goal: 5 / d}", "{goal: 5 / d, sources: {at_large: {share: {A: 1, B: 0}}}}"), encoding="utf-8"
    )
    assert told(world) == [f"{world}:4:15: areas.B: has no effect: nobody is arrested, held or sent there"]
    assert told(world, "people.day0.held=5") == []
