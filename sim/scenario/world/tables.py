"""A scenario as whole numbers by day: what play may look at.

Every schedule becomes an array with one value a day (a step or a ramp changes at midnight), every
service with a calendar a list of dated instants and places, every hazard an integer speed. After
this module nothing is a float, so two engines cannot differ by rounding.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim import rules, vocabulary
from sim.arrays import Floats, Ints
from sim.scenario.schema import Arrests, Beds, Case, Funding, Intake, InteriorSource, Release, Removal, Scenario
from sim.scenario.schema.places import Places, transfer_rung
from sim.scenario.world import funding as money
from sim.scenario.world.calendars import DOCUMENT_SPEED as DOCUMENT_SPEED
from sim.scenario.world.calendars import ENDLESS as ENDLESS
from sim.scenario.world.calendars import NONE as NONE
from sim.scenario.world.calendars import U31 as U31
from sim.scenario.world.calendars import Calendar as Calendar
from sim.scenario.world.calendars import Frame, calendar, empty_calendar, rounded, whole
from sim.scenario.world.places import by_place, place_tables, replaced_pools
from sim.scenario.world.portable import exp, log

AreaDays = NDArray[np.int64]
"""By area and day: the compiled engine has every table of this type in its rows by area and day."""
PlaceDays = NDArray[np.int64]
"""By place and day, likewise."""

HEIGHT_BITS = 52
"""Heights of candidates are whole numbers in [0, 2**HEIGHT_BITS)."""
WORK = 2**40
"""Work of a unit exponential: a clock of hazard 1 a second would use WORK a second."""


COURT_OPENS_S: Final = 9 * 3600
"""Time of day of hearing and screening lists."""
_ROUNDING: Final = 1e-9
"""Added before rounding down: 29 % of 100 is 29, not 28.999999999999996."""


@dataclass(frozen=True)
class Tables:
    """Shapes: D days, A areas, P places (areas first), G groups, R routes, K dockets, L rungs; seconds and cents."""

    start: dt.date
    days: int
    areas: tuple[str, ...]
    groups: tuple[str, ...]
    routes: tuple[str, ...]
    dockets: tuple[str, ...]

    # arrests
    goal_milli: Ints  # (D,) thousandths of an arrest a day; NONE: no goal
    capability_milli: Ints  # (2, A, D) c of each interior cell, before pool; weekday and day effect apart
    goal_follows: bool  # True: no officers are modelled, c is the goal itself
    pool: Ints  # (2, A) people not yet found at the start; NONE: endless
    by_criminality: bool
    criminality_ppm: Ints  # (2, 3) millionths of each interior source's people, by criminality
    throttle_above: AreaDays  # (A, D) arrests stop while the hold rooms hold more; NONE
    # intake
    intake_on: bool
    places: AreaDays  # (A, D) hold-room places; NONE
    hours_limit_s: Ints  # (D,) NONE
    desks: AreaDays  # (A, D) ENDLESS
    ceiling_above: AreaDays  # (A, D) hold rooms are over their ceiling while they hold more; NONE
    ceiling_releases: bool  # True: people are released then; False: nobody is taken in
    # beds
    beds_on: bool
    funded: Ints  # (D,) NONE
    contracted: PlaceDays  # (P, D) ENDLESS
    physical: PlaceDays  # (P, D) ENDLESS
    operating: PlaceDays  # (P, D) min of the two
    over_contract: PlaceDays  # (P, D) most beds the over_contract rung may fill
    guaranteed: PlaceDays  # (P, D) 0
    rung_kind: Ints  # (L,) position in vocabulary.RUNGS
    rung_after_s: Ints  # (L,) since entry; NONE: the person's hold limit
    displace_mandatory: bool
    release_mandatory: bool
    transfer_to: tuple[tuple[int, ...], ...]  # for each area the places it may send to, in order
    transfer_calendar: tuple[Calendar, ...]  # (A,) empty without the rung
    transfer_s: int
    # places and moves (M rules)
    place_names: tuple[str, ...]  # (P,) the areas, then the named places
    place_area: Ints  # (P,)
    place_kind: Ints  # (P,) position in vocabulary.PLACE_KINDS
    stay_limit_s: Ints  # (P,) NONE
    entry: tuple[tuple[int, ...], ...]  # for each area the places of a first bed, in order
    day0_place: Ints  # (A,) where people held on day 0 are
    move_to: tuple[tuple[tuple[int, ...], ...], ...]  # by rule and place: where it leads, in order
    move_when: Ints  # (M,) position in vocabulary.MOVE_TIMES
    move_after_s: Ints  # (M, MOVE_QUANTILES) equally likely times
    move_lead_work: Ints  # (M, D) work left for the document when the rule falls due; 0: when the seat line begins
    move_share: Ints  # (M, D) in U31
    move_seats: Ints  # (M,) NO_SEATS, OWN_SEATS, TRANSFER_SEATS
    move_calendar: tuple[Calendar, ...]  # (M,) empty without seats of its own
    move_road_s: Ints  # (M,)
    move_cents: Ints  # (M,)
    docket_changes: bool  # a person who is moved joins the docket of the new area
    # case
    case_on: bool
    mode_stay: bool
    stay_exit: int  # code in vocabulary.EXIT_REASONS
    docket_of: Ints  # (A,) docket index; NONE: no judge is waited for
    docket_calendar: tuple[Calendar, ...]  # (K,)
    screening_on: bool
    screening_share: Ints  # (D,) in U31
    screening_positive: Ints  # (D,) in U31
    screening_calendar: Calendar
    giving_up_after_s: Ints  # (B,) ascending from 0; empty: nobody gives up
    giving_up_speed: Ints  # (B, D) work a second from that time held on
    stay_share: Ints  # (D,) in U31: stays of removal granted after an order
    # removal
    removal_on: bool
    groups_on: bool
    document_speed: Ints  # (G, D) work a second
    third_country_share: Ints  # (G, D) in U31
    third_country_route: int  # NONE
    route_calendar: tuple[Calendar, ...]  # (R,)
    post_order_limit_s: Ints  # (D,) by date of the order; NONE
    # release
    clock_speed: Ints  # (5, 3, D) reason × source × day, work a second, weekday factors included
    clock_runs: Ints  # (5, 2, 3) reason × custody class × CLOCK_STAGES, 0 or 1
    clearance_on: bool
    needs_clearance: Ints  # (13,) by exit reason, 0 or 1
    reviewers: Ints  # (D,)
    approval: Ints  # (D,) in U31
    atd_on: bool
    atd_slots: Ints  # (D,) ENDLESS
    atd_enrolled: int
    diversion_share: Ints  # (2, D) custody class × day, in U31: supervised instead of detained
    # money
    price_cents: Ints  # (10,) by ledger line, `seats` and `moves` unused
    seat_cents: Ints  # (R,)
    budget_cents: Ints  # (5, D) an account's dollars for the fiscal year of the day, less what was spent before; NONE
    fiscal_year: Ints  # (D,)
    limited_by: Ints  # (5,) 0 or 1
    on_exhaustion: int  # 0 continue, 1 stop_over_funding, 2 stop_arrests
    removal_goal_milli: int = NONE  # thousandths of a removal in the window; NONE: no goal
    funds_cents: int = NONE  # the funding level's dollars of the window, all accounts; NONE: no level


def build_tables(scenario: Scenario) -> Tables:
    """Every table of a scenario."""
    frame = Frame(scenario.start, scenario.days, tuple(scenario.areas))
    removal = scenario.removal or Removal()
    places = Places.of(scenario)
    beds = _beds(scenario, places, frame)
    return Tables(
        start=scenario.start,
        days=scenario.days,
        areas=frame.areas,
        groups=tuple(removal.groups),
        routes=tuple(removal.routes),
        dockets=tuple((scenario.case or Case()).dockets),
        **_arrests(scenario, frame),
        **_intake(scenario, frame),
        **beds,
        **_ladder(scenario, places, frame),
        **place_tables(scenario, places, beds["operating"], frame),
        **_case(scenario, frame),
        **_screening(scenario, frame),
        **_removal(scenario, removal, frame),
        **_clocks(scenario, frame),
        **_clearance(scenario, frame),
        **_atd(scenario, frame),
        **_money(scenario, removal, frame),
    )


def _shares(values: Floats) -> Ints:
    """Shares as whole numbers of U31; 1 is above every drawn share."""
    return rounded(np.clip(values, 0.0, 1.0) * U31)


def _speed(a_day: Floats) -> Ints:
    """Hazards a day as work a second, at most what rings within a second."""
    return np.minimum(rounded(a_day * (WORK / vocabulary.SECONDS_PER_DAY)), rules.MOST_CLOCK_SPEED)


# --- arrests ------------------------------------------------------------------------------------
def interior_sources(arrests: Arrests) -> tuple[InteriorSource | None, InteriorSource | None]:
    """At large and local custody; a goal without any stated source is met at large."""
    both = (arrests.sources.at_large, arrests.sources.local_custody)
    if both == (None, None) and arrests.goal is not None:
        return (InteriorSource(), None)
    return both


def officers_modelled(arrests: Arrests) -> bool:
    """Somebody's number of officers is stated."""
    return any(source is not None and source.officers is not None for source in interior_sources(arrests))


