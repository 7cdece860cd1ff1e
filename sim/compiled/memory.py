"""The world of a replication, filled before the loop plays it, and what the loop left behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from mmap import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import rules
from sim.compiled import layout as at
from sim.compiled.layout import FLOWS, LINES, SCALARS, SITE_STOCKS, STOCKS, TABLES, Ints
from sim.log import Counts, Log, Records
from sim.people.table import Expected, Part
from sim.scenario.world.tables import Tables
from sim.vocabulary import ACCOUNT_OF_LINE, INTERIOR, SECONDS_PER_DAY, Account, LedgerLine, Rung

Array = NDArray[Any]
BLOCK = 4_096
"""Rows that are filled or read together, so that they are still at hand for the next column."""


@dataclass
class World:
    """The scalars and the tables by name; `words` is what compiled code sees of them, `spare` are rows used before."""

    words: Ints
    tables: dict[str, Array]
    spare: Array = field(default_factory=lambda: np.empty(0, np.int32))

    @property
    def address(self) -> int:
        """Where the words stand."""
        return self.words.ctypes.data

    def __getitem__(self, scalar: str) -> int:
        return int(self.words[SCALARS.index(scalar)])

    def __setitem__(self, scalar: str, value: int) -> None:
        self.words[SCALARS.index(scalar)] = value


def fits(tables: Tables, people: Expected) -> bool:
    """Rows and times fit the bits they have here."""
    return (
        len(people) < at.ROWS_MOST
        and tables.days * SECONDS_PER_DAY < at.SINCE_ZERO
        and people.earliest > -at.SINCE_ZERO
    )


def empty_world(tables: Tables, people: Expected, slack: int = 1) -> World:
    """The world before anybody is placed in it; `slack` multiplies the room for events and requests.

    The system gives room as it is used, so it may be ample.
    """
    rows = len(people)
    room = {"events_most": slack * (6 * rows + 4_096), "log_most": slack * (12 * rows + 4_096)}
    room |= {"chained_most": slack * (2 * rows + 4_096) + _hours(tables), "asleep_most": 4 * rows + 64}
    filled = _schedules(tables) | _places(tables) | _calendars(tables)
    filled |= _lines(tables, people, slack)
    filled |= {"people": _aligned(rows, at.PERSON), "stays": _aligned(rows, at.STAY)}
    filled |= _empty(tables, rows, room)
    scalars = _scalars(tables) | room | {"exhausted_day": -1, "free_chain": -1, "n_calendars": len(filled["calendars"])}
    words = [scalars.get(name, 0) for name in SCALARS]
    return World(np.array([*words, *(filled[name].ctypes.data for name in TABLES)], np.int64), filled)


# --- scalars ----------------------------------------------------------------------------------------------
def _scalars(tables: Tables) -> dict[str, int]:
    named = {name: int(getattr(tables, name)) for name in SCALARS if hasattr(tables, name)}
    return named | {
        "n_days": tables.days,
        "n_areas": len(tables.areas),
        "n_places": len(tables.place_names),
        "n_moves": len(tables.move_when),
        "n_rungs": len(tables.rung_kind),
        "n_bands": len(tables.giving_up_after_s),
        "n_buckets": _hours(tables),
        "end": tables.days * SECONDS_PER_DAY,
        "has_routes": int(tables.removal_on and tables.groups_on),
        "displacing": int((tables.rung_kind == Rung.DISPLACE).any()),
        "pools": int((tables.pool >= 0).any()),
    }


def _hours(tables: Tables) -> int:
    return tables.days * SECONDS_PER_DAY // at.BUCKET_S


# --- people -----------------------------------------------------------------------------------------------
def _aligned(rows: int, kind: np.dtype[Any]) -> Array:
    """An array whose rows begin where the lines of the processor's cache begin."""
    size = rows * kind.itemsize
    raw = np.empty(size + at.LINE_BYTES, dtype=np.uint8)
    start = -raw.ctypes.data % at.LINE_BYTES
    return raw[start : start + size].view(kind)


