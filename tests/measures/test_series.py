"""Daily series of the run written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.measures import measure
from sim.measures.custody import Custody
from sim.vocabulary import EMPTY, FILES
from tests.measures import hand

E = EMPTY
DAILY = {
    "arrests": [E, 3, 3, 3],
    "arrests_interior": [E, 2, 3, 3],
    "arrests_border": [E, 1, 0, 0],
    "book_ins": [E, 2, 3, 0],
    "in_custody": [1, 3, 4, 4],
    "held": [1, 3, 4, 3],
    "funded_beds": [E, 3, 3, 3],
    "beds_operating": [E, 4, 4, 4],
    "hold_room": [0, 0, 0, 1],
    "in_transit": [0, 0, 0, 0],
    "bed_queue": [0, 0, 0, 0],
    "intake_queue": [0, 0, 0, 1],
    "docket_pending": [1, 0, 1, 1],
    "seat_queue": [0, 1, 0, 0],
    "clearance_queue": [0, 0, 0, 0],
    "transfers": [E, 1, 0, 0],
    "removals": [E, 0, 2, 1],
    "releases": [E, 1, 0, 2],
    "releases_recognizance": [E, 1, 0, 0],
    "releases_bond": [E, 0, 0, 1],
    "releases_no_bed": [E, 0, 0, 1],
    "releases_parole": [E, 0, 0, 0],
    "over_contract": [E, 0, 1, 0],
    "atd": [5, 6, 5, 5],
    "cost_usd": [None, 3.69, 4.89, 3.47],
    "cost_usd_cumulative": [None, 3.69, 8.58, 12.05],
    "arrest_goal": [None, 3.0, 3.0, 3.0],
}
BY_AREA = {
    "arrests": [[E, E], [2, 1], [1, 2], [2, 1]],
    "arrests_throttled": [[E, E], [0, 0], [0, 0], [0, 0]],
    "book_ins": [[E, E], [1, 1], [1, 2], [0, 0]],
    "in_custody": [[1, 0], [2, 1], [1, 3], [2, 2]],
    "held": [[1, 0], [2, 1], [1, 3], [1, 2]],
    "contracted_beds": [[E, E], [2, 2], [2, 2], [2, 2]],
    "hold_room_places": [[E, E], [1, 1], [1, 1], [1, 1]],
    "hold_room": [[0, 0], [0, 0], [0, 0], [1, 0]],
    "docket_pending": [[1, 0], [0, 0], [0, 1], [0, 1]],
    "moved_in": [[E, E], [0, 1], [0, 0], [0, 0]],
    "moved_out": [[E, E], [1, 0], [0, 0], [0, 0]],
    "removals": [[E, E], [0, 0], [2, 0], [1, 0]],
    "releases": [[E, E], [0, 1], [0, 0], [0, 2]],
    "over_contract": [[E, E], [0, 0], [0, 1], [0, 0]],
}


@pytest.fixture(scope="module")
def measured():
    return measure(Custody(hand.tables(), hand.people(), hand.records()))


@pytest.mark.parametrize("name", DAILY)
def test_national(measured, name):
    values = [None if value != value else value for value in measured.daily[name].tolist()]
    assert values == DAILY[name]


@pytest.mark.parametrize("name", BY_AREA)
def test_by_area(measured, name):
    assert measured.by_area[name].tolist() == BY_AREA[name]


def test_columns_are_those_of_the_files(measured):
    assert list(measured.daily) == [column.name for column in FILES["daily.csv"][3:]]
    assert list(measured.by_area) == [column.name for column in FILES["daily_by_area.csv"][4:]]


def test_on_the_road_at_midnight():
    late = [*hand.WAYS[2][:5], (25, hand.Stage.PREPARING)]  # lands after midnight
    m = measure(Custody(hand.tables(), hand.people(), hand.told(row_2=late)))
    assert m.daily["in_transit"].tolist() == [0, 1, 0, 0]
    assert m.by_area["in_custody"][1].tolist() == [2, 1]  # counted where the bed is


def test_custody_adds_up_by_area_with_moves(measured):
    a = measured.by_area
    change = (a["arrests"] - a["removals"] - a["releases"] + a["moved_in"] - a["moved_out"])[1:]
    assert (np.diff(a["in_custody"], axis=0) == change).all()


def test_exits_by_month_area_and_reason(measured):
    exits = measured.exits
    assert exits.months == ("2025-01", "2025-02")
    found = {tuple(cell): int(exits.people[tuple(cell)]) for cell in np.argwhere(exits.people).tolist()}
    recognizance, bond, no_bed, removed, returned = 0, 2, 7, 10, 11
    assert found == {
        (0, 0, removed): 2,
        (0, 1, recognizance): 1,
        (1, 0, returned): 1,
        (1, 1, bond): 1,
        (1, 1, no_bed): 1,
    }
    assert exits.stay_s[0, 0, removed] == (276 + 35) * hand.H


def test_hearings_before_the_last_are_on_the_docket_too():
    """Two visits: waited 5 h from 42, adjourned, and again from 60 on."""
    from sim.measures.counting import person_seconds

    again = [(47, hand.Stage.ADJOURNED), (60, hand.Stage.DOCKET)]
    custody = Custody(hand.tables(), hand.people(), hand.told(row_2=[*hand.WAYS[2], *again]))
    assert person_seconds(custody.docket_line, 3).tolist() == [9 * hand.H, 5 * hand.H, 12 * hand.H]
    assert len(custody.docket_line.ended_seconds) == 2
    assert custody.docket_case.total_seconds == (9 + 30) * hand.H  # pending throughout, adjourned too
