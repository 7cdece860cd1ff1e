"""Each law holds for the run written by hand, and breaks when one number is changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.measures.custody import Custody
from sim.measures.laws import LawBroken, check
from sim.vocabulary import EMPTY, EXIT_REASONS, LEDGER_LINES, Stage
from tests.measures import hand
from tests.measures.hand import AA, BB, H, with_count, with_stay

PAROLE = EXIT_REASONS.index("parole")


def broken(records, **tables):
    with pytest.raises(LawBroken) as caught:
        check(Custody(hand.tables(**tables), hand.people(), records))
    return str(caught.value)


def test_the_run_by_hand_keeps_every_law():
    check(Custody(hand.tables(), hand.people(), hand.records()))


@pytest.mark.parametrize(
    ("row", "changes", "message"),
    [
        (1, {"t_desk": 0}, "person 101 in AA, arrested at second 3600: t_desk comes before t_arrest"),
        (1, {"t_processed": 3599}, "t_processed comes before t_desk"),
        (2, {"t_asked": 3 * H}, "t_asked comes before t_processed"),
        (2, {"t_transfer_asked": 13 * H}, "t_departed comes before t_transfer_asked"),
        (2, {"t_landed": 11 * H}, "t_landed comes before t_departed"),
        (2, {"t_bed": 17 * H}, "t_bed comes before t_landed"),
        (2, {"t_docket": 17 * H}, "t_docket comes before t_bed"),
        (0, {"t_order": 8 * H}, "t_order comes before t_heard"),
        (1, {"t_document": 4 * H}, "t_document comes before t_order"),
        (1, {"t_seat_asked": 5 * H}, "t_seat_asked comes before t_document"),
        (11, {"t_exit": 53 * H}, "t_exit comes before t_processed"),
        (6, {"t_exit": 72 * H}, "t_exit lies after the end of the run"),
        (5, {"t_desk": -1}, "t_desk lies before the start of the run"),
        (1, {"t_arrest": -1}, "t_arrest lies before the start of the run"),
        (0, {"hearing_wait_s": -1}, "the wait for hearings is negative"),
    ],
)
def test_times_in_order(row, changes, message):
    assert message in broken(with_stay(row, **changes))


@pytest.mark.parametrize(
    ("row", "changes", "message"),
    [
        (1, {"stage": Stage.SEAT_LINE}, "being gone and having an exit time disagree"),
        (1, {"exit": -1}, "being gone and having an exit reason disagree"),
        (4, {"stage": Stage.BED_LINE}, "being in bed and having a bed time disagree"),
        (9, {"stage": Stage.ON_THE_ROAD}, "the road and its times disagree"),
        (9, {"area": BB}, "area changed without a transfer"),
    ],
)
def test_nobody_in_two_places(row, changes, message):
    assert message in broken(with_stay(row, **changes))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("t_started", 15 * H, "clearance request 0: its moments are out of order"),
        ("t_started", 10 * H, "out of order"),
        ("t_ended", EMPTY, "its end and its outcome disagree"),
        ("outcome", -1, "its end and its outcome disagree"),
    ],
)
def test_clearance_requests(column, value, message):
    reviews = replace(hand.records().reviews, **{column: np.array([value])})
    assert message in broken(hand.records(reviews=reviews))


def test_every_candidate_is_accounted_for():
    not_arrested = hand.records().not_arrested.copy()
    not_arrested[2, AA, 0] = 0
    message = broken(hand.records(not_arrested=not_arrested))
    assert "candidates drawn" in message and "in AA on 2025-02-01: 3 in the records, 2 counted" in message


def test_nobody_is_arrested_at_another_moment_than_drawn():
    assert "person 104: arrested at another moment" in broken(with_stay(4, t_arrest=24 * H - 1))


@pytest.mark.parametrize(
    ("name", "where", "value", "message"),
    [
        ("arrests", (1, BB), 3, "people in in BB on 2025-01-31: 2 in the records, 3 counted"),
        ("exits", (2, BB), 1, "people out in BB on 2025-02-01: 2 in the records, 1 counted"),
        ("moved_in", (0, BB), 0, "people moved in in BB on 2025-01-30: 1 in the records, 0 counted"),
        ("moved_out", (0, AA), 2, "people moved out in AA on 2025-01-30: 1 in the records, 2 counted"),
        ("hold_room_end", (3, AA), 2, "people held (hold rooms) in AA on 2025-02-01: 1 in the records, 2 counted"),
        ("in_bed_end", (0, AA), 0, "people held (beds) in AA on 2025-01-29: 1 in the records, 0 counted"),
        ("on_the_road_end", (1, BB), 1, "people held (road) in BB on 2025-01-30: 0 in the records, 1 counted"),
        ("inside_end", (2, BB), 2, "people held (everywhere) in BB on 2025-01-31: 3 in the records, 2 counted"),
        ("beds_taken_most", (1, BB), 1, "beds given beyond the ladder in BB on 2025-01-31: 1 in"),
    ],
)
def test_the_tally_agrees(name, where, value, message):
    assert message in broken(with_count(name, where, value))


def test_the_tally_balances():
    """A person the engine lost: not in the records, and not in what it says is inside."""
    from sim.measures.laws import _balance

    records = with_count("exits", (1, AA), 3)
    with pytest.raises(LawBroken, match=r"people held and people in less people out in AA on 2025-01-31: 1 in .* 0"):
        _balance(Custody(hand.tables(), hand.people(), records))


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
    assert "seats" in broken(with_stay(1, exit=PAROLE))
