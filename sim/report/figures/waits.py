"""Waiting times, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import readable
from sim.report import daily_values
from sim.report.bar_chart import Axis, Bar, bars_chart, of_scenarios
from sim.report.figure import Figure, Section
from sim.report.sentences import COVERS_MEAN, each, interval_of

WAITS: Final = {
    "intake_wait_hours_all_mean": "for a processing desk",
    "bed_wait_hours_all_mean": "for a bed",
    "hearing_wait_days_all_mean": "for a hearing",
    "seat_wait_days_all_mean": "for a seat on the way out",
    "clearance_wait_hours_all_mean": "for a clearance reviewer",
}
"""Measures of mean waits of everybody, so that a line that grows does not look short; in pathway order."""
LINES: Final = dict(
    zip(WAITS, ("intake_queue", "bed_queue", "docket_pending", "seat_queue", "clearance_queue"), strict=True)
)
"""Columns of `daily.csv` with the people still on that line."""
_HOURS: Final = {"h": 1.0, "d": 24.0}

UNITS: Final = dict.fromkeys(("mean", "low", "high", "p95"), "h") | {"waiting_at_end": "people"}
Measures = Mapping[str, Mapping[str, Any]]
"""Rows of summary.csv by measure."""


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """The mean wait on each line in hours, with the 95th percentile in words where it is known.

    Waits of nobody, and those that are 0 everywhere, are left out. None where there is none.
    """
    every = [row for result in results for row in _rows(result)]
    waited = {row["measure"] for row in every if row["mean"] > 0}
    rows = [row for measure in WAITS if measure in waited for row in every if row["measure"] == measure]
    if not rows:
        return None
    longest = {measure: max(row["mean"] for row in rows if row["measure"] == measure) for measure in waited}
    bars = of_scenarios(
        (_bar(row, longest[row["measure"]]) for row in rows), [result.name for result in results], len(results) > 1
    )
    return Figure(
        key="waits",
        title="How long people wait",
        says=each(results, _says),
        alternative=f"Bars of the mean wait on each line. {each(results, _longest)}",
        chart=bars_chart(bars, Axis("mean wait of everybody, hours", low=0.0)),
        data=Table("waits", daily_values.columns(rows), UNITS),
        covers=COVERS_MEAN,
        section=Section.CUSTODY,
        files="summary.csv",
    )


def _rows(result: ResultTables) -> Iterator[dict[str, Any]]:
    for measure, row in _known(result.measures).items():
        hours, late = _HOURS[row["unit"]], _late(result.measures, measure)
        low, high = (None if end is None else end * hours for end in interval_of(row) or (None, None))
        names = {"scenario": result.name, "measure": measure, "wait": WAITS[measure], "unit": "h"}
        waiting = float(daily_values.daily(result, LINES[measure])[:, -1].mean())
        yield names | {"mean": row["mean"] * hours, "low": low, "high": high, "p95": late, "waiting_at_end": waiting}


def _known(measures: Measures) -> Measures:
    """The rows of the waits that have a value."""
    found = {measure: measures.get(measure) for measure in WAITS}
    return {measure: row for measure, row in found.items() if row and row["mean"] is not None}


def _late(measures: Measures, measure: str) -> float | None:
    """The 95th percentile beside a mean wait, in hours; None if it is not known."""
    late: float | None = measures.get(measure.replace("_all_mean", "_p95"), {}).get("mean")
    return late


def _bar(row: Mapping[str, Any], longest: float) -> Bar:
    waiting = f"; {readable(round(row['waiting_at_end']))} still wait" if row["waiting_at_end"] >= 1 else ""
    text = f"{spelled(row['mean'], longest)}{waiting}"
    return Bar(row["wait"], text, row["mean"], row["low"], row["high"], row["scenario"])


def spelled(hours: float, longest: float | None = None) -> str:
    """Return a wait in minutes, hours or days, whichever reads best, also beside one of `longest` hours."""
    most = hours if longest is None else longest
    if most < 2:
        return f"{readable(round(hours * 60))} minutes"
    return f"{readable(hours)} hours" if most < 48 else f"{readable(hours / 24)} days"


def _says(result: ResultTables) -> str:
    parts = [
        f"{spelled(row['mean'] * _HOURS[row['unit']])} {WAITS[measure]}"
        for measure, row in _known(result.measures).items()
        if row["mean"] > 0
    ]
    return f"On average everybody, those still waiting included, waited {', '.join(parts)}." if parts else ""


def _longest(result: ResultTables) -> str:
    """The 95th percentiles, where they are known."""
    waits = [measure for measure, row in _known(result.measures).items() if row["mean"] > 0]
    late = {measure: _late(result.measures, measure) for measure in waits}
    parts = [f"{spelled(hours)} {WAITS[measure]}" for measure, hours in late.items() if hours is not None]
    return f"Of a hundred waits that ended five are longer than {', '.join(parts)}." if parts else ""