def capability(scenario: Scenario, frame: Frame) -> Floats:
    """(2, A, D) arrests a day of each interior cell, by officers or by the goal; weekday and day effect apart."""
    modelled = officers_modelled(scenario.arrests)
    return _capability(scenario, frame) if modelled else _goal_spread(scenario.arrests, frame)


def _arrests(scenario: Scenario, frame: Frame) -> dict[str, Any]:
    arrests, n = scenario.arrests, len(frame.areas)
    pools = [
        [NONE] * n if source is None or source.pool is None else [int(source.pool.of(code)) for code in frame.areas]
        for source in interior_sources(arrests)
    ]
    throttle = np.full(n, float(arrests.throttle.hold_room_share)) if arrests.throttle else None
    return {
        "goal_milli": frame.counts(None) if arrests.goal is None else rounded(frame.values(arrests.goal) * 1000),
        "capability_milli": rounded(capability(scenario, frame) * 1000),
        "goal_follows": not officers_modelled(arrests),
        "pool": np.array(pools, np.int64),
        "by_criminality": arrests.priority == "criminality",
        "criminality_ppm": np.array([_criminality_ppm(scenario, name) for name in vocabulary.INTERIOR], np.int64),
        "throttle_above": _times_places(scenario.intake, throttle, frame),
    }


