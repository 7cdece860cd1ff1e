"""The ledger computed again from records: what each day is charged, in cents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.measures.counting import flow
from sim.measures.custody import Custody
from sim.measures.spans import Span
from sim.scenario.world.calendars import TRANSFER_SEATS
from sim.vocabulary import LEDGER_LINES, LedgerLine, Note, Stage

Ints = NDArray[np.int64]


def recompute(custody: Custody) -> Ints:
    """(D, lines) cents by LedgerLine."""
    units = _units(custody)
    cents = units * custody.tables.price_cents
    cents[:, LedgerLine.SEATS] = _seats(custody)
    cents[:, LedgerLine.MOVES] = _moves(custody)
    return cents


def _units(custody: Custody) -> Ints:
    """(D, lines) what each line is charged for, except seats and moves."""
    tables, series, intake = custody.tables, custody.series, custody.intake
    days, n = tables.days, len(tables.areas)
    in_bed, road, moved = series.held_by_place[1:], custody.road, moved_by_rule(custody)
    transfers = np.concatenate([road.start[~road.from_bed], moved.end[tables.move_seats[moved.area] == TRANSFER_SEATS]])
    processed = intake.end < intake.horizon
    heard = custody.noted(Note.HEARD)
    lines = {
        "bed_nights": in_bed,
        "guaranteed_minimum": np.maximum(0, tables.guaranteed.T - in_bed),
        "over_contract": np.maximum(0, in_bed - tables.contracted.T),
        "arrests": series.arrests_interior,
        "intake": flow(intake.end[processed], intake.area[processed], days, n),
        "transfers": flow(transfers, np.zeros_like(transfers), days, 1),
        "hearings": flow(heard.t, heard.area, days, n),
        "atd": series.atd[1:, None],
    }
    units = np.zeros((days, len(LEDGER_LINES)), dtype=np.int64)
    for line, by_area in lines.items():
        units[:, LedgerLine[line.upper()]] = by_area.sum(axis=1)
    return units


def moved_by_rule(custody: Custody) -> Span:
    """Waits for a transport that ended with a departure; `area` has the rule of moves."""
    line = custody.move_line
    left = line.some(line.ended_by == Stage.ON_THE_ROAD)
    return Span(left.start, left.end, left.place - len(custody.tables.place_names), left.horizon)


def _moves(custody: Custody) -> Ints:
    """(D,) cents for moves on transports of their own."""
    tables, moved = custody.tables, moved_by_rule(custody)
    cents = np.where(tables.move_seats == TRANSFER_SEATS, 0, tables.move_cents)
    charged: Ints = flow(moved.end, moved.area, tables.days, len(cents)) @ cents
    return charged


def _seats(custody: Custody) -> Ints:
    """(D,) cents for the seats used."""
    routes = max(1, len(custody.tables.routes))
    used = flow(custody.seats_used.t, custody.seats_used.code, custody.tables.days, routes)
    return used[:, : len(custody.tables.seat_cents)] @ custody.tables.seat_cents
