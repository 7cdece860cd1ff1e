"""The theory of any valid world is finite or absent with a reason, and says nothing on the way."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.experiment.engines import lawful, make_ready
from sim.people.draw import draw
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import build_tables
from sim.theory import Row, observe, rows
from tests.laws.worlds import World

DATES = st.sampled_from(("2025-01-01", "2025-01-02", "2025-01-05", "2025-03-01"))
AREAS = ("A", "B")


def schedules(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or one from each of some dates on."""
    steps = st.dictionaries(DATES, values, min_size=1, max_size=3)
    return values | steps.map(lambda by_date: dict(sorted(by_date.items())))


RATES = st.sampled_from(("0 / d", "0.01 / d", "1 / d", "3.7 / d", "20 / d"))
HAZARDS = st.sampled_from(("0 / d", "1 % / d", "15 % / d", "45 % / d", "300 % / d", "1 / h"))
TIMES = st.sampled_from(("0 d", "10 min", "12 h", "3 d", "40 d", "3000 d"))
SHARES = st.sampled_from(("0 %", "1 %", "50 %", "100 %"))
STAYS = TIMES.map(lambda time: {"constant": time}) | TIMES.filter(lambda time: time != "0 d").flatmap(
    lambda time: st.sampled_from(({"exponential": {"mean": time}}, {"lognormal": {"mean": time, "sd": time}}))
)
RUNGS = st.lists(
    st.sampled_from(("wait", "release", "displace")).flatmap(
        lambda kind: st.sampled_from(("0 h", "5 h", "2 d")).map(
            lambda after: {kind: {"after": after} | ({"mandatory": True} if kind == "release" else {})}
        )
    ),
    max_size=2,
    unique_by=lambda rung: next(iter(rung)),
)
BEDS = st.fixed_dictionaries(
    {"contracted": schedules(st.sampled_from((0, 1, 3, 20, 500, 30_000_000, 10**12))), "ladder": RUNGS}
)


def clocks() -> st.SearchStrategy[Any]:
    """One release clock, on the line or everywhere."""
    rate = schedules(HAZARDS).map(lambda hazard: {"border": hazard})
    one = st.fixed_dictionaries({"rate": rate, "stages": st.sampled_from((["hold_room"], None))})
    return one.map(lambda clock: {"clocks": {"parole": {key: value for key, value in clock.items() if value}}})


def people(held: int, mandatory: str, **source: Any) -> World:
    """Some held on day 0; those who come from the border."""
    custody = {"mandatory": dict.fromkeys(("convicted", "pending", "none"), mandatory)}
    return {"sources": {"border": custody | source}, "day0": {"held": held} if held else {}}


@st.composite
def queues(pick: st.DrawFn) -> World:
    """One or two areas, one stay a person, beds or none."""
    made: World = {
        "start": "2025-01-01",
        "days": pick(st.sampled_from((1, 2, 9, 60))),
        "areas": {code: code for code in AREAS[: pick(st.integers(1, 2))]},
        "people": people(pick(st.sampled_from((0, 1, 3, 40))), pick(SHARES)),
        "arrests": {"sources": {"border": {"rate": pick(schedules(RATES))}}, **pick(weekdays())},
        "case": {"mode": "stay", "stay": pick(STAYS)},
    }
    if pick(st.booleans()):
        made["beds"] = pick(BEDS)
    if pick(st.booleans()):
        made["release"] = pick(clocks())
    return made


