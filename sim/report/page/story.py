"""The report in short: five sentences of rounded numbers, the finding, and sentences fit to quote."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from sim import formats
from sim.analysis.comparison import Comparison, Row
from sim.analysis.intervals import holm
from sim.analysis.results import ResultTables
from sim.analysis.wording import under
from sim.measures.intervals import FEWEST
from sim.report.daily_values import WINDOW, daily, dates, replications
from sim.report.page.bought import Bought, bought
from sim.report.sentences import interval_of
from sim.vocabulary import Cause, Stage

SENTENCES: Final = 5
MOST_WORDS: Final = 120
"""Words of all sentences; of more, the last but one is left out."""
MOST_QUOTES: Final = 5
LINES: Final = {
    "bed_queue": "people were waiting in hold rooms for a bed",
    "docket_pending": "people had a case before an immigration court",
    "seat_queue": "people were waiting for a seat on a flight or bus out",
    "clearance_queue": "releases were waiting for clearance",
    "intake_queue": "people were waiting for a processing desk",
}
"""Columns of `daily.csv`, in words."""
_AGES: Final = {
    "bed_queue": "bed_line_age_hours_end",
    "docket_pending": "hearing_line_age_days_end",
    "seat_queue": "seat_line_age_days_end",
    "clearance_queue": "clearance_line_age_hours_end",
    "intake_queue": "intake_line_age_hours_end",
}
"""How long those on the lines at the end have waited so far: a mean over the run would hide it."""
_BINDING: Final = {stage.row.binding: stage.row.wait for stage in Stage if stage.row.binding} | {
    cause.word: cause.row.words for cause in Cause if cause.row.upstream
}
"""What `binding_stage` says, in words."""
_TRAILING: Final = re.compile(r"(?<=\.\d)0|\.0+(?= |$)")
"""Zeros that dollars of two digits do not need: of `$7.70 billion`, `$21.0 billion`."""
_GREW: Final = 1.5
"""How many times a line must have become to be worth a sentence."""
_SOME: Final = 10.0
"""People below which a line is not worth a sentence."""


@dataclass(frozen=True)
class Part:
    """A stretch of a sentence. A number has its `measure` and `exact`, as it is in or follows from the CSV files.

    `measure` is one of summary.csv, or `column@start`, `@end` or `@last28`: a mean over replications from daily.csv.
    """

    text: str
    measure: str = ""
    exact: str = ""
    scenario: str = ""
    role: Literal["", "name", "order", "last"] = ""
    """What it is said for: to name a result, or to say in which order the numbers are; once is enough. `last` are words
    that follow the numbers where no names do."""


Sentence = tuple[Part, ...]
Say = Callable[[Sequence[ResultTables]], "Sentence | None"]


def lead(results: Sequence[ResultTables]) -> list[Sentence]:
    """Return the answer in at most SENTENCES sentences: of one result, or of several against the first."""
    every = (say(results) for say in (_OF_ONE if len(results) == 1 else _OF_SEVERAL))
    said = [sentence for sentence in every if sentence][:SENTENCES]
    told = _named_once([_simulated(sentence) if i == 0 else sentence for i, sentence in enumerate(said)])
    while len(told) > 2 and _words(told) > MOST_WORDS:
        told.pop(-2)
    return told


def _words(sentences: Sequence[Sentence]) -> int:
    return sum(len("".join(part.text for part in sentence).split()) for sentence in sentences)


def _simulated(sentence: Sentence) -> Sentence:
    first, *rest = sentence
    return (replace(first, text=f"In the simulation, {first.text[:1].lower()}{first.text[1:]}"), *rest)


def _named_once(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences with the names of results in the first that has them, and their order said in the next."""
    told: set[str] = set()
    found = []
    for sentence in sentences:
        roles = {part.role for part in sentence if part.role} - told
        kept = {"", "name"} if "name" in roles else {"", "last", *roles & {"order"}}
        found.append(tuple(part for part in sentence if part.role in kept))
        told |= kept & {"name", "order"}
    return found


