"""The compiled engine returns what SimPy's returns, to the last bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.log import Records
from sim.measures import measure
from sim.measures.custody import Custody
from sim.measures.laws import check
from sim.pathway import play as play_simpy
from sim.people.draw import draw
from sim.people.table import Part, People, Who
from sim.scenario.loading import load, shipped
from sim.scenario.paths import replaced
from sim.scenario.world.tables import Tables, build_tables
from sim.vocabulary import EMPTY
from tests.compiled.equality import differences
from tests.compiled.uncompiled import filled
from tests.pathway.random_worlds import moving_world, world

pytest.importorskip("numba")

from sim.compiled.engine import play as play_compiled
from sim.compiled.engine import play_until
from sim.compiled.layout import SCALARS
from sim.compiled.memory import records


def both(tables: Tables, people: People) -> tuple[Records, Records]:
    """The same people played by both engines."""
    return play_simpy(tables, people), play_compiled(tables, people)


@dataclass(frozen=True)
class InParts:
    """People given a day at a time, so that rows are used again."""

    people: People

    @property
    def who(self) -> Who:
        """All of them."""
        return self.people

    @property
    def earliest(self) -> int:
        """When the first came to custody."""
        return self.people.earliest

    def __len__(self) -> int:
        return len(self.people)

    def by_area(self, n_areas: int) -> Any:
        """People of each area."""
        return self.people.by_area(n_areas)

    def whole(self) -> People:
        """Everybody."""
        return self.people

    def parts(self) -> Iterator[Part]:
        """Those of day 0 and of the first day, then those of each day, with those who may be arrested again."""
        first = np.flatnonzero(self.people.t != EMPTY)
        day = np.maximum(self.people.t[first] // 86_400, 0)
        for today in range(int(day.max(initial=0)) + 1):
            rows = first[day == today]
            again = self.people.again[rows]
            rows = np.concatenate([rows, again[again >= 0]])
            columns = {name: column[..., rows] for name, column in vars(self.people).items()}
            place = dict(zip(rows.tolist(), range(len(rows)), strict=True))
            columns["again"] = np.array([place.get(row, -1) for row in columns["again"].tolist()], np.int64)
            yield Part(today, rows, People(**columns))


def both_in_parts(tables: Tables, people: People) -> tuple[Records, Records]:
    """The same people played by SimPy at once, and compiled a day at a time."""
    return play_simpy(tables, people), play_compiled(tables, InParts(people))


@pytest.mark.parametrize("worlds", [500, pytest.param(4_000, marks=pytest.mark.slow)])
def test_random_worlds_are_equal(worlds: int) -> None:
    """The worlds that reach every pair of event and stage, half of them tied at every instant."""
    unequal = {
        seed: found
        for seed in range(worlds)
        if (found := differences(*(both, both_in_parts)[seed % 4 < 2](*world(seed, grid=seed % 2 == 0))))
    }
    assert not unequal


@pytest.mark.parametrize("worlds", [150, pytest.param(2_000, marks=pytest.mark.slow)])
def test_random_worlds_with_places_are_equal(worlds: int) -> None:
    """The worlds that reach every pair of event and stage of moves."""
    unequal = {
        seed: found
        for seed in range(worlds)
        if (found := differences(*(both, both_in_parts)[seed % 4 < 2](*moving_world(seed))))
    }
    assert not unequal


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1), grid=st.booleans(), with_places=st.booleans())
def test_any_world_is_equal(seed: int, grid: bool, with_places: bool) -> None:
    """Any world at all; Hypothesis keeps one that is not."""
    assert not differences(*both(*world(seed, grid, with_places)))


def national(name: str, *sets: str) -> tuple[Tables, People]:
    """A shipped scenario, drawn."""
    scenario = load(name, sets).scenario
    tables = build_tables(scenario)
    return tables, draw(scenario, tables, scenario.seed, 1)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_shipped_scenarios_keep_the_laws_and_are_equal(name: str) -> None:
    """Every file, its horizon and its stock cut."""
    scenario = load(name, ("days=4",)).scenario
    scenario = replaced(scenario, ("people", "day0", "held"), min(scenario.people.day0.held, 4_000))
    tables = build_tables(scenario)
    people = draw(scenario, tables, scenario.seed, 1)
    one, other = both_in_parts(tables, people)
    custody = Custody(tables, people, other)
    check(custody)
    assert measure(custody) is not None and other.counts.inside[-1].sum() > 0
    assert not differences(one, other)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["may-2025-1000", "goal-3000"])
def test_national_scenarios_are_equal(name: str) -> None:
    """60 days of the nation in full."""
    assert not differences(*both(*national(name, "days=60")))


def test_too_little_memory_is_noticed() -> None:
    """The loop stops and says so, instead of writing past its memory."""
    tables, people = world(3, grid=False)
    small = filled(tables, people)
    small.words[SCALARS.index("chained_most")] = 5
    assert not play_until(small.address, tables.days * 86_400, 1)


def test_more_memory_changes_nothing() -> None:
    """Playing again with more room gives the same."""
    tables, people = world(3, grid=False)
    roomy = filled(tables, people, slack=4)
    assert play_until(roomy.address, tables.days * 86_400, 1)
    assert not differences(records(roomy, tables), play_compiled(tables, people))


def test_too_many_people_are_refused() -> None:
    """People whose numbers do not fit are left to the other engine, with a clear word."""
    tables, people = world(3, grid=False)
    early = People(**{**people.__dict__, "t": np.where(people.t < 0, -(2**40), people.t)})
    with pytest.raises(OverflowError, match="too many people or days"):
        play_compiled(tables, early)