@st.composite
def nations(pick: st.DrawFn) -> World:
    """One area with tracks, hearings, documents and seats, and no lines."""
    tracks = {"final_order": "40 %", "expedited": "20 %", "proceedings": "40 %"}
    group = {"share": "100 %", "document": pick(STAYS), "routes": {"bus": "100 %"}}
    group["document_speed"] = pick(schedules(st.sampled_from((0, 0.2, 1, 5, 1000))))
    case = {
        "preparing": {track: pick(STAYS) for track in tracks},
        "adjournment": pick(STAYS),
        "appeal_share": pick(SHARES),
        "appeal": pick(STAYS),
    }
    if pick(st.booleans()):
        case["giving_up"] = [{"after": "0 d", "rate": pick(HAZARDS)}]
    made: World = {
        "start": "2025-01-01",
        "days": pick(st.sampled_from((1, 2, 30, 200))),
        "areas": {"A": "A"},
        "people": people(pick(st.sampled_from((0, 1, 40))), pick(SHARES), tracks=tracks),
        "arrests": {
            "sources": {"border": {"rate": pick(schedules(RATES))}},
            "day_effect": pick(st.sampled_from((0, 0.2))),
            **pick(weekdays()),
        },
        "case": case,
        "removal": {
            "groups": {"g": group},
            "routes": {"bus": {"kind": "land", "seats": 100_000, "departures": ["6 h", "18 h"]}},
        },
    }
    if pick(st.booleans()):
        made["release"] = pick(clocks())
    return made


def weekdays() -> st.SearchStrategy[World]:
    """All days alike, or none on Sundays."""
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), 7 / 6) | {"sun": 0}
    return st.sampled_from(({}, {"weekday": week}))


def compared(made: World, replications: int) -> list[Row]:
    """The rows of a run on the fast engine."""
    make_ready("compiled", quiet=True)
    scenario = Scenario.model_validate(made)
    tables = build_tables(scenario)
    numbers = range(1, replications + 1)
    played = [lawful(tables, draw(scenario, tables, 1, number), "compiled") for number in numbers]
    return rows(scenario, tables, [observe(scenario, custody) for custody in played])


def check(found: list[Row]) -> None:
    """Numbers are finite and in order; where there is none, there is a reason."""
    for row in found:
        numbers = (row.simulated, row.low, row.high, row.theory)
        assert all(number is None or math.isfinite(number) for number in numbers), row
        if row.agrees is None:
            assert row.why, row
        elif row.low is not None:
            assert row.simulated is not None and row.high is not None
            assert 0 <= row.low <= row.simulated <= row.high, row
        else:
            assert row.agrees, row  # Little's law and the fluid bound hold in every world


FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@FUZZ
@given(queues(), st.sampled_from((1, 3, 10)))
def test_queues(made: World, replications: int) -> None:
    check(compared(made, replications))


@FUZZ
@given(nations(), st.sampled_from((1, 2)))
def test_nations(made: World, replications: int) -> None:
    found = compared(made, replications)
    check(found)
    assert any(row.name.endswith("stock of the nation") for row in found)


@pytest.mark.parametrize("beds", [30_000_000, 10**12])
def test_beds_beyond_count(beds: int) -> None:
    release = [{"release": {"after": "0 h", "mandatory": True}}]
    for ladder in (release, [{"wait": {}}], [{"release": {"after": "5 h", "mandatory": True}}]):
        made = {
            "start": "2025-01-01",
            "days": 30,
            "areas": {"A": "A"},
            "people": people(0, "0 %"),
            "arrests": {"sources": {"border": {"rate": "2.5 / d"}}},
            "beds": {"contracted": beds, "ladder": ladder},
            "case": {"mode": "stay", "stay": {"exponential": {"mean": "2 d"}}},
        }
        check(compared(made, 10))


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_nobody_at_all(engine: str) -> None:
    """No arrests and nobody held: the laws hold, and there is no theory."""
    made = {
        "start": "2025-01-01",
        "days": 3,
        "areas": {"A": "A"},
        "people": people(0, "0 %"),
        "arrests": {"sources": {"border": {"rate": "0 / d"}}},
        "case": {"mode": "stay", "stay": {"constant": "2 d"}},
    }
    scenario = Scenario.model_validate(made)
    tables = build_tables(scenario)
    make_ready(engine, quiet=True)
    custody = lawful(tables, draw(scenario, tables, 1, 1), engine)
    found = rows(scenario, tables, [observe(scenario, custody)])
    assert [row.why for row in found if row.agrees is None] == ["does not apply: nobody comes"]
