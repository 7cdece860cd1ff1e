"""The ledger computed again from what people used: what each day is charged, in cents."""

from __future__ import annotations

import numpy as np

from sim.arrays import Ints
from sim.measures.series import Series
from sim.scenario.world.calendars import TRANSFER_SEATS
from sim.vocabulary import LEDGER_LINES, LedgerLine


def recompute(series: Series) -> Ints:
    """(D, lines) cents by LedgerLine."""
    tables = series.tables
    cents = _units(series) * tables.price_cents
    cents[:, LedgerLine.SEATS] = series.seats_used[:, : len(tables.seat_cents)] @ tables.seat_cents
    own = np.where(tables.move_seats == TRANSFER_SEATS, 0, tables.move_cents)
    cents[:, LedgerLine.MOVES] = series.moved_by_rule @ own
    return cents


def _units(series: Series) -> Ints:
    """(D, lines) what each line is charged for, except seats and moves."""
    tables, in_bed = series.tables, series.held_by_place[1:]
    lines = {
        "bed_nights": in_bed,
        "guaranteed_minimum": np.maximum(0, tables.guaranteed.T - in_bed),
        "over_contract": np.maximum(0, in_bed - tables.contracted.T),
        "arrests": series.arrests_interior,
        "intake": series.processed,
        "transfers": series.transfers,
        "hearings": series.hearings,
        "atd": series.atd[1:, None],
    }
    units = np.zeros((tables.days, len(LEDGER_LINES)), dtype=np.int64)
    for line, by_area in lines.items():
        units[:, LedgerLine[line.upper()]] = by_area.sum(axis=1)
    return units
