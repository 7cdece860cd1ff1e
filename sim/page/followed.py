"""The first five minutes: a few people of a small world, each followed from arrest to exit, one stage at a time."""

from __future__ import annotations

from typing import Any, Final

from sim.formats import duration
from sim.notebook.result import run
from sim.report.journey import SYNTHETIC, Journey, instructive, journey
from sim.report.stages import sampled

WORLD: Final = "long-stay"
SAMPLED: Final = 600
ENDS: Final = ("exit_removed", "exit_bond", "exit_relief", "exit_post_order_limit")
"""How the stays on offer end, in order."""


def people() -> list[Journey]:
    """Journeys, one for each of `ENDS`."""
    tables = run(WORLD, reps=1, engine="compiled", events=SAMPLED).tables
    whole = [stay for stay in sampled(tables) if stay.gone and not stay.held_before]
    fit = (instructive([stay for stay in whole if stay.moves[-1].stage == end]) for end in ENDS)
    return [journey(tables, stay.person) for stay in fit]


def written() -> dict[str, Any]:
    """The journeys as the page has them: of each step when, what, how long, its share of the stay, and since arrest."""
    return {"covers": SYNTHETIC, "people": [_written(one) for one in people()]}


def _written(found: Journey) -> dict[str, Any]:
    begin = found.steps[0].begins
    steps = [
        [found.when(step), step.words, step.duration, step.share if step.seconds else 0, duration(step.begins - begin)]
        for step in found.steps
    ]
    return {"says": found.says(), "steps": steps}