def _criminality_ppm(scenario: Scenario, source: Any) -> Ints:
    people = scenario.people.sources.get(source)
    shares = {"none": 1.0} if people is None else people.criminality
    return rounded(np.array([float(shares.get(word, 0)) for word in vocabulary.CRIMINALITY]) * 1e6)


def _goal_spread(arrests: Arrests, frame: Frame) -> Floats:
    """(2, A, D) the goal by weight, less what cooperation and leaks take; nothing without a goal."""
    weights = np.zeros((2, len(frame.areas)))
    for row, source in enumerate(interior_sources(arrests)):
        if source is not None:
            weights[row] = [1.0 if source.share is None else float(source.share.of(code)) for code in frame.areas]
    total = float(np.add.accumulate(weights.ravel())[-1])
    if arrests.goal is None or total == 0:
        return np.zeros((*weights.shape, frame.days))
    return weights[:, :, None] / total * frame.values(arrests.goal) * _willing(arrests, frame)


def _willing(arrests: Arrests, frame: Frame) -> Floats:
    """(2, A, D) cooperation × (1 − leak loss); 0 for a source that is not stated."""
    return np.stack(
        [
            frame.area_values(source.cooperation if source else None)
            * (1.0 - frame.area_values(source.leak_loss if source else None))
            for source in interior_sources(arrests)
        ]
    )


def _capability(scenario: Scenario, frame: Frame) -> Floats:
    """(2, A, D) arrests a day that officers can make: own, bought and lent ones."""
    sources = interior_sources(scenario.arrests)
    base = np.stack([frame.area_values(s.officers if s else None) for s in sources])
    yields = np.stack([frame.area_values(s.arrests_per_officer_day if s else None, 1.0) for s in sources])
    more = money.extra(scenario.funding, "officers", frame)
    own = money.scaled(base.reshape(-1, frame.days), more).reshape(base.shape) if more.any() else base
    own = own * money.in_service(scenario.funding, "officers", frame)
    return (own + _lent(scenario, base, frame)) * yields * _willing(scenario.arrests, frame)


def _lent(scenario: Scenario, base: Floats, frame: Frame) -> Floats:
    """(2, A, D) officers lent by other agencies, as the area's own officers they are worth."""
    lent = np.zeros_like(base)
    for detail in (scenario.funding or Funding()).staff.details.values():
        row = vocabulary.INTERIOR.index(detail.source)
        worth = frame.values(detail.officers) * float(detail.arrest_yield) * frame.in_force(detail.start, detail.end)
        lent[row] += money.scaled(base[row], worth) - base[row]
    return lent


