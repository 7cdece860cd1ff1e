"""What differs from the baseline: differences of the headline measures, in percent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.analysis.comparison import Comparison, Row, under
from sim.files.table import Table
from sim.formats import capital, readable
from sim.report import daily_values
from sim.report.bar_chart import Axis, Bar, bar_figure, of_scenarios
from sim.report.figure import Figure, Section
from sim.report.sentences import informative
from sim.vocabulary import MEASURES

WORDS: Final = {
    "arrests_interior": "interior arrests",
    "held_mean": "people held, on average",
    "held_end": "people held, at the end",
    "hold_room_mean": "people in hold rooms, on average",
    "hold_room_stays_over_limit": "stays in hold rooms over the limit",
    "bed_wait_hours_all_mean": "wait for a bed, of everybody",
    "docket_pending_end": "people with a case before a docket, at the end",
    "removals": "people removed",
    "releases": "people released",
    "releases_no_bed": "people released for lack of a bed",
    "over_contract_nights": "nights in beds beyond the contract",
    "beds_empty_guaranteed_nights": "guaranteed nights paid for and not used",
    "cost_usd_total": "cost of use, without new capacity",
    "cost_usd_per_removal": "cost of use per removal",
}
"""The headline measures, in the order of the pathway."""
_FIRST: Final = ("arrests_interior", "held_end", "removals")
FURTHEST: Final = 150.0
"""Percent of the baseline beyond which a difference is an arrow."""
_PAIRED: Final = "Replications are paired by number: person k is the same person in both."
_UNPAIRED: Final = "Where seeds, starts or replications differ the two sets are taken as independent."
_UNITS: Final = {"h": " h", "d": " d"}


def draw(comparison: Comparison) -> Figure | None:
    """Draw each headline measure of the others less that of the baseline, in % of it.

    Measures that are 0 in the baseline, that are the same everywhere, or that add up over windows of different
    length are left out. None where none is left.
    """
    rows = [row for measure in WORDS for row in _rows(comparison, measure)]
    if not rows:
        return None
    base = comparison.baseline
    scenarios = list(dict.fromkeys([base, *(row.scenario for row in comparison.rows)]))
    found = [(row, end) for row in rows for end in (row.difference.low, row.difference.high, row.difference.difference)]
    ends = [_percent(row, end) for row, end in found if end]
    low, high = max(min([*ends, -10.0]) * 1.05, -FURTHEST), min(max([*ends, 10.0]) * 1.05, FURTHEST)
    named = base if len(base) <= 20 else "the first"
    paired = all(row.difference.paired for row in rows)
    return bar_figure(
        "difference",
        f"What differs from {base}",
        _says(rows),
        f"Points of differences in % of {base}, with intervals.",
        of_scenarios(map(_bar, rows), scenarios, len(scenarios) > 2),
        Axis(f"difference, % of {named}", bars=False, low=low, high=high, format="+,.2~f"),
        Table("difference", daily_values.columns([_cells(row) for row in rows])),
        covers=f"95 % intervals of the difference: {comparison.covers}. {_PAIRED if paired else _UNPAIRED}",
        section=Section.DIFFERENCES,
        files="replications.csv",
    )


def _rows(comparison: Comparison, measure: str) -> list[Row]:
    is_sum = measure in MEASURES and MEASURES[measure].adds_up
    rows = [
        row
        for row in comparison.rows
        if row.measure == measure
        and row.difference.baseline_mean
        and not (is_sum and comparison.warning and row.difference.low is None)
    ]
    return rows if any(row.difference.difference for row in rows) else []


def _percent(row: Row, value: float) -> float:
    return 100 * value / row.difference.baseline_mean


def _cells(row: Row) -> dict[str, object]:
    d = row.difference
    return {
        "scenario": row.scenario,
        "baseline": row.baseline,
        "measure": row.measure,
        "unit": row.unit,
        "baseline_mean": d.baseline_mean,
        "mean": d.mean,
        "difference": d.difference,
        "low": d.low,
        "high": d.high,
        "percent": _percent(row, d.difference),
    }


def _bar(row: Row) -> Bar:
    """A point with its text: `361,918 → 402,914: +11.3 %`."""
    d, unit = row.difference, _UNITS.get(row.unit, "")
    before, after = (f"{readable(value, row.unit)}{unit}" for value in (d.baseline_mean, d.mean))
    text = f"{before} → {after}: {_signed(row)} %"
    ends = informative(d.low, d.high)
    low, high = (_percent(row, ends[0]), _percent(row, ends[1])) if ends else (None, None)
    return Bar(WORDS[row.measure], text, _percent(row, d.difference), low, high, row.scenario)


def _signed(row: Row) -> str:
    value = _percent(row, row.difference.difference)
    text = f"{value:+,.0f}" if abs(value) >= 10 else f"{value:+.2g}"
    return text.replace("-", "−")


def _says(rows: Sequence[Row]) -> str:
    """Return what the scenarios do to arrests, people held and removals, in words."""
    sentences = []
    for scenario in dict.fromkeys(row.scenario for row in rows):
        own = {row.measure: row for row in rows if row.scenario == scenario}
        chosen = [own[measure] for measure in _FIRST if measure in own] or list(own.values())[:4]
        phrases = (
            f"{WORDS[row.measure]} {_signed(row)}\u00a0%"
            + ("" if row.holds or row.difference.low is None else ", not shown beyond chance")
            for row in chosen
        )
        sentences.append(f"{capital(under(scenario))}: {', '.join(phrases)}.")
    return " ".join(sentences)