def place(world: World, part: Part) -> None:
    """Put people in rows that are free; those who may be arrested come in the order of time, then of person."""
    people, rows = part.people, _free_rows(world, len(part.rows))
    world.tables["slots"][part.rows] = rows
    columns = {name: _cut(name, getattr(people, name)) for name in at.PERSON.names or ()}
    columns["again"] = np.where(people.again >= 0, rows[people.again], at.NOBODY) if len(rows) else people.again
    _write(world.tables["people"], rows, columns, np.zeros(1, at.PERSON))
    first = {"person": part.rows, "area": people.area, "place": people.area, "who": people.source * 2 + people.custody}
    _write(world.tables["stays"], rows, first | {"clock_work": people.clock_work}, _first_row())
    candidates = _candidates(part)
    world.tables["candidates"][: len(candidates)] = candidates
    world["n_candidates"], world["next_candidate"] = len(candidates), 0


def _free_rows(world: World, n: int) -> Array:
    """Rows for n people: those used before, then new ones."""
    again, world.spare = world.spare[:n], world.spare[n:]
    used = world["n_rows"]
    world["n_rows"] = used + n - len(again)
    return np.concatenate([again, np.arange(used, world["n_rows"], dtype=np.int32)])


def clear(world: World) -> None:
    """Make the rows of people who have gone free for others."""
    freed = world.tables["freed"][: world["n_freed"]].copy()
    world["n_freed"] = 0
    world.tables["slots"][world.tables["stays"]["person"][freed]] = at.NOBODY
    world.spare = np.concatenate([freed, world.spare])


