"""People on each line at the end of the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import altair

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import readable
from sim.report import daily_values
from sim.report.figure import Figure, Section
from sim.report.line_chart import Panel, lines_chart, result_lines
from sim.report.sentences import OWN_SCALE, each, window

QUEUES: Final = {
    "intake_queue": "for a processing desk",
    "bed_queue": "for a bed",
    "docket_pending": "with a case before a docket",
    "seat_queue": "for a seat on the way out",
    "clearance_queue": "for clearance of a release",
}
"""Columns of `daily.csv`, in pathway order."""


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """People on each line at the end of the day, each line on a scale of its own.

    Lines that nobody is ever on are left out. None where there is none.
    """
    there = [queue for queue in QUEUES if any((result["daily"][queue] > 0).any() for result in results)]
    if not there:
        return None

    def lines(result: ResultTables) -> Iterator[dict[str, Any]]:
        return (daily_values.line(result, one, daily_values.settled(daily_values.daily(result, one))) for one in there)

    data = daily_values.collect("queues", results, lines)
    return Figure(
        key="queues",
        title="People on each line",
        says=f"{each(results, lambda result: _says(result, there))} {OWN_SCALE}",
        alternative=f"A panel for each line, each with a scale of its own, {window(results)}. "
        + each(results, lambda result: _course(result, there)),
        chart=_chart(results, data, there),
        data=data,
        covers=daily_values.covers(results),
        section=Section.CUSTODY,
        files="daily.csv",
    )


def _chart(results: Sequence[ResultTables], data: Table, there: Sequence[str]) -> altair.LayerChart:
    height = max(70, 34 * len(results))
    panels = [Panel(QUEUES[queue], result_lines(data, results, queue, width=1.8), height, ticks=2) for queue in there]
    return lines_chart(panels, daily_values.days(results), "people at the end of the day, mean of seven days")


def _says(result: ResultTables, there: Sequence[str]) -> str:
    ends = {queue: daily_values.daily(result, queue)[:, -1].mean() for queue in there}
    return "On the lines at the end: " + ", ".join(f"{readable(ends[queue])} {QUEUES[queue]}" for queue in there) + "."


def _course(result: ResultTables, there: Sequence[str]) -> str:
    """Each line's people at the start, at most, and at the end, as means over replications."""
    means = {queue: daily_values.daily(result, queue).mean(axis=0) for queue in there}
    ends = {queue: tuple(map(readable, map(round, (mean[0], mean[-1], mean.max())))) for queue, mean in means.items()}
    parts = (f"{QUEUES[queue]} {first} and {last} (most {most})" for queue, (first, last, most) in ends.items())
    return f"People at the start and at the end: {', '.join(parts)}."
