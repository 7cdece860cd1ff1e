"""A run of three days and two areas, written by hand: eleven people, every number worked out on paper.

Times are hours since the start. Who is who:

 0  held in AA since ten days; heard at 9, ordered, document at 24, removed by the bus at 36
 1  AA at 1: bed at 3, order at 5, document at 6, removed by the bus at 36
 2  AA at 2: desk at 3, asks for a bed at 4, leaves for BB at 12, lands at 18, on the docket from 42 on
 3  BB at 10, border: released on recognizance at 14 after a clearance asked at 11, begun at 12; ATD until 38
 4  AA at 24 (midnight): asks at 26, bed at 36, still there
 5  BB at 25: bed at 26, order at 48, waits for a document
 6  BB at 27: asks at 28, bed beyond the contract at 39, bonded out at 54
 7  AA at 50, not arrested
 8  what would have been the re-arrest of 3
 9  AA at 49: still waits for a desk
10  AA at 50: desk at 51, returned at 52
11  BB at 53: asks at 54, released for lack of a bed at 66
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import Any

import numpy as np

from sim.people.table import People
from sim.records import Counts, Records, Reviews, Stays
from sim.scenario.world.tables import ENDLESS, NONE, Calendar, Tables
from sim.vocabulary import CLOCK_REASONS, EMPTY, EXIT_REASONS, RUNGS, SOURCES, TRACKS, Stage

H = 3600
DAYS = 3
AREAS = ("AA", "BB")
N = 12
AA, BB = 0, 1

_NO_CALENDAR = Calendar(np.zeros(0, np.int64), np.zeros(0, np.int64))


def _days(value: int) -> np.ndarray:
    return np.full(DAYS, value)


def _by_area(value: int) -> np.ndarray:
    return np.full((2, DAYS), value)


def tables(**changes: Any) -> Tables:
    """Two areas with two beds each (three physical), one hold-room place and a limit of 12 hours."""
    values: dict[str, Any] = {
        "start": dt.date(2025, 1, 30),
        "days": DAYS,
        "areas": AREAS,
        "groups": ("near",),
        "routes": ("bus",),
        "dockets": ("north",),
        "goal_milli": _days(3000),
        "capability_milli": np.zeros((2, 2, DAYS), np.int64),
        "goal_follows": True,
        "pool": np.full((2, 2), NONE),
        "by_criminality": False,
        "criminality_ppm": np.zeros((2, 3), np.int64),
        "throttle_above": _by_area(NONE),
        "intake_on": True,
        "places": _by_area(1),
        "hours_limit_s": _days(12 * H),
        "desks": _by_area(ENDLESS),
        "beds_on": True,
        "funded": _days(3),
        "contracted": _by_area(2),
        "physical": _by_area(3),
        "operating": _by_area(2),
        "over_contract": _by_area(3),
        "guaranteed": _by_area(2),
        "rung_kind": np.array([RUNGS.index(rung) for rung in ("transfer", "over_contract", "release")]),
        "rung_after_s": np.array([4 * H, NONE, NONE]),
        "displace_mandatory": False,
        "release_mandatory": False,
        "transfer_to": ((BB,), ()),
        "transfer_calendar": (_NO_CALENDAR, _NO_CALENDAR),
        "transfer_s": 6 * H,
        "case_on": True,
        "mode_stay": False,
        "stay_exit": EXIT_REASONS.index("removed"),
        "docket_of": np.array([0, 0]),
        "docket_calendar": (_NO_CALENDAR,),
        "screening_on": False,
        "screening_share": _days(0),
        "screening_positive": _days(0),
        "screening_calendar": _NO_CALENDAR,
        "giving_up_after_s": np.zeros(0, np.int64),
        "giving_up_speed": np.zeros(0, np.int64),
        "stay_share": _days(0),
        "removal_on": True,
        "groups_on": True,
        "document_speed": np.ones((1, DAYS), np.int64),
        "third_country_share": np.zeros((1, DAYS), np.int64),
        "third_country_route": NONE,
        "route_calendar": (_NO_CALENDAR,),
        "post_order_limit_s": _days(NONE),
        "clock_speed": np.zeros((len(CLOCK_REASONS), 3, DAYS), np.int64),
        "clock_runs": np.zeros((len(CLOCK_REASONS), 2, 3), np.int64),
        "clearance_on": True,
        "needs_clearance": np.zeros(10, np.int64),
        "reviewers": _days(1),
        "approval": _days(0),
        "atd_on": True,
        "atd_slots": _days(ENDLESS),
        "atd_enrolled": 5,
        "price_cents": np.array([100, 10, 5, 7, 3, 11, 0, 13, 2]),
        "seat_cents": np.array([17]),
        "budget_cents": np.full((5, DAYS), NONE),
        "fiscal_year": _days(2025),
        "limited_by": np.zeros(5, np.int64),
        "on_exhaustion": 0,
    }
    return Tables(**(values | changes))


def _column(values: dict[int, int], otherwise: int, hours: bool = False) -> np.ndarray:
    column = np.full(N, otherwise)
    for row, value in values.items():
        column[row] = value * H if hours else value
    return column


def people() -> People:
    """The twelve rows of the table."""
    final, proceedings = TRACKS.index("final_order"), TRACKS.index("proceedings")
    drawn: dict[str, np.ndarray] = {
        field.name: np.zeros(N, np.int64) for field in fields(People) if field.name not in ("clock_work", "approval_u")
    }
    drawn |= {
        "number": np.arange(100, 100 + N),
        "t": _column({0: -240, 1: 1, 2: 2, 3: 10, 4: 24, 5: 25, 6: 27, 7: 50, 9: 49, 10: 50, 11: 53}, 0, hours=True),
        "source": _column({3: SOURCES.index("border")}, SOURCES.index("at_large")),
        "area": _column({3: BB, 5: BB, 6: BB, 8: BB, 11: BB}, AA),
        "criminality": _column({0: 0, 1: 0, 5: 0, 6: 1}, 2),
        "track": _column({0: proceedings, 2: proceedings}, final),
        "stage0": _column({0: Stage.DOCKET}, Stage.NOT_ARRESTED),
        "preparing_s": _column({2: 24}, 0, hours=True),
        "hearings": _column({0: 1, 2: 2}, 0),
        "atd_s": _column({3: 24}, 0, hours=True),
    }
    drawn["t"][8] = EMPTY
    return People(**drawn, clock_work=np.zeros((5, N), np.int64), approval_u=np.zeros((7, N), np.int64))


def stays() -> Stays:
    """The custody records of the twelve rows."""
    times: dict[str, dict[int, int]] = {
        "t_arrest": {0: -240, 1: 1, 2: 2, 3: 10, 4: 24, 5: 25, 6: 27, 9: 49, 10: 50, 11: 53},
        "t_desk": {1: 1, 2: 3, 3: 10, 4: 24, 5: 25, 6: 27, 10: 51, 11: 53},
        "t_processed": {1: 3, 2: 4, 3: 11, 4: 26, 5: 26, 6: 28, 10: 52, 11: 54},
        "t_asked": {1: 3, 2: 4, 4: 26, 5: 26, 6: 28, 11: 54},
        "t_transfer_asked": {2: 8},
        "t_departed": {2: 12},
        "t_landed": {2: 18},
        "t_bed": {1: 3, 2: 18, 4: 36, 5: 26, 6: 39},
        "t_screening_asked": {},
        "t_screened": {},
        "t_docket": {0: 0, 2: 42},
        "t_heard": {0: 9},
        "t_order": {0: 9, 1: 5, 5: 48},
        "t_document": {0: 24, 1: 6},
        "t_seat_asked": {0: 24, 1: 6},
        "t_exit": {0: 36, 1: 36, 3: 14, 6: 54, 10: 52, 11: 66},
    }
    removed = EXIT_REASONS.index("removed")
    reasons = {3: "recognizance", 6: "bond", 10: "returned", 11: "no_bed"}
    exits = {0: removed, 1: removed, **{row: EXIT_REASONS.index(reason) for row, reason in reasons.items()}}
    stages = {2: Stage.DOCKET, 4: Stage.PREPARING, 5: Stage.DOCUMENT, 7: 0, 8: 0, 9: Stage.DESK_LINE}
    return Stays(
        **_times(times),
        exit=_column(exits, -1),
        stage=_column({row: int(stage) for row, stage in stages.items()}, Stage.GONE),
        area=_column({2: BB, 3: BB, 5: BB, 6: BB, 8: BB, 11: BB}, AA),
        hearings=_column({0: 1}, 0),
        hearing_wait_s=_column({0: 9}, 0, hours=True),
        route=_column({0: 0, 1: 0, 5: 0}, -1),
        third_country=np.zeros(N, np.int64),
        over_contract=_column({6: 1}, 0),
        gave_up=np.zeros(N, np.int64),
        atd=_column({3: 1, 6: 0, 11: 0}, -1),
    )


def _times(times: dict[str, dict[int, int]]) -> dict[str, np.ndarray]:
    columns = {name: np.full(N, EMPTY) for name in times}
    for name, values in times.items():
        for row, hours in values.items():
            columns[name][row] = hours * H
    return columns


def counts() -> Counts:
    """What an engine would have tallied."""
    return Counts(
        arrests=np.array([[2, 1], [1, 2], [2, 1]]),
        exits=np.array([[0, 1], [2, 0], [1, 2]]),
        moved_in=np.array([[0, 1], [0, 0], [0, 0]]),
        moved_out=np.array([[1, 0], [0, 0], [0, 0]]),
        inside_end=np.array([[1, 0], [2, 1], [1, 3], [2, 2]]),
        hold_room_end=np.array([[0, 0], [0, 0], [0, 0], [1, 0]]),
        in_bed_end=np.array([[1, 0], [2, 1], [1, 3], [1, 2]]),
        on_the_road_end=np.zeros((4, 2), np.int64),
        beds_taken_most=np.array([[0, -2], [0, 0], [-2, -1]]),
        line_seconds={
            "desk": 25 * H,
            "bed": 41 * H,
            "transfer": 4 * H,
            "docket": 39 * H,
            "screening": 0,
            "seat": 42 * H,
            "clearance": 1 * H,
        },
        events=0,
    )


def records(**changes: Any) -> Records:
    """Everything an engine would have returned."""
    not_arrested = np.zeros((DAYS, 2, 3), np.int64)
    not_arrested[2, AA, 0] = 1
    whole = Records(
        stays=stays(),
        reviews=Reviews(
            row=np.array([3]),
            reason=np.array([0]),
            t_asked=np.array([11 * H]),
            t_started=np.array([12 * H]),
            t_ended=np.array([14 * H]),
            outcome=np.array([1]),
        ),
        ledger_cents=np.array(
            [
                [300, 10, 0, 14, 9, 11, 0, 13, 12],
                [400, 10, 5, 21, 9, 0, 34, 0, 10],
                [300, 10, 0, 21, 6, 0, 0, 0, 10],
            ]
        ),
        not_arrested=not_arrested,
        shortfall_milli=np.array([[0, 0, 0, 0], [0, 0, 0, 0], [600, 0, 0, 0]]),
        exhausted_day=-1,
        counts=counts(),
    )
    return replace(whole, **changes)


def with_stay(row: int, **changes: int) -> Records:
    """The records with some cells of a row changed (times in seconds)."""
    found = stays()
    for name, value in changes.items():
        getattr(found, name)[row] = value
    return records(stays=found)


def with_count(name: str, where: tuple[int, int], value: int) -> Records:
    """The records with one number of the tally changed."""
    found = counts()
    getattr(found, name)[where] = value
    return records(counts=found)
