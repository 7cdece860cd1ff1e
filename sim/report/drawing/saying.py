"""What a figure says in words: numbers with their units and intervals, one sentence a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sim.analysis.results import ResultTables
from sim.report.drawing.series import dates, labels, said

COVERS_MEAN: Final = "95 % intervals of the mean over replications. They cover simulation noise only."
OWN_SCALE: Final = "Each panel has a scale of its own."
_UNITS: Final = {"h": "hours", "d": "days", "people/d": "people a day"}


def number(value: float, unit: str = "") -> str:
    """A number to be read: three figures below 100, whole and thousands apart above; large dollars in words."""
    if unit == "USD":
        return _dollars(value)
    # Rounding may lift a number over the border: 99.96 is 100.
    small = f"{value:.3g}"
    shown = small if 1e-4 <= abs(float(small)) < 100 else f"{value:,.0f}"
    return "0" if shown == "-0" else shown.replace("-", "−")


def measured(result: ResultTables, measure: str, words: str | None = None) -> str:
    """A measure's mean with its unit (or `words`), and its interval: `4.1 hours (95 %: 3.77 to 4.44)`."""
    row = result.summary(measure)
    unit = row["unit"]
    after = words if words is not None else "" if unit == "USD" else _UNITS.get(unit, unit)
    shown = f"{number(row['mean'], unit)} {after}".rstrip()
    if row["ci_low"] is None or row["ci_low"] == row["ci_high"]:
        return shown
    return f"{shown} (95 %: {number(row['ci_low'], unit)} to {number(row['ci_high'], unit)})"


def has(result: ResultTables, measure: str) -> bool:
    """Whether the result has this measure, and a value for it."""
    try:
        return result.summary(measure)["mean"] is not None
    except KeyError:
        return False


def each(results: Sequence[ResultTables], say: Callable[[ResultTables], str]) -> str:
    """What is said of each result, its name before it where there are several; nothing where nothing is said."""
    found = [(label, say(result)) for label, result in zip(labels(results), results, strict=True)]
    if len(results) == 1:
        return found[0][1]
    return " ".join(f"{label}: {text}" for label, text in found if text)


def window(results: Sequence[ResultTables]) -> str:
    """The dates a chart spans: `from 20 May 2025 to 20 May 2026`."""
    first = min(dates(result)[0] for result in results)
    last = max(dates(result)[-1] for result in results)
    return f"from {said(first)} to {said(last)}"


def _dollars(value: float) -> str:
    sign, size = "−" if value < 0 else "", abs(value)
    for power, word in ((1e9, "billion"), (1e6, "million")):
        if size >= power:
            figures = f"{size / power:#.3g}".rstrip(".") if size < 1000 * power else f"{size / power:,.0f}"
            return f"{sign}${figures} {word}"
    return f"{sign}${size:,.0f}" if size >= 100 or size == int(size) else f"{sign}${size:,.2f}"
