"""Waiting times, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim import formats
from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import readable
from sim.report import daily_values
from sim.report.bar_chart import NAMED, Axis, Entry, Group, bars_chart
from sim.report.figure import Figure
from sim.report.sentences import COVERS_MEAN, each
from sim.report.theme import colour

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
    rows = [row for measure in WAITS for row in _rows(results, measure)]
    if not rows:
        return None
    data = Table("waits", daily_values.columns(rows), dict.fromkeys(("mean", "low", "high", "p95"), "h"))
    return Figure(
        key="waits",
        title="How long people wait",
        says=each(results, _says),
        alternative=f"Bars of the mean wait on each line. {each(results, _late)}",
        chart=bars_chart(_groups(rows, results), Axis("mean wait, hours", low=0.0)),
        data=data,
        covers=COVERS_MEAN,
    )


def _rows(results: Sequence[ResultTables], measure: str) -> list[dict[str, object]]:
    there = [result for result in results if result.has(measure)]
    if not any(result.mean(measure) for result in there):
        return []
    labels = daily_values.labels(results)
    return [
        {"scenario": label, "measure": measure, "wait": WAITS[measure], "unit": "h", **_hours(result, measure)}
        for label, result in zip(labels, results, strict=True)
        if result.has(measure)
    ]


def _hours(result: ResultTables, measure: str) -> dict[str, float | None]:
    row, late = result.summary(measure), measure.replace("_mean", "_p95")
    per = _HOURS[row["unit"]]
    wide = row["ci_low"] is not None and row["ci_low"] < row["ci_high"]
    low, high = (row["ci_low"] * per, row["ci_high"] * per) if wide else (None, None)
    return {
        "mean": row["mean"] * per,
        "low": low,
        "high": high,
        "p95": result.mean(late) if result.has(late) else None,
    }


def _groups(rows: Sequence[dict[str, object]], results: Sequence[ResultTables]) -> list[Group]:
    labels = daily_values.labels(results)
    groups: dict[str, list[Entry]] = {}
    for row in rows:
        mean, label = float(str(row["mean"])), str(row["scenario"])
        text = f"{readable(mean)} hours" + (f" (95 % under {readable(float(str(row['p95'])))})" if row["p95"] else "")
        text = text if len(results) == 1 else f"{formats.short(label, NAMED)}: {text}"
        low, high = (None if row[end] is None else float(str(row[end])) for end in ("low", "high"))
        groups.setdefault(str(row["wait"]), []).append(Entry(text, mean, low, high, colour(labels.index(label))))
    return [Group(wait, entries) for wait, entries in groups.items()]


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
