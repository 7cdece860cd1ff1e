"""Spans of the rarer ways, as changes to the run written by hand."""

from __future__ import annotations

import numpy as np

from sim.log import BEFORE
from sim.measures import measure
from sim.measures.counting import person_seconds, stock
from sim.measures.custody import Custody
from sim.scenario.world.tables import ENDLESS, NONE
from sim.vocabulary import EMPTY, Exit, Note, Stage
from tests.measures import hand
from tests.measures.hand import AA, BB, H


def custody(records=None, people=None, **tables):
    return Custody(hand.tables(**tables), people or hand.people(), records or hand.records())


def hours(span):
    """Spans as (start, end) in hours."""
    starts = [t if t == BEFORE else t / H for t in span.start.tolist()]
    return list(zip(starts, (span.end / H).tolist(), strict=True))


def test_without_intake_nobody_waits_for_a_desk():
    ways = {row: [step for step in way if step[1] != Stage.PROCESSING] for row, way in hand.WAYS.items() if row != 9}
    ways = {row: [(max(t, way[1][0]), what) for t, what in way] if row else way for row, way in ways.items()}
    span = custody(hand.records(log=hand.log(ways)), intake_on=False).desk_line
    assert len(span) == 8 and span.total_seconds == 0


def test_visits_to_a_docket_with_an_adjournment_on_day_0():
    """Adjourned until 6, waits until 9, adjourned, and waits again from 20 to 22; the case is pending throughout."""
    way = [(BEFORE, Stage.ADJOURNED), (6, Stage.DOCKET), (9, hand.note(Note.HEARD)), (9, Stage.ADJOURNED)]
    way += [(20, Stage.DOCKET), (22, hand.note(Note.HEARD)), (22, Stage.DOCUMENT)]
    c = custody(hand.told(row_0=way))
    assert hours(c.docket_line) == [(6, 9), (20, 22), (42, 72)]
    assert hours(c.docket_case) == [(BEFORE, 22), (42, 72)]
    assert c.stays.hearings[0] == 2 and c.stays.hearing_wait_s[0] == 5 * H
    assert (c.stays.t_docket[0], c.stays.t_heard[0], c.stays.t_order[0]) == (20 * H, 22 * H, 22 * H)


def test_any_number_of_visits_is_told_apart():
    """Five visits of one hour each, ten hours apart."""
    way = [*hand.WAYS[1][:4]]
    for visit in range(5):
        way += [
            (5 + 10 * visit, Stage.DOCKET),
            (6 + 10 * visit, hand.note(Note.HEARD)),
            (6 + 10 * visit, Stage.ADJOURNED),
        ]
    c = custody(hand.told(row_1=way))
    assert [span for span in hours(c.docket_line) if span[1] - span[0] == 1] == [
        (5 + 10 * visit, 6 + 10 * visit) for visit in range(5)
    ]


def test_waiting_for_a_move_ends_by_withdrawing_leaving_or_exit():
    way = [*hand.WAYS[4], (38, hand.note(Note.MOVE_LINE)), (44, hand.note(Note.MOVE_WITHDRAWN))]
    way += [(50, hand.note(Note.MOVE_LINE)), (52, Stage.ON_THE_ROAD), (55, Stage.PREPARING)]
    way += [(57, hand.note(Note.MOVE_LINE)), (60, hand.left(Exit.BOND))]
    assert hours(custody(hand.told(row_4=way)).move_line) == [(38, 44), (50, 52), (57, 60)]


def test_without_a_docket_no_case_is_pending_before_one():
    way = [*hand.WAYS[2][:-1], (42, hand.note(Note.HEARD)), (42, Stage.ADJOURNED)]
    c = custody(hand.told(row_2=way), docket_of=np.array([0, NONE]))
    assert hours(c.docket_case) == [(BEFORE, 9)]


def test_giving_up_ends_the_case():
    """Gave up at 50 on the line; the order is of that moment."""
    records = hand.told(row_2=[*hand.WAYS[2], (50, hand.note(Note.GAVE_UP)), (50, Stage.DOCUMENT)])
    c = custody(records)
    assert sorted(hours(c.docket_line)) == [(BEFORE, 9), (42, 50)]
    assert hours(c.docket_case) == [(BEFORE, 9), (42, 50)]
    assert len(c.docket_line.ended_seconds) == 2
    assert (c.stays.gave_up[2], c.stays.t_order[2], c.stays.hearings[2]) == (1, 50 * H, 0)
    assert measure(c).value("give_ups") == 1


