"""Results as tidy tables in memory: read from a result folder, or made of replications just played.

The columns, their order, types and units are those of the files (`sim.measures.columns`), so that a table from a
folder and one from memory are equal.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar, Final, cast

import numpy as np
from numpy.typing import NDArray

from sim.analysis import html
from sim.errors import InputError
from sim.measures.columns import FILES, MEASURES, TEXT, Column

if TYPE_CHECKING:
    import pandas
    import polars

Cells = NDArray[Any]
NEEDED: Final = ("summary", "replications", "daily", "daily_by_area", "exits")
OPTIONAL: Final = ("twin", "events")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
FIRST: Final = 10
"""Rows of a table that a notebook shows."""
_MAX_BYTES: Final = 2_000_000_000


@dataclass(frozen=True, eq=False, repr=False)
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

    def take(self, rows: Cells | slice) -> Table:
        """Rows by a mask, by their indices or by a slice."""
        return Table(self.name, {name: cells[rows] for name, cells in self.columns.items()}, self.units)

    def select(self, *columns: str) -> Table:
        """These columns, in this order. Raises KeyError for an unknown one."""
        units = {name: unit for name, unit in self.units.items() if name in columns}
        return Table(self.name, {name: self.columns[name] for name in columns}, units)

    def rows(self) -> list[dict[str, Any]]:
        """One dict a row, fit for JSON: dates in ISO form, None for an empty number."""
        plain = [map(_plain(cells), cells.tolist()) for cells in self.columns.values()]
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*plain, strict=True)]

    def numbers(self) -> Table:
        """The rows that are numbers, as such: those of unit `text` left out, `mean` or `value` float64, empty ones nan.

        Raises KeyError for a table whose rows have no unit.
        """
        rows = self.take(self.columns["unit"] != TEXT)
        plain = {name: _floats(rows[name]) for name in ("mean", "value") if name in rows.columns}
        return Table(self.name, {**rows.columns, **plain}, self.units)

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas DataFrame: text str, dates datetime64, an empty number nan. Raises InputError without pandas."""
        library = _library("pandas")
        texts = {name: cells for name, cells in self.columns.items() if cells.dtype == object}
        made: pandas.DataFrame = library.DataFrame(
            {**self.columns, **{name: library.Series(cells, dtype="str") for name, cells in texts.items()}}
        )
        return made

    def to_polars(self) -> polars.DataFrame:
        """A polars DataFrame: String, Date, Int64, Float64; an empty number is null. Raises InputError without it."""
        library = _library("polars")
        whole = {column.name for column in FILES.get(f"{self.name}.csv", ()) if column.type == "integer"}

        def series(name: str, cells: Cells) -> Any:
            if cells.dtype == object:
                return library.Series(name, cells.tolist(), dtype=library.String)
            found = library.Series(name, cells, nan_to_null=True)
            return found.cast(library.Int64) if name in whole else found

        made: polars.DataFrame = library.DataFrame([series(name, cells) for name, cells in self.columns.items()])
        return made

    def __repr__(self) -> str:
        return f"Table {self.name}: {len(self):,} rows of {', '.join(self.columns)}"

    def _repr_html_(self) -> str:
        heads = [f"{name}\n{self.units.get(name, '')}" for name in self.columns]
        rows = [[_shown(cell) for cell in row.values()] for row in self.take(slice(FIRST)).rows()]
        sides = "".join("l" if cells.dtype.kind in "OM" else "r" for cells in self.columns.values())
        many = f"first {FIRST} of {len(self):,} rows" if len(self) > FIRST else f"{len(self):,} rows"
        return html.table(heads, rows, sides, f"{self.name}: {many}")


@dataclass(frozen=True, eq=False)
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

    Raises InputError if a file is missing, malformed or cut short, with FILE:LINE where it has one.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: not a result folder; give one that `detsim run` has written")
    there = [name for name in OPTIONAL if (folder / f"{name}.csv").is_file()]
    tables = {name: read_csv(folder / f"{name}.csv", FILES[f"{name}.csv"]) for name in (*NEEDED, *there)}
    manifest, scenario = _manifest(folder / "manifest.json"), _yaml(folder / "scenario.yaml")
    _refuse_cut_short(folder, tables, manifest)
    return ResultTables(str(manifest["scenario"]), scenario, manifest, tables, folder)


