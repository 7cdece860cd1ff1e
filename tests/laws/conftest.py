"""Wrong rules that several laws must notice."""

from __future__ import annotations

import pytest

from sim.pathway import person
from sim.pathway.world import Wait, World


@pytest.fixture
def stays_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody is kept 3 % longer than drawn."""
    whole_stay = person.whole_stay

    def longer(world: World, k: int, seconds: int) -> Wait:
        yield from whole_stay(world, k, seconds * 103 // 100)

    monkeypatch.setattr(person, "whole_stay", longer)
