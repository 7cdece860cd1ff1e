"""The result folder: CSV files, the resolved scenario, the manifest and the description of every column.

UTF-8, comma, newline, fixed column order, floats in the shortest form that reads back the same. A folder
is complete or absent: it is written beside and renamed.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.measures.events import Event
from sim.measures.intervals import Estimate, estimate
from sim.measures.measured import Measured
from sim.measures.rows import Cells, Rows, Words
from sim.vocabulary import EMPTY, EXIT_REASONS, FILES, MEASURES, SECONDS_PER_DAY, Column

Replications = Sequence[tuple[int, Measured]]


def write_folder(
    path: Path,
    scenario_yaml: str,
    name: str,
    measured: Replications,
    manifest: Mapping[str, Any],
    force: bool = False,
    records: Iterable[tuple[int, Rows]] | None = None,
    events: Iterable[tuple[int, Sequence[Event]]] | None = None,
    inputs: Mapping[str, bytes] | None = None,
    twin: Sequence[Sequence[object]] | None = None,
) -> None:
    """Write a result folder whole: all files are there when `path` is.

    `measured`, `records` and `events` are pairs of a replication's number and what it gave; `inputs` maps
    file names to the content a scenario read; `twin` has the rows of `twin.csv`.
    Raises InputError if `path` exists (unless `force`, which replaces it) and OSError, with nothing left behind, if it
    cannot be written.
    """
    path = Path(path)
    if path.exists() and not force:
        raise InputError(f"{path}: exists; choose another folder with --out or replace it with --force")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent))
    try:
        _fill(beside, scenario_yaml, name, measured, manifest, records, events, inputs or {}, twin)
        beside.chmod(0o755)
        _put_in_place(beside, path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def summarise(measured: Replications) -> dict[str, Estimate]:
    """Every measure over replications: mean, standard deviation and 95 % interval."""
    return {name: estimate((one.value(name) for _, one in measured), MEASURES[name].unit) for name in MEASURES}


def _fill(
    folder: Path,
    scenario_yaml: str,
    name: str,
    measured: Replications,
    manifest: Mapping[str, Any],
    records: Iterable[tuple[int, Rows]] | None,
    events: Iterable[tuple[int, Sequence[Event]]] | None,
    inputs: Mapping[str, bytes],
    twin: Sequence[Sequence[object]] | None,
) -> None:
    tables = {
        "summary.csv": summary_rows(name, measured),
        "replications.csv": replication_rows(name, measured),
        "exits.csv": exit_rows(name, measured),
        "twin.csv": twin,
        "events.csv": None if events is None else event_rows(events),
    }
    there = {file: rows for file, rows in tables.items() if rows is not None}
    _text(folder / "scenario.yaml", scenario_yaml)
    for file, rows in there.items():
        _rows(folder, file, rows)
    _daily(folder, name, measured)
    _daily_by_area(folder, name, measured)
    if records is not None:
        _records(folder, name, records)
    for file, content in inputs.items():
        (folder / "inputs").mkdir(exist_ok=True)
        (folder / "inputs" / Path(file).name).write_bytes(content)
    _text(folder / "manifest.json", _json(dict(manifest)))
    files = [file for file in FILES if (folder / file).exists()]
    lengths = {file: len(rows) for file, rows in there.items()}
    _text(folder / "datapackage.json", _json(datapackage(name, files, lengths)))


def datapackage(name: str, files: Sequence[str], lengths: Mapping[str, int] | None = None) -> dict[str, Any]:
    """A Frictionless data package that describes `files` column by column, and says how many rows some have."""
    rows = {file: {"rows": length} for file, length in (lengths or {}).items()}
    return {
        "name": re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-") or "results",
        "title": f"detsim results: {name}",
        "resources": [_resource(file) | rows.get(file, {}) for file in files],
    }


def _resource(file: str) -> dict[str, Any]:
    fields = [_field(column) for column in FILES[file]]
    if file in ("summary.csv", "replications.csv"):
        fields[1 if file == "summary.csv" else 2]["measures"] = [
            {"name": name, "unit": measure.unit, "description": measure.meaning} for name, measure in MEASURES.items()
        ]
    return {
        "name": file.removesuffix(".csv"),
        "path": file,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _field(column: Column) -> dict[str, Any]:
    unit = {"unit": column.unit} if column.unit else {}
    return {"name": column.name, "type": column.type, **unit, "description": column.meaning}


# --- the files ------------------------------------------------------------------------------------
def summary_rows(name: str, measured: Replications) -> list[Sequence[object]]:
    """The rows of `summary.csv`; None is an empty cell."""
    return [(name, measure, e.unit, e.mean, e.sd, e.low, e.high, e.n) for measure, e in summarise(measured).items()]


def replication_rows(name: str, measured: Replications) -> list[Sequence[object]]:
    """The rows of `replications.csv`."""
    return [(name, i, key, unit, value) for i, one in measured for key, (unit, value) in one.summary.items()]


def exit_rows(name: str, measured: Replications) -> list[Sequence[object]]:
    """The rows of `exits.csv`."""
    return [(name, i, *row) for i, one in measured for row in _exit_rows(one)]


def event_rows(events: Iterable[tuple[int, Sequence[Event]]]) -> list[Sequence[object]]:
    """The rows of `events.csv`."""
    return [(*event, i) for i, sample in events for event in sample]


def _daily(folder: Path, name: str, measured: Replications) -> None:
    names = [column.name for column in FILES["daily.csv"][3:]]
    _write(
        folder,
        "daily.csv",
        (
            [repeat(_quoted(name)), repeat(str(i)), _dates(one), *(_cells(one.daily[key]) for key in names)]
            for i, one in measured
        ),
    )


def _daily_by_area(folder: Path, name: str, measured: Replications) -> None:
    names = [column.name for column in FILES["daily_by_area.csv"][4:]]
    _write(folder, "daily_by_area.csv", (_one_by_area(name, i, one, names) for i, one in measured))


def _one_by_area(name: str, i: int, one: Measured, names: Sequence[str]) -> list[Iterable[str]]:
    areas = [_quoted(area) for area in one.areas]
    dates = [date for date in _dates(one) for _ in areas]
    return [
        repeat(_quoted(name)),
        repeat(str(i)),
        dates,
        areas * (one.days + 1),
        *(_cells(one.by_area[key].ravel()) for key in names),
    ]


def _exit_rows(one: Measured) -> Iterable[tuple[str, str, str, int, float]]:
    for month, area, reason in np.argwhere(one.exits.people > 0).tolist():
        people, seconds = int(one.exits.people[month, area, reason]), int(one.exits.stay_s[month, area, reason])
        days = seconds / people / SECONDS_PER_DAY
        yield one.exits.months[month], one.areas[area], EXIT_REASONS[reason], people, days


def _records(folder: Path, name: str, records: Iterable[tuple[int, Rows]]) -> None:
    """Both files at once, so that `records` may be read from a store one by one."""
    with _csv(folder, "records.csv") as stays, _csv(folder, "moves.csv") as moves:
        for i, rows in records:
            for file, columns in ((stays, rows.records), (moves, rows.moves)):
                _write_lines(file, [repeat(_quoted(name)), repeat(str(i)), *map(_labelled, columns.values())])


# --- cells ------------------------------------------------------------------------------------------
def _labelled(cells: Cells) -> Iterable[str]:
    if not isinstance(cells, Words):
        return _cells(cells)
    labels = [*map(_quoted, cells.labels), ""]
    return (labels[code] if code >= 0 else "" for code in cells.codes.tolist())


def _cells(values: NDArray[Any]) -> Iterable[str]:
    """Numbers as text; EMPTY and nan as empty cells."""
    if np.issubdtype(values.dtype, np.integer):
        return ("" if value == EMPTY else str(value) for value in values.tolist())
    return ("" if value != value else repr(value) for value in values.tolist())


def _cell(value: object) -> str:
    if value is None:
        return ""
    return _quoted(value) if isinstance(value, str) else repr(value)


def csv_line(values: Iterable[object]) -> str:
    """One row: text quoted where it must be, None empty, numbers in shortest form."""
    return ",".join(map(_cell, values)) + "\n"


def _quoted(text: str) -> str:
    if any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _dates(one: Measured) -> list[str]:
    return [(one.start + dt.timedelta(days=day)).isoformat() for day in range(-1, one.days)]


# --- files ------------------------------------------------------------------------------------------
def _rows(folder: Path, file: str, rows: Sequence[Sequence[object]]) -> None:
    with _csv(folder, file) as out:
        out.writelines(map(csv_line, rows))


def _write(folder: Path, file: str, blocks: Iterable[list[Iterable[str]]]) -> None:
    """A header and blocks of rows, each block given as columns."""
    with _csv(folder, file) as out:
        for columns in blocks:
            _write_lines(out, columns)


def _csv(folder: Path, file: str) -> IO[str]:
    out = (folder / file).open("w", encoding="utf-8", newline="")
    out.write(",".join(column.name for column in FILES[file]) + "\n")
    return out


def _write_lines(out: IO[str], columns: list[Iterable[str]]) -> None:
    out.writelines(chain.from_iterable((line, "\n") for line in map(",".join, zip(*columns, strict=False))))


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _put_in_place(beside: Path, path: Path) -> None:
    """Rename `beside` to `path`; an older folder steps aside first and is dropped last."""
    if not path.exists():
        beside.rename(path)
        return
    old = beside.with_suffix(".old")
    path.rename(old)
    try:
        beside.rename(path)
    except OSError:
        old.rename(path)
        raise
    shutil.rmtree(old)
