"""The stock of a nation beside its theory: agreement, an engine that is wrong, lines, and what has no theory."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.experiment.engines import lawful
from sim.measures.custody import Custody
from sim.pathway import person, play
from sim.pathway.world import Wait
from sim.pathway.world import World as Engine
from sim.people.draw import draw
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.scenario.world.calendars import days_from
from sim.scenario.world.tables import Tables, build_tables
from sim.theory import Row, lines, observe, rows
from sim.theory.national_stock import NAME, expected_arrivals, has_theory, obstacle, stock
from tests.theory.nations import World, constant, exponential, held, nation, row

DETAINED = {"tracks": {"final_order": "100 %"}, "intake": {"detain": "80 %", "returned": "10 %", "parole": "10 %"}}


def pair(made: World) -> tuple[Scenario, Tables]:
    """A scenario and its tables."""
    scenario = Scenario.model_validate(made)
    return scenario, build_tables(scenario)


def compared(made: World, replications: int = 1) -> list[Row]:
    """The rows of the nation, played on the engine that can be read."""
    scenario, tables = pair(made)
    seen = []
    for number in range(1, replications + 1):
        people = draw(scenario, tables, 1, number)
        seen.append(observe(scenario, Custody(tables, people, play(tables, people))))
    return [one for one in rows(scenario, tables, seen) if one.name == NAME]


def interior(goal: Any = None, **more: Any) -> World:
    """20 arrests a day that officers can make, of whom 80 % are detained, and nobody from the border."""
    source = {"officers": 20, "arrests_per_officer_day": 1} | more.pop("source", {})
    arrests = {"sources": {"at_large": source}} | ({"goal": goal} if goal else {}) | more.pop("arrests", {})
    return nation(**more) | {"arrests": arrests, "people": {"sources": {"at_large": DETAINED}}}


# --- who comes ----------------------------------------------------------------------------------
@pytest.mark.parametrize(("goal", "a_day"), [(None, 16.0), ("15 / d", 12.0), ("30 / d", 16.0)])
def test_officers_and_goal_limit_who_comes(goal: str | None, a_day: float) -> None:
    assert expected_arrivals(*pair(interior(goal)))[0] == pytest.approx(np.full(60, a_day))


def test_a_pool_empties() -> None:
    """Who is released at intake is in it again: a day takes 18 of 180, then 9 tenths of that."""
    came = expected_arrivals(*pair(interior(source={"pool": 180})))[0]
    assert came[:2] == pytest.approx([16, 16 * 0.9])


def test_batches_and_weekdays_come_on_their_day() -> None:
    batch = {"date": "2025-01-03", "area": "A", "source": "at_large", "people": 50}
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), 1.2) | {"sat": 0.4, "sun": 0.6}
    came = expected_arrivals(*pair(interior(arrests={"batches": [batch], "weekday": week})))[0]
    assert came[:5] == pytest.approx([16 * 1.2, 16 * 1.2, 16 * 1.2 + 40, 16 * 0.4, 16 * 0.6])


def test_observed_arrests_are_read(tmp_path: Path) -> None:
    path = tmp_path / "observed.csv"
    dates = [date.isoformat() for date in days_from(dt.date(2025, 1, 1), 60)]
    unstated = [f"{date},at_large,,{5 if day == 1 else 0}" for day, date in enumerate(dates)]
    text = "\n".join(["date,source,area,arrests", f"{dates[1]},at_large,A,10", *unstated])
    path.write_text(text + "\n", encoding="utf-8")
    came = expected_arrivals(*pair(interior(arrests={"observed": str(path)})))[0]
    assert came[:3].tolist() == [0.0, 12.0, 0.0]


# --- beside a run -------------------------------------------------------------------------------
def small(folder: Path, **more: Any) -> World:
    """600 people held, 20 a day who come, tracks and papers."""
    case = {
        "preparing": {"proceedings": exponential(6)},
        "hearings": {1: "50 %", 2: "50 %"},
        "adjournment": exponential(10),
        "appeal_share": "10 %",
        "appeal": exponential(40),
    } | more.pop("case", {})
    stages = row("preparing", "proceedings"), row("adjourned", "proceedings", adjournment_days=30), row("document")
    made = {"group": {"document": exponential(8)}, "day0": held(folder, 600, *stages), "rate": "20 / d"} | more
    return nation("proceedings", case=case, **made)


def test_a_run_agrees_with_its_theory(tmp_path: Path) -> None:
    found = compared(small(tmp_path), 3)
    assert [(one.quantity, one.applies, one.agrees) for one in found] == [
        ("in_custody_mean", True, True),
        ("in_custody_end", True, True),
    ]
    (said,) = lines(found)
    assert said.startswith(f"{NAME}: in custody, mean ") and said.endswith(": agrees")
    assert found[0].why == "to within 3 % and the 99.9 % interval of 3 replications; lines last their usual days"


def test_an_engine_that_keeps_people_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    preparing = person.preparing

    def longer(engine: Engine, k: int, seconds: int) -> Wait:
        yield from preparing(engine, k, seconds * 2)

    monkeypatch.setattr(person, "preparing", longer)
    mean = compared(small(tmp_path), 3)[0]
    assert mean.agrees is False
    assert mean.complaint().endswith(f" by {NAME}: differs by more than 3 % and chance")
    assert "differs by more than 3 % and chance in in_custody_mean" in lines([mean])[0]


def test_a_long_line_is_named(tmp_path: Path) -> None:
    docket = {"dockets": {"all": {"areas": ["A"], "judges": 1, "hearings_per_judge_day": 8}}}
    mean, end = compared(small(tmp_path, case=docket))
    assert (mean.applies, mean.agrees, end.agrees) == (True, None, None)
    assert mean.why.startswith("differs because of lines, most that for a judge: ")
    assert lines([mean, end])[0].endswith(" people more than in its usual days")


def test_people_who_get_no_bed_are_named(tmp_path: Path) -> None:
    beds = {"contracted": 500, "ladder": [{"release": {"after": "1 d", "mandatory": True}}]}
    mean = compared(small(tmp_path, beds=beds, rate="60 / d"))[0]
    assert (mean.applies, mean.agrees) == (True, None)
    assert mean.why.startswith("differs because of the line for a bed: ")


OUTSIDE = {
    "throttle": (interior(arrests={"throttle": {"hold_room_share": 0.9}}, intake={"places": 5}), "arrests.throttle"),
    "again": (nation(release={"rearrest": {"share": "5 %", "after": exponential(9)}}), "release.rearrest"),
    "cleared": (
        nation(release={"clearance": {"reasons": "all", "reviewers": 1, "review": "1 h", "approval": "50 %"}}),
        "release.clearance.reasons",
    ),
    "courts": (nation(case={"court_challenges": {"share": "5 %", "duration": constant(9)}}), "case.court_challenges"),
    "fast": (
        nation(release={"clocks": {"parole": {"rate": {"border": "100 % / d"}}}}),
        "more than 50 % of people held leave in a day",
    ),
    "long": (nation() | {"days": 2000}, "more than 1,500 days"),
}


@pytest.mark.parametrize("what", OUTSIDE)
def test_what_has_no_theory_says_why(what: str) -> None:
    made, named = OUTSIDE[what]
    scenario, tables = pair(made)
    assert named in obstacle(scenario, tables) and not has_theory(scenario, tables)
    (only,) = [one for one in rows(scenario, tables, [observed(scenario, tables)]) if one.name == NAME]
    assert (only.applies, only.agrees, only.simulated) == (False, None, None)
    assert only.why == f"does not apply: {obstacle(scenario, tables)}"


def observed(scenario: Scenario, tables: Tables) -> dict[str, tuple[float, float]]:
    """What the laws of every run ask for."""
    keys = "held_counted", "held_recorded", "line_counted", "line_recorded", "bed_exits", "beds_filled"
    return dict.fromkeys(keys, (0.0, 1.0))


# --- the national scenarios ---------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "sets"),
    [("may-2025-1000", ()), ("goal-3000", ()), ("fy2024", ()), ("feb-2025-787", ()), ("fy2024", ("days=640",))],
)
def test_the_nation_agrees_with_its_theory(name: str, sets: tuple[str, ...]) -> None:
    """A replication each, the last nearly two years; without chance's part, to within the tolerance alone."""
    scenario = load(name, sets).scenario
    tables = build_tables(scenario)
    people = draw(scenario, tables, scenario.seed, 1)
    found = rows(scenario, tables, [observe(scenario, lawful(tables, people, "compiled"))])
    mean, end = (one for one in found if one.name == NAME)
    assert mean.agrees and end.agrees
    assert mean.simulated == pytest.approx(mean.theory, rel=0.03) and end.simulated == pytest.approx(
        end.theory, rel=0.04
    )


