"""The report in short: five sentences of rounded numbers, the finding, and sentences fit to quote."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from sim import formats
from sim.analysis.comparison import HOLDS_AT, Comparison, Row, under
from sim.analysis.intervals import holm
from sim.analysis.results import ResultTables
from sim.measures.intervals import COVERS, FEWEST
from sim.report.daily_values import WINDOW, daily, dates, replications
from sim.report.sentences import interval_of
from sim.scenario.schema import Buys, Funding, Scenario
from sim.scenario.world.calendars import Frame
from sim.scenario.world.funding import extra_units
from sim.vocabulary import Cause, Stage

SENTENCES: Final = 5
MOST_WORDS: Final = 120
"""Words of all sentences; of more, the last but one is left out."""
MOST_QUOTES: Final = 5
LINES: Final = {
    "bed_queue": ("people were waiting in hold rooms for a bed", "bed_line_age_hours_end"),
    "docket_pending": ("people had a case before an immigration court", "hearing_line_age_days_end"),
    "seat_queue": ("people were waiting for a seat on a flight or bus out", "seat_line_age_days_end"),
    "clearance_queue": ("releases were waiting for clearance", "clearance_line_age_hours_end"),
    "intake_queue": ("people were waiting for a processing desk", "intake_line_age_hours_end"),
}
"""Columns of `daily.csv`: in words, and the measure of how long those on the line at the end have waited so far (a mean
over the run would hide it)."""
_BINDING: Final = {stage.row.binding: stage.row.wait for stage in Stage if stage.row.binding} | {
    cause.word: cause.row.words for cause in Cause if cause.row.upstream
}
"""What `binding_stage` says, in words."""
_TRAILING: Final = re.compile(r"(?<=\.\d)0|\.0+(?= |$)")
"""Zeros that dollars of two digits do not need: of `$7.70 billion`, `$21.0 billion`."""
_FIELD: Final = re.compile(r"\{(.+?)\}")
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
Say = Callable[[Sequence[ResultTables]], str]
"""A sentence with fields, as `_parts` fills them; empty where there is nothing to say."""


def lead(results: Sequence[ResultTables]) -> list[Sentence]:
    """Return the answer in at most SENTENCES sentences: of one result, or of several against the first."""
    texts = [text for say in (_OF_ONE if len(results) == 1 else _OF_SEVERAL) if (text := say(results))][:SENTENCES]
    first = [f"In the simulation, {text[:1].lower()}{text[1:]}" for text in texts[:1]]
    told = _named_once([_parts(text, results) for text in (*first, *texts[1:])])
    while len(told) > 2 and _words(told) > MOST_WORDS:
        told.pop(-2)
    return told


def _words(sentences: Sequence[Sentence]) -> int:
    return sum(len("".join(part.text for part in sentence).split()) for sentence in sentences)


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
        goals = {about(value(result, "arrest_goal@last28")) for result in results if result.has("arrest_goal")}
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
    """Return a measure, or `column@start`, `@end`, `@first28`, `@last28` of daily.csv, as a mean over replications.

    `bought:beds` are the units of a thing that the money bought.
    """
    if name.startswith("bought:"):
        return next(one.units for one in bought(result) if f"bought:{one.thing}" == name)
    column, at, when = name.partition("@")
    if not at:
        return result.mean(name)
    rows = daily(result, column)
    first, last = rows[:, 1 : WINDOW + 1], rows[:, 1:][:, -WINDOW:]
    chosen = {"start": rows[:, :1], "end": rows[:, -1:], "first28": first, "last28": last}[when]
    return float(np.mean(chosen))


def _days(result: ResultTables) -> int:
    return int(result.manifest["days"])


def _same_window(results: Sequence[ResultTables]) -> bool:
    return len({_days(result) for result in results}) == 1


# --- fields -------------------------------------------------------------------------------------
def _parts(text: str, results: Sequence[ResultTables]) -> Sentence:
    """A sentence with its fields filled in.

    `{removals}` is the value in each result, `{removals| people were removed}` with words after the first of them,
    `{removals#1}` that of the second result alone, `{#1}` the name of that result where names are said, and
    `{under#1}` the same wherever it stands.
    """
    found: list[Part] = []
    for i, piece in enumerate(_FIELD.split(text)):
        field, _, words = piece.partition("|")
        name, of_one, order = field.partition("#")
        if i % 2 == 0:
            found.append(Part(piece))
        elif not of_one:
            found += _across(results, name, words)
        elif name in ("", "under"):
            found.append(Part(f" {under(results[int(order)].name)}", role="" if name else "name"))
        else:
            found.append(_number(results[int(order)], name))
    return tuple(found)


def _number(result: ResultTables, name: str) -> Part:
    number = value(result, name)
    return Part(about(number, "USD" if "_usd" in name else ""), name, formats.exact(number), result.name)


def _across(results: Sequence[ResultTables], name: str, words: str) -> Sentence:
    """The value in each result, `words` after the first: `8 people, against 5`, `5 people in both`, `5 people`."""
    numbers = [_number(result, name) for result in results]
    if len({part.text for part in numbers}) == 1:
        return (numbers[0], Part(words + _alike(results)))
    labels = [Part(f" {under(result.name)}", role="name") for result in results]
    if len(results) == 2:
        return (numbers[1], Part(words), labels[1], Part(", against "), numbers[0], labels[0])
    said = [numbers[0], Part(words, role="name"), labels[0]]
    for joint, number, label in zip([", "] * (len(results) - 2) + [" and "], numbers[1:], labels[1:], strict=True):
        said += [Part(joint), number, label]
    return (*said, Part(words, role="last"), Part(", in that order", role="order"))


def _by_the_end(results: Sequence[ResultTables]) -> str:
    """The last day of the results: `By 20 May 2026,`."""
    last = {formats.day(dates(result)[-1]) for result in results}
    return f"By {last.pop()}," if len(last) == 1 else "At the end"


# --- sentences of one result --------------------------------------------------------------------
def _arrests_of_one(results: Sequence[ResultTables]) -> str:
    (result,) = results
    if result.has("removals_goal") and result.mean("removals_goal"):
        return "About {removals} people were removed; the goal was {removals_goal}."
    when, made = _by_the_end(results), value(result, "arrests_interior@last28")
    if not result.has("arrest_goal"):
        some = value(result, "arrests@last28")
        return f"{when} about {{arrests@last28}} people a day were arrested." if some else ""
    goal = value(result, "arrest_goal@last28")
    met = f"{about(goal)} ({formats.percent(made, goal) if goal else '0 %'} of it was met)"
    return f"{when} about {{arrests_interior@last28}} interior arrests a day were made; the goal was {met}."


def _goal_of_one(results: Sequence[ResultTables]) -> str:
    (result,) = results
    goals = sum(map(result.has, ("arrest_goal", "removals_goal")))
    if not goals:
        return ""
    since = result.measures["goal_missed_from"]["mean"]
    if not since:
        return f"At the end {'the goal was' if goals == 1 else 'both goals were'} met."
    missed = f"{'The goal' if goals == 1 else 'One of the goals'} was missed from {formats.day(since)} to the end"
    return f"{missed}{_cause(result, ', mostly because ')}."


def _held_of_one(results: Sequence[ResultTables]) -> str:
    (result,) = results
    if not value(result, "held@end"):
        return ""
    funded = value(result, "funded_beds@end")
    more = f"; {formats.readable(funded)} beds were funded" if funded == funded else ""
    return f"People in beds: {{held@start}} at the start, {{held@end}} at the end{more}."


def _exits_of_one(results: Sequence[ResultTables]) -> str:
    (result,) = results
    if not value(result, "removals") + value(result, "releases"):
        return ""
    released, no_bed = (about(value(result, name)) for name in ("releases", "releases_no_bed"))
    share = "all" if no_bed == released else "{releases_no_bed}"
    why = f", {share} of them for lack of a bed" if value(result, "releases_no_bed") >= _SOME else ""
    if result.has("removals_goal") and result.mean("removals_goal"):  # removals are said beside their goal
        return f"About {{releases}} people were released{why}."
    return f"About {{removals}} people were removed or departed, and {{releases}} were released{why}."


# --- sentences of several -----------------------------------------------------------------------
def _bought_by(results: Sequence[ResultTables]) -> str:
    """What one funding level above its base buys, and what comes later than the run."""
    found = [(i, things) for i, result in enumerate(results) if (things := bought(result))]
    if len(found) != 1 or found[0][0] == 0:
        return ""
    i, things = found[0]
    first = [one for one in things if one.thing in ("beds", "officers", "judges")] or things[:3]
    whose = f"{{under#{i}}}" if len(results) > 2 else ""
    return f"The money{whose} bought {formats.listed([_thing(one, i) for one in first])}."


def _thing(one: Bought, order: int) -> str:
    days = one.lag
    span = f"{days / 30.4:.0f} months" if days > 61 else formats.many(days, "day")
    span = f"{days / 365:.0f} years" if days > 547 else span
    if one.first is None:
        return f"no {one.thing} yet (they take {span})"
    return f"{{bought:{one.thing}#{order}}} {one.thing} ({'at once' if days < 1 else f'after {span}'})"


def _arrests(results: Sequence[ResultTables]) -> str:
    end = _by_the_end(results)
    if not all(result.has("arrest_goal") for result in results):
        some = all(value(result, "arrests@last28") for result in results)
        return f"{end} arrests reached about {{arrests@last28| a day}}." if some else ""
    goals = [about(value(result, "arrest_goal@last28")) for result in results]
    if len(set(goals)) == 1:
        return f"{end} interior arrests reached about {{arrests_interior@last28| a day}}; the goal was {goals[0]}."
    made = [f"{{arrests_interior@last28#{i}}} of {goal}{{#{i}}}" for i, goal in enumerate(goals)]
    return f"{end} interior arrests a day, each against its own goal, were {formats.listed(made)}."


def _held(results: Sequence[ResultTables]) -> str:
    if not any(value(result, "held@end") for result in results):
        return ""
    return f"{'Then' if _arrests(results) else 'At the end'} about {{held@end| people were in beds}}."


def _lag(results: Sequence[ResultTables]) -> str:
    """The line that grew most in any result, and what kept the last result's goal from being met."""
    grown = {line: max(_growth(result, line) for result in results) for line in LINES}
    line = max(grown, key=lambda one: grown[one])
    cause = formats.capital(_cause(results[-1], "the goal was missed mostly because "))
    if grown[line] < _GREW:
        return f"{cause}." if cause else ""
    words, age = LINES[line]
    waited = ""
    if all(result.has(age) for result in results):
        unit = formats.unit_words(str(results[0].measures[age]["unit"]))
        awaited = " for a hearing" if line == "docket_pending" else ""
        waited = f"; they had waited{awaited} {{{age}| {unit} on average}}"
    return f"{{{line}@end| {words}}}{waited}.{f' {cause}.' if cause else ''}"


