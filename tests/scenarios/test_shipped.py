"""The scenario files that come with the project: they load, are sourced, run, and say what they claim."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim import vocabulary
from sim.scenario.loading import Resolved, load
from sim.scenario.provenance.explain import rows
from sim.scenario.schema.checks import parse
from sim.scenario.world.tables import NONE, Tables, build_tables
from sim.vocabulary import RUNGS

FOLDER = Path(__file__).parents[2] / "scenarios"
FILES = sorted(FOLDER.rglob("*.yaml"))
NATIONAL = [file for file in FILES if file.parent == FOLDER]
EXPECTED = {
    "national", "fy2024", "feb-2025-787", "feb-2025-611", "may-2025-1000", "goal-3000", "goal-3000-funded",
    "hq-clearance", "without-clearance", "no-release", "sanctuary-cooperation", "irs-details", "agreements",
    "court-challenges",
    "million-removals", "border-surge", "criminality-first", "one-facility", "mmc", "erlang-b", "erlang-a",
    "two-classes", "infinite-beds", "one-goal-three-budgets", "arrivals", "full-house", "long-stay", "small-facility",
    "beds-2003", "beds-2003-mandatory", "judges-2023", "judges-2023-700", "removal-2016", "removal-2016-stays",
    "jan-2026", "jan-2026-1000", "jan-2026-3000", "tandem", "blocking", "national-moves", "moves-2023", "moves-2025",
    "reengineering-2026", "reengineering-2026-30", "reengineering-2026-pool",
    "bed-rate-2018", "beds-for-3000", "cbo-2025", "penn-wharton-2025", "judges-2023-attrition",
    "april-2025", "april-2025-minimum",
}  # fmt: skip
ABOUT_THE_RUN = {"name", "title", "question", "start", "days", "replications", "seed", "areas"}
"""Choices of an experiment, not figures about the world."""


@cache
def loaded(file: Path) -> Resolved:
    return load(file)


def tables(name: str, *sets: str) -> Tables:
    return build_tables(load(FOLDER / f"{name}.yaml", sets).scenario)


def by_name(file: Path) -> str:
    return file.stem


each_file = pytest.mark.parametrize("file", FILES, ids=by_name)
each_national = pytest.mark.parametrize("file", NATIONAL, ids=by_name)


def test_all_are_there() -> None:
    assert {file.stem for file in FILES} == EXPECTED


@each_file
def test_says_what_it_is_about(file: Path) -> None:
    scenario = loaded(file).scenario
    assert scenario.name == file.stem
    assert scenario.title and scenario.question.endswith("?")
    assert scenario.checks


@each_file
def test_starts_with_a_comment_that_explains(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("#") for line in lines[:8]) >= 2
    assert max(map(len, lines)) <= 120


@each_file
def test_every_value_has_a_source(file: Path) -> None:
    own = [row for row in rows(loaded(file)) if not row.is_default]
    bare = [row.path for row in own if not row.status and row.path.split(".")[0] not in ABOUT_THE_RUN]
    assert bare == []


@each_national
def test_assumed_values_have_a_range_or_say_why_not(file: Path) -> None:
    known = loaded(file).scenario.sources
    assumed = {path: entry for path, entry in known.items() if entry.status == "assumed"}
    assert [path for path, entry in assumed.items() if not (entry.fixed or (entry.low and entry.high))] == []


@each_file
def test_checks_can_fail(file: Path) -> None:
    for text in loaded(file).scenario.checks.values():
        judge = parse(text)
        assert not (judge(-1e12) and judge(1e12))


# --- what the national files claim in comments and sources -----------------------------------------
def capability(name: str, day: dt.date) -> float:
    """Interior arrests a day that officers can make on a date."""
    scenario = loaded(FOLDER / f"{name}.yaml").scenario
    built = build_tables(scenario)
    return float(built.capability_milli[:, :, (day - scenario.start).days].sum()) / 1000


@pytest.mark.parametrize(
    ("name", "day", "published"),
    [
        ("fy2024", dt.date(2024, 3, 1), 310),  # 113,431 ICE arrests in fiscal 2024
        ("national", dt.date(2025, 6, 10), 1261),  # ICE book-ins ÷ 0.9
        ("national", dt.date(2025, 7, 15), 990),  # press, July 2025
        ("national", dt.date(2025, 8, 5), 1007),  # TRAC, August 2025
        ("national", dt.date(2025, 9, 10), 1127),  # ICE book-ins ÷ 0.9
    ],
)
def test_officers_make_about_what_was_made(name: str, day: dt.date, published: float) -> None:
    assert capability(name, day) == pytest.approx(published, rel=0.06)


def test_contracted_beds_add_up_to_the_published_sum() -> None:
    built = tables("fy2024")
    assert built.contracted[:, 0].sum() == 62_913
    assert (built.guaranteed <= built.contracted).all()


def test_physical_beds_limit_the_allowance_everywhere_but_in_miami() -> None:
    built = tables("national")
    allowed = np.floor(built.contracted * 1.25)
    miami = np.array(built.areas) == "MIA"
    with_beds = (built.contracted[:, 0] > 0) & ~miami
    assert (built.physical[with_beds] < allowed[with_beds]).all()
    assert (built.physical[miami] > allowed[miami]).all()


def test_the_rule_of_headquarters_is_all_that_differs_in_its_pair() -> None:
    ruled, free = (loaded(FOLDER / f"{name}.yaml").scenario for name in ("hq-clearance", "without-clearance"))
    about = {"name": "", "title": "", "question": "", "extends": None, "checks": {}, "sources": {}, "release": None}
    assert ruled.release is not None and free.release is not None
    assert ruled.model_copy(update=about) == free.model_copy(update=about)
    clearance = {"clearance": None}
    assert ruled.release.model_copy(update=clearance) == free.release.model_copy(update=clearance)


def test_the_ladder_follows_the_hold_limit() -> None:
    built = tables("national")
    follows = [RUNGS[kind] for kind, after in zip(built.rung_kind, built.rung_after_s, strict=True) if after == NONE]
    assert follows == ["over_contract", "release", "wait"]
    waiver = (dt.date(2025, 6, 24) - built.start).days
    assert built.hours_limit_s[waiver - 1 : waiver + 1].tolist() == [12 * 3600, 72 * 3600]


def test_baltimore_has_hold_rooms_but_no_beds() -> None:
    built = tables("national")
    baltimore, washington = built.areas.index("BAL"), built.areas.index("WAS")
    assert built.physical[baltimore].max() == 0 and built.places[baltimore].min() > 0
    assert built.transfer_to[baltimore][0] == washington


def test_the_two_readings_of_february_differ_in_the_goal_alone() -> None:
    high, low = (loaded(FOLDER / f"feb-2025-{goal}.yaml").scenario for goal in (787, 611))
    same = {name for name in type(high).model_fields if getattr(high, name) == getattr(low, name)}
    words = {"extends", "name", "title", "question", "checks", "sources"}
    assert set(type(high).model_fields) - same <= words | {"arrests"}
    assert high.arrests.model_copy(update={"goal": None}) == low.arrests.model_copy(update={"goal": None})


def test_the_act_of_july_2025_buys_beds_and_officers_late() -> None:
    same, funded = tables("goal-3000"), tables("goal-3000-funded")
    opened, hired = dt.date(2025, 7, 4) + dt.timedelta(45), dt.date(2025, 7, 4) + dt.timedelta(180)
    beds = (funded.contracted - same.contracted).sum(axis=0)
    officers = (funded.capability_milli - same.capability_milli).sum(axis=(0, 1))
    before_beds, before_officers = ((day - funded.start).days - 1 for day in (opened, hired))
    assert beds[before_beds] == 0 < beds[-1] <= 100_000
    assert officers[before_officers] == 0 < officers[-1]


def test_no_release_is_refused_at_once() -> None:
    built = tables("no-release")
    assert built.clearance_on and built.approval.max() == 0
    refused = {
        reason for reason, covered in zip(vocabulary.EXIT_REASONS, built.needs_clearance, strict=True) if covered
    }
    assert {"parole", "recognizance", "no_bed"} <= refused and not {"bond", "relief"} & refused


@each_national
def test_no_check_is_a_forecast_of_a_single_number(file: Path) -> None:
    for text in loaded(file).scenario.checks.values():
        low, _, high = text.partition("..")
        assert not high or float(high.replace(",", "")) >= 1.1 * float(low.replace(",", ""))
