"""Small CSV files that a scenario reads: a fixed header, one line of complaint a fault."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from sim.errors import InputError


def rows(path: str, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Line number and stripped cells of every row below the header; blank lines are passed over.

    Raises InputError, FILE:LINE: what is wrong and what would be right.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, strict=True)
            line = 1
            try:
                _check_header(path, next(reader, []), columns)
                for cells in reader:
                    line = reader.line_num
                    if cells:
                        yield line, _whole(path, line, cells, columns)
            except (csv.Error, UnicodeDecodeError) as error:
                fail(path, max(line, reader.line_num), f"not a CSV file in UTF-8: {error}")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None


def fail(path: str, line: int, problem: str) -> NoReturn:
    """Raise InputError for a line of a file."""
    raise InputError(f"{path}:{line}: {problem}")


def _check_header(path: str, cells: list[str], columns: Sequence[str]) -> None:
    if [cell.strip() for cell in cells] != list(columns):
        fail(path, 1, f'the header is "{",".join(cells)[:80]}", must be "{",".join(columns)}"')


def _whole(path: str, line: int, cells: list[str], columns: Sequence[str]) -> list[str]:
    if len(cells) != len(columns):
        fail(path, line, f"{len(cells)} values, must be {len(columns)}: {','.join(columns)}")
    return [cell.strip() for cell in cells]