def _growth(result: ResultTables, line: str) -> float:
    """How many times the people on a line became from the first four weeks, in which lines fill, to the last."""
    end = value(result, f"{line}@last28")
    return end / max(value(result, f"{line}@first28"), _SOME * 10)


def _cost(results: Sequence[ResultTables]) -> str:
    if not _same_window(results) or not any(value(result, "cost_usd_total") for result in results):
        return ""
    has_funds = all(result.has("funds_usd_total") for result in results)
    funds = "; funding, new capacity included, was {funds_usd_total}" if has_funds else ""
    return f"In {_days(results[0])} days, operations cost {{cost_usd_total}}{funds}."


def _exits(results: Sequence[ResultTables]) -> str:
    some = _same_window(results) and any(value(result, "removals") for result in results)
    return "About {removals| people were removed or departed}." if some else ""


def _no_bed(results: Sequence[ResultTables]) -> str:
    some = _same_window(results) and any(value(result, "releases_no_bed") >= _SOME for result in results)
    return "{releases_no_bed| people were released for lack of a bed}." if some else ""


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
        caveat = f"{_covered([result])}: {formats.interval(*ends, unit)}"
        yield f"In a simulation of “{result.title}”, {said}{_funded([result], unit)} ({caveat})."


def _holding(comparison: Comparison) -> list[Row]:
    """The differences beyond chance after Holm's correction for all that are looked at here."""
    rows = [row for row in comparison.rows if row.measure in QUOTED and row.difference.p is not None]
    rows = [row for row in rows if row.is_shown and not (comparison.warning and row.difference.low is None)]
    corrected = holm([row.difference.p for row in rows if row.difference.p is not None])
    holding = [row for row, p in zip(rows, corrected, strict=True) if p < HOLDS_AT and row.difference.leaves_out_zero]
    return sorted(holding, key=lambda row: list(QUOTED).index(row.measure))


