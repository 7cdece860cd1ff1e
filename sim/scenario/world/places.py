"""Beds of the places of a scenario and its rules of moves, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim import rules
from sim.arrays import Ints
from sim.scenario.schema import Beds, Move, Scenario, Transfer
from sim.scenario.schema.places import DETENTION, Places, transfer_rung
from sim.scenario.world.calendars import (
    DOCUMENT_SPEED,
    ENDLESS,
    NO_SEATS,
    NONE,
    OWN_SEATS,
    TRANSFER_SEATS,
    U31,
    Frame,
    calendar,
    empty_calendar,
    rounded,
)
from sim.scenario.world.quantile import seconds
from sim.vocabulary import MOVE_TIMES


def by_place(places: Places, own: Ints, key: str, without: int, frame: Frame) -> Ints:
    """(P, D) beds by place: the pools of the areas (A, D), then what the named places state."""
    stated = [frame.counts(getattr(place, key), without) for place in places.named]
    return np.concatenate([own, np.array(stated, np.int64).reshape(-1, frame.days)])


def place_tables(scenario: Scenario, places: Places, operating: Ints, frame: Frame) -> dict[str, Any]:
    """Fields of `Tables` about places and moves; `operating` (P, D) tells where people are held on day 0."""
    beds = scenario.beds or Beds()
    limits = [NONE if place.stay_limit is None else int(place.stay_limit) for place in places.named]
    return {
        "place_names": places.names,
        "place_area": np.array(places.area, np.int64),
        "place_kind": np.array(places.kind, np.int64),
        "stay_limit_s": np.array([NONE] * len(places.areas) + limits, np.int64),
        "entry": tuple(places.entry(area) for area in range(len(places.areas))),
        "day0_place": np.array([_day0_place(places, area, operating) for area in range(len(places.areas))], np.int64),
        "docket_changes": scenario.case is not None and scenario.case.docket_moves == "change",
        **_moves(beds.moves, places, transfer_rung(beds), frame),
    }


def _day0_place(places: Places, area: int, operating: Ints) -> int:
    """The pool of the area if it has beds on day 0, else its first place of detention, else the first bed's."""
    held = [p for p in places.home[area] if places.kind[p] == DETENTION and operating[p, 0] > 0]
    return (held or places.entry(area))[0]


def _moves(moves: Sequence[Move], places: Places, transfer: Transfer | None, frame: Frame) -> dict[str, Any]:
    sources = [places.sources(move) for move in moves]
    road = [int(transfer.hours) if move.transfers and transfer else int(move.hours) for move in moves]
    after = [_quantiles(move) for move in moves]
    shares = [rounded(frame.values(move.share) * U31) for move in moves]
    leads = [rounded(frame.values(move.lead)) * DOCUMENT_SPEED for move in moves]
    return {
        "move_to": tuple(
            tuple(places.targets(move, p) if p in here else () for p in range(len(places.names)))
            for move, here in zip(moves, sources, strict=True)
        ),
        "move_when": np.array([MOVE_TIMES.index(move.when) for move in moves], np.int64),
        "move_after_s": np.array(after, np.int64).reshape(-1, rules.MOVE_QUANTILES),
        "move_lead_work": np.array(leads, np.int64).reshape(-1, frame.days),
        "move_share": np.array(shares, np.int64).reshape(-1, frame.days),
        "move_seats": np.array(
            [TRANSFER_SEATS if move.transfers else NO_SEATS if move.seats is None else OWN_SEATS for move in moves],
            np.int64,
        ),
        "move_calendar": tuple(
            calendar(frame.values(move.seats) * frame.weekday(move.weekday), move.departures)
            if move.seats is not None
            else empty_calendar()
            for move in moves
        ),
        "move_road_s": np.array(road, np.int64),
        "move_cents": np.array([round(move.cost) for move in moves], np.int64),
    }


def _quantiles(move: Move) -> Ints:
    """Equally likely times of a law: its values in the middle of each part."""
    middles = (np.arange(rules.MOVE_QUANTILES) + 0.5) / rules.MOVE_QUANTILES
    return np.zeros(len(middles), np.int64) if move.after is None else seconds(move.after, middles)


def replaced_pools(places: Places) -> Ints:
    """(A, 1) beds of an area's own pool where nothing is stated: none where places of its own stand for it."""
    return np.array([[0 if places.replaced(area) else ENDLESS] for area in range(len(places.areas))], np.int64)
