"""The ladder of limits: on worlds where it is known, and what lifting a stage means in the shipped scenarios."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.experiment import bottleneck, study
from sim.experiment.bottleneck import lines, relaxations, run
from sim.experiment.options import BottleneckOptions
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables
from tests.experiment import formulas

WORLD = """\
start: 2025-01-01
days: 20
arrests:
  sources:
    border: {rate: 2 / d}
intake: {desks: 3, processing: 1 h}
beds: {contracted: 5, ladder: [wait: {}]}
case:
  dockets:
    D: {areas: [A], judges: 10}
"""


@pytest.fixture
def asked(tmp_path: Path) -> BottleneckOptions:
    """Removals of a world with desks, beds and judges."""
    (tmp_path / "world.yaml").write_text(WORLD, encoding="utf-8")
    out = tmp_path / "out"
    return BottleneckOptions(
        str(tmp_path / "world.yaml"), goal="removals", replications=3, workers=1, out=out, quiet=True
    )


def play(monkeypatch: pytest.MonkeyPatch, measuring: Any) -> None:
    monkeypatch.setattr(bottleneck, "Study", lambda *args, **more: study.Study(*args, **more, measuring=measuring))


@pytest.fixture
def by_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Desks let 30 through, judges 40, beds 50; with all lifted 100 come. The goal is 90."""
    play(monkeypatch, formulas.stages)


@pytest.mark.usefixtures("by_stages")
def test_the_ladder_goes_from_what_binds_first_to_the_goal(asked: BottleneckOptions) -> None:
    found = run(asked)
    ladder = found.of("ladder")
    assert [step.stage for step in ladder] == ["desks", "judges", "beds"]
    assert [step.gain.difference for step in ladder if step.gain] == pytest.approx([10, 10, 50])
    assert [step.cost_change.difference for step in ladder if step.cost_change] == pytest.approx([10e3, 10e3, 50e3])
    assert [step.binds for step in ladder] == ["courts", "beds", None]
    assert found.goal.target == 90 and found.goal.is_reached(found.best.mean)


@pytest.mark.usefixtures("by_stages")
def test_each_stage_alone_is_set_against_the_scenario_as_it_stands(asked: BottleneckOptions) -> None:
    found = run(asked)
    assert {step.stage: step.gain.difference for step in found.of("alone") if step.gain} == pytest.approx(
        {"desks": 10, "beds": 0, "judges": 0}
    )
    (every,) = found.of("all")
    assert every.gain is not None and every.gain.difference == pytest.approx(70)


@pytest.mark.usefixtures("by_stages")
def test_the_ladder_ends_where_the_target_is_reached(asked: BottleneckOptions) -> None:
    found = run(replace(asked, target=">= 35"))
    assert [step.stage for step in found.of("ladder")] == ["desks"]
    assert "the target is reached" in list(lines(found))
    assert run(replace(asked, target=">= 30", force=True)).of("ladder") == []


@pytest.mark.usefixtures("by_stages")
def test_a_target_out_of_reach_is_said_with_what_is_left(asked: BottleneckOptions) -> None:
    text = "\n".join(lines(run(replace(asked, target=">= 500"))))
    assert "desks binds first: lifted (desks without limit) gains +10 " in text and "judges binds next" in text
    assert "400 from the target" in text and "with every stage lifted removals 100" in text


@pytest.mark.usefixtures("by_stages")
@pytest.mark.parametrize(("made", "said"), [(1, "1 replication: "), (2, "2 replications: ")])
def test_few_replications_are_said_to_tell_nothing_from_chance(asked: BottleneckOptions, made: int, said: str) -> None:
    found = run(replace(asked, replications=made))
    assert [step.stage for step in found.of("ladder")] == ["desks", "judges", "beds"]
    text = "\n".join(lines(found))
    assert f"{said}what is a gain cannot be told from chance" in text and "intervals" not in text


