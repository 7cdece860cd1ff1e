"""The worlds of the lessons, as the page has them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.compiled import layout as at
from sim.page.arithmetic import lost
from sim.page.columns import Blob, differences
from sim.page.controls import Choice, Slider
from sim.page.layout import DRAW_TABLES
from sim.page.lessons import BY_KEY, LESSONS, Lesson
from sim.page.program import Program
from sim.page.worlds import ROOM, ROOM_SCALARS, SCALARS, TABLES, Maker, Setting
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables
from sim.theory.queueing import erlang_b

FEW = {"beds": (90, 3), "arrests": (2, 1), "stay": (45, 30), "desks": (2, 3)}


def shortened(control: Slider) -> Slider:
    """The same lever with two positions."""
    low, more = FEW[control.key]
    return replace(control, low=low, high=low + more, step=more, value=low)


@pytest.fixture(scope="module")
def two() -> Maker:
    """Lesson two with two positions of each lever."""
    return Maker(replace(BY_KEY["two"], controls=tuple(map(shortened, BY_KEY["two"].controls))), Blob())


def touched(before: Setting, after: Setting) -> set[Any]:
    """Scalars and entries of tables in which two settings differ."""
    scalars = (name for name in SCALARS if name not in ROOM_SCALARS and before.scalars[name] != after.scalars[name])
    tables = (name for name in TABLES if name not in ROOM and after is not before)
    entries = ((name, one) for name in tables for one in differences(before.tables[name], after.tables[name], Blob()))
    return {*scalars, *((name, column[0], row) for name, (column, rows, _) in entries for row in rows.tolist())}


def overlaps(maker: Maker) -> list[str]:
    """Groups of levers that change the same entry though neither is resolved under the other."""
    groups = maker._groups
    changed = {
        names: set[Any]().union(*(touched(maker._changed(names, values), one) for values, one in group.items()))
        for names, group in groups.items()
    }
    apart = [(a, b) for a in groups for b in groups if a < b and not (set(a) <= set(b) or set(b) <= set(a))]
    return [f"{a} and {b}: {changed[a] & changed[b]}" for a, b in apart if changed[a] & changed[b]]


def test_levers_that_change_the_same_entry_are_found() -> None:
    beds, rungs = BY_KEY["three"].control("beds"), BY_KEY["three"].control("rungs")
    few = replace(rungs, options={name: rungs.options[name] for name in ("wait", "over contract")})
    fewer = replace(beds, low=140, high=150, step=10)
    controls = (few, BY_KEY["three"].control("approval"), fewer, BY_KEY["three"].control("arrests"))
    apart = replace(BY_KEY["three"], controls=controls, groups=(("rungs",), ("beds",)))
    assert len(overlaps(Maker(apart, Blob()))) == 1


def at_ends(control: Any) -> Any:
    """The same lever with its first and last positions and the one where it stands."""
    if isinstance(control, Choice):
        return replace(control, options={name: control.options[name] for name in {control.values[-1], control.value}})
    return replace(control, step=control.high - control.low, value=control.low)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_no_two_levers_change_the_same_entry(lesson: Lesson) -> None:
    """What both together mean is not known unless they are resolved together."""
    assert overlaps(Maker(replace(lesson, controls=tuple(map(at_ends, lesson.controls))), Blob())) == []


def test_every_lever_is_in_a_group() -> None:
    for lesson in LESSONS:
        assert {name for group in lesson.groups for name in group} == {control.key for control in lesson.controls}


def test_a_lever_changes_only_what_it_says(two: Maker) -> None:
    made = two.made()
    order = [name for name, *_ in made["tables"]]
    by_lever = {names[0]: patches for names, patches in made["levers"]}
    changed = {lever: sorted({order[entry[0]] for entry in each[1][1]}) for lever, each in by_lever.items()}
    assert changed == {"beds": ["site_days"], "arrests": ["border"], "stay": ["laws"], "desks": ["area_days"]}
    assert all(patches[0] == [[], []] for patches in by_lever.values()), "the base changes nothing"


def test_the_draws_are_refused_where_the_page_cannot_make_them() -> None:
    scenario = load(
        "small-facility", ("arrests.batches=[{date: 2025-01-03, area: A, source: border, people: 3}]",)
    ).scenario
    with pytest.raises(ValueError, match=r"arrests\.batches"):
        Program(scenario, build_tables(scenario))


def test_share_lost_where_nobody_waits() -> None:
    assert lost(10.0, 140) == pytest.approx((10 * erlang_b(140, 200.0) + 3 * erlang_b(90, 60.0)) / 13)


def test_names_of_the_engine_and_of_the_draws_differ() -> None:
    assert len(set(SCALARS)) == len(SCALARS)
    assert len(TABLES) == len(at.TABLES) + len(DRAW_TABLES)
