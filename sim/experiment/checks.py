"""The `checks` of a scenario: what a result should show, compared with what it shows."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

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


@dataclass(frozen=True)
class Checked:
    """A check after a run. `value` None: the measure is undefined in this run, so nothing is met."""

    measure: str
    wanted: str
    value: Value
    met: bool

    def line(self) -> str:
        """The check as one line of text."""
        shown = f"{self.value:,.6g}" if isinstance(self.value, int | float) else self.value or "no value"
        return f"check {self.measure}: {shown}, wanted {self.wanted}: {'met' if self.met else 'NOT MET'}"


def parse(text: str) -> Callable[[Value], bool]:
    """The test that `45000..52000`, `>= 3`, `< 5 %` or `= beds` stands for. Raises ValueError."""
    if found := _RANGE.fullmatch(text):
        return _between(_number(found[1]), _number(found[2]))
    if found := _BOUND.fullmatch(text):
        return _bounded(_COMPARE[found[1]], _number(found[2]))
    if found := _TEXT.fullmatch(text):
        return _same(found[1])
    raise ValueError(f"{text!r} is not a check; write 45000..52000, >= 3, < 5 % or = beds")


def evaluate(checks: Mapping[str, str], values: Mapping[str, Value]) -> list[Checked]:
    """Each check of a scenario against `values` (the mean of each measure over the replications)."""
    return [
        Checked(measure, wanted, value := values.get(measure), parse(wanted)(value))
        for measure, wanted in checks.items()
    ]


def _number(text: str) -> float:
    percent = text.rstrip().endswith("%")
    value = float(re.sub(r"[$,_%\s]", "", text))
    return value / 100 if percent else value


def _between(low: float, high: float) -> Callable[[Value], bool]:
    if low > high:
        raise ValueError(f"the range {low:g}..{high:g} is empty; the lower end comes first")
    return lambda value: isinstance(value, int | float) and low <= value <= high


def _bounded(compare: Callable[[float, float], bool], bound: float) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, int | float) and compare(value, bound)


def _same(text: str) -> Callable[[Value], bool]:
    return lambda value: value == text
