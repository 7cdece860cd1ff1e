"""CSV as text: the one way in which detsim writes tables.

UTF-8, comma, newline, None and nan as empty cells, floats in the shortest form that reads back the same.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Final

_FORMULA: Final = "=+-@＝＋－＠"
"""What a spreadsheet takes for the beginning of a formula."""
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s?%?", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A line per row, with its newline."""
    writer = csv.writer(_Echo(), lineterminator="\n")
    return (writer.writerow(map(_cell, row)) for row in rows)


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """The rows as one text."""
    return "".join(csv_lines(rows))


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula and no terminal for a command; it can be encoded as UTF-8.

    Control characters become escapes, what is not Unicode a replacement character, and an apostrophe goes before what
    would begin a formula. Signed numbers stay as they are.
    """
    if not text.isprintable():
        text = _SURROGATE.sub("\ufffd", _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text))
    begins = text.lstrip()[:1]
    return f"'{text}" if begins and begins in _FORMULA and not _NUMBER.fullmatch(text) else text


def _cell(value: object) -> object:
    if isinstance(value, str):
        return safe_text(value)
    return None if value != value else value  # nan
