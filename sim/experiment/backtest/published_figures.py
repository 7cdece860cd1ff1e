"""Published figures: one tidy CSV format that drives a back-test and scores it.

Columns `from,to,area,series,value,unit,source`: the first and the last day a figure speaks of, an area code
(empty: the nation), one of SERIES, a number, the unit of the series, and where the figure was published. A
stock is a count at midnight at the end of one day, so `from` equals `to`; flows and means cover their days.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar

from sim.errors import InputError
from sim.files.reading import read_text
from sim.files.table import read_rows
from sim.scenario.schema.units import hint, parse_date, parse_number, quoted

T = TypeVar("T")
COLUMNS: Final = ("from", "to", "area", "series", "value", "unit", "source")
_CELL: Final = re.compile(r'\s*("(?:[^"]|"")*"|[^,]*)\s*(?:,|$)')
_LARGEST: Final = 10**9
_MOST_PROBLEMS: Final = 20
ONE_DAY: Final = dt.timedelta(days=1)


def beside(name: str) -> str:
    """The path of a table below the folder of this module."""
    return str(Path(__file__).parent / name)


# --- what figures there are -----------------------------------------------------------------------
@dataclass(frozen=True)
class Series:
    """A published series. A `stock` is counted at a midnight, a `flow` adds up over its days, a `mean` does not.

    Of book-outs `exits` are the reasons of exit here that the published one means (none: not modelled), and `tolerance`
    says how well a number is known that a fit is to meet (0: it is not fitted).
    """

    kind: str
    unit: str
    meaning: str
    by_area: bool
    exits: tuple[str, ...]
    tolerance: float


_OF_SERIES: Final = ("series", "kind", "unit", "meaning", "by_area", "exits", "tolerance")
SERIES: Final[dict[str, Series]] = {
    name: Series(kind, unit, meaning, bool(by_area), tuple(exits.split()), float(tolerance or 0))
    for _, (name, kind, unit, meaning, by_area, exits, tolerance) in read_rows(beside("series.csv"), _OF_SERIES)
}
"""Every series by name, in the order of the documentation."""
BOOK_OUTS: Final = tuple(
    name.removeprefix("book_outs_") for name in SERIES if name.startswith("book_outs_") and name != "book_outs_total"
)
"""Reasons of book-outs that are published."""
QUANTILES: Final = (10, 25, 50, 75, 90, 95)


@dataclass(frozen=True)
class Figure:
    """One published number, for the days `first` to `last`. `place` (FILE:LINE) is for messages only."""

    first: dt.date
    last: dt.date
    area: str
    series: str
    value: float
    unit: str
    source: str
    place: str = field(default="", compare=False)

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.last - self.first).days + 1


class Figures:
    """Published figures by series and area, in order of date; figures of one series and area never overlap."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        rows: dict[tuple[str, str], list[Figure]] = defaultdict(list)
        for figure in figures:
            rows[figure.series, figure.area].append(figure)
        self._rows = {key: tuple(sorted(found, key=lambda f: (f.first, f.last))) for key, found in rows.items()}

    def __iter__(self) -> Iterator[Figure]:
        return (figure for key in sorted(self._rows) for figure in self._rows[key])

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))

    def of(self, series: str, area: str = "") -> tuple[Figure, ...]:
        """All figures of a series."""
        return self._rows.get((series, area), ())

    def within(self, series: str, first: dt.date, last: dt.date) -> tuple[Figure, ...]:
        """The figures of a national series all of whose days lie in first..last."""
        rows = self.of(series)
        low = bisect_left(rows, first, key=lambda figure: figure.first)
        return rows[low : bisect_right(rows, last, lo=low, key=lambda figure: figure.last)]

    def value(self, series: str, date: dt.date, area: str = "") -> float | None:
        """The value of the figure that covers a date; None if there is none."""
        figure = self.covering(series, date, area)
        return figure.value if figure else None

    def covering(self, series: str, date: dt.date, area: str = "") -> Figure | None:
        """The figure that covers a date."""
        rows = self.of(series, area)
        at = bisect_right(rows, date, key=lambda figure: figure.first) - 1
        return rows[at] if at >= 0 and date <= rows[at].last else None

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """Codes of all areas a figure speaks of."""
        return tuple(sorted({area for _, area in self._rows if area}))

    def until(self, date: dt.date) -> Figures:
        """What was known by the end of a date: no figure speaks of a later day."""
        return Figures(figure for figure in self if figure.last <= date)

    def over(self, older: Figures) -> Figures:
        """These figures, and of the older ones those whose days none of the same series and area here touches."""
        return Figures([*self, *(figure for figure in older if not self._touches(figure))])

    def _touches(self, figure: Figure) -> bool:
        return any(own.first <= figure.last and figure.first <= own.last for own in self.of(figure.series, figure.area))


