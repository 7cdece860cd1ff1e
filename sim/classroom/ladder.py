"""Lesson three: two areas, one of them full, and what becomes of people for whom there is no bed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sim.classroom.controls import Control, Settings, scenario_sets
from sim.classroom.drawing import Rows, Spec, picture
from sim.classroom.lines import BLUE, PLOT, level, lines, rows, stacked
from sim.classroom.playing import Played, play
from sim.classroom.screen import Number
from sim.formats import aligned
from sim.theory.queueing import erlang_b, fluid_loss

WORLD: Final = "full-house"
RUNS: Final = 5
STAY_DAYS: Final = 20
SOUTH_ARRESTS: Final = 3.0
SOUTH_BEDS: Final = 90
RUNGS: Final[Mapping[str, str]] = {
    "wait": "wait: {}",
    "transfer": "transfer: {after: 4 h, to: {N: [S], S: [N]}, seats: 4, hours: 6 h}",
    "over contract": "over_contract: {after: 12 h, allowance: 10 %}",
    "displace": "displace: {after: 12 h}",
    "release": "release: {after: 24 h}",
}
"""Rungs by name, in the order in which the lesson adds them; `wait` is always the last of a ladder."""
NOBODY_WAITS: Final = "nobody can wait"
_AT_ONCE: Final = "release: {after: 0 h, mandatory: true}"
_FATES: Final = {
    "moved to the other area": "transfers",
    "released from a bed for another": "releases_displaced",
    "released for lack of a bed": "releases_no_bed",
    "removed": "removals",
}


def ladders() -> dict[str, dict[str, str]]:
    """Options of the choice: the ladder up to each rung, and one on which nobody can wait."""
    wait, *above = RUNGS
    chosen = {name: [*(RUNGS[one] for one in above[: n + 1]), RUNGS[wait]] for n, name in enumerate(above)}
    return {
        name: {"beds.ladder": f"[{', '.join(f'{{{rung}}}' for rung in rungs)}]"}
        for name, rungs in {wait: [RUNGS[wait]], **chosen, NOBODY_WAITS: [_AT_ONCE]}.items()
    }


def answer(controls: Sequence[Control], settings: Settings) -> Played:
    """The runs of these settings. Raises InputError."""
    return play(WORLD, scenario_sets(controls, settings), RUNS, "compiled")


def numbers(played: Played) -> list[Number]:
    """What a student compares; the first is what was predicted."""
    named = {
        "In the hold rooms, mean": ("people", "hold_room_mean"),
        "Longer than 12 hours in a hold room": ("people", "hold_room_stays_over_limit"),
        "Moved to the other area": ("people", "transfers"),
        "Nights over contract": ("bed-nights", "over_contract_nights"),
        "Displaced: released from a bed": ("people", "releases_displaced"),
        "Released for lack of a bed": ("people", "releases_no_bed"),
        "Removed": ("people", "removals"),
    }
    at_end = played.daily("hold_room")[:, -1].astype(float).tolist()
    others = [Number(label, unit, played.values(name).tolist()) for label, (unit, name) in named.items()]
    return [Number("In the hold rooms at the end", "people", at_end), *others]


def drawn(played: Played) -> str:
    """The picture: people in hold rooms and in beds by day, and what became of 100 people arrested."""
    waiting, held, beds = played.daily("hold_room"), played.daily("held"), _beds(played)
    fates = _fates(played)
    told = "; ".join(f"{fate['fate']}: {fate['share']:.0f}" for fate in fates)
    alternative = (
        f"Lines over {played.scenario.days} days. People in hold rooms: from {waiting.min():.0f} to "
        f"{waiting.max():.0f}. People in beds: from {held.min():.0f} to {held.max():.0f}, with {beds} beds. Bars, of "
        f"100 people arrested: {told}."
    )
    data: dict[str, Rows] = {
        "rows": rows({"waiting": waiting, "held": held}),
        "beds": [{"value": beds, "text": f"dashed: {beds} beds in both areas"}],
        "fates": fates,
    }
    return picture(_CHART, data, alternative)


def caption(played: Played) -> str:
    """What the picture shows, in a sentence."""
    return (
        f"People in the hold rooms of both areas, and people in beds, over {played.scenario.days} days, in "
        f"{len(played.replications)} runs with the same settings, one of them thick. Bars: of 100 people arrested, how "
        "many were moved, released or removed by the end. People who were moved may also have been removed; some are "
        "still held."
    )


def theory(played: Played, settings: Settings) -> str:
    """The arithmetic beside the runs: beds against arrivals, Little's law on the line, Erlang B where nobody waits."""
    if settings["rungs"] == NOBODY_WAITS:
        return f"{_balance(settings)} {_erlang(played, settings)}"
    return f"{_balance(settings)} {_little(played)}"


