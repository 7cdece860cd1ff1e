"""The world of a replication, filled before the loop plays it, and what the loop left behind."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import rules
from sim.compiled import layout as at
from sim.compiled.layout import FLOWS, LINES, SCALARS, STOCKS, TABLES, Ints
from sim.log import Counts, Log, Records
from sim.people.table import People
from sim.scenario.world.tables import Tables
from sim.vocabulary import ACCOUNT_OF_LINE, EMPTY, INTERIOR, SECONDS_PER_DAY, Account, LedgerLine, Rung

Array = NDArray[Any]
BLOCK = 4_096
"""Rows that are filled or read together, so that they are still at hand for the next column."""


@dataclass(frozen=True)
class World:
    """The scalars and the tables by name; `words` is what compiled code sees of them."""

    words: Ints
    tables: dict[str, Array]

    @property
    def address(self) -> int:
        """Where the words stand."""
        return self.words.ctypes.data

    def __getitem__(self, scalar: str) -> int:
        return int(self.words[SCALARS.index(scalar)])


def fits(tables: Tables, people: People) -> bool:
    """Rows and times fit the bits they have here."""
    return (
        len(people) < at.ROWS_MOST
        and tables.days * SECONDS_PER_DAY < at.SINCE_ZERO
        and int(people.t[people.t > EMPTY].min(initial=0)) > -at.SINCE_ZERO
    )


def world(tables: Tables, people: People, slack: int = 1) -> World:
    """The world as play begins; `slack` multiplies the room for events and requests."""
    rows = len(people)
    room = {"events_most": slack * (6 * rows + 4_096), "log_most": slack * (12 * rows + 4_096)}
    room["asleep_most"] = 4 * rows + 64
    filled = _schedules(tables) | _places(tables) | _calendars(tables)
    filled |= _lines(tables, people, slack * (2 * rows + 1_024))
    filled |= {"people": _people(people), "stays": _stays(people), "candidates": _candidates(people)}
    filled |= _empty(tables, rows, room)
    scalars = _scalars(tables, people) | room | {"exhausted_day": -1, "free_event": -1}
    words = [scalars.get(name, 0) for name in SCALARS]
    return World(np.array([*words, *(filled[name].ctypes.data for name in TABLES)], np.int64), filled)


# --- scalars ----------------------------------------------------------------------------------------------
def _scalars(tables: Tables, people: People) -> dict[str, int]:
    named = {name: int(getattr(tables, name)) for name in SCALARS if hasattr(tables, name)}
    return named | {
        "n_days": tables.days,
        "n_areas": len(tables.areas),
        "n_routes": len(tables.routes),
        "n_dockets": len(tables.docket_calendar),
        "n_rungs": len(tables.rung_kind),
        "n_bands": len(tables.giving_up_after_s),
        "n_rows": len(people),
        "n_candidates": len(_candidates(people)),
        "n_buckets": tables.days * SECONDS_PER_DAY // at.BUCKET_S,
        "end": tables.days * SECONDS_PER_DAY,
        "has_routes": int(tables.removal_on and tables.groups_on),
        "displacing": int((tables.rung_kind == Rung.DISPLACE).any()),
        "pools": int((tables.pool >= 0).any()),
        "rearrests": int((people.again >= 0).any()),
    }


# --- people -----------------------------------------------------------------------------------------------
def _aligned(rows: int, kind: np.dtype[Any]) -> Array:
    """An array whose rows begin where the lines of the processor's cache begin."""
    size = rows * kind.itemsize
    raw = np.empty(size + at.LINE_BYTES, dtype=np.uint8)
    start = -raw.ctypes.data % at.LINE_BYTES
    return raw[start : start + size].view(kind)


def _people(people: People) -> Array:
    """Columns side by side, a person a row."""
    table = _aligned(len(people), at.PERSON)
    names = at.PERSON.names or ()
    columns = {name: _cut(name, getattr(people, name)) for name in names}
    for low in range(0, len(people), BLOCK):
        rows, high = table[low : low + BLOCK], low + BLOCK
        for name, column in columns.items():
            rows[name] = column[..., low:high].T
    return table


def _cut(name: str, column: Ints) -> Ints:
    """A column whose numbers fit; what is too long for it can happen in no run."""
    is_time = name == "t" or (name.endswith("_s") and at.PERSON[name] == np.int32)
    if is_time and len(column) and not at.NOT_YET <= column.min() <= column.max() <= at.NEVER:
        return np.clip(column, at.NOT_YET, at.NEVER)
    return column


