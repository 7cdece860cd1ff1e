"""Lesson one: how much the days vary, and how little the number held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.classroom.arithmetic import beds_for, day_spread, stock_spread
from sim.classroom.controls import Control, Settings, scenario_sets
from sim.classroom.drawing import Rows, Spec, picture
from sim.classroom.lines import DAY, PLOT, ROOM, SKY, level, lines, rows, stacked
from sim.classroom.playing import Played, play
from sim.classroom.screen import Number
from sim.formats import aligned

WORLD: Final = "arrivals"
RUNS: Final = 5
STAY_DAYS: Final = 30
SETTLED_DAY: Final = 60
"""From here on the number held has forgotten that every run starts with the average."""


def answer(controls: Sequence[Control], settings: Settings) -> Played:
    """The runs of these settings, each from the number held on average. Raises InputError."""
    held = round(float(settings["arrests"]) * STAY_DAYS)
    return play(WORLD, scenario_sets(controls, settings) | {"people.day0.held": str(held)}, RUNS, "compiled")


def numbers(played: Played, settings: Settings) -> list[Number]:
    """What a student compares; the first is what was predicted."""
    came, held = _came(played), played.daily("held")[:, SETTLED_DAY:]
    return [
        Number("Days with exactly the average", "in 100", (100 * (came == _rate(settings)).mean(axis=1)).tolist()),
        Number("Arrests, mean", "a day", came.mean(axis=1).tolist()),
        Number("Spread of the days (standard deviation)", "people", came.std(axis=1).tolist()),
        Number("Most on a day", "people", came.max(axis=1).tolist()),
        Number("Held, mean", "people", played.values("held_mean").tolist()),
        Number("Spread of the number held", "people", [float(held.std())]),
    ]


def drawn(played: Played, settings: Settings) -> str:
    """The picture: arrests of each day of one run above, people held in all runs below."""
    came, held, mean = _came(played), played.daily("held"), _rate(settings)
    alternative = (
        f"Arrests of each of {played.scenario.days} days in one run, as bars: from {came[0].min()} to {came[0].max()}, "
        f"on average {mean:g}. People held in {len(came)} runs, as lines: from {held.min():.0f} to {held.max():.0f}."
    )
    data: dict[str, Rows] = {
        "days": [{"day": day + 1, "arrests": int(count)} for day, count in enumerate(came[0])],
        "mean": [{"value": mean, "text": f"dashed: average {mean:g}"}],
        "rows": rows({"held": held}, every=2),
        "band": [{"low": low, "high": high} for low, high in [_band(settings)]],
    }
    return picture(_CHART, data, alternative)


def caption(played: Played, settings: Settings) -> str:
    """What the picture shows, in a sentence."""
    low, high = _band(settings)
    return (
        f"Above: arrests on each day of one run. Below: people held, in {len(played.replications)} runs with the same "
        f"settings, one of them thick. Theory expects 19 nights in 20 within the band, {low:,.0f} to {high:,.0f}. "
        "The days jump; the number held drifts."
    )


def theory(played: Played, settings: Settings) -> str:
    """The arithmetic behind the runs, in a few sentences."""
    rate, effect = _rate(settings), float(settings["day_effect"])
    held, spread = rate * STAY_DAYS, stock_spread(rate, STAY_DAYS, effect)
    day = day_spread(rate, effect, _weekday(played))
    return (
        f"**Theory.** {rate:g} a day × {STAY_DAYS} days = {held:,.0f} people held on average (Little's law). The "
        f"standard deviation of the days is {aligned(day)}, or {100 * day / rate:.0f} % of the average; that of "
        f"the number held is {aligned(spread)}, or {100 * spread / held:.0f} %. If people arrived purely at "
        f"random and all days were alike, they would be √{rate:g} = {aligned(day_spread(rate))} and √{held:,.0f} "
        f"= {aligned(stock_spread(rate, STAY_DAYS))}. To have a bed for everybody on 19 nights in 20 takes "
        f"{beds_for(held, spread):,.0f} beds, not {held:,.0f}."
    )


def _rate(settings: Settings) -> float:
    return float(settings["arrests"])


def _came(played: Played) -> NDArray[Any]:
    """(R, D) arrests of each day."""
    return played.daily("arrests")[:, 1:].astype(np.int64)


def _band(settings: Settings) -> tuple[float, float]:
    """Interval that contains 19 nights in 20 by the normal approximation."""
    held = _rate(settings) * STAY_DAYS
    spread = stock_spread(_rate(settings), STAY_DAYS, float(settings["day_effect"]))
    return max(0.0, 2 * held - beds_for(held, spread, 0.975)), beds_for(held, spread, 0.975)


def _weekday(played: Played) -> list[float]:
    factors = played.scenario.arrests.weekday
    return list(factors.values()) if factors else [1.0]


_BARS: Final[Spec] = {
    "width": PLOT,
    "height": 130,
    "layer": [
        {
            "data": {"name": "days"},
            "mark": {"type": "bar", "color": SKY, "width": 1.6},
            "encoding": {
                "x": DAY,
                "y": {"field": "arrests", "type": "quantitative", "title": "arrests a day", "axis": ROOM},
            },
        },
        level("mean"),
    ],
}
_BAND: Final[Spec] = {
    "data": {"name": "band"},
    "mark": {"type": "rect", "color": SKY, "opacity": 0.25},
    "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
}
_CHART: Final[Spec] = stacked(_BARS, lines("held", "people held", 150, [_BAND]))
