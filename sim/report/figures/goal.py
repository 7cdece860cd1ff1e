"""Arrests asked for and made, by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import altair
import numpy as np

from sim import formats
from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import readable
from sim.report import daily_values, theme
from sim.report.figure import Figure, Section
from sim.report.line_chart import Line, Panel, lines_chart, result_lines
from sim.report.sentences import each, measured, window

MEAN: Final = "mean of 28 days"
WEEK: Final = 7
"""The mean of the last days is drawn from the first whole week on."""


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """The goal, and interior arrests a day as their mean of the last 28 days; of one result the days too.

    None where no result has a goal.
    """
    if not any(result.has("arrest_goal") for result in results):
        return None
    data = daily_values.collect("goal", results, _lines, dict.fromkeys(("mean", "low", "high"), "people/d"))
    return Figure(
        key="goal",
        title="Arrests asked for and arrests made",
        says=each(results, _says),
        alternative=f"Lines of interior arrests a day against the goal, {window(results)}. {each(results, _ends)}",
        chart=_chart(results, data),
        data=data,
        covers=daily_values.covers(results),
        section=Section.GOALS,
        files="daily.csv",
    )


def _lines(result: ResultTables) -> Iterator[dict[str, Any]]:
    arrests = daily_values.daily(result, "arrests_interior")[:, 1:]
    week = min(WEEK, arrests.shape[1]) - 1
    yield daily_values.line(result, "goal", daily_values.daily(result, "arrest_goal")[:1, 1:], steps=True)
    yield daily_values.line(result, "a day", arrests)
    yield daily_values.line(result, MEAN, daily_values.running(arrests)[:, week:])


def _chart(results: Sequence[ResultTables], data: Table) -> altair.LayerChart:
    lines = [*result_lines(data, results, MEAN, "28-day mean"), *_goals(results, data)]
    if len(results) == 1:
        rows = daily_values.drawn(data, results[0].name, "a day", bands=False)
        lines.insert(0, Line("each day", rows, theme.BLUE, kind="points"))
    return lines_chart([Panel("", lines, 260)], daily_values.days(results), "interior arrests per day")


def _goals(results: Sequence[ResultTables], data: Table) -> list[Line]:
    """One line for each goal that differs from the others."""
    plans = daily_values.differing([daily_values.drawn(data, one.name, "goal") for one in results])
    names = ["goal" if len(plans) == 1 else f"goal {readable(rows[-1]['mean'])}" for rows in plans]
    names = ["" if name in names[:i] else name for i, name in enumerate(names)]
    return [Line(name, rows, theme.GREY, (8, 4), 1.8, "step") for name, rows in zip(names, plans, strict=True)]


def _says(result: ResultTables) -> str:
    made = measured(result, "arrests_interior", "interior arrests")
    if not result.has("arrest_goal"):
        return f"{made}, without a goal."
    goal = result.mean("arrest_goal")
    share = readable(100 * result.mean("arrests_interior") / goal) if goal else "0"
    since = result.measures["goal_missed_from"]["mean"]
    missed = f"; below the goal from {formats.day(np.datetime64(since))} to the end" if since else ""
    return f"{made} of {readable(goal)} asked for, {share}\u00a0%{missed}."


def _ends(result: ResultTables) -> str:
    """The first and the last 28 days."""
    mean = daily_values.running(daily_values.daily(result, "arrests_interior")[:, 1:]).mean(axis=0)
    first, last = mean[min(daily_values.WINDOW, len(mean)) - 1], mean[-1]
    return f"Arrests go from {readable(first)} a day in the first 28 days to {readable(last)} in the last 28."
