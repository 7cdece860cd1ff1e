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
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.measures.columns import FILES, TEXT, Column
from sim.measures.events import Event
from sim.measures.measured import Measured
from sim.measures.writing import Replications, event_rows, exit_rows, replication_rows, summary_rows
from sim.names import EMPTY

if TYPE_CHECKING:
    import pandas
    import polars

Cells = NDArray[Any]
V = TypeVar("V")
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
        """A pandas DataFrame: text str, dates datetime64, an empty number nan. Raises ImportError without pandas."""
        import pandas

        return pandas.DataFrame(
            {
                name: pandas.Series(cells, dtype="str") if cells.dtype == object else cells
                for name, cells in self.columns.items()
            }
        )

    def to_polars(self) -> polars.DataFrame:
        """A polars DataFrame: String, Date, Int64, Float64; an empty number is null. Raises ImportError without it."""
        import polars

        whole = {column.name for column in FILES.get(f"{self.name}.csv", ()) if column.type == "integer"}

        def series(name: str, cells: Cells) -> polars.Series:
            if cells.dtype == object:
                return polars.Series(name, cells.tolist(), dtype=polars.String)
            made = polars.Series(name, cells, nan_to_null=True)
            return made.cast(polars.Int64) if name in whole else made

        return polars.DataFrame([series(name, cells) for name, cells in self.columns.items()])

    def __repr__(self) -> str:
        return f"Table {self.name}: {len(self):,} rows of {', '.join(self.columns)}"

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{_head(name, self.units.get(name, ''))}</th>" for name in self.columns)
        rows = "".join(f"<tr>{''.join(map(_shown, row.values()))}</tr>" for row in self.take(slice(FIRST)).rows())
        more = f"first {FIRST} of {len(self):,} rows" if len(self) > FIRST else f"{len(self):,} rows"
        return (
            f"<table><caption>{escape(self.name)}, {more}</caption>"
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )


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


# --- in memory --------------------------------------------------------------------------------------
class Lazy(Mapping[str, V]):
    """A mapping whose values are made when they are first asked for, by any thread."""

    def __init__(self, makers: Mapping[str, Callable[[], V]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, V] = {}

    def __getitem__(self, key: str) -> V:
        if key not in self._made:
            self._made.setdefault(key, self._makers[key]())
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def tables_of(
    name: str,
    measured: Replications,
    twin: Callable[[], Sequence[Sequence[object]]],
    events: Iterable[tuple[int, Sequence[Event]]] | None = None,
) -> Lazy[Table]:
    """The tables of the result folder that `sim.measures.writing.write_folder` would write, each made when asked for.

    `measured` and `events` are pairs of a replication's number and what it gave; `twin` makes the rows of `twin.csv`.
    """
    makers: dict[str, Callable[[], Table]] = {
        "summary": lambda: _file("summary", summary_rows(name, measured)),
        "replications": lambda: _file("replications", replication_rows(name, measured)),
        "daily": lambda: _daily(name, measured),
        "daily_by_area": lambda: _daily_by_area(name, measured),
        "exits": lambda: _file("exits", exit_rows(name, measured)),
        "twin": lambda: _file("twin", twin()),
    }
    return Lazy(makers if events is None else makers | {"events": lambda: _file("events", event_rows(events))})


def plain_tree(tree: Any) -> Any:
    """A resolved scenario as reading it from its file gives it: what is written as a date is a date."""
    if isinstance(tree, Mapping):
        return {_dated(key): plain_tree(value) for key, value in tree.items()}
    return [plain_tree(value) for value in tree] if isinstance(tree, list) else _dated(tree)


def of_rows(name: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> Table:
    """A table of rows of values, None for an empty cell. Raises InputError where one is not of its column's type."""
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return table(name, columns, [[_written(value) for value in column] for column in cells])


def _file(name: str, rows: Sequence[Sequence[object]]) -> Table:
    return of_rows(name, FILES[f"{name}.csv"], rows)


def _written(value: object) -> str:
    """A cell as a file has it, unquoted."""
    if value is None:
        return ""
    return value if isinstance(value, str) else repr(value)


def _daily(name: str, measured: Replications) -> Table:
    dates = [_dates(one) for _, one in measured]
    numbers = {column.name: [one.daily[column.name] for _, one in measured] for column in FILES["daily.csv"][3:]}
    return _series("daily", name, measured, {"date": dates}, numbers)


def _daily_by_area(name: str, measured: Replications) -> Table:
    dates = [np.repeat(_dates(one), len(one.areas)) for _, one in measured]
    areas = [np.tile(np.array(one.areas, dtype=object), one.days + 1) for _, one in measured]
    columns = FILES["daily_by_area.csv"][4:]
    numbers = {column.name: [one.by_area[column.name].ravel() for _, one in measured] for column in columns}
    return _series("daily_by_area", name, measured, {"date": dates, "area": areas}, numbers)


def _series(
    file: str,
    name: str,
    measured: Replications,
    labels: Mapping[str, Sequence[Cells]],
    numbers: Mapping[str, Sequence[Cells]],
) -> Table:
    """A table of rows by replication and date; each column comes as one array a replication."""
    lengths = [len(dates) for dates in labels["date"]]
    columns = {column.name: column for column in FILES[f"{file}.csv"]}
    made: dict[str, Cells] = {
        "scenario": np.full(sum(lengths), name, dtype=object),
        "replication": np.repeat(np.array([i for i, _ in measured], dtype=np.int64), lengths),
    }
    made |= {key: np.concatenate(parts) for key, parts in labels.items()}
    made |= {key: _numbers(columns[key].type, np.concatenate(parts)) for key, parts in numbers.items()}
    return Table(file, made, _units(columns.values()))


def _numbers(kind: str, values: Cells) -> Cells:
    """int64 where a column of whole numbers has no empty cell, else float64."""
    if values.dtype.kind == "f":
        return values
    empty = values == EMPTY
    if kind == "integer" and not empty.any():
        return values
    return np.where(empty, np.nan, values)


def _dates(one: Measured) -> Cells:
    return np.datetime64(one.start, "D") + np.arange(-1, one.days)


def _dated(value: Any) -> Any:
    if isinstance(value, str) and _DATE.fullmatch(value):
        with suppress(ValueError):
            return dt.date.fromisoformat(value)
    return value


# --- from files -------------------------------------------------------------------------------------
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
    return Table(name, made, _units(columns))


def _units(columns: Iterable[Column]) -> dict[str, str]:
    return {column.name: column.unit for column in columns if column.unit}


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


def _floats(cells: Cells) -> Cells:
    return np.array([_number(cell) for cell in cells], dtype=np.float64)


def _head(name: str, unit: str) -> str:
    return escape(name) + (f"<br><small>{escape(unit)}</small>" if unit else "")


def _shown(cell: str | int | float | None) -> str:
    """A cell as a reader sees it: thousands separated, at most six digits."""
    if cell is None or isinstance(cell, str):
        return f"<td>{escape(cell or '')}</td>"
    text = f"{cell:,}" if isinstance(cell, int) or abs(cell) >= 1e6 else f"{cell:,.6g}"
    return f'<td style="text-align:right">{text}</td>'


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
