"""Measures of `summary.csv` beside each other: as a table, and as groups of bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import readable, short
from sim.report.bar_chart import NAMED, Entry, Group
from sim.report.daily_values import columns, labels
from sim.report.theme import colour


def measures_table(name: str, results: Sequence[ResultTables], named: Mapping[str, str]) -> Table:
    """One row a measure and result that has a value: its words, unit, mean and interval as in `summary.csv`.

    `named` are the words of each measure. Measures that are 0 everywhere are left out, if not all are.
    """
    there = [measure for measure in named if any(one.has(measure) and one.mean(measure) for one in results)]
    rows = [
        {"scenario": label, "measure": measure, "meaning": named[measure], **_numbers(result, measure)}
        for measure in there or named
        for label, result in zip(labels(results), results, strict=True)
        if result.has(measure)
    ]
    return Table(name, columns(rows, ("scenario", "measure", "meaning", "unit", "mean", "low", "high")))


def among(data: Table, results: Sequence[ResultTables], per: float = 1.0) -> list[Group]:
    """Groups of bars of such a table, a group a measure; numbers of the bars are ÷ `per`."""
    order = {label: i for i, label in enumerate(labels(results))}
    groups: dict[str, list[Entry]] = {}
    for row in data.rows():
        text = readable(round(row["mean"]) if abs(row["mean"]) >= 1 else row["mean"], row["unit"])
        text = f"{short(row['scenario'], NAMED)}: {text}" if len(results) > 1 else text
        low, high = (None if row[end] is None else row[end] / per for end in ("low", "high"))
        entry = Entry(text, row["mean"] / per, low, high, colour(order[row["scenario"]]))
        groups.setdefault(row["meaning"], []).append(entry)
    return [Group(meaning, entries) for meaning, entries in groups.items()]


def _numbers(result: ResultTables, measure: str) -> dict[str, object]:
    row = result.summary(measure)
    has_interval = row["ci_low"] is not None and row["ci_low"] < row["ci_high"]
    low, high = (row["ci_low"], row["ci_high"]) if has_interval else (None, None)
    return {"unit": row["unit"], "mean": row["mean"], "low": low, "high": high}
