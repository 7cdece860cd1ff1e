"""The numbers within sentences of the teacher's guide, for lessons one to four. Its tables are checked in the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import sim
from sim.page.arithmetic import beds_for, day_spread, lost, stock_spread
from sim.page.controls import Value
from sim.page.followed import people
from sim.page.lessons import BY_KEY, Lesson
from sim.report.journey import Journey

GUIDE = Path(__file__).parents[2] / "docs" / "teaching.md"


@cache
def run_of(key: str, *at: tuple[str, Value]) -> sim.Run:
    lesson = BY_KEY[key]
    settings = {control.key: control.value for control in lesson.controls} | dict(at)
    return sim.run(lesson.world, reps=lesson.replications, engine="compiled", set=lesson.scenario_sets(settings))


def played(lesson: Lesson, **at: Value) -> sim.Run:
    """The runs of some positions; the other levers stand where they do at first."""
    return run_of(lesson.key, *sorted(at.items()))


def change(lesson: Lesson, measure: str, after: dict[str, Value], before: dict[str, Value]) -> float:
    """By how much a measure is higher with the first settings."""
    return float(played(lesson, **after).mean(measure) - played(lesson, **before).mean(measure))


def sentences_of_three() -> Iterator[str]:
    more, usual = {"rungs": "release", "arrests": 14}, {"rungs": "release"}
    removed = change(BY_KEY["three"], "removals", more, usual)
    released = sum(
        change(BY_KEY["three"], measure, more, usual) for measure in ("releases_displaced", "releases_no_bed")
    )
    arrested = change(BY_KEY["three"], "arrests", more, usual)
    yield f"{arrested:.0f} more arrests, {removed:.0f} more removals, {released:.0f} more releases"
    first = played(BY_KEY["three"])
    a_day, waiting = first.mean("arrests") / 120, first.mean("hold_room_mean")
    yield f"{waiting:.0f} people in hold rooms ÷ {a_day:.1f} arrests a day is {waiting / a_day:.1f} days"
    yield f"who **got** a bed is {first.mean('bed_wait_hours_mean') / 24:.1f} days"
    yield f"**rises**, to {played(BY_KEY['three'], rungs='transfer').mean('bed_wait_hours_mean') / 24:.1f} days"
    alone = played(BY_KEY["three"], rungs="nobody can wait")
    yield f"{100 * lost(10.0, 140):.1f} in 100 find no bed; the runs show"
    yield f"{100 * alone.mean('releases_no_bed') / alone.mean('arrests'):.1f}. In the north"


def sentences_of_four() -> Iterator[str]:
    beds, judge, bond = {"beds": 900}, {"judges": 3}, {"bond": 2}
    yield f"300 beds: {change(BY_KEY['four'], 'removals', beds, {}):.0f} more removals, "
    yield f"{change(BY_KEY['four'], 'held_end', beds, {}):.0f} more people held at the end"
    yield f"AILA) are ${300 * 165 * 365 / 1e6:.0f} million a year"
    removed, held = change(BY_KEY["four"], "removals", judge, {}), change(BY_KEY["four"], "held_end", judge, {})
    yield f"One judge: {removed:.0f} more, {-held:.0f} fewer held"
    more = change(BY_KEY["four"], "removals", beds, {})
    yield f"removed in a year? {played(BY_KEY['four'], **beds).mean('removals'):,.0f}, {more:.0f} more"
    yield f"{change(BY_KEY['four'], 'removals', judge, bond):.0f} more removals"
    yield f"{change(BY_KEY['four'], 'releases', bond, judge):.0f} more releases"


def days_in(journey: Journey, stage: str) -> int:
    """Days a person was in a stage, rounded."""
    return round(sum(step.seconds for step in journey.steps if step.stage == stage) / 86_400)


def sentences_of_one() -> Iterator[str]:
    ends = ("to a removal", "to a release on bond", "until relief", "until release under supervision")
    followed = people()
    for journey, end in zip(followed, ends, strict=True):
        yield f"{journey.seconds // 86_400} days {end}"
    first, second, _, fourth = followed
    yield f"{days_in(first, 'docket')} of them waiting for a hearing and {days_in(first, 'document')} for a document"
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


def test_the_four_leave_in_four_ways() -> None:
    ends = [journey.steps[-1].stage for journey in people()]
    assert ends == ["exit_removed", "exit_bond", "exit_relief", "exit_post_order_limit"]
