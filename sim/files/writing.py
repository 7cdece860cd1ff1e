"""Writing files: whole or not at all, and CSV as text, the one way in which detsim writes tables."""

from __future__ import annotations

import csv
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from sim.errors import InputError

NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
"""Flags to open a file itself, not what a link of that name leads to."""


def write_whole(path: Path, content: bytes) -> None:
    """Write `path` whole or not at all, even if the machine stops. Raises OSError."""
    # A name of its own: a worker whose run was killed may still write when the next run does.
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        write_new(beside, [content])
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_new(path: Path, content: Iterable[bytes]) -> None:
    """Write a file that does not exist, and have it on the disk. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINKS, 0o666)
    with open(handle, "wb") as file:  # noqa: PTH123
        file.writelines(content)
        file.flush()
        os.fsync(handle)


def refuse_existing_page(out: Path, force: bool) -> None:
    """Raise InputError if a page may not be written to `out`: it is a folder, or exists without `force`."""
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name a file for the page")
    if (out.exists() or out.is_symlink()) and not force:
        raise InputError(f"{out}: exists; choose another file with --out, or replace it with --force")


# --- CSV ------------------------------------------------------------------------------------------
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