# --- reading --------------------------------------------------------------------------------------
@cache
def shipped() -> Figures:
    """The figures that come with the program: the nation, October 2022 to December 2025."""
    return read(Path(beside("figures.csv")))


def load(observed: Path | None = None) -> Figures:
    """The shipped figures; those of an own file take the place of what they overlap. Raises InputError."""
    return shipped() if observed is None else read(observed).over(shipped())


def read(path: Path) -> Figures:
    """The figures of a file. Raises InputError, a line a problem: FILE:LINE:COLUMN: what is wrong."""
    lines = read_text(path, mend="give a CSV file of published figures").split("\n")
    if tuple(_cells(lines[0])) != COLUMNS:
        raise InputError(f'{path}:1:1: the header is "{lines[0][:80]}", must be "{",".join(COLUMNS)}"')
    figures, problems = [], []
    for number, line in enumerate(lines[1:], 2):
        try:
            figures += [_figure(_cells(line), f"{path}:{number}")] if line.strip() else []
        except _Wrong as wrong:
            column, problem = wrong.args
            place = f"{path}:{number}:{_position(line, COLUMNS.index(column) if column else 0)}"
            problems.append(f"{place}: {column}: {problem}" if column else f"{place}: {problem}")
    problems = problems or list(_overlaps(figures))
    if not figures and not problems:
        problems = [f"{path}:1:1: no figure follows the header"]
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        raise InputError(*problems[:_MOST_PROBLEMS], *([f"{path}: {more} more problems"] if more > 0 else []))
    return Figures(figures)


class _Wrong(Exception):
    """A cell is wrong: (column, what is wrong); without a column it is the line."""


def _figure(values: Sequence[str], place: str) -> Figure:
    """The figure of a line. Raises _Wrong."""
    if len(values) != len(COLUMNS):
        raise _Wrong("", f"{len(values)} values, must be {len(COLUMNS)}: {','.join(COLUMNS)}")
    cells = dict(zip(COLUMNS, values, strict=True))
    first, last = (_parsed(column, parse_date, cells[column]) for column in ("from", "to"))
    if last < first:
        raise _Wrong("to", f"{last} is before `from`, {first}")
    series = _parsed("series", _series, cells["series"])
    if series.kind == "stock" and first != last:
        raise _Wrong("to", f"{cells['series']} is counted at a midnight, so `to` must be {first}, as `from`")
    if series.by_area != bool(cells["area"]):
        where = "is by area, give an area code" if series.by_area else "is national, leave the area empty"
        raise _Wrong("area", f"{cells['series']} {where}")
    if cells["unit"] != series.unit:
        raise _Wrong("unit", f"{quoted(cells['unit'])}, must be {series.unit} for {cells['series']}")
    if not cells["source"]:
        raise _Wrong("source", "is empty, say where the figure was published")
    value = _parsed("value", parse_number, cells["value"])
    if value > _LARGEST:
        raise _Wrong("value", f"{quoted(cells['value'])} is out of range, must be from 0 to {_LARGEST}")
    return Figure(first, last, cells["area"], cells["series"], value, series.unit, cells["source"], place)


def _parsed(column: str, parse: Callable[[str], T], text: str) -> T:
    try:
        return parse(text)
    except ValueError as error:
        raise _Wrong(column, str(error)) from None


def _series(name: str) -> Series:
    if name not in SERIES:
        near = hint(name, SERIES, f"must be one of {', '.join(SERIES)}")
        raise ValueError(f"unknown series {quoted(name)}, {near}")
    return SERIES[name]


def _cells(line: str) -> list[str]:
    """Cells of a line; a line that is no CSV has none that fit."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], strict=True), [])]
    except csv.Error:
        return []


def _position(line: str, column: int) -> int:
    """Where, counted from 1, a cell begins in its line."""
    begins = [match.start(1) for match in _CELL.finditer(line)]
    return begins[min(column, len(begins) - 1)] + 1


def _overlaps(figures: Sequence[Figure]) -> Iterator[str]:
    """Figures of one series and area that speak of the same day."""
    ordered = sorted(figures, key=lambda f: (f.series, f.area, f.first, f.last))
    for before, after in pairwise(ordered):
        if (before.series, before.area) == (after.series, after.area) and after.first <= before.last:
            line = before.place.rpartition(":")[2]
            label = after.series + (f" of {after.area}" if after.area else "")
            yield f"{after.place}:1: {label} of {after.first} is also in line {line}, one must go"
