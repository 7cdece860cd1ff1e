"""Each law holds for the run written by hand, and breaks when one number is changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.measures.custody import Custody
from sim.measures.laws import LawBroken, check
from sim.vocabulary import LEDGER_LINES, REQUESTED, Exit, Note, Stage
from tests.measures import hand
from tests.measures.hand import AA, BB, H, with_count


def broken(records, **tables):
    with pytest.raises(LawBroken) as caught:
        check(Custody(hand.tables(**tables), hand.people(), records))
    return str(caught.value)


def test_the_run_by_hand_keeps_every_law():
    check(Custody(hand.tables(), hand.people(), hand.records()))


def shifted(**columns):
    """The records with single cells of the log changed: `t={3: 5}`."""
    log = hand.records().log
    changed = {name: getattr(log, name).copy() for name in columns}
    for name, cells in columns.items():
        for i, value in cells.items():
            changed[name][i] = value
    return hand.records(log=replace(log, **changed))


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({5: 20 * H}, "row 6 of the log comes before the row above it"),
        ({5: 20 * H, 30: 40 * H}, "row 6 of the log comes before the row above it"),
        ({-1: 72 * H}, "the log goes on after the end of the run"),
        ({3: -1}, "the log has people held before the start among its events"),
        ({0: -2}, "the log has people held before the start among its events"),
    ],
)
def test_the_log_is_in_order(cells, message):
    assert message in broken(shifted(t=cells))


DESK = [(1, Stage.DESK_LINE), (1, Stage.PROCESSING)]


@pytest.mark.parametrize(
    ("way", "message"),
    [
        (DESK[1:], "person 101 of AA, in custody from second 3600 on: begins in a wrong stage"),
        ([(-1, Stage.PROCESSING)], "begins in a wrong stage"),
        ([*DESK, (3, Stage.PREPARING), (5, Stage.BED_LINE)], "is in two places"),
        ([*DESK, (3, Stage.ON_THE_ROAD), (5, Stage.BED_LINE)], "is in two places"),
        ([*DESK, (3, hand.left(Exit.BOND)), (5, Stage.BED_LINE)], "is in two places"),
        ([*DESK, (3, hand.left(Exit.BOND)), (5, hand.left(Exit.BOND))], "is in two places"),
        ([*DESK, (3, Stage.PROCESSING)], "comes to a stage twice"),
        ([*DESK, (3, hand.left(Exit.BOND)), (5, hand.note(Note.HEARD))], "is in the log after leaving custody"),
    ],
)
def test_nobody_in_two_places(way, message):
    assert message in broken(hand.told(row_1=way))


def test_the_first_who_breaks_a_law_is_named():
    again = [*DESK, (3, Stage.PROCESSING)]
    late = [(24, Stage.DESK_LINE), *((hour, Stage.PROCESSING) for hour in (24, 26))]
    assert "person 101 of AA, in custody from second 3600 on: comes to" in broken(hand.told(row_1=again, row_4=late))


def test_nobody_changes_area_without_a_transfer():
    row = int(np.flatnonzero(hand.records().log.row == 9)[0])
    there = shifted(area={row + 1: BB})
    assert hand.records().log.row[row + 1] == 10
    assert "person 110 of AA, in custody from second 180000 on: changes area without" in broken(
        shifted(area={int(np.flatnonzero(there.log.row == 10)[1]): BB})
    )


@pytest.mark.parametrize(
    "steps",
    [
        [hand.note(Note.REVIEW_APPROVED)],
        [hand.note(Note.REVIEW_STARTED)],
        [REQUESTED + Exit.PAROLE, REQUESTED + Exit.PAROLE],
        [REQUESTED + Exit.PAROLE, hand.note(Note.REVIEW_STARTED), hand.note(Note.REVIEW_STARTED)],
        [REQUESTED + Exit.PAROLE, hand.note(Note.REVIEW_REFUSED), hand.note(Note.REVIEW_WITHDRAWN)],
    ],
)
def test_reviews_follow_requests(steps):
    assert "has reviews out of order" in broken(hand.told(row_9=[*hand.WAYS[9], *((50, step) for step in steps)]))


def test_every_candidate_is_accounted_for():
    not_arrested = hand.records().not_arrested.copy()
    not_arrested[2, AA, 0] = 0
    message = broken(hand.records(not_arrested=not_arrested))
    assert "candidates drawn" in message and "in AA on 2025-02-01: 3 in the records, 2 counted" in message


def test_nobody_is_arrested_at_another_moment_than_drawn():
    assert "person 104 of AA, in custody from second 86460 on: is arrested at another moment" in broken(
        hand.told(row_4=[(24 + 1 / 60, Stage.DESK_LINE), *hand.WAYS[4][2:]])
    )


@pytest.mark.parametrize(
    ("name", "where", "value", "message"),
    [
        ("arrests", (1, BB), 3, "people in in BB on 2025-01-31: 2 in the records, 3 counted"),
        ("exits", (2, BB), 1, "people out in BB on 2025-02-01: 2 in the records, 1 counted"),
        ("moved_in", (0, BB), 0, "people moved in in BB on 2025-01-30: 1 in the records, 0 counted"),
        ("moved_out", (0, AA), 2, "people moved out in AA on 2025-01-30: 1 in the records, 2 counted"),
        ("hold_room", (3, AA), 2, "people held (hold rooms) in AA on 2025-02-01: 1 in the records, 2 counted"),
        ("in_bed", (0, AA), 0, "people held (beds) in AA on 2025-01-29: 1 in the records, 0 counted"),
        ("road", (1, BB), 1, "people held (road) in BB on 2025-01-30: 0 in the records, 1 counted"),
        ("inside", (2, BB), 2, "people held (everywhere) in BB on 2025-01-31: 3 in the records, 2 counted"),
        ("beds_over", (1, BB), 1, "beds given beyond the ladder in BB on 2025-01-31: 1 in"),
    ],
)
def test_the_tally_agrees(name, where, value, message):
    assert message in broken(with_count(name, where, value))


def test_the_tally_balances():
    """A person the engine lost: not in the records, and not in what it says is inside."""
    from sim.measures.laws import _balance

    records = with_count("exits", (1, AA), 3)
    with pytest.raises(LawBroken, match=r"people held and people in less people out in AA on 2025-01-31: 1 in .* 0"):
        _balance(hand.tables(), records.counts)


def test_a_bed_given_beyond_the_ladder():
    message = broken(hand.records(), over_contract=np.full((2, 3), 2))
    assert message == "beds taken in BB on 2025-01-31: 3 after one was given, 2 allowed"


def test_a_bed_beyond_the_contract_needs_the_rung():
    assert "3 after one was given, 2 allowed" in broken(hand.records(), rung_kind=np.array([0]))


def test_a_capacity_that_falls_moves_nobody():
    less = np.full((2, 3), 3)
    less[:, 2] = 0
    check(Custody(hand.tables(operating=less), hand.people(), hand.records()))


@pytest.mark.parametrize("line", ["desk", "bed", "transfer", "docket", "screening", "seat", "clearance"])
def test_littles_law_on_each_line(line):
    counts = hand.counts()
    counts.line_seconds[line] += 1
    assert f"Little's law on the {line} line" in broken(hand.records(counts=counts))


@pytest.mark.parametrize("line", range(len(LEDGER_LINES)))
def test_dollars_are_the_sum_of_what_was_used(line):
    ledger = hand.records().ledger_cents.copy()
    ledger[1, line] += 1
    assert f"cents of {LEDGER_LINES[line]}" in broken(hand.records(ledger_cents=ledger))


def test_a_day_of_charges_names_the_day():
    ledger = hand.records().ledger_cents.copy()
    ledger[1, 0] -= 3
    assert "cents of bed_nights on 2025-01-31: 400 from the records, 397 in the ledger" in broken(
        hand.records(ledger_cents=ledger)
    )


def test_a_seat_is_charged_to_people_removed_only():
    """A person released after their route was chosen used no seat."""
    assert "seats" in broken(hand.told(row_1=[*hand.WAYS[1][:-1], (36, hand.left(Exit.PAROLE))]))