def finding(results: Sequence[ResultTables]) -> str:
    """Return the title of the first chart: what it shows, in the numbers of the lead."""
    if any(result.has("arrest_goal") for result in results):
        goals = {about(result.mean("arrest_goal") / _days(result)) for result in results if result.has("arrest_goal")}
        asked = f"; the goal is {goals.pop()}" if len(goals) == 1 else ""
        return f"{_told('Interior arrests a day at the end', results, 'arrests_interior@last28')}{asked}"
    return _told("People in beds at the end", results, "held@end")


def _told(what: str, results: Sequence[ResultTables], name: str) -> str:
    numbers = [about(value(one, name)) for one in results]
    if len(set(numbers)) == 1:
        return f"{what}: {numbers[0]}{_alike(results)}"
    texts = [f"{number} {under(one.name)}" for number, one in zip(numbers, results, strict=True)]
    return f"{what}: {formats.listed(texts[::-1] if len(texts) == 2 else texts)}"


def _alike(results: Sequence[ResultTables]) -> str:
    return "" if len(results) == 1 else " in both" if len(results) == 2 else " in all"


# --- values -------------------------------------------------------------------------------------
def about(number: float, unit: str = "") -> str:
    """Return a number in two digits: `110,000`, `$7.7 billion`; whole numbers below 100 as they are."""
    if abs(number) < 100 and unit != "USD":
        return formats.count(number) if abs(number) >= 10 or number == round(number) else f"{number:.2g}"
    shown = formats.readable(float(f"{number:.2g}"), unit)
    return _TRAILING.sub("", shown)


def value(result: ResultTables, name: str) -> float:
    """Return a measure, or `column@start`, `@end`, `@first28`, `@last28` of daily.csv, as a mean over replications."""
    column, at, when = name.partition("@")
    if not at:
        return result.mean(name)
    rows = daily(result, column)
    first, last = rows[:, 1 : WINDOW + 1], rows[:, 1:][:, -WINDOW:]
    chosen = {"start": rows[:, :1], "end": rows[:, -1:], "first28": first, "last28": last}[when]
    return float(np.mean(chosen))


def _number(result: ResultTables, name: str, unit: str = "") -> Part:
    number = value(result, name)
    return Part(about(number, unit), name, formats.exact(number), result.name)


def _days(result: ResultTables) -> int:
    return int(result.manifest["days"])


def _same_window(results: Sequence[ResultTables]) -> bool:
    return len({_days(result) for result in results}) == 1


def _across(results: Sequence[ResultTables], name: str, words: str = "", unit: str = "") -> Sentence:
    """Return the value of each result, `words` after the first: `8 people, against 5`, `5 people in both`."""
    numbers = [_number(result, name, unit) for result in results]
    if len({part.text for part in numbers}) == 1:
        return (numbers[0], Part(words + _alike(results)))
    labels = [_label(result) for result in results]
    if len(results) == 2:
        return (numbers[1], Part(words), labels[1], Part(", against "), numbers[0], labels[0])
    firsts = [Part(words, role="name"), *[Part("")] * (len(results) - 1)]
    joints = [Part(", ")] * (len(results) - 2) + [Part(" and "), Part("")]
    of_each = zip(numbers, firsts, labels, joints, strict=True)
    said = [part for of_one in of_each for part in of_one]
    return (*said, Part(words, role="last"), Part(", in that order", role="order"))


def _by_the_end(results: Sequence[ResultTables]) -> str:
    """The last day of the results: `By 20 May 2026,`."""
    last = {formats.day(dates(result)[-1]) for result in results}
    return f"By {last.pop()}," if len(last) == 1 else "At the end"


def _label(result: ResultTables) -> Part:
    return Part(f" {under(result.name)}", role="name")


# --- sentences of one result --------------------------------------------------------------------
def _arrests_of_one(results: Sequence[ResultTables]) -> Sentence | None:
    (result,) = results
    if result.has("removals_goal") and result.mean("removals_goal"):
        asked, removed = (_number(result, name) for name in ("removals_goal", "removals"))
        return (Part("About "), removed, Part(" people were removed; the goal was "), asked, Part("."))
    if not result.has("arrest_goal"):
        if not value(result, "arrests@last28"):
            return None
        arrested = _number(result, "arrests@last28")
        return (Part(f"{_by_the_end(results)} about "), arrested, Part(" people a day were arrested."))
    goal = value(result, "arrest_goal@last28")
    share = value(result, "arrests_interior@last28") / goal if goal else 0
    made = _number(result, "arrests_interior@last28")
    words = f" interior arrests a day were made; the goal was {about(goal)} ({formats.percent(share)} of it was met)."
    return (Part(f"{_by_the_end(results)} about "), made, Part(words))


