"""Errors that a user can cause, shown as plain lines without a traceback."""

from __future__ import annotations

import re
from typing import ClassVar, Final

_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and newline, marks that turn the direction of text, and halves of characters."""

LONGEST_LINE: Final = 500


def printable(text: object) -> str:
    """Return text that is safe in a terminal and in UTF-8: each unsafe character as `\\x1b` or `\\u202e`."""
    return _UNSAFE.sub(lambda found: _escaped(ord(found[0])), str(text))


def _escaped(code: int) -> str:
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


class UserError(Exception):
    """An error with its message as `lines` and the exit `status` of the command it ends."""

    status: ClassVar[int] = 1

    def __init__(self, *lines: str) -> None:
        clean = [printable(line) for line in lines]
        # The middle of a long line is cut out: the place comes first, the remedy last.
        self.lines = tuple(
            line if len(line) <= LONGEST_LINE else f"{line[:300]} … {line[303 - LONGEST_LINE :]}" for line in clean
        )
        super().__init__(*self.lines)

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _render_traceback_(self) -> list[str]:
        """What IPython and Jupyter display."""
        return [f"{type(self).__name__}: {line}" for line in self.lines]


class InputError(UserError):
    """The input or the usage is wrong."""

    status = 2


class RunError(UserError):
    """The run failed for a reason outside the model: a full disk, a killed process, no replication left."""


class Interrupted(UserError):
    """The user stopped the run."""

    status = 130
