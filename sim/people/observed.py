"""Arrests read from a file, for back-tests.

The file is CSV in UTF-8 with the header `date,source,area,arrests`: an ISO date, one of the sources
`at_large`, `local_custody` and `border`, an area code of the scenario (empty: not known, drawn) and
a whole number of people. A day, source and area has one row at most, and each source that the file
has at all has a row on every day of the window, with a 0 where nobody was arrested. Rows outside the
window are left out.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Ints
from sim.files.table import fail, read_rows
from sim.scenario.schema.units import parse_date
from sim.scenario.world.calendars import Frame
from sim.vocabulary import SOURCES

COLUMNS: Final = ("date", "source", "area", "arrests")
_MOST: Final = 1_000_000
_NO_ROW: Final = -1


def observed_arrests(path: str, frame: Frame) -> tuple[Ints, Ints]:
    """Counts of a file: (3, A, D) by source and area, and (3, D) of people whose area is not stated.

    Raises InputError with one line, FILE:LINE: what is wrong.
    """
    counts = np.full((len(SOURCES), len(frame.areas) + 1, frame.days), _NO_ROW)
    first: dict[tuple[dt.date, int, int], int] = {}
    for line, cells in read_rows(path, COLUMNS):
        date, source, area, arrests = _row(path, line, cells, frame)
        above = first.setdefault((date, source, area), line)
        if above != line:
            where = f"in {cells[2]}" if cells[2] else "without an area"
            fail(path, line, f"{cells[1]} {where} on {date} is also in line {above}, one of the two must go")
        day = (date - frame.start).days
        if 0 <= day < frame.days:
            counts[source, area, day] = arrests
    _refuse_gaps(path, (counts != _NO_ROW).any(axis=1), frame)
    counts = np.maximum(counts, 0)
    return counts[:, :-1], counts[:, -1]


def _row(path: str, line: int, cells: list[str], frame: Frame) -> tuple[dt.date, int, int, int]:
    """Date, source, area (one more: not stated) and people of a row."""
    date, source, area, arrests = cells
    if source not in SOURCES:
        fail(path, line, f'unknown source "{source[:40]}", must be one of {", ".join(SOURCES)}')
    if area and area not in frame.areas:
        fail(path, line, f'unknown area "{area[:40]}", must be empty or an area of the scenario')
    try:
        day = parse_date(date)
    except ValueError:
        fail(path, line, f'"{date[:40]}" is not a date like 2025-05-21')
    if not (arrests.isascii() and arrests.isdigit()) or len(arrests) > 7 or int(arrests) > _MOST:
        fail(path, line, f'arrests are "{arrests[:40]}", must be a whole number from 0 to {_MOST:,}')
    return day, SOURCES.index(source), (*frame.areas, "").index(area), int(arrests)


def _refuse_gaps(path: str, has_row: NDArray[np.bool_], frame: Frame) -> None:
    """Every source with a row in the window, of which there is one at least, has one on each of its days."""
    if not has_row.any():
        fail(path, 1, f"no row lies between {frame.start} and {frame.dates[-1]}")
    for source in np.flatnonzero(has_row.any(axis=1)).tolist():
        missing = np.flatnonzero(~has_row[source]).tolist()
        if missing:
            more = f" and {len(missing) - 1} more days" if len(missing) > 1 else ""
            date = frame.dates[missing[0]]
            fail(path, 1, f"{SOURCES[source]} has no row on {date}{more}, write 0 arrests where nobody was arrested")
