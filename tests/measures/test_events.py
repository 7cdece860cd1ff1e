"""Journeys of sampled people."""

from __future__ import annotations

from sim.measures.custody import Custody
from sim.measures.events import journeys
from tests.measures import hand
from tests.measures.hand import H


def of(number, n=50):
    found = journeys(Custody(hand.tables(), hand.people(), hand.records()), n)
    return [tuple(event)[1:] for event in found if event.entity_id == number]


def test_one_journey():
    assert of(102) == [
        ("arrival_departure", "arrival", 2 * H, None),
        ("queue", "desk_line", 2 * H, None),
        ("resource_use", "processing", 3 * H, 1),
        ("resource_use_end", "processing", 4 * H, 1),
        ("queue", "bed_line", 4 * H, None),
        ("queue", "transfer_line", 8 * H, None),
        ("queue", "on_the_road", 12 * H, None),
        ("queue", "preparing", 18 * H, None),
        ("resource_use", "bed", 18 * H, 3),
        ("queue", "docket", 42 * H, None),
    ]


def test_a_person_held_on_day_0_arrives_at_the_start():
    assert of(100)[:3] == [
        ("arrival_departure", "arrival", 0, None),
        ("queue", "docket", 0, None),
        ("resource_use", "bed", 0, 1),
    ]
    assert of(100)[-2:] == [("queue", "exit_removed", 36 * H, None), ("arrival_departure", "depart", 36 * H, None)]


def test_beds_of_the_sample_are_numbered_without_overlap():
    found = journeys(Custody(hand.tables(), hand.people(), hand.records()), 50)
    busy: dict[tuple[str, int], int] = {}
    for event in sorted(found, key=lambda e: (e.time, e.event_type != "resource_use_end")):
        if event.resource_id is not None:
            step = 1 if event.event_type == "resource_use" else -1
            busy[event.event, event.resource_id] = busy.get((event.event, event.resource_id), 0) + step
            assert busy[event.event, event.resource_id] in (0, 1)


def test_the_sample_is_spread_and_of_the_size_asked_for():
    run = (hand.tables(), hand.people(), hand.records())
    assert [len({e.entity_id for e in journeys(Custody(*run), n)}) for n in (0, 1, 4, 10, 99)] == [0, 1, 4, 10, 10]
    assert {e.entity_id for e in journeys(Custody(*run), 2)} == {100, 111}


def test_each_person_arrives_once_and_leaves_at_most_once():
    found = journeys(Custody(hand.tables(), hand.people(), hand.records()), 50)
    assert [e.event for e in found].count("arrival") == 10
    assert [e.event for e in found].count("depart") == 6
