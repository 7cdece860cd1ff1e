"""What a user should know of a scenario that can be run: settings without effect, people of another date.

A setting without effect is reported where the user wrote it: in `--set`, or in a file of the user's own, not in what
that extends. It is no news to whoever switched off later what the setting is part of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Final

import numpy as np

from sim.scenario.errors import Keys, Place, Problem
from sim.scenario.loading import Resolved, shipped
from sim.scenario.paths import at, matching, split
from sim.scenario.reading.document import Tree
from sim.scenario.schema import Beds, Intake, Move, Release, Scenario, SourcePeople
from sim.scenario.schema.consistency import listed, walk
from sim.scenario.schema.distributions import Constant
from sim.scenario.schema.places import Places
from sim.scenario.schema.schedules import ByArea, Schedule
from sim.scenario.world.calendars import ENDLESS, Frame
from sim.scenario.world.funding import extra
from sim.scenario.world.tables import allowance, capability, officers_modelled
from sim.vocabulary import INTERIOR, SECONDS_PER_DAY, SOURCES, TRACKS

_WINDOW: Final[tuple[Keys, ...]] = (("start",), ("days",))
_DATED: Final = ("held", "composition")
"""Keys of `people.day0` that hold for one date."""
Idle = Iterator[tuple[Keys, str, Keys]]
"""Paths of what has no effect, each with the reason and the path of the value that causes it (empty: the window)."""
_NEEDS: Final[Sequence[tuple[str, str, str]]] = (
    ("people.day0.*", "without people.day0.held", "nobody is held on day 0 (people.day0.held is 0)"),
    ("people.day0.long_stay", "without people.day0.long_stayer_stages", "there are no long_stayer_stages"),
    ("arrests.day_effect", "beside arrests.observed", "the file of arrests.observed says who is arrested"),
    ("arrests.weekday", "beside arrests.observed", "the file of arrests.observed says who is arrested"),
    ("arrests.priority", "without arrests.goal", "there is no arrests.goal to fill in an order"),
    *(
        (
            f"arrests.sources.{source}.share",
            f"beside arrests.sources.{source}.officers",
            "officers are counted, so the goal is not divided by weights",
        )
        for source in INTERIOR
    ),
    ("case.docket_moves", "without case.dockets", "nobody waits for a judge (case.dockets)"),
    ("case.court_weekday", "without case.dockets", "nobody waits for a judge (case.dockets)"),
    ("case.docket_moves", "without beds.moves", "nobody is moved from a bed (beds.moves)"),
    ("release.weekday", "without release.clocks", "there are no release.clocks"),
    *(
        (f"removal.{key}", "without removal.groups", "without removal.groups nobody waits for documents or seats")
        for key in ("routes", "agreements", "third_country")
    ),
    ("funding.on_exhaustion", "without funding.level", "no funding.level is chosen, so no money is used up"),
    ("funding.on_exhaustion", "without funding.limited_by", "funding.limited_by names no account"),
    *(
        (f"funding.{key}", "without funding.level", "no funding.level is chosen")
        for key in ("levels", "base", "limited_by", "spent_before_start")
    ),
)
"""Patterns of settings that count only with, or only without, another; which one, and the reason."""
_WITH_STAY: Final = ("mode", "stay", "stay_exit")
"""Keys of `case` that count with `mode: stay`."""
_OF_A_CASE: Final = (
    *("people.day0.stages", "people.day0.long_stayer_stages", "people.day0.long_stay", "removal.pace"),
    *("removal.routes", "removal.agreements", "removal.third_country", "removal.post_order_limit"),
    *("removal.groups.*.document", "removal.groups.*.document_speed"),
)
"""Patterns of what counts only where cases are played stage by stage."""


@dataclass(frozen=True)
class Notice:
    """A line for the user; `serious`: `--strict` refuses the scenario for it."""

    problem: Problem
    serious: bool = False

    def __str__(self) -> str:
        return str(self.problem)


def notices(resolved: Resolved, sets: Sequence[str] = ()) -> list[Notice]:
    """Every notice about a scenario; `sets` are the settings it was loaded with."""
    told = (_replaced(resolved, sets), _behind_areas(resolved), _without_effect(resolved), _of_another_window(resolved))
    return [*_other_date(resolved), *map(Notice, chain.from_iterable(told))]


def _other_date(resolved: Resolved) -> Iterator[Notice]:
    """People held at the start who, by their source, were held on another date."""
    scenario, origin = resolved.scenario, resolved.origin
    day0 = scenario.people.day0
    moved = _layer(origin, ("start",)) > _layer(origin, ("people", "day0", "held"))
    if not day0.held or not (moved or day0.composition):
        return
    for key in _DATED if moved else _DATED[1:]:
        known = scenario.sources.get(f"people.day0.{key}")
        if known is None or known.date is None or known.date in (scenario.start, scenario.start - dt.timedelta(days=1)):
            continue
        what = f"{day0.held:,} people held on {known.date}, but the run starts on {scenario.start}"
        message = f"{what}; give the people held at that date, and their source"
        yield Notice(Problem(origin.place_of(("start",)), f"people.day0.{key}", message), serious=True)
        return


def _replaced(resolved: Resolved, sets: Sequence[str]) -> Iterator[Problem]:
    """Settings of which nothing is left because a later one, with another path, replaced all they set."""
    left = {place.file for place in resolved.origin.places()}
    paths = [option.partition("=")[0].strip() for option in sets]
    for index, option in enumerate(sets):
        if f"--set {option}" not in left and paths[index] not in paths[index + 1 :]:
            yield Problem(Place(f"--set {option}"), "", "has no effect: a later --set replaces it")


def _behind_areas(resolved: Resolved) -> Iterator[Problem]:
    """A `default` given with `--set` where areas have values of their own."""
    origin = resolved.origin
    for path, value, _ in walk(resolved.scenario):
        written = origin.at((*path, "default")) if isinstance(value, ByArea) else None
        if written is None or written.place.layer <= origin.place.layer:
            continue
        own = [area for area in resolved.scenario.areas if area in value.values]
        if 0 < len(own) < len(resolved.scenario.areas):  # all: `_areas_of_their_own` says so
            message = f"has no effect on {listed(own)}, which have values of their own"
            yield Problem(written.place, ".".join((*path, "default")), message)


def _of_another_window(resolved: Resolved) -> Iterator[Problem]:
    """Checks that were left out because `--set` changed the window that they were written for."""
    checks, origin = resolved.origin.at(("checks",)), resolved.origin
    names = [name for name in (checks.keys if checks else ()) if name not in resolved.scenario.checks]
    if names:
        place = max((origin.place_of(key) for key in _WINDOW), key=lambda place: place.layer)
        message = "not judged, since they are written for another start or number of days"
        yield Problem(place, "checks", f"{', '.join(names)}: {message}")


def _without_effect(resolved: Resolved) -> Iterator[Problem]:
    origin, told = resolved.origin, set()
    first = origin.place.layer + (resolved.path in shipped().values())
    for path, reason, cause in chain.from_iterable(rule(resolved.scenario) for rule in _RULES):
        written = origin.at(path)
        if written is None or written.place in told or _is_default(resolved.scenario, path):
            continue
        since = max(first, *(_layer(origin, key) for key in ((cause,) if cause else _WINDOW)))
        if _layer(origin, path) >= since:
            told.add(written.place)
            yield Problem(origin.place_of(path, key=True), ".".join(path), f"has no effect: {reason}")


def _layer(origin: Tree, path: Keys) -> int:
    """The last layer that wrote in a value, every `--set` counting as one; 0 for a default."""
    found = origin.at(path)
    return min(found.layer, origin.place.layer + 1) if found is not None else 0


def _is_default(scenario: Scenario, path: Keys) -> bool:
    """Whether a value is what it would be if nobody had written it."""
    value = at(scenario, path[:-1])
    fields = getattr(type(value), "model_fields", {})
    if path[-1] not in fields or any(field.is_required() for field in fields.values()):
        return False
    return bool(getattr(value, path[-1]) == getattr(type(value)(), path[-1]))


# --- anywhere -----------------------------------------------------------------------------------
def _areas_of_their_own(scenario: Scenario) -> Idle:
    for path, value, _ in walk(scenario):
        if isinstance(value, ByArea) and value.default is not None and all(a in value.values for a in scenario.areas):
            yield (*path, "default"), "every area has a value of its own", path


def _dates(scenario: Scenario) -> Idle:
    """Steps of schedules after the last day; with a ramp, those behind the first such step."""
    last = _last_day(scenario)
    for path, value, _ in walk(scenario):
        parts = {"default": value.default, **value.values} if isinstance(value, ByArea) else {"": value}
        for area, part in parts.items():
            if isinstance(part, Schedule):
                dates = [date for date, _ in part.points]
                behind = dates[1:] if not part.ramp else [b for a, b in pairwise(dates) if a >= last]
                inner = (*path, area) if area and value.values else path
                for date in (date for date in behind if date > last):
                    yield (*inner, date.isoformat()), f"the run ends on {last}", ()


def _last_day(scenario: Scenario) -> dt.date:
    return scenario.start + dt.timedelta(days=scenario.days - 1)


def _outside(scenario: Scenario) -> Idle:
    """Batches, agreements and lent officers before the start or after the last day."""
    last = _last_day(scenario)
    for index, batch in enumerate(scenario.arrests.batches):
        if batch.date > last:
            yield ("arrests", "batches", str(index)), f"the run ends on {last}", ()
    for home in (("removal", "agreements"), ("funding", "staff", "details")):
        for name, one in at(scenario, home, {}).items():
            if one.start > last:
                yield (*home, name), f"it starts on {one.start}, after the last day, {last}", ()
            elif one.end is not None and one.end <= scenario.start:
                yield (*home, name), f"it ends on {one.end}, before the first day, {scenario.start}", ()


def _unmet(scenario: Scenario) -> Idle:
    """What `_NEEDS` says of settings that count only with, or only without, another."""
    for pattern, need, reason in _NEEDS:
        word, _, other = need.partition(" ")
        if bool(at(scenario, split(other))) is (word == "beside"):
            for path in matching(scenario, split(pattern)):
                yield path, reason, split(other)


# --- who comes ----------------------------------------------------------------------------------
def _held_from(scenario: Scenario) -> set[str]:
    """Sources of people held on day 0; all where a file says who they are."""
    day0 = scenario.people.day0
    if not day0.held:
        return set()
    return set(SOURCES) if day0.composition is not None else {name for name, part in day0.sources.items() if part}


def _coming_from(scenario: Scenario) -> set[str]:
    """Sources of people who may be arrested; all where a file says who they are."""
    arrests = scenario.arrests
    if arrests.observed is not None:
        return set(SOURCES)
    used = {name for name in SOURCES if getattr(arrests.sources, name)} | {batch.source for batch in arrests.batches}
    return used | ({"at_large"} if arrests.goal is not None and not used & set(INTERIOR) else set())


def _tracks(scenario: Scenario, sources: Iterable[str], stated: Mapping[str, Mapping[str, float]]) -> set[str]:
    """Tracks of people from some sources; `stated` has shares that stand for those of the source."""
    people = scenario.people.sources
    shares = (stated.get(name) or (people.get(name) or SourcePeople()).tracks for name in sources)
    return {track for each in shares for track, part in each.items() if part}


def _held_on(scenario: Scenario) -> set[str]:
    """Tracks of people held on day 0; all where a file says who they are."""
    day0 = scenario.people.day0
    if day0.held and day0.composition is not None:
        return set(TRACKS)
    return _tracks(scenario, _held_from(scenario), day0.tracks)


def _people(scenario: Scenario) -> Idle:
    day0, home = scenario.people.day0, ("people", "day0")
    held, tracks = _held_from(scenario), _held_on(scenario)
    for name in scenario.people.sources:
        if name not in _coming_from(scenario) | held:
            yield ("people", "sources", name), f"nobody comes from {name}", ("arrests", "sources", name)
    for name in day0.tracks:
        if name not in held:
            yield (*home, "tracks", name), f"nobody held on day 0 comes from {name}", (*home, "sources")
    for key in ("stages", "long_stayer_stages"):
        for track in getattr(day0, key):
            if track not in tracks:
                yield (*home, key, track), f"nobody held on day 0 is on the track {track}", (*home, "tracks")


# --- intake and beds ----------------------------------------------------------------------------
def _desks(scenario: Scenario) -> Idle:
    intake = scenario.intake or Intake()
    if intake.desks is not None and intake.processing == Constant(0):
        stated = [*intake.desks.values.values(), *([intake.desks.default] if intake.desks.default else [])]
        if all(number for schedule in stated for _, number in schedule.points):
            yield ("intake", "desks"), "processing takes no time (intake.processing)", ("intake", "processing")


def _beds(scenario: Scenario) -> Idle:
    beds, seconds = scenario.beds or Beds(), scenario.days * SECONDS_PER_DAY
    stated: list[Any] = [beds, *beds.places.values()]
    if beds.ladder and all(each.contracted is None and each.physical is None for each in stated):
        yield ("beds", "ladder"), "beds have no limit (no beds.contracted, no beds.physical)", ("beds", "contracted")
        return
    for index, rung in enumerate(beds.ladder):
        path = ("beds", "ladder", str(index))
        if rung.after_s is not None and rung.after_s >= seconds and rung.kind != "wait":
            yield path, f"its `after` is beyond the run of {scenario.days} days", ()
        if rung.over_contract is not None and all(each.contracted is None for each in stated):
            yield path, "no number of beds is contracted (beds.contracted)", ("beds", "contracted")
        elif rung.over_contract is not None and not rung.over_contract.allowance:
            yield path, "its allowance is 0 %", path
        if rung.transfer is not None and not rung.transfer.to:
            yield path, "it names no area to send people to", path


def _physical(scenario: Scenario) -> Idle:
    """Physical beds that are never fewer than those that may be filled."""
    beds = scenario.beds
    frame = Frame(scenario.start, scenario.days, tuple(scenario.areas))
    if beds is None or extra(scenario.funding, "beds", frame).any():
        return
    above = 1 + allowance(beds)
    reason = "it is never below the contracted beds and the allowance of the rung over_contract"
    if beds.physical is not None:
        most = np.floor(frame.area_counts(beds.contracted, ENDLESS) * above)
        idle = (frame.area_counts(beds.physical, ENDLESS) >= most).all(axis=1)
        path, stated = ("beds", "physical"), beds.physical.values
        own = [area for area, is_idle, n in zip(frame.areas, idle, most.max(axis=1), strict=True) if is_idle and n]
        if idle.all():
            yield (*path, next(iter(stated))) if stated else path, f"in every area {reason}", ("beds", "contracted")
        for area in own if not idle.all() else ():
            yield (*path, area), reason, ("beds", "contracted")
    for name, place in beds.places.items():
        most = np.floor(frame.counts(place.contracted, ENDLESS) * above)
        if place.physical is not None and (frame.counts(place.physical) >= most).all():
            yield ("beds", "places", name, "physical"), reason, ("beds", "places", name, "contracted")


def _moves(scenario: Scenario) -> Idle:
    """Places that nobody is ever in, and rules of moves that can never move anybody."""
    beds = scenario.beds
    if beds is None or not (beds.moves or beds.places):
        return
    places = Places.of(scenario)
    usable = {p for p in range(len(places.names)) if places.most_beds(beds, p)}
    ways = [[(p, to) for p in places.sources(move) for to in places.targets(move, p)] for move in beds.moves]
    reached = {p for area in range(len(places.areas)) for p in (*places.entry(area), *places.home[area][:1])} & usable
    for _ in places.names:
        reached |= {to for one in ways for p, to in one if p in reached and to in usable}
    for p in sorted(set(range(len(places.areas), len(places.names))) - reached):
        path = ("beds", "places", places.names[p])
        yield path, "nobody gets a first bed there, and no rule of beds.moves leads there", ("beds", "moves")
    for index, (move, way) in enumerate(zip(beds.moves, ways, strict=True)):
        path = ("beds", "moves", str(index))
        left, entered = (listed([*dict.fromkeys(places.names[p] for p in ends)]) for ends in zip(*way, strict=True))
        if reason := _never_due(scenario, move, places):
            yield path, *reason
        elif not any(p in reached for p, _ in way):
            yield path, f"nobody is ever in {left}", ("beds", "places")
        elif not any(to in usable for _, to in way):
            yield path, f"there is never a bed in {entered}", ("beds", "places")
        if move.transfers:
            yield (*path, "hours"), "the move takes as long as a transfer (transfers: true)", (*path, "transfers")
        if move.seats is None:
            yield (*path, "departures"), "without `seats` no transport leaves at stated times", (*path, "seats")


def _never_due(scenario: Scenario, move: Move, places: Places) -> tuple[str, Keys] | None:
    seconds = scenario.days * SECONDS_PER_DAY
    if not any(value for _, value in move.share.points):
        return "its share is 0 %", ()
    if move.seats is not None and not any(value for _, value in move.seats.points):
        return "its transports have no seats", ()
    if move.limit and all((places.limit_s(p) or 0) >= seconds for p in places.sources(move)):
        return f"no stay_limit ends within the run of {scenario.days} days", ()
    if isinstance(move.after, Constant) and move.after.value_s >= seconds:
        return f"its `after` is beyond the run of {scenario.days} days", ()
    if move.at is not None and at(scenario, ("case", "mode")) == "stay":
        return "case.mode is stay, one time in bed for all", ("case", "mode")
    if move.at is not None and not at(scenario, ("removal", "groups")):
        return "without removal.groups nobody waits for documents or seats", ("removal", "groups")
    return None


def _behind_release(scenario: Scenario) -> Idle:
    """Rungs after one that releases everybody, no later than they would be tried."""
    ladder = (scenario.beds or Beds()).ladder
    if "no_bed" in at(scenario, ("release", "clearance", "reasons"), ()):
        return
    for index, rung in enumerate(ladder):
        if rung.release is None or not rung.release.mandatory:
            continue
        for later in range(index + 1, len(ladder)):
            after, since = ladder[later].after_s, rung.after_s
            if after == since or (after is not None and since is not None and after > since):
                path = ("beds", "ladder", str(later))
                yield path, "the rung `release` before it leaves nobody waiting", ("beds", "ladder", str(index))


def _empty_areas(scenario: Scenario) -> Idle:
    """Areas in which nobody is arrested or held, and to which nobody is transferred."""
    day0, border = scenario.people.day0, scenario.arrests.sources.border
    if scenario.arrests.observed is not None:
        return
    frame = Frame(scenario.start, scenario.days, tuple(scenario.areas))
    arrested = capability(scenario, frame).sum(axis=(0, 2))
    if border is not None:
        arrested = arrested + frame.area_values(border.rate).sum(axis=1)
    sent = (rung.transfer.to.values() for rung in (scenario.beds or Beds()).ladder if rung.transfer is not None)
    used = {*(batch.area for batch in scenario.arrests.batches), *chain.from_iterable(chain.from_iterable(sent))}
    for area, people in zip(frame.areas, arrested.tolist(), strict=True):
        held = day0.held and (day0.areas is None or day0.areas.of(area))
        if not people and not held and area not in used:
            yield ("areas", area), "nobody is arrested, held or sent there", ()


# --- case, removal and release --------------------------------------------------------------------
def _one_stay(scenario: Scenario) -> Idle:
    case, mode = scenario.case, ("case", "mode")
    if case is not None and case.mode == "stay":
        of_case = [f"case.{key}" for key in type(case).model_fields if key not in _WITH_STAY]
        for path in chain.from_iterable(matching(scenario, split(pattern)) for pattern in (*of_case, *_OF_A_CASE)):
            yield path, "case.mode is stay, one time in bed for all", mode


def _case(scenario: Scenario) -> Idle:
    case, day0 = scenario.case, scenario.people.day0
    if case is None:
        return
    tracks = _held_on(scenario) | _tracks(scenario, _coming_from(scenario), {})
    if "expedited" in tracks and case.screening is not None:
        tracks |= {"proceedings"}
    of_court = ("dockets", "hearings", "adjournment", "outcome", "appeal_share", "appeal", "giving_up")
    steps = [(("preparing", track), track) for track in case.preparing]
    for path, track in [*steps, (("screening",), "expedited"), *(((key,), "proceedings") for key in of_court)]:
        if track not in tracks:
            yield ("case", *path), f"nobody is on the track {track} (people.sources)", ("people", "sources")
    if day0.held and day0.composition is not None:
        return
    stated = (*day0.stages.values(), *day0.long_stayer_stages.values())
    begun = {stage for each in stated for stage, part in each.items() if part and day0.held}
    if not case.appeal_share and "appeal" not in begun:
        yield ("case", "appeal"), "nobody appeals (case.appeal_share is 0)", ("case", "appeal_share")
    if not any(part for number, part in case.hearings.items() if number > 1) and "adjourned" not in begun:
        yield ("case", "adjournment"), "everybody has one hearing (case.hearings)", ("case", "hearings")


def _removal(scenario: Scenario) -> Idle:
    removal, home = scenario.removal, ("removal",)
    if removal is None:
        return
    if removal.pace is not None:
        if not removal.groups and not at(scenario, ("case", "giving_up")):
            yield ("removal", "pace"), "nobody waits for documents or gives up", (*home, "groups")
        elif removal.pace.level == 1 and not removal.pace.spread:
            yield ("removal", "pace"), "its level is 1 and it has no spread", (*home, "pace", "level")
    agreements, third = removal.agreements, removal.third_country
    for name, one in agreements.items():
        path = (*home, "agreements", name)
        if not one.groups:
            yield path, "it names no group", path
        elif one.document_speed == 1 and not one.third_country_share:
            yield path, "it makes no document faster and sends nobody to a third country", path
    if third is not None and not any(one.third_country_share for one in agreements.values()):
        yield (*home, "third_country"), "no agreement has a third_country_share", (*home, "agreements")
    taken = {route for group in removal.groups.values() for route, part in group.routes.items() if part}
    for name in removal.routes:
        if name not in taken and not (third and third.route == name):
            yield (*home, "routes", name), "no group takes it (removal.groups)", (*home, "groups")


def _release(scenario: Scenario) -> Idle:
    release, case = scenario.release or Release(), scenario.case
    people = _coming_from(scenario) | _held_from(scenario)
    stages = {"hold_room", *(["case"] if case else []), *(["post_order"] if not case or case.mode == "tracks" else [])}
    for reason, clock in release.clocks.items():
        path = ("release", "clocks", reason)
        if not stages & set(clock.stages):
            yield path, "nobody is ever in its stages", ("case",)
        for source in clock.rate:
            if source not in people:
                yield (*path, "rate", source), f"nobody comes from {source}", ("arrests", "sources", source)
    rungs = {rung.kind for rung in (scenario.beds or Beds()).ladder}
    sent = {word for one in scenario.people.sources.values() for word, part in one.intake.items() if part}
    asked = {*release.clocks, *({"recognizance", "parole"} & sent)}
    asked |= {reason for rung, reason in (("release", "no_bed"), ("displace", "displaced")) if rung in rungs}
    asked |= {"post_order_limit"} if at(scenario, ("removal", "post_order_limit")) else set()
    if release.clearance is not None and not asked & set(release.clearance.reasons):
        yield ("release", "clearance"), "nobody is released for one of its reasons", ("release", "clearance", "reasons")
    slots = release.atd.slots if release.atd is not None and release.atd.diversion is not None else None
    if slots is not None and not any(number for _, number in slots.points):
        home = ("release", "atd")
        yield (*home, "diversion"), "there is never a slot (release.atd.slots is 0)", (*home, "slots")


# --- funding ------------------------------------------------------------------------------------
def _funding(scenario: Scenario) -> Idle:
    funding = scenario.funding
    if funding is None:
        return
    leaving = {name for name, rate in funding.staff.attrition if any(share for _, share in rate.points)}
    path = ("funding", "staff", "attrition")
    if "officers" in leaving and not officers_modelled(scenario.arrests):
        yield (*path, "officers"), "no officers are counted (arrests.sources.*.officers)", ("arrests", "sources")
    if "judges" in leaving and not at(scenario, ("case", "dockets")):
        yield (*path, "judges"), "no judges are counted (case.dockets)", ("case", "dockets")
    bought = [thing for thing, buys in funding.buys if buys is not None]
    if funding.level is not None and not bought:
        reason = "there is nothing in funding.buys that dollars beyond it could buy"
        yield ("funding", "base"), reason, ("funding", "buys")
    for thing in bought:  # of staff who leave, `lag` says when they are replaced
        if thing not in leaving and (nothing := _buys_nothing(scenario, thing)):
            yield ("funding", "buys", thing), nothing, ("funding", "level")


def _buys_nothing(scenario: Scenario, thing: str) -> str | None:
    if at(scenario, ("funding", "level")) is None:
        return "no funding.level is chosen"
    if at(scenario, ("funding", "level")) == at(scenario, ("funding", "base")):
        return "funding.level is funding.base, so there are no dollars beyond it"
    limits = {
        "judges": (("case", "dockets"),),
        "beds": (("beds", "contracted"), ("beds", "physical")),
        "atd_slots": (("release", "atd", "slots"),),
        "desks": (("intake", "desks"),),
        "seats": (("removal", "routes"),),
    }
    unlimited = thing in limits and not any(at(scenario, path) for path in limits[thing])
    return f"the scenario does not limit {thing.replace('_', ' ')}" if unlimited else None


_RULES: Final[Sequence[Callable[[Scenario], Idle]]] = (
    *(_areas_of_their_own, _dates, _outside, _unmet, _people, _one_stay, _desks, _beds, _physical, _moves),
    *(_behind_release, _empty_areas, _case, _removal, _release, _funding),
)