def _refuse_cut_short(folder: Path, tables: Mapping[str, Table], manifest: Mapping[str, Any]) -> None:
    """Raise InputError where a table has not the rows that the manifest speaks of."""
    replications, days = manifest["replications"], manifest["days"] + 1
    areas = len(set(tables["daily_by_area"]["area"]))
    wanted = {
        "summary": ([None], len(MEASURES)),
        "replications": (replications, len(MEASURES)),
        "daily": (replications, days),
        "daily_by_area": (replications, days * areas),
    }
    for name, (numbers, length) in wanted.items():
        table = tables[name]
        for number in numbers:
            there = len(table) if number is None else int(np.count_nonzero(table["replication"] == number))
            if there != length:
                of = "" if number is None else f" of replication {number}"
                raise InputError(f"{folder / name}.csv: {there:,} rows{of}, {length:,} wanted; run the scenario again")


def read_csv(file: Path, columns: Sequence[Column]) -> Table:
    """Read a CSV file of these columns. Raises InputError with FILE:LINE of what is wrong."""
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise InputError(f"{file}: larger than {_MAX_BYTES // 1_000_000} MB; write fewer replications")
        with _opened(file) as lines:
            rows = _rows(csv.reader(lines, strict=True), names_of(columns), file)
    except FileNotFoundError as error:
        raise InputError(f"{file}: not found; give a complete result folder, or run the scenario again") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8; run the scenario again") from error
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}") from error
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return table(file.name.removesuffix(".csv"), columns, list(cells), file)


