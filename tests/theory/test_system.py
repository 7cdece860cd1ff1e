"""Which theory a scenario reduces to, by its structure, and that a step outside a condition is not claimed."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import build_tables
from sim.theory.system import Kind, System, _by_area, arrival_rates, recognise
from tests.laws.worlds import World, everyone_waits, exponential, patience, world

AT_ONCE = {"release": {"after": "0 h", "mandatory": True}}
LOSS = {"contracted": 20, "ladder": [AT_ONCE]}
TWO = {"contracted": 20, "ladder": [{"displace": {"after": "0 h"}}, AT_ONCE]}
ALL_MANDATORY = {"border": {"mandatory": dict.fromkeys(("convicted", "pending", "none"), "100 %")}}
WORKDAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), 1) | {"sat": 0, "sun": 0}


def of(made: World) -> System:
    scenario = Scenario.model_validate(made)
    return recognise(scenario, build_tables(scenario))


def queue(beds: Any = None, rate: Any = 1.5, **more: Any) -> World:
    """A world in one area with exponential stays of ten days."""
    return world(1, 100, rate, exponential(10), **({"beds": beds} if beds else {}), **more)


def with_arrests(made: World, **arrests: Any) -> World:
    return made | {"arrests": made["arrests"] | arrests}


COURTS: World = {"level": "x", "levels": {"x": {"courts": "$1 / yr"}}, "on_exhaustion": "stop_arrests"}


@pytest.mark.parametrize(
    ("scenario", "kind", "name"),
    [
        ("erlang-b", Kind.LOSS, "M/M/20/20 (Erlang B)"),
        ("mmc", Kind.WAIT, "M/M/10 (Erlang C)"),
        ("erlang-a", Kind.PATIENCE, "M/M/20+M (Erlang A)"),
        ("two-classes", Kind.PREEMPTION, "M/M/20/20 (preemptive loss)"),
        ("infinite-beds", Kind.INFINITE, "M(t)/G/∞"),
    ],
)
def test_teaching_scenarios_have_the_theory_of_their_title(scenario: str, kind: Kind, name: str) -> None:
    made = load(scenario).scenario
    found = recognise(made, build_tables(made))
    assert (found.kind, found.name, found.because) == (kind, name, "")


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (queue(), "M/G/∞"),
        (queue({"contracted": {"A": 5}}) | {"areas": {"A": "a", "B": "b"}}, "M/M/s (Erlang C, 2 areas)"),
        (queue(everyone_waits(20)), "M/M/20 (Erlang C)"),
        (queue({"contracted": 20}), "M/M/20 (Erlang C)"),
        (queue({"physical": 20, "contracted": 30}), "M/M/20 (Erlang C)"),
        (queue({"contracted": 20, "ladder": [{"release": {}}]}), "M/M/20 (Erlang C)"),  # no hold limit: never tried
        (queue(LOSS), "M/M/20/20 (Erlang B)"),
        (queue({"contracted": 20, "ladder": [AT_ONCE, {"wait": {}}]}), "M/M/20/20 (Erlang B)"),
        (queue(LOSS | {"ladder": [{"release": {}}]}, intake={"hours_limit": "0 h"}), "M/M/20/20 (Erlang B)"),
        (queue(LOSS) | {"case": {"mode": "stay", "stay": "9 d"}}, "M/G/20/20 (Erlang B)"),
        (queue(LOSS | {"ladder": [{"release": {"after": "6 h"}}]}), "M/M/20+D (fixed patience)"),
        (queue(everyone_waits(20), release=patience(3)), "M/M/20+M (Erlang A)"),
        (queue(TWO), "M/M/20/20 (preemptive loss)"),
        (queue(LOSS, funding=COURTS), "M/M/20/20 (Erlang B)"),  # an account that limits nothing
    ],
)
def test_names(made: World, name: str) -> None:
    if "B" in made["areas"]:
        made["beds"]["contracted"] = {"A": 25, "B": 30}
    assert (of(made).name, of(made).because) == (name, "")


OUTSIDE: dict[str, tuple[World, str]] = {
    "day effect": (with_arrests(queue(LOSS), day_effect=0.2), "arrivals are not Poisson: arrests.day_effect is 0.2"),
    "batch": (
        with_arrests(queue(), batches=[{"date": "2025-01-05", "area": "C00", "people": 5}]),
        "arrivals are not Poisson: arrests.batches",
    ),
    "observed": (with_arrests(queue(), observed="x.csv"), "arrivals are observed, not Poisson"),
    "again": (
        queue(release={"rearrest": {"share": "5 %", "after": "9 d"}}),
        "arrivals are not Poisson: people are arrested again (release.rearrest)",
    ),
    "pool": (
        with_arrests(queue(), goal="2 / d", sources={"at_large": {"pool": 1000}}),
        "arrivals depend on the past: arrests.sources has a pool",
    ),
    "throttle": (
        with_arrests(queue(intake={"places": 9}), throttle={"hold_room_share": 1}),
        "arrivals depend on the past: arrests.throttle",
    ),
    "priority": (
        with_arrests(queue(), goal="2 / d", priority="criminality"),
        "arrivals go by criminality (arrests.priority)",
    ),
    "money": (
        queue(
            funding={
                "level": "x",
                "levels": {"x": {"custody": "$1 M / yr"}},
                "on_exhaustion": "stop_arrests",
            }
        ),
        "what happens depends on the money left (funding.on_exhaustion)",
    ),
    "nobody": (queue(LOSS, rate=0), "nobody comes"),
    "returned": (
        queue(people={"sources": {"border": {"intake": {"detain": "90 %", "returned": "10 %"}}}}),
        "intake does not detain everybody",
    ),
    "processing": (queue(intake={"processing": "4 h"}), "intake takes time (intake.processing)"),
    "no desks": (queue(intake={"desks": 0}), "there are days without a desk"),
    "tracks": (queue() | {"case": {}}, "the case has steps of its own (case.mode is not stay)"),
    "no stay": (queue() | {"case": {"mode": "stay", "stay": "0 d"}}, "stays have no length"),
    "clock": (
        queue(release={"clocks": {"bond": {"rate": {"border": "1 % / d"}}}}),
        "release clocks act on people in beds",
    ),
    "rate": (queue(LOSS, rate={"2025-01-01": "1 / d", "2025-02-01": "2 / d"}), "arrivals change by date"),
    "weekday": (
        with_arrests(queue(LOSS), weekday=WORKDAYS),
        "arrivals change by date",
    ),
    "beds": (queue({"contracted": {"2025-01-01": 20, "2025-03-01": 21}}), "the number of beds changes"),
    "no bed": (queue({"contracted": 0}), "an area where people are arrested has no bed"),
    "general stays": (
        queue(everyone_waits(20)) | {"case": {"mode": "stay", "stay": "9 d"}},
        "stays are not exponential",
    ),
    "over full": (
        queue(LOSS, people={"day0": {"held": 21}}),
        "more people are held on day 0 than there are beds",
    ),
    "mandatory": (
        queue(LOSS | {"ladder": [{"release": {"after": "0 h"}}]}, people={"sources": ALL_MANDATORY}),
        "mandatory people are not released for lack of a bed, they wait",
    ),
    "cleared": (
        queue(TWO, release={"clearance": {"reviewers": 1, "review": "1 h", "reasons": ["displaced"]}}),
        "releases wait for clearance",
    ),
    "overload": (queue(everyone_waits(15)), "a line grows without end: the load is 15, the beds are 15"),
    "transfer": (
        world(
            2,
            100,
            1.5,
            exponential(10),
            beds={"contracted": 20, "ladder": [{"transfer": {"to": {"C00": ["C01"]}, "seats": 3, "after": "1 h"}}]},
        ),
        "no theory of the ladder transfer",
    ),
    "over contract": (
        queue({"contracted": 20, "ladder": [{"over_contract": {"allowance": "10 %", "after": "1 h"}}]}),
        "no theory of the ladder over_contract",
    ),
    "late displacement": (
        queue({"contracted": 20, "ladder": [{"displace": {"after": "1 h"}}, {"release": {"after": "1 h"}}]}),
        "displacement is not at once, or not followed by release at once",
    ),
    "hold limit": (
        queue(
            {"contracted": 20, "ladder": [{"release": {}}]},
            intake={"hours_limit": {"2025-01-01": "12 h", "2025-02-01": "72 h"}},
        ),
        "the hold limit changes",
    ),
    "patience of two kinds": (
        queue(LOSS | {"ladder": [{"release": {"after": "6 h"}}]}, release=patience(3)),
        "people on the line leave at a fixed time and by a clock",
    ),
    "patience that changes": (
        queue(everyone_waits(20), release=patience(3) | {"weekday": WORKDAYS}),
        "clocks on the line differ by date, source or custody class",
    ),
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_what_lies_just_outside_a_condition_is_not_claimed(case: str) -> None:
    made, because = OUTSIDE[case]
    assert of(made).because == because


def test_each_of_these_worlds_is_claimed_without_its_one_difference() -> None:
    inside = [
        queue(),
        queue(LOSS),
        queue(TWO),
        queue(everyone_waits(20)),
        queue(everyone_waits(20), release=patience(3)),
    ]
    assert [of(made).because for made in inside] == [""] * len(inside)


def test_interior_arrests_are_capability_up_to_the_goal() -> None:
    large = {"officers": 100, "arrests_per_officer_day": 0.1}
    for goal, wanted in (("6 / d", 6.0), ("60 / d", 10.0)):
        scenario = Scenario.model_validate(with_arrests(queue(), goal=goal, sources={"at_large": large}))
        assert arrival_rates(scenario, build_tables(scenario)).sum(axis=(0, 1)) == pytest.approx([wanted] * 100)


def test_classes_come_in_their_shares() -> None:
    border = {"criminality": {"convicted": "40 %", "none": "60 %"}, "mandatory": {"convicted": "50 %", "none": "10 %"}}
    found = of(queue(TWO, people={"sources": {"border": border}}))
    assert found.first.tolist() == pytest.approx([0.26])


def test_people_of_day_0_are_shared_by_weight() -> None:
    made = queue({"contracted": {"A": 25, "B": 30}}, people={"day0": {"held": 20, "areas": {"A": "10 %", "B": "30 %"}}})
    made["areas"] = {"A": "a", "B": "b"}
    scenario = Scenario.model_validate(made)
    assert _by_area(scenario, build_tables(scenario)) == (5, 15)