@pytest.mark.slow
def test_dates_of_giving_up_are_named() -> None:
    scenario = load("fy2024", ("days=1000",)).scenario
    tables = build_tables(scenario)
    people = draw(scenario, tables, scenario.seed, 1)
    found = rows(scenario, tables, [observe(scenario, lawful(tables, people, "compiled"))])
    end = next(one for one in found if one.quantity == "in_custody_end")
    assert end.agrees is None and end.why.startswith("differs because giving up changes by date")


@pytest.mark.slow
def test_long_lines_of_the_nation_are_named() -> None:
    scenario = load("border-surge", ("intake.ceiling=null",)).scenario
    tables = build_tables(scenario)
    people = draw(scenario, tables, scenario.seed, 1)
    found = rows(scenario, tables, [observe(scenario, lawful(tables, people, "compiled"))])
    mean = next(one for one in found if one.name == NAME)
    assert mean.agrees is None and mean.why.startswith("differs because of lines, most that from arrest to a bed")


def test_the_stock_is_by_day() -> None:
    made = nation()
    assert stock(*pair(made)).held.shape == (60,)
    assert stock(*pair(made)).held[-1] == pytest.approx(100, rel=0.1)


# --- values that a daily grid must still get right ----------------------------------------------
def test_a_fast_clock_for_long_is_exact() -> None:
    """10 come a day and leave at 0.45 a day: 10/0.45 are held, after any number of days."""
    clock = {"clocks": {"parole": {"rate": {"border": "45 % / d"}}}}
    made = nation(case={"preparing": {"final_order": constant(2000)}}, release=clock) | {"days": 1500}
    found = stock(*pair(made)).held
    assert found[[30, 700, 1499]] == pytest.approx(np.full(3, 10 / 0.45), rel=0.01)