def _goal_of_one(results: Sequence[ResultTables]) -> Sentence | None:
    (result,) = results
    if not (result.has("arrest_goal") or result.has("removals_goal")):
        return None
    since = result.measures["goal_missed_from"]["mean"]
    if not since:
        return (Part("At the end the goal was met."),)
    return (Part(f"The goal was missed from {formats.day(since)} to the end{_cause(result, ', mostly because ')}."),)


def _held_of_one(results: Sequence[ResultTables]) -> Sentence | None:
    (result,) = results
    if not value(result, "held@end"):
        return None
    ends = [_number(result, f"held@{when}") for when in ("start", "end")]
    said = [Part("People in beds: "), ends[0], Part(" at the start, "), ends[1], Part(" at the end")]
    funded = value(result, "funded_beds@end")
    return (*said, *([Part(f"; {formats.readable(funded)} beds were funded")] if funded == funded else []), Part("."))


def _exits_of_one(results: Sequence[ResultTables]) -> Sentence | None:
    (result,) = results
    removed, released = (_number(result, name) for name in ("removals", "releases"))
    if not value(result, "removals") + value(result, "releases"):
        return None
    said = (Part("About "), removed, Part(" people were removed or departed, and "), released, Part(" were released"))
    no_bed = value(result, "releases_no_bed")
    more = (Part(", "), _number(result, "releases_no_bed"), Part(" of them for lack of a bed"))
    return (*said, *(more if no_bed >= _SOME else ()), Part("."))


# --- sentences of several -----------------------------------------------------------------------
def _bought_by(results: Sequence[ResultTables]) -> Sentence | None:
    """What one funding level above its base buys, and what comes later than the run."""
    found = [(result, things) for result in results[1:] if (things := bought(result))]
    if len(found) != 1 or bought(results[0]):
        return None
    result, things = found[0]
    first = [one for one in things if one.thing in ("beds", "officers", "judges")] or things[:3]
    parts = [_thing(one, result) for one in first]
    joints = [", "] * (len(parts) - 2) + [" and "] * (len(parts) > 1) + ["."]
    listed = [part for of_one, joint in zip(parts, joints, strict=True) for part in (*of_one, Part(joint))]
    whose = f" {under(result.name)}" if len(results) > 2 else ""
    return (Part(f"The money{whose} bought "), *listed)


def _thing(one: Bought, result: ResultTables) -> Sentence:
    if one.first is None:
        return (Part(f"no {one.thing} yet (they take {_span(one.lag)})"),)
    number = Part(about(one.units), f"bought:{one.thing}", formats.exact(one.units), result.name)
    return (number, Part(f" {one.thing} ({'at once' if one.lag < 1 else f'after {_span(one.lag)}'})"))


def _span(days: int) -> str:
    return f"{days / 365:.0f} years" if days > 547 else f"{days / 30.4:.0f} months" if days > 61 else f"{days} days"


def _arrests(results: Sequence[ResultTables]) -> Sentence | None:
    if not all(result.has("arrest_goal") for result in results):
        if not all(value(result, "arrests@last28") for result in results):
            return None
        made = _across(results, "arrests@last28", " a day")
        return (Part(f"{_by_the_end(results)} arrests reached about "), *made, Part("."))
    goals = [about(value(result, "arrest_goal@last28")) for result in results]
    if len(set(goals)) > 1:  # each beside its own
        said = (_of_goal(result, goal) for result, goal in zip(results, goals, strict=True))
        ends = [", "] * (len(results) - 2) + [" and ", "."]
        listed = [part for of_one, end in zip(said, ends, strict=True) for part in (*of_one, Part(end))]
        return (Part(f"{_by_the_end(results)} interior arrests a day, each against its own goal, were "), *listed)
    made = _across(results, "arrests_interior@last28", " a day")
    return (Part(f"{_by_the_end(results)} interior arrests reached about "), *made, Part(f"; the goal was {goals[0]}."))


