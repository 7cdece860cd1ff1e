"""The table event × stage of docs/events.md, a test a row: each name here stands there, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.measures.laws import check
from sim.pathway import play
from sim.people.table import People
from sim.rules import MOVE_QUANTILES
from sim.scenario.world.calendars import NO_SEATS, OWN_SEATS, TRANSFER_SEATS
from sim.scenario.world.tables import DOCUMENT_SPEED, NONE, U31, Calendar, Tables
from sim.vocabulary import (
    CLEARABLE,
    CLOCK_REASONS,
    DIVERTED,
    DIVERTED_NO_SHOW,
    EMPTY,
    EXIT_REASONS,
    MOVE_TIMES,
    RUNGS,
    LedgerLine,
    Stage,
)
from tests.by_row import Played
from tests.pathway.worlds import DAY, HOUR, beds, calendar, people, tables

MANDATORY, DISCRETIONARY = 0, 1
CONVICTED, NO_RECORD = 0, 2
EXIT = {reason: i for i, reason in enumerate(EXIT_REASONS)}
HELD = -1
SPEED = 1_000  # work a second of the clocks in these worlds
YES, NO = 0, U31 - 1  # drawn shares that every approval below 100 % and above 0 grants, and none does


def run(world: Tables, table: People) -> Played:
    """Play, with the laws checked."""
    played = Played(world, table, play(world, table))
    check(played.custody)
    return played


def rungs(*each: tuple[str, int]) -> dict[str, Any]:
    """A ladder of (kind, after)."""
    kinds = [RUNGS.index(kind) for kind, _ in each]
    return {"rung_kind": np.array(kinds), "rung_after_s": np.array([after for _, after in each])}


def clock(reason: str, due: int) -> tuple[int, ...]:
    """Work of a person whose one clock runs out `due` seconds after it starts to run."""
    return tuple(due * SPEED if reason == each else 2**61 for each in CLOCK_REASONS)


def clocks(first: tuple[str, int], second: tuple[str, int]) -> tuple[int, ...]:
    """The same with two clocks."""
    due = dict((first, second))
    return tuple(due[each] * SPEED if each in due else 2**61 for each in CLOCK_REASONS)


def running(**different: Any) -> dict[str, Any]:
    """All release clocks run everywhere."""
    return {"clock_speed": SPEED, "clock_runs": 1} | different


def cleared(*reasons: str, approval: int = U31 // 2, reviewers: int = 1) -> dict[str, Any]:
    """Clearance of some reasons."""
    needs = np.array([int(reason in reasons) for reason in EXIT_REASONS])
    return {"clearance_on": True, "needs_clearance": needs, "approval": approval, "reviewers": reviewers}


def draws(value: int) -> tuple[int, ...]:
    """The same drawn share for every reason."""
    return (value,) * len(CLEARABLE)


def court(*lists: tuple[int, int]) -> dict[str, Any]:
    """Tracks instead of one stay, and a docket with these hearing lists."""
    return {"mode_stay": False, "dockets": ("D",), "docket_of": 0, "docket_calendar": (calendar(*lists),)}


PROCEEDINGS = {"track": 2, "hearings": 1}
KEPT: dict[str, Any] = {"stay_s": 100 * DAY}


# --- processing ends ----------------------------------------------------------------------------
def test_processing_detained() -> None:
    world = tables(intake_on=True, desks=1, **beds(5))
    stays = run(world, people({"t": 0, "processing_s": HOUR}, {"t": 0, "processing_s": HOUR})).stays
    assert stays.t_desk.tolist() == [0, HOUR]
    assert stays.t_asked.tolist() == stays.t_processed.tolist() == [HOUR, 2 * HOUR]


def test_processing_priority() -> None:
    """Desks serve by priority, then first come."""
    low, high = {"t": 10, "processing_s": HOUR}, {"t": 20, "processing_s": HOUR, "custody": MANDATORY}
    stays = run(tables(intake_on=True, desks=1), people({"t": 0, "processing_s": HOUR}, low, high)).stays
    assert stays.t_desk.tolist() == [0, 2 * HOUR, HOUR]


def test_processing_returned() -> None:
    stays = run(tables(intake_on=True, **beds(0)), people({"intake": 1, "processing_s": HOUR})).stays
    assert (stays.exit[0], stays.t_exit[0], stays.t_asked[0]) == (EXIT["returned"], HOUR, EMPTY)


def test_processing_released() -> None:
    stays = run(tables(intake_on=True, **beds(0)), people({"intake": 2, "processing_s": HOUR})).stays
    assert (stays.exit[0], stays.t_exit[0], stays.t_asked[0]) == (EXIT["recognizance"], HOUR, EMPTY)


def test_processing_diverted() -> None:
    """Supervised while there is a slot; the next one is held, and so is everybody without alternatives to detention."""
    row = {"intake": DIVERTED, "atd_s": 9 * DAY}
    for on, left in ((True, [EXIT["diverted"], EXIT["removed"]]), (False, [EXIT["removed"]] * 2)):
        stays = run(tables(atd_on=on, atd_slots=1), people(row, {"t": 1, **row})).stays
        assert stays.exit.tolist() == left
        assert stays.atd.tolist() == [1 if on else -1, -1]


def test_diverted_who_appear() -> None:
    """Those who appear in court leave the pool for good; the others are looked for, and arrested again."""
    world = tables(atd_on=True, pool=[[1], [0]], goal_milli=2**39)
    for outcome, found, again in ((DIVERTED, EMPTY, EMPTY), (DIVERTED_NO_SHOW, DAY, 2 * DAY)):
        row = {"intake": outcome, "again": 2, "again_after_s": 2 * DAY}
        stays = run(world, people(row, {"t": DAY, "height": 0}, {"t": EMPTY, "stay_s": HOUR})).stays
        assert stays.t_arrest.tolist() == [0, found, again]


def test_processing_released_under_clearance() -> None:
    """Waits in the hold room; approved, leaves; refused, asks for a bed then."""
    world = tables(intake_on=True, **beds(5), **cleared("parole"))
    yes = {"intake": 3, "processing_s": HOUR, "approval_u": draws(YES)}
    stays = run(world, people(yes, yes | {"t": 10 * HOUR, "approval_u": draws(NO)})).stays
    assert (stays.exit[0], stays.t_exit[0], stays.t_asked[0]) == (EXIT["parole"], 2 * HOUR, EMPTY)
    assert stays.t_asked[1] == stays.t_bed[1] == 12 * HOUR


# --- a bed is free ------------------------------------------------------------------------------
def test_bed_by_priority() -> None:
    """Class, criminality, time of request, person number."""
    first = {"t": 0, "stay_s": DAY}
    rest = [
        {"t": 60, "stay_s": DAY},
        {"t": 60, "stay_s": DAY},
        {"t": 50, "stay_s": DAY},
        {"t": 70, "stay_s": DAY, "criminality": CONVICTED},
        {"t": 80, "stay_s": DAY, "custody": MANDATORY},
    ]
    stays = run(tables(**beds(1)), people(first, *rest)).stays
    assert (stays.t_bed // DAY).tolist() == [0, 4, 5, 3, 2, 1]


def test_bed_withdraws_no_bed_request() -> None:
    world = tables(**beds(1), **rungs(("release", HOUR)), **cleared("no_bed"))
    records = run(world, people({"stay_s": 2 * HOUR}, {"t": 60, "review_s": 9 * HOUR}))
    assert records.stays.t_bed[1] == 2 * HOUR
    assert records.reviews.outcome.tolist() == [2]
    assert records.reviews.t_ended.tolist() == [2 * HOUR]


def test_bed_keeps_other_request() -> None:
    world = tables(**beds(1), **running(), **cleared("parole"))
    asks = {"t": 60, "review_s": 9 * HOUR, "clock_work": clock("parole", HOUR), **KEPT}
    records = run(world, people({"stay_s": 2 * HOUR}, asks))
    assert records.stays.t_bed[1] == 2 * HOUR
    assert records.stays.exit[1] == EXIT["parole"]
    assert records.stays.t_exit[1] == 60 + 10 * HOUR


def test_bed_withdraws_displacement() -> None:
    """The person under review stays in bed, and may be displaced again."""
    world = tables(**beds(2), **rungs(("displace", HOUR)), **cleared("displaced"))
    low = {"review_s": 9 * HOUR, "criminality": NO_RECORD, **KEPT}
    high = {"t": 60, "custody": MANDATORY, **KEPT}
    records = run(world, people(low, {"stay_s": 2 * HOUR, "custody": MANDATORY}, high, high | {"t": 3 * HOUR}))
    assert records.stays.t_bed[2] == 2 * HOUR
    assert records.reviews.outcome.tolist() == [2, 1]
    assert records.reviews.row.tolist() == [0, 0]
    assert records.stays.t_bed[3] == records.stays.t_exit[0] == 13 * HOUR


# --- a transport leaves -------------------------------------------------------------------------
def road(*seats: tuple[int, int], b: int = 5, c: int = 5, **different: Any) -> Tables:
    """Area A has no bed and sends to B, then C."""
    nowhere = Calendar(np.zeros(0, np.int64), np.zeros(0, np.int64))
    each = {"areas": ("A", "B", "C"), "transfer_to": ((1, 2), (), ())}
    each |= {"transfer_calendar": (calendar(*seats), nowhere, nowhere), "transfer_s": 6 * HOUR}
    return tables(**each, **beds((0, b, c), areas=3), **(rungs(("transfer", HOUR)) | different))


def test_transfer_departs() -> None:
    """The first n leave for the first listed area with a free bed, and are counted there at once."""
    records = run(road((2 * HOUR, 2), (DAY, 9), b=1), people(*[{"t": t, **KEPT} for t in (0, 10, 20)]))
    assert records.stays.t_departed.tolist() == [2 * HOUR, 2 * HOUR, DAY]
    assert records.stays.area.tolist() == [1, 2, 2]
    assert records.counts.moved_out[0].tolist() == [2, 0, 0]
    assert records.counts.moved_in[0].tolist() == [0, 1, 1]
    assert records.counts.road[2].tolist() == [0, 0, 0]


def test_transfer_without_a_bed() -> None:
    stays = run(road((2 * HOUR, 2), (DAY, 9), b=1, c=0), people(KEPT, {"t": 10, **KEPT})).stays
    assert stays.t_departed.tolist() == [2 * HOUR, EMPTY]
    assert stays.stage.tolist() == [Stage.STAY, Stage.BED_LINE]


def test_transfer_before_the_rung() -> None:
    """Nobody is on the transfer line before the rung's time."""
    assert run(road((HOUR // 2, 2)), people(KEPT)).stays.t_departed.tolist() == [EMPTY]


# --- a landing ----------------------------------------------------------------------------------
def test_landing() -> None:
    stays = run(road((2 * HOUR, 1)), people({"stay_s": DAY})).stays
    assert stays.t_landed[0] == stays.t_bed[0] == 8 * HOUR
    assert stays.t_exit[0] == 8 * HOUR + DAY


def test_landing_release_fell_due() -> None:
    """Acts on landing; the bed that was kept is free for the next."""
    world = road((2 * HOUR, 1), (4 * HOUR, 1), (9 * HOUR, 1), b=1, c=0, **running())
    stays = run(world, people({"clock_work": clock("parole", 3 * HOUR)}, {"t": 10, **KEPT})).stays
    assert (stays.t_exit[0], stays.exit[0], stays.t_bed[0]) == (8 * HOUR, EXIT["parole"], EMPTY)
    assert stays.t_departed[1] == 9 * HOUR


def test_landing_request() -> None:
    """What needs clearance is asked for on landing."""
    world = road((2 * HOUR, 1), **running(), **cleared("parole"))
    records = run(world, people({"clock_work": clock("parole", 3 * HOUR), **KEPT}))
    assert records.reviews.t_asked.tolist() == [8 * HOUR]
    assert records.stays.t_bed.tolist() == [8 * HOUR]
    assert records.stays.t_exit.tolist() == [9 * HOUR]


def test_landing_approved_on_the_road() -> None:
    world = road((2 * HOUR, 1), **running(), **cleared("parole"))
    records = run(world, people({"clock_work": clock("parole", HOUR), "review_s": 3 * HOUR, **KEPT}))
    assert records.reviews.t_ended.tolist() == [4 * HOUR]
    assert records.stays.t_exit.tolist() == [8 * HOUR]
    assert records.stays.t_bed.tolist() == [EMPTY]


def test_landing_refused_on_the_road() -> None:
    world = road((2 * HOUR, 1), **running(), **cleared("parole", approval=0))
    records = run(world, people({"clock_work": clock("parole", HOUR), "review_s": 3 * HOUR, **KEPT}))
    assert records.reviews.outcome.tolist() == [0]
    assert (records.stays.t_bed[0], records.stays.exit[0]) == (8 * HOUR, HELD)


# --- hearings and interviews --------------------------------------------------------------------
def test_hearing() -> None:
    """The first n of the line are heard; the others wait for the next list."""
    stays = run(tables(**court((9 * HOUR, 1), (DAY, 5))), people(PROCEEDINGS, PROCEEDINGS | {"t": 1})).stays
    assert stays.t_heard.tolist() == [9 * HOUR, DAY]
    assert stays.hearing_wait_s.tolist() == [9 * HOUR, DAY - 1]
    assert stays.t_order.tolist() == stays.t_exit.tolist() == [9 * HOUR, DAY]


def test_hearing_adjourned() -> None:
    two = PROCEEDINGS | {"hearings": 2, "adjournment_s": 5 * HOUR}
    stays = run(tables(**court((9 * HOUR, 1), (12 * HOUR, 5), (DAY, 5))), people(two)).stays
    assert (stays.hearings[0], stays.t_heard[0], stays.hearing_wait_s[0]) == (2, DAY, 9 * HOUR + 10 * HOUR)


def test_hearing_under_clearance() -> None:
    """The hearing takes place meanwhile; relief needs no clearance and withdraws the request."""
    world = tables(**court((9 * HOUR, 9)), **running(), **cleared("parole"))
    asks = {"clock_work": clock("parole", HOUR), "review_s": 20 * HOUR} | PROCEEDINGS
    records = run(world, people(asks | {"outcome": 1}, asks | {"hearings": 2, "adjournment_s": 50 * DAY}))
    assert records.stays.exit.tolist() == [EXIT["relief"], EXIT["parole"]]
    assert records.stays.t_exit[0] == records.stays.t_heard[1] == 9 * HOUR
    assert records.reviews.outcome.tolist() == [2, 1]


def test_hearing_appeal() -> None:
    stays = run(tables(**court((9 * HOUR, 9))), people(PROCEEDINGS | {"appeal_s": DAY})).stays
    assert stays.t_order.tolist() == [9 * HOUR + DAY]


def test_interview() -> None:
    """A negative finding brings the order; a positive one sends the case to the docket."""
    fear = {"screening_on": True, "screening_share": U31, "screening_positive": U31 // 2}
    world = tables(**court((DAY, 9)), **fear, screening_calendar=calendar((9 * HOUR, 1), (10 * HOUR, 9)))
    stays = run(world, people({"track": 1, "positive_u": NO}, {"t": 1, "track": 1, "positive_u": YES})).stays
    assert stays.t_screened.tolist() == [9 * HOUR, 10 * HOUR]
    assert stays.t_order.tolist() == [9 * HOUR, DAY]
    assert stays.t_docket.tolist() == [EMPTY, 10 * HOUR]


# --- the case goes on ---------------------------------------------------------------------------
def flights(*departures: tuple[int, int], **different: Any) -> dict[str, Any]:
    """Documents and one route."""
    return {"mode_stay": False, "routes": ("R",), "route_calendar": (calendar(*departures),)} | different


def test_step_document() -> None:
    """A document is work: twice the speed from the second day on halves what is left."""
    speed = [[DOCUMENT_SPEED] + [2 * DOCUMENT_SPEED] * 9]
    world = tables(**flights((9 * DAY, 1)), document_speed=np.array(speed))
    stays = run(world, people({"preparing_s": HOUR, "document_work": 47 * HOUR * DOCUMENT_SPEED})).stays
    assert stays.t_order[0] == HOUR
    assert stays.t_document[0] == DAY + 12 * HOUR


def test_step_stay_of_removal() -> None:
    world = tables(**flights((HOUR, 1), (2 * DAY, 1)), stay_share=U31 // 2)
    stays = run(world, people({"stay_u": YES, "stay_of_removal_s": DAY}, {"stay_u": NO})).stays
    assert stays.t_seat_asked.tolist() == [DAY, 0]
    assert stays.t_exit.tolist() == [2 * DAY, HOUR]


def test_step_stay_of_removal_by_the_day_of_the_order() -> None:
    """The share in force on the day of the order counts, not that of the day the document comes."""
    share = [U31] + [0] * 9
    world = tables(**flights((5 * DAY, 2)), stay_share=share)
    row = {"document_work": 2 * DAY * DOCUMENT_SPEED, "stay_u": YES, "stay_of_removal_s": 9 * DAY}
    stays = run(world, people(row, row | {"preparing_s": DAY})).stays
    assert stays.stage.tolist() == [Stage.STAY_OF_REMOVAL, Stage.GONE]


def test_step_under_clearance() -> None:
    """The case goes on while a request is under way."""
    world = tables(**flights((9 * DAY, 1)), **running(), **cleared("parole"))
    asks = {"clock_work": clock("parole", HOUR), "review_s": 20 * HOUR, "preparing_s": 2 * HOUR}
    stays = run(world, people(asks)).stays
    assert stays.t_order[0] == 2 * HOUR
    assert stays.t_exit[0] == 21 * HOUR


def test_third_country() -> None:
    """An agreement in force on the day of the order gives another country's document and route."""
    third = {"third_country_share": U31 // 2, "third_country_route": 1, "routes": ("R", "T")}
    world = tables(mode_stay=False, **third, route_calendar=(calendar((DAY, 1)), calendar((2 * DAY, 1))))
    goes = {"third_work": HOUR * DOCUMENT_SPEED, "document_work": 3 * HOUR * DOCUMENT_SPEED}
    stays = run(world, people(goes | {"third_u": YES}, goes | {"third_u": NO})).stays
    assert stays.third_country.tolist() == [1, 0]
    assert stays.t_document.tolist() == [HOUR, 3 * HOUR]
    assert stays.t_exit.tolist() == [2 * DAY, DAY]


# --- a seat -------------------------------------------------------------------------------------
def test_seat() -> None:
    """First come, first seated; places nobody takes are lost."""
    stays = run(tables(**flights((HOUR, 1), (DAY, 5))), people({}, {}, {"t": 2 * DAY})).stays
    assert stays.t_exit.tolist() == [HOUR, DAY, EMPTY]


def test_lines_of_day_0_by_time_served() -> None:
    """People on a line when the run starts keep their order, those who served longest first."""
    on_line = {"stage0": int(Stage.SEAT_LINE), "left_s": -1}
    world = tables(**flights((HOUR, 1), (2 * HOUR, 1)))
    stays = run(world, people(on_line | {"t": -5 * DAY}, on_line | {"t": -9 * DAY}, {"t": 0})).stays
    assert stays.t_exit.tolist() == [2 * HOUR, HOUR, EMPTY]
    docket = {"stage0": int(Stage.DOCKET), "left_s": -1, "track": 2}
    stays = run(tables(**court((HOUR, 1), (2 * HOUR, 1))), people(docket | {"t": -5}, docket | {"t": -9})).stays
    assert stays.t_heard.tolist() == [2 * HOUR, HOUR]


def test_seat_under_clearance() -> None:
    """Removal withdraws the request."""
    world = tables(**flights((2 * HOUR, 1)), **running(), **cleared("parole"))
    records = run(world, people({"clock_work": clock("parole", HOUR), "review_s": 9 * HOUR}))
    assert records.stays.exit.tolist() == [EXIT["removed"]]
    assert records.reviews.outcome.tolist() == [2]


# --- a release clock that needs no clearance ---------------------------------------------------------
def test_clock_starts_when_processed() -> None:
    """Nothing runs at the desk or in its line."""
    world = tables(intake_on=True, desks=1, **beds(0), **running())
    row = {"processing_s": 5 * HOUR, "clock_work": clock("bond", HOUR)}
    assert run(world, people(row, row)).stays.t_exit.tolist() == [6 * HOUR, 11 * HOUR]


def test_clock_in_the_bed_line() -> None:
    """Leaves every line; a bed given later goes to the next."""
    world = tables(**beds(1), **running())
    rows = [{"stay_s": 3 * HOUR}, {"t": 1, "clock_work": clock("bond", HOUR)}, {"t": 2, **KEPT}]
    stays = run(world, people(*rows)).stays
    assert (stays.t_exit[1], stays.exit[1], stays.t_bed[1]) == (1 + HOUR, EXIT["bond"], EMPTY)
    assert stays.t_bed[2] == 3 * HOUR


def test_clock_in_bed() -> None:
    """The bed is free and goes to the line at the same instant."""
    stays = run(tables(**beds(1), **running()), people({"clock_work": clock("bond", HOUR)}, {"t": 1, **KEPT})).stays
    assert stays.t_exit[0] == stays.t_bed[1] == HOUR


def test_clock_on_a_docket() -> None:
    """Leaves the docket line: the next hearing goes to somebody else."""
    world = tables(**court((9 * HOUR, 1), (2 * DAY, 1)), **running())
    leaves = PROCEEDINGS | {"clock_work": clock("bond", HOUR)}
    stays = run(world, people(leaves, PROCEEDINGS | {"t": 1})).stays
    assert stays.hearing_wait_s.tolist() == [HOUR, 9 * HOUR - 1]
    assert (stays.hearings[0], stays.t_heard[1]) == (0, 9 * HOUR)


def test_clock_on_a_seat_line() -> None:
    world = tables(**flights((9 * HOUR, 1)), **running())
    stays = run(world, people({"clock_work": clock("bond", HOUR)}, {"t": 1})).stays
    assert stays.t_exit.tolist() == [HOUR, 9 * HOUR]


def test_clock_under_clearance() -> None:
    """Happens, and withdraws the request."""
    world = tables(**running(), **cleared("parole"))
    row = {"clock_work": clocks(("parole", HOUR), ("bond", 2 * HOUR)), "review_s": 9 * HOUR, **KEPT}
    records = run(world, people(row))
    assert (records.stays.exit[0], records.stays.t_exit[0]) == (EXIT["bond"], 2 * HOUR)
    assert (records.reviews.outcome[0], records.reviews.t_ended[0]) == (2, 2 * HOUR)


def test_clock_pauses() -> None:
    """Runs only in the listed stages: here not after an order."""
    runs = np.ones((5, 2, 3), np.int64)
    runs[:, :, 2] = 0
    world = tables(**flights((9 * DAY, 1)), clock_speed=SPEED, clock_runs=runs)
    early, late = clock("bond", HOUR), clock("bond", 3 * HOUR)
    stays = run(world, people(*[{"preparing_s": 2 * HOUR, "clock_work": work} for work in (early, late)])).stays
    assert stays.exit.tolist() == [EXIT["bond"], EXIT["removed"]]


def test_clock_ties() -> None:
    """Two clocks at one instant: the order of the release reasons."""
    both = clocks(("court_order", HOUR), ("recognizance", HOUR))
    assert run(tables(**running()), people({"clock_work": both, **KEPT})).stays.exit.tolist() == [EXIT["recognizance"]]


# --- a release clock that needs clearance -------------------------------------------------------------
def test_cleared_clock_in_the_bed_line() -> None:
    """The person keeps the place in line while the request is looked at."""
    world = tables(**beds(0), **running(), **cleared("bond"))
    records = run(world, people({"clock_work": clock("bond", HOUR), "review_s": 5 * HOUR}))
    assert records.reviews.t_asked.tolist() == [HOUR]
    assert records.stays.t_exit.tolist() == [6 * HOUR]
    assert records.counts.line_seconds["bed"] == 6 * HOUR


def test_cleared_clock_in_bed() -> None:
    """Keeps the bed; one reviewer takes requests first come, first served."""
    world = tables(**running(), **cleared("bond"))
    row = {"clock_work": clock("bond", HOUR), "review_s": 5 * HOUR, **KEPT}
    records = run(world, people(row, row | {"t": 1}))
    assert records.reviews.t_started.tolist() == [HOUR, 6 * HOUR]
    assert records.stays.t_exit.tolist() == [6 * HOUR, 11 * HOUR]
    assert records.counts.line_seconds["clearance"] == 5 * HOUR - 1


def test_cleared_clock_under_clearance() -> None:
    """Nothing, and that clock is used up."""
    world = tables(**running(), **cleared("bond", "parole", approval=0))
    row = {"clock_work": clocks(("parole", HOUR), ("bond", 2 * HOUR)), "review_s": 5 * HOUR, **KEPT}
    records = run(world, people(row))
    assert records.reviews.reason.tolist() == [EXIT["parole"]]
    assert records.stays.exit.tolist() == [HELD]


def test_post_order_limit() -> None:
    stays = run(tables(**flights((9 * DAY, 1)), post_order_limit_s=2 * DAY), people({"preparing_s": HOUR})).stays
    assert (stays.exit[0], stays.t_exit[0]) == (EXIT["post_order_limit"], HOUR + 2 * DAY)


def test_post_order_limit_under_clearance() -> None:
    limit = {"post_order_limit_s": 2 * DAY, **cleared("post_order_limit")}
    rows = [{"approval_u": draws(YES)}, {"approval_u": draws(NO)}]
    stays = run(tables(**flights((9 * DAY, 2)), **limit), people(*rows)).stays
    assert stays.exit.tolist() == [EXIT["post_order_limit"], EXIT["removed"]]
    assert stays.t_exit[0] == 2 * DAY + HOUR


def test_post_order_limit_runs_from_the_order_of_people_held_on_day_0() -> None:
    """Whoever is past it has been reviewed and kept."""
    held = {"t": -9 * DAY, "stage0": int(Stage.SEAT_LINE), "left_s": -1}
    rows = [held | {"ordered_s": ordered} for ordered in (0, DAY, 2 * DAY, 5 * DAY)]
    stays = run(tables(**flights((9 * DAY, 9)), post_order_limit_s=2 * DAY), people(*rows)).stays
    assert stays.exit.tolist() == [EXIT["post_order_limit"]] * 2 + [EXIT["removed"]] * 2
    assert stays.t_exit[:2].tolist() == [2 * DAY, DAY]


# --- giving up ----------------------------------------------------------------------------------
def giving_up(*by_date: int) -> dict[str, object]:
    """Ten times as fast after a day in custody; multiples of SPEED by day, the last one from then on."""
    days = (*by_date, *[by_date[-1]] * (10 - len(by_date)))
    return {"giving_up_after_s": np.array([0, DAY]), "giving_up_speed": np.outer([SPEED, 10 * SPEED], days)}


GIVES_UP = giving_up(1)


@pytest.mark.parametrize(
    ("by_date", "work", "due"),
    [
        ((1,), HOUR, HOUR),
        ((1,), DAY, DAY),
        ((1,), DAY + 30 * 60, DAY + 3 * 60),
        ((0, 1), 10 * HOUR, DAY + HOUR),  # nobody on the first day; then people held for a day, at the higher rate
        ((1, 0, 2), DAY + 20 * HOUR, 2 * DAY + HOUR),
        ((2, 1), HOUR, HOUR // 2),
        ((0, 0, 0, 0), 1, None),
    ],
)
def test_gives_up_at_rates_by_date(by_date: tuple[int, ...], work: int, due: int | None) -> None:
    """Rates by time held and by date multiply what the scenario says for each."""
    world = tables(**court((9 * DAY, 9)), **giving_up(*by_date))
    stays = run(world, people(PROCEEDINGS | {"giving_up_work": work * SPEED, "preparing_s": 9 * DAY})).stays
    assert (stays.t_exit[0], stays.gave_up[0]) == ((due, 1) if due is not None else (EMPTY, 0))


def test_gives_up() -> None:
    """In proceedings: leaves the docket and has an order at once; the rate rises with time held."""
    world = tables(**court((9 * DAY, 9)), **GIVES_UP)
    row = PROCEEDINGS | {"giving_up_work": (DAY + 10 * HOUR) * SPEED}
    stays = run(world, people(row, row | {"preparing_s": 9 * DAY}, row | {"track": 0, "preparing_s": 9 * DAY})).stays
    assert stays.t_exit[:2].tolist() == [DAY + HOUR] * 2
    assert stays.gave_up.tolist() == [1, 1, 0]
    assert stays.exit[:2].tolist() == [EXIT["removed"]] * 2


def test_gives_up_under_clearance() -> None:
    """The request goes on."""
    world = tables(**court((9 * DAY, 9)) | flights((9 * DAY, 1)), **GIVES_UP, **running(), **cleared("parole"))
    row = PROCEEDINGS | {"giving_up_work": 2 * HOUR * SPEED, "clock_work": clock("parole", HOUR), "review_s": 5 * HOUR}
    stays = run(world, people(row)).stays
    assert (stays.gave_up[0], stays.t_order[0]) == (1, 2 * HOUR)
    assert (stays.exit[0], stays.t_exit[0]) == (EXIT["parole"], 6 * HOUR)


# --- the ladder ---------------------------------------------------------------------------------
def test_rung_over_contract() -> None:
    """Up to min(physical, contracted × (1 + allowance)); then the next rung."""
    capacity = beds(1) | {"over_contract": 2}
    world = tables(**capacity, **rungs(("over_contract", HOUR), ("release", 2 * HOUR)))
    stays = run(world, people(KEPT, {"t": 1, **KEPT}, {"t": 2, **KEPT})).stays
    assert stays.t_bed.tolist() == [0, 1 + HOUR, EMPTY]
    assert stays.over_contract.tolist() == [0, 1, 0]
    assert stays.t_exit[2] == 2 + 2 * HOUR


def test_rung_waits_for_processing() -> None:
    """A rung is never tried before processing ends; at the same instant in listed order."""
    world = tables(intake_on=True, **beds(0), **rungs(("release", HOUR)))
    assert run(world, people({"processing_s": 5 * HOUR})).stays.t_exit.tolist() == [5 * HOUR]


def test_rung_displace() -> None:
    """The lowest in priority, the latest in bed, the highest number; the bed passes without a gap."""
    low = {"criminality": NO_RECORD, **KEPT}
    higher = {"criminality": CONVICTED, **KEPT}
    rows = [low, low | {"t": 5}, low | {"t": 5}, higher | {"t": 9}, higher | {"t": 10}, {"t": 11, **KEPT}]
    records = run(tables(**beds(4), **rungs(("displace", HOUR))), people(*rows))
    assert records.stays.exit.tolist() == [HELD, HELD, EXIT["displaced"], HELD, HELD, HELD]
    assert records.stays.t_exit[2] == records.stays.t_bed[4] == 10 + HOUR
    assert records.stays.t_bed[5] == EMPTY  # nobody of lower priority is left to make room


def test_rung_displace_nobody() -> None:
    """Nobody of strictly lower priority: the next rung."""
    world = tables(**beds(1), **rungs(("displace", HOUR), ("release", 2 * HOUR)))
    stays = run(world, people(KEPT, {"t": 1, **KEPT})).stays
    assert (stays.exit[0], stays.exit[1], stays.t_exit[1]) == (HELD, EXIT["no_bed"], 1 + 2 * HOUR)


def test_rung_displace_mandatory() -> None:
    """Mandatory people are displaced only if the scenario says so."""
    rows = [{"custody": MANDATORY, **KEPT}, {"t": 1, "custody": MANDATORY, "criminality": CONVICTED, **KEPT}]
    for allowed in (False, True):
        world = tables(**beds(1), **rungs(("displace", HOUR)), displace_mandatory=allowed)
        assert (run(world, people(*rows)).stays.exit[0] == EXIT["displaced"]) == allowed


def test_rung_displace_under_clearance() -> None:
    """Nothing is freed until it is given; then the bed passes to the one who asked."""
    world = tables(**beds(1), **rungs(("displace", HOUR)), **cleared("displaced"))
    first, second = {"t": 1, "custody": MANDATORY, **KEPT}, {"t": 2, "custody": MANDATORY, **KEPT}
    stays = run(world, people({"review_s": 5 * HOUR, **KEPT}, first, second)).stays
    assert stays.t_exit[0] == stays.t_bed[1] == 1 + 6 * HOUR
    assert stays.t_bed[2] == EMPTY


def test_rung_displace_refused() -> None:
    """A refusal moves the one who asked on to the next rung at once."""
    world = tables(**beds(1), **rungs(("displace", HOUR), ("release", 9 * DAY)), **cleared("displaced", approval=0))
    records = run(world, people(KEPT, {"t": 1, "criminality": CONVICTED, **KEPT}))
    assert records.stays.exit.tolist() == [HELD, EXIT["no_bed"]]
    assert records.stays.t_exit[1] == 1 + 2 * HOUR


def test_rung_displace_leaves_otherwise() -> None:
    """The person under review leaves for another reason: the bed is the asker's all the same."""
    world = tables(**beds(1), **rungs(("displace", HOUR)), **cleared("displaced"))
    rows = [{"stay_s": 3 * HOUR, "review_s": 5 * DAY}, {"t": 1, "criminality": CONVICTED, **KEPT}]
    records = run(world, people(*rows, {"t": 2, "custody": MANDATORY, **KEPT}))
    assert records.stays.t_bed.tolist() == [0, 3 * HOUR, EMPTY]
    assert records.reviews.outcome.tolist() == [2]


def test_rung_displace_asker_leaves() -> None:
    """The asker leaves custody first: the request is withdrawn and the person stays in bed."""
    world = tables(**beds(1), **rungs(("displace", HOUR)), **running(), **cleared("displaced"))
    asker = {"t": 1, "criminality": CONVICTED, "clock_work": clock("bond", 2 * HOUR)}
    records = run(world, people({"review_s": 5 * DAY, **KEPT}, asker))
    assert records.stays.exit.tolist() == [HELD, EXIT["bond"]]
    assert records.reviews.outcome.tolist() == [2]


def test_rung_release() -> None:
    """At the hold limit in force on entry; never mandatory people unless the scenario says so."""
    limit = {"hours_limit_s": np.array([12 * HOUR] * 5 + [72 * HOUR] * 5)}
    rows = [{}, {"custody": MANDATORY}, {"t": 5 * DAY}]
    for allowed in (False, True):
        world = tables(**beds(0), **rungs(("release", -1)), **limit, release_mandatory=allowed)
        stays = run(world, people(*rows)).stays
        assert stays.t_exit.tolist() == [12 * HOUR, 12 * HOUR if allowed else EMPTY, 8 * DAY]
        assert stays.exit[0] == EXIT["no_bed"]


def test_rung_at_the_limit_of_the_day_of_entry() -> None:
    """The limit in force on entry holds, whatever is in force when it runs out or when processing ends."""
    limit = {"hours_limit_s": np.array([12 * HOUR] + [72 * HOUR] * 9)}
    world = tables(intake_on=True, **beds(0), **rungs(("release", -1)), **limit)
    stays = run(world, people({"t": DAY - HOUR, "processing_s": 3 * HOUR})).stays
    assert stays.t_exit.tolist() == [DAY + 11 * HOUR]


def test_rung_over_contract_unfunded() -> None:
    """After spending stopped, no bed above the funded number, not by this rung either."""
    money = {"on_exhaustion": 1, "limited_by": [1, 0, 0, 0, 0], "budget_cents": 100, "price_cents": [100] + [0] * 9}
    capacity = beds(1) | {"over_contract": 5, "funded": 1}
    world = tables(**capacity, **rungs(("over_contract", HOUR)), **money)
    stays = run(world, people(KEPT, {"t": 2 * DAY, **KEPT})).stays
    assert stays.t_bed.tolist() == [0, EMPTY]


CROWDED = {"ceiling_above": 0, "ceiling_releases": True}


def test_rung_release_over_the_ceiling() -> None:
    """Whoever finds more people in the hold rooms than the ceiling is released at once; not if mandatory."""
    world = tables(**beds(0), **rungs(("over_contract", HOUR), ("release", 9 * HOUR)), **CROWDED)
    stays = run(world, people({"custody": MANDATORY}, {"t": 60}, {"t": 90, "custody": MANDATORY})).stays
    assert stays.t_exit.tolist() == [EMPTY, 60, EMPTY]
    assert stays.exit[1] == EXIT["no_bed"]


def test_rung_release_over_the_ceiling_refused() -> None:
    """Headquarters refuses; the rungs listed before it are tried at once, one after the other."""
    capacity = beds(0) | {"over_contract": 1}
    world = tables(**capacity, **rungs(("over_contract", 5 * HOUR), ("release", DAY)), **CROWDED, **cleared("no_bed"))
    stays = run(world, people({"custody": MANDATORY, **KEPT}, {"t": 60, "approval_u": draws(NO), **KEPT})).stays
    assert stays.t_bed.tolist() == [EMPTY, HOUR + 60]


def test_rung_release_under_clearance() -> None:
    """Approved, leaves; refused, the next rung at once."""
    capacity = beds(0) | {"over_contract": 1}
    world = tables(**capacity, **rungs(("release", HOUR), ("over_contract", 9 * DAY)), **cleared("no_bed"))
    stays = run(world, people({"approval_u": draws(YES)}, {"t": DAY, "approval_u": draws(NO), **KEPT})).stays
    assert (stays.exit[0], stays.t_exit[0]) == (EXIT["no_bed"], 2 * HOUR)
    assert stays.t_bed[1] == DAY + 2 * HOUR


def test_rung_release_while_another_request_is_pending() -> None:
    """It is tried when that request is refused."""
    world = tables(**beds(0), **rungs(("release", 2 * HOUR)), **running(), **cleared("no_bed", "parole"))
    refused = [NO if reason == "parole" else YES for reason in CLEARABLE]
    row = {"clock_work": clock("parole", HOUR), "review_s": 5 * HOUR, "approval_u": tuple(refused)}
    records = run(world, people(row))
    assert records.reviews.t_asked.tolist() == [HOUR, 6 * HOUR]
    assert (records.stays.exit[0], records.stays.t_exit[0]) == (EXIT["no_bed"], 11 * HOUR)


def test_rung_wait() -> None:
    """Keeps the place in line; no later rung is tried."""
    world = tables(**beds(0), **rungs(("wait", HOUR), ("release", 2 * HOUR)))
    assert run(world, people({})).stays.stage.tolist() == [Stage.BED_LINE]


def test_rung_wait_comes_due_first() -> None:
    """Rungs listed before it are tried all the same, those listed after it are not."""
    ladder = rungs(("over_contract", 3 * HOUR), ("wait", HOUR), ("release", 2 * HOUR))
    stays = run(tables(**(beds(0) | {"over_contract": 1}), **ladder), people(KEPT, {"t": 1, **KEPT})).stays
    assert stays.t_bed.tolist() == [3 * HOUR, EMPTY]
    assert stays.stage[1] == Stage.BED_LINE


# --- capacity and money ---------------------------------------------------------------------------
def test_capacity_falls() -> None:
    """Nobody is moved; no bed is given until fewer are taken than there are."""
    capacity = np.array([[3, 1, 1, 1, 1, 1, 1, 1, 1, 1]])
    world = tables(**dict.fromkeys(("contracted", "physical", "operating", "over_contract"), capacity), beds_on=True)
    rows = [{"stay_s": days * DAY} for days in (2, 3, 4)] + [{"t": DAY, **KEPT}]
    assert run(world, people(*rows)).stays.t_bed.tolist() == [0, 0, 0, 4 * DAY]


def test_stop_over_funding() -> None:
    """Funds used up: beds only up to the funded number, to the first of the joint line with a free bed."""
    money = {"on_exhaustion": 1, "limited_by": [1, 0, 0, 0, 0], "budget_cents": 100, "price_cents": [100] + [0] * 9}
    world = tables(areas=("A", "B"), **beds((5, 5), areas=2), **money, funded=2)
    rows = [{"stay_s": 3 * DAY, "area": 0}, {"stay_s": 4 * DAY, "area": 1}]
    later = [{"t": 2 * DAY, "area": 0, **KEPT}, {"t": 2 * DAY + 1, "area": 1, "custody": MANDATORY, **KEPT}]
    records = run(world, people(*rows, *later))
    assert records.exhausted_day == 1
    assert records.stays.t_bed.tolist() == [0, 0, 4 * DAY, 3 * DAY]


def test_stop_arrests() -> None:
    money = {"on_exhaustion": 2, "limited_by": [1, 0, 0, 0, 0], "budget_cents": 150, "price_cents": [100] + [0] * 9}
    records = run(tables(**money), people(*[{"t": day * DAY, "height": 0, **KEPT} for day in range(4)]))
    assert (records.stays.t_arrest != EMPTY).tolist() == [True, True, False, False]
    assert records.not_arrested.sum(axis=(0, 1)).tolist() == [0, 0, 2]
    spent = run(tables(**money | {"budget_cents": 0}), people({"height": 0, **KEPT}))
    assert (spent.exhausted_day, spent.stays.t_arrest.tolist()) == (0, [EMPTY])


# --- after a release ----------------------------------------------------------------------------
def test_stop_arrests_over_the_ceiling() -> None:
    """An area whose hold rooms are over the ceiling takes in nobody, from the border neither; another one does."""
    world = tables(areas=("A", "B"), **beds(0, areas=2), ceiling_above=0)
    rows = [{}, {"t": 1, "source": 2}, {"t": 2, "height": 0}, {"t": 3, "area": 1}]
    records = run(world, people(*rows))
    assert (records.stays.t_arrest != EMPTY).tolist() == [True, False, False, True]
    assert records.not_arrested.sum(axis=(0, 1)).tolist() == [0, 2, 0]
    assert records.shortfall_milli.sum(axis=0).tolist() == [0, 0, 1000, 0]


def test_a_new_fiscal_year() -> None:
    """Money is there again, all of it: arrests that had stopped go on until 101 cents are spent."""
    money = {"on_exhaustion": 2, "limited_by": [1, 0, 0, 0, 0], "budget_cents": 101, "price_cents": [100] + [0] * 9}
    years = [2025] * 4 + [2026] * 6
    rows = [{"t": day * DAY, "height": 0, "stay_s": DAY} for day in (0, 1, 2, 4, 5, 6)]
    records = run(tables(**money, fiscal_year=years), people(*rows))
    assert (records.stays.t_arrest != EMPTY).tolist() == [True, True, False] * 2


def test_a_released_person_may_be_found_again() -> None:
    """A release raises the pool, a removal does not: half of a pool of two is left, or all of it."""
    half = 2**51 + 1  # arrested only while the whole pool is there to be found
    for reason, found in (("bond", True), ("removed", False)):
        leaves = {"clock_work": clock("bond", HOUR), **KEPT} if reason == "bond" else {"stay_s": HOUR}
        world = tables(**running(), pool=[[2], [2]])
        stays = run(world, people({"height": 0, **leaves}, {"t": 2 * DAY, "height": half})).stays
        assert (stays.t_arrest[1] != EMPTY) == found


def test_rearrest() -> None:
    """Released, not removed: the second stay begins after its time, once."""
    world = tables(**running())
    rows = [{"clock_work": clock("bond", HOUR), "again": 2, "again_after_s": DAY}, {"again": 3, "stay_s": HOUR}]
    again = {"t": EMPTY, "stay_s": HOUR}
    stays = run(world, people(*rows, again, again)).stays
    assert stays.t_arrest.tolist() == [0, 0, DAY + HOUR, EMPTY]
    assert stays.exit.tolist() == [EXIT["bond"], EXIT["removed"], EXIT["removed"], HELD]


def test_atd_not_after_relief() -> None:
    """Relief, termination and another agency end supervision: no slot, no re-arrest."""
    world = tables(**running(), atd_on=True)
    row = {"clock_work": clock("other_agency", HOUR), "again": 1, "again_after_s": HOUR}
    stays = run(world, people(row, {"t": EMPTY, "stay_s": HOUR})).stays
    assert stays.atd.tolist() == [0, -1]
    assert stays.t_arrest.tolist() == [0, EMPTY]


def test_an_empty_pool() -> None:
    """Where nobody is left to be found, nobody is arrested."""
    world = tables(areas=("A", "B"), pool=[[0, 9], [0, 9]], goal_milli=2**39)
    rows = [{"t": DAY, "area": area, "height": 0} for area in (0, 1)]
    assert (run(world, people(*rows)).stays.t_arrest != EMPTY).tolist() == [False, True]


def test_border_arrests_are_not_charged() -> None:
    """The ledger charges interior arrests; people from the border were arrested by another agency."""
    price = [0, 0, 0, 100] + [0] * 6
    records = run(tables(price_cents=price), people({"source": 0}, {"source": 1}, {"source": 2}))
    assert records.ledger_cents.sum() == 200


def test_atd_slot() -> None:
    """A released person takes a slot if there is one; a slot that ends now is free now."""
    world = tables(**running(), atd_on=True, atd_slots=1)
    rows = [{"t": t, "clock_work": clock("bond", HOUR), "atd_s": DAY} for t in (0, 1, DAY)]
    assert run(world, people(*rows)).stays.atd.tolist() == [1, 0, 1]


# --- moves between places -------------------------------------------------------------------------
def moving(
    b: int = 5,
    when: str = "after",
    due: int = HOUR,
    seats: Calendar | None = None,
    a: int = 5,
    to: tuple[int, ...] = (1,),
    **different: Any,
) -> Tables:
    """Two areas, each one place; people in A are moved to B (or `to`) as the rule says, 6 hours on the road."""
    rule = {
        "move_to": ((to, ()),),
        "move_when": np.array([MOVE_TIMES.index(when)]),
        "move_after_s": np.full((1, MOVE_QUANTILES), due),
        "stay_limit_s": np.array([due, due]),
        "move_lead_work": np.zeros((1, 10), np.int64),
        "move_share": np.full((1, 10), U31),
        "move_seats": np.array([NO_SEATS if seats is None else OWN_SEATS]),
        "move_calendar": (calendar() if seats is None else seats,),
        "move_road_s": np.array([6 * HOUR]),
        "move_cents": np.array([700]),
    }
    return tables(**{"areas": ("A", "B"), **beds((a, b), areas=2), **rule, **different})


def places(played: Played) -> list[tuple[int, int, int]]:
    """(person, time of departure, place) of every move from a bed."""
    road = played.custody.road
    return list(zip(road.who.tolist(), road.start.tolist(), road.place.tolist(), strict=True))


def test_move_after_a_time() -> None:
    """Who has a bed to go to leaves at once, counts there from then on, and the bed left goes to the line."""
    played = run(moving(a=1), people({"stay_s": DAY}, {"t": 60, **KEPT}))
    assert places(played) == [(0, HOUR, 1), (1, 2 * HOUR, 1)]
    assert played.stays.t_bed.tolist() == [0, HOUR]
    assert played.stays.t_exit[0] == DAY
    assert played.records.counts.moved_in[0].tolist() == [0, 2]
    assert played.records.counts.in_bed[1].tolist() == [0, 2]


def test_move_without_room() -> None:
    """Stays in bed until the place has room; the first to fall due goes first."""
    rows = [{"t": DAY, "area": 1, "stay_s": DAY}, KEPT, {"t": 60, **KEPT}]
    assert places(run(moving(b=1, due=2 * DAY), people(*rows))) == [(1, 2 * DAY, 1)]


def test_move_when_beds_are_added() -> None:
    """At midnight."""
    by_day = np.array([[5] * 10, [0] * 3 + [1] * 7])
    made = moving(**dict.fromkeys(("contracted", "physical", "operating", "over_contract"), by_day))
    assert places(run(made, people(KEPT, {"t": 60, **KEPT}))) == [(0, 3 * DAY, 1)]


def test_move_on_a_calendar() -> None:
    """The first n of the line leave; unused seats are lost."""
    seats = calendar((HOUR // 2, 5), (3 * HOUR, 1), (5 * HOUR, 1))
    assert places(run(moving(seats=seats), people(KEPT, KEPT))) == [(0, 3 * HOUR, 1), (1, 5 * HOUR, 1)]


def test_move_on_transfers() -> None:
    """Seats that people of the hold room leave over."""
    transfers = {"transfer_to": ((1,), ()), "transfer_calendar": (calendar((3 * HOUR, 2), (DAY, 2)), calendar())}
    made = moving(a=2, move_seats=np.array([TRANSFER_SEATS]), **transfers, **rungs(("transfer", HOUR)))
    played = run(made, people(KEPT, KEPT, {"t": 60, **KEPT}))
    assert places(played) == [(0, 3 * HOUR, 1), (1, DAY, 1), (2, 3 * HOUR, 1)]
    assert played.records.ledger_cents[:, LedgerLine.MOVES].sum() == 0


def test_move_at_the_limit() -> None:
    """At the stay_limit of the place, whatever the time drawn."""
    assert places(run(moving(when="limit", due=30 * HOUR), people(KEPT))) == [(0, 30 * HOUR, 1)]


def test_move_to_another_site_of_the_pool() -> None:
    """The bed is left and taken in the same pool, so a full one does not matter."""
    played = run(moving(a=1, to=(0,), due=DAY), people({"stay_s": 2 * DAY}))
    assert places(played) == [(0, DAY, 0)]
    assert played.stays.t_exit[0] == 2 * DAY


def test_move_beyond_the_share() -> None:
    """The share of the day the move falls due."""
    assert places(run(moving(move_share=np.zeros((1, 10), np.int64)), people(KEPT))) == []


def test_move_is_charged() -> None:
    """When the transport leaves."""
    assert run(moving(), people(KEPT)).records.ledger_cents[0, LedgerLine.MOVES] == 700


FLIGHT: dict[str, Any] = {"routes": ("R",), "mode_stay": False}


def test_move_at_the_seat_line() -> None:
    """The person keeps the place in the line of the seats by the time of the first request."""
    made = moving(when="seat_line", **FLIGHT, route_calendar=(calendar((5 * HOUR, 1), (DAY, 1), (2 * DAY, 1)),))
    played = run(made, people({"t": 60, "area": 0}, {"t": 5 * HOUR + 60, "area": 1}))
    assert places(played) == [(0, 60, 1)]
    assert played.stays.t_exit.tolist() == [DAY, 2 * DAY]


def test_move_at_the_document() -> None:
    """The document is prepared meanwhile."""
    made = moving(when="document", **FLIGHT, route_calendar=(calendar((DAY, 5)),))
    played = run(made, people({"document_work": 3 * HOUR * DOCUMENT_SPEED}))
    assert places(played) == [(0, 0, 1)]
    assert played.stays.t_exit.tolist() == [DAY]


def lead(due: int) -> dict[str, Any]:
    """People in A are moved to B when so much of the work for the document is left; a flight on day 2."""
    work = {"move_lead_work": np.full((1, 10), due * DOCUMENT_SPEED)}
    return FLIGHT | {"when": "seat_line", **work, "route_calendar": (calendar((2 * DAY, 5)),)}


def test_move_before_the_document() -> None:
    """When so much work is left, at once if it is less; for the share of that day."""
    rows = [{"document_work": hours * HOUR * DOCUMENT_SPEED} for hours in (20, 3)]
    played = run(moving(**lead(12 * HOUR)), people(*rows))
    assert places(played) == [(0, 8 * HOUR, 1), (1, 0, 1)]
    assert played.stays.t_exit.tolist() == [2 * DAY, 2 * DAY]


def test_move_before_the_document_waits_for_room() -> None:
    """Who waits for a transport when the seat line begins keeps the place in its line, and the move."""
    seats = calendar((20 * HOUR, 1), (DAY, 1))
    rows = [{"t": 60 * k, "document_work": 9 * HOUR * DOCUMENT_SPEED} for k in range(2)]
    assert places(run(moving(seats=seats, **lead(6 * HOUR)), people(*rows))) == [(0, 20 * HOUR, 1), (1, DAY, 1)]


def test_move_seat_first() -> None:
    """A seat at the same instant comes first."""
    made = moving(when="seat_line", seats=calendar((DAY, 5)), **FLIGHT, route_calendar=(calendar((DAY, 1)),))
    assert places(run(made, people(KEPT, KEPT))) == [(1, DAY, 1)]


def test_move_ends_at_the_seat_line() -> None:
    """Who waits for a seat is moved by no rule but one for that stage."""
    made = moving(seats=calendar((DAY, 5)), **FLIGHT, route_calendar=(calendar((3 * DAY, 5)),))
    assert places(run(made, people({"preparing_s": 2 * HOUR}))) == []


def test_move_step_on_the_road() -> None:
    """What the case does next is done on landing."""
    stays = run(moving(), people({"stay_s": 3 * HOUR})).stays
    assert (stays.t_exit[0], stays.area[0]) == (7 * HOUR, 1)


def test_move_release_on_the_road() -> None:
    """Leaves on landing, and the bed there is free."""
    made = moving(b=1, **running())
    played = run(made, people({"clock_work": clock("parole", 3 * HOUR), **KEPT}, {"t": 60, **KEPT}))
    assert (played.stays.t_exit[0], played.stays.exit[0]) == (7 * HOUR, EXIT["parole"])
    assert places(played)[1] == (1, 7 * HOUR, 1)


def test_move_request_on_the_road() -> None:
    """A release that needs clearance is requested on landing."""
    played = run(moving(**running(), **cleared("parole")), people({"clock_work": clock("parole", 3 * HOUR), **KEPT}))
    assert played.reviews.t_asked.tolist() == [7 * HOUR]


def test_move_gives_up_on_the_road() -> None:
    """An order on landing."""
    giving_up = {"giving_up_after_s": np.array([0]), "giving_up_speed": np.full((1, 10), SPEED)}
    made = moving(**court((DAY, 5)), **giving_up)
    stays = run(made, people(PROCEEDINGS | {"giving_up_work": 3 * HOUR * SPEED})).stays
    assert (stays.t_order[0], stays.gave_up[0]) == (7 * HOUR, 1)


def test_move_under_clearance() -> None:
    """Is not moved while a request is pending; after a refusal, with the place in line of before."""
    made = moving(seats=calendar((3 * HOUR, 1), (DAY, 1)), **running(), **cleared("parole", approval=0))
    asks = {"clock_work": clock("parole", 2 * HOUR), "review_s": 9 * HOUR, **KEPT}
    assert places(run(made, people(asks, {"t": 60, **KEPT}))) == [(0, DAY, 1), (1, 3 * HOUR, 1)]


def test_move_hearing_on_the_road() -> None:
    """Is not heard on the road; then by the day of the first request, on the docket of the first area."""
    made = moving(**court((5 * HOUR, 1), (DAY, 1), (2 * DAY, 1)) | {"docket_of": [0, NONE]})
    stays = run(made, people(PROCEEDINGS, PROCEEDINGS | {"t": 1})).stays
    assert stays.t_heard.tolist() == [DAY, 2 * DAY]


def test_move_changes_the_docket() -> None:
    """With `docket_moves: change` the docket of the new area; without one there, heard on landing."""
    made = moving(docket_changes=True, **court((DAY, 1)) | {"docket_of": [0, NONE]})
    assert run(made, people(PROCEEDINGS)).stays.t_heard.tolist() == [7 * HOUR]


def test_move_and_displacement() -> None:
    """Who waits for a transport can be displaced; who has left cannot."""
    made = moving(a=1, seats=calendar((DAY, 1)), **rungs(("displace", HOUR)))
    low, high = {"criminality": NO_RECORD, **KEPT}, {"t": 3 * HOUR, "custody": MANDATORY, **KEPT}
    displaced = run(made, people(low, high))
    assert displaced.stays.exit.tolist() == [EXIT["displaced"], HELD]
    moved = run(moving(a=1, **rungs(("displace", HOUR))), people(low, high, high | {"t": 4 * HOUR - 1}))
    assert moved.stays.exit.tolist() == [HELD, HELD, HELD]


# --- the instant itself ---------------------------------------------------------------------------
def test_limit_of_zero() -> None:
    """A person whose limit is 0 gets a free bed if there is one (Erlang's loss system)."""
    world = tables(**beds(1), **rungs(("release", 0)))
    stays = run(world, people({"stay_s": HOUR}, {"t": 60}, {"t": HOUR})).stays
    assert stays.t_bed.tolist() == [0, EMPTY, HOUR]
    assert stays.exit[1] == EXIT["no_bed"]


def test_bed_freed_as_a_limit_runs_out() -> None:
    """It goes to the line first."""
    world = tables(**beds(1), **rungs(("release", HOUR)))
    assert run(world, people({"stay_s": HOUR}, {"t": 0, **KEPT})).stays.t_bed.tolist() == [0, HOUR]


def test_nothing_at_the_end() -> None:
    """The window is [0, days): what is due at `days` does not happen."""
    stays = run(tables(days=2), people({"stay_s": 2 * DAY}, {"stay_s": 2 * DAY - 1}, {"t": 2 * DAY})).stays
    assert stays.t_exit.tolist() == [EMPTY, 2 * DAY - 1, EMPTY]
    assert stays.t_arrest[2] == EMPTY


def test_table_and_tests_agree() -> None:
    """Every row of docs/events.md names a test here, and every test here has a row."""
    text = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    here = {name for name in globals() if name.startswith("test_")} - {"test_table_and_tests_agree"}
    assert named == here
