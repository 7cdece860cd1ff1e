"""The ledger computed again from records: what each day is charged, in cents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.measures.counting import flow, stock
from sim.measures.custody import Custody
from sim.vocabulary import INTERIOR, LEDGER_LINES, Exit, LedgerLine

Ints = NDArray[np.int64]


def recompute(custody: Custody) -> Ints:
    """(D, lines) cents by LedgerLine. `hearings` stands in the last row: records have no date for each hearing."""
    units = _units(custody)
    cents = units * custody.tables.price_cents
    cents[:, LedgerLine.SEATS] = _seats(custody)
    return cents


def _units(custody: Custody) -> Ints:
    """(D, 9) what each line is charged for, but for seats."""
    tables, stays = custody.tables, custody.stays
    days, n = tables.days, len(tables.areas)
    in_bed = stock(custody.bed, days, n)[1:]
    interior = ~custody.day0 & (custody.drawn("source") < len(INTERIOR))
    arrests = flow(np.where(interior, stays.t_arrest, -1), custody.area_from, days, n)
    lines = {
        "bed_nights": in_bed,
        "guaranteed_minimum": np.maximum(0, tables.guaranteed.T - in_bed),
        "over_contract": np.maximum(0, in_bed - tables.contracted.T),
        "arrests": arrests,
        "intake": flow(stays.t_processed, custody.area_from, days, n),
        "transfers": flow(stays.t_departed, custody.area_from, days, n),
        "atd": tables.atd_enrolled + stock(custody.atd, days, n)[1:].sum(axis=1, keepdims=True),
    }
    units = np.zeros((days, len(LEDGER_LINES)), dtype=np.int64)
    for line, by_area in lines.items():
        units[:, LedgerLine[line.upper()]] = by_area.sum(axis=1)
    units[-1, LedgerLine.HEARINGS] = stays.hearings.sum()
    return units


def _seats(custody: Custody) -> Ints:
    """(D,) cents for the seats used."""
    routes = max(1, len(custody.tables.routes))
    flown = (custody.stays.route >= 0) & (custody.stays.exit == Exit.REMOVED)
    used = flow(custody.stays.t_exit[flown], custody.stays.route[flown], custody.tables.days, routes)
    return used[:, : len(custody.tables.seat_cents)] @ custody.tables.seat_cents
