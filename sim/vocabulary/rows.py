"""The shape of the vocabulary: an enumeration whose members are rows of facts and whose values are codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any


@dataclass(frozen=True)
class Row:
    """What every word of the model has."""

    code: int
    """Stands for the word in play. A new word takes the next free code, so that no other one moves."""
    words: str
    """The word as people say it."""


class Coded(IntEnum):
    """A word of the model. The value is the code, `row` has the facts, `word` is the name as files spell it."""

    row: Any

    def __new__(cls, row: Any) -> Coded:  # a Row here, a code where a word is looked up
        member = int.__new__(cls, row.code)
        member._value_ = row.code
        member.row = row
        return member

    @property
    def word(self) -> str:
        """The name as files spell it."""
        return self.name.lower()
