"""Arrests read from a file, for back-tests.

The file is CSV in UTF-8 with the header `date,source,area,arrests`: an ISO date, one of the sources
`at_large`, `local_custody` and `border`, an area code of the scenario (empty: not known, drawn) and
a whole number of people. Rows of the same day, source and area add up; rows outside the window are
left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.people.csvfile import fail, rows
from sim.scenario.world.calendars import Frame
from sim.vocabulary import SOURCES

Ints = NDArray[np.int64]

COLUMNS: Final = ("date", "source", "area", "arrests")
_MOST: Final = 1_000_000


class _Row(NamedTuple):
    date: dt.date
    source: int
    area: int | None
    arrests: int


def observed_arrests(path: str, frame: Frame) -> tuple[Ints, Ints]:
    """Counts of a file: (3, A, D) by source and area, and (3, D) of people whose area is not stated.

    Raises InputError with one line, FILE:LINE: what is wrong.
    """
    stated = np.zeros((len(SOURCES), len(frame.areas), frame.days), np.int64)
    unstated = np.zeros((len(SOURCES), frame.days), np.int64)
    within = 0
    for row in _rows(path, frame):
        day = (row.date - frame.start).days
        if 0 <= day < frame.days:
            within += 1
            if row.area is None:
                unstated[row.source, day] += row.arrests
            else:
                stated[row.source, row.area, day] += row.arrests
    if not within:
        fail(path, 1, f"no row lies between {frame.start} and {frame.dates[-1]}")
    return stated, unstated


def _rows(path: str, frame: Frame) -> Iterator[_Row]:
    return (_row(path, line, cells, frame) for line, cells in rows(path, COLUMNS))


def _row(path: str, line: int, cells: list[str], frame: Frame) -> _Row:
    date, source, area, arrests = cells
    if source not in SOURCES:
        fail(path, line, f'unknown source "{source[:40]}", must be one of {", ".join(SOURCES)}')
    if area and area not in frame.areas:
        fail(path, line, f'unknown area "{area[:40]}", must be empty or an area of the scenario')
    place = frame.areas.index(area) if area else None
    return _Row(_date(path, line, date), SOURCES.index(source), place, _count(path, line, arrests))


def _date(path: str, line: int, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        fail(path, line, f'"{text[:40]}" is not a date like 2025-05-21')


def _count(path: str, line: int, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 7 or int(text) > _MOST:
        fail(path, line, f'arrests are "{text[:40]}", must be a whole number from 0 to {_MOST:,}')
    return int(text)
