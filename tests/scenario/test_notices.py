"""Settings without effect and people of another date: what is told, and what is no news."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import InputError
from sim.experiment.options import RunOptions
from sim.experiment.run import run
from sim.notebook.scenario import SettingWarning
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


IDLE = [
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
    ("funding={levels: {a: {custody: $3 M / yr}}}", "funding.levels", "no funding.level is chosen"),
    (
        "funding={level: a, base: a, levels: {a: {custody: $3 M / yr}}}",
        "funding.base",
        "there is nothing in funding.buys",
    ),
    (
        "case.screening={share: 9 %, positive: 9 %, officers: 1, screenings_per_officer_day: 1}",
        "case.screening",
        "nobody is on the track expedited (people.sources)",
    ),
    ("intake={desks: 2}", "intake.desks", "processing takes no time (intake.processing)"),
    (
        "removal={groups: {g: {routes: {a: 1}}}, routes: {a: {kind: land, seats: 1}}, "
        "agreements: {x: {groups: [], start: 2025-01-02, document_speed: 2}}}",
        "removal.agreements.x",
        "it names no group",
    ),
    ("case.preparing.voluntary=2 d", "case.preparing.voluntary", "nobody is on the track voluntary"),
    ("case.giving_up=[{after: 0 d, rate: 1 % / d}]", "case.giving_up", "nobody is on the track proceedings"),
    ("release.weekday={mon: 1, tue: 1, wed: 1, thu: 1, fri: 1, sat: 1, sun: 0}", "release.weekday", "there are no"),
    ("release.clocks.bond.rate.border=1 % / d", "release.clocks.bond.rate.border", "nobody comes from border"),
    (
        "release.clocks.bond={rate: {at_large: 1 % / d}, stages: [case]}",
        "release.clocks.bond",
        "nobody is ever in its stages",
    ),
    ("release.clearance={reasons: [parole], reviewers: 1, review: 1 h}", "release.clearance", "nobody is released"),
    ("beds.ladder=[{over_contract: {after: 1 h, allowance: 0 %}}]", "beds.ladder.0", "its allowance is 0 %"),
    ("beds.ladder=[{transfer: {after: 1 h, to: {}, seats: 1}}]", "beds.ladder.0", "it names no area"),
    (
        "removal={groups: {g: {routes: {a: 1}}}, routes: {a: {kind: land, seats: 1}, b: {kind: land, seats: 1}}}",
        "removal.routes.b",
        "no group takes it",
    ),
    (
        "arrests.sources.at_large={officers: 5, arrests_per_officer_day: 1, share: 2}",
        "arrests.sources.at_large.share",
        "officers are counted",
    ),
]


@pytest.mark.parametrize(("setting", "path", "reason"), IDLE)
def test_a_setting_without_effect_is_told(world: Path, setting: str, path: str, reason: str) -> None:
    (line,) = [line for line in told(world, setting) if ".default: has no effect on" not in line]
    assert line.startswith(f"--set {setting}: {path}: has no effect: {reason}")


IN_COURT = ("people.sources.at_large.tracks={proceedings: 100 %}", "case.dockets.d={areas: [A], judges: 1}")


@pytest.mark.parametrize(
    ("setting", "reason", "switched_on"),
    [
        ("case.appeal=3 d", "nobody appeals (case.appeal_share is 0)", "case.appeal_share=1 %"),
        ("case.adjournment=3 d", "everybody has one hearing (case.hearings)", "case.hearings={2: 100 %}"),
        ("people.day0.long_stay=9 d", "there are no long_stayer_stages", None),
        ("people.day0.tracks.border={voluntary: 100 %}", "nobody held on day 0 comes from border", None),
        ("people.day0.stages.voluntary={document: 1}", "nobody held on day 0 is on the track voluntary", None),
    ],
)
def test_what_hangs_on_another_setting(world: Path, setting: str, reason: str, switched_on: str | None) -> None:
    held = ("people.day0.held=5", "people.day0.sources={at_large: 100 %}", "people.day0.areas={A: 0.5, B: 0.5}")
    (line,) = told(world, *IN_COURT, *held, setting)
    assert line.endswith(f"has no effect: {reason}")
    if switched_on:
        assert told(world, *IN_COURT, *held, switched_on, setting) == []


def test_where_staff_leave_what_is_bought_says_when_they_are_replaced() -> None:
    attrition = ("funding.staff.attrition.judges=9 % / yr",)
    buys = "funding.buys.judges={account: courts, price: $2 / unit-year, lag: 9 d}"
    (line,) = told("judges-2023", buys)
    assert line.endswith("funding.buys.judges: has no effect: no funding.level is chosen")
    assert told("judges-2023", *attrition, buys) == []


@pytest.mark.parametrize("setting", [setting for setting, path, _ in IDLE if setting.partition("=")[0] == path])
def test_what_is_told_to_have_no_effect_has_none(world: Path, setting: str) -> None:
    """The world plays alike without it."""
    path, _, value = setting.partition("=")
    without = sim.run(str(world), reps=1, set={path.partition(".")[0]: "{}"}, engine="simpy").daily
    with pytest.warns(SettingWarning, match="has no effect"):
        found = sim.run(str(world), reps=1, set={path: value}, engine="simpy").daily
    for name in without.columns:
        np.testing.assert_array_equal(found[name], without[name])


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
