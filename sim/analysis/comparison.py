"""The findings of a comparison, in numbers and as sentences with both uncertainties; for a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Final

from sim.analysis import inputs as differing
from sim.analysis.inputs import Input
from sim.analysis.intervals import Difference
from sim.formats import capital, ends, interval, number, readable, signed
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


# --- in a terminal, and as Markdown ---------------------------------------------------------------
HEADLINES: Final = (
    *("arrests_interior", "arrest_shortfall", "held_mean", "held_end", "hold_room_stays_over_limit"),
    *("bed_wait_hours_all_mean", "docket_pending_end", "hearing_wait_days_all_mean", "seat_wait_days_all_mean"),
    *("removals", "removal_shortfall", "releases", "releases_no_bed", "stay_days_mean", "cost_usd_total"),
)
"""Measures that get a sentence unless others are asked for. Waits are those of everybody who waited, ended or not."""
HEADS: Final = ("scenario", "measure", "unit", "baseline", "mean", "difference", f"{LEVEL:.0%} interval", "")
WORDS: Final = 3
"""Columns of words, to the left; the others are numbers."""
_NARROW: Final = 76
"""Characters of a terminal below which a measure takes two lines."""


def inputs(comparison: Comparison) -> list[str]:
    """What differs in the inputs, path by path."""
    return [f"{scenario}: {line}" for scenario, found in comparison.changed.items() for line in _changed(found)]


def sentences(comparison: Comparison, measures: Sequence[str] = ()) -> list[str]:
    """A plain sentence per measure and scenario: of these measures, or of the headline ones."""
    chosen = measures or HEADLINES
    return [sentence(row) for row in comparison.rows if row.is_shown and row.measure in chosen]


def lines(
    comparison: Comparison, width: int = 80, measures: Sequence[str] = (), *, every: bool = False, keys: bool = False
) -> list[str]:
    """The comparison as lines for a terminal.

    Args:
        comparison: What was found.
        width: Characters of a line. Below 76, the numbers stand under the name of their measure.
        measures: Measures to show; none: the headline ones.
        every: Whether to show every measure that differs.
        keys: Whether to name scenarios and measures as files do, rather than in words.
    """
    chosen = frozenset(measures or (() if every else HEADLINES))
    shown = [row for row in comparison.rows if row.is_shown and (not chosen or row.measure in chosen)]
    out = [*_wrapped(comparison.warning, width), *_named("baseline", comparison.baseline, comparison, keys, width)]
    for scenario, found in comparison.changed.items():
        of_one = [row for row in shown if row.scenario == scenario]
        out += ["", *_named("compared", scenario, comparison, keys, width)]
        out += [line for one in _changed(found) for line in _wrapped(f"  {one}", width)]
        out += ["", *_rows_of(of_one, width, keys)] if of_one else []
    hidden = sum(row.is_shown for row in comparison.rows) - len(shown)
    more = [f"{hidden} more measures differ; --all shows them."] if hidden and not measures else []
    return [*out, "", *(line for note in (*comparison.notes, *more) for line in _wrapped(note, width))]


def _named(role: str, name: str, comparison: Comparison, keys: bool, width: int) -> list[str]:
    return _wrapped(f"{role}: {name if keys else comparison.titles.get(name, name)}", width)


def _wrapped(text: str, width: int) -> list[str]:
    indent = " " * (len(text) - len(text.lstrip()))
    return wrap(text, max(width, 20), subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False)


def _rows_of(rows: Sequence[Row], width: int, keys: bool) -> list[str]:
    """One line per measure, or two if the terminal is narrow, below the heads of the columns."""
    head = ("", "baseline", "compared", "difference", f"{LEVEL:.0%} interval", "")
    named = [head, *((row.measure if keys else label(row.measure), *_cells(row)) for row in rows)]
    first, *sizes, _ = (max(map(len, column)) for column in zip(*named, strict=True))
    wide = width >= _NARROW and first + sum(sizes) + 2 * (1 + len(sizes)) + len("*") <= width
    out = []
    for name, *numbers, mark in named:
        out += [name] if name and not wide else []
        cells = [name.ljust(first) if wide else "", *map(str.rjust, numbers, sizes)]
        out.append(f"{'  '.join(cells)} {mark}".rstrip())
    return out


def _cells(row: Row) -> tuple[str, ...]:
    """Both means, the difference, its interval and its mark; dollars in millions, as the label says."""
    d, scale = row.difference, MILLION if row.unit == "USD" else 1
    both = "" if d.low is None or d.high is None else interval(d.low / scale, d.high / scale)
    numbers = (readable(d.baseline_mean / scale), readable(d.mean / scale), signed(d.difference / scale))
    return (*numbers, both, _mark(row))


def markdown(comparison: Comparison, measures: Sequence[str] = ()) -> str:
    """The whole as Markdown: inputs, table, notes, sentences."""
    rule = [":---" if i < WORDS else "---:" for i in range(len(HEADS))]
    parts = [
        [f"**{comparison.warning}**"] if comparison.warning else [],
        _bullets(inputs(comparison)),
        [f"| {' | '.join(map(_cell, line))} |" for line in (HEADS, rule, *rows(comparison))],
        _bullets(comparison.notes),
        _bullets(sentences(comparison, measures)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _changed(found: Sequence[Input] | None) -> list[str]:
    if found is None:
        return ["what differs in the inputs is unknown, for a scenario.yaml is missing"]
    return differing.lines(found) or ["the same inputs"]


def rows(comparison: Comparison, measures: Sequence[str] = ()) -> list[list[str]]:
    """The rows of the table, as texts: of these measures, or of all."""
    shown = [row for row in comparison.rows if row.is_shown and (not measures or row.measure in measures)]
    found = []
    for row in shown:
        d = row.difference
        numbers = map(number, (d.baseline_mean, d.mean, d.difference))
        found.append([row.scenario, row.measure, row.unit, *numbers, ends(d.low, d.high, "{} … {}"), _mark(row)])
    return found


def _mark(row: Row) -> str:
    """`*` where the interval leaves out 0, `**` where the difference also holds after correction."""
    return "**" if row.holds else "*" if row.difference.leaves_out_zero else ""


def _bullets(texts: Iterable[str]) -> list[str]:
    return [f"- {_plain(text)}" for text in texts]


def _cell(text: str) -> str:
    return _plain(text).replace("|", r"\|")


def _plain(text: str) -> str:
    """A text whose asterisks and brackets are no Markdown; code paths stay readable."""
    return text.replace("*", r"\*")
