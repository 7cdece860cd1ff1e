"""People on each line at the end of the day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import altair

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import count, readable
from sim.report import daily_values, theme
from sim.report.figure import Figure, Section
from sim.report.line_chart import Line, Panel, lines_chart
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
    data = _data(results, there)
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


def _data(results: Sequence[ResultTables], there: Sequence[str]) -> Table:
    parts = [
        daily_values.line(result.name, queue, daily_values.dates(result), daily_values.daily(result, queue))
        for queue in there
        for result in results
    ]
    return daily_values.table("queues", parts)


def _chart(results: Sequence[ResultTables], data: Table, there: Sequence[str]) -> altair.LayerChart:
    labels = [result.name for result in results]
    panels = []
    for queue in there:
        rows = [daily_values.drawn(data, label, queue) for label in labels]
        names = labels if len(results) > 1 else [""]
        lines = [Line(name, rows[i], theme.colour(i), theme.dash(i), 1.8) for i, name in enumerate(names)]
        panels.append(Panel(QUEUES[queue], lines, max(70, 34 * len(results)), ticks=2))
    return lines_chart(panels, daily_values.days(results), "people at the end of the day")


def _says(result: ResultTables, there: Sequence[str]) -> str:
    ends = {queue: daily_values.daily(result, queue)[:, -1].mean() for queue in there}
    return "On the lines at the end: " + ", ".join(f"{count(ends[queue])} {QUEUES[queue]}" for queue in there) + "."


def _course(result: ResultTables, there: Sequence[str]) -> str:
    """Each line's people at the start, at most, and at the end, as means over replications."""
    means = {queue: daily_values.daily(result, queue).mean(axis=0) for queue in there}
    ends = {queue: tuple(map(readable, map(round, (mean[0], mean[-1], mean.max())))) for queue, mean in means.items()}
    parts = (f"{QUEUES[queue]} {first} and {last} (most {most})" for queue, (first, last, most) in ends.items())
    return f"People at the start and at the end: {', '.join(parts)}."
