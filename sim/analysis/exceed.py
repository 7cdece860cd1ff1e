"""The chance of passing a line: the share of replications in which a daily series does, by date."""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Bools
from sim.errors import InputError
from sim.formats import day
from sim.measures.intervals import COVERS as CHANCE_ONLY
from sim.scenario.schema import checks
from sim.scenario.schema.units import one_of, quoted
from sim.vocabulary import EMPTY, FILES, STUDY_FILES

SERIES: Final = tuple(column.name for column in FILES["daily.csv"][3:])
COLUMNS: Final = STUDY_FILES["exceed"]["exceed.csv"]
"""Columns of `exceed.csv`."""
_FORM: Final = re.compile(r"\s*(\w+)\s*(>=|<=|>|<)\s*(\S.*?)\s*")
_BEYOND: Final[dict[str, Callable[..., Any]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(frozen=True)
class Line:
    """A column of `daily.csv`, a relation and a number."""

    text: str
    series: str
    relation: str
    level: float

    def passed(self, values: NDArray[np.int64] | NDArray[np.float64]) -> Bools:
        """(D,) whether a day is beyond the line; `values` (D + 1,) begins with the day before the start."""
        there = values[1:]
        known = there != EMPTY if there.dtype.kind == "i" else ~np.isnan(there)
        return np.asarray(_BEYOND[self.relation](there, self.level) & known)


def parse_line(text: str) -> Line:
    """The line that `--exceed` states. Raises InputError."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise InputError(f'--exceed: {quoted(text)} is no line, write "held > 60000"')
    series, relation, level = found.groups()
    if series not in SERIES:
        raise InputError(f"--exceed: no column of daily.csv: {one_of(series, SERIES)}")
    try:
        return Line(text.strip(), series, relation, checks.number(level))
    except ValueError as error:
        raise InputError(f"--exceed: {error}") from None


@dataclass(frozen=True)
class Chance:
    """By day (D,): how many of `n` replications are beyond a line, and how many have been by then."""

    line: Line
    start: dt.date
    n: int
    on_day: NDArray[np.int64]
    by_then: NDArray[np.int64]
    covers: str = CHANCE_ONLY

    def rows(self, name: str) -> Iterator[tuple[object, ...]]:
        """The rows of `exceed.csv`."""
        for index, counts in enumerate(zip(self.on_day.tolist(), self.by_then.tolist(), strict=True)):
            here, ever = ((k / self.n, *interval(k, self.n)) for k in counts)
            date = self.start + dt.timedelta(days=index)
            yield name, self.line.text, date.isoformat(), self.n, *here, *ever, self.covers

    def sentence(self) -> str:
        """The chance of ever passing the line, with its interval, and when half of the replications have."""
        ever = int(self.by_then[-1])
        low, high = interval(ever, self.n)
        ends = f"{100 * low:.3g} to {100 * high:.3g} %, {self.covers}"
        said = f"{self.line.text}: in {ever} of {self.n} replications ({ends})"
        if not ever:
            return f"{said}."
        first = self.start + dt.timedelta(days=int(np.argmax(self.by_then > 0)))
        half = np.flatnonzero(2 * self.by_then > self.n)
        then = f", in more than half by {day(self.start + dt.timedelta(days=int(half[0])))}" if len(half) else ""
        return f"{said}, first on {day(first)}{then}."


def chance_of(
    line: Line, start: dt.date, values: Sequence[NDArray[np.int64] | NDArray[np.float64]], covers: str = CHANCE_ONLY
) -> Chance:
    """Count replications beyond a line; `values` has the series of each, from the day before the start."""
    passed = np.array([line.passed(one) for one in values])
    by_then = np.logical_or.accumulate(passed, axis=1).sum(axis=0)
    return Chance(line, start, len(values), passed.sum(axis=0), by_then, covers)


def interval(k: int, n: int) -> tuple[float, float]:
    """95 % interval of a share of k in n (Clopper and Pearson 1934): it covers the true share at least so often."""
    from scipy.special import betaincinv  # imported late: a run without it needs no scipy

    low = 0.0 if k == 0 else float(betaincinv(k, n - k + 1, 0.025))
    return low, 1.0 if k == n else float(betaincinv(k + 1, n - k, 0.975))
