"""Measures of `summary.csv` beside each other: as a table, and as groups of bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import readable
from sim.report.bar_chart import Bar, Group, grouped
from sim.report.daily_values import columns
from sim.report.sentences import interval_of


def measures_table(name: str, results: Sequence[ResultTables], named: Mapping[str, str]) -> Table:
    """One row per measure and result that has a value: its words, unit, mean and interval as in `summary.csv`.

    `named` are the words of each measure. Measures that are 0 everywhere are left out, if not all are.
    """
    there = [measure for measure in named if any(one.has(measure) and one.mean(measure) for one in results)]
    rows = [
        {"scenario": result.name, "measure": measure, "meaning": named[measure], **_numbers(result, measure)}
        for measure in there or named
        for result in results
        if result.has(measure)
    ]
    return Table(name, columns(rows, ("scenario", "measure", "meaning", "unit", "mean", "low", "high")))


def among(data: Table, results: Sequence[ResultTables], per: float = 1.0) -> list[Group]:
    """Return groups of bars of such a table, a group per measure; numbers of the bars are ÷ `per`."""
    bars = (
        Bar(row["meaning"], row["scenario"], _text(row), *(_over(row[end], per) for end in ("mean", "low", "high")))
        for row in data.rows()
    )
    return grouped(bars, [result.name for result in results], len(results) > 1)


def _text(row: Mapping[str, Any]) -> str:
    return readable(round(row["mean"]) if abs(row["mean"]) >= 1 else row["mean"], row["unit"])


def _over(value: float | None, per: float) -> Any:
    return None if value is None else value / per


def _numbers(result: ResultTables, measure: str) -> dict[str, object]:
    row = result.measures[measure]
    low, high = interval_of(row) or (None, None)
    return {"unit": row["unit"], "mean": row["mean"], "low": low, "high": high}
