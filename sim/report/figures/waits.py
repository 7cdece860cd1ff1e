"""Waiting times, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import readable
from sim.report import daily_values
from sim.report.bar_chart import Axis, Bar, bars_chart, grouped
from sim.report.figure import Figure, Section
from sim.report.measure_bars import interval_of
from sim.report.sentences import COVERS_MEAN, each

WAITS: Final = {
    "intake_wait_hours_mean": "for a processing desk",
    "bed_wait_hours_mean": "for a bed",
    "hearing_wait_days_mean": "for a hearing",
    "seat_wait_days_mean": "for a seat on the way out",
    "clearance_wait_hours_mean": "for a clearance reviewer",
}
"""Measures of mean waits, in pathway order."""
_HOURS: Final = {"h": 1.0, "d": 24.0}


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """The mean wait on each line in hours, with the 95th percentile in words where it is known.

    Waits of nobody, and those that are 0 everywhere, are left out. None where there is none.
    """
    there = [measure for measure in WAITS if any(_some(result, measure) for result in results)]
    rows = [_row(result, measure) for measure in there for result in results if result.has(measure)]
    if not rows:
        return None
    bars = grouped(map(_bar, rows), [result.name for result in results], len(results) > 1)
    return Figure(
        key="waits",
        title="How long people wait",
        says=each(results, _says),
        alternative=f"Bars of the mean wait on each line. {each(results, _late)}",
        chart=bars_chart(bars, Axis("mean wait, hours", low=0.0)),
        data=Table("waits", daily_values.columns(rows), dict.fromkeys(("mean", "low", "high", "p95"), "h")),
        covers=COVERS_MEAN,
        section=Section.CUSTODY,
        files="summary.csv",
    )


def _row(result: ResultTables, measure: str) -> dict[str, Any]:
    row, late = result.summary(measure), measure.replace("_mean", "_p95")
    hours = _HOURS[row["unit"]]
    low, high = (None if end is None else end * hours for end in interval_of(row))
    names = {"scenario": result.name, "measure": measure, "wait": WAITS[measure], "unit": "h"}
    p95 = result.mean(late) if result.has(late) else None
    return names | {"mean": row["mean"] * hours, "low": low, "high": high, "p95": p95}


def _bar(row: Mapping[str, Any]) -> Bar:
    late = f" (95 % under {readable(row['p95'])})" if row["p95"] else ""
    return Bar(
        row["wait"], row["scenario"], f"{readable(row['mean'])} hours{late}", row["mean"], row["low"], row["high"]
    )


def _says(result: ResultTables) -> str:
    parts = [f"{_long(result, measure)} {words}" for measure, words in WAITS.items() if _some(result, measure)]
    return f"On average people wait {', '.join(parts)}." if parts else ""


def _some(result: ResultTables, measure: str) -> bool:
    return result.has(measure) and result.mean(measure) > 0


def _long(result: ResultTables, measure: str) -> str:
    row = result.summary(measure)
    return f"{readable(row['mean'])} {'hours' if row['unit'] == 'h' else 'days'}"


def _late(result: ResultTables) -> str:
    """The 95th percentiles, where they are known."""
    late = {measure.replace("_mean", "_p95"): words for measure, words in WAITS.items() if _some(result, measure)}
    parts = [f"{readable(result.mean(one))} hours {words}" for one, words in late.items() if result.has(one)]
    return f"Of a hundred waits five are longer than {', '.join(parts)}." if parts else ""
