"""What is left of the way of people held on day 0: worked out by hand, and against the engine that can be read."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.measures.custody import Custody
from sim.pathway import play
from sim.people.draw import draw
from sim.people.table import People
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables, build_tables
from sim.theory.cohort_flow import Cohorts
from sim.theory.day0_cohort import _limited, _to_court, day0_stock
from sim.theory.delays import Lines
from sim.vocabulary import SECONDS_PER_DAY, TRACKS, Stage
from tests.theory.nations import World, constant, exponential, held, nation, row

NO_LINES = Lines(0.0, 0.0, 0.0, 0.0)
DAYS = np.arange(1, 61)
FAR = constant(900)
CHANCE = 1.5
"""Per cent by which a sample of 8,192 people may be off."""


def stock(made: World, lines: Lines = NO_LINES) -> NDArray[np.float64]:
    """(D,) people of day 0 still held."""
    scenario = Scenario.model_validate(made)
    tables = build_tables(scenario)
    return day0_stock(scenario, tables, lines, Cohorts(scenario, tables, lines).end)


def test_who_will_be_heard_by_a_judge() -> None:
    """Of five who are expedited and two on the line for an interview, who is asked and who is found credible."""
    stages = [Stage.PREPARING] * 6 + [Stage.SCREENING_LINE] * 2 + [Stage.DOCKET, Stage.DOCUMENT]
    tracks = ["expedited"] * 5 + ["proceedings"] + ["expedited"] * 2 + ["proceedings"] * 2
    people = SimpleNamespace(
        stage0=np.array(stages),
        track=np.array([TRACKS.index(track) for track in tracks]),
        screening_u=np.array([0, 49, 50, 99, 10, 0, 99, 99, 0, 0]),
        positive_u=np.array([0, 30, 0, 0, 29, 0, 29, 30, 99, 0]),
    )
    world = SimpleNamespace(screening_on=True, screening_share=np.array([50]), screening_positive=np.array([30]))
    screened, heard = _to_court(cast(Tables, world), cast(People, people))
    assert np.flatnonzero(screened).tolist() == [0, 1, 4, 6, 7] and np.flatnonzero(heard).tolist() == [0, 4, 5, 6, 8]
    world.screening_on = False
    screened, heard = _to_court(cast(Tables, world), cast(People, people))
    assert np.flatnonzero(screened).tolist() == [6, 7] and np.flatnonzero(heard).tolist() == [5, 6, 8]


def test_the_limit_after_an_order_runs_from_the_order() -> None:
    """Three days: who is at it or past it on day 0 was kept; an order after the window never reaches it."""
    world = SimpleNamespace(
        days=6, post_order_limit_s=np.full(6, 3 * SECONDS_PER_DAY), clearance_on=False, needs_clearance=np.zeros(99)
    )
    people = SimpleNamespace(ordered_s=np.array([0, 1, 3, 4, 0, 0]) * SECONDS_PER_DAY)
    ordered = np.array([0.0, 0.0, 0.0, 0.0, 2.5, 6.0])
    day, kept = _limited(cast(Tables, world), cast(People, people), ordered)
    assert day.tolist() == [4, 3, np.inf, np.inf, 6, np.inf] and kept.tolist() == [0] * 6


# --- by hand ------------------------------------------------------------------------------------
def test_an_exponential_stage_forgets_the_time_spent(tmp_path: Path) -> None:
    day0 = held(tmp_path, 100, row("preparing", spent_days=0), row("preparing", spent_days=40))
    assert stock(nation(day0=day0)) == pytest.approx(100 * np.exp(-DAYS / 10), abs=CHANCE)


def test_a_fixed_stage_lasts_what_is_left_of_it(tmp_path: Path) -> None:
    made = nation(
        day0=held(tmp_path, 100, row("preparing", spent_days=4)), case={"preparing": {"final_order": constant(9)}}
    )
    assert stock(made) == pytest.approx([100.0] * 5 + [0.0] * 55, abs=1e-9)


def test_hearings_left_go_by_the_adjournment_of_the_person(tmp_path: Path) -> None:
    """5 of 20 days to the next of two hearings: the decision is after 25."""
    one = row("adjourned", "proceedings", spent_days=15, hearings=2, adjournment_days=20)
    made = nation("proceedings", day0=held(tmp_path, 100, one))
    assert stock(made) == pytest.approx([100.0] * 25 + [0.0] * 35, abs=1e-9)


def test_outcomes_and_appeals(tmp_path: Path) -> None:
    case = {
        "outcome": {"ordered": "70 %", "relief": "20 %", "terminated": "10 %"},
        "appeal_share": "50 %",
        "appeal": constant(30),
    }
    kept = stock(nation("proceedings", day0=held(tmp_path, 100, row("docket", "proceedings")), case=case))
    assert kept[[1, 28, 32]] == pytest.approx([35, 35, 0], abs=CHANCE)


def test_a_fear_interview_sends_some_to_court(tmp_path: Path) -> None:
    screening = {"share": "50 %", "positive": "40 %", "officers": 100, "screenings_per_officer_day": 10}
    case = {"screening": screening, "preparing": {"expedited": constant(6)}, "outcome": {"relief": "100 %"}}
    rows = row("preparing", "expedited"), row("screening_line", "expedited")
    made = nation("expedited", day0=held(tmp_path, 100, *rows), case=case, group={"document": FAR})
    assert stock(made)[[0, 8]] == pytest.approx([50 + 50 * 0.6, 50 * 0.8 + 50 * 0.6], abs=CHANCE)


def test_a_document_comes_by_the_work_left(tmp_path: Path) -> None:
    """6 of 10 days of work at twice the speed from day 2 on: two days, then two more."""
    group = {"document": constant(10), "document_speed": {"2025-01-01": 1, "2025-01-03": 2}}
    made = nation(day0=held(tmp_path, 100, row("document", spent_days=4)), group=group)
    assert stock(made) == pytest.approx([100.0] * 4 + [0.0] * 56, abs=1e-9)


def test_the_limit_after_an_order_runs_from_the_start(tmp_path: Path) -> None:
    day0 = held(tmp_path, 100, row("document", spent_days=4, served_days=500))
    kept = stock(nation(day0=day0, group={"document": FAR}, removal={"post_order_limit": "30 d"}))
    assert kept == pytest.approx([100.0] * 30 + [0.0] * 30)


def test_people_in_court_give_up_by_the_time_they_are_held(tmp_path: Path) -> None:
    one = row("adjourned", "proceedings", served_days=10, adjournment_days=900)
    case = {"giving_up": [{"after": "0 d", "rate": "1 % / d"}, {"after": "30.5 d", "rate": "5 % / d"}]}
    given_up = np.exp(-0.01 * np.minimum(DAYS, 20) - 0.05 * np.maximum(DAYS - 20, 0))
    assert stock(nation("proceedings", day0=held(tmp_path, 100, one), case=case)) == pytest.approx(
        100 * given_up, abs=CHANCE
    )


def test_clocks_run_before_and_after_an_order(tmp_path: Path) -> None:
    rows = row("document"), row("preparing")
    clock = {"rate": {"border": "2 % / d"}}
    made = nation(
        day0=held(tmp_path, 100, *rows),
        group={"document": FAR},
        case={"preparing": {"final_order": FAR}},
        release={"clocks": {"parole": clock}},
    )
    assert stock(made) == pytest.approx(100 * np.exp(-0.02 * DAYS), rel=1e-5)


# --- against the engine -------------------------------------------------------------------------
LAWS: dict[str, Any] = {
    "case": {
        "preparing": {"proceedings": {"lognormal": {"mean": "12 d", "sd": "10 d"}}},
        "hearings": {1: "50 %", 3: "50 %"},
        "adjournment": {"lognormal": {"mean": "15 d", "sd": "20 d"}},
        "outcome": {"ordered": "70 %", "relief": "20 %", "terminated": "10 %"},
        "appeal_share": "30 %",
        "appeal": exponential(25),
        "giving_up": [{"after": "0 d", "rate": "1 % / d"}, {"after": "30 d", "rate": "3 % / d"}],
    },
    "group": {
        "document": {"lognormal": {"mean": "20 d", "sd": "15 d"}},
        "document_speed": {"2025-01-01": 0.5, "2025-01-20": 2},
    },
    "removal": {"post_order_limit": "35 d"},
    "release": {"clocks": {"parole": {"rate": {"border": "0.5 % / d"}}}},
}
STAGES: dict[str, dict[str, Any]] = {
    "preparing": {"spent_days": 6, "hearings": 3},
    "docket": {"hearings": 2, "adjournment_days": 9},
    "adjourned": {"hearings": 2, "adjournment_days": 12, "spent_days": 5},
    "appeal": {"spent_days": 20},
    "document": {"spent_days": 8.5},
    "seat_line": {},
}


def played(made: World) -> NDArray[np.int64]:
    """(D,) people still held in one replication of the engine that can be read."""
    scenario = Scenario.model_validate(made)
    tables = build_tables(scenario)
    people = draw(scenario, tables, 1, 1)
    end = Custody(tables, people, play(tables, people)).everywhere.end
    return np.array([(end >= day * SECONDS_PER_DAY).sum() for day in DAYS])


@pytest.mark.parametrize("stage", STAGES)
def test_people_of_every_stage_leave_as_they_do_in_play(stage: str, tmp_path: Path) -> None:
    day0 = held(tmp_path, 1200, row(stage, "proceedings", **STAGES[stage]))
    made = nation("proceedings", day0=day0, rate="0 / d", **{key: dict(value) for key, value in LAWS.items()})
    theory = stock(made, Lines(0.0, 0.0, 0.0, 0.2))
    chance = np.sqrt(theory * (1 - theory / 1200)) + 1
    assert np.abs(played(made) - theory).max() < 1200 * 0.015 + 3 * chance.max()
    assert (np.abs(played(made) - theory) / chance)[2:].max() < 4.5


def test_people_drawn_by_shares_and_bands_leave_as_they_do_in_play() -> None:
    bands = [{"low": "0 d", "high": "30 d", "share": "60 %"}, {"low": "30 d", "high": "90 d", "share": "40 %"}]
    stages = {"preparing": "30 %", "adjourned": "30 %", "document": "40 %"}
    day0 = {"held": 2000, "time_served": bands, "stages": {"proceedings": stages}}
    made = nation("proceedings", day0=day0, rate="0 / d", **{key: dict(value) for key, value in LAWS.items()})
    theory = stock(made, Lines(0.0, 0.0, 0.0, 0.2))
    assert np.abs(played(made) - theory).max() < 2000 * 0.04