def test_a_goal_without_a_value_is_refused_and_may_lose_it(asked: BottleneckOptions, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--goal: seat_wait_days_mean has no value in this scenario"):
        run(replace(asked, goal="seat_wait_days_mean", engine="simpy"))
    waits = replace(asked, goal="bed_wait_hours_mean", target="<= 0.001", engine="simpy", out=tmp_path / "waits")
    assert "bed_wait_hours_mean" in "\n".join(lines(run(waits)))


@pytest.mark.usefixtures("by_stages")
def test_less_may_be_better(asked: BottleneckOptions) -> None:
    found = run(replace(asked, goal="cost_usd_total", target="<= 1"))
    assert found.of("ladder") == [] and not found.goal.more


def test_limits_that_bind_only_together_are_climbed(asked: BottleneckOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, formulas.jointly)
    found = run(asked)
    assert [step.stage for step in found.of("ladder")] == ["beds", "desks"]


@pytest.mark.usefixtures("by_stages")
def test_the_file_has_a_row_for_everything_tried(asked: BottleneckOptions, tmp_path: Path) -> None:
    run(asked)
    run(replace(asked, out=tmp_path / "again"))
    assert asked.out is not None
    content = (asked.out / "ladder.csv").read_bytes()
    assert content == (tmp_path / "again" / "ladder.csv").read_bytes()
    rows = list(csv.DictReader(content.decode().splitlines()))
    kinds = [row["kind"] for row in rows]
    assert {kind: kinds.count(kind) for kind in kinds} == {"baseline": 1, "alone": 3, "all": 1, "ladder": 3, "tried": 3}
    last = [row for row in rows if row["kind"] == "ladder"][-1]
    assert (last["stage"], last["lifted"]) == ("beds", "desks + judges + beds") and float(
        last["gain"]
    ) == pytest.approx(50)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"goal": "remvals"}, "--goal: .* is no measure with numbers; did you mean removals"),
        ({"target": "90"}, "--target: .* is no target; write"),
        ({"target": ">= many"}, "--target: .* is not a number, write 1000000"),
    ],
)
def test_wrong_wishes(asked: BottleneckOptions, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        run(replace(asked, **changes))


# --- what lifting means -------------------------------------------------------------------------
def test_every_stage_of_the_nation_can_be_lifted() -> None:
    resolved = load("million-removals")
    found = {one.stage: one.sets for one in relaxations(resolved)}
    assert list(found) == [
        *("officers", "pool", "desks", "beds", "clearance", "screening", "judges", "documents", "seats"),
    ]
    lifted = load("million-removals", [option for sets in found.values() for option in sets]).scenario
    assert lifted.beds is not None and lifted.beds.contracted is None and lifted.intake is not None
    assert lifted.intake.desks is None and lifted.case is not None and resolved.scenario.case is not None
    assert (
        lifted.case.dockets["south"].judges.points[0][1]
        == 10 * resolved.scenario.case.dockets["south"].judges.points[0][1]
    )


def test_officers_are_enough_for_the_goal_on_every_day() -> None:
    resolved = load("goal-3000")
    (sets,) = [one.sets for one in relaxations(resolved) if one.stage == "officers"]
    tables = build_tables(load("goal-3000", sets).scenario)
    could = tables.capability_milli.sum((0, 1))
    assert (could >= tables.goal_milli).all() and could.max() < 3 * tables.goal_milli.max()


@pytest.mark.parametrize(
    ("scenario", "stages"),
    [("erlang-b", ["beds"]), ("one-facility", ["desks", "beds"]), ("infinite-beds", [])],
)
def test_what_a_scenario_does_not_limit_is_not_lifted(scenario: str, stages: list[str]) -> None:
    assert [one.stage for one in relaxations(load(scenario))] == stages


def test_money_that_stops_arrests_is_a_limit() -> None:
    stops = load("may-2025-1000", ["funding.on_exhaustion=stop_arrests"])
    assert "money" in [one.stage for one in relaxations(stops)]


def test_hold_rooms_that_hold_too_many_are_said_not_to_be_feasible(asked: BottleneckOptions) -> None:
    slow = ("case={mode: stay, stay: 9 d}", "intake={desks: 4, places: 2}")
    crowded = replace(asked, engine="simpy", sets=slow)
    found = list(lines(run(crowded)))
    assert found[1].startswith("Not feasible from ")
