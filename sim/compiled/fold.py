"""The log counted as it is written: a row moves one person on, and what was counted before need not be kept.

The definitions are those of `sim.measures`, which counts a log kept whole, and the laws those of `measures.laws`; tests
hold the two equal. Changes of stocks are counted at the midnight that follows them, and summed up afterwards.
"""

from __future__ import annotations

from typing import Any, Final

from sim.compiled import codes
from sim.compiled import layout as at
from sim.compiled.jit import fetch, jit_module, rows_from
from sim.compiled.queues import World
from sim.vocabulary import AGES_DAYS, EXIT_REASONS, HELD_IN, NOTED, OUTCOMES, SOURCES, TRACKS, Place, Stage

Counts = Any
"""`jit.counts_at` of an address in compiled code."""
AHEAD: Final = 8
"""Rows of the log between one that is read and one whose person is fetched."""
OUTSIDE, HOLD_ROOM, ROAD, BED = (int(place) for place in Place)
PLACE_OF: Final = tuple(int(stage.row.place) for stage in Stage)
ORDERED: Final = tuple(stage.row.clock == "post_order" for stage in Stage)
N_STAGES, N_SOURCES, N_TRACKS = len(Stage), len(SOURCES), len(TRACKS)
N_AGES, N_OUTCOMES, N_HELD_IN, N_EXITS = len(AGES_DAYS), len(OUTCOMES), len(HELD_IN), len(EXIT_REASONS)
AGES_S: Final = tuple(days * codes.DAY_S for days in AGES_DAYS)
IN_HOLD_ROOM, ON_ROAD = HELD_IN.index("held_hold_room"), HELD_IN.index("held_road")
DEPARTED: Final = OUTCOMES.index("departed")
BORDER, VOLUNTARY = SOURCES.index("border"), TRACKS.index("voluntary")
PEAK_HOLD_ROOM, PEAK_BED_LINE, PEAK_CLEARANCE = range(3)
BY_SOURCE, BY_CRIMINALITY, BY_CUSTODY, BY_GROUP, BY_TRACK, BY_KIND = range(6)
NO_ORDER, BEFORE_START = -3, -1
"""Of `ordered`: when the person came under a final order."""
NO_REVIEW, REQUESTED, STARTED = range(3)


# --- what is counted by time --------------------------------------------------------------------------
def midnight(t: int) -> int:
    """The row of changes of a moment: 0 before the start, else one more than the day."""
    return t // codes.DAY_S + 1


