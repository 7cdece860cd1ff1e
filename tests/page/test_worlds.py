"""The worlds of the lessons, as the page has them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.page.arithmetic import lost
from sim.page.columns import Blob
from sim.page.controls import Slider
from sim.page.lessons import LESSONS, THREE, TWO
from sim.page.theory import erlang_c_wait
from sim.page.worlds import Maker, Overlap
from sim.theory.queueing import erlang_b
from sim.theory.queueing import erlang_c_wait as expected_wait

FEW = {"beds": (90, 3), "arrests": (2, 1), "stay": (45, 30), "desks": (2, 3)}


def shortened(control: Slider) -> Slider:
    """The same lever with two positions."""
    low, more = FEW[control.key]
    return replace(control, low=low, high=low + more, step=more, value=low)


def test_levers_that_change_the_same_entry_are_refused() -> None:
    beds, rungs = THREE.control("beds"), THREE.control("rungs")
    few = replace(rungs, options={name: rungs.options[name] for name in ("wait", "over contract")})
    fewer = replace(beds, low=140, high=150, step=10)
    controls = (few, THREE.control("approval"), fewer, THREE.control("arrests"))
    apart = replace(THREE, controls=controls, groups=(("rungs",), ("beds",)))
    with pytest.raises(Overlap, match="both change"):
        Maker(replace(apart, replications=1), Blob()).made()


def test_every_lever_is_in_one_group() -> None:
    for lesson in LESSONS:
        grouped = [name for group in lesson.groups for name in group]
        assert sorted(grouped) == sorted(control.key for control in lesson.controls)


def test_a_lever_changes_only_what_it_says() -> None:
    lesson = replace(TWO, controls=tuple(map(shortened, TWO.controls)), replications=1)
    made = Maker(lesson, Blob()).made()
    by_lever = {names[0]: patches for names, patches in made["levers"]}
    changed = {lever: sorted({made["order"][entry[0]] for entry in each[1][1]}) for lever, each in by_lever.items()}
    assert changed == {"beds": ["site_days"], "arrests": [], "stay": [], "desks": ["area_days"]}
    assert all(patches[0] == [[], [], []] for patches in by_lever.values()), "the base changes nothing"
    assert {each[0] for each in by_lever["arrests"][1][2]} == {"rate"}
    assert {each[0] for each in by_lever["stay"][1][2]} == {"column"}


@pytest.mark.parametrize(("servers", "arrivals", "stay"), [(105, 2.0, 45.0), (91, 2.0, 45.0), (3, 1.0, 2.5)])
def test_theory_beside_a_line_is_erlangs(servers: int, arrivals: float, stay: float) -> None:
    wait: Any = erlang_c_wait
    assert wait.py_func(servers, arrivals, stay) == pytest.approx(expected_wait(servers, arrivals, stay), rel=1e-12)
    assert wait.py_func(2, 1.0, 2.0) == -1.0


def test_share_lost_where_nobody_waits() -> None:
    assert lost(10.0, 140) == pytest.approx((10 * erlang_b(140, 200.0) + 3 * erlang_b(90, 60.0)) / 13)
