"""The log of a sample of people, in the shape that queue-animation tools read."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from sim.arrays import Ints
from sim.measures.custody import Custody
from sim.measures.spans import Visits
from sim.vocabulary import EVENT_WORDS, EXITED, NOTED, REQUESTED, Note, Place, Stage

_TRANSFER_LINE = NOTED + Note.TRANSFER_LINE


class Event(NamedTuple):
    """One row of `events.csv`; `resource_id` None: not the use of a desk or bed."""

    entity_id: int
    event_type: str
    event: str
    time: int
    resource_id: int | None


Slots = dict[tuple[int, int], int]
"""Number of the desk or bed by person and moment of coming to it."""


def journeys(custody: Custody, n: int) -> list[Event]:
    """The events of `n` people (all, if fewer), spread evenly over the people in custody, by time within a person."""
    count = len(custody)
    chosen = np.unique(np.linspace(0, count - 1, min(n, count)).round().astype(np.int64))
    log, number = custody.log, custody.drawn("number")
    desks, beds = (_slots(span, chosen) for span in (custody.spans([Stage.PROCESSING]), custody.bed))
    found: list[Event] = []
    for i in chosen.tolist():
        rows = slice(*np.searchsorted(log.who, (i, i + 1)))
        steps = [
            (max(t, 0), code)
            for t, code in zip(log.t[rows].tolist(), log.code[rows].tolist(), strict=True)
            if code < NOTED or EXITED <= code < REQUESTED or code == _TRANSFER_LINE
        ]
        found += _journey(int(number[i]), steps, i, desks, beds)
    return found


def _journey(who: int, steps: list[tuple[int, int]], i: int, desks: Slots, beds: Slots) -> Iterator[Event]:
    """The events of one person, from (time, code) of the log."""
    yield Event(who, "arrival_departure", "arrival", steps[0][0], None)
    using: tuple[str, int | None] | None = None
    for place, (t, code) in enumerate(steps):
        resource = _resource(code)
        if using and using[0] != resource:
            yield Event(who, "resource_use_end", using[0], t, using[1])
        passing = place + 1 < len(steps) and steps[place + 1][0] == t and steps[place + 1][1] < EXITED
        if code != Stage.PROCESSING and (not passing or place == 0):
            yield Event(who, "queue", EVENT_WORDS[code], t, None)
        if resource and (not using or using[0] != resource):
            using = resource, (desks if resource == "processing" else beds)[i, t]
            yield Event(who, "resource_use", resource, t, using[1])
        using = using if resource else None
    if steps[-1][1] >= EXITED:
        yield Event(who, "arrival_departure", "depart", steps[-1][0], None)


def _resource(code: int) -> str:
    """What a person uses in a stage."""
    if code == Stage.PROCESSING:
        return "processing"
    return "bed" if code < NOTED and Stage(code).row.place == Place.BED else ""


def _slots(span: Visits, chosen: Ints) -> Slots:
    """For each visit of the sample the lowest number not in use among them, from 1."""
    some = np.isin(span.who, chosen)
    starts, ends, people = (np.maximum(column[some], 0).tolist() for column in (span.start, span.end, span.who))
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    slots: Slots = {}
    for t, i, end in sorted(zip(starts, people, ends, strict=True)):
        while busy and busy[0][0] <= t:
            heappush(free, heappop(busy)[1])
        slots[i, t] = heappop(free) if free else len(busy) + 1
        heappush(busy, (end, slots[i, t]))
    return slots