def _times_places(intake: Intake | None, multiple: Floats | None, frame: Frame) -> Ints:
    """(A, D) hold-room places times a multiple (A,); NONE where either is not stated."""
    if multiple is None or intake is None or intake.places is None:
        return frame.area_counts(None)
    return whole(frame.area_values(intake.places) * multiple[:, None] + _ROUNDING)


# --- intake and beds ----------------------------------------------------------------------------
def _intake(scenario: Scenario, frame: Frame) -> dict[str, Any]:
    intake = scenario.intake or Intake()
    ceiling = intake.ceiling
    multiple = np.array([float(ceiling.of_places.of(code)) for code in frame.areas]) if ceiling else None
    desks = frame.area_counts(intake.desks, ENDLESS)
    return {
        "intake_on": scenario.intake is not None,
        "places": frame.area_counts(intake.places),
        "hours_limit_s": frame.counts(intake.hours_limit),
        "desks": money.grown_counts(desks, money.extra(scenario.funding, "desks", frame)),
        "ceiling_above": _times_places(intake, multiple, frame),
        "ceiling_releases": ceiling is not None and ceiling.then == "release",
    }


def _beds(scenario: Scenario, places: Places, frame: Frame) -> dict[str, Any]:
    beds = scenario.beds or Beds()
    bought = money.extra(scenario.funding, "beds", frame)
    own = frame.area_counts(beds.contracted, ENDLESS)
    if beds.contracted is None and beds.physical is None:
        own = np.minimum(own, replaced_pools(places))
    contracted, physical = money.grown_beds(
        by_place(places, own, "contracted", ENDLESS, frame),
        by_place(places, frame.area_counts(beds.physical, ENDLESS), "physical", ENDLESS, frame),
        bought,
    )
    allowed = np.floor(contracted * (1.0 + allowance(beds)) + _ROUNDING).astype(np.int64)
    funded = frame.counts(beds.funded)
    return {
        "beds_on": scenario.beds is not None,
        "funded": funded if beds.funded is None else np.maximum(funded + rounded(bought), 0),
        "contracted": contracted,
        "physical": physical,
        "operating": np.minimum(physical, contracted),
        "over_contract": np.minimum(np.minimum(physical, allowed), ENDLESS),
        "guaranteed": by_place(places, frame.area_counts(beds.guaranteed_minimum, 0), "guaranteed_minimum", 0, frame),
    }


def allowance(beds: Beds) -> float:
    """The share beyond contract that the rung `over_contract` may fill; 0 without it."""
    return max(
        (float(rung.over_contract.allowance) for rung in beds.ladder if rung.over_contract is not None), default=0.0
    )


def _ladder(scenario: Scenario, places: Places, frame: Frame) -> dict[str, Any]:
    beds = scenario.beds or Beds()
    ladder, transfer = beds.ladder, transfer_rung(beds)
    to, weekday = transfer.to if transfer else {}, frame.weekday(transfer.weekday if transfer else None)
    areas = [tuple(frame.areas.index(code) for code in to.get(area, ())) for area in frame.areas]
    return {
        "rung_kind": np.array([vocabulary.RUNGS.index(rung.kind) for rung in ladder], np.int64),
        "rung_after_s": np.array([NONE if rung.after_s is None else rung.after_s for rung in ladder], np.int64),
        "displace_mandatory": any(rung.displace is not None and rung.displace.mandatory for rung in ladder),
        "release_mandatory": any(rung.release is not None and rung.release.mandatory for rung in ladder),
        "transfer_to": tuple(tuple(place for area in to for place in places.entry(area)) for to in areas),
        "transfer_calendar": tuple(
            calendar(frame.values(transfer.seats.of(code)) * weekday, transfer.departures)
            if transfer and to
            else empty_calendar()
            for code, to in zip(frame.areas, areas, strict=True)
        ),
        "transfer_s": int(transfer.hours) if transfer else 0,
    }