def _quote(row: Row, result: ResultTables, baseline: ResultTables) -> str:
    """A difference beyond chance as a sentence that stands by itself, with both ranges or the words `chance only`."""
    d, unit, words, days = row.difference, row.unit, QUOTED[row.measure], f"{_days(result)} days"
    assert d.low is not None and d.high is not None, "a difference that holds has an interval"
    size, direction = _directed(d.difference, unit).rsplit(" ", 1)
    said = f"{words} {size} {direction} in {days}" if unit == "USD" else f"{size} {direction} {words} {days}"
    shown = [formats.readable(end, unit) for end in (d.mean, d.baseline_mean)]
    pair = " against ".join(shown) if shown[0] != shown[1] else f"{shown[0]} in both, rounded"
    low, high = sorted((abs(d.low), abs(d.high)))
    chance = formats.interval(low, high, unit)
    covered = _covered([result, baseline])
    caveat = f"{covered}: {chance}"
    if row.assumed is not None:
        ends = " to ".join(_directed(end, unit) for end in row.assumed)
        caveat = f"{covered.removesuffix(' only')}: {chance}; ranges of {row.ranged} assumed values: {ends}"
    same = result.title == baseline.title
    mine, other = (f"{one.title} ({one.name})" if same else one.title for one in (result, baseline))
    told = f"In a simulation of “{mine}”, {said} than under “{other}”"
    return f"{told} ({pair}; {caveat}){_funded([result, baseline], unit)}."