def _of_goal(result: ResultTables, goal: str) -> Sentence:
    return (_number(result, "arrests_interior@last28"), Part(f" of {goal}"), _label(result))


def _held(results: Sequence[ResultTables]) -> Sentence | None:
    if not any(value(result, "held@end") for result in results):
        return None
    return (
        Part("Then about " if _arrests(results) else "At the end about "),
        *_across(results, "held@end", " people were in beds"),
        Part("."),
    )


def _lag(results: Sequence[ResultTables]) -> Sentence | None:
    """The line that grew most in any result, and what kept the last result's goal from being met."""
    grown = {line: max(_growth(result, line) for result in results) for line in LINES}
    line = max(grown, key=lambda one: grown[one])
    cause = _cause(results[-1], "the goal was missed mostly because ")
    if grown[line] < _GREW:
        return (Part(f"{formats.capital(cause)}."),) if cause else None
    said = _across(results, f"{line}@end", f" {LINES[line]}")
    return (*said, *_waited(results, line), Part(f". {formats.capital(cause)}." if cause else "."))


def _waited(results: Sequence[ResultTables], line: str) -> Sentence:
    """How long those on a line had waited so far; nothing where it is unknown."""
    name = _AGES[line]
    if not all(result.has(name) for result in results):
        return ()
    unit = formats.unit_words(str(results[0].measures[name]["unit"]))
    awaited = " for a hearing" if line == "docket_pending" else ""
    return (Part(f"; they had waited{awaited} "), *_across(results, name, f" {unit} on average"))


def _growth(result: ResultTables, line: str) -> float:
    """How many times the people on a line became from the first four weeks, in which lines fill, to the last."""
    end = value(result, f"{line}@last28")
    return end / max(value(result, f"{line}@first28"), _SOME * 10)


def _cost(results: Sequence[ResultTables]) -> Sentence | None:
    if not _same_window(results) or not any(value(result, "cost_usd_total") for result in results):
        return None
    cost = _across(results, "cost_usd_total", unit="USD")
    said = (Part(f"In {_days(results[0])} days, operations cost "), *cost)
    if not all(result.has("funds_usd_total") for result in results):
        return (*said, Part("."))
    funds = _across(results, "funds_usd_total", unit="USD")
    return (*said, Part("; funding, new capacity included, was "), *funds, Part("."))


def _exits(results: Sequence[ResultTables]) -> Sentence | None:
    if not _same_window(results) or not any(value(result, "removals") for result in results):
        return None
    return (Part("About "), *_across(results, "removals", " people were removed or departed"), Part("."))


def _no_bed(results: Sequence[ResultTables]) -> Sentence | None:
    if not _same_window(results) or not any(value(result, "releases_no_bed") >= _SOME for result in results):
        return None
    return (*_across(results, "releases_no_bed", " people were released for lack of a bed"), Part("."))


def _cause(result: ResultTables, before: str) -> str:
    """What held the goal back, after some words; empty where it was met or the cause is not known."""
    row = result.measures.get("binding_stage")
    word = None if row is None else row["mean"]
    return f"{before}{_BINDING.get(str(word), str(word))}" if word else ""


_OF_ONE: Final[tuple[Say, ...]] = (_arrests_of_one, _goal_of_one, _held_of_one, _exits_of_one, _cost, _lag)
_OF_SEVERAL: Final[tuple[Say, ...]] = (_bought_by, _arrests, _held, _lag, _cost, _exits, _no_bed)


# --- to quote -----------------------------------------------------------------------------------
QUOTED: Final = {
    "arrests_interior": "interior arrests are made in",
    "held_end": "people are in beds after",
    "docket_pending_end": "people have a case before a docket after",
    "removals": "people are removed in",
    "cost_usd_total": "operations cost",
    "releases_no_bed": "people are released for lack of a bed in",
    "releases": "people are released in",
}
"""Measures that may be quoted, in order, in words before `365 days` (dollars: before the sum).

They are chosen beforehand, so that a correction for looking at all of them holds."""