def lost(settings: Settings) -> float:
    """Share of all people arrested who find no bed where nobody can wait: Erlang B in each area."""
    north, south = float(settings["arrests"]), SOUTH_ARRESTS
    alone = north * erlang_b(int(settings["beds"]), north * STAY_DAYS)
    return (alone + south * erlang_b(SOUTH_BEDS, south * STAY_DAYS)) / (north + south)


def _balance(settings: Settings) -> str:
    arrests, beds = float(settings["arrests"]), int(settings["beds"])
    load, leave = arrests * STAY_DAYS, beds / STAY_DAYS
    more = arrests - leave
    line = f"so {more:g} a day find none" if more > 0 else "so there are enough on average"
    return (
        f"**Theory.** North: {arrests:g} a day × {STAY_DAYS} days = {load:g} people need a bed; {beds} beds "
        f"become free at {beds} ÷ {STAY_DAYS} = {leave:g} a day, {line}. South: 60 people on {SOUTH_BEDS} beds."
    )


def _little(played: Played) -> str:
    arrested = played.mean("arrests") / played.scenario.days
    waiting = played.mean("hold_room_mean")
    seen = played.mean("bed_wait_hours_mean")
    return (
        f"Little's law: {aligned(waiting)} people in the hold rooms ÷ {arrested:.1f} arrests a day = "
        f"{aligned(waiting / arrested)} days there for each person arrested. The mean wait of those who **got** "
        f"a bed is {aligned(seen / 24)} days: people still waiting at the end are not in that mean."
    )


def _erlang(played: Played, settings: Settings) -> str:
    seen = played.mean("releases_no_bed") / played.mean("arrests")
    arrests, beds = float(settings["arrests"]), int(settings["beds"])
    floor = fluid_loss(beds, arrests * STAY_DAYS)
    return (
        f"If nobody can wait, Erlang B (1917) gives the share who find no bed: {100 * lost(settings):.1f} in 100 of "
        f"all people arrested. These runs, which start with 140 people in the north: {100 * seen:.1f} in 100. In the "
        f"north, 1 − beds ÷ people who need one = {100 * floor:.0f} in 100 is the minimum under any management."
    )


def _beds(played: Played) -> int:
    return int(played.daily("beds_operating")[0, 1])


def _fates(played: Played) -> list[dict[str, object]]:
    arrests = played.mean("arrests")
    shares = {fate: 100 * played.mean(measure) / arrests for fate, measure in _FATES.items()}
    return [{"fate": fate, "share": share, "text": f"{share:.0f}"} for fate, share in shares.items()]


_HUNDRED: Final[Spec] = {"domain": [0, 100]}
_BARS: Final[Spec] = {
    "width": PLOT,
    "height": {"step": 42},
    "data": {"name": "fates"},
    "encoding": {
        "y": {"field": "fate", "type": "nominal", "sort": None, "title": None, "axis": None},
        "x": {"field": "share", "type": "quantitative", "title": "of 100 people arrested", "scale": _HUNDRED},
    },
    "layer": [
        {"mark": {"type": "bar", "color": BLUE, "height": 14, "yOffset": 9}},
        {
            "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 6, "dy": 9, "fontWeight": "bold"},
            "encoding": {"text": {"field": "text"}},
        },
        {
            "mark": {"type": "text", "align": "left", "dy": -9},
            "encoding": {"text": {"field": "fate"}, "x": {"value": 0}},
        },
    ],
}
_CHART: Final[Spec] = stacked(
    lines("waiting", "in hold rooms", 130), lines("held", "in beds", 110, [level("beds")]), _BARS
)
