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

from sim.log import BEFORE, Counts, Log, Records
from sim.people.table import People
from sim.scenario.world.tables import ENDLESS, NONE, Calendar, Tables
from sim.vocabulary import (
    CLOCK_REASONS,
    EMPTY,
    EXIT_REASONS,
    EXITED,
    NOTED,
    REQUESTED,
    RUNGS,
    SOURCES,
    TRACKS,
    Exit,
    Note,
    Stage,
)
from tests.pathway.worlds import no_places

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
        "ceiling_above": _by_area(NONE),
        "ceiling_releases": False,
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
        **no_places(AREAS, DAYS),
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
        "giving_up_speed": np.zeros((0, DAYS), np.int64),
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
        "needs_clearance": np.zeros(len(EXIT_REASONS), np.int64),
        "reviewers": _days(1),
        "approval": _days(0),
        "atd_on": True,
        "atd_slots": _days(ENDLESS),
        "atd_enrolled": 5,
        "diversion_share": np.zeros((2, DAYS), np.int64),
        "price_cents": np.array([100, 10, 5, 7, 3, 11, 0, 13, 2, 0]),
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


Step = tuple[float, int]
"""Hours since the start, and what the log says: a stage, a note, a request or an exit."""


def note(what: Note) -> int:
    """What the log says of a note."""
    return NOTED + what


def left(reason: Exit) -> int:
    """What the log says of an exit."""
    return EXITED + reason


WAYS: dict[int, list[Step]] = {
    0: [
        (BEFORE, Stage.DOCKET),
        (9, note(Note.HEARD)),
        *((9, Stage.DOCUMENT), (24, Stage.SEAT_LINE), (36, left(Exit.REMOVED))),
    ],
    1: [
        *((1, Stage.DESK_LINE), (1, Stage.PROCESSING), (3, Stage.BED_LINE), (3, Stage.PREPARING)),
        *((5, Stage.DOCUMENT), (6, Stage.SEAT_LINE), (36, left(Exit.REMOVED))),
    ],
    2: [
        *((2, Stage.DESK_LINE), (3, Stage.PROCESSING), (4, Stage.BED_LINE), (8, note(Note.TRANSFER_LINE))),
        *((12, Stage.ON_THE_ROAD), (18, Stage.PREPARING), (42, Stage.DOCKET)),
    ],
    3: [
        *((10, Stage.DESK_LINE), (10, Stage.PROCESSING), (11, Stage.INTAKE_REVIEW)),
        *((11, REQUESTED + Exit.RECOGNIZANCE), (12, note(Note.REVIEW_STARTED)), (14, note(Note.REVIEW_APPROVED))),
        *((14, left(Exit.RECOGNIZANCE)), (14, note(Note.ON_ATD))),
    ],
    4: [(24, Stage.DESK_LINE), (24, Stage.PROCESSING), (26, Stage.BED_LINE), (36, Stage.PREPARING)],
    5: [
        *((25, Stage.DESK_LINE), (25, Stage.PROCESSING), (26, Stage.BED_LINE), (26, Stage.PREPARING)),
        (48, Stage.DOCUMENT),
    ],
    6: [
        *((27, Stage.DESK_LINE), (27, Stage.PROCESSING), (28, Stage.BED_LINE)),
        *((39, note(Note.OVER_CONTRACT)), (39, Stage.PREPARING), (54, left(Exit.BOND))),
    ],
    9: [(49, Stage.DESK_LINE)],
    10: [(50, Stage.DESK_LINE), (51, Stage.PROCESSING), (52, left(Exit.RETURNED))],
    11: [(53, Stage.DESK_LINE), (53, Stage.PROCESSING), (54, Stage.BED_LINE), (66, left(Exit.NO_BED))],
}


def log(ways: dict[int, list[Step]]) -> Log:
    """The log of these people; from a transfer on they are in BB."""
    rows: list[tuple[int, int, int, int]] = []
    for row, steps in ways.items():
        area = int(people().area[row])
        for hours, what in steps:
            area = BB if what == Stage.ON_THE_ROAD else area
            rows.append((BEFORE if hours == BEFORE else int(hours * H), row, int(what), area))
    t, row, stage, area = np.array(sorted(rows, key=lambda each: each[0]), dtype=np.int64).reshape(-1, 4).T
    return Log(t.astype(np.int32), row.astype(np.int32), stage.astype(np.uint8), area, area)


def told(**changes: list[Step]) -> Records:
    """The records with other ways for some people: `told(row_2=[…])`."""
    return records(log=log(WAYS | {int(name.removeprefix("row_")): steps for name, steps in changes.items()}))


def counts() -> Counts:
    """What an engine would have tallied."""
    return Counts(
        arrests=np.array([[2, 1], [1, 2], [2, 1]]),
        exits=np.array([[0, 1], [2, 0], [1, 2]]),
        moved_in=np.array([[0, 1], [0, 0], [0, 0]]),
        moved_out=np.array([[1, 0], [0, 0], [0, 0]]),
        inside=np.array([[1, 0], [2, 1], [1, 3], [2, 2]]),
        hold_room=np.array([[0, 0], [0, 0], [0, 0], [1, 0]]),
        in_bed=np.array([[1, 0], [2, 1], [1, 3], [1, 2]]),
        road=np.zeros((4, 2), np.int64),
        beds_over=np.array([[0, -2], [0, 0], [-2, -1]]),
        line_seconds={
            "desk": 25 * H,
            "bed": 41 * H,
            "transfer": 4 * H,
            "docket": 39 * H,
            "screening": 0,
            "seat": 42 * H,
            "clearance": 1 * H,
            "move": 0,
        },
        events=0,
    )


def records(**changes: Any) -> Records:
    """Everything an engine would have returned."""
    not_arrested = np.zeros((DAYS, 2, 3), np.int64)
    not_arrested[2, AA, 0] = 1
    whole = Records(
        log=log(WAYS),
        ledger_cents=np.array(
            [
                [300, 10, 0, 14, 9, 11, 0, 13, 12, 0],
                [400, 10, 5, 21, 9, 0, 34, 0, 10, 0],
                [300, 10, 0, 21, 6, 0, 0, 0, 10, 0],
            ]
        ),
        not_arrested=not_arrested,
        shortfall_milli=np.array([[0, 0, 0, 0], [0, 0, 0, 0], [600, 0, 0, 0]]),
        exhausted_day=-1,
        counts=counts(),
    )
    return replace(whole, **changes)


def with_count(name: str, where: tuple[int, int], value: int) -> Records:
    """The records with one number of the tally changed."""
    found = counts()
    getattr(found, name)[where] = value
    return records(counts=found)
