"""What theory expects of a window: the long run by the formulas, and windows too short for it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.scenario.schema import Scenario
from sim.scenario.world.tables import build_tables
from sim.theory import queueing
from sim.theory.system import Expected, Window, expected, recognise, window
from tests.laws.worlds import everyone_waits, exponential, patience, world

HALF = {"people": {"sources": {"border": {"mandatory": dict.fromkeys(("convicted", "pending", "none"), "50 %")}}}}
AT_ONCE = {"release": {"after": "0 h", "mandatory": True}}


def found(made: dict[str, Any]) -> dict[str, Expected]:
    """Expectations of a world by quantity."""
    return {one.quantity: one for one in expected(system(made))}


def system(made: dict[str, Any]) -> Any:
    scenario = Scenario.model_validate(made)
    return recognise(scenario, build_tables(scenario))


def loss(*rungs: Any, beds: int = 20, areas: int = 1, days: int = 2000, **more: Any) -> dict[str, Any]:
    return world(areas, days, 2.5, exponential(10), beds={"contracted": beds, "ladder": list(rungs)}, **more)


def test_erlang_b() -> None:
    long = found(loss(AT_ONCE))
    assert long["lost_share"].value == pytest.approx(queueing.erlang_b(20, 25))
    assert long["held_mean"].value == pytest.approx(25 * (1 - queueing.erlang_b(20, 25)))
    assert (long["lost_share"].most, long["held_mean"].most) == (1, 20)


def test_erlang_c() -> None:
    long = found(world(1, 3650, 0.9, exponential(10), beds=everyone_waits(10)))
    assert long["wait_share"].value == pytest.approx(queueing.erlang_c(10, 9))
    assert long["bed_wait_days"].value == pytest.approx(queueing.erlang_c_wait(10, 0.9, 10))
    assert long["held_mean"].value == pytest.approx(9)


def test_erlang_a() -> None:
    long = found(world(1, 2000, 2.5, exponential(10), beds=everyone_waits(20), release=patience(4)))
    theory = queueing.erlang_a(20, 2.5, 10, 4)
    assert long["left_line_share"].value == pytest.approx(theory.abandon_share, rel=1e-5)  # speeds are whole numbers
    assert long["wait_share"].value == pytest.approx(theory.wait_share, rel=1e-5)
    assert long["bed_wait_days"].value == pytest.approx(theory.mean_wait, rel=1e-5)
    assert long["held_mean"].value == pytest.approx(theory.mean_busy, rel=1e-5)


def test_fixed_patience() -> None:
    made = loss({"release": {"after": "2 d", "mandatory": True}})
    long, theory = found(made), queueing.fixed_patience(20, 2.5, 10, 2)
    assert long["lost_share"].value == pytest.approx(theory.abandon_share)
    assert long["bed_wait_days"].value == pytest.approx(theory.mean_wait)
    assert window(system(made)).warm_up == math.ceil(7 * (10 + 2))


def test_preemptive_loss() -> None:
    ladder = ({"displace": {"after": "0 h"}}, AT_ONCE)
    long, theory = found(loss(*ladder, **HALF)), queueing.preemptive_loss(20, 12.5, 25)
    assert long["lost_share_mandatory"].value == pytest.approx(theory.first)
    assert long["lost_share_discretionary"].value == pytest.approx(theory.second)
    assert long["lost_share"].value == pytest.approx(theory.all)
    assert "lost_share_mandatory" not in found(loss(*ladder)), "there is only one class"


def test_areas_are_copies() -> None:
    """Shares as in one area, people as many times, and less chance."""
    one, four = found(loss(AT_ONCE)), found(loss(AT_ONCE, areas=4))
    assert four["lost_share"].value == pytest.approx(one["lost_share"].value)
    assert four["lost_share"].sd == pytest.approx(one["lost_share"].sd / 2)
    assert four["held_mean"].value == pytest.approx(4 * one["held_mean"].value)


def test_limited_beds_are_compared_after_a_warm_up() -> None:
    stay = {"lognormal": {"mean": "10 d", "p90": "20 d"}}
    made = loss(AT_ONCE) | {"case": {"mode": "stay", "stay": stay}}
    seen = window(system(made))
    assert 70 < seen.warm_up < 300 and not seen.because
    assert found(made)["lost_share"].value == pytest.approx(queueing.erlang_b(20, 25))
    assert not found(made)["lost_share"].exact, "its chance is that of the replications"


def test_a_window_too_short_for_the_long_run_says_so() -> None:
    short = loss(AT_ONCE, days=30) | {"case": {"mode": "stay", "stay": {"uniform": {"low": "0 d", "high": "20 d"}}}}
    because = window(system(short)).because
    assert because.startswith("not compared: it starts empty and 30 d is less than ")
    assert because.endswith(" and 10 stays of 10 d")
    held = short | {"people": {"day0": {"held": 5}}}
    assert window(system(held)).because.startswith("not compared: it is not steady at the start and 30 d")


def test_a_large_system_takes_no_time() -> None:
    large = world(1, 3660, 900.0, exponential(40), beds=everyone_waits(40_000))
    assert window(system(large)) == Window(280)
    assert found(large)["held_mean"].value == pytest.approx(36_000)


def test_endless_beds() -> None:
    made = world(2, 400, 1.5, exponential(10))
    long = found(made)
    assert window(system(made)) == Window(0) and long["held_end"].exact
    assert long["held_end"].value == pytest.approx(30)
    assert long["held_end"].sd == pytest.approx(math.sqrt(30))