def test_a_screening_ends_with_a_next_stage_or_an_outcome_of_the_case():
    bed = hand.WAYS[1][:4]
    ends = [
        (Stage.DOCKET, 42 * H),
        (hand.left(Exit.RELIEF), 42 * H),
        (hand.left(Exit.REMOVED), 42 * H),
        (hand.left(Exit.BOND), EMPTY),
    ]
    for end, screened in ends:
        c = custody(hand.told(row_1=[*bed, (20, Stage.SCREENING_LINE), (42, end)]))
        assert hours(c.screening_line) == [(20, 42)]
        assert c.stays.t_screened[1] == screened


def test_without_seats_a_removal_follows_the_order_at_once():
    c = custody(hand.told(row_1=[*hand.WAYS[1][:4], (5, hand.left(Exit.REMOVED))]))
    assert (c.stays.t_order[1], c.stays.route[1]) == (5 * H, -1)
    whole = custody(hand.told(row_1=[*hand.WAYS[1][:3], (3, Stage.STAY), (5, hand.left(Exit.REMOVED))]))
    assert whole.stays.t_order[1] == EMPTY


def test_documents_and_stays_of_removal():
    c = custody(hand.told(row_1=[*hand.WAYS[1][:5], (6, Stage.STAY_OF_REMOVAL), (8, Stage.SEAT_LINE)]))
    assert sorted(hours(c.spans([Stage.DOCUMENT]))) == [(5, 6), (9, 24), (48, 72)]
    assert hours(c.spans([Stage.STAY_OF_REMOVAL])) == [(6, 8)]
    assert c.stays.t_document.tolist()[:2] == [24 * H, 6 * H]


def test_lines_on_day_0_are_under_way_at_the_start():
    for stage in (Stage.DOCUMENT, Stage.STAY_OF_REMOVAL, Stage.SCREENING_LINE):
        found = custody(hand.told(row_0=[(BEFORE, stage), (30, Stage.SEAT_LINE)])).spans([stage])
        assert (BEFORE, 30) in hours(found)
        assert stock(found, 3, 2)[:, AA].tolist()[:3] == [1, 1, 0]


def test_an_order_before_the_start_has_no_date():
    c = custody(hand.told(row_0=[(BEFORE, Stage.DOCUMENT), (30, Stage.SEAT_LINE), (36, hand.left(Exit.REMOVED))]))
    assert (c.stays.t_order[0], c.stays.route[0], c.stays.t_document[0]) == (EMPTY, 0, 30 * H)


def test_a_wait_that_is_under_way_at_the_start_is_asked_for_at_0():
    screened = custody(hand.told(row_0=[(BEFORE, Stage.SCREENING_LINE), (30, Stage.SEAT_LINE)]))
    assert (screened.stays.t_screening_asked[0], screened.stays.t_seat_asked[0]) == (0, 30 * H)
    seated = custody(hand.told(row_0=[(BEFORE, Stage.SEAT_LINE), (36, hand.left(Exit.REMOVED))]))
    assert seated.stays.t_seat_asked[0] == 0


def test_released_on_landing():
    """The release that fell due on the road acts there: no bed, off the road."""
    c = custody(hand.told(row_2=[*hand.WAYS[2][:5], (20, hand.left(Exit.COURT_ORDER))]))
    assert hours(c.road) == [(12, 20)]
    assert hours(c.bed_taken)[1:3] == [(3, 36), (12, 20)]


def test_the_limit_in_force_at_entry_counts():
    """Person 4 entered on day 1 and stayed 12 h, person 9 on day 2 and 23 h."""
    limits = np.array([12, 11, 24]) * H
    m = measure(Custody(hand.tables(hours_limit_s=limits), hand.people(), hand.records()))
    assert m.value("hold_room_stays_over_limit") == 2  # 4 and 6; neither 9 nor 11
    limits = np.array([1 * H, NONE, 13 * H])
    m = measure(Custody(hand.tables(hours_limit_s=limits), hand.people(), hand.records()))
    assert m.value("hold_room_stays_over_limit") == 4  # 1, 2, 3 and 9


def test_days_without_a_goal_are_short_of_nothing():
    goal = np.array([3000, 3000, NONE])
    m = measure(Custody(hand.tables(goal_milli=goal), hand.people(), hand.records()))
    assert m.value("arrest_shortfall_officers") == 0.0
    assert m.value("arrest_shortfall_chance") == 1.0
    assert m.value("goal_missed_from") is None


def test_endless_beds_are_empty_cells():
    endless = np.array([[2, 2, 2], [ENDLESS] * 3])
    m = measure(Custody(hand.tables(contracted=endless, operating=endless), hand.people(), hand.records()))
    assert m.by_area["contracted_beds"][1:].tolist() == [[2, EMPTY]] * 3
    assert m.daily["beds_operating"].tolist() == [EMPTY] * 4


def test_person_time_by_day_of_the_docket():
    assert person_seconds(custody().docket_line, 3).tolist() == [9 * H, 6 * H, 24 * H]
    assert custody().bed_line.area.tolist() == [AA, AA, AA, BB, BB, BB]