def _covered(results: Sequence[ResultTables]) -> str:
    """What an interval covers, in two words or a few."""
    return "chance only" if all(result.covers == COVERS for result in results) else "chance and drawn values"


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


# --- what money bought --------------------------------------------------------------------------
@dataclass(frozen=True)
class Bought:
    """Extra units of one thing: at the end of the run, and the first date with one; None: not within the run.

    `lag` is the days from the dollars to the first unit.
    """

    thing: str
    units: float
    first: dt.date | None
    lag: int


def bought(result: ResultTables) -> list[Bought]:
    """Return what the extra dollars of the funding level buy; empty without a level above its base."""
    try:
        scenario = Scenario.model_validate(result.scenario)
    except ValueError:
        return []
    funding = scenario.funding
    if funding is None or funding.level in (None, funding.base):
        return []
    frame, found = Frame(scenario.start, scenario.days, tuple(scenario.areas)), []
    for thing in type(funding.buys).model_fields:
        buys: Buys | None = getattr(funding.buys, thing)
        if buys is not None and _has_more_dollars(funding, buys):
            units = extra_units(funding, buys, frame)
            there = np.flatnonzero(units >= 1)
            first = frame.dates[int(there[0])] if len(there) else None
            found.append(Bought(thing.replace("_", " "), float(units[-1]), first, round(buys.lag / 86_400)))
    return found


def _has_more_dollars(funding: Funding, buys: Buys) -> bool:
    level, base = (funding.levels.get(name or "", {}).get(buys.account) for name in (funding.level, funding.base))
    return level is not None and base is not None and max(v for _, v in level.points) > max(v for _, v in base.points)
