"""Each lever, moved low and high: what it changes, and that nothing else was drawn differently."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.measures import Measured, measure
from sim.measures.custody import Custody
from sim.measures.laws import check
from sim.pathway import play
from sim.people.draw import draw
from sim.people.table import People
from sim.scenario.loading import load
from sim.scenario.notices import notices
from sim.scenario.world.tables import build_tables

WORLD = """
start: 2025-01-01
days: 60
areas: {A: one area}
people:
  sources:
    at_large: {mandatory: {none: 50 %}}
arrests:
  sources:
    at_large: {officers: 100, arrests_per_officer_day: 0.1}
intake:
  places: 8
  hours_limit: 12 h
  processing: {exponential: {mean: 2 h}}
beds:
  contracted: 30
  physical: 36
  ladder: [over_contract: {allowance: 50 %}, release: {}, wait: {}]
case: {mode: stay, stay: {exponential: {mean: 5 d}}}
release:
  atd: {slots: 1000, duration: 90 d}
funding:
  prices: {atd_day: $4 / person-day}
"""
COURTS = """
case:
  mode: tracks
  dockets: {north: {areas: [A], judges: 10, hearings_per_judge_day: 1}}
  stay: null
people:
  sources:
    at_large: {tracks: {proceedings: 100 %}}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world."""
    path = tmp_path_factory.mktemp("levers") / "world.yaml"
    path.write_text(WORLD, encoding="utf-8")
    return path


def people_of(file: Path, *sets: str) -> People:
    """Everybody drawn."""
    scenario = load(file, sets).scenario
    return draw(scenario, build_tables(scenario), 1, 0)


def played(file: Path, *sets: str) -> Measured:
    """The world with some values set, its laws checked."""
    scenario = load(file, sets).scenario
    tables = build_tables(scenario)
    people = draw(scenario, tables, 1, 0)
    custody = Custody(tables, people, play(tables, people))
    check(custody)
    return measure(custody)


def values(file: Path, measures: str, *settings: str) -> list[list[Any]]:
    """The measures named, under each setting."""
    each = [played(file, *setting.split(" & ")) for setting in settings]
    return [[one.value(name) for one in each] for name in measures.split()]


def rises(numbers: list[Any]) -> bool:
    """Each number is above the one before."""
    return all(a < b for a, b in pairwise(numbers))


def test_hold_limit(file: Path) -> None:
    """A longer limit: fewer releases for lack of a bed, fuller hold rooms."""
    settings = [f"beds.ladder=[release: {{}}] & intake.hours_limit={limit}" for limit in ("20 d", "4 d", "1 h")]
    no_bed, hold_rooms = values(file, "releases_no_bed hold_room_mean", *settings)
    assert rises(no_bed) and rises(hold_rooms[::-1])


def test_physical_beds(file: Path) -> None:
    """They limit beds above the contract below the allowance of 45, and nothing above it."""
    held, same = values(file, "held_mean releases_no_bed", *(f"beds.physical={n}" for n in (32, 36, 45, 99)))
    assert rises(held[:3]) and held[2] == held[3]
    assert rises(same[2::-1]) and same[2] == same[3]


def test_ceiling_stops_arrests(file: Path) -> None:
    """A lower ceiling: more people not taken in, and no room with more than one beyond it."""
    never = "beds.ladder=[wait]"
    settings = [f"{never} & intake.ceiling.of_places={n}" for n in (4, 2, 0.5)] + [never]
    stopped, peak, infeasible = values(file, "arrests_throttled hold_room_peak not_feasible_days", *settings)
    assert rises(stopped[:3]) and stopped[3] == 0
    assert peak[:3] == [33, 17, 5] and peak[3] > 33
    assert infeasible[:3] == [0, 0, 0] and infeasible[3] > 7


def test_ceiling_releases(file: Path) -> None:
    """A lower ceiling: releases at once that otherwise come at the limit or, for mandatory people, never."""
    late = "intake.hours_limit=20 d & beds.ladder=[release: {mandatory: true}]"
    settings = [f"{late} & intake.ceiling={{of_places: {n}, then: release}}" for n in (4, 1, 0.25)]
    no_bed, hold_rooms, stopped = values(file, "releases_no_bed hold_room_mean arrests_throttled", *settings)
    assert rises(no_bed) and rises(hold_rooms[::-1]) and stopped == [0, 0, 0]


def test_diversion(file: Path) -> None:
    """A larger share: fewer people held, more on supervision, and dollars that follow them."""
    settings = [f"release.atd.diversion.share={share} %" for share in (0, 30, 90)]
    diverted, held, cost = values(file, "releases_diverted held_mean cost_usd_atd", *settings)
    assert rises(diverted) and rises(held[::-1]) and rises(cost)
    everybody, some, missing = (
        values(
            file, "diverted_no_shows releases_diverted", f"{settings[1]} & release.atd.diversion.appearance={share} %"
        )
        for share in (100, 50, 0)
    )
    assert everybody[0] == [0] and 0 < some[0][0] < some[1][0] and missing[0] == missing[1] == everybody[1]


def test_diversion_needs_a_slot(file: Path) -> None:
    """Without one people are held as before."""
    diverted, book_ins = values(
        file,
        "releases_diverted book_ins",
        *(f"release.atd.diversion.share=90 % & release.atd.slots={n}" for n in (0, 9)),
    )
    assert diverted == [0, 9] and rises(book_ins[::-1])


def test_diversion_draws_nothing_else_differently(file: Path) -> None:
    """Only the outcome of intake differs, of some discretionary people."""
    before, after = people_of(file), people_of(file, "release.atd.diversion.share=60 %")
    differs = [name for name in vars(before) if not np.array_equal(getattr(before, name), getattr(after, name))]
    assert differs == ["intake"]
    changed = before.intake != after.intake
    assert changed.mean() == pytest.approx(0.3, abs=0.04) and (after.custody[changed] == 1).all()


def test_attrition_of_officers(file: Path) -> None:
    """More leave: fewer arrests; a shorter lag replaces them sooner."""
    arrests, *_ = values(file, "arrests", *(f"funding.staff.attrition.officers={n} % / yr" for n in (300, 60, 0)))
    assert rises(arrests)
    buys = "funding.levels={a: {enforcement: $1 / yr}} & funding.base=a & funding.level=a"
    hired = "funding.buys.officers={account: enforcement, price: $1 / unit-year, lag: "
    leaving = "funding.staff.attrition.officers=300 % / yr"
    replaced, *_ = values(file, "arrests", *(f"{leaving} & {buys} & {hired}{lag} d}}" for lag in (40, 5)))
    assert arrests[0] < replaced[0] < replaced[1] < arrests[2]


def test_attrition_of_judges(tmp_path: Path) -> None:
    """More leave: a longer docket."""
    path = tmp_path / "courts.yaml"
    path.write_text("extends: world.yaml" + COURTS, encoding="utf-8")
    (tmp_path / "world.yaml").write_text(WORLD, encoding="utf-8")
    pending, wait = values(
        path,
        "docket_pending_end hearing_wait_days_all_mean",
        *(f"funding.staff.attrition.judges={n} % / yr" for n in (0, 100, 300)),
    )
    assert pending[0] < min(pending[1:]) and rises(wait)


def test_attrition_without_staff_is_reported(file: Path) -> None:
    """There are no judges in this world."""
    said = [str(one) for one in notices(load(file, ["funding.staff.attrition.judges=5 % / yr"]))]
    assert any("no judges are counted" in one for one in said)


def test_one_more_bed_never_lengthens_the_wait_of_everybody(file: Path) -> None:
    """The mean over ended waits alone rises with more beds where a line grows."""
    growing = "beds.physical=99 & beds.ladder=[wait] & beds.contracted="
    everybody, age = values(
        file, "bed_wait_hours_all_mean bed_line_age_hours_end", *(f"{growing}{n}" for n in (38, 34, 30, 26))
    )
    assert rises(everybody) and rises(age)