def _first_row() -> Array:
    """A person before anything has happened."""
    row = np.zeros(1, at.STAY)
    for name in at.STAY.names or ():
        if name.startswith("t_"):
            row[name] = at.NOT_YET
        elif name in ("route", "tried", "review", "promised_to", "wants_bed_of"):
            row[name] = at.NOBODY
        elif name in ("step_at", "alarm_at", "gives_up_at", "limit_at", "line_since", "review_end"):
            row[name] = at.NEVER
    row["clock_stage"] = at.NOT_IN_CUSTODY
    return row


def _stays(people: People) -> Array:
    table, first = _aligned(len(people), at.STAY), _first_row()
    who = people.source * 2 + people.custody
    for low in range(0, len(people), BLOCK):
        rows, high = table[low : low + BLOCK], low + BLOCK
        rows[:] = first
        rows["area"], rows["who"] = people.area[low:high], who[low:high]
        rows["clock_work"] = people.clock_work[:, low:high].T
    return table


def _candidates(people: People) -> Ints:
    """Events of new arrivals by (time, row)."""
    order = np.argsort(people.t, kind="stable")
    coming = order[np.searchsorted(people.t[order], 0) :]
    rows = coming[people.stage0[coming] == 0].astype(np.int64)
    events: Ints = (people.t[rows] << (at.KIND_BITS + at.NUMBER_BITS)) | (at.ARREST << at.NUMBER_BITS) | rows
    return events


# --- the scenario -----------------------------------------------------------------------------------------
def _flat(values: Any) -> Ints:
    return np.ascontiguousarray(values, dtype=np.int64).ravel()


def _rows(table_name: str, n: int, /, **columns: Any) -> Array:
    """Rows of a table from columns; nought where nothing is given."""
    table = np.zeros(n, TABLES[table_name])
    for name, values in columns.items():
        table[name] = _flat(values) if np.ndim(values) else values
    return table


def _used_by_midnight(speed: Ints) -> Ints:
    """Work used up to each midnight: one more entry than days on the last axis."""
    used = np.cumsum(np.minimum(speed, rules.FULL_DAY_SPEED) * SECONDS_PER_DAY, axis=-1)
    return np.concatenate([np.zeros((*speed.shape[:-1], 1), np.int64), used], axis=-1)


def _clock_runs(tables: Tables) -> Ints:
    """(clock, source, custody class, stage) 1 where the clock runs and can ring at all."""
    can_ring = (tables.clock_speed.sum(axis=2) > 0).astype(np.int64)
    runs: Ints = tables.clock_runs[:, None, :, :] * can_ring[:, :, None, None]
    return runs


def _schedules(tables: Tables) -> dict[str, Array]:
    """What the scenario says by day, and what holds for the whole run."""
    by_day = {name: getattr(tables, name) for name in at.DAY.names or () if hasattr(tables, name)}
    by_day |= {"goal": tables.goal_milli, "hours_limit": tables.hours_limit_s}
    by_day["post_order_limit"] = tables.post_order_limit_s
    plain = {name: getattr(tables, name) for name in TABLES if isinstance(getattr(tables, name, None), np.ndarray)}
    return {name: _flat(values) for name, values in plain.items()} | {
        "days": _rows("days", tables.days, **by_day),
        "capability": _flat(tables.capability_milli),
        "cells": _rows("cells", tables.pool.size, pool=tables.pool, not_found=tables.pool),
        "rungs": _rows("rungs", len(tables.rung_kind), kind=tables.rung_kind, after_s=tables.rung_after_s),
        "band_after_s": _flat(tables.giving_up_after_s),
        "band_speed": _flat(tables.giving_up_speed),
        "document_work": _flat(_used_by_midnight(tables.document_speed)),
        "clock_work": _flat(_used_by_midnight(tables.clock_speed)),
        "clock_runs": _flat(_clock_runs(tables)),
        "routes": _rows("routes", len(tables.routes), seat_cents=tables.seat_cents),
        "prices": _rows("prices", len(LedgerLine), cents=tables.price_cents, account=ACCOUNT_OF_LINE),
        "accounts": _rows("accounts", len(Account), limiting=tables.limited_by),
        "budget": _flat(tables.budget_cents),
    }


def _places(tables: Tables) -> dict[str, Array]:
    """Areas, and what they have by day."""
    names = [name for name in at.AREA_DAY.names or () if hasattr(tables, name)]
    by_day = {name: getattr(tables, name).T for name in names}
    ends = np.cumsum([0, *(len(each) for each in tables.transfer_to)])
    n = len(tables.areas)
    return {
        "areas": _rows("areas", n, docket=tables.docket_of, transfers_from=ends[:-1], transfers_to=ends[1:]),
        "area_days": _rows("area_days", tables.days * n, **by_day),
        "transfer_to": _flat([there for each in tables.transfer_to for there in each]),
    }