@pytest.mark.parametrize(("speed", "days"), [(5, 200.0), (1, 1000.0), (50, 20.0)])
def test_work_for_a_document_may_be_longer_than_any_window(speed: float, days: float) -> None:
    """1,000 days of work at a speed of 5 take 200 days; then as many leave as come."""
    group = {"document": constant(1000), "document_speed": speed}
    made = nation(group=group, case={"preparing": {"final_order": {"constant": "0 d"}}}) | {"days": 600}
    found = stock(*pair(made)).held
    wanted = 10 * np.minimum(np.arange(600) + 0.5, days)
    assert found == pytest.approx(wanted, rel=0.01, abs=15)


def test_documents_that_stop_keep_everybody() -> None:
    """From the thirtieth day on no paper is made: the stock grows by ten a day."""
    group = {"document": exponential(5), "document_speed": {"2025-01-01": 1, "2025-01-31": 0}}
    found = stock(*pair(nation(group=group, case={"preparing": {"final_order": constant(0)}}))).held
    assert np.diff(found[30:]) == pytest.approx(np.full(29, 10.0), abs=0.5)


@pytest.mark.parametrize(
    "more",
    [
        {"rate": "0 / d"},
        {"rate": {"2025-01-01": "10 / d", "2025-01-20": "0 / d"}},
        {"rate": {"2025-01-01": "0 / d", "2025-02-20": "10 / d"}},
    ],
)
@pytest.mark.parametrize("people", [0, 50])
def test_days_without_arrivals_have_a_theory(tmp_path: Path, more: World, people: int) -> None:
    rows_of_file = held(tmp_path, people, row("preparing")) if people else {}
    made = nation(day0=rows_of_file, **more)
    made["arrests"]["weekday"] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), 7 / 6) | {"sun": 0}
    made["arrests"]["day_effect"] = 0.2
    for one in compared(made, 2):
        assert one.agrees and one.theory is not None and one.low is not None and one.high is not None
        assert 0 <= one.low <= one.high < np.inf and np.isfinite(one.theory)


def test_a_pool_that_is_found_ends_arrests() -> None:
    """Six a day of ten people who could be found: 6, then 2.4, less every day and never below 0."""
    made = nation(rate="0 / d", days=4)
    made["arrests"]["sources"]["at_large"] = {"officers": 60, "arrests_per_officer_day": 0.1, "pool": 10}
    scenario = Scenario.model_validate(made)
    come = expected_arrivals(scenario, build_tables(scenario))[0]
    assert come == pytest.approx([6.0, 2.4, 0.96, 0.384])
    made["arrests"]["sources"]["at_large"]["officers"] = 120
    scenario = Scenario.model_validate(made)
    assert expected_arrivals(scenario, build_tables(scenario))[0] == pytest.approx([12, 0, 0, 0])


def test_nobody_is_beyond_the_usual_days_on_a_line_that_is_short() -> None:
    scenario = Scenario.model_validate(nation(days=9))
    tables = build_tables(scenario)
    people = draw(scenario, tables, 1, 1)
    seen = observe(scenario, Custody(tables, people, play(tables, people)))
    beyond = {name: value for name, value in seen.items() if name.startswith("beyond_")}
    assert len(beyond) == 8 and all(value >= 0 for value, _ in beyond.values())
    assert beyond["beyond_hearing_in_custody_end"] == (0.0, 1)