def quotes(results: Sequence[ResultTables], comparison: Comparison | None) -> list[str]:
    """Return three to five sentences with their caveat; none where chance is not known or nothing holds beyond it."""
    if min(map(replications, results)) < FEWEST:
        return []
    if comparison is None:
        return list(_levels(results[0]))[:MOST_QUOTES]
    rows = _holding(comparison)
    by_scenario = [[row for row in rows if row.scenario == one.name] for one in results[1:]]
    in_turn = [row for i in range(len(QUOTED)) for of_one in by_scenario for row in of_one[i : i + 1]]
    by_name = {result.name: result for result in results}
    return [_quote(row, by_name[row.scenario], results[0]) for row in in_turn[:MOST_QUOTES]]


def _levels(result: ResultTables) -> Iterator[str]:
    for measure, words in QUOTED.items():
        row = result.measures.get(measure)
        ends = interval_of(row) if row else None
        if row is None or ends is None or row["mean"] < _SOME:
            continue
        shown, unit = formats.readable(row["mean"], row["unit"]), row["unit"]
        days = f"{_days(result)} days"
        said = f"{words} {shown} in {days}" if unit == "USD" else f"{shown} {words} {days}"
        caveat = f"chance only: {formats.interval(*ends, unit)}"
        yield f"In a simulation of “{result.title}”, {said}{_funded([result], unit)} ({caveat})."


def _holding(comparison: Comparison) -> list[Row]:
    """The differences beyond chance after Holm's correction for all that are looked at here."""
    rows = [row for row in comparison.rows if row.measure in QUOTED and row.difference.p is not None]
    rows = [row for row in rows if row.is_shown and not (comparison.warning and row.difference.low is None)]
    corrected = holm([row.difference.p for row in rows if row.difference.p is not None])
    holding = [row for row, p in zip(rows, corrected, strict=True) if p < 0.05]
    return sorted(holding, key=lambda row: list(QUOTED).index(row.measure))


def _quote(row: Row, result: ResultTables, baseline: ResultTables) -> str:
    """A difference beyond chance as a sentence that stands by itself, with both ranges or the words `chance only`."""
    d, unit = row.difference, row.unit
    assert d.low is not None and d.high is not None, "a difference that holds has an interval"
    size, words = formats.readable(abs(d.difference), unit), QUOTED[row.measure]
    more = d.difference > 0
    days = f"{_days(result)} days"
    said = f"{size} {'more' if more else 'fewer'} {words} {days}"
    if unit == "USD":
        said = f"{words} {size} {'more' if more else 'less'} in {days}"
    shown = [formats.readable(end, unit) for end in (d.mean, d.baseline_mean)]
    pair = " against ".join(shown) if shown[0] != shown[1] else f"{shown[0]} in both, rounded"
    low, high = sorted((abs(d.low), abs(d.high)))
    chance = formats.interval(low, high, unit)
    caveat = f"chance only: {chance}"
    if row.assumed is not None:
        ends = [_directed(end, unit) for end in row.assumed]
        caveat = f"chance: {chance}; ranges of {row.ranged} assumed values: {ends[0]} to {ends[1]}"
    titles = [
        one.title if result.title != baseline.title else f"{one.title} ({one.name})" for one in (result, baseline)
    ]
    told = f"In a simulation of “{titles[0]}”, {said} than under “{titles[1]}”"
    return f"{told} ({pair}; {caveat}){_funded([result, baseline], unit)}."


def _directed(difference: float, unit: str) -> str:
    """A difference in words: `312 fewer`, `$4.9 million more`."""
    less = "less" if unit == "USD" else "fewer"
    return f"{formats.readable(abs(difference), unit)} {'more' if difference > 0 else less}"


def _funded(results: Sequence[ResultTables], unit: str) -> str:
    """What is funded, to stand in the sentence that says what use costs; empty for other units or without funding."""
    if unit != "USD" or not all(result.has("funds_usd_total") for result in results):
        return ""
    funds = " against ".join(formats.readable(result.mean("funds_usd_total"), "USD") for result in results)
    return f"; funding, new capacity included, is {funds}"


def dated(result: ResultTables) -> str:
    """Return the window: `365 days from 21 May 2025`."""
    return f"{_days(result)} days from {formats.day(dt.date.fromisoformat(str(result.manifest['start'])))}"
