"""What came out, in a few sentences: each with its numbers, their intervals and where they stand in the CSV files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim import formats
from sim.vocabulary import TEXT, Cause, Stage

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison, Row
    from sim.analysis.results import ResultTables

_AT_END: Final = "@end"
_BINDING: Final = {stage.row.binding: stage.row.wait for stage in Stage if stage.row.binding} | {
    cause.word: f"that {cause.row.words}" for cause in Cause if cause.row.upstream
}
"""What `binding_stage` says, in words."""


@dataclass(frozen=True)
class Part:
    """A stretch of a sentence. A number has its `measure` (or `column@end`) and `exact`, as the CSV file has it."""

    text: str
    measure: str = ""
    exact: str = ""


Paragraph = tuple[Part, ...]


@dataclass(frozen=True)
class Saying:
    """A sentence and when it is said.

    In braces stands a measure, or `a/b` for a share in percent, or `column@end` for the last day of daily.csv; after
    a colon how it is shown: `i` with its 95 % interval, `u` with its unit, `date`, `stage`, `after` (as a date so many
    days after the start). It is left out if a measure in it has no value, if one of `positive` is not above 0, or one
    of `without` has a value that is.
    """

    text: str
    positive: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


ASKED: Final = (
    Saying(
        "The goal was {arrest_goal} interior arrests; {arrests_interior:i} were made, {arrests_interior/arrest_goal}"
        " of it.",
        positive=("arrest_goal",),
    ),
    Saying("{arrests:i} people were arrested.", positive=("arrests",), without=("arrest_goal",)),
    Saying(
        "The goal was {removals_goal} removals; {removals:i} were made, {removals/removals_goal} of it.",
        positive=("removals_goal",),
    ),
    Saying(
        "The goal of removals was missed from {goal_missed_from:date} to the end; what held it back most from then on"
        " was {binding_stage:stage}.",
        positive=("removal_shortfall",),
    ),
    Saying(
        "The goal was missed from {goal_missed_from:date} to the end; what held it back most from then on was"
        " {binding_stage:stage}.",
        positive=("arrest_goal",),
        without=("removal_shortfall",),
    ),
    Saying("At the end the goal was met.", positive=("arrest_goal",), without=("goal_missed_from",)),
)
WHERE: Final = (
    Saying(
        "At midnight {held_mean:i} people were held in beds on average, {held_peak} at the most and {held_end} at the"
        " end.",
        positive=("held_mean",),
    ),
    Saying(
        "On average {held_over_funded_mean:i} of them were beyond the number of beds funded.",
        positive=("held_over_funded_mean",),
    ),
    Saying(
        "{hold_room_stays_over_limit:i} of {hold_room_stays} stays in hold rooms, which have no beds, were longer than"
        " the limit in force.",
        positive=("hold_room_stays_over_limit",),
    ),
    Saying(
        "None of {hold_room_stays} stays in hold rooms was longer than the limit in force"
        " ({hold_room_stays_over_limit}).",
        positive=("hold_room_stays",),
        without=("hold_room_stays_over_limit",),
    ),
    Saying(
        "A wait for a bed that ended took {bed_wait_hours_mean:u} on average, one in twenty longer than"
        " {bed_wait_hours_p95:u}.",
        positive=("bed_wait_hours_mean",),
    ),
    Saying(
        "At the end {bed_queue@end} people still waited for one.", positive=("bed_wait_hours_mean", "bed_queue@end")
    ),
)
LEAVING: Final = (
    Saying("{removals:i} people were removed and {releases:i} released.", positive=("removals", "releases")),
    Saying("{removals:i} people were removed, none released ({releases}).", ("removals",), ("releases",)),
    Saying("{releases:i} people were released, none removed ({removals}).", ("releases",), ("removals",)),
    Saying("{releases_no_bed:i} were released because there was no bed for them.", positive=("releases_no_bed",)),
    Saying("{give_ups:i} accepted departure while their case was pending.", positive=("give_ups",)),
    Saying(
        "Half of those who left had been held {stay_days_p50:u} or less, one in ten {stay_days_p90:u} or more;"
        " the mean was {stay_days_mean:u}.",
        positive=("stay_days_mean",),
    ),
)
MONEY: Final = (
    Saying("What was used cost {cost_usd_total:i}, {cost_usd_per_removal} a removal.", ("cost_usd_total", "removals")),
    Saying("What was used cost {cost_usd_total:i}.", positive=("cost_usd_total",), without=("removals",)),
    Saying(
        "Of the accounts that limit, the first was used up on {funds_exhausted_day:after}; whether arrests then stop is"
        " a rule of the scenario.",
        positive=("funds_exhausted_day",),
    ),
)
_PARAGRAPHS: Final = (ASKED, WHERE, LEAVING, MONEY)


def paragraphs(result: ResultTables) -> list[Paragraph]:
    """The answer: what was asked and done, where people were, how they left, what it cost."""
    said = [[part for saying in group for part in _said(saying, result)] for group in _PARAGRAPHS]
    return [tuple(parts) for parts in said if parts]


def _said(saying: Saying, result: ResultTables) -> Iterator[Part]:
    """The parts of a sentence, with a space after it; none if it is left out."""
    if not all(_above_zero(result, measure) for measure in saying.positive):
        return
    if any(_above_zero(result, measure) for measure in saying.without):
        return
    parts = [part for piece in Formatter().parse(saying.text) for part in _parts(result, *piece[:3])]
    if any(not part.text for part in parts):
        return
    yield from (*parts, Part(" "))


def _parts(result: ResultTables, literal: str, field: str | None, how: str | None) -> list[Part]:
    text = [Part(literal)] if literal else []
    return text if field is None else [*text, _filled(result, field, how or ""), *_interval(result, field, how)]


def _interval(result: ResultTables, field: str, how: str | None) -> list[Part]:
    row = result.measures.get(field) if how == "i" else None
    if row is None or row["ci_low"] is None or row["ci_low"] == row["ci_high"]:
        return []
    return [Part(f" ({formats.interval(row['ci_low'], row['ci_high'], row['unit'])})")]


def _filled(result: ResultTables, field: str, how: str) -> Part:
    """What stands for a pair of braces; a part without text if it has no value."""
    if "/" in field:
        part, whole = (result.mean(measure) for measure in field.split("/"))
        return Part(formats.percent(part, whole) if whole and part == part else "")
    if field.endswith(_AT_END):
        value = at_end(result, field.removesuffix(_AT_END))
        return Part(formats.readable(value), field, formats.exact(value))
    row = result.measures.get(field)
    if row is None or row["mean"] is None:
        return Part("")
    if row["unit"] == TEXT:
        word = str(row["mean"])
        return Part(formats.day(word) if how == "date" else _BINDING.get(word, word))
    return _number(result, row, how)


def _number(result: ResultTables, row: dict[str, Any], how: str) -> Part:
    mean, unit = float(str(row["mean"])), str(row["unit"])
    text = formats.with_unit(mean, unit) if how == "u" else formats.readable(mean, unit)
    if how == "after":
        text = formats.day(_start(result) + dt.timedelta(days=round(mean)))
    return Part(text, str(row["measure"]), formats.exact(mean))


def _start(result: ResultTables) -> dt.date:
    return dt.date.fromisoformat(str(result.manifest["start"]))


def _above_zero(result: ResultTables, measure: str) -> bool:
    """Whether a measure has a value above 0, or is a word."""
    if measure.endswith(_AT_END):
        return at_end(result, measure.removesuffix(_AT_END)) > 0
    row = result.measures.get(measure)
    mean = None if row is None else row["mean"]
    return mean > 0 if isinstance(mean, float) else bool(mean)


def at_end(result: ResultTables, column: str) -> float:
    """Mean over replications of a column of daily.csv on the last day."""
    daily = result["daily"]
    last = daily["date"] == daily["date"].max()
    return float(np.mean(daily[column][last].astype(float)))


# --- beside the baseline ------------------------------------------------------------------------
_COMPARED: Final = {
    "arrests_interior": "interior arrests",
    "held_mean": "people held in beds on average",
    "held_end": "people held in beds at the end",
    "hold_room_stays_over_limit": "stays in hold rooms longer than the limit",
    "removals": "removals",
    "releases": "releases",
    "releases_no_bed": "releases for lack of a bed",
    "cost_usd_total": "cost of what was used",
}


_LEAD: Final = (
    ("arrests_interior", "{} interior arrests were made"),
    ("held_end", "{} people were in beds at the end"),
    ("removals", "{} people were removed"),
    ("releases_no_bed", "{} people were released for lack of a bed"),
    ("cost_usd_total", "what was used cost {} (what new capacity costs is not in it)"),
)
_GOAL: Final = tuple(saying for saying in ASKED if saying.text.startswith(("The goal of", "The goal was missed", "At")))


def lead(comparison: Comparison, result: ResultTables) -> Paragraph:
    """What one scenario changes, in a paragraph: what holds beyond chance, and what becomes of its goal."""
    rows = {row.measure: row for row in comparison.rows if row.scenario == result.name and row.holds}
    said = [
        phrase.format(f"{_way(rows[measure].difference.difference, rows[measure].unit)}")
        for measure, phrase in _LEAD
        if measure in rows
    ]
    goal = tuple(part for saying in _GOAL for part in _said(saying, result))
    if not said:
        nothing = "no difference in these numbers is shown beyond chance"
        return (Part(f"Compared with {comparison.baseline}, {nothing}. "), *goal)
    listed = f"{', '.join(said[:-1])}, and {said[-1]}" if len(said) > 1 else said[0]
    return (Part(f"Compared with {comparison.baseline}, {listed}. "), *goal)


def against(comparison: Comparison, scenario: str) -> list[Paragraph]:
    """What one scenario differs in from the baseline, a phrase a measure; none if nothing does."""
    rows = {row.measure: row for row in comparison.rows if row.scenario == scenario and row.is_shown}
    chosen = [rows[measure] for measure in _COMPARED if measure in rows]
    if comparison.warning:  # windows differ in length: sums have no interval and are not to be compared
        chosen = [row for row in chosen if row.difference.low is not None]
    return [_differs(row) for row in chosen]


def _differs(row: Row) -> Paragraph:
    d, unit = row.difference, row.unit
    mean = Part(formats.readable(d.mean, unit), row.measure, formats.exact(d.mean))
    base = formats.readable(d.baseline_mean, unit)
    what = _COMPARED[row.measure]
    return (Part(f"{what[0].upper()}{what[1:]}: "), mean, Part(f" instead of {base}, {_how_much(row)}"))


def _how_much(row: Row) -> str:
    d, unit = row.difference, row.unit
    if d.low is None or d.high is None:
        return f"{_way(d.difference, unit)}, of which nothing is known about chance"
    if not row.holds:
        return f"no difference shown (interval of the difference {formats.interval(d.low, d.high, unit)})"
    low, high = sorted((abs(d.low), abs(d.high)))
    return f"{_way(d.difference, unit)} ({formats.interval(low, high, unit)})"


def _way(difference: float, unit: str) -> str:
    fewer = "less" if unit in ("USD", "d", "h") else "fewer"
    return f"{formats.readable(abs(difference), unit)} {'more' if difference > 0 else fewer}"
