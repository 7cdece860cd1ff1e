"""Arrests asked for and made, by day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import altair
import numpy as np

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.report.drawing import look, series
from sim.report.drawing.lines import Line, Panel, lines_chart
from sim.report.drawing.saying import each, has, measured, number, window
from sim.report.figure import Figure

MEAN: Final = "mean of 28 days"
WEEK: Final = 7
"""The mean of the last days is drawn from the first whole week on."""


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """The goal, and interior arrests a day as their mean of the last 28 days; of one result the days too.

    None where no result has a goal.
    """
    if not any(has(result, "arrest_goal") for result in results):
        return None
    data = _data(results)
    return Figure(
        key="goal",
        title="Arrests asked for and arrests made",
        says=each(results, _says),
        alternative=f"Lines of interior arrests a day against the goal, {window(results)}. {each(results, _ends)}",
        chart=_chart(results, data),
        data=data,
        covers=series.covers(results),
    )


def _data(results: Sequence[ResultTables]) -> Table:
    parts = []
    for label, result in zip(series.labels(results), results, strict=True):
        when, arrests = series.dates(result)[1:], series.daily(result, "arrests_interior")[:, 1:]
        goal, week = series.daily(result, "arrest_goal")[:1, 1:], min(WEEK, len(when)) - 1
        parts += [
            series.line(label, "goal", when, goal, steps=True),
            series.line(label, "a day", when, arrests),
            series.line(label, MEAN, when[week:], series.running(arrests)[:, week:]),
        ]
    return series.table("goal", parts, {"mean": "people/d", "low": "people/d", "high": "people/d"})


def _chart(results: Sequence[ResultTables], data: Table) -> altair.LayerChart:
    lines, alone = list[Line](), len(results) == 1
    for i, label in enumerate(series.labels(results)):
        if alone:
            lines.append(Line("each day", series.drawn(data, label, "a day", bands=False), look.BLUE, kind="points"))
        means = series.drawn(data, label, MEAN)
        lines.append(Line("28-day mean" if alone else label, means, look.colour(i), look.dash(i)))
    panel = Panel("", [*lines, *_goals(results, data)], 260)
    return lines_chart([panel], series.days(results), "interior arrests a day")


def _goals(results: Sequence[ResultTables], data: Table) -> list[Line]:
    """One line for each goal that differs from the others."""
    plans = series.differing([series.drawn(data, label, "goal") for label in series.labels(results)])
    names = ["goal" if len(plans) == 1 else f"goal {number(rows[-1]['mean'])}" for rows in plans]
    names = ["" if name in names[:i] else name for i, name in enumerate(names)]
    return [Line(name, rows, look.GREY, (8, 4), 1.8, "step") for name, rows in zip(names, plans, strict=True)]


def _says(result: ResultTables) -> str:
    made = measured(result, "arrests_interior", "interior arrests")
    if not has(result, "arrest_goal"):
        return f"{made}, without a goal."
    goal = result.mean("arrest_goal")
    share = number(100 * result.mean("arrests_interior") / goal) if goal else "0"
    since = result.summary("goal_missed_from")["mean"]
    missed = f"; below the goal from {series.said(np.datetime64(since))} to the end" if since else ""
    return f"{made} of {number(goal)} asked for, {share}\u00a0%{missed}."


def _ends(result: ResultTables) -> str:
    """The first and the last 28 days."""
    mean = series.running(series.daily(result, "arrests_interior")[:, 1:]).mean(axis=0)
    first, last = mean[min(series.WINDOW, len(mean)) - 1], mean[-1]
    return f"Arrests go from {number(round(first))} a day in the first 28 days to {number(round(last))} in the last 28."