def _calendars(tables: Tables) -> dict[str, Array]:
    """Transfers by area, then routes, dockets and screenings, one after the other."""
    each = [*tables.transfer_calendar, *tables.route_calendar, *tables.docket_calendar, tables.screening_calendar]
    ends = np.cumsum([0, *(len(one.times) for one in each)])
    times, places = (np.concatenate([getattr(one, name) for one in each]) for name in ("times", "places"))
    return {
        "calendars": _rows("calendars", len(each), next=ends[:-1], end=ends[1:]),
        "dates": _rows("dates", len(times), t=times, places=places),
    }


def _lines(tables: Tables, people: People, requests_most: int) -> dict[str, Array]:
    """Lines by kind, and the room of each: no line can hold more entries than people may join it."""
    n, rows = len(tables.areas), len(people)
    by_area = np.bincount(people.area, minlength=n) + 1
    displaced = 3 * rows + 16 if (tables.rung_kind == Rung.DISPLACE).any() else 1
    room = [
        *(by_area if on else np.ones(n, np.int64) for on in (tables.intake_on, tables.beds_on, tables.beds_on)),
        np.full(len(tables.docket_calendar), rows + 1),
        np.full(1, rows + 1),
        np.full(len(tables.routes), rows + 1),
        np.full(1, requests_most),
        np.full(n, displaced),
        np.full(1, rows + 1),
    ]
    most = np.concatenate(room)
    return {
        "lines": _rows("lines", len(most), start=np.cumsum(most) - most, most=most),
        "first_line": _flat(np.cumsum([0, *map(len, room)])[:-1]),
        "places": np.empty(int(most.sum()), np.int64),
    }


def _empty(tables: Tables, rows: int, room: dict[str, int]) -> dict[str, Array]:
    """Tables that play fills."""
    n, events = len(tables.areas), room["events_most"]
    sizes = {
        "log": room["log_most"],
        "stocks": (tables.days + 1) * n,
        "below": len(INTERIOR) * n * 3,
        "ledger": tables.days * len(LedgerLine),
        "line_seconds": at.N_LINE_KINDS,
        "heap": events + 1,
        "events": events,
        "wake": room["asleep_most"],
        "asked": rows + 1,
    }
    buckets = np.full(tables.days * SECONDS_PER_DAY // at.BUCKET_S + 1, -1)
    return {name: np.zeros(size, TABLES[name]) for name, size in sizes.items()} | {"buckets": buckets}


# --- what is left behind -----------------------------------------------------------------------------------
def take_log(played: World) -> Log:
    """What was logged since the last time, out of the memory, which then has room again."""
    rows = played.tables["log"][: played["n_logged"]]
    played.words[SCALARS.index("n_logged")] = 0
    area = rows["area"].copy()
    return Log(t=rows["t"].copy(), row=rows["row"].copy(), stage=rows["stage"].copy(), place=area, area=area.copy())


def records(played: World, tables: Tables, log: Log) -> Records:
    """What the loop left behind, with its log."""
    n, days, by_day = len(tables.areas), tables.days, played.tables["area_days"]
    stopped = [by_day[name].reshape(days, n) for name in ("thinned", "throttled", "no_money")]
    day = played.tables["days"]
    short = [day[name] for name in ("short_of_officers", "short_of_pool", "short_by_throttle", "short_of_money")]
    return Records(
        log=log,
        ledger_cents=played.tables["ledger"].reshape(days, len(LedgerLine)),
        not_arrested=np.stack(stopped, axis=2),
        shortfall_milli=np.stack(short, axis=1),
        exhausted_day=played["exhausted_day"],
        counts=_counts(played, tables),
    )


def _still_waiting(played: World) -> Ints:
    """People on the lines of each kind at the end."""
    members, first = played.tables["lines"]["members"], played.tables["first_line"]
    return np.array([members[low:high].sum() for low, high in pairwise(first.tolist())], np.int64)


def _counts(played: World, tables: Tables) -> Counts:
    days, n = tables.days, len(tables.areas)
    flows = {name: played.tables["area_days"][name].reshape(days, n) for name in FLOWS}
    stocks = {name: played.tables["stocks"][name].reshape(days + 1, n) for name in STOCKS}
    seconds = played.tables["line_seconds"][: len(LINES)] + played["end"] * _still_waiting(played)[: len(LINES)]
    by_line = dict(zip(LINES, seconds.tolist(), strict=True))
    return Counts(**flows, **stocks, line_seconds=by_line, events=played["n_events"])