def today_in(world: World, counts: Counts, t: int, area: int) -> Any:
    """Flows of the day of a moment."""
    return counts.area_flows[t // codes.DAY_S * world.n_areas + area]


def change_in(world: World, counts: Counts, t: int, area: int) -> Any:
    """Changes of stocks at a moment."""
    return counts.area_changes[midnight(t) * world.n_areas + area]


def spend(counts: Counts, t: int, what: int, people: int) -> None:
    """So many people more spend time so from a moment on."""
    day, second = max(t, 0) // codes.DAY_S, max(t, 0) % codes.DAY_S
    row = counts.spent[day * (N_STAGES + 2) + what]
    row.people += people
    row.left += people * (codes.DAY_S - second)


def waited(counts: Counts, which: int, since: int, t: int, ended: bool) -> int:
    """A wait that ended at a moment, or goes on when the run is over; its seconds."""
    row, seconds = counts.waits[which], t - max(since, 0)
    row.visits += 1
    row.seconds += seconds
    if ended:
        row.ended += 1
        row.ended_seconds += seconds
    return seconds


def crowd(counts: Counts, which: int, people: int) -> None:
    """So many people more are there; the peak is seen once the instant is over."""
    counts.peaks[which].people += people


def settle(counts: Counts, t: int) -> None:
    """All that happened at the last instant has happened."""
    if t == counts.instant:
        return
    counts.instant = t
    for which in range(3):
        row = counts.peaks[which]
        row.most = max(row.most, row.people)


def kept(counts: Counts, person: Any, since: int, t: int, where: int) -> None:
    """A stay somewhere in custody, as cohorts see it."""
    if person.cell < 0:
        return
    for age in range(N_AGES):
        moment = person.arrest + AGES_S[age]
        if since <= moment < t:
            counts.held_at[(person.cell * N_AGES + age) * N_HELD_IN + where] += 1


# --- hold rooms, roads and beds --------------------------------------------------------------------------
def change_hold_room(world: World, counts: Counts, area: int, t: int, people: int) -> None:
    """So many people more in the hold room of an area."""
    row, t = counts.hold_now[area], max(t, 0)
    day = min(row.since // codes.DAY_S, world.n_days - 1)
    above = row.people - counts.hold_level[area * world.n_days + day]
    if above > 0:
        counts.over_places_s += above * (t - row.since)
    row.people += people
    row.since = t


def leave_hold_room(world: World, counts: Counts, person: Any, t: int) -> None:
    """A stay in a hold room ends, or the run does."""
    since, area = person.hold_since, person.hold_area
    seconds = t - max(since, 0)
    counts.hold_room_seconds += seconds
    if seconds > 0:
        counts.hold_room_stays += 1
    limit = world.days[since // codes.DAY_S].hours_limit
    if 0 <= limit < seconds:
        counts.hold_room_over_limit += 1
    change_in(world, counts, t, area).hold_room -= 1
    change_hold_room(world, counts, area, t, -1)
    crowd(counts, PEAK_HOLD_ROOM, -1)
    kept(counts, person, since, t, IN_HOLD_ROOM)


def take_bed(world: World, counts: Counts, place: int, t: int, people: int) -> None:
    """So many beds more are taken, the road to them included; once the instant is over, that must have been allowed."""
    row = counts.beds_now[place]
    if row.t != t:
        settle_beds(world, counts, place)
        row.t = t
    row.people += people


def settle_beds(world: World, counts: Counts, place: int) -> None:
    """Look at the beds taken at the last instant."""
    row = counts.beds_now[place]
    day = max(row.t, 0) // codes.DAY_S
    if row.t >= 0 and row.people > row.settled and row.people > counts.beds_allowed[place * world.n_days + day]:
        counts.wrong = 1
    row.settled = row.people


def count_by(counts: Counts, columns: Any, drawn: Any, people: int) -> None:
    """So many people more like this one, by each attribute."""
    first = counts.attributes
    columns[first[BY_SOURCE] + drawn.source] += people
    columns[first[BY_CRIMINALITY] + drawn.criminality] += people
    columns[first[BY_CUSTODY] + drawn.custody] += people
    if first[BY_GROUP] >= 0:
        columns[first[BY_GROUP] + drawn.group] += people
    columns[first[BY_TRACK] + drawn.track] += people


def attribute_changes(world: World, counts: Counts, k: int, kind: int, t: int, people: int) -> None:
    """So many people more in beds, by each attribute."""
    start = midnight(t) * counts.n_attributes
    count_by(counts, rows_from(counts.attribute_changes, start), world.people[k], people)
    counts.attribute_changes[start + counts.attributes[BY_KIND] + kind] += people


def enter_bed(world: World, counts: Counts, person: Any, k: int, row: Any) -> None:
    """A time in a bed begins."""
    t, place = row.t, row.place
    if person.n_beds == 0 and t >= 0:
        today = today_in(world, counts, t, row.area)
        today.book_ins += 1
        if person.on_road_before == 0:
            today.moves += 1
        if world.people[k].source != BORDER:
            counts.interior_book_ins += 1
    person.bed_since = t
    person.n_beds += 1
    person.n_staging += counts.staging[place]
    if t >= 0:
        counts.reached_staging += counts.staging[place]
        counts.reached_sites += 1 - counts.staging[place]
    counts.place_changes[midnight(t) * world.n_places + place].held += 1
    attribute_changes(world, counts, k, counts.kind[place], t, 1)


def leave_bed(world: World, counts: Counts, person: Any, k: int, t: int, ended: bool, out: bool) -> None:
    """A time in a bed ends, or the run does."""
    since, place = person.bed_since, person.place
    kind = counts.kind[place]
    seconds = waited(counts, at.BED_STAY, since, t, ended)
    if since >= 0:
        waited(counts, at.FIRST_KIND + kind, since, t, ended)
    counts.bed_nights += t // codes.DAY_S - max(since, 0) // codes.DAY_S
    allowed = world.sites[place].stay_limit
    if 0 <= allowed < seconds:
        counts.over_stay_limit_s += seconds - allowed
    counts.place_changes[midnight(t) * world.n_places + place].held -= 1
    attribute_changes(world, counts, k, kind, t, -1)
    if out:
        counts.left_bed += 1
        exits_by = t // codes.DAY_S * counts.n_attributes + counts.attributes[BY_KIND] + kind
        counts.attribute_exits[exits_by] += 1
    kept(counts, person, since, t, 2 + kind)


def enter_road(world: World, counts: Counts, person: Any, row: Any, from_bed: bool) -> None:
    """A time on the road to a bed begins; `person` is still where they were."""
    t = row.t
    if person.area != row.area:
        today_in(world, counts, t, person.area).moved_out += 1
        today_in(world, counts, t, row.area).moved_in += 1
    today_in(world, counts, t, person.area).moves += 1
    if from_bed:
        counts.moves_from_bed += 1
    else:
        person.on_road_before = 1
        counts.transfer_flow[t // codes.DAY_S] += 1
    change_in(world, counts, t, row.area).in_transit += 1
    counts.place_changes[midnight(t) * world.n_places + row.place].road += 1


def leave_road(world: World, counts: Counts, person: Any, t: int) -> None:
    """A time on the road ends, or the run does."""
    change_in(world, counts, t, person.area).in_transit -= 1
    counts.place_changes[midnight(t) * world.n_places + person.place].road -= 1
    kept(counts, person, person.since, t, ON_ROAD)


def leave_place(world: World, counts: Counts, person: Any, k: int, t: int, to: int, elsewhere: bool) -> None:
    """The last row of the path is over: `to` is the place in custody that follows, perhaps in another place."""
    here, out = PLACE_OF[person.stage], to == OUTSIDE
    if here == HOLD_ROOM and (to != HOLD_ROOM or elsewhere):
        leave_hold_room(world, counts, person, t)
    elif here == BED and (to != BED or elsewhere):
        leave_bed(world, counts, person, k, t, True, out)
    elif here == ROAD:
        leave_road(world, counts, person, t)
    if here >= ROAD and (to < ROAD or elsewhere):
        take_bed(world, counts, person.place, t, -1)
    leave_stage(counts, person, t)


def leave_stage(counts: Counts, person: Any, t: int) -> None:
    """Time in a stage in one place is over, or the run is."""
    counts.stage_seconds[person.stage] += t - max(person.since, 0)
    counts.stage_changes[midnight(t) * N_STAGES + person.stage] -= 1


def come_to_place(world: World, counts: Counts, person: Any, k: int, row: Any, elsewhere: bool) -> None:
    """A row of the path begins."""
    here, to = PLACE_OF[person.stage], PLACE_OF[row.stage]
    if to == HOLD_ROOM and (here != HOLD_ROOM or elsewhere):
        person.hold_since, person.hold_area = row.t, row.area
        change_in(world, counts, row.t, row.area).hold_room += 1
        change_hold_room(world, counts, row.area, row.t, 1)
        crowd(counts, PEAK_HOLD_ROOM, 1)
    elif to == BED and (here != BED or elsewhere):
        enter_bed(world, counts, person, k, row)
    elif to == ROAD:
        enter_road(world, counts, person, row, here == BED)
    if to >= ROAD and (here < ROAD or elsewhere):
        take_bed(world, counts, row.place, row.t, 1)
    counts.stage_visits[row.stage] += 1
    counts.stage_changes[midnight(row.t) * N_STAGES + row.stage] += 1


# --- the case --------------------------------------------------------------------------------------------
def is_docket_case(stage: int) -> bool:
    """A case is pending before a docket."""
    return stage == codes.DOCKET or stage == codes.ADJOURNED


def change_line(world: World, counts: Counts, stage: int, t: int, area: int, people: int) -> None:
    """So many people more on the line of a stage."""
    row = change_in(world, counts, t, area)
    if stage == codes.DESK_LINE:
        row.intake_queue += people
    elif stage == codes.BED_LINE:
        row.bed_queue += people
        crowd(counts, PEAK_BED_LINE, people)
    elif stage == codes.SEAT_LINE:
        row.seat_queue += people


def begin_step(world: World, counts: Counts, person: Any, row: Any) -> None:
    """A stage of the case begins; `person.step` is the one before."""
    stage, t = row.stage, row.t
    if is_docket_case(stage) and not is_docket_case(person.step):
        person.case_area = row.area if world.areas[row.area].docket >= 0 else -1
        if person.case_area >= 0:
            change_in(world, counts, t, row.area).docket_pending += 1
    if ORDERED[stage] and person.ordered == NO_ORDER:
        person.ordered = t if t >= 0 else BEFORE_START
    if stage == codes.STAY:
        person.stayed = 1
    change_line(world, counts, stage, t, row.area, 1)
    spend(counts, t, stage, 1)
    person.step, person.step_since, person.step_area = stage, t, row.area


def end_step(world: World, counts: Counts, person: Any, t: int, following: int) -> None:
    """A stage of the case ends: what follows is a stage, an exit, or nothing (-1) when the run is over."""
    stage, ended = person.step, following >= 0
    seconds = waited(counts, stage, person.step_since, t, ended)
    if ended and stage == codes.DESK_LINE:
        counts.intake_s[counts.n_intake_s] = seconds
        counts.n_intake_s += 1
    elif ended and stage == codes.BED_LINE:
        counts.bed_s[counts.n_bed_s] = seconds
        counts.n_bed_s += 1
    if stage == codes.INTAKE_REVIEW and following >= codes.EXITED:
        counts.at_intake[following - codes.EXITED] += 1
    if stage <= codes.PROCESSING and ended and not codes.DESK_LINE <= following <= codes.PROCESSING:
        today_in(world, counts, t, person.arrest_area).processed += 1
    if is_docket_case(stage) and not is_docket_case(following) and person.case_area >= 0:
        change_in(world, counts, t, person.case_area).docket_pending -= 1
    change_line(world, counts, stage, t, person.step_area, -1)
    spend(counts, t, stage, -1)


def follow_case(world: World, counts: Counts, person: Any, row: Any, here: int) -> None:
    """The stage of the case, which a move from bed to bed leaves as it is."""
    if row.stage == codes.ON_THE_ROAD and here == BED:
        person.resuming = 1
    elif person.resuming == 1:
        person.resuming = 0
        if row.stage != person.step:
            counts.wrong = 1
    else:
        if person.step > 0:
            end_step(world, counts, person, row.t, row.stage)
        begin_step(world, counts, person, row)


# --- coming and leaving --------------------------------------------------------------------------------------
def arrive(world: World, counts: Counts, person: Any, k: int, row: Any) -> None:
    """A person comes into custody, or is there when the run begins."""
    t, drawn = row.t, world.people[k]
    if row.stage >= codes.GONE:
        counts.wrong = 1
        return
    person.person, person.stage, person.step, person.place, person.area = row.row + 1, 0, 0, row.place, row.area
    person.arrest, person.arrest_area, person.cell, person.ordered = drawn.t, row.area, -1, NO_ORDER
    person.resuming, person.stayed, person.on_road_before, person.n_beds, person.n_staging = 0, 0, 0, 0, 0
    person.willing, person.third, person.after_exit, person.review = 0, 0, 0, NO_REVIEW
    person.n_transfer, person.transfer_since, person.move_rule, person.case_area = 0, 0, -1, -1
    change_in(world, counts, t, row.area).everywhere += 1
    spend(counts, t, at.CUSTODY_AT_ALL, 1)
    if t < 0:
        if PLACE_OF[row.stage] != BED:
            counts.wrong = 1
        return
    if row.stage != codes.DESK_LINE or drawn.t != t:
        counts.wrong = 1
    today = today_in(world, counts, t, row.area)
    today.arrests += 1
    today.arrests_drawn += 1
    if drawn.source == BORDER:
        today.arrests_border += 1
    counts.came += 1
    counts.criminality[drawn.criminality] += 1
    person.cell = (counts.month_of[t // codes.DAY_S] * N_SOURCES + drawn.source) * N_TRACKS + drawn.track
    counts.arrested[person.cell] += 1


def stay_ends(counts: Counts, person: Any, since: int, t: int, ended: bool) -> None:
    """Custody ends, or the run does."""
    waited(counts, at.EVERYWHERE, since, t, ended)
    counts.custody_nights += t // codes.DAY_S - max(since, 0) // codes.DAY_S
    spend(counts, t, at.CUSTODY_AT_ALL, -1)


def leave(world: World, counts: Counts, person: Any, k: int, row: Any) -> None:
    """A person leaves custody."""
    t, reason, drawn = row.t, row.stage - codes.EXITED, world.people[k]
    day, stay = t // codes.DAY_S, t - person.arrest
    stay_ends(counts, person, person.arrest, t, True)
    change_in(world, counts, t, person.arrest_area).everywhere -= 1
    counts.exits[(day * world.n_areas + row.area) * N_EXITS + reason] += 1
    month = counts.month_exits[(counts.month_of[day] * world.n_areas + row.area) * N_EXITS + reason]
    month.people += 1
    month.stay_s += stay
    counts.stay_s[counts.n_stay_s] = min(stay, at.NEVER)
    counts.n_stay_s += 1
    count_by(counts, rows_from(counts.attribute_exits, day * counts.n_attributes), drawn, 1)
    if person.cell >= 0:
        seen_whole(counts, person, drawn, t, reason)
    if reason == codes.EXIT_REMOVED:
        removed(world, counts, person, drawn, t)


def seen_whole(counts: Counts, person: Any, drawn: Any, t: int, reason: int) -> None:
    """A stay that began and ended in the run."""
    counts.whole_stays += 1
    counts.whole_staging += person.n_staging
    counts.whole_sites += person.n_beds - person.n_staging
    outcome, age, stay = reason, 0, t - person.arrest
    if reason == codes.EXIT_REMOVED and (person.willing == 1 or drawn.track == VOLUNTARY):
        outcome = DEPARTED
    while age < N_AGES and AGES_S[age] < stay:
        age += 1
    counts.left_at[(person.cell * (N_AGES + 1) + age) * N_OUTCOMES + outcome] += 1


def removed(world: World, counts: Counts, person: Any, drawn: Any, t: int) -> None:
    """A removal: since the order, by which route, and to where."""
    counts.third_country_removals += person.third
    if person.ordered >= 0:
        counts.removed_under_order += 1
        counts.order_to_removal_s += t - person.ordered
    elif person.ordered == NO_ORDER and person.stayed == 0:  # at once
        counts.removed_under_order += 1
    route = drawn.route if person.third == 0 else world.third_country_route
    if person.step == codes.SEAT_LINE and person.ordered != NO_ORDER and world.has_routes == 1 and route >= 0:
        counts.seats_used[t // codes.DAY_S * counts.n_seats + route] += 1


# --- notes ---------------------------------------------------------------------------------------------------
def leave_lines(world: World, counts: Counts, person: Any, t: int, what: int) -> None:
    """A row of the path ends the wait for a transfer, and one that leaves the place that for a move."""
    if person.n_transfer > 0:
        counts.transfer_seconds += person.n_transfer * t - person.transfer_since
        person.n_transfer, person.transfer_since = 0, 0
    if person.move_rule < 0 or (what != codes.ON_THE_ROAD and what < codes.EXITED):
        return
    if what == codes.ON_THE_ROAD:
        day, rule = t // codes.DAY_S, person.move_rule
        counts.moved_by_rule[day * counts.n_rules + rule] += 1
        if world.moves[rule].seats == codes.TRANSFER_SEATS:
            counts.transfer_flow[day] += 1
    leave_move_line(counts, person, t)


def leave_move_line(counts: Counts, person: Any, t: int) -> None:
    """The wait for a transport to another place is over."""
    if person.move_rule >= 0:
        counts.move_seconds += t - max(person.move_since, 0)
        person.move_rule = -1


def leave_clearance_line(world: World, counts: Counts, person: Any, t: int, ended: bool) -> None:
    """A reviewer takes up a request, or it is withdrawn."""
    waited(counts, at.CLEARANCE, person.request_since, t, ended)
    change_in(world, counts, t, person.request_area).clearance_queue -= 1
    crowd(counts, PEAK_CLEARANCE, -1)
    spend(counts, t, at.CLEARANCE, -1)


def decided(world: World, counts: Counts, person: Any, t: int) -> None:
    """A request is granted, refused or withdrawn."""
    if person.review == NO_REVIEW:
        counts.wrong = 1
        return
    if person.review == REQUESTED:
        leave_clearance_line(world, counts, person, t, True)
    waited(counts, at.REVIEW, person.request_since, t, True)
    person.review = NO_REVIEW


def take_note(world: World, counts: Counts, person: Any, k: int, row: Any) -> None:
    """A row of the log that leaves the stage as it is."""
    what = row.stage
    if what >= codes.REQUESTED:
        if person.review != NO_REVIEW:
            counts.wrong = 1
        person.review, person.request_since, person.request_area = REQUESTED, row.t, row.area
        change_in(world, counts, row.t, row.area).clearance_queue += 1
        crowd(counts, PEAK_CLEARANCE, 1)
        spend(counts, row.t, at.CLEARANCE, 1)
    elif what == codes.TRANSFER_LINE:
        person.n_transfer += 1
        person.transfer_since += max(row.t, 0)
    elif what == codes.HEARD:
        today_in(world, counts, row.t, row.area).hearings += 1
    elif what == codes.GAVE_UP:
        counts.give_ups += 1
        person.willing = 1
    elif what == codes.THIRD_COUNTRY:
        person.third += 1
    elif what == codes.ON_ATD:
        end = min(row.t + world.people[k].atd_s, world.end)
        change_in(world, counts, row.t, row.area).enrolled += 1
        change_in(world, counts, end, row.area).enrolled -= 1
    elif what == codes.NO_SHOW:
        counts.no_shows += 1
    elif what == codes.MOVE_LINE:
        person.move_since, person.move_rule = row.t, row.place - world.n_places
        if person.move_rule < 0:
            counts.wrong = 1
    elif what == codes.MOVE_WITHDRAWN:
        leave_move_line(counts, person, row.t)
    elif what == codes.REVIEW_STARTED:
        if person.review != REQUESTED:
            counts.wrong = 1
        else:
            leave_clearance_line(world, counts, person, row.t, True)
            person.review = STARTED
    elif codes.REVIEW_REFUSED <= what <= codes.REVIEW_WITHDRAWN:
        decided(world, counts, person, row.t)


# --- row by row --------------------------------------------------------------------------------------------------
def check_path(world: World, counts: Counts, person: Any, row: Any, here: int, to: int) -> None:
    """What is always true of somebody who comes to a stage or leaves."""
    on_foot, moves = row.stage != codes.ON_THE_ROAD, row.place != person.place
    may_follow = here == HOLD_ROOM or to in (BED, OUTSIDE) or (here == BED and to == ROAD)
    wrong = not may_follow or row.stage == person.stage
    if row.stage == codes.DESK_LINE or (on_foot and (row.area != person.area or (moves and here != HOLD_ROOM))):
        wrong = True
    if wrong:
        counts.wrong = 1


def come(world: World, counts: Counts, person: Any, k: int, row: Any) -> None:
    """A person comes to a stage, or leaves custody."""
    t, what = row.t, row.stage
    here, out = PLACE_OF[person.stage], what >= codes.EXITED
    to = OUTSIDE if out else PLACE_OF[what]
    elsewhere = row.place != person.place
    if row.place >= world.n_places or world.sites[row.place].area != row.area:
        counts.wrong = 1
        return
    if here != OUTSIDE:
        check_path(world, counts, person, row, here, to)
        leave_place(world, counts, person, k, t, to, elsewhere)
    leave_lines(world, counts, person, t, what)
    if out:
        if person.review != NO_REVIEW:
            counts.wrong = 1
        end_step(world, counts, person, t, what)
        leave(world, counts, person, k, row)
        person.after_exit = 1
        person.stage = 0
        return
    follow_case(world, counts, person, row, here)
    come_to_place(world, counts, person, k, row, elsewhere)
    person.stage, person.since, person.place, person.area = what, t, row.place, row.area


def read_row(world: World, counts: Counts, row: Any) -> None:
    """One row of the log."""
    k, noted = world.slots[row.row], NOTED <= row.stage < codes.EXITED or row.stage >= codes.REQUESTED
    person = counts.custody[k]
    settle(counts, max(row.t, 0))
    if person.person != row.row + 1:
        arrive(world, counts, person, k, row)
    elif row.t < 0:
        counts.wrong = 1
    elif person.after_exit > 0:
        if row.stage != codes.ON_ATD or person.after_exit > 1:
            counts.wrong = 1
        person.after_exit += 1
    if counts.wrong == 1:
        return
    if noted:
        take_note(world, counts, person, k, row)
    else:
        come(world, counts, person, k, row)


def still_there(world: World, counts: Counts, person: Any, k: int) -> None:
    """A person who is in custody when the run ends."""
    end, here = world.end, PLACE_OF[person.stage]
    if here == HOLD_ROOM:
        leave_hold_room(world, counts, person, end)
    elif here == BED:
        leave_bed(world, counts, person, k, end, False, False)
    else:
        leave_road(world, counts, person, end)
    leave_stage(counts, person, end)
    end_step(world, counts, person, end, -1)
    stay_ends(counts, person, person.arrest, end, False)
    change_in(world, counts, end, person.arrest_area).everywhere -= 1
    counts.transfer_seconds += person.n_transfer * end - person.transfer_since
    leave_move_line(counts, person, end)
    if person.review == REQUESTED:
        leave_clearance_line(world, counts, person, end, False)
    if person.review != NO_REVIEW:
        waited(counts, at.REVIEW, person.request_since, end, False)


def read_log(world: World, counts: Counts, end: int) -> None:
    """Every row of the log, up to the first that breaks a law."""
    last = counts.instant if counts.instant > 0 else -1
    for i in range(world.n_logged):
        if i + AHEAD < world.n_logged:
            k = world.slots[world.log[i + AHEAD].row]
            fetch(counts.custody, k)
            fetch(world.people, k)
        row = world.log[i]
        if not last <= row.t < end:
            counts.wrong = 1
        else:
            read_row(world, counts, row)
        if counts.wrong == 1:
            return
        last = row.t


def count_log(world: World, counts: Counts, end: int) -> int:
    """Count the rows of the log, which happened before `end`, and empty it; 0 if a law is broken."""
    read_log(world, counts, end)
    world.n_logged = 0
    for area in range(world.n_areas):
        change_hold_room(world, counts, area, end, 0)
    for place in range(world.n_places):
        settle_beds(world, counts, place)
    if counts.wrong == 0 and end == world.end:
        settle(counts, world.end)
        for k in range(world.n_rows):
            person = counts.custody[k]
            if person.person > 0 and person.after_exit == 0:
                still_there(world, counts, person, k)
    return 1 - counts.wrong


jit_module()
