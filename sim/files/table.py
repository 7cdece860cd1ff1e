"""Tables: typed columns in memory, and the one reader of CSV files."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from html import escape
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.files.reading import MEGABYTE, read_lines
from sim.formats import precise
from sim.vocabulary import TEXT, Column

if TYPE_CHECKING:
    import pandas
    import polars

Cells = NDArray[Any]
FIRST: Final = 10
"""Rows of a table that a notebook shows."""
MOST_BYTES: Final = 2_000 * MEGABYTE
MOST_SMALL: Final = 200 * MEGABYTE
_RIGHT: Final = "correct the file"
_SIDES: Final = {"l": "text-align:left", "r": "text-align:right;white-space:nowrap"}


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Named columns of one length.

    Whole numbers are int64, or float64 where a cell is empty; numbers float64, empty ones nan; dates datetime64[D];
    all else str in an object array, empty ones "". `units` has the unit of each column that has one, `whole` the names
    of those of whole numbers. `file` and `lines` say where each row stands in the file that the table was read from.
    """

    name: str
    columns: Mapping[str, Cells]
    units: Mapping[str, str] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    file: Path | None = None
    lines: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, column: str) -> Cells:
        if column not in self.columns:
            near = get_close_matches(column, self.columns, 1, 0.4)
            raise KeyError(f"{column}: no such column; " + (f"did you mean {near[0]}?" if near else ", ".join(self)))
        return self.columns[column]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the columns."""
        return iter(self.columns)

    def where(self, **cells: object) -> Table:
        """Return the rows with these cells: `where(measure="held_mean", date="2025-05-21")`.

        Raises KeyError for an unknown column, ValueError for a text that is no date in a column of dates.
        """
        chosen = np.ones(len(self), dtype=bool)
        for column, value in cells.items():
            there = self[column]
            chosen &= there == (np.array(value, dtype=there.dtype) if there.dtype.kind == "M" else value)
        return self.take(chosen)

    def take(self, rows: Cells | slice) -> Table:
        """Return rows by a mask, by their indices or by a slice."""
        columns = {name: cells[rows] for name, cells in self.columns.items()}
        return replace(self, columns=columns, lines=None if self.lines is None else self.lines[rows])

    def select(self, *columns: str) -> Table:
        """Return these columns, in this order. Raises KeyError for an unknown one."""
        units = {name: unit for name, unit in self.units.items() if name in columns}
        return replace(self, columns={name: self[name] for name in columns}, units=units)

    def rows(self) -> list[dict[str, Any]]:
        """Return one dict per row, fit for JSON: dates in ISO form, None for an empty number."""
        plain = [map(_plain, cells.tolist()) for cells in self.columns.values()]
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*plain, strict=True)]

    def numbers(self) -> Table:
        """Return the rows that are numbers, as such: without those of unit `text`, `mean` or `value` as float64.

        Raises KeyError for a table whose rows have no unit.
        """
        rows = self.take(self.columns["unit"] != TEXT)
        plain = {name: np.array([number(cell) for cell in rows[name]]) for name in ("mean", "value") if name in rows}
        return replace(rows, columns={**rows.columns, **plain})

    def with_numbers(self) -> Table:
        """Return the table with `mean` or `value` as float64; the words among them stand in a column `text`."""
        mixed = [name for name in ("mean", "value") if name in self and self[name].dtype == object]
        if not mixed or "unit" not in self:
            return self
        columns: dict[str, Cells] = {}
        for name, cells in self.columns.items():
            columns[name] = np.array([number(cell) for cell in cells], dtype=np.float64) if name in mixed else cells
            if name in mixed:
                columns["text"] = np.where(self["unit"] == TEXT, cells, "").astype(object)
        return replace(self, columns=columns)

    def __contains__(self, column: object) -> bool:
        return column in self.columns

    def fail(self, row: int, column: str, what: str) -> NoReturn:
        """Raise InputError for a cell: FILE:LINE:COLUMN, or the name of the table and the row's number."""
        if self.file is None or self.lines is None:
            raise InputError(f"{self.name}: row {row + 1}: {column}: {what}")
        line = int(self.lines[row])
        cells = next(csv.reader(islice(read_lines(self.file, MOST_BYTES, _RIGHT), line - 1, None)))
        start = _start(cells, list(self.columns).index(column))
        raise InputError(f"{self.file}:{line}:{start}: {column}: {what}")

    def refuse(self, wrong: Cells, column: str, what: Callable[[Any], str]) -> None:
        """Raise InputError at the first row of the mask `wrong`; `what` says of its cell what is wrong with it."""
        if wrong.any():
            row = int(np.argmax(wrong))
            self.fail(row, column, what(self.columns[column][row]))

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas DataFrame: text str, dates datetime64, an empty number nan. Raises InputError without it."""
        library = _library("pandas")
        texts = {name: cells for name, cells in self.columns.items() if cells.dtype == object}
        frame: pandas.DataFrame = library.DataFrame(
            {**self.columns, **{name: library.Series(cells, dtype="str") for name, cells in texts.items()}}
        )
        return frame

    def to_polars(self) -> polars.DataFrame:
        """Return a polars DataFrame: String, Date, Int64, Float64; an empty number is null. Raises InputError."""
        library = _library("polars")

        def series(name: str, cells: Cells) -> Any:
            if cells.dtype == object:
                return library.Series(name, cells.tolist(), dtype=library.String)
            found = library.Series(name, cells, nan_to_null=True)
            return found.cast(library.Int64) if name in self.whole else found

        frame: polars.DataFrame = library.DataFrame([series(name, cells) for name, cells in self.columns.items()])
        return frame

    def __repr__(self) -> str:
        return f"Table {self.name}: {len(self):,} rows of {', '.join(self.columns)}"

    def _repr_html_(self) -> str:
        heads = [f"{name}\n{self.units.get(name, '')}" for name in self.columns]
        rows = [[_shown(cell) for cell in row.values()] for row in self.take(slice(FIRST)).rows()]
        sides = "".join("l" if cells.dtype.kind in "OM" else "r" for cells in self.columns.values())
        many = f"first {FIRST} of {len(self):,} rows" if len(self) > FIRST else f"{len(self):,} rows"
        return html_table(heads, rows, sides, f"{self.name}: {many}")


# --- reading --------------------------------------------------------------------------------------
def read_table(
    file: Path,
    columns: Sequence[Column],
    *,
    mend: str = _RIGHT,
    most: int = MOST_BYTES,
    stripped: bool = False,
    complete: bool = False,
    others: bool = False,
) -> Table:
    """Read a CSV file of these columns in UTF-8; blank lines are passed over.

    Args:
        file: Where it lies; at most `most` bytes.
        columns: Names, in the order of the header, and types.
        mend: What the user can do where something is wrong.
        stripped: Whether spaces around cells are left out, as in files written by hand.
        complete: Whether the file must end in a newline, as those that detsim writes do: else it was cut short.
        others: Whether the file may have other columns, which are left out, in any order.

    Raises:
        InputError: FILE:LINE:COLUMN: what is wrong.
    """
    names = [column.name for column in columns]
    rows, lines = _read(file, names, mend, most, stripped=stripped, complete=complete, others=others)
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return _typed(file.name.removesuffix(".csv"), columns, list(cells), file, np.array(lines, dtype=np.int64), mend)


def read_rows(file: str, names: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Return line number and stripped cells of every row of a small CSV file with this header. Raises InputError."""
    rows, lines = _read(Path(file), names, _RIGHT, MOST_SMALL, stripped=True)
    return zip(lines, rows, strict=True)


