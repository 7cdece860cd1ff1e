"""What the tables of a result must agree on: the rows there are, their order, and what one file says of another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.analysis.manifest import AGAIN, read_lengths
from sim.errors import InputError
from sim.files.table import Cells, Table, number
from sim.vocabulary import EXIT_REASONS, FILES, MEASURES, RELEASE_REASONS, SECONDS_PER_DAY, TEXT

_MOST: Final = 1e15
"""A number beyond this is damage, and its sums could overflow."""
_MAY_BE_EMPTY: Final = ("arrest_goal", "funded_beds", "beds_operating", "contracted_beds", "hold_room_places")
_OPEN: Final = {"daily": 3, "daily_by_area": 4}
"""Columns before the counts of a day."""
_KEYS: Final = ("scenario", "replication", "date", "area", "measure", "unit", "month", "exit", "people")
_KEYS_OF_EVENTS: Final = ("entity_id", "event_type", "event", "time", "run_number")


def refuse_damaged(
    folder: Path, tables: Mapping[str, Table], manifest: Mapping[str, Any], scenario: Mapping[str, Any]
) -> None:
    """Raise InputError where the tables of a result folder lack rows or disagree, with FILE:LINE where it has one."""
    for key in ("start", "days"):
        if key in scenario and str(scenario[key]) != str(manifest[key]):
            where = folder / "scenario.yaml"
            raise InputError(f"{where}: {key} is {scenario[key]}, {manifest[key]} in manifest.json; {AGAIN}")
    lengths = read_lengths(folder / "datapackage.json")
    name_of_scenario = str(next(iter(tables["summary"]["scenario"]), ""))
    for name, table in tables.items():
        _refuse_bad_cells(table, _KEYS_OF_EVENTS if name == "events" else _KEYS, name_of_scenario)
    _refuse_measures(tables["summary"], [None], "mean")
    _refuse_measures(tables["replications"], manifest["replications"], "value")
    areas = list(dict.fromkeys(tables["daily_by_area"]["area"].tolist()))
    if isinstance(named := scenario.get("areas"), Mapping) and {str(area) for area in named} != set(areas):
        _fail(tables["daily_by_area"], f"has areas {', '.join(areas)[:80]}, scenario.yaml {', '.join(map(str, named))}")
    for name, of in (("daily", [""]), ("daily_by_area", areas)):
        _refuse_days(tables[name], manifest, of)
    _refuse_exits(tables["exits"], tables["daily"], areas)
    if "events" in tables:
        _refuse_events(tables["events"], manifest)
    for name, table in tables.items():
        wanted = lengths.get(f"{name}.csv", len(table))
        if len(table) != wanted:
            _fail(table, f"{len(table):,} rows, not {wanted:,} as datapackage.json says")


def refuse_bad_replications(table: Table) -> None:
    """Raise InputError where a replications.csv has no rows, rows of two scenarios, or one row twice."""
    if not len(table):
        raise InputError(f"{table.file}:2:1: no rows; a replications.csv has one per replication and measure")
    _refuse_bad_cells(table, _KEYS, str(table["scenario"][0]))
    _refuse_bad_values(table, "value")
    _refuse_twice(table)


def refuse_missing_replications(table: Table, summary: Table | None, manifest: Mapping[str, Any]) -> None:
    """Raise InputError where a replications.csv lacks rows that the files beside it speak of."""
    measures, numbers = set(table["measure"].tolist()), set(table["replication"].tolist())
    for measure in [] if summary is None else summary["measure"].tolist():
        if measure not in measures:
            _fail(table, f"no rows of {measure}, which summary.csv has")
    for one in sorted(numbers ^ set(manifest.get("replications", numbers))):
        has, but = ("rows of", "does not list it") if one in numbers else ("no rows of", "lists it")
        _fail(table, f"{has} replication {one}, but manifest.json {but}")
    there = set(zip(table["measure"].tolist(), table["replication"].tolist(), strict=True))
    for measure in sorted(measures):
        for one in sorted(numbers):
            if (measure, one) not in there:
                _fail(table, f"no row of {measure} in replication {one}")


def _fail(table: Table, what: str) -> None:
    raise InputError(f"{table.file}: {what}; {AGAIN}")


def _refuse_bad_cells(table: Table, keys: Sequence[str], scenario: str) -> None:
    """Raise InputError for an empty key, a number out of range or a row of another scenario."""
    for name, cells in table.columns.items():
        if name in keys:
            table.refuse(_is_empty(cells), name, lambda _: f"is empty; {AGAIN}")
        if cells.dtype.kind in "if":
            table.refuse(np.abs(cells) > _MOST, name, lambda value: f"{value:.6g} is out of range; {AGAIN}")
    if "scenario" in table:
        what = f"where other rows have {scenario!r}; one result has one scenario"
        table.refuse(table["scenario"] != scenario, "scenario", lambda name: f"{name!r} {what}")


def _is_empty(cells: Cells) -> Cells:
    empty: Cells = cells == "" if cells.dtype == object else cells != cells
    return empty


def _refuse_measures(table: Table, replications: Sequence[int | None], column: str) -> None:
    """Raise InputError unless each replication has each measure once, with a value of its unit."""
    for one in replications:
        rows = table if one is None else table.where(replication=one)
        if len(rows) != len(MEASURES):
            of = "" if one is None else f" of replication {one}"
            _fail(table, f"{len(rows):,} rows{of}, not {len(MEASURES):,}")
    unknown = ~np.isin(table["measure"].astype(str), list(MEASURES))
    table.refuse(unknown, "measure", lambda name: f"{name[:40]!r} is unknown to this version; {AGAIN}")
    if len(table) != len(replications) * len(MEASURES):
        _fail(table, f"{len(table):,} rows, not {len(replications) * len(MEASURES):,}")
    _refuse_twice(table)
    _refuse_bad_values(table, column)


def _refuse_twice(table: Table) -> None:
    numbers = table["replication"].tolist() if "replication" in table else [None] * len(table)
    seen = set[tuple[str, int | None]]()
    for row, key in enumerate(zip(table["measure"].tolist(), numbers, strict=True)):
        if key in seen:
            of = "" if key[1] is None else f" in replication {key[1]}"
            table.fail(row, "measure", f"{key[0]} is given twice{of}; {AGAIN}")
        seen.add(key)


def _refuse_bad_values(table: Table, column: str) -> None:
    units: dict[str, str] = {}
    rows = zip(table["measure"].tolist(), table["unit"].tolist(), table[column].tolist(), strict=True)
    for row, (measure, unit, value) in enumerate(rows):
        known = MEASURES[measure].unit if measure in MEASURES else units.setdefault(measure, unit)
        if unit != known:
            table.fail(row, "unit", f"{unit!r}, but {measure} is in {known}; {AGAIN}")
        if unit != TEXT and value and ("_" in value or not abs(number(value)) <= _MOST):
            table.fail(row, column, f"{value[:40]!r} is not a finite number; write 1234.5 or leave it empty")


def _refuse_days(table: Table, manifest: Mapping[str, Any], areas: Sequence[str]) -> None:
    """Raise InputError unless each replication has each day, in order, and in each day each area."""
    numbers, days = manifest["replications"], manifest["days"] + 1
    for one in numbers:
        rows, wanted = int(np.count_nonzero(table["replication"] == one)), days * len(areas)
        if rows != wanted:
            _fail(table, f"{rows:,} rows of replication {one}, not {wanted:,}")
    if len(table) != len(numbers) * days * len(areas):
        _fail(table, f"{len(table):,} rows, not {len(numbers) * days * len(areas):,}")
    first = np.datetime64(dt.date.fromisoformat(manifest["start"]) - dt.timedelta(days=1))
    wanted_cells: dict[str, Cells] = {
        "replication": np.repeat(numbers, days * len(areas)),
        "date": np.tile(np.repeat(first + np.arange(days).astype("timedelta64[D]"), len(areas)), len(numbers)),
    }
    if table.name == "daily_by_area":
        wanted_cells["area"] = np.tile(np.array(areas, dtype=object), len(numbers) * days)
    for name, cells in wanted_cells.items():
        table.refuse(
            table[name] != cells, name, lambda cell: f"{cell} is not in its place: rows are missing or were sorted"
        )
    _refuse_gaps(table, first)


def _refuse_gaps(table: Table, first: np.datetime64) -> None:
    """Raise InputError for an empty count of a day; the row of the day before the start has stocks only."""
    within = table["date"] != first
    for column in FILES[f"{table.name}.csv"][_OPEN[table.name] :]:
        if column.name not in _MAY_BE_EMPTY:
            table.refuse(_is_empty(table[column.name]) & within, column.name, lambda _: f"is empty; {AGAIN}")
    table.refuse(_is_empty(table["held"]), "held", lambda _: f"is empty; {AGAIN}")


def _refuse_exits(exits: Table, daily: Table, areas: Sequence[str]) -> None:
    """Raise InputError where people who left by a reason are not as many as daily.csv has."""
    _refuse_other_words(exits, "exit", EXIT_REASONS)
    _refuse_other_words(exits, "area", areas)
    wanted: dict[str, tuple[Sequence[str], str]] = {"are removed or returned": (("removed", "returned"), "removals")}
    wanted |= {f"exit {reason}": ((reason,), f"releases_{reason}") for reason in RELEASE_REASONS}
    numbers = np.unique(daily["replication"])
    for one in numbers.tolist():
        left, days = exits.where(replication=one), daily.where(replication=one)
        for what, (reasons, column) in wanted.items():
            here = int(left["people"][np.isin(left["exit"].astype(str), reasons)].sum())
            there = int(np.nansum(days[column]))
            if here != there:
                _fail(exits, f"{here:,} people of replication {one} {what}, {there:,} in daily.csv: rows are missing")
    strange = ~np.isin(exits["replication"], numbers)
    exits.refuse(strange, "replication", lambda cell: f"{cell} is not in daily.csv; {AGAIN}")
    months = np.unique(daily["date"].astype("datetime64[M]")).astype(str)
    _refuse_other_words(exits, "month", months.tolist())


def _refuse_other_words(table: Table, column: str, words: Sequence[str]) -> None:
    wrong = ~np.isin(table[column].astype(str), list(words))
    table.refuse(wrong, column, lambda word: f"{word[:40]!r} has no place here; {AGAIN}")


def _refuse_events(events: Table, manifest: Mapping[str, Any]) -> None:
    strange = ~np.isin(events["run_number"], manifest["replications"])
    events.refuse(strange, "run_number", lambda cell: f"{cell} is not a replication of manifest.json; {AGAIN}")
    outside = (events["time"] < 0) | (events["time"] > manifest["days"] * SECONDS_PER_DAY)
    events.refuse(outside, "time", lambda cell: f"{cell} s lies outside the window; {AGAIN}")
