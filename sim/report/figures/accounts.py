"""Dollars by account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.analysis.results import ResultTables
from sim.formats import readable
from sim.report.bar_chart import Axis, bars_chart
from sim.report.figure import Figure, Section
from sim.report.measure_bars import among, measures_table
from sim.report.sentences import COVERS_MEAN, each
from sim.vocabulary import ACCOUNTS

WORDS: Final = {
    "custody": "custody: beds",
    "transport": "transport: transfers and seats",
    "enforcement": "enforcement: arrests and intake",
    "courts": "courts: hearings",
    "atd": "alternatives to detention",
}
"""Accounts and what is charged to them."""


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """What use costs by account, in million dollars. None where nothing costs anything."""
    if not any(result.mean("cost_usd_total") > 0 for result in results):
        return None
    data = measures_table("accounts", results, {f"cost_usd_{account}": WORDS[account] for account in ACCOUNTS})
    return Figure(
        key="accounts",
        title="What it costs, by account",
        says=each(results, _says),
        alternative=f"Bars of dollars by account. {each(results, _shares)}",
        chart=bars_chart(among(data, results, per=1e6), Axis("million dollars in the window", low=0.0)),
        data=data,
        covers=COVERS_MEAN,
        section=Section.COST,
        files="summary.csv",
    )


def _says(result: ResultTables) -> str:
    dollars = {account: result.mean(f"cost_usd_{account}") for account in ACCOUNTS}
    parts = (
        f"{WORDS[account].split(':')[0]} {readable(dollars[account], 'USD')}"
        for account in ACCOUNTS
        if dollars[account]
    )
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _shares(result: ResultTables) -> str:
    total = result.mean("cost_usd_total")
    shares = {account: 100 * result.mean(f"cost_usd_{account}") / total for account in ACCOUNTS} if total else {}
    parts = ", ".join(f"{WORDS[account].split(':')[0]} {share:.0f} %" for account, share in shares.items() if share)
    return f"Of all dollars: {parts}." if parts else ""
