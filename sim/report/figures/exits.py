"""How people leave custody, by reason and month."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, Final

import altair
import numpy as np

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import count
from sim.report import daily_values
from sim.report.figure import Figure, Section
from sim.report.line_chart import Panel, lines_chart, result_lines
from sim.report.sentences import OWN_SCALE, each, window
from sim.vocabulary import RELEASE_REASONS, Exit

REASONS: Final = {reason.word: reason.row.words for reason in Exit}


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """People who leave a day, by month and reason, each reason on a scale of its own.

    Reasons nobody leaves for are left out. None where nobody leaves.
    """
    seen = {reason for result in results for reason in np.unique(result["exits"]["exit"])}
    there = [reason for reason in REASONS if reason in seen]
    if not there:
        return None
    data = daily_values.collect("exits", results, lambda result: (_line(result, reason) for reason in there))
    return Figure(
        key="exits",
        title="How people leave custody",
        says=f"{each(results, _says)} {OWN_SCALE}",
        alternative=f"A panel for each reason, each with a scale of its own, {window(results)}. "
        + _totals(data, results, there),
        chart=_chart(results, data, there),
        data=data,
        covers=daily_values.covers(results),
        section=Section.EXITS,
        files="exits.csv",
    )


def by_month(result: ResultTables, reason: str) -> tuple[daily_values.Dates, daily_values.Floats, daily_values.Floats]:
    """The middle of each month within the window, its days in it, and people who left, (replications, months)."""
    when = daily_values.dates(result)[1:]
    months, first, days = np.unique(when.astype("datetime64[M]"), return_index=True, return_counts=True)
    rows = result["exits"].where(exit=reason)
    numbers = np.unique(result["daily"]["replication"])
    people = np.zeros((len(numbers), len(months)))
    at = np.searchsorted(months.astype(str), rows["month"].astype(str))
    np.add.at(people, (np.searchsorted(numbers, rows["replication"]), at), rows["people"])
    return when[first + days // 2], days.astype(np.float64), people


def _line(result: ResultTables, reason: str) -> dict[str, Any]:
    middle, days, people = by_month(result, reason)
    per_day = daily_values.line(result, reason, people / days, "people/d", when=middle)
    return per_day | {"days": days, "people": people.mean(axis=0)}


def _chart(results: Sequence[ResultTables], data: Table, there: Sequence[str]) -> altair.LayerChart:
    height = max(56, 34 * len(results))
    panels = [
        Panel(REASONS[reason], result_lines(data, results, reason, kind="dots"), height, ticks=2) for reason in there
    ]
    return lines_chart(panels, daily_values.days(results), "people per day, by month")


def _says(result: ResultTables) -> str:
    removals, releases = (count(result.mean(measure)) for measure in ("removals", "releases"))
    reasons = {reason: result.mean(f"releases_{reason}") for reason in RELEASE_REASONS}
    most = sorted((reason for reason in reasons if reasons[reason] > 0), key=lambda reason: -reasons[reason])[:3]
    parts = ", ".join(f"{count(reasons[reason])} {REASONS[reason]}" for reason in most)
    return f"{removals} people removed, {releases} released{f', most of them: {parts}' if parts else ''}."


def _totals(data: Table, results: Sequence[ResultTables], there: Sequence[str]) -> str:
    labels = [result.name for result in results]
    totals = {key: data.where(scenario=key[0], series=key[1])["people"].sum() for key in product(labels, there)}
    said = {label: ", ".join(f"{count(totals[label, one])} {REASONS[one]}" for one in there) for label in labels}
    return " ".join(f"{label}: {text}." if len(labels) > 1 else f"{text}." for label, text in said.items())
