"""Reading results back: a result folder, or a bare `replications.csv`."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.tables import ResultTables
from sim.errors import InputError
from sim.measures.columns import FILES, MEASURES, TEXT

_HEADER = tuple(column.name for column in FILES["replications.csv"])
_MAX_BYTES = 200_000_000


@dataclass(frozen=True)
class Result:
    """What a result says: `values[measure][replication]`, and `about` it, its manifest (empty if there is none).

    `tree` is its scenario, where that is in memory.
    """

    name: str
    path: Path
    units: dict[str, str]
    values: dict[str, dict[int, float | str]]
    about: dict[str, str]
    tree: Mapping[str, object] | None = None

    @property
    def folder(self) -> Path:
        """The folder it lies in."""
        return self.path if self.path.is_dir() else self.path.parent

    @property
    def draws(self) -> tuple[str, ...] | None:
        """Seed and start: two results with the same were drawn with the same random numbers. None if unknown."""
        found = [self.about.get(key, "") for key in ("seed", "start")]
        return tuple(found) if all(found) else None


def read(path: Path) -> Result:
    """Read a result folder or a `replications.csv`. Raises InputError, with FILE:LINE:COLUMN of what is wrong."""
    path = Path(path)
    file = path / "replications.csv" if path.is_dir() else path
    name, units, values, rows = _replications(file)
    manifest = _manifest(file.with_name("manifest.json"))
    if path.is_dir() or manifest:
        _complete(file, rows, manifest.get("replications"))
    return Result(name, path, units, values, {key: str(value) for key, value in manifest.items()})


def of_tables(tables: ResultTables) -> Result:
    """The same of a result in memory."""
    rows = tables["replications"].rows()
    values: dict[str, dict[int, float | str]] = {}
    for row in rows:
        of_measure = values.setdefault(row["measure"], {})
        if row["value"]:
            of_measure[row["replication"]] = row["value"] if row["unit"] == TEXT else float(row["value"])
    units = {row["measure"]: row["unit"] for row in rows}
    about = {key: str(value) for key, value in tables.manifest.items()}
    return Result(tables.name, tables.path or Path(tables.name), units, values, about, tables.scenario)


def _complete(file: Path, rows: Mapping[str, set[int]], listed: object) -> None:
    """Raise InputError where the file of a result lacks rows: `rows[measure]` has the replications with one."""
    for measure in _summarised(file.with_name("summary.csv")):
        if measure not in rows:
            raise InputError(f"{file}: no rows of {measure}, which summary.csv has; run the scenario again")
    there = set[int]().union(*rows.values())
    wanted = {i for i in listed if isinstance(i, int)} if isinstance(listed, list) else there
    for number in sorted(wanted ^ there):
        has = "no rows of" if number in wanted else "rows of"
        but = "lists it" if number in wanted else "does not list it"
        raise InputError(f"{file}: {has} replication {number}, but manifest.json {but}; run the scenario again")
    for measure, numbers in rows.items():
        if lacking := there - numbers:
            raise InputError(f"{file}: no row of {measure} in replication {min(lacking)}; run the scenario again")


def _summarised(file: Path) -> list[str]:
    """The measures of a summary.csv; none if there is none."""
    if not file.is_file():
        return []
    return [line.split(",")[1] for line in _content(file).splitlines()[1:] if line.count(",") > 1]


def _manifest(file: Path) -> dict[str, Any]:
    """What the manifest beside the file says."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError) as error:
        what = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{file}: not readable as JSON ({what}); run the scenario again") from error
    return content if isinstance(content, dict) else {}


_Read = tuple[str, dict[str, str], dict[str, dict[int, float | str]], dict[str, set[int]]]


def _replications(file: Path) -> _Read:
    """Scenario, unit by measure, value by measure and replication, and the replications with a row by measure."""
    name = ""
    units: dict[str, str] = {}
    seen: dict[str, set[int]] = {}
    values: dict[str, dict[int, float | str]] = {}
    for line, row in _rows(file):
        cells = _Cells(file, line, row)
        scenario, replication, measure = cells.text(0), cells.whole(1), cells.text(2)
        if name and scenario != name:
            cells.wrong(0, f"{scenario!r} where {name!r} was before; one file holds one scenario")
        known = MEASURES[measure].unit if measure in MEASURES else units.get(measure, row[3])
        if row[3] != known:
            cells.wrong(3, f"{row[3]!r} where {measure} is in {known}; run the scenario again")
        name, units[measure] = scenario, row[3]
        of_measure = values.setdefault(measure, {})
        if replication in seen.setdefault(measure, set()):
            cells.wrong(1, f"replication {replication} of {measure} stands here twice")
        seen[measure].add(replication)
        value = cells.value(4, row[3])
        if value is not None:
            of_measure[replication] = value
    if not values:
        raise InputError(f"{file}:2:1: no rows; a replications.csv has one a replication and measure")
    return name, units, values, seen


def _rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows after the header with their line numbers. Raises InputError."""
    reader = csv.reader(io.StringIO(_content(file), newline=""), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != _HEADER:
            raise InputError(f"{file}:1:1: the header is {','.join(header)[:80]!r}; it must be {','.join(_HEADER)!r}")
        line = reader.line_num + 1
        for row in reader:
            if row and len(row) != len(_HEADER):
                raise InputError(f"{file}:{line}:1: {len(row)} fields; {len(_HEADER)} wanted ({', '.join(_HEADER)})")
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f'{file}:{reader.line_num}:1: {error}; separate fields by commas, quote with "') from error


def _content(file: Path) -> str:
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise InputError(f"{file}: larger than {_MAX_BYTES // 1_000_000} MB; a replications.csv is far smaller")
        content = file.read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise InputError(f"{file}:{line}:{column}: not UTF-8; save the file as UTF-8") from error
    except FileNotFoundError as error:
        raise InputError(f"{file}: not found; give a result folder or a replications.csv") from error
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}; give a result folder or a replications.csv") from error


@dataclass(frozen=True)
class _Cells:
    """A row, and where its cells stand in the file."""

    file: Path
    line: int
    row: Sequence[str]

    def wrong(self, cell: int, what: str) -> None:
        """Raise InputError at a cell."""
        column = 1 + sum(len(text) + 1 for text in self.row[:cell])
        raise InputError(f"{self.file}:{self.line}:{column}: {_HEADER[cell]}: {what}")

    def text(self, cell: int) -> str:
        """A cell that must not be empty."""
        if not self.row[cell]:
            self.wrong(cell, "empty; a name is wanted")
        return self.row[cell]

    def whole(self, cell: int) -> int:
        """A whole number."""
        text = self.row[cell]
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            self.wrong(cell, f"{text[:40]!r} is not a whole number; write 1")
        return int(text)

    def value(self, cell: int, unit: str) -> float | str | None:
        """A number, or a word where the unit is `text`; None if empty."""
        text = self.row[cell]
        if not text:
            return None
        if unit == TEXT:
            return text
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or "_" in text:
            self.wrong(cell, f"{text[:40]!r} is not a finite number; write 1234.5 or leave it empty")
        return number
