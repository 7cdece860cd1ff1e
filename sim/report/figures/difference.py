"""What differs from the baseline: paired differences of the headline measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim import formats
from sim.analysis.intervals import Difference, paired, welch
from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import readable
from sim.report import daily_values
from sim.report.bar_chart import NAMED, Axis, Entry, Group, bars_chart
from sim.report.figure import Figure
from sim.report.theme import colour
from sim.vocabulary import MEASURES

WORDS: Final = {
    "arrests_interior": "interior arrests",
    "held_mean": "people held, on average",
    "hold_room_mean": "people in hold rooms, on average",
    "hold_room_stays_over_limit": "stays in hold rooms over the limit",
    "bed_wait_hours_mean": "wait for a bed",
    "hearing_wait_days_mean": "wait for a hearing",
    "removals": "people removed",
    "releases": "people released",
    "releases_no_bed": "people released for lack of a bed",
    "stay_days_mean": "stay, arrest to exit",
    "over_contract_nights": "nights in beds beyond the contract",
    "beds_empty_guaranteed_nights": "guaranteed nights paid for and not used",
    "cost_usd_total": "cost",
    "cost_usd_per_removal": "cost per removal",
}
"""The headline measures, in the order of the pathway."""
FURTHEST: Final = 150.0
"""Per cent of the baseline beyond which a difference is an arrow."""
COVERS: Final = "95 % intervals of the difference. They cover simulation noise only."
_UNITS: Final = {"h": " h", "d": " d"}


@dataclass(frozen=True)
class _Row:
    label: str
    colour: str
    measure: str
    unit: str
    found: Difference

    def percent(self, value: float) -> float:
        """A value in per cent of the baseline."""
        return 100 * value / self.found.baseline_mean


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """Each headline measure of the others less that of the first, in % of it. None for a single result.

    Measures that are 0 in the baseline, that are the same everywhere, or that add up over windows of different
    length are left out; so are results without them.
    """
    rows = [row for measure in WORDS for row in _rows(results, measure)]
    if not rows:
        return None
    base, data = daily_values.labels(results)[0], _data(rows, daily_values.labels(results)[0])
    return Figure(
        key="difference",
        title=f"What differs from {base}",
        says=_says(rows, results),
        alternative=f"Points of differences in % of {base}, with intervals. {_values(rows)}",
        chart=bars_chart(_groups(rows), _axis(rows, base)),
        data=data,
        covers=f"{COVERS} {_pairing(rows)}",
    )


def _rows(results: Sequence[ResultTables], measure: str) -> list[_Row]:
    base, labels = results[0], daily_values.labels(results)
    found = [(i, _difference(base, one, measure)) for i, one in enumerate(results) if i]
    unit = MEASURES[measure].unit
    rows = [_Row(labels[i], colour(i), measure, unit, one) for i, one in found if one and one.baseline_mean]
    return rows if any(row.found.difference for row in rows) else []


def _difference(base: ResultTables, other: ResultTables, measure: str) -> Difference | None:
    """None without a value on either side, or where the windows differ and the measure adds up over them."""
    lengths = {len(daily_values.dates(one)) for one in (base, other)}
    if MEASURES[measure].adds_up and len(lengths) > 1:
        return None
    if _are_paired(base, other):
        pairs = np.array([base.values(measure), other.values(measure)])
        a, b = pairs[:, ~np.isnan(pairs).any(axis=0)].tolist()
        return paired(a, b) if a else None
    a, b = ([value for value in one.values(measure).tolist() if value == value] for one in (base, other))
    return welch(a, b) if a and b else None


def _are_paired(base: ResultTables, other: ResultTables) -> bool:
    """Whether the i-th replications were drawn with the same random numbers, and the same ones are there."""
    same = all(base.manifest.get(key) == other.manifest.get(key) for key in ("seed", "start"))
    a, b = (np.unique(one["daily"]["replication"]) for one in (base, other))
    return same and np.array_equal(a, b)


def _data(rows: Sequence[_Row], base: str) -> Table:
    return Table(
        "difference",
        daily_values.columns(
            [
                {
                    "scenario": row.label,
                    "baseline": base,
                    "measure": row.measure,
                    "unit": row.unit,
                    "baseline_mean": row.found.baseline_mean,
                    "mean": row.found.mean,
                    "difference": row.found.difference,
                    "low": row.found.low,
                    "high": row.found.high,
                    "percent": row.percent(row.found.difference),
                }
                for row in rows
            ]
        ),
    )


def _groups(rows: Sequence[_Row]) -> list[Group]:
    several = len({row.label for row in rows}) > 1
    groups: dict[str, list[Entry]] = {}
    for row in rows:
        low, high = (None if end is None else row.percent(end) for end in (row.found.low, row.found.high))
        text = f"{formats.short(row.label, NAMED)}: {_text(row)}" if several else _text(row)
        entry = Entry(text, row.percent(row.found.difference), low, high, row.colour)
        groups.setdefault(WORDS[row.measure], []).append(entry)
    return [Group(words, entries) for words, entries in groups.items()]


def _axis(rows: Sequence[_Row], base: str) -> Axis:
    """Zero to where the values lie, and no further than FURTHEST on either side."""
    ends = [row.percent(end) for row in rows for end in (row.found.low, row.found.high, row.found.difference) if end]
    low, high = max(min([*ends, -10.0]) * 1.05, -FURTHEST), min(max([*ends, 10.0]) * 1.05, FURTHEST)
    short = base if len(base) <= 20 else "the first"
    return Axis(f"difference, % of {short}", bars=False, low=low, high=high, format="+,.2~f")


def _text(row: _Row) -> str:
    """`361,918 → 402,914: +11.3 %`."""
    unit = _UNITS.get(row.unit, "")
    ends = [f"{readable(value, row.unit)}{unit}" for value in (row.found.baseline_mean, row.found.mean)]
    return f"{ends[0]} → {ends[1]}: {_signed(row.percent(row.found.difference))} %"


def _signed(value: float) -> str:
    text = f"{value:+,.0f}" if abs(value) >= 100 else f"{value:+.3g}"
    return text.replace("-", "−")


def _says(rows: Sequence[_Row], results: Sequence[ResultTables]) -> str:
    """What the scenarios do to arrests, people held, removals and cost, in words."""
    said = []
    for label in dict.fromkeys(row.label for row in rows):
        own = {row.measure: row for row in rows if row.label == label}
        chosen = [own[one] for one in ("arrests_interior", "held_mean", "removals", "cost_usd_total") if one in own]
        parts = ", ".join(_sentence(row) for row in chosen or list(own.values())[:4])
        said.append(f"With {label}: {parts}.")
    return " ".join(said)


def _sentence(row: _Row) -> str:
    d = row.found
    sure = "" if d.leaves_out_zero else ", no more than chance" if d.low is not None else ""
    return f"{WORDS[row.measure]} {_signed(row.percent(d.difference))}\u00a0%{sure}"


def _values(rows: Sequence[_Row]) -> str:
    return " ".join(f"{row.label}, {WORDS[row.measure]}: {_text(row)}." for row in rows)


def _pairing(rows: Sequence[_Row]) -> str:
    if all(row.found.paired for row in rows):
        return "Replications are paired by number: person k is the same person in both."
    return "Where seeds, starts or replications differ the two sets are taken as independent."
