"""Wrong rules that several laws must notice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from sim.pathway import person
from sim.pathway import play as play_simpy
from sim.pathway.world import Wait, World
from tests.laws import worlds


@pytest.fixture(autouse=True, scope="session")
def _fast() -> None:
    """The compiled engine plays, where there is one."""
    with suppress(ImportError):
        from sim.compiled.engine import play

        worlds.play = play


@pytest.fixture(autouse=True)
def _slow_where_a_rule_is_wrong(request: pytest.FixtureRequest) -> Iterator[None]:
    usual = worlds.play
    if "monkeypatch" in request.fixturenames:
        worlds.play = play_simpy
    yield
    worlds.play = usual


@pytest.fixture
def stays_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody is kept 3 % longer than drawn."""
    whole_stay = person.whole_stay

    def longer(world: World, k: int, seconds: int) -> Wait:
        yield from whole_stay(world, k, seconds * 103 // 100)

    monkeypatch.setattr(person, "whole_stay", longer)
