"""The journeys of a sample of people, as the event log that queue-animation tools read."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from sim.measures.custody import Custody
from sim.vocabulary import DAY0_STAGES, EMPTY, EXIT_REASONS, Stage


class Event(NamedTuple):
    """One row of `events.csv`; `resource_id` None: not the use of a desk or bed."""

    entity_id: int
    event_type: str
    event: str
    time: int
    resource_id: int | None


_QUEUES = (
    ("t_asked", "bed_line"),
    ("t_transfer_asked", "transfer_line"),
    ("t_departed", "on_the_road"),
    ("t_screening_asked", "screening_line"),
    ("t_docket", "docket"),
    ("t_order", "document"),
    ("t_document", "stay_of_removal"),
    ("t_seat_asked", "seat_line"),
)
"""Moments and what the person waits for from then on."""


def journeys(custody: Custody, n: int) -> list[Event]:
    """The events of `n` people (all, if fewer), spread evenly over the rows of the records, by time within a person."""
    count = len(custody.rows)
    chosen = np.unique(np.linspace(0, count - 1, min(n, count)).round().astype(np.int64))
    desk = _slots(custody, chosen, "t_desk", "t_processed")
    bed = _slots(custody, chosen, "t_bed", "t_exit")
    return [event for i in chosen.tolist() for event in _journey(custody, i, desk.get(i), bed.get(i))]


def _journey(custody: Custody, i: int, desk: int | None, bed: int | None) -> list[Event]:
    stays, who = custody.stays, int(custody.drawn("number")[i])
    day0 = bool(custody.day0[i])

    def at(name: str) -> int:
        return int(getattr(stays, name)[i])

    began = 0 if day0 else at("t_arrest")
    found = [Event(who, "arrival_departure", "arrival", began, None)]
    if day0:
        found.append(Event(who, "queue", DAY0_STAGES[int(custody.stage0[i]) - Stage.STAY], 0, None))
    else:
        found.append(Event(who, "queue", "desk_line", began, None))
        found += _use(who, "processing", at("t_desk"), at("t_processed"), desk)
    waits = {at(name): event for name, event in _QUEUES if at(name) != EMPTY}  # of one instant the last counts
    found += [Event(who, "queue", event, t, None) for t, event in waits.items() if not (day0 and t == 0)]
    found += _use(who, "bed", 0 if day0 else at("t_bed"), at("t_exit"), bed)
    if at("t_exit") != EMPTY:
        found.append(Event(who, "queue", f"exit_{EXIT_REASONS[at('exit')]}", at("t_exit"), None))
        found.append(Event(who, "arrival_departure", "depart", at("t_exit"), None))
    return sorted(found, key=lambda event: event.time)


def _use(who: int, event: str, begins: int, ends: int, resource: int | None) -> list[Event]:
    if begins == EMPTY:
        return []
    used = [Event(who, "resource_use", event, begins, resource)]
    return used if ends == EMPTY else [*used, Event(who, "resource_use_end", event, ends, resource)]


def _slots(custody: Custody, chosen: np.ndarray, begins: str, ends: str) -> dict[int, int]:
    """For each person of the sample the lowest number not in use among them, from 1."""
    start, end = getattr(custody.stays, begins), getattr(custody.stays, ends)
    start = np.where(custody.day0, 0, start) if begins == "t_bed" else start
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    slots: dict[int, int] = {}
    for t, i in sorted((int(start[i]), i) for i in chosen.tolist() if start[i] != EMPTY):
        while busy and busy[0][0] <= t:
            heappush(free, heappop(busy)[1])
        slots[i] = heappop(free) if free else len(busy) + 1
        heappush(busy, (custody.horizon if end[i] == EMPTY else int(end[i]), slots[i]))
    return slots
