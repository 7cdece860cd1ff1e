"""Figures of bars: the shortfall by cause, waits, dollars by account, and values beside those of theory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import capital, many, percent, readable
from sim.report.bar_chart import Axis, Bar, bar_figure, of_scenarios
from sim.report.daily_values import columns, daily
from sim.report.figure import Figure, Section
from sim.report.sentences import covers_mean, each, interval_of
from sim.theory.national_stock import NAME, TOLERANCE
from sim.theory.theory_check import FLUID, LITTLE, QUANTITIES
from sim.vocabulary import ACCOUNTS, Cause

Results = Sequence[ResultTables]
Row = dict[str, Any]
WORDS: Final = {
    "custody": "custody: beds",
    "transport": "transport: transfers and seats",
    "enforcement": "enforcement: arrests and intake",
    "courts": "courts: hearings",
    "atd": "alternatives to detention",
}
"""Accounts and what is charged to them."""
WAITS: Final = {
    "intake_wait_hours_all_mean": ("for a processing desk", "intake_queue"),
    "bed_wait_hours_all_mean": ("for a bed", "bed_queue"),
    "hearing_wait_days_all_mean": ("for a hearing", "docket_pending"),
    "seat_wait_days_all_mean": ("for a seat on the way out", "seat_queue"),
    "clearance_wait_hours_all_mean": ("for a clearance reviewer", "clearance_queue"),
}
"""Measures of mean waits of everybody, so that a line that grows does not look short, in pathway order: their words,
and the column of `daily.csv` with the people still on that line."""
FURTHEST: Final = 250.0
"""Percent of the theory at which the axis ends at the latest."""
_CAUSES: Final = {f"arrest_shortfall_{cause.word}": cause for cause in Cause}
_HOURS: Final = {"h": 1.0, "d": 24.0}
_WAITED: Final = "On average everybody, those still waiting included, waited {}."
_LATE: Final = "Of a hundred waits that ended five are longer than {}."
_WAIT_UNITS: Final = dict.fromkeys(("mean", "low", "high", "p95"), "h") | {"waiting_at_end": "people"}
_COVERS_THEORY: Final = "99.9 % intervals of the simulated value: simulation noise only."
_OF_THEORY: Final = ("scenario", "quantity", "unit", "simulated", "low", "high", "theory", "name", "agrees", "why")


def _named(bars: Iterable[Bar], results: Results) -> list[Bar]:
    """The bars in the colours of their results and, where there are several, with their names."""
    return of_scenarios(bars, [result.name for result in results], len(results) > 1)


def _rows(results: Results, named: Mapping[str, str], words: str = "meaning") -> list[Row]:
    """One row per measure and result that has a value, as in `summary.csv`: waits in hours.

    `named` are the words of each measure, which stand in the column `words`. Measures that are 0 everywhere are left
    out.
    """
    rows = []
    for measure, text in named.items():
        own = [(result.name, row) for result in results if (row := result.measures.get(measure))]
        for name, row in own if any(row["mean"] for _, row in own) else ():
            if row["mean"] is not None:
                per, (low, high) = _HOURS.get(row["unit"], 1.0), interval_of(row) or (None, None)
                numbers = {"mean": row["mean"] * per, "low": low and low * per, "high": high and high * per}
                unit = "h" if row["unit"] in _HOURS else row["unit"]
                rows.append({"scenario": name, "measure": measure, words: text, "unit": unit} | numbers)
    return rows


def _bar(row: Row, per: float = 1.0) -> Bar:
    """The bar of such a row, its numbers ÷ `per`."""
    mean, low, high = (row[end] and row[end] / per for end in ("mean", "low", "high"))
    text = readable(round(row["mean"]) if abs(row["mean"]) >= 1 else row["mean"], row["unit"])
    return Bar(row["meaning"], text, mean, low, high, row["scenario"])


# --- measures of summary.csv --------------------------------------------------------------------
def shortfall(results: Results) -> Figure | None:
    """The shortfall by cause; below 0 are arrests beyond the goal. None where no result has a goal."""
    rows = _rows(results, {measure: cause.row.words for measure, cause in _CAUSES.items()})
    if not rows or not any(result.has("arrest_shortfall") for result in results):
        return None
    return bar_figure(
        "shortfall",
        "What kept arrests below the goal",
        each(results, _says_short),
        "Bars of arrests not made, by cause.",
        _named(map(_bar, rows), results),
        Axis("interior arrests not made in the window"),
        Table("shortfall", columns(rows)),
        covers=covers_mean(results),
        section=Section.GOALS,
    )


def accounts(results: Results) -> Figure | None:
    """What use costs by account, in million dollars. None where nothing costs anything."""
    if not any(result.mean("cost_usd_total") > 0 for result in results):
        return None
    rows = _rows(results, {f"cost_usd_{account}": WORDS[account] for account in ACCOUNTS})
    return bar_figure(
        "accounts",
        "What it costs, by account",
        each(results, _says_spent),
        "Bars of dollars by account.",
        _named((_bar(row, 1e6) for row in rows), results),
        Axis("million dollars in the window", low=0.0),
        Table("accounts", columns(rows)),
        covers=covers_mean(results),
        section=Section.COST,
    )


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


def _says_spent(result: ResultTables) -> str:
    dollars = {WORDS[account].split(":")[0]: result.mean(f"cost_usd_{account}") for account in ACCOUNTS}
    total = sum(dollars.values())
    parts = [f"{word} {readable(usd, 'USD')} ({percent(usd, total)})" for word, usd in dollars.items() if usd]
    return f"{capital(', '.join(parts))}." if parts else ""


# --- waits --------------------------------------------------------------------------------------
def waits(results: Results) -> Figure | None:
    """The mean wait on each line in hours, with the 95th percentile in words where it is known.

    Waits of nobody, and those that are 0 everywhere, are left out. None where there is none.
    """
    rows, by_name = _rows(results, {measure: words for measure, (words, _) in WAITS.items()}, "wait"), {}
    for result in results:
        by_name[result.name] = own = [row for row in rows if row["scenario"] == result.name]
        for row in own:
            row["p95"] = result.measures.get(row["measure"].replace("_all_mean", "_p95"), {}).get("mean")
            row["waiting_at_end"] = float(daily(result, WAITS[row["measure"]][1])[:, -1].mean())
    if not rows:
        return None
    longest = {row["measure"]: row["mean"] for row in sorted(rows, key=lambda row: row["mean"])}

    def bar(row: Row) -> Bar:
        waiting = f"; {readable(round(row['waiting_at_end']))} still wait" if row["waiting_at_end"] >= 1 else ""
        text = f"{spelled(row['mean'], longest[row['measure']])}{waiting}"
        return Bar(row["wait"], text, row["mean"], row["low"], row["high"], row["scenario"])

    late = each(results, lambda result: _says_waits(by_name[result.name], "p95", _LATE))
    return bar_figure(
        "waits",
        "How long people wait",
        each(results, lambda result: _says_waits(by_name[result.name], "mean", _WAITED)),
        f"Bars of the mean wait on each line. {late}".rstrip(),
        _named(map(bar, rows), results),
        Axis("mean wait of everybody, hours", low=0.0),
        Table("waits", columns(rows), _WAIT_UNITS),
        covers=covers_mean(results),
        section=Section.CUSTODY,
    )


def _says_waits(rows: Sequence[Row], statistic: str, text: str) -> str:
    """A statistic of each wait of a result, where it is known, in a text; empty without any."""
    known = [row for row in rows if row["mean"] and row[statistic] is not None]
    return text.format(", ".join(f"{spelled(row[statistic])} {row['wait']}" for row in known)) if known else ""


def spelled(hours: float, longest: float | None = None) -> str:
    """Return a wait in minutes, hours or days, whichever reads best, also beside one of `longest` hours."""
    most = hours if longest is None else longest
    if most < 2:
        return f"{readable(round(hours * 60))} minutes"
    return f"{readable(hours)} hours" if most < 48 else f"{readable(hours / 24)} days"


# --- theory -------------------------------------------------------------------------------------
def theory(results: Results) -> Figure | None:
    """Each simulated value in % of the theory's, with its interval; an upper bound is marked as one.

    None where no theory applies.
    """
    rows = [row for result in results for row in _compared(result) if row["name"] != LITTLE]
    if not rows:
        return None
    bars = [_theory_bar(row) for row in rows]
    known = [end for bar in bars for end in bar.ends]
    low, high = min([90.0, *known]), min(max([110.0, *known]), FURTHEST)
    return bar_figure(
        "twin",
        "Beside theory",
        each(results, _says_theory),
        "Points of simulated values in % of the theory's.",
        _named(bars, results),
        Axis("simulated, % of theory", bars=False, zero=100.0, low=low, high=high),
        Table("twin", columns([{key: row[key] for key in _OF_THEORY} for row in rows])),
        covers=_COVERS_THEORY if any(row["low"] is not None for row in rows) else "",
        section=Section.THEORY,
        files="twin.csv",
    )


def _compared(result: ResultTables) -> list[dict[str, Any]]:
    """The rows of twin.csv in which something is compared."""
    rows = result["twin"].rows() if "twin" in result else []
    compared = (row for row in rows if row["applies"] == "true" and row["simulated"] is not None and row["theory"])
    return [row | {"scenario": result.name} for row in compared]


def _theory_bar(row: Mapping[str, Any]) -> Bar:
    value, low, high = (row[key] and 100 * row[key] / row["theory"] for key in ("simulated", "low", "high"))
    most = "at most " if row["name"] == FLUID else ""
    unjudged = ": lines are why" if row["name"] == NAME else ": not compared"
    verdict = {"true": "", "false": ": differs by more than chance"}.get(str(row["agrees"]), unjudged)
    text = f"{readable(row['simulated'])}; theory {most}{readable(row['theory'])}{verdict}"
    heading = f"{_words(row)}: {str(row['name']).removesuffix(' stock of the nation')}"
    return Bar(heading, text, value, low, high, row["scenario"])


def _words(row: Mapping[str, Any]) -> str:
    return QUANTITIES.get(row["quantity"], ("", str(row["quantity"])))[1]


def _says_theory(result: ResultTables) -> str:
    rows = _compared(result)
    if not rows:
        return ""
    wrong = [_words(row) for row in rows if row["agrees"] == "false"]
    if wrong:
        differing = f"{', '.join(wrong)}: simulated and theory differ by more than chance"
        return f"{differing}; do not trust the rest before it is known why."
    predicted = [row for row in rows if row["name"] != LITTLE]
    slack = f" and, for the nation's stock, a tolerance of {100 * TOLERANCE:.0f} %"
    loose = slack if any(row["name"] == NAME for row in rows) else ""
    agreeing = sum(row["agrees"] == "true" for row in predicted)
    said = [f"{agreeing} of {many(len(predicted), 'value')} that theory predicts agree within chance{loose}"]
    why = dict.fromkeys(str(row["why"]) for row in predicted if not row["agrees"])
    identities = len(rows) - len(predicted)  # these hold whatever the model is
    hold, they = ("identity of counting holds", "it") if identities == 1 else ("identities of counting hold", "they")
    must = f"{identities} {hold}, as {they} must: no agreement of model and theory"
    return f"{'. '.join([*(said if predicted else []), *why, *([must] if identities else [])])}."
