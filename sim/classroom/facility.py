"""Lesson two: the numbers, the picture and the theory of one facility."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Final

from sim.classroom.controls import Control, Settings, scenario_sets
from sim.classroom.drawing import Spec, picture
from sim.classroom.lines import level, lines, rows, stacked
from sim.classroom.playing import Played, play
from sim.classroom.screen import Number
from sim.formats import aligned
from sim.pathway import person
from sim.theory.queueing import erlang_c, erlang_c_wait

WORLD: Final = "small-facility"
RUNS: Final = 2
"""Few, since SimPy plays them: thirty students are to be answered within seconds."""
EVERY: Final = 2
"""Days between two points of a line that is drawn."""


def answer(controls: Sequence[Control], settings: Settings) -> Played:
    """The world as the sliders set it, on the engine whose processes can be read."""
    return play(WORLD, scenario_sets(controls, settings), RUNS, "simpy")


def numbers(played: Played) -> list[Number]:
    """What a student compares; the first is what was predicted."""
    late, stays = played.values("hold_room_stays_over_limit"), played.values("hold_room_stays")
    return [
        Number("Wait for a bed, mean", "hours", played.values("bed_wait_hours_mean").tolist()),
        Number("Longer than 12 hours in the hold room", "in 100", (100 * late / stays).tolist()),
        Number("In the hold room, mean", "people", played.values("hold_room_mean").tolist()),
        Number("In a bed, mean", "people", played.values("held_mean").tolist()),
    ]


def drawn(played: Played, beds: object) -> str:
    """The picture: people in beds above, people on the line for one below."""
    held, line = played.daily("held"), played.daily("bed_queue")
    alternative = (
        f"Two line charts over {played.scenario.days} days. People in beds: from {held.min():.0f} to {held.max():.0f}, "
        f"with {beds} beds. People waiting for a bed: from 0 to {line.max():.0f}."
    )
    days = rows({"held": held, "line": line}, EVERY)
    return picture(_CHART, {"rows": days, "beds": [{"value": beds, "text": f"dashed: {beds} beds"}]}, alternative)


def caption(played: Played, settings: Settings) -> str:
    """What the picture shows, in a sentence."""
    peak = int(played.daily("bed_queue").max())
    return (
        f"People in the {settings['beds']} beds, and people waiting for one, over {played.scenario.days} days. "
        f"{len(played.replications)} runs with the same settings, one of them thick; they differ only by chance. "
        f"The longest line at a midnight is {peak}."
    )


def theory(settings: Settings) -> str:
    """What queueing theory says in the long run, in a sentence: arrivals × stay against beds, and Erlang C."""
    arrests, beds, stay = float(settings["arrests"]), int(settings["beds"]), float(settings["stay"])
    load = arrests * stay
    said = f"**Theory.** {arrests:g} a day × {stay:g} days = {load:,.4g} people need a bed; there are {beds}. "
    if load >= beds:
        return said + "With no more beds than that there is no long run: the line keeps growing, fast or slowly."
    wait = 24 * erlang_c_wait(beds, arrests, stay)
    return said + (
        f"In the long run {100 * erlang_c(beds, load):.0f} in 100 people find no free bed and the mean wait is "
        f"{aligned(wait)} hours (Erlang C, 1917). Four months that start with 80 people are not the long run."
    )


def process() -> str:
    """The code of a person's way here, as the engine runs it."""
    steps = (person.arrested, person.needs_bed, person.in_bed, person.whole_stay)
    return "\n\n".join(inspect.getsource(step).rstrip() for step in steps)


_CHART: Final[Spec] = stacked(
    lines("held", "people in beds", 150, [level("beds")]), lines("line", "waiting for one", 110)
)
