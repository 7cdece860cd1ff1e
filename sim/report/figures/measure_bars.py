"""Measures of `summary.csv` as bars: what kept arrests below the goal, and dollars by account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import capital, readable
from sim.report.bar_chart import Axis, Bar, bars_chart, of_scenarios
from sim.report.daily_values import columns
from sim.report.figure import Figure, Section
from sim.report.sentences import COVERS_MEAN, each, interval_of
from sim.vocabulary import ACCOUNTS, Cause

WORDS: Final = {
    "custody": "custody: beds",
    "transport": "transport: transfers and seats",
    "enforcement": "enforcement: arrests and intake",
    "courts": "courts: hearings",
    "atd": "alternatives to detention",
}
"""Accounts and what is charged to them."""
_CAUSES: Final = {f"arrest_shortfall_{cause.word}": cause for cause in Cause}


def draw_shortfall(results: Sequence[ResultTables]) -> Figure | None:
    """The shortfall by cause as bars; below 0 are arrests beyond the goal. None where no result has a goal."""
    data = _table("shortfall", results, {measure: cause.row.words for measure, cause in _CAUSES.items()})
    if not any(result.has("arrest_shortfall") for result in results) or not data["mean"].any():
        return None
    return Figure(
        key="shortfall",
        title="What kept arrests below the goal",
        says=each(results, _says_short),
        alternative=f"Bars of arrests not made, by cause. {each(results, _causes)}",
        chart=_chart(data, results, Axis("interior arrests not made in the window")),
        data=data,
        covers=COVERS_MEAN,
        section=Section.GOALS,
        files="summary.csv",
    )


def draw_accounts(results: Sequence[ResultTables]) -> Figure | None:
    """What use costs by account, in million dollars. None where nothing costs anything."""
    if not any(result.mean("cost_usd_total") > 0 for result in results):
        return None
    data = _table("accounts", results, {f"cost_usd_{account}": WORDS[account] for account in ACCOUNTS})
    return Figure(
        key="accounts",
        title="What it costs, by account",
        says=each(results, _says_spent),
        alternative=f"Bars of dollars by account. {each(results, _shares)}",
        chart=_chart(data, results, Axis("million dollars in the window", low=0.0), per=1e6),
        data=data,
        covers=COVERS_MEAN,
        section=Section.COST,
        files="summary.csv",
    )


def _table(name: str, results: Sequence[ResultTables], named: Mapping[str, str]) -> Table:
    """One row per measure and result that has a value: its words, unit, mean and interval as in `summary.csv`.

    `named` are the words of each measure. Measures that are 0 everywhere are left out, if not all are.
    """
    there = [measure for measure in named if any(one.has(measure) and one.mean(measure) for one in results)]
    rows = [
        {"scenario": result.name, "measure": measure, "meaning": named[measure], **_numbers(result.measures[measure])}
        for measure in there or named
        for result in results
        if result.has(measure)
    ]
    return Table(name, columns(rows, ("scenario", "measure", "meaning", "unit", "mean", "low", "high")))


def _numbers(row: Mapping[str, Any]) -> dict[str, object]:
    low, high = interval_of(row) or (None, None)
    return {"unit": row["unit"], "mean": row["mean"], "low": low, "high": high}


def _chart(data: Table, results: Sequence[ResultTables], axis: Axis, per: float = 1.0) -> altair.LayerChart:
    """The bars of such a table, those of a measure together; their numbers are ÷ `per`."""
    bars = []
    for row in data.rows():
        mean, low, high = (row[end] and row[end] / per for end in ("mean", "low", "high"))
        bars.append(Bar(row["meaning"], _text(row), mean, low, high, row["scenario"]))
    return bars_chart(of_scenarios(bars, [result.name for result in results], len(results) > 1), axis)


def _text(row: Mapping[str, Any]) -> str:
    return readable(round(row["mean"]) if abs(row["mean"]) >= 1 else row["mean"], row["unit"])


def _says_short(result: ResultTables) -> str:
    if not result.has("arrest_shortfall"):
        return ""
    short = result.mean("arrest_shortfall")
    if short <= 0:
        return f"{readable(round(-short))} interior arrests more than asked for."
    most = max(_CAUSES, key=result.mean)
    cause = _CAUSES[most].row
    why = cause.words if cause.counted else "of day-to-day chance"
    return (
        f"{readable(round(short))} interior arrests fewer than asked for; "
        f"most ({readable(round(result.mean(most)))}) because {why}."
    )


def _causes(result: ResultTables) -> str:
    if not result.has("arrest_shortfall"):
        return ""
    parts = (f"{cause.row.words} {readable(round(result.mean(measure)))}" for measure, cause in _CAUSES.items())
    return f"{'; '.join(parts)}."


def _spent(result: ResultTables) -> dict[str, float]:
    """Dollars by account in a word, those that cost nothing left out."""
    dollars = {WORDS[account].split(":")[0]: result.mean(f"cost_usd_{account}") for account in ACCOUNTS}
    return {word: usd for word, usd in dollars.items() if usd}


def _says_spent(result: ResultTables) -> str:
    parts = [f"{word} {readable(usd, 'USD')}" for word, usd in _spent(result).items()]
    return f"{capital(', '.join(parts))}." if parts else ""


def _shares(result: ResultTables) -> str:
    total = result.mean("cost_usd_total")
    parts = [f"{word} {100 * usd / total:.0f} %" for word, usd in _spent(result).items()] if total else []
    return f"Of all dollars: {', '.join(parts)}." if parts else ""
