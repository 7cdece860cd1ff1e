"""The findings of a comparison, in numbers and as plain sentences with both uncertainties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sim.analysis.inputs import Input
from sim.analysis.intervals import Difference
from sim.formats import capital, number
from sim.measures.intervals import COVERS, LEVEL
from sim.vocabulary import MEASURES, PLACE_KINDS

HOLDS_AT: Final = 1 - LEVEL
"""Corrected p below which a difference is said to hold."""


@dataclass(frozen=True)
class Row:
    """One scenario and measure against the baseline."""

    scenario: str
    baseline: str
    measure: str
    unit: str
    difference: Difference
    p_holm: float | None = None
    """p corrected for the `family` of differences looked at; None without an interval or where both sides are 0."""
    family: int = 0
    assumed: tuple[float, float] | None = None
    """Lowest and highest difference over the ranges of the assumed values; None where they were not varied."""

    ranged: str = "the"
    """Which assumed values were varied: `the`, or `6 of the 35`."""

    @property
    def holds(self) -> bool:
        """Whether the interval leaves out 0 and the difference holds after correction for looking at many."""
        return self.difference.leaves_out_zero and self.p_holm is not None and self.p_holm < HOLDS_AT

    @property
    def is_shown(self) -> bool:
        """Whether either side has a value other than 0, and some pair differs."""
        return bool(self.difference.baseline_mean or self.difference.mean) and not self.is_same

    @property
    def is_same(self) -> bool:
        """Whether every pair has the same value: the change does not reach this measure."""
        return self.difference.paired and self.difference.difference == 0 == self.difference.sd


@dataclass(frozen=True)
class Comparison:
    """All rows, by scenario and measure, and what a reader must know about them."""

    baseline: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    warning: str = ""
    """What forbids reading some of the rows as they stand."""
    changed: Mapping[str, tuple[Input, ...] | None] = field(default_factory=dict)
    """What differs in the inputs of each scenario and the baseline; None if a scenario.yaml is missing."""
    covers: str = COVERS
    """What its intervals cover."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles of scenarios by the names in the rows, where there are any."""


# --- in words -----------------------------------------------------------------------------------
MILLION: Final = 1_000_000
LABELS: Final = {
    "arrests_interior": "interior arrests",
    "arrest_shortfall": "arrests below the goal",
    "held_mean": "people held, mean",
    "held_peak": "people held, peak",
    "held_end": "people held, end",
    "held_over_funded_mean": "held above funded, mean",
    "hold_room_mean": "people in hold rooms",
    "hold_room_stays_over_limit": "hold stays over limit",
    "bed_wait_hours_all_mean": "wait for a bed, hours",
    "bed_wait_hours_mean": "ended waits for a bed, hours",
    "docket_pending_end": "cases pending, end",
    "hearing_wait_days_all_mean": "wait for a hearing, days",
    "hearing_wait_days_mean": "ended waits for a hearing, days",
    "seat_wait_days_all_mean": "wait for a seat, days",
    "seat_wait_days_mean": "ended waits for a seat, days",
    "places_per_book_in": "places per book-in",
    "bed_sites_per_book_in": "bed sites per book-in",
    "staging_per_removal": "staging stays per removal",
    "moves_per_month": "moves a month",
    "place_days_mean_staging": "days in a staging site",
    "removal_shortfall": "removals below the goal",
    "releases_no_bed": "released, no bed free",
    "stay_days_mean": "arrest to exit, days",
    "cost_usd_total": "marginal cost, million $",
    "funds_usd_total": "funds, million $",
    "not_feasible_from": "not feasible from",
    **{f"full_from_{kind}": f"{kind} beds full from" for kind in PLACE_KINDS},
    "goal_missed_from": "goal missed from",
    "binding_stage": "what holds the goal back",
}
"""Measures in a few words; others are their own names, with spaces."""
NOT_QUOTABLE: Final = "not for quoting"
_BEGINS: Final = ("with ", "without ", "under ", "after ", "before ")
_SAID: Final = {  # where the meaning leans on the measure before it
    "hold_room_stays_over_limit": "stays in hold rooms longer than the limit in force at entry",
    "intake_wait_hours_p95": "wait for a desk, 95th percentile",
    "bed_wait_hours_p95": "wait for a bed, 95th percentile",
}


def label(measure: str) -> str:
    """A measure in a few words, with its unit unless it counts people."""
    plain = measure.replace("cost_usd_", "cost_").replace("_usd", "").replace("_", " ")
    return LABELS.get(measure) or (f"{plain}, million $" if "_usd" in measure else plain)


def meaning(measure: str) -> str:
    """What a measure is, in words."""
    known = MEASURES.get(measure)
    return _SAID.get(measure) or (known.meaning.replace(" (see below)", "") if known else measure)


def under(name: str) -> str:
    """Return a name as it follows a number: `with the act of July 2025`, `with the same money`, `under “few beds”`."""
    if name.startswith("same "):
        return f"with the {name}"
    return name if name.startswith(_BEGINS) else f"under “{name}”"


def sentence(row: Row) -> str:
    """The row as a sentence; if an uncertainty is missing, it says which, and that it is not for quoting."""
    return f"{capital(meaning(row.measure))}: {_what(row)}{_chance(row)}{_assumed(row)}."


def _what(row: Row) -> str:
    d = row.difference
    means = f"({number(d.mean, row.unit)} against {number(d.baseline_mean, row.unit)})"
    here, there = under(row.scenario), under(row.baseline)
    if d.difference == 0:
        return f"the same {here} as {there} {means}"
    way = "more" if d.difference > 0 else "fewer" if row.unit in ("people", "beds", "stays", "areas") else "less"
    return f"{number(abs(d.difference), row.unit)} {way} {here} than {there} {means}"


def _chance(row: Row) -> str:
    d = row.difference
    if d.low is None or d.high is None:
        return "; no interval"
    said = f"; {LEVEL:.0%} interval of the difference {number(d.low)} to {number(d.high)}, from chance alone"
    if not d.leaves_out_zero:
        return f"{said}, which includes no difference" if d.difference else said
    return said if row.holds else f"{said}, which does not hold after correction for {row.family} differences looked at"


def _assumed(row: Row) -> str:
    if row.difference.low is None:
        return f" [{NOT_QUOTABLE}]"
    if row.assumed is None:
        return f"; the assumed values were not varied [{NOT_QUOTABLE}]"
    return f"; over the ranges of {row.ranged} assumed values, {number(row.assumed[0])} to {number(row.assumed[1])}"
