"""Lesson four: what makes a stay long, and why more beds do not shorten it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.classroom.arithmetic import hearings_asked, hearings_held
from sim.classroom.controls import Control, Settings, defaults, scenario_sets
from sim.classroom.drawing import Rows, Spec, picture
from sim.classroom.lines import level, lines, rows, stacked
from sim.classroom.playing import Played, play
from sim.classroom.screen import Number
from sim.formats import aligned

WORLD: Final = "long-stay"
RUNS: Final = 5
ARRESTS_A_DAY: Final = 10
HEARINGS_A_SITTING_DAY: Final = 5
FAR_SHARE: Final = 0.4
ASKED: Final = 900
"""Beds in the question to predict."""
EVERY: Final = 7
"""Days between two points of a line that is drawn: the same weekday, so that flights and courts make no saw."""
_SHOWN: Final = {
    "held": "in beds",
    "hold_room": "in the hold room",
    "docket_pending": "before the court",
    "seat_queue": "for a seat",
}
"""Columns of `daily.csv` that are drawn, and the titles of their axes."""


def answer(controls: Sequence[Control], settings: Settings) -> Played:
    """The runs of these settings. Raises InputError."""
    return play(WORLD, scenario_sets(controls, settings), RUNS, "compiled")


def numbers(played: Played) -> list[Number]:
    """What a student compares."""
    named = {
        "Removed in the year": ("people", "removals"),
        "Released in the year": ("people", "releases"),
        "Stay of those who left, mean": ("days", "stay_days_mean"),
        "In beds at the end": ("people", "held_end"),
        "In the hold room, mean": ("people", "hold_room_mean"),
        "Wait for each hearing": ("days", "hearing_wait_days_mean"),
        "Wait for a seat": ("days", "seat_wait_days_mean"),
        "Released at the limit of 180 days after the order": ("people", "releases_post_order_limit"),
    }
    return [Number(label, unit, played.values(name).tolist()) for label, (unit, name) in named.items()]


def asked(controls: Sequence[Control]) -> float:
    """The answer to the question to predict: removals that more beds add, with all else as it is at the start."""
    usual = defaults(controls)
    more = answer(controls, usual | {"beds": ASKED})
    return more.mean("removals") - answer(controls, usual).mean("removals")


def drawn(played: Played, settings: Settings) -> str:
    """The picture: people in beds, in the hold room, before the court and waiting for a seat, by day."""
    days = {column: played.daily(column) for column in _SHOWN}
    told = "; ".join(f"{_SHOWN[column]}: from {by.min():.0f} to {by.max():.0f}" for column, by in days.items())
    beds = int(settings["beds"])
    data: dict[str, Rows] = {"rows": rows(days, EVERY), "beds": [{"value": beds, "text": f"dashed: {beds} beds"}]}
    return picture(_CHART, data, f"Four line charts over {played.scenario.days} days. People {told}.")


def caption(played: Played) -> str:
    """What the picture shows, in a sentence."""
    return (
        "People in beds, in the hold room without one, with a case before the court (between hearings too), and "
        f"waiting for a seat, on each Sunday of a year. {len(played.replications)} runs with the same settings, one of "
        "them thick."
    )


def theory(played: Played, settings: Settings) -> str:
    """The arithmetic beside the runs: hearings and seats held against those asked for, and Little's law."""
    return f"**Theory.** {_hearings(played, settings)} {_seats(settings)} {_little(played)}"


def _hearings(played: Played, settings: Settings) -> str:
    case, border = played.scenario.case, played.scenario.people.sources["border"]
    wanted = hearings_asked(ARRESTS_A_DAY, border.tracks["proceedings"], case.hearings if case else {})
    held = hearings_held(float(settings["judges"]), HEARINGS_A_SITTING_DAY)
    return (
        f"Court: {wanted:.2f} hearings a day are needed, somewhat fewer as people give up or leave on bond; "
        f"{settings['judges']:g} judges × {HEARINGS_A_SITTING_DAY} hearings × 5 ÷ 7 days = {held:.2f} can be held."
    )


def _seats(settings: Settings) -> str:
    return (
        f"Seats: at most {ARRESTS_A_DAY} × {FAR_SHARE:.0%} = {ARRESTS_A_DAY * FAR_SHARE:g} people a day need a flight; "
        f"there are {settings['seats']:g} seats a day."
    )


def _little(played: Played) -> str:
    arrests = played.mean("arrests") / played.scenario.days
    stay = played.mean("stay_days_mean")
    return (
        f"Little's law: {arrests:.1f} arrests a day × a stay of {aligned(stay)} days = {arrests * stay:,.0f} "
        "people in custody, if as many leave as arrive. If fewer leave, the stays of those who left are the shorter "
        "ones, and the number keeps growing beyond this."
    )


_CHART: Final[Spec] = stacked(
    *(lines(column, title, 110, [level("beds")] if column == "held" else ()) for column, title in _SHOWN.items())
)
