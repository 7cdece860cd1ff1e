"""The line of a facility or of the pathway, person by person, over a stretch of time chosen from the sample."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush
from itertools import accumulate, groupby
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.results import ResultTables
from sim.errors import InputError
from sim.formats import count, duration, moment
from sim.report.stages import HOLD_ROOM, PLACES, STAGES, Place, Stay, first_day, part, sampled, window_end
from sim.report.watch.scene import Scene, span
from sim.scenario.schema.units import parse_date, parse_duration
from sim.vocabulary import SECONDS_PER_DAY

MOST: Final = 1_500
"""Shapes in one picture; of more people an even choice is shown."""
THIN: Final = 10
"""Arrests of the sample that a window chosen by default has on average."""
KEYS: Final = {
    "held": "in a hold room",
    "over": "in a hold room longer than the limit",
    "bed": "in a bed",
    "road": "on the road to another area",
    "removed": "removed since the first picture",
    "released": "released since the first picture",
    "slot": "a desk or a bed that is free",
    "ring": "the one person followed in the text",
    "level": "all people of the run",
}
_LENGTHS: Final = (1, 7, 28, 91)
"""Days a window may have by default."""
_MOST_SLOTS: Final = 3_000
Span = tuple[int, int, Place]
"""From when to when, in seconds, and where."""


class Window(NamedTuple):
    """A stretch of the run, in seconds since its start, `ends` not included."""

    begins: int
    ends: int

    @property
    def seconds(self) -> int:
        """Its length."""
        return self.ends - self.begins

    def has(self, stay: Stay) -> bool:
        """Whether the person is in custody at some time in it."""
        return stay.moves[0].time < self.ends and not (stay.gone and stay.moves[-1].time <= self.begins)

    def has_arrest(self, stay: Stay) -> bool:
        """Whether the person is arrested in it."""
        return self.begins <= stay.moves[0].time < self.ends and not stay.held_before

    def has_move(self, stay: Stay) -> bool:
        """Whether the person comes, goes or changes place in it."""
        return self.has_arrest(stay) or any(self.begins < time < self.ends for time, _ in placed(stay))


def scene(
    results: ResultTables, first: dt.date | None = None, days: int | None = None, run: int | None = None
) -> Scene:
    """The line from `first` for `days` in replication `run`; what is not given is chosen.

    Raises InputError without events, or for a window or a replication that is not there.
    """
    stays = sampled(results, run)
    run, start = stays[0].run, first_day(results)
    seen = window(results, stays, first, days)
    present = [stay for stay in stays if seen.has(stay)]
    even = np.linspace(0, len(present) - 1, min(len(present), MOST)).round().astype(int)
    shown = [present[i] for i in np.unique(even)]
    held = _in_custody(results, run)
    whole = len(shown) == len(present) and held == len(stays)
    if not whole:
        shown = [stay for stay in shown if seen.has_move(stay)]
    data = _data(results, run, shown, seen, whole)
    late = ["longer than the limit"] if data["limited"] and whole else []
    called = moment(start, seen.begins).partition(",")[0]
    if seen.seconds != SECONDS_PER_DAY:
        called = f"{duration(seen.seconds).replace(' d', ' days')} from {called}"
    return Scene(
        "line",
        f"{results.title}: {called}",
        _says(results, run, len(stays), held, len(shown), whole),
        {key: words for key, words in KEYS.items() if _drawn(key, data)},
        "People as small shapes in boxes, a box a place: " + "; ".join(panel["label"] for panel in data["panels"]),
        data,
        f"The same as a table: people {'shown' if whole else 'of the whole run'}, by place and time; "
        "exits are counted from the first picture on.",
        ["time", *(panel["words"] for panel in data["panels"]), *late],
        [_row(data, seen, start, shown, time) for time in range(seen.begins, seen.ends + 1, span(seen.seconds))],
    )


def window(
    results: ResultTables, stays: Sequence[Stay], first: dt.date | None = None, days: int | None = None
) -> Window:
    """The stretch from `first` for `days`; by default where the sample spends most time in hold rooms.

    Raises InputError if it lies outside the run.
    """
    end, start = window_end(results), first_day(results)
    most = end // SECONDS_PER_DAY
    if days is not None and not 1 <= days <= most:
        raise InputError(f"--days: {days} is more or less than there is; give 1 to {most}")
    if first is None:
        return _busiest(stays, days or _length(stays, most), most)
    day = (first - start).days
    if not 0 <= day < most:
        raise InputError(f"--from: {first} is not in the run; give {start} to {start + dt.timedelta(most - 1)}")
    return Window(day * SECONDS_PER_DAY, min(day + (days or 1), most) * SECONDS_PER_DAY)


def placed(stay: Stay) -> list[tuple[int, Place]]:
    """Where a person is, from when on: stages of one place are one."""
    steps = ((STAGES[move.stage].place, move.time) for move in stay.moves)
    return [(next(times)[1], place) for place, times in groupby(steps, key=lambda step: step[0])]


def counts(stays: Iterable[Stay], time: int) -> Counter[Place]:
    """How many of these people are where at a time; those gone count where they went."""
    stages = (stay.stage_at(time) for stay in stays)
    return Counter(STAGES[stage].place for stage in stages if stage)


def _length(stays: Sequence[Stay], days: int) -> int:
    """Days in which the sample has THIN arrests on average; of a thinner one, all."""
    arrests = sum(map(Window(0, days * SECONDS_PER_DAY).has_arrest, stays))
    return next((length for length in _LENGTHS if length < days and arrests * length >= THIN * days), days)


def _busiest(stays: Sequence[Stay], length: int, days: int) -> Window:
    """The stretch of that many days in which the sample spends most time in hold rooms; of equals the first.

    Somebody who never waits there counts by the second of the arrest.
    """
    arrested = [stay for stay in stays if not stay.held_before]
    begins = np.array([stay.moves[0].time for stay in arrested], np.int64)
    after = (next((time for time, place in placed(one) if place not in HOLD_ROOM), None) for one in arrested)
    ends = np.array([days * SECONDS_PER_DAY if time is None else time for time in after], np.int64)
    lasts = np.maximum(ends - begins, 1)
    summed = np.array([np.clip(day * SECONDS_PER_DAY - begins, 0, lasts).sum() for day in range(days + 1)])
    first = int(np.argmax(summed[length:] - summed[: days + 1 - length]))
    return Window(first * SECONDS_PER_DAY, (first + length) * SECONDS_PER_DAY)


# --- what the script draws from -------------------------------------------------------------------------
def _data(results: ResultTables, run: int, shown: Sequence[Stay], seen: Window, whole: bool) -> dict[str, Any]:
    spans, order = [_spans(stay, seen) for stay in shown], list(PLACES)
    peaks = {place: _peak([one for of in spans for one in of if one[2] == place]) for place in PLACES}
    rooms = _rooms(results, seen) if whole else {}
    nation = None if whole else _nation(results, run, seen)
    limits = _limits(results)
    over = [_over(stay, limits) for stay in shown]
    desks, beds = (_slots(spans, place) for place in ("desk", "bed"))
    tick = span(seen.seconds) // 60
    opens = min((max(stay.moves[0].time, seen.begins) for stay in shown), default=seen.begins)
    return {
        "start": f"{first_day(results)}T00:00:00Z",
        "begins": seen.begins,
        "ends": seen.ends,
        "tick": tick,
        "step": 60,
        "panels": [
            {"place": order.index(place), "key": place, "label": label, "words": words}
            | {"peak": max(peaks[place], rooms.get(place, 0)), "slots": rooms.get(place, 0)}
            for place, (words, label) in PLACES.items()
            if peaks[place] or place == "bed" or (nation and any(nation[place]))
        ],
        "nation": nation,
        "first": -(-(opens - seen.begins) // tick),  # the first picture with somebody under way
        "limited": any(at is not None and at < seen.ends for at in over),
        "followed": _followed(shown, seen),
        "people": [
            [[cell for time, place in placed(stay) for cell in (time, order.index(place))], at, *slot]
            for stay, at, *slot in zip(shown, over, desks, beds, strict=True)
        ],
    }


def _nation(results: ResultTables, run: int, seen: Window) -> dict[str, list[int]]:
    """People of the whole run by place at each midnight from the first of the window on; who left since then."""
    days = results["daily"].where(replication=run)
    chosen = slice(seen.begins // SECONDS_PER_DAY, seen.ends // SECONDS_PER_DAY + 1)

    def column(name: str) -> NDArray[np.float64]:
        return np.nan_to_num(days[name][chosen].astype(np.float64))

    def since(name: str) -> NDArray[np.float64]:
        return np.asarray(np.cumsum(column(name)) - column(name)[0])

    lines = {"desk_line": column("intake_queue"), "bed_line": column("bed_queue")}
    found = lines | {"desk": column("hold_room") - sum(lines.values()), "road": column("in_transit")}
    found |= {"bed": column("held"), "removed": since("removals"), "released": since("releases")}
    return {place: np.maximum(people, 0).astype(int).tolist() for place, people in found.items()}


def _spans(stay: Stay, seen: Window) -> list[Span]:
    """Where a person is from when to when within the window."""
    steps = placed(stay)
    until = [*(time for time, _ in steps[1:]), seen.ends + 1]  # the last picture is that of the end itself
    return [
        (max(begins, seen.begins), min(ends, seen.ends + 1), place)
        for (begins, place), ends in zip(steps, until, strict=True)
        if begins <= seen.ends and ends > seen.begins
    ]


def _peak(spans: Sequence[Span]) -> int:
    """The most of these at once."""
    changes = Counter(begins for begins, _, _ in spans)
    changes.subtract(ends for _, ends, _ in spans)
    return max(accumulate(changes[time] for time in sorted(changes)), default=0)


def _slots(spans: Sequence[Sequence[Span]], place: Place) -> list[int]:
    """For each of these people the lowest desk or bed free when they take one, numbered from 0; -1: takes none."""
    taken = sorted((begins, ends, i) for i, of in enumerate(spans) for begins, ends, where in of if where == place)
    slots, free, busy = [-1] * len(spans), list[int](), list[tuple[int, int]]()
    for begins, ends, i in taken:
        while busy and busy[0][0] <= begins:
            heappush(free, heappop(busy)[1])
        slots[i] = heappop(free) if free else len(busy)
        heappush(busy, (ends, slots[i]))
    return slots


def _rooms(results: ResultTables, seen: Window) -> dict[Place, int]:
    """Desks and beds of a world of one area, where they are a plain number."""
    rooms: dict[Place, int] = {}
    if len(part(results, "areas")) != 1:
        return rooms
    desks = part(results, "intake").get("desks")
    if isinstance(desks, int):
        rooms["desk"] = desks
    first = first_day(results) + dt.timedelta(days=seen.begins // SECONDS_PER_DAY)
    beds = results["daily_by_area"].where(date=first)["beds_operating"]
    if len(beds) and beds[0] == beds[0] and beds[0] <= _MOST_SLOTS:
        rooms["bed"] = int(beds[0])
    return rooms


def _limits(results: ResultTables) -> list[tuple[int, int]]:
    """The limits of a hold in force and from when on, in seconds; none where they glide from one to the next."""
    given = part(results, "intake").get("hours_limit")
    if given is None or (isinstance(given, Mapping) and "ramp" in given):
        return []
    steps = given if isinstance(given, Mapping) else {first_day(results): given}
    dated = ((parse_date(date) - first_day(results), limit) for date, limit in steps.items() if limit)
    try:
        return sorted((since.days * SECONDS_PER_DAY, parse_duration(limit)) for since, limit in dated)
    except ValueError as error:
        raise InputError(f"{results.path or results.name}: intake.hours_limit: {error}") from None


def _over(stay: Stay, limits: Sequence[tuple[int, int]]) -> int | None:
    """When a person has been in hold rooms longer than the limit in force at entry; None: never."""
    entered = stay.moves[0].time
    in_force = [limit for since, limit in limits if since <= entered]
    if stay.held_before or not in_force:
        return None
    at = entered + in_force[-1]
    return at if STAGES[stay.stage_at(at) or ""].place in HOLD_ROOM else None


def _followed(shown: Sequence[Stay], seen: Window) -> int:
    """Whom the text follows: of those under way when the window begins who changes place most often in it.

    If nobody is, of all; of equals the first. -1: nobody is shown.
    """
    changes = [sum(seen.begins <= time < seen.ends for time, _ in placed(stay)) for stay in shown]
    under_way = [stay.moves[0].time <= seen.begins and stay.stage_at(seen.begins) is not None for stay in shown]
    ranked = [(there and n > 0, n) for there, n in zip(under_way, changes, strict=True)]
    return ranked.index(max(ranked)) if ranked else -1


# --- what is said ---------------------------------------------------------------------------------------
def _says(results: ResultTables, run: int, sampled: int, held: int, shown: int, whole: bool) -> list[str]:
    """What the shapes are of, and what the picture is not."""
    everybody = (
        "Numbers and bars count everybody in the run at the last midnight; exits count from the first picture on."
    )
    if whole:
        of = [f"Each shape is one person: all {count(shown)} who were in custody in this time are shown."]
    elif not shown:
        nobody = f"Of the {count(sampled)} people sampled nobody moved in this time; choose other days."
        of = [everybody, nobody]
    else:
        moved = (
            f"Each shape is one of the {count(shown)} people sampled who moved in this time, out of {count(sampled)}"
        )
        of = [everybody, f"{moved} sampled of {count(held)}; people who did not move appear only in the numbers."]
    runs = results.scenario.get("replications")
    return [
        *of,
        "The people are synthetic, drawn at random from the scenario; nobody real is shown. "
        "In a real facility, each shape would be a person waiting.",
        f"Replication {run}{f' of {runs}' if runs else ''}: one possible course of events, not the mean. "
        "In a line people stand in the order in which they joined it; who is called first can depend on priority.",
    ]


def _row(data: Mapping[str, Any], seen: Window, start: dt.date, shown: Sequence[Stay], time: int) -> list[str]:
    places: list[Place] = [panel["key"] for panel in data["panels"]]
    if data["nation"] is not None:
        at = (time - seen.begins) // SECONDS_PER_DAY
        return [moment(start, time), *(count(data["nation"][place][at]) for place in places)]
    where = counts(shown, time)
    cells = [where[place] for place in places]
    if data["limited"]:
        cells.append(sum(_is_over(stay, person[1], time) for stay, person in zip(shown, data["people"], strict=True)))
    return [moment(start, time), *map(count, cells)]


def _is_over(stay: Stay, over: int | None, time: int) -> bool:
    return over is not None and over < time and STAGES[stay.stage_at(time) or ""].place in HOLD_ROOM


def _drawn(key: str, data: Mapping[str, Any]) -> bool:
    """Whether the picture has the shape of a key."""
    there = {panel["key"] for panel in data["panels"]}
    asked: dict[str, bool] = {
        "held": bool(there & {*HOLD_ROOM}),
        "over": data["limited"],
        "level": data["nation"] is not None,
        "slot": any(panel["slots"] for panel in data["panels"]),
        "ring": data["followed"] >= 0,
    }
    return asked.get(key, key in there)


def _in_custody(results: ResultTables, run: int) -> int:
    """People in custody at some time of a replication, who could have been sampled."""
    days = results["daily"].where(replication=run)
    if not len(days):
        raise InputError(f"{results.path or results.name}: daily.csv has nothing of replication {run}; run it again")
    return int(days["in_custody"][0] + np.nansum(days["arrests"]))
