"""The grammar of `checks`: what a text such as `45000..52000` wants of a measure."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from typing import Final

from sim.scenario.schema.units import quoted

_NUMBER: Final = r"-?\$?\s*\d[\d,_]*(?:\.\d+)?(?:e[+-]?\d+)?\s*%?"
_RANGE: Final = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*", re.IGNORECASE)
_BOUND: Final = re.compile(rf"\s*(<=|>=|<|>|=)\s*({_NUMBER})\s*", re.IGNORECASE)
_TEXT: Final = re.compile(r"\s*=\s*([A-Za-z0-9_.:-]+)\s*")
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}

Value = float | str | None


def parse(text: str) -> Callable[[Value], bool]:
    """The test that `45000..52000`, `>= 3`, `< 5 %` or `= beds` stands for. Raises ValueError."""
    if found := _RANGE.fullmatch(text):
        return _between(text, number(found[1]), number(found[2]))
    if found := _BOUND.fullmatch(text):
        return _bounded(_COMPARE[found[1]], number(found[2]))
    if found := _TEXT.fullmatch(text):
        return _same(found[1])
    raise ValueError(f"{quoted(text)} is not a check, write 45000..52000, >= 3, < 5 % or = beds")


def number(text: str) -> float:
    """The number that `3`, `$2e9` or `5 %` stands for. Raises ValueError."""
    percent = text.rstrip().endswith("%")
    value = float(re.sub(r"[$,_%\s]", "", text))
    if not math.isfinite(value):
        raise ValueError(f"{quoted(text)} is out of range")
    return value / 100 if percent else value


def _between(text: str, low: float, high: float) -> Callable[[Value], bool]:
    if low > high:
        raise ValueError(f"{quoted(text)} is an empty range, write the low end first")
    return lambda value: isinstance(value, int | float) and low <= value <= high


def _bounded(compare: Callable[[float, float], bool], bound: float) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, int | float) and compare(value, bound)


def _same(text: str) -> Callable[[Value], bool]:
    return lambda value: value == text