def fail(file: str, line: int, problem: str) -> NoReturn:
    """Raise InputError for a line of a file."""
    raise InputError(f"{file}:{line}: {problem}")


def of_rows(name: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> Table:
    """Return a table of rows of values, None for an empty cell. Raises InputError where one has another type."""
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return of_texts(name, columns, [[_written(value) for value in column] for column in cells])


def of_texts(name: str, columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> Table:
    """Return a table of cells as files have them, column by column. Raises InputError at a malformed one."""
    return _typed(name, columns, cells)


def units_and_whole(columns: Collection[Column]) -> tuple[dict[str, str], frozenset[str]]:
    """Return the units of the columns that have one, and the names of those of whole numbers."""
    units = {column.name: column.unit for column in columns if column.unit}
    return units, frozenset(column.name for column in columns if column.type == "integer")


def number(cell: object) -> float:
    """Return a cell as a number; nan if it is none."""
    try:
        return float(str(cell))
    except ValueError:
        return float("nan")


def _read(
    file: Path,
    names: Sequence[str],
    mend: str,
    most: int,
    *,
    stripped: bool = False,
    complete: bool = False,
    others: bool = False,
) -> tuple[list[list[str]], list[int]]:
    """Return the rows below the header, and the line on which each begins; options as of `read_table`."""
    reader = csv.reader(read_lines(file, most, mend, complete), strict=True)
    rows, lines, line = list[list[str]](), list[int](), 1
    try:
        header = next(reader, [])
        if stripped:
            header = [cell.strip() for cell in header]
        whole = header == list(names)
        if not whole and not (others and all(header.count(name) == 1 for name in names)):
            what = f"the header is {','.join(header)[:80]!r}, must be {','.join(names)!r}"
            raise InputError(f"{file}:1:1: {what}; {mend}")
        taken = [header.index(name) for name in names]
        line = reader.line_num + 1
        for cells in reader:
            if cells and len(cells) != len(header):
                what = f"{len(cells)} values, must be {len(header)}: {','.join(header)}"
                raise InputError(f"{file}:{line}: {what}; {mend}")
            if cells:
                rows.append(cells if whole else [cells[i] for i in taken])
                lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{file}:{max(line, reader.line_num)}: not CSV: {error}; {mend}") from error
    return [[cell.strip() for cell in cells] for cells in rows] if stripped else rows, lines


def _typed(
    name: str,
    columns: Sequence[Column],
    cells: Sequence[Sequence[str]],
    file: Path | None = None,
    lines: NDArray[np.int64] | None = None,
    mend: str = "correct it",
) -> Table:
    arrays: dict[str, Cells] = {}
    for i, column in enumerate(columns):
        try:
            arrays[column.name] = _array(column.type, cells[i])
        except (ValueError, OverflowError) as error:
            row = next(row for row, text in enumerate(cells[i]) if not _has_type(column.type, text))
            start = _start([of_column[row] for of_column in cells], i)
            place = f"{file}:{lines[row]}:{start}" if lines is not None else f"{name}: row {row + 1}"
            what = f"{cells[i][row][:40]!r} is not {_KINDS[column.type]}"
            raise InputError(f"{place}: {column.name}: {what}; {mend}") from error
    return Table(name, arrays, *units_and_whole(columns), file, lines)


def _start(cells: Sequence[str], column: int) -> int:
    """Return where a cell begins in its line, from 1."""
    return 1 + sum(len(cell) + 1 for cell in cells[:column])


_KINDS: Final = {"integer": "a whole number", "number": "a finite number", "date": "a date such as 2025-05-21"}


def _written(value: object) -> str:
    """Return a cell as a file has it, unquoted."""
    if value is None:
        return ""
    return value if isinstance(value, str) else repr(value)


def _array(kind: str, texts: Sequence[str]) -> Cells:
    """Raises ValueError and OverflowError."""
    if kind in ("integer", "number"):
        return _numbers(kind, texts)
    if kind == "date":
        if any(len(text) != len("2025-05-21") for text in texts):
            raise ValueError("a date has ten characters")
        return np.array(texts, dtype="datetime64[D]")
    return _objects(texts)


def _numbers(kind: str, texts: Sequence[str]) -> Cells:
    """Return whole numbers as int64 unless one is empty, else floats. Raises ValueError for what is not finite."""
    cells = _objects(texts)
    given: Cells = cells != ""
    values = cells[given].astype(np.int64 if kind == "integer" else np.float64)
    together = "".join(texts)
    if "_" in together or not together.isascii() or not np.isfinite(values).all():
        raise ValueError("not a plain finite number")
    if kind == "integer" and given.all():
        return values
    numbers = np.full(len(texts), np.nan)
    numbers[given] = values
    return numbers


def _objects(texts: Sequence[str]) -> Cells:
    cells = np.empty(len(texts), dtype=object)
    cells[:] = texts
    return cells


def _has_type(kind: str, text: str) -> bool:
    try:
        _array(kind, [text])
    except (ValueError, OverflowError):
        return False
    return True


def _plain(cell: Any) -> Any:
    """Return a cell fit for JSON."""
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return None if cell != cell else cell


def _library(name: str) -> Any:
    """Return pandas or polars. Raises InputError without it."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise InputError(f"tables for {name} need {error.name}; run `pip install 'detsim[notebook]'`") from error


def _shown(cell: str | int | float | None) -> str:
    """Return a cell as a reader sees it: thousands apart, at most six digits."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    return f"{cell:,}" if isinstance(cell, int) else precise(cell)


def html_table(heads: Sequence[str], rows: Sequence[Sequence[str]], sides: str, caption: str = "") -> str:
    """Return a table as notebooks show it, without a style sheet, every text escaped.

    `sides` has a letter a column: l for words, r for numbers. A head may have two lines.
    """
    body = "".join(f"<tr>{_cells('td', row, sides)}</tr>" for row in rows)
    title = f'<caption style="text-align:left">{escape(caption)}</caption>' if caption else ""
    return f"<table>{title}<thead><tr>{_cells('th', heads, sides)}</tr></thead><tbody>{body}</tbody></table>"


def _cells(tag: str, texts: Sequence[str], sides: str) -> str:
    return "".join(
        f'<{tag} style="{_SIDES[side]};padding:0 .6em">{escape(text).replace(chr(10), "<br>")}</{tag}>'
        for text, side in zip(texts, sides, strict=True)
    )
