"""What is said of a measure: its name, and the grammar of `checks`, what a text such as `45000..52000` wants of it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Final

from sim.errors import InputError
from sim.scenario.numbers import NUMBER, fraction, slip, split_range
from sim.scenario.schema.units import hint, quoted
from sim.vocabulary import MEASURES, TEXT

_NUMBER: Final = re.compile(rf"([+-]?)\s*(\$?)\s*({NUMBER})\s*(%?)", re.ASCII)
_BOUND: Final = re.compile(r"(<=|>=|<|>|=)\s*(.*)", re.DOTALL)
_TEXT: Final = re.compile(r"\s*=\s*([A-Za-z][A-Za-z0-9_.:-]*|\d{4}-\d\d-\d\d)\s*")
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}

_LARGEST: Final = 10**24

Value = float | str | None


def parse(text: str) -> Callable[[Value], bool]:
    """The test that `45000..52000`, `>= 3`, `< 5 %` or `= beds` stands for. Raises ValueError."""
    ends, bound, word = split_range(text), _BOUND.fullmatch(text.strip()), _TEXT.fullmatch(text)
    try:
        if ends:
            low, high = number(ends[0]), number(ends[1])
            if low > high:
                raise ValueError(f"{quoted(text)} is an empty range, write the low end first")
            return lambda value: isinstance(value, int | float) and low <= value <= high
        if bound:
            compare, least = _COMPARE[bound[1]], number(bound[2])
            return lambda value: isinstance(value, int | float) and compare(value, least)
    except _NoNumber:
        pass
    if word:
        return lambda value: value == word[1]
    raise ValueError(f"{quoted(text)} is not a check, write 45000..52000, >= 3, < 5 % or = beds{slip(text)}")


class _NoNumber(ValueError):
    """A text is not a number."""


def number(text: str) -> float:
    """The number that `3`, `$2e9` or `5 %` stands for. Raises ValueError."""
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        raise _NoNumber(f"{quoted(text)} is not a number, write 1000000, 1 % or $2e9{slip(text)}")
    sign, dollars, digits, percent = found.groups()
    if dollars and percent:
        raise _NoNumber(f"{quoted(text)} is both dollars and a share, write one of the two")
    value = fraction(sign + digits) / (100 if percent else 1)
    if abs(value) > _LARGEST:
        raise ValueError(f"{quoted(text)} is out of range")
    return float(value)


NUMERIC = tuple(name for name, measure in MEASURES.items() if measure.unit != TEXT)
"""Measures that have numbers."""


def refuse_unknown(measure: str, option: str) -> None:
    """Raise InputError unless it is a measure with numbers."""
    if measure in NUMERIC:
        return
    near = hint(measure, NUMERIC, "they are listed in docs/data-dictionary.md", 0.4)
    why = "it is a word or a date" if measure in MEASURES else near
    raise InputError(f"{option}: {quoted(measure)} is no measure with numbers; {why}")
