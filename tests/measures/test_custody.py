"""Spans of the rarer ways, as changes to the run written by hand."""

from __future__ import annotations

import numpy as np

from sim.measures import measure
from sim.measures.counting import person_seconds, stock
from sim.measures.custody import BEFORE, Custody
from sim.scenario.world.tables import ENDLESS, NONE
from sim.vocabulary import EMPTY, TRACKS, Stage
from tests.measures import hand
from tests.measures.hand import AA, BB, H, with_stay


def custody(records=None, people=None, **tables):
    return Custody(hand.tables(**tables), people or hand.people(), records or hand.records())


def hours(span):
    """Spans as (start, end) in hours."""
    starts = [t if t == BEFORE else t / H for t in span.start.tolist()]
    return list(zip(starts, (span.end / H).tolist(), strict=True))


def test_without_intake_nobody_waits_for_a_desk():
    stays = hand.stays()
    stays.t_processed[:] = stays.t_arrest
    stays.t_desk[:] = EMPTY
    span = custody(hand.records(stays=stays), intake_on=False).desk_line
    assert len(span) == 9 and span.total_seconds == 0


def test_adjourned_on_day_0_waits_from_the_end_of_the_adjournment():
    """Adjourned until 6, waited 3 hours; the case is pending from the start."""
    people = hand.people()
    people.stage0[0], people.left_s[0], people.hearings[0] = Stage.ADJOURNED, 6 * H, 2
    stays = hand.stays()
    stays.t_docket[0], stays.t_heard[0], stays.hearings[0], stays.hearing_wait_s[0] = 20 * H, 22 * H, 2, 5 * H
    c = custody(hand.records(stays=stays), people)
    assert sorted(hours(c.docket_line)) == [(6, 9), (20, 22), (42, 72)]
    assert hours(c.docket_case) == [(BEFORE, 22), (42, 72)]


def test_still_adjourned_on_day_0_is_pending_and_waits_on_no_line():
    people = hand.people()
    people.stage0[0] = Stage.ADJOURNED
    stays = hand.stays()
    stays.t_docket[0] = stays.t_heard[0] = EMPTY
    stays.hearings[0] = stays.hearing_wait_s[0] = 0
    c = custody(hand.records(stays=stays), people)
    assert hours(c.docket_line) == [(42, 72)]
    assert hours(c.docket_case) == [(BEFORE, 36), (42, 72)]


def test_giving_up_ends_the_case():
    """Gave up at 50 on the line; the order is of that moment."""
    stays = hand.stays()
    stays.gave_up[2], stays.t_order[2], stays.stage[2] = 1, 50 * H, Stage.DOCUMENT
    stays.hearing_wait_s[2] = 8 * H
    c = custody(hand.records(stays=stays))
    assert sorted(hours(c.docket_line)) == [(BEFORE, 9), (42, 50)]
    assert hours(c.docket_case) == [(BEFORE, 9), (42, 50)]
    assert c.hearing_visits_ended == 2
    assert measure(Custody(hand.tables(), hand.people(), hand.records(stays=stays))).value("give_ups") == 1


def test_a_positive_screening_opens_the_case():
    people = hand.people()
    people.track[2], people.preparing_s[2] = TRACKS.index("expedited"), 2 * H
    records = with_stay(2, t_screening_asked=20 * H, t_screened=42 * H)
    c = custody(records, people)
    assert hours(c.screening_line) == [(20, 42)]
    assert hours(c.docket_case) == [(BEFORE, 9), (42, 72)]


def test_without_documents_an_order_leads_to_the_stay_of_removal():
    c = custody(removal_on=False)
    assert hours(c.documents) == []
    assert sorted(hours(c.stays_of_removal)) == [(5, 6), (9, 24), (48, 72)]


def test_documents_and_stays_of_removal():
    c = custody()
    assert sorted(hours(c.documents)) == [(5, 6), (9, 24), (48, 72)]
    assert c.stays_of_removal.total_seconds == 0


def test_lines_on_day_0_are_under_way_at_the_start():
    for stage, column, span in (
        (Stage.DOCUMENT, "t_document", "documents"),
        (Stage.STAY_OF_REMOVAL, "t_seat_asked", "stays_of_removal"),
        (Stage.SCREENING_LINE, "t_screened", "screening_line"),
    ):
        people = hand.people()
        people.stage0[0] = stage
        stays = hand.stays()
        for name in ("t_docket", "t_heard", "t_order", "t_document", "t_seat_asked"):
            getattr(stays, name)[0] = EMPTY
        getattr(stays, column)[0] = 30 * H
        if stage == Stage.SCREENING_LINE:
            stays.t_screening_asked[0] = 0
        found = getattr(custody(hand.records(stays=stays), people), span)
        assert (BEFORE, 30) in hours(found)
        assert stock(found, 3, 2)[:, AA].tolist()[:3] == [1, 1, 0]


def test_released_on_landing():
    """The release that fell due on the road acts there: no bed, off the road."""
    stays = hand.stays()
    stays.t_bed[2] = stays.t_docket[2] = EMPTY
    stays.t_exit[2], stays.exit[2], stays.stage[2] = 20 * H, 5, Stage.GONE
    stays.t_landed[2] = 20 * H
    c = custody(hand.records(stays=stays))
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
