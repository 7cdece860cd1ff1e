"""The numbers that the teacher's guide quotes are those that a class sees."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pytest

from sim.classroom import facility, followed, ladder, longstay, variation
from sim.classroom.arithmetic import beds_for, day_spread, stock_spread
from sim.classroom.controls import Control, Settings, from_link
from sim.classroom.course import lesson_of
from sim.classroom.nation import words, year
from sim.classroom.screen import Number
from sim.formats import aligned
from sim.report.journey import Journey

GUIDE = Path(__file__).parents[2] / "docs" / "teaching.md"
Numbers = Callable[[Sequence[Control], Settings], list[Number]]


class Quoted(NamedTuple):
    """A row of a table of the guide: the lesson, the settings as a link has them, the cells by their heads."""

    lesson: str
    address: str
    cells: dict[str, str]


def quoted() -> Iterator[Quoted]:
    """Every row under a comment `numbers: LESSON`."""
    for found in re.finditer(r"<!-- numbers: (\w+) -->\n((?:\|.*\n)+)", GUIDE.read_text(encoding="utf-8")):
        head, _, *rows = [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in found[2].splitlines()]
        for row in rows:
            yield Quoted(found[1], row[0].strip("`| "), dict(zip(head[1:], row[1:], strict=True)))


def of_facility(controls: Sequence[Control], settings: Settings) -> list[Number]:
    return facility.numbers(facility.answer(controls, settings))


NUMBERS: dict[str, Numbers] = {
    "one": lambda controls, settings: variation.numbers(variation.answer(controls, settings), settings),
    "two": of_facility,
    "three": lambda controls, settings: ladder.numbers(ladder.answer(controls, settings)),
    "four": lambda controls, settings: longstay.numbers(longstay.answer(controls, settings)),
    "five": lambda controls, settings: words.numbers(year.year(settings)),
}
ROWS = [
    pytest.param(row, id=f"{row.lesson}{row.address}", marks=[pytest.mark.slow] if row.lesson == "five" else [])
    for row in quoted()
]


@cache
def names_of(lesson: str) -> dict[str, Any]:
    """What the cells of a lesson define, run as a script."""
    spec = importlib.util.spec_from_file_location(f"lesson_{lesson}", lesson_of(lesson).file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.app.run()[1])


def controls_of(lesson: str) -> Sequence[Control]:
    if lesson == "five":
        from sim.classroom.nation.sliders import CONTROLS

        return CONTROLS
    return names_of(lesson)["controls"]


def seen(lesson: str, address: str) -> dict[str, str]:
    """The numbers a class sees that opens this link, by label and unit."""
    settings, notes = from_link(controls_of(lesson), dict(parse_qsl(address.removeprefix("?"), strict_parsing=True)))
    assert not notes, f"{address}: {notes}"
    assert set(settings) >= {key for key, _ in parse_qsl(address.removeprefix("?"))}, f"{address}: an unknown control"
    return {f"{n.label} ({n.unit})": aligned(n.mean) for n in NUMBERS[lesson](controls_of(lesson), settings)}


@pytest.mark.parametrize("row", ROWS)
def test_numbers_of_the_guide(row: Quoted) -> None:
    found = seen(row.lesson, row.address)
    assert {head: found.get(head) for head in row.cells} == row.cells


def test_every_lesson_has_numbers() -> None:
    assert {row.lesson for row in quoted()} == set(NUMBERS)


# --- numbers within sentences ---------------------------------------------------------------------
def change(lesson: str, after: str, before: str, label: str) -> float:
    """By how much a number is higher with the settings of the first link, from unrounded means."""

    def mean(address: str) -> float:
        settings, _ = from_link(controls_of(lesson), dict(parse_qsl(address)))
        return next(n.mean for n in NUMBERS[lesson](controls_of(lesson), settings) if n.label == label)

    return mean(after) - mean(before)


def sentences_of_three() -> Iterator[str]:
    more, usual = "rungs=release&arrests=14", "rungs=release"
    removed = change("three", more, usual, "Removed")
    released = change("three", more, usual, "Displaced: released from a bed") + change(
        "three", more, usual, "Released for lack of a bed"
    )
    controls = controls_of("three")
    played = [
        ladder.answer(controls, from_link(controls, dict(parse_qsl(address)))[0]) for address in (more, usual, "")
    ]
    arrested = played[0].mean("arrests") - played[1].mean("arrests")
    yield f"{arrested:.0f} more arrests, {removed:.0f} more removals, {released:.0f} more releases"
    a_day = played[2].mean("arrests") / played[2].scenario.days
    waiting = played[2].mean("hold_room_mean")
    yield f"{waiting:.0f} people in hold rooms ÷ {a_day:.1f} arrests a day is {waiting / a_day:.1f} days"
    yield f"who **got** a bed is {played[2].mean('bed_wait_hours_mean') / 24:.1f} days"
    moved = ladder.answer(controls, from_link(controls, {"rungs": "transfer"})[0])
    yield f"**rises**, to {moved.mean('bed_wait_hours_mean') / 24:.1f} days"
    settings, _ = from_link(controls, {"rungs": ladder.NOBODY_WAITS})
    alone = ladder.answer(controls, settings)
    yield f"{100 * ladder.lost(settings):.1f} in 100 find no bed; the runs show"
    yield f"{100 * alone.mean('releases_no_bed') / alone.mean('arrests'):.1f}. In the north"


def sentences_of_four() -> Iterator[str]:
    def by(address: str, label: str) -> str:
        return f"{abs(change('four', address, '', label)):.0f}"

    yield f"300 beds: {by('beds=900', 'Removed in the year')} more removals, "
    yield f"{by('beds=900', 'In beds at the end')} more people held at the end"
    yield f"AILA) are ${300 * 165 * 365 / 1e6:.0f} million a year"
    yield f"One judge: {by('judges=3', 'Removed in the year')} more, {by('judges=3', 'In beds at the end')} fewer held"
    yield f"removed in a year? {longstay.asked(controls_of('four')):.0f}."
    yield f"{change('four', 'judges=3', 'bond=2', 'Removed in the year'):.0f} more removals"
    yield f"{change('four', 'bond=2', 'judges=3', 'Released in the year'):.0f} more releases"


def days_in(journey: Journey, stage: str) -> int:
    """Days a person was in a stage, rounded."""
    return round(sum(step.seconds for step in journey.steps if step.stage == stage) / 86_400)


def sentences_of_one() -> Iterator[str]:
    ends = ("to a removal", "to a release on bond", "until relief", "until release under supervision")
    for journey, end in zip(followed.people().values(), ends, strict=True):
        yield f"{journey.seconds // 86_400} days {end}"
    first, second, _, fourth = followed.people().values()
    court, papers = days_in(first, "docket"), days_in(first, "document")
    yield f"{court} of them waiting for a hearing and {papers} for a document"
    yield f"{days_in(second, 'adjourned')} of them between hearings"
    yield f"{days_in(fourth, 'document')} of them after the order"
    week = [0.96, 1.18, 1.19, 1.26, 1.20, 0.67, 0.53]
    yield f"weekdays make it {day_spread(20, 0, week):.1f} and the day effect {day_spread(20, 0.2, week):.1f}"
    yield f"√600 = {stock_spread(20, 30):.1f}, with the day effect {stock_spread(20, 30, 0.2):.0f}"
    yield f"= {beds_for(600, stock_spread(20, 30, 0.2)):.0f} beds"
    yield f"{100 * 20 / day_spread(20, 0.2, week) ** 2:.0f} % of the variance is people who come one by one"
    small, large = 100 * day_spread(5, 0.2, week) / 5, 100 * day_spread(20, 0.2, week) / 20
    yield f"With 5 a day the days vary by {small:.0f} %, with 20 by {large:.0f} %"


@pytest.mark.parametrize("said", [sentences_of_one, sentences_of_three, sentences_of_four])
def test_sentences_of_the_guide(said: Callable[[], Iterator[str]]) -> None:
    text = " ".join(GUIDE.read_text(encoding="utf-8").split())
    assert [sentence for sentence in said() if sentence not in text] == []
