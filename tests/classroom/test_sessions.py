"""Thirty browsers on lesson two at once: none fails, and each is told the answer to what it asked."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.sessions import STAY, served, together
from sim.classroom import facility
from sim.classroom.playing import play
from sim.formats import aligned
from tests.browser.visits import chromium

SESSIONS = 30


@pytest.mark.slow
def test_thirty_who_move_a_slider_at_once_each_get_their_own_answer() -> None:
    browser = chromium()
    with served() as (address, _):
        seen = asyncio.run(together(address, browser, SESSIONS))
    assert [one.failure for one in seen] == [""] * SESSIONS
    for one in seen:
        stay = f"{{exponential: {{mean: {STAY + 1} d}}}}"
        answer = play("small-facility", {"beds.contracted": str(one.beds), "case.stay": stay}, reps=3)
        assert one.numbers == tuple(f"{aligned(n.mean)} {n.unit}" for n in facility.numbers(answer)), one.beds
