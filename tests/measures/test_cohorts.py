"""Cohorts and who is held, against a count person by person."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pytest

from sim.measures import Measured, measure
from sim.measures.custody import Custody
from sim.measures.held_by import HeldBy
from sim.measures.writing import held_by_rows
from sim.pathway import play
from sim.people.draw import draw
from sim.people.table import People
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables
from sim.vocabulary import CRIMINALITY, EMPTY, EXIT_REASONS, PLACE_KINDS, SOURCES, TRACKS

WORLD = """
start: 2025-01-10
days: 120
people:
  day0: {held: 5}
  sources:
    at_large: {criminality: {convicted: 40 %, none: 60 %}, tracks: {proceedings: 70 %, voluntary: 30 %}}
arrests:
  sources: {at_large: {officers: 10, arrests_per_officer_day: 0.2}, border: {rate: 0.5 / d}}
beds:
  contracted: 1000
  places: {gate: {area: A, kind: processing}, last: {area: A, kind: staging}}
  moves:
    - {from: processing, to: A, after: {uniform: {low: 3 d, high: 9 d}}, hours: 30 h}
    - {from: A, to: staging, after: {exponential: {mean: 20 d}}, hours: 2 h}
case:
  preparing: {proceedings: {exponential: {mean: 20 d}}, voluntary: {exponential: {mean: 9 d}}}
  outcome: {ordered: 50 %, relief: 50 %}
  giving_up: [{after: 0 d, rate: 1 % / d}]
removal: {}
release:
  clocks: {bond: {rate: {at_large: 2 % / d}}}
  rearrest: {share: 60 %, after: {exponential: {mean: 20 d}}}
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Custody, Measured]:
    """A world in which people leave in several ways, and come back."""
    file = tmp_path_factory.mktemp("cohorts") / "world.yaml"
    file.write_text(WORLD, encoding="utf-8")
    scenario = load(file).scenario
    tables = build_tables(scenario)
    people = draw(scenario, tables, 3, 0)
    custody = Custody(tables, people, play(tables, people))
    return custody, measure(custody)


def by_hand(custody: Custody, month: str, age: int) -> Counter[tuple[str, str, str]]:
    """(source, track, outcome) of everybody arrested in a month, so many days later."""
    people, stays, start = custody.people, custody.stays, dt.date(2025, 1, 10)
    assert isinstance(people, People)
    where = {row: i for i, row in enumerate(custody.rows.tolist())}
    found: Counter[tuple[str, str, str]] = Counter()
    for i, row in enumerate(custody.rows.tolist()):
        t = int(stays.t_arrest[i])
        if t < 0 or (start + dt.timedelta(seconds=t)).isoformat()[:7] != month:
            continue
        source, track, then = SOURCES[people.source[row]], TRACKS[people.track[row]], t + age * 86_400
        outcome = "held_road"
        for span, kinds in ((custody.hold_room, ("hold_room",)), (custody.bed, PLACE_KINDS)):
            here = np.flatnonzero((span.who == i) & (span.start <= then) & (span.end > then))
            for at in here:
                kind = 0 if len(kinds) == 1 else custody.tables.place_kind[span.place[at]]
                outcome = f"held_{kinds[kind]}"
        if stays.t_exit[i] != EMPTY and stays.t_exit[i] <= then:
            outcome = EXIT_REASONS[stays.exit[i]]
            if outcome == "removed" and (track == "voluntary" or stays.gave_up[i]):
                outcome = "departed"
            again = where.get(int(people.again[row]))
            if again is not None and stays.t_arrest[again] <= then:
                outcome = "arrested_again"
        found[source, track, outcome] += 1
    return found


def test_cohorts_are_those_counted_by_hand(played: tuple[Custody, Measured]) -> None:
    custody, one = played
    rows = list(one.cohorts.rows(one.start, one.days))
    seen = {(month, age) for month, _, _, age, _, people, _ in rows if people is not None}
    assert seen == {
        ("2025-01", 7),
        ("2025-01", 30),
        ("2025-01", 90),
        *(("2025-02", age) for age in (7, 30)),
        ("2025-03", 7),
        ("2025-03", 30),
        ("2025-04", 7),
    }
    outcomes = set()
    for month, age in seen:
        wanted = by_hand(custody, month, age)
        mine = {(s, t, o): n for m, s, t, a, o, n, _ in rows if (m, a) == (month, age) and s != "all"}
        assert mine == wanted
        together = {o: n for m, s, _, a, o, n, _ in rows if (m, a, s) == (month, age, "all")}
        assert sum(n or 0 for n in together.values()) == sum(wanted.values())
        outcomes |= together.keys()
    places = {"held_road", "held_detention", "held_processing", "held_staging"}
    assert outcomes == places | {"departed", "removed", "relief", "bond", "arrested_again"}


def test_shares_add_up_to_one(played: tuple[Custody, Measured]) -> None:
    sums: Counter[tuple[str, str, str, int]] = Counter()
    for month, source, track, age, _, _, share in played[1].cohorts.rows(played[1].start, played[1].days):
        if share is not None:
            sums[month, source, track, age] += share  # type: ignore[assignment]
    assert sums and all(total == pytest.approx(1, abs=1e-12) for total in sums.values())


def test_held_by_an_attribute_adds_up_to_all_held(played: tuple[Custody, Measured]) -> None:
    custody, one = played
    found: HeldBy = one.held_by
    for attribute in ("source", "criminality", "custody", "track", "place_kind", "stage"):
        columns = [i for i, key in enumerate(found.keys) if key[0] == attribute]
        assert (found.held[:, columns].sum(axis=1) == one.daily["held"]).all()
    convicted = found.keys.index(("criminality", "convicted"))
    bed, code = custody.bed, custody.drawn("criminality")
    at_midnight = [np.sum((bed.start < d * 86_400) & (bed.end >= d * 86_400) & (code[bed.who] == 0)) for d in (50, 100)]
    assert CRIMINALITY[0] == "convicted" and found.held[[50, 100], convicted].tolist() == at_midnight
    assert found.exits[1:, [convicted, convicted + 1, convicted + 2]].sum() == one.exits.people.sum()


def test_exits_are_blank_at_the_start_and_by_stage(played: tuple[Custody, Measured]) -> None:
    before = (played[1].start - dt.timedelta(days=1)).isoformat()
    for _, _, date, attribute, _, _, left in held_by_rows("x", [(1, played[1])]):
        assert (left is None) == (date == before or attribute == "stage")
