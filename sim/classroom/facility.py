"""Lesson two: the numbers, the picture and the theory of one facility."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any, Final

from sim.analysis.twin import erlang_c, erlang_c_wait
from sim.classroom.controls import Settings
from sim.classroom.drawing import WIDTH, Spec, picture
from sim.classroom.playing import Played
from sim.classroom.screen import Number, round_to_read
from sim.pathway import person

EVERY: Final = 2
"""Days between two points of a line that is drawn."""


def numbers(played: Played) -> list[Number]:
    """What a student compares; the first is what was predicted."""
    late, stays = played.values("hold_room_stays_over_limit"), played.values("hold_room_stays")
    return [
        Number("Wait for a bed, mean", "hours", played.values("bed_wait_hours_mean").tolist()),
        Number("Longer than 12 hours in the hold room", "in 100", (100 * late / stays).tolist()),
        Number("In the hold room, mean", "people", played.values("hold_room_mean").tolist()),
        Number("In a bed, mean", "people", played.values("held_mean").tolist()),
    ]


def rows(played: Played) -> list[dict[str, Any]]:
    """People in beds and on the line for one, by day and replication."""
    held, line = played.daily("held"), played.daily("bed_queue")
    replications, days = held.shape
    return [
        {"day": day, "run": r, "held": int(held[r, day]), "line": int(line[r, day]), "first": r == 0}
        for r in range(replications)
        for day in range(0, days, EVERY)
    ]


def drawn(played: Played, beds: object) -> str:
    """The picture: people in beds above, people on the line for one below."""
    held, line = played.daily("held"), played.daily("bed_queue")
    alternative = (
        f"Two line charts over {played.scenario.days} days. People in beds: from {held.min():.0f} to {held.max():.0f}, "
        f"with {beds} beds. People waiting for a bed: from 0 to {line.max():.0f}."
    )
    return picture(_CHART, {"rows": rows(played), "beds": [{"beds": beds, "text": f"{beds} beds"}]}, alternative)


def caption(played: Played, settings: Settings) -> str:
    """What the picture shows, in a sentence."""
    peak = int(played.daily("bed_queue").max())
    return (
        f"People in the {settings['beds']} beds, and people who wait for one, over {played.scenario.days} days. "
        f"{len(played.replications)} runs with the same settings, one of them thick: they differ by chance alone. "
        f"The longest line at a midnight is {peak}."
    )


def theory(settings: Settings) -> str:
    """What queueing theory says in the long run, in a sentence: arrivals × stay against beds, and Erlang C."""
    arrests, beds, stay = float(settings["arrests"]), int(settings["beds"]), float(settings["stay"])
    load = arrests * stay
    said = f"**Theory.** {arrests:g} a day × {stay:g} days = {load:,.4g} people need a bed; there are {beds}. "
    if load >= beds:
        return said + "With no more beds than that the line has no long run: it grows, fast or slowly, for ever."
    wait = 24 * erlang_c_wait(beds, arrests, stay)
    return said + (
        f"In the long run {100 * erlang_c(beds, load):.0f} in 100 find no bed free and the mean wait is "
        f"{round_to_read(wait)} hours (Erlang's C formula, 1917). Four months from 80 people are not the long run."
    )


def process() -> str:
    """The code of a person's way here, as the engine runs it."""
    steps = (person.arrested, person.needs_bed, person.in_bed, person.whole_stay)
    return "\n\n".join(inspect.getsource(step).rstrip() for step in steps)


def _over_time(column: str, title: str, height: int, above: Sequence[Spec] = ()) -> dict[str, Any]:
    """Lines of a column by day: the first run thick, the others thin."""
    axes = {
        "x": {"field": "day", "type": "quantitative", "title": "day", "axis": {"grid": False}},
        "y": {"field": column, "type": "quantitative", "title": title, "axis": {"tickMinStep": 1}},
        "detail": {"field": "run", "type": "nominal"},
    }
    thin = {"mark": {"type": "line", "strokeWidth": 1, "color": "#56B4E9"}, "transform": [{"filter": "!datum.first"}]}
    thick = {"mark": {"type": "line", "strokeWidth": 3, "color": "#0072B2"}, "transform": [{"filter": "datum.first"}]}
    layers = [{**layer, "data": {"name": "rows"}, "encoding": axes} for layer in (thin, thick)]
    return {"width": WIDTH - 80, "height": height, "layer": [*layers, *above]}


_BEDS: Final[Spec] = {
    "data": {"name": "beds"},
    "encoding": {"y": {"field": "beds", "type": "quantitative"}},
    "layer": [
        {"mark": {"type": "rule", "strokeDash": [6, 4], "strokeWidth": 2, "color": "#D55E00"}},
        {
            "mark": {"type": "text", "align": "right", "dy": -9, "fontWeight": "bold"},
            "encoding": {"text": {"field": "text"}, "x": {"value": WIDTH - 80}},
        },
    ],
}
_CHART: Final[Spec] = {
    "vconcat": [_over_time("held", "people in beds", 150, [_BEDS]), _over_time("line", "waiting for one", 110)],
    "spacing": 20,
}
