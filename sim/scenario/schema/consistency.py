"""What must fit together across a scenario: names, areas, stages, dates, checks and sources.

Each rule is a generator of findings about one part of the file; `check` runs them all, so that a user sees
everything at once. Rules read names from the raw tree where the typed one may lack what was wrong.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Final

from pydantic import BaseModel

from sim import rules, vocabulary
from sim.scenario.errors import Keys
from sim.scenario.paths import at, bare, exists, split, visit
from sim.scenario.schema import IN_A_COMPOSITION, LONGEST_SERVED_DAYS, SAME, Beds, Move, Scenario, WeekdayFactors
from sim.scenario.schema.checks import parse
from sim.scenario.schema.places import Places, transfer_rung
from sim.scenario.schema.schedules import ByArea, Schedule, check_total
from sim.scenario.schema.units import RULE, Duration, hint, is_name, one_of, quoted, spell_duration

_MOST_CENTS: Final = 2**60
_MOST_NAMES: Final = 2_000
_REFERRED: Final[Sequence[Keys]] = (
    *(("areas",), ("beds", "places"), ("removal", "groups"), ("removal", "routes"), ("funding", "levels")),
)
"""Mappings whose keys are used elsewhere."""
_NAMED: Final[Sequence[Keys]] = (
    *_REFERRED,
    *(("arrests", "batches"), ("case", "dockets"), ("removal", "agreements"), ("funding", "staff", "details")),
)
"""Mappings and lists that are as long as the file says."""
_AFTER_ORDER: Final = ("preparing", "document", "stay_of_removal", "seat_line")
_STAGES: Final[Mapping[str, Sequence[str]]] = {
    "final_order": _AFTER_ORDER,
    "voluntary": _AFTER_ORDER,
    "expedited": ("screening_line", *_AFTER_ORDER),
    "proceedings": ("docket", "adjourned", "appeal", *_AFTER_ORDER),
}
"""Stages in which people of each track can be found on day 0."""
_LONGEST_SERVED_S: Final = LONGEST_SERVED_DAYS * vocabulary.SECONDS_PER_DAY


@dataclass(frozen=True)
class Finding:
    """A problem of the value at a path (or of its key)."""

    path: Keys
    message: str
    of_key: bool = False
    stale: bool = False
    """It is the source of a value that is not there."""
    cause: str = ""
    """Findings of one cause are told in one line; without it, those with the same message."""


def check(scenario: Scenario, raw: Any) -> list[Finding]:
    """All that does not fit together; `raw` is the tree as written (texts), before any value was cut out."""
    lengths = {path: len(at(scenario, path) or ()) for path in _NAMED}
    if too_long := {path: n for path, n in lengths.items() if n > _MOST_NAMES}:
        return [Finding(path, f"has {n:,} entries, at most {_MOST_NAMES:,}") for path, n in too_long.items()]
    if not all(isinstance(at(raw, path, {}), dict | None) for path in _REFERRED):
        return []  # nothing can be said of references
    known = _Known(raw, scenario)
    return [*chain.from_iterable(rule(scenario, known) for rule in _RULES)]


class _Known:
    """The names a scenario gives to its things, also to those whose values are wrong."""

    def __init__(self, raw: Any, scenario: Scenario) -> None:
        self._raw = raw
        self.areas, self.places, self.groups, self.routes, self.levels = (
            tuple(at(raw, path) or at(scenario, path) or ()) for path in _REFERRED
        )

    def given(self, *path: str) -> Any:
        """The raw value at a path, right or wrong; None if the file does not say."""
        return at(self._raw, path)

    def covered(self, value: ByArea[Any]) -> list[str]:
        """Areas for which a value is stated."""
        return [area for area in self.areas if area in value.values or value.default is not None]


def walk(scenario: Scenario) -> Iterator[tuple[Keys, Any, Any]]:
    """Path, value and type of everything in a scenario; values by area and schedules are wholes."""
    return visit(scenario, lambda value, _: not isinstance(value, BaseModel | dict | list), Scenario)


def listed(words: Sequence[str]) -> str:
    """The first words, and how many more there are."""
    return ", ".join(words[:8]) + (f" and {len(words) - 8} more" if len(words) > 8 else "")


# --- anywhere -----------------------------------------------------------------------------------
def _everywhere(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    if not scenario.areas:
        yield Finding(("areas",), "has no areas, name at least one, e.g. {A: one area}")
    for path, value, kind in walk(scenario):
        if isinstance(value, ByArea):
            for area in value.values:
                if area not in known.areas:
                    yield Finding((*path, area), "unknown area: " + one_of(area, known.areas), of_key=True)
            missing = [area for area in known.areas if area not in value.values]
            if missing and value.default is None:
                yield Finding(path, f"says nothing for {listed(missing)}, add them or `default`")
        elif isinstance(value, Schedule) and value.ramp and len(value.points) == 1:
            yield Finding(path, "ramp: true needs at least two dates to go between")
        elif isinstance(value, dict) and bare(kind) == WeekdayFactors:
            if missing := [day for day in vocabulary.WEEKDAYS if day not in value]:
                yield Finding(path, f"has no factor for {listed(missing)}, give all seven days")
            elif not any(value.values()):
                yield Finding(path, "is 0 on every day, give at least one day a factor above 0")
        elif bare(kind) == list[Duration]:  # departures
            if not value:
                yield Finding(path, "is empty, give at least one time of day such as 12 h")
            elif any(b <= a for a, b in pairwise(value)):
                yield Finding(path, "times of day must rise")
            elif value[-1] >= vocabulary.SECONDS_PER_DAY:
                yield Finding((*path, str(len(value) - 1)), "is not a time of day, must be below 24 h")


def _reference(path: Keys, word: str, known: Sequence[str], what: str, of_key: bool = False) -> Iterator[Finding]:
    if word not in known:
        message = one_of(word, known) if known else f"{quoted(word)} is not defined, there are none"
        yield Finding(path, f"unknown {what}: {message}", of_key)


def _references(path: Keys, words: Sequence[str], known: Sequence[str], what: str) -> Iterator[Finding]:
    for index, word in enumerate(words):
        yield from _reference((*path, str(index)), word, known, what)
    for word, times in Counter(words).items():
        if times > 1:
            yield Finding(path, f"{quoted(word)} is listed {times} times, once is enough")


def _ends(path: Keys, start: dt.date, end: dt.date | None) -> Iterator[Finding]:
    if end is not None and end <= start:
        yield Finding((*path, "end"), f"{end} is not after its start {start}")


def _adds_up(path: Keys, shares: Iterable[float]) -> Iterator[Finding]:
    try:
        check_total(sum(shares))
    except ValueError as error:
        yield Finding(path, str(error))


# --- people -------------------------------------------------------------------------------------
def _people(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    for source, people in scenario.people.sources.items():
        for group in people.groups or {}:
            path = ("people", "sources", source, "groups", group)
            yield from _reference(path, group, known.groups, "group", of_key=True)


def _day0(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    day0, home = scenario.people.day0, ("people", "day0")
    if day0.composition is not None:
        for key in IN_A_COMPOSITION:
            if known.given(*home, key) is not None:
                yield Finding((*home, key), "the file of people.day0.composition says this; leave out one of the two")
    for key in ("stages", "long_stayer_stages"):
        for track, stages in getattr(day0, key).items():
            for stage in stages:
                if message := _wrong_stage(scenario, track, stage):
                    yield Finding((*home, key, track, stage), message, of_key=True)
    if day0.areas is not None and len(known.covered(day0.areas)) == len(known.areas):
        yield from _adds_up((*home, "areas"), [day0.areas.of(area) for area in known.areas])
    if day0.time_served:
        yield from _bands((*home, "time_served"), scenario)


def _wrong_stage(scenario: Scenario, track: str, stage: str) -> str | None:
    if stage == "stay":
        return 'the stage "stay" needs case.mode: stay' if at(scenario, ("case", "mode")) == "tracks" else None
    if stage in _STAGES[track]:
        return None
    return f'people on the track {track} are never in the stage "{stage}", only in {", ".join(_STAGES[track])}'


def _bands(path: Keys, scenario: Scenario) -> Iterator[Finding]:
    bands = scenario.people.day0.time_served
    yield from _adds_up(path, [band.share for band in bands])
    for index, band in enumerate(bands):
        here = (*path, str(index))
        if band.low >= band.high:
            yield Finding((*here, "high"), f"must be above low ({spell_duration(band.low)})")
        if band.high > _LONGEST_SERVED_S:
            yield Finding((*here, "high"), f"is out of range, at most {spell_duration(_LONGEST_SERVED_S)}")
        if index and band.low < bands[index - 1].high:
            above = spell_duration(bands[index - 1].high)
            yield Finding((*here, "low"), f"overlaps the band before, which goes up to {above}")


# --- arrests and intake -------------------------------------------------------------------------
def _arrests(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    aimless = known.given("arrests", "goal") is None and known.given("arrests", "observed") is None
    both = ("officers", "arrests_per_officer_day")
    found = {name: known.given("arrests", "sources", name) for name in vocabulary.INTERIOR}
    given = {name: source for name, source in found.items() if isinstance(source, dict)}
    modelled = [name for name, source in given.items() if source.get("officers") is not None]
    for name in vocabulary.INTERIOR:
        path, raw = ("arrests", "sources", name), given.get(name, {})
        for key, other in (both, both[::-1]):
            if raw.get(key) is not None and raw.get(other) is None:
                yield Finding((*path, key), f"needs {other} beside it")
        if name in given and modelled and name not in modelled:
            yield Finding(path, f"has no officers while {modelled[0]} has: give both sources officers, or neither")
        source = getattr(scenario.arrests.sources, name)
        if source is not None and aimless and name not in modelled:
            yield Finding(path, "nobody would be arrested: give it officers, or `arrests` a goal")
        if source is not None and source.share and not any([*source.share.values.values(), source.share.default]):
            yield Finding((*path, "share"), "is 0 in every area, give at least one area a weight")
    for index, batch in enumerate(scenario.arrests.batches):
        path = ("arrests", "batches", str(index))
        yield from _reference((*path, "area"), batch.area, known.areas, "area")
        if batch.date < scenario.start:
            yield Finding((*path, "date"), f"{batch.date} is before the start {scenario.start}")


def _hold_rooms(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    counted = known.given("intake", "places") is not None
    if scenario.arrests.throttle is not None and not counted:
        yield Finding(("arrests", "throttle"), "needs intake.places, the hold-room places it is a share of")
    ceiling, path = scenario.intake and scenario.intake.ceiling, ("intake", "ceiling")
    if not ceiling:
        return
    if not counted:
        yield Finding(path, "needs intake.places, the hold-room places it is a multiple of")
    if any(ceiling.of_places.of(area) <= 0 for area in known.covered(ceiling.of_places)):
        yield Finding((*path, "of_places"), "must be above 0")
    if ceiling.then == "release" and not any(rung.release for rung in (scenario.beds or Beds()).ladder):
        yield Finding((*path, "then"), "release needs a rung `release` in beds.ladder, which says whom it covers")


# --- beds ---------------------------------------------------------------------------------------
def _ladder(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    ladder = (scenario.beds or Beds()).ladder
    limited = known.given("intake", "hours_limit") is not None
    kinds = [rung.kind for rung in ladder]
    for index, rung in enumerate(ladder):
        path = ("beds", "ladder", str(index))
        if rung.kind in kinds[:index]:
            yield Finding(path, f"a second {rung.kind} rung, one of each kind at most")
        elif "wait" in kinds[:index]:
            yield Finding(path, f"{rung.kind} comes after wait, so it is never tried: put wait last")
        if rung.after_s is None and rung.kind != "wait" and not limited:
            yield Finding(path, f"{rung.kind} has no `after` and there is no intake.hours_limit to go by: give one")
        for area, others in (rung.transfer.to if rung.transfer else {}).items():
            to = (*path, "transfer", "to", area)
            yield from _reference(to, area, known.areas, "area", of_key=True)
            yield from _references(to, others, known.areas, "area")
            if area in others:
                yield Finding(to, f"{area} cannot transfer to itself")
            if not others:
                yield Finding(to, "is empty, list the areas it may send to or leave it out")


def _places(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    taken = {SAME: "a word of beds.moves", **dict.fromkeys(vocabulary.PLACE_KINDS, "a kind of place")}
    taken |= dict.fromkeys(known.areas, "the code of an area, which is a place of that name")
    for name, place in (scenario.beds or Beds()).places.items():
        path = ("beds", "places", name)
        yield from _reference((*path, "area"), place.area, known.areas, "area")
        if name in taken:
            yield Finding(path, f"{quoted(name)} is {taken[name]}, give the place another name", of_key=True)


def _moves(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    beds = scenario.beds or Beds()
    if len(beds.moves) > rules.MOST_MOVES:
        yield Finding(("beds", "moves"), f"has {len(beds.moves)} rules, at most {rules.MOST_MOVES}")
    words = (*vocabulary.PLACE_KINDS, *known.areas, *known.places)
    sound = True
    for index, move in enumerate(beds.moves):
        path = ("beds", "moves", str(index))
        found = [*_references((*path, "from"), move.origin, words, "place or kind")]
        found += _references((*path, "to"), move.to, (*words, SAME), "place or kind")
        found += _move(path, move, beds)
        yield from found
        sound &= not found
    sound &= set(known.areas) == set(scenario.areas) and set(known.places) == set(beds.places)
    if sound and beds.moves and all(place.area in known.areas for place in beds.places.values()):
        yield from _ways(scenario, beds)


def _move(path: Keys, move: Move, beds: Beds) -> Iterator[Finding]:
    """A rule of moves has places at both ends, falls due in one way and has one kind of transport."""
    for key, words in (("from", move.origin), ("to", move.to)):
        if not words:
            yield Finding((*path, key), "is empty, give a kind or places")
    ways = [move.after is not None, move.limit, move.at is not None]
    if sum(ways) != 1:
        yield Finding(path, f"has {sum(ways)} of `after`, `limit` and `at`, give exactly one")
    if any(lead for _, lead in move.lead.points) and move.at != "seat_line":
        yield Finding((*path, "lead"), "is used only with `at: seat_line`")
    own = {"seats": move.seats is not None, "weekday": move.weekday is not None, "cost": move.cost > 0}
    if not move.transfers:
        if own["weekday"] and not own["seats"]:
            yield Finding((*path, "weekday"), "is used only with `seats`, give the seats per day")
        return
    for key in (key for key, given in own.items() if given):
        yield Finding((*path, key), "does not go with `transfers: true`, whose seats are those of the transfer rung")
    if transfer_rung(beds) is None:
        yield Finding((*path, "transfers"), "there is no transfer rung in beds.ladder whose seats could be used")


def _ways(scenario: Scenario, beds: Beds) -> Iterator[Finding]:
    """Rules that lead nowhere or have no limit to go by, and circles without any time."""
    places = Places.of(scenario)
    for index, move in enumerate(beds.moves):
        path = ("beds", "moves", str(index))
        here = places.sources(move)
        if not here:
            yield Finding((*path, "from"), f"there is no place of the kind {listed(move.origin)}")
            continue
        if move.to in ([places.names[p]] for p in here):
            yield Finding((*path, "to"), f"leads back to {move.to[0]}: write `same` for another site of that pool")
            continue
        stuck = [places.names[p] for p in here if not places.targets(move, p)]
        if stuck:
            reach = "of the same area or those that `transfer.to` lists for it"
            yield Finding((*path, "to"), f"leads nowhere from {listed(stuck)}: {listed(move.to)} has no place {reach}")
        endless = [places.names[p] for p in here if places.limit_s(p) is None]
        if move.limit and endless:
            yield Finding((*path, "limit"), f"{listed(endless)} has no stay_limit to go by")
    if circle := places.circle(beds.moves):
        way = " → ".join(places.names[p] for p in circle)
        message = f"people would go round within minutes: {way}; give `hours`, `seats` or a longer time"
        yield Finding(("beds", "moves"), message)


# --- case and removal ---------------------------------------------------------------------------
def _case(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    case = scenario.case
    if case is None:
        return
    if case.mode == "stay" and known.given("case", "stay") is None:
        yield Finding(("case",), "mode: stay needs `stay`, the time in bed, such as {exponential: {mean: 45 d}}")
    if known.given("case", "mode") in (None, "tracks") and case.stay is not None:
        yield Finding(("case", "stay"), "is used only with mode: stay")
    served: dict[str, str] = {}
    for name, docket in case.dockets.items():
        path = ("case", "dockets", name, "areas")
        yield from _references(path, docket.areas, known.areas, "area")
        if not docket.areas:
            yield Finding(path, "is empty, list the areas this docket serves")
        for index, area in enumerate(docket.areas):
            if served.setdefault(area, name) != name:
                yield Finding((*path, str(index)), f"{area} is served by the docket {served[area]} already")
    for index, (before, band) in enumerate(pairwise(case.giving_up), 1):
        if band.after <= before.after:
            path = ("case", "giving_up", str(index), "after")
            yield Finding(path, f"must be above the `after` before it, {spell_duration(before.after)}")


def _removal(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    removal, people = scenario.removal, scenario.people.sources
    if removal is None:
        return
    for name, group in removal.groups.items():
        for route in group.routes:
            path: Keys = ("removal", "groups", name, "routes", route)
            yield from _reference(path, route, known.routes, "route", of_key=True)
    used = [name for name in vocabulary.SOURCES if getattr(scenario.arrests.sources, name) is not None]
    if removal.groups and any(source not in people or people[source].groups is None for source in used):
        yield from _adds_up(("removal", "groups"), [group.share for group in removal.groups.values()])
    for name, agreement in removal.agreements.items():
        path = ("removal", "agreements", name)
        yield from _references((*path, "groups"), agreement.groups, known.groups, "group")
        yield from _ends(path, agreement.start, agreement.end)
        if agreement.third_country_share and known.given("removal", "third_country") is None:
            yield Finding((*path, "third_country_share"), "needs removal.third_country, the documents and the route")
    if removal.third_country is not None:
        path = ("removal", "third_country", "route")
        yield from _reference(path, removal.third_country.route, known.routes, "route")


# --- funding ------------------------------------------------------------------------------------
def _funding(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    funding = scenario.funding
    if funding is None:
        return
    for key, word in (("level", funding.level), ("base", funding.base)):
        if word is not None:
            yield from _reference(("funding", key), word, known.levels, "funding level")
    bought = {name: thing for name, thing in funding.buys if thing is not None}
    for name, thing in bought.items():
        if not thing.price:
            yield Finding(("funding", "buys", name, "price"), "must be above $0")
    if bought and funding.level is not None and known.given("funding", "base") is None:
        yield Finding(("funding", "level"), "needs funding.base, the level that pays for the capacities stated")
    for name, detail in funding.staff.details.items():
        path = ("funding", "staff", "details", name)
        yield from _ends(path, detail.start, detail.end)
        if known.given("arrests", "sources", detail.source, "officers") is None:
            yield Finding(path, f"lends officers to arrests.sources.{detail.source}, which has no officers")
    # What is paid for day by day whoever is held must fit into whole cents.
    enrolled: Keys = ("release", "atd", "enrolled")
    for home, units, what, price in (
        (("beds", "guaranteed_minimum"), _guaranteed(scenario, known), "beds", funding.prices.guaranteed_night),
        (enrolled, at(scenario, enrolled, 0), "people", funding.prices.atd_day),
    ):
        if units * price * scenario.days > _MOST_CENTS:
            most = _MOST_CENTS // (price * scenario.days)
            message = f"{units:,} {what} in {scenario.days} days cost more than can be counted, at most {most:,}"
            yield Finding(home, message)


def _guaranteed(scenario: Scenario, known: _Known) -> int:
    """The most beds that areas and places may guarantee together."""
    beds = scenario.beds or Beds()
    stated = beds.guaranteed_minimum
    areas = [stated.of(area) for area in known.covered(stated)] if stated is not None else []
    places = (place.guaranteed_minimum for place in beds.places.values())
    return sum(max(n for _, n in schedule.points) for schedule in (*areas, *places) if schedule is not None)


# --- the file itself ----------------------------------------------------------------------------
_LISTED: Final = "docs/data-dictionary.md lists them"


def _name_and_checks(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    if scenario.name and not is_name(unicodedata.normalize("NFC", scenario.name)):
        yield Finding(("name",), f"{quoted(scenario.name)} cannot name a folder, {RULE}")
    for measure, wanted in scenario.checks.items():
        path = ("checks", measure)
        if measure not in vocabulary.MEASURES:
            near = hint(measure, vocabulary.MEASURES, _LISTED)
            cause = "no measure" if near == _LISTED else ""
            yield Finding(path, f"{quoted(measure)} is not a measure, {near}", of_key=True, cause=cause)
            continue
        try:
            parse(wanted)
        except ValueError as error:
            yield Finding(path, str(error))


def _sources(scenario: Scenario, known: _Known) -> Iterator[Finding]:
    tree = scenario.model_dump(exclude={"sources"})
    words = [".".join(path) for path, _, _ in visit(tree, lambda *_: False) if path] if scenario.sources else []
    for path in scenario.sources:
        keys = split(path)
        if not exists(tree, keys):
            near = hint(path, words, "give the path of a value", 0.8)
            reason = f"speaks of a value that does not exist in this scenario, {near}"
            gap = next(".".join(keys[:n]) for n in range(1, len(keys) + 1) if not exists(tree, keys[:n]))
            yield Finding(("sources", path), reason, of_key=True, stale=True, cause=f"no {gap}")


_RULES: Final[Sequence[Callable[[Scenario, _Known], Iterator[Finding]]]] = (
    *(_everywhere, _people, _day0, _arrests, _hold_rooms, _ladder, _places, _moves),
    *(_case, _removal, _funding, _name_and_checks, _sources),
)
