"""What a figure says in words: numbers with their units and intervals, one sentence per result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sim.analysis.results import ResultTables
from sim.formats import day, interval, readable, unit_words
from sim.report.daily_values import dates

COVERS_MEAN: Final = "95 % intervals of the mean over replications: simulation noise only."
OWN_SCALE: Final = "Each panel has a scale of its own."
Ends = tuple[float, float]


def informative(low: float | None, high: float | None) -> Ends | None:
    """Return the ends of an interval; None where it says nothing, as there is none or every replication agrees."""
    return None if low is None or high is None or low == high else (low, high)


def interval_of(row: Mapping[str, Any]) -> Ends | None:
    """Return the interval of a row of summary.csv; None where it says nothing."""
    return informative(row["ci_low"], row["ci_high"])


def measured(result: ResultTables, measure: str, words: str | None = None) -> str:
    """A measure's mean with its unit (or `words`), and its interval: `4.1 hours (95 %: 3.77 to 4.44)`."""
    row = result.measures[measure]
    unit = row["unit"]
    after = words if words is not None else "" if unit == "USD" else unit_words(unit)
    said = f"{readable(row['mean'], unit)} {after}".rstrip()
    ends = interval_of(row)
    return said if ends is None else f"{said} (95 %: {interval(*ends, unit)})"


def each(results: Sequence[ResultTables], say: Callable[[ResultTables], str]) -> str:
    """Return what is said of each result, its name before it where there are several; nothing where nothing is said."""
    if len(results) == 1:
        return say(results[0])
    found = [(result.name, say(result)) for result in results]
    return " ".join(f"{name}: {text}" for name, text in found if text)


def window(results: Sequence[ResultTables]) -> str:
    """The dates a chart spans: `from 20 May 2025 to 20 May 2026`."""
    first = min(dates(result)[0] for result in results)
    last = max(dates(result)[-1] for result in results)
    return f"from {day(first)} to {day(last)}"
