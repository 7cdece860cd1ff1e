"""Dollars: what use costs, against what is funded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import altair

from sim import formats
from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import count, readable
from sim.report import daily_values
from sim.report.figure import Figure, Section
from sim.report.line_chart import Line, Panel, lines_chart, result_lines
from sim.report.sentences import each, measured, window

SINCE, A_DAY = "since the start", "a day, mean of 28 days"
_UNITS: Final = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"), (1.0, ""))


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """Cost a day and since the start; what is funded is said in words. None where nothing costs anything."""
    if not any(result.mean("cost_usd_total") > 0 for result in results):
        return None
    data = daily_values.collect("money", results, _lines)
    return Figure(
        key="money",
        title="What it costs",
        says=each(results, _says),
        alternative=f"Lines of the cost since the start and a day, {window(results)}. {each(results, _course)}",
        chart=_chart(results, data),
        data=data,
        covers=daily_values.covers(results),
        section=Section.COST,
        files="daily.csv",
    )


def _lines(result: ResultTables) -> Iterator[dict[str, Any]]:
    cost = daily_values.daily(result, "cost_usd")[:, 1:]
    yield daily_values.line(result, SINCE, daily_values.daily(result, "cost_usd_cumulative")[:, 1:], "USD")
    yield daily_values.line(result, A_DAY, daily_values.running(cost)[:, min(7, cost.shape[1]) - 1 :], "USD")


def _chart(results: Sequence[ResultTables], data: Table) -> altair.LayerChart:
    since, a_day = (result_lines(data, results, of, "cost") for of in (SINCE, A_DAY))
    return lines_chart([_panel(A_DAY, a_day, 180), _panel(SINCE, since, 140)], daily_values.days(results))


def _panel(of: str, lines: Sequence[Line], height: int) -> Panel:
    most = max(line.most for line in lines)
    per, word = next((unit for unit in _UNITS if most >= unit[0]), _UNITS[-1])
    return Panel(f"{word} dollars {of}".strip(), lines, height, ticks=4 if height > 150 else 2, per=per)


def _says(result: ResultTables) -> str:
    if not result.mean("cost_usd_total"):
        return "Nothing has a price."
    parts = [f"{measured(result, 'cost_usd_total')} in all"]
    if result.has("cost_usd_per_removal"):
        parts.append(f"{measured(result, 'cost_usd_per_removal')} a removal, all costs counted")
    if result.has("funds_usd_total"):
        parts.append(
            f"{measured(result, 'funds_usd_total')} funded for the window, all accounts and new capacity included"
        )
    if result.has("funds_exhausted_day"):
        day = result.mean("funds_exhausted_day")
        when = formats.day(daily_values.dates(result)[1] + round(day))
        parts.append(f"a limiting account is used up after {count(day)} days, about {when}")
    return "; ".join(parts) + "."


def _course(result: ResultTables) -> str:
    a_day = daily_values.running(daily_values.daily(result, "cost_usd")[:, 1:]).mean(axis=0)
    first, last = (readable(cost, "USD") for cost in (a_day[min(daily_values.WINDOW, len(a_day)) - 1], a_day[-1]))
    return f"A day costs {first} in the first 28 days and {last} in the last 28."