# --- case ---------------------------------------------------------------------------------------
def _case(scenario: Scenario, frame: Frame) -> dict[str, Any]:
    case = scenario.case or Case()
    challenges = case.court_challenges
    bands = [(int(band.after), frame.values(band.rate)) for band in case.giving_up]
    if bands and bands[0][0] > 0:
        bands.insert(0, (0, np.zeros(frame.days)))  # nobody gives up before
    rates = np.array([rate for _, rate in bands], np.float64).reshape(len(bands), frame.days)
    docket_of = np.full(len(frame.areas), NONE)
    for index, docket in enumerate(case.dockets.values()):
        docket_of[[frame.areas.index(code) for code in docket.areas]] = index
    return {
        "case_on": scenario.case is not None,
        "mode_stay": case.mode == "stay",
        "stay_exit": vocabulary.EXIT_REASONS.index(case.stay_exit),
        "docket_of": docket_of,
        "docket_calendar": _docket_calendars(scenario, case, frame),
        "giving_up_after_s": np.array([after for after, _ in bands], np.int64),
        "giving_up_speed": _speed(rates * _pace(scenario.removal, frame)),
        "stay_share": _shares(frame.values(challenges.share if challenges else None)),
    }


def _docket_calendars(scenario: Scenario, case: Case, frame: Frame) -> tuple[Calendar, ...]:
    dockets = list(case.dockets.values())
    if not dockets:
        return ()
    judges = np.stack([frame.values(docket.judges) for docket in dockets])
    more = money.extra(scenario.funding, "judges", frame)
    judges = money.scaled(judges, more) if more.any() else judges
    judges = judges * money.in_service(scenario.funding, "judges", frame)
    weekday = frame.sitting(case.court_weekday)
    pace = [frame.values(docket.hearings_per_judge_day) for docket in dockets]
    return tuple(calendar(row * each * weekday, [COURT_OPENS_S]) for row, each in zip(judges, pace, strict=True))


def _screening(scenario: Scenario, frame: Frame) -> dict[str, Any]:
    screening, service = (scenario.case or Case()).screening, empty_calendar()
    if screening is not None:
        capacity = frame.values(screening.officers) * float(screening.screenings_per_officer_day)
        service = calendar(capacity * frame.sitting(screening.weekday), [COURT_OPENS_S])
    return {
        "screening_on": screening is not None,
        "screening_share": _shares(frame.values(screening.share if screening else None)),
        "screening_positive": _shares(frame.values(screening.positive if screening else None)),
        "screening_calendar": service,
    }


# --- removal ------------------------------------------------------------------------------------
def _removal(scenario: Scenario, removal: Removal, frame: Frame) -> dict[str, Any]:
    third = removal.third_country
    return {
        "removal_on": scenario.removal is not None,
        "removal_goal_milli": NONE if removal.goal is None else round(float(removal.goal) * frame.days * 1000),
        "groups_on": bool(removal.groups),
        **_documents(removal, frame),
        "third_country_route": NONE if third is None else list(removal.routes).index(third.route),
        "route_calendar": _route_calendars(scenario, removal, frame),
        "post_order_limit_s": frame.counts(removal.post_order_limit),
    }


def _documents(removal: Removal, frame: Frame) -> dict[str, Ints]:
    """(G, D) work a second, of which agreements in force multiply the speed, and shares sent to a third country."""
    speed, third = (np.zeros((len(removal.groups), frame.days)) for _ in range(2))
    pace = _pace(removal, frame)
    for row, (name, group) in enumerate(removal.groups.items()):
        speed[row] = frame.values(group.document_speed) * pace
        for agreement in removal.agreements.values():
            if name in agreement.groups:
                now = frame.in_force(agreement.start, agreement.end)
                factor = 1.0 + now * (float(agreement.document_speed) - 1.0)
                speed[row] = np.minimum(speed[row] * factor, rules.MOST_WORK)
                third[row] += now * float(agreement.third_country_share)
    return {
        "document_speed": np.minimum(rounded(speed * DOCUMENT_SPEED), rules.MOST_WORK),
        "third_country_share": _shares(third if removal.third_country is not None else np.zeros_like(third)),
    }


_FADED: Final = 700.0


def _pace(removal: Removal | None, frame: Frame) -> Floats:
    """(D,) expected factor of the speed of documents and of giving up."""
    pace = removal and removal.pace
    if not pace:
        return np.ones(frame.days)
    passed = np.arange(frame.days) * (vocabulary.SECONDS_PER_DAY / float(pace.returns))
    left = exp(-np.minimum(passed, _FADED))
    return exp(left * log(np.array([float(pace.level)])))