def _write(table: Array, rows: Array, columns: dict[str, Array], first: Array) -> None:
    """Put columns side by side, a person a row, over what else stands in the row."""
    words = table.view(np.int64).reshape(len(table), table.itemsize // 8)
    for low in range(0, len(rows), BLOCK):
        here, high = rows[low : low + BLOCK], low + BLOCK
        block = np.repeat(first, len(here))
        for name, column in columns.items():
            block[name] = column[..., low:high].T
        words[here] = block.view(np.int64).reshape(len(here), -1)


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
        elif name in ("route", "tried", "review", "promised_to", "wants_bed_of", "move_rule", "visit"):
            row[name] = at.NOBODY
        elif name in ("step_at", "alarm_at", "gives_up_at", "limit_at", "line_since", "review_end"):
            row[name] = at.NEVER
    row["clock_stage"], row["docket"] = at.NOT_IN_CUSTODY, at.UNKNOWN
    return row


def _candidates(part: Part) -> Ints:
    """Events of new arrivals by (time, person)."""
    coming = np.flatnonzero((part.people.t >= 0) & (part.people.stage0 == 0))
    t = part.people.t[coming] << (at.KIND_BITS + at.NUMBER_BITS)
    return np.sort(t | (at.ARREST << at.NUMBER_BITS) | part.rows[coming])


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


def _schedules(tables: Tables) -> dict[str, Array]:
    """What the scenario says by day, and what holds for the whole run."""
    by_day = {name: getattr(tables, name) for name in at.DAY.names or () if hasattr(tables, name)}
    by_day |= {"goal": tables.goal_milli, "hours_limit": tables.hours_limit_s}
    by_day["post_order_limit"] = tables.post_order_limit_s
    can_ring = (tables.clock_speed.sum(axis=2) > 0).astype(np.int64)
    prices = tables.price_cents.copy()
    prices[[LedgerLine.SEATS, LedgerLine.MOVES]] = 1  # each route and rule has its own: these are counted in cents
    plain = {name: getattr(tables, name) for name in TABLES if isinstance(getattr(tables, name, None), np.ndarray)}
    return {name: _flat(values) for name, values in plain.items()} | {
        "days": _rows("days", tables.days, **by_day),
        "cells": _rows("cells", tables.pool.size, pool=tables.pool, not_found=tables.pool),
        "rungs": _rows("rungs", len(tables.rung_kind), kind=tables.rung_kind, after_s=tables.rung_after_s),
        "band_work": _flat(_used_by_midnight(tables.giving_up_speed)),
        "document_work": _flat(_used_by_midnight(tables.document_speed)),
        "clock_work": _flat(_used_by_midnight(tables.clock_speed)),
        "clock_runs": _flat(tables.clock_runs[:, None, :, :] * can_ring[:, :, None, None]),
        "prices": _rows("prices", len(LedgerLine), cents=prices, account=ACCOUNT_OF_LINE),
        "accounts": _rows("accounts", len(Account), limiting=tables.limited_by),
    }


def _places(tables: Tables) -> dict[str, Array]:
    """Areas and places, what they have by day, and the ways between them."""
    n, places = len(tables.areas), len(tables.place_names)
    areas = {"docket": tables.docket_of, "day0_place": tables.day0_place}
    areas |= dict(zip(("transfers_from", "transfers_to"), _ends(tables.transfer_to), strict=True))
    areas |= dict(zip(("entry_from", "entry_to"), _ends(tables.entry), strict=True))
    entry_of = [a if p in tables.entry[a] else -1 for p, a in enumerate(tables.place_area.tolist())]
    site = {"area": tables.place_area, "entry_of": np.array(entry_of), "stay_limit": tables.stay_limit_s}
    move = {"when": tables.move_when, "seats": tables.move_seats, "road_s": tables.move_road_s}
    ways = [to for by_place in tables.move_to for to in by_place]
    start, end = _ends(ways)
    return {
        "areas": _rows("areas", n, **areas),
        "area_days": _rows("area_days", tables.days * n, **_by_day(tables, at.AREA_DAY)),
        "transfer_to": _joined(tables.transfer_to),
        "entry": _joined(tables.entry),
        "sites": _rows("sites", places, **site),
        "site_days": _rows("site_days", tables.days * places, **_by_day(tables, at.SITE_DAY)),
        "moves": _rows("moves", len(tables.move_when), cents=tables.move_cents, **move),
        "ways": _rows("ways", len(ways), start=start, end=end),
        "move_to": _joined(ways),
    }


def _by_day(tables: Tables, row: np.dtype[Any]) -> dict[str, Ints]:
    return {name: getattr(tables, name).T for name in row.names or () if hasattr(tables, name)}


def _ends(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """Where each list begins and ends when all are joined."""
    ends = np.cumsum([0, *map(len, lists)])
    return ends[:-1], ends[1:]


def _joined(lists: Sequence[Sequence[int]]) -> Ints:
    return _flat([each for one in lists for each in one])


def _calendars(tables: Tables) -> dict[str, Array]:
    """Calendars one after the other, in the order of their events at one instant."""
    by_kind = {
        at.TRANSFER: tables.transfer_calendar,
        at.DEPARTURE: tables.route_calendar,
        at.HEARINGS: tables.docket_calendar,
        at.SCREENINGS: (tables.screening_calendar,),
        at.MOVE_DEPARTURE: tables.move_calendar,
    }
    kind, of, each = zip(*((k, i, one) for k, every in by_kind.items() for i, one in enumerate(every)), strict=True)
    ends = np.cumsum([0, *(len(one.times) for one in each)])
    times, places = (np.concatenate([getattr(one, name) for one in each]) for name in ("times", "places"))
    return {
        "calendars": _rows("calendars", len(each), next=ends[:-1], end=ends[1:], kind=kind, of=of),
        "dates": _rows("dates", len(times), t=times, places=places),
    }


def _lines(tables: Tables, people: Expected, slack: int) -> dict[str, Array]:
    """Lines by kind, and the room of each: entries of people who may join it; `slack` times where they may rejoin."""
    n, rows = len(tables.areas), len(people)
    by_area = people.by_area(n) + 1
    displaced = 3 * rows + 16 if (tables.rung_kind == Rung.DISPLACE).any() else 1
    moves, places = len(tables.move_when), len(tables.place_names)
    often = (slack * rows if moves else rows) + 1
    room = [
        *(by_area if on else np.ones(n, np.int64) for on in (tables.intake_on, tables.beds_on, tables.beds_on)),
        np.full(len(tables.docket_calendar), often),
        np.full(1, often),
        np.full(len(tables.routes), often),
        np.full(1, slack * (2 * rows + 1_024)),
        np.full(moves * places, slack * (8 * rows // places + 256)),
        np.full(n, displaced * slack),
        np.full(1, rows + 1),
    ]
    most = np.concatenate(room)
    return {
        "lines": _rows("lines", len(most), start=np.cumsum(most) - most, most=most),
        "first_line": _flat(np.cumsum([0, *map(len, room)])[:-1]),
        "places": zeros(int(most.sum()), TABLES["places"]),
    }


def zeros(n: int, kind: Any) -> Array:
    """Rows of zeros of which only what is used takes room: NumPy's own memory comes in pages of 2 MB."""
    size = np.dtype(kind).itemsize
    return np.frombuffer(mmap(-1, max(n, 1) * size), kind)[:n]


def _empty(tables: Tables, rows: int, room: dict[str, int]) -> dict[str, Array]:
    """Tables that play fills."""
    n = len(tables.areas)
    sizes = {
        "log": room["log_most"],
        "stocks": (tables.days + 1) * n,
        "site_stocks": (tables.days + 1) * len(tables.place_names),
        "below": len(INTERIOR) * n * 3,
        "ledger": tables.days * len(LedgerLine),
        "line_seconds": at.N_LINE_KINDS,
        "heap": room["events_most"] + 1,
        "wake": room["asleep_most"],
        "asked": rows + 1,
        "freed": rows,
        "candidates": rows,
    }
    filled = {name: np.zeros(size, TABLES[name]) for name, size in sizes.items()}
    return filled | {
        "events": _aligned(room["chained_most"], at.EVENTS),
        "buckets": _rows("buckets", _hours(tables) + 1, first=-1),
        "slots": np.full(rows, at.NOBODY, np.int32),
    }


# --- what is left behind -----------------------------------------------------------------------------------
def records(played: World, tables: Tables) -> Records:
    """What the loop left behind."""
    n, days, by_day = len(tables.areas), tables.days, played.tables["area_days"]
    stopped = [by_day[name].reshape(days, n) for name in ("thinned", "throttled", "no_money")]
    day = played.tables["days"]
    short = [day[name] for name in ("short_of_officers", "short_of_pool", "short_by_throttle", "short_of_money")]
    logged = played.tables["log"][: played["n_logged"]]
    return Records(
        log=Log(**{column.name: logged[column.name].copy() for column in fields(Log)}),
        ledger_cents=played.tables["ledger"].reshape(days, len(LedgerLine)),
        not_arrested=np.stack(stopped, axis=2),
        shortfall_milli=np.stack(short, axis=1),
        exhausted_day=played["exhausted_day"],
        counts=_counts(played, tables),
    )


def _counts(played: World, tables: Tables) -> Counts:
    days, n = tables.days, len(tables.areas)
    flows = {name: played.tables["area_days"][name].reshape(days, n) for name in FLOWS}
    stocks = {name: played.tables["stocks"][name].reshape(days + 1, n) for name in STOCKS}
    stocks |= {name: played.tables["site_stocks"][name].reshape(days + 1, -1) for name in SITE_STOCKS}
    flows["beds_over"] = played.tables["site_days"]["beds_over"].reshape(days, -1)
    first, members = played.tables["first_line"].tolist(), played.tables["lines"]["members"]
    waiting = [members[low:high].sum() for low, high in pairwise(first)]
    seconds = played.tables["line_seconds"][: len(LINES)] + played["end"] * np.array(waiting, np.int64)[: len(LINES)]
    by_line = dict(zip(LINES, seconds.tolist(), strict=True))
    return Counts(**flows, **stocks, line_seconds=by_line, events=played["n_events"])
