"""Results as tidy tables in memory: read from a result folder, or made of replications just played.

The columns, their order, types and units are those of the files (`sim.measures.columns`), so that a table from a
folder and one from memory are equal.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.measures.columns import FILES, TEXT, Column

if TYPE_CHECKING:
    import pandas
    import polars

Cells = NDArray[Any]
NEEDED: Final = ("summary", "replications", "daily", "daily_by_area", "exits")
OPTIONAL: Final = ("twin", "events")
_MAX_BYTES: Final = 2_000_000_000


@dataclass(frozen=True)
class Table:
    """Named columns of one length.

    Whole numbers are int64, or float64 where a cell is empty; numbers float64, empty ones nan; dates datetime64[D];
    all else str in an object array, empty ones "". `units` has the unit of each column that has one.
    """

    name: str
    columns: Mapping[str, Cells]
    units: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, column: str) -> Cells:
        return self.columns[column]

    def where(self, **cells: object) -> Table:
        """The rows with these cells: `where(measure="held_mean")`. Raises KeyError for an unknown column."""
        chosen = np.ones(len(self), dtype=bool)
        for column, value in cells.items():
            wanted = np.datetime64(value, "D") if isinstance(value, dt.date) else value
            chosen &= self.columns[column] == wanted
        return self.take(chosen)

    def take(self, rows: Cells) -> Table:
        """Rows by a mask or by their indices."""
        return Table(self.name, {name: cells[rows] for name, cells in self.columns.items()}, self.units)

    def select(self, *columns: str) -> Table:
        """These columns, in this order. Raises KeyError for an unknown one."""
        units = {name: unit for name, unit in self.units.items() if name in columns}
        return Table(self.name, {name: self.columns[name] for name in columns}, units)

    def rows(self) -> list[dict[str, Any]]:
        """One dict a row, fit for JSON: dates in ISO form, None for an empty number."""
        plain = [map(_plain(cells), cells.tolist()) for cells in self.columns.values()]
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*plain, strict=True)]

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas DataFrame. Raises ImportError without pandas."""
        import pandas

        return pandas.DataFrame(dict(self.columns))

    def to_polars(self) -> polars.DataFrame:
        """A polars DataFrame; an empty number is null. Raises ImportError without polars."""
        import polars

        return polars.DataFrame(
            {
                name: cells.tolist() if cells.dtype == object else polars.Series(cells, nan_to_null=True)
                for name, cells in self.columns.items()
            }
        )


@dataclass(frozen=True)
class ResultTables:
    """A result: its tables by file name without `.csv`, the scenario as resolved and the manifest, both plain trees.

    `tables` has at least NEEDED; `twin` and `events` where the run wrote them. `path` is the folder; None in memory.
    """

    name: str
    scenario: Mapping[str, Any]
    manifest: Mapping[str, Any]
    tables: Mapping[str, Table]
    path: Path | None = None

    def __getitem__(self, table: str) -> Table:
        return self.tables[table]

    def __contains__(self, table: object) -> bool:
        return table in self.tables

    @property
    def title(self) -> str:
        """The scenario's title, or its name."""
        return str(self.scenario.get("title") or self.name)

    def mean(self, measure: str) -> float:
        """Mean over replications; nan if undefined or a word. Raises KeyError for an unknown measure."""
        mean = self.summary(measure)["mean"]
        return mean if isinstance(mean, float) else float("nan")

    def values(self, measure: str) -> NDArray[np.float64]:
        """A measure's values, one a replication in order; nan if undefined or a word."""
        texts = self.tables["replications"].where(measure=measure)["value"]
        return np.array([_number(text) for text in texts], dtype=np.float64)

    def summary(self, measure: str) -> dict[str, Any]:
        """The row of summary.csv: mean (None if undefined, a word if unit is `text`), sd, ci_low, ci_high, unit.

        Raises KeyError for an unknown measure.
        """
        rows = self.tables["summary"].where(measure=measure).rows()
        if not rows:
            raise KeyError(measure)
        row = rows[0]
        mean = row["mean"] if row["unit"] == TEXT else _number(row["mean"])
        return row | {"mean": mean if mean == mean and mean != "" else None}