def of_rows(name: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> Table:
    """A table of rows of values, None for an empty cell. Raises InputError where one is not of its column's type."""
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return table(name, columns, [[_written(value) for value in column] for column in cells])


def table(name: str, columns: Sequence[Column], cells: Sequence[Sequence[str]], file: Path | None = None) -> Table:
    """A table of cells as the files have them, column by column. Raises InputError at a malformed one."""
    made = {}
    for column, texts in zip(columns, cells, strict=True):
        try:
            made[column.name] = _array(column.type, texts)
        except (ValueError, OverflowError) as error:
            row = next(i for i, text in enumerate(texts) if not _reads(column.type, text))
            where = f"{file}:{_line(file, row)}" if file else f"{name}: row {row + 1}"
            what = f"{texts[row][:40]!r} is no {column.type}; run the scenario again"
            raise InputError(f"{where}: {column.name}: {what}") from error
    return Table(name, made, units_of(columns))


def units_of(columns: Iterable[Column]) -> dict[str, str]:
    """Units of the columns that have one."""
    return {column.name: column.unit for column in columns if column.unit}


def names_of(columns: Sequence[Column]) -> list[str]:
    """Names of the columns, in order."""
    return [column.name for column in columns]


def _opened(file: Path) -> IO[str]:
    return file.open(encoding="utf-8-sig", newline="")


def _rows(reader: Any, names: Sequence[str], file: Path) -> list[list[str]]:
    """The rows after the header, empty lines left out. Raises InputError."""
    try:
        header: list[str] = next(reader, [])
        if header != list(names):
            raise InputError(f"{file}:1:1: the header is {','.join(header)[:80]!r}; it must be {','.join(names)!r}")
        rows = [row for row in reader if row]
    except csv.Error as error:
        raise InputError(f"{file}:{reader.line_num}:1: {error}; run the scenario again") from error
    if any(len(row) != len(names) for row in rows):
        wrong = next(i for i, row in enumerate(rows) if len(row) != len(names))
        raise InputError(f"{file}:{_line(file, wrong)}:1: {len(rows[wrong])} fields; {len(names)} wanted")
    return rows


def _line(file: Path, row: int) -> int:
    """The line on which a row after the header begins."""
    with _opened(file) as lines:
        reader = csv.reader(lines)
        starts = (before + 1 for before, cells in _with_line_before(reader) if cells)
        return next(islice(starts, row + 1, None))


def _with_line_before(reader: Any) -> Iterator[tuple[int, list[str]]]:
    before = 0
    for cells in reader:
        yield before, cells
        before = reader.line_num


def _written(value: object) -> str:
    """A cell as a file has it, unquoted."""
    if value is None:
        return ""
    return value if isinstance(value, str) else repr(value)


def _array(kind: str, texts: Sequence[str]) -> Cells:
    """Raises ValueError and OverflowError."""
    if kind in ("integer", "number"):
        return _figures(kind, texts)
    if kind == "date":
        if any(len(text) != len("2025-05-21") for text in texts):
            raise ValueError("a date has ten characters")
        return np.array(texts, dtype="datetime64[D]")
    return _objects(texts)


def _figures(kind: str, texts: Sequence[str]) -> Cells:
    """Whole numbers as int64 unless one is empty; floats; what is no plain finite number is refused."""
    cells = _objects(texts)
    there: Cells = cells != ""
    read = cells[there].astype(np.int64 if kind == "integer" else np.float64)
    if "_" in "".join(texts) or not np.isfinite(read).all():
        raise ValueError("not a plain finite number")
    if kind == "integer" and there.all():
        return read
    made = np.full(len(texts), np.nan)
    made[there] = read
    return made


def _objects(texts: Sequence[str]) -> Cells:
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


def _library(name: str) -> Any:
    """Pandas or polars. Raises InputError without it."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise InputError(f"tables for {name} need {error.name}; run `pip install 'detsim[notebook]'`") from error


def _floats(cells: Cells) -> Cells:
    return np.array([_number(cell) for cell in cells], dtype=np.float64)


def _shown(cell: str | int | float | None) -> str:
    """A cell as a reader sees it: thousands apart, at most six digits."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.0f}" if abs(cell) >= 1e6 else f"{cell:,.6g}"


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")


def _manifest(file: Path) -> dict[str, Any]:
    """What made the result. Raises InputError unless it says what is needed to read the tables."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        days, replications = content["days"], content["replications"]
        whole = all(type(one) is int for one in (days, *replications)) and {"scenario", "start", "seed"} <= {*content}
    except FileNotFoundError as error:
        raise InputError(f"{file}: not found; give a complete result folder, or run the scenario again") from error
    except (OSError, ValueError, RecursionError) as error:
        what = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{file}: not readable as JSON ({what}); run the scenario again") from error
    except (KeyError, TypeError):
        whole = False
    if not whole:
        raise InputError(f"{file}: lacks scenario, start, days, seed or replications; run the scenario again")
    return cast(dict[str, Any], content)


def _yaml(file: Path) -> dict[str, Any]:
    """The resolved scenario as a plain tree; its meaning was checked when the run was made."""
    import yaml

    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _loader())
    except FileNotFoundError as error:
        raise InputError(f"{file}: not found; give a complete result folder, or run the scenario again") from error
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        what = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{file}: not readable as YAML ({what}); run the scenario again") from error
    return plain_tree(content) if isinstance(content, dict) else {}


@cache
def _loader() -> Any:
    """PyYAML's safe loader, in C where there is one, which leaves dates as they are written."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        yaml_implicit_resolvers: ClassVar = {
            first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return Loader


def plain_tree(tree: Any) -> Any:
    """A resolved scenario as reading it from its file gives it: what is written as a date is a date."""
    if isinstance(tree, Mapping):
        return {_dated(key): plain_tree(value) for key, value in tree.items()}
    return [plain_tree(value) for value in tree] if isinstance(tree, list) else _dated(tree)


def _dated(value: Any) -> Any:
    if isinstance(value, str) and _DATE.fullmatch(value):
        with suppress(ValueError):
            return dt.date.fromisoformat(value)
    return value