def _route_calendars(scenario: Scenario, removal: Removal, frame: Frame) -> tuple[Calendar, ...]:
    routes = list(removal.routes.values())
    if not routes:
        return ()
    seats = np.stack([frame.values(route.seats) for route in routes])
    more = money.extra(scenario.funding, "seats", frame)
    charter = [row for row, route in enumerate(routes) if route.kind == "charter"]
    if charter and more.any():
        seats[charter] = money.scaled(seats[charter], more)
    days = [frame.weekday(route.weekday) for route in routes]
    return tuple(calendar(seats[row] * days[row], route.departures) for row, route in enumerate(routes))


# --- release ------------------------------------------------------------------------------------
def _clocks(scenario: Scenario, frame: Frame) -> dict[str, Any]:
    reasons, sources, classes = vocabulary.CLOCK_REASONS, vocabulary.SOURCES, vocabulary.CUSTODY_CLASSES
    speed = np.zeros((len(reasons), len(sources), frame.days), np.int64)
    runs = np.zeros((len(reasons), len(classes), len(vocabulary.CLOCK_STAGES)), np.int64)
    release = scenario.release or Release()
    weekday = frame.weekday(release.weekday)
    for reason, clock in release.clocks.items():
        row = reasons.index(reason)
        for source, schedule in clock.rate.items():
            speed[row, sources.index(source)] = _speed(frame.values(schedule) * weekday)
        stages = [word in clock.stages for word in vocabulary.CLOCK_STAGES]
        runs[row] = np.outer([word in clock.classes for word in classes], stages)
    return {"clock_speed": speed, "clock_runs": runs}


def _clearance(scenario: Scenario, frame: Frame) -> dict[str, Any]:
    clearance = (scenario.release or Release()).clearance
    covered = [] if clearance is None else clearance.reasons
    return {
        "clearance_on": clearance is not None,
        "needs_clearance": np.array([reason in covered for reason in vocabulary.EXIT_REASONS], np.int64),
        "reviewers": frame.counts(clearance.reviewers if clearance else None, 0),
        "approval": _shares(frame.values(clearance.approval if clearance else None)),
    }


def _atd(scenario: Scenario, frame: Frame) -> dict[str, Any]:
    atd = (scenario.release or Release()).atd
    diversion = atd.diversion if atd else None
    share = _shares(frame.values(diversion.share if diversion else None))
    classes = diversion.classes if diversion else []
    slots = frame.counts(atd.slots if atd else None, ENDLESS)
    return {
        "atd_on": atd is not None,
        "atd_slots": money.grown_counts(slots[None, :], money.extra(scenario.funding, "atd_slots", frame))[0],
        "atd_enrolled": 0 if atd is None else int(atd.enrolled),
        "diversion_share": np.stack([share * (word in classes) for word in vocabulary.CUSTODY_CLASSES]),
    }


# --- money --------------------------------------------------------------------------------------
_EXHAUSTION: Final = ("continue", "stop_over_funding", "stop_arrests")


def _money(scenario: Scenario, removal: Removal, frame: Frame) -> dict[str, Any]:
    funding = scenario.funding or Funding()
    prices, limited = funding.prices, funding.limited_by if scenario.funding else []
    price_of_line = {  # seats have a price per route, moves one per rule
        "bed_nights": prices.bed_night,
        "guaranteed_minimum": prices.guaranteed_night,
        "over_contract": prices.over_contract_premium,
        "arrests": prices.arrest,
        "intake": prices.intake,
        "transfers": prices.transfer,
        "hearings": prices.hearing,
        "atd": prices.atd_day,
    }
    return {
        "price_cents": np.array([round(price_of_line.get(line, 0)) for line in vocabulary.LEDGER_LINES], np.int64),
        "seat_cents": np.array([round(route.cost) for route in removal.routes.values()], np.int64),
        "budget_cents": money.budgets(funding, frame),
        "funds_cents": money.funds(funding, frame),
        "fiscal_year": np.array([money.fiscal_year(date) for date in frame.dates], np.int64),
        "limited_by": np.array([account in limited for account in vocabulary.ACCOUNTS], np.int64),
        "on_exhaustion": _EXHAUSTION.index(funding.on_exhaustion),
    }