def read_tables(folder: Path) -> ResultTables:
    """Read a result folder.

    Raises InputError if a file is missing or malformed, with FILE:LINE:COLUMN where it has one.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: not a result folder; give one that `detsim run` has written")
    there = [name for name in OPTIONAL if (folder / f"{name}.csv").is_file()]
    tables = {name: read_csv(folder / f"{name}.csv", FILES[f"{name}.csv"]) for name in (*NEEDED, *there)}
    manifest = _json(folder / "manifest.json")
    return ResultTables(
        str(manifest.get("scenario", folder.name)), _yaml(folder / "scenario.yaml"), manifest, tables, folder
    )


def read_csv(file: Path, columns: Sequence[Column]) -> Table:
    """Read a CSV file of these columns. Raises InputError with FILE:LINE:COLUMN of what is wrong."""
    names = [column.name for column in columns]
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise InputError(f"{file}: larger than {_MAX_BYTES // 1_000_000} MB; write fewer replications")
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(_checked(csv.reader(lines, strict=True), names, file))
    except FileNotFoundError as error:
        raise InputError(f"{file}: not found; give a complete result folder, or run the scenario again") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8; run the scenario again") from error
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}") from error
    cells = zip(*rows, strict=True) if rows else ((),) * len(names)
    return table(file.name.removesuffix(".csv"), columns, list(cells), file)


def table(name: str, columns: Sequence[Column], cells: Sequence[Sequence[str]], file: Path | None = None) -> Table:
    """A table of cells as the files have them, column by column. Raises InputError at a malformed one."""
    made = {}
    for place, (column, texts) in enumerate(zip(columns, cells, strict=True)):
        try:
            made[column.name] = _array(column.type, texts)
        except (ValueError, OverflowError) as error:
            line = 2 + next(i for i, text in enumerate(texts) if not _reads(column.type, text))
            what = f"{texts[line - 2][:40]!r} is no {column.type}; run the scenario again"
            raise InputError(f"{file or name}:{line}: {names_of(columns)[place]}: {what}") from error
    return Table(name, made, {column.name: column.unit for column in columns if column.unit})


def names_of(columns: Sequence[Column]) -> list[str]:
    """Names of the columns, in order."""
    return [column.name for column in columns]


def _checked(reader: Any, names: Sequence[str], file: Path) -> Iterator[list[str]]:
    """The rows after the header. Raises InputError."""
    try:
        header: list[str] = next(reader, [])
        if header != list(names):
            raise InputError(f"{file}:1:1: the header is {','.join(header)[:80]!r}; it must be {','.join(names)!r}")
        for row in reader:
            if row and len(row) != len(names):
                raise InputError(f"{file}:{reader.line_num}:1: {len(row)} fields; {len(names)} wanted")
            if row:
                yield row
    except csv.Error as error:
        raise InputError(f"{file}:{reader.line_num}:1: {error}; run the scenario again") from error


def _array(kind: str, texts: Sequence[str]) -> Cells:
    if kind == "integer":
        if "" not in texts:
            return np.array(texts, dtype=object).astype(np.int64)
        return np.array([float(int(text)) if text else np.nan for text in texts])
    if kind == "number":
        return np.array([float(text) if text else np.nan for text in texts], dtype=np.float64)
    if kind == "date":
        return np.array(texts, dtype="datetime64[D]")
    made = np.empty(len(texts), dtype=object)
    made[:] = texts
    return made


def _reads(kind: str, text: str) -> bool:
    try:
        _array(kind, [text])
    except (ValueError, OverflowError):
        return False
    return True


def _plain(cells: Cells) -> Callable[[Any], Any]:
    if cells.dtype.kind == "M":
        return lambda date: date.isoformat() if date else None
    if cells.dtype.kind == "f":
        return lambda number: None if number != number else number
    return lambda cell: cell


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{file}: not found; give a complete result folder, or run the scenario again") from error
    except (OSError, ValueError, RecursionError) as error:
        what = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{file}: not readable as JSON ({what}); run the scenario again") from error
    return content if isinstance(content, dict) else {}


def _yaml(file: Path) -> dict[str, Any]:
    """The resolved scenario as a plain tree; its meaning was checked when the run was made."""
    import yaml

    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{file}: not found; give a complete result folder, or run the scenario again") from error
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        what = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{file}: not readable as YAML ({what}); run the scenario again") from error
    return content if isinstance(content, dict) else {}
