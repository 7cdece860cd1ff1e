"""The results of a national year in numbers and sentences that take no side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.classroom.screen import Number
from sim.measures import Measured
from sim.vocabulary import Cause

Floats = NDArray[np.float64]

LAST: Final = 28
"""Days over which what is daily is averaged."""
CAUSES: Final = {cause.word: cause.row.words for cause in Cause if cause.row.counted}


def numbers(year: Measured) -> list[Number]:
    """What a student compares; the first is what was predicted. All stand in a result folder or follow from it."""
    return [
        Number("Arrests at the end", "a day", [lately(year, "arrests_interior")]),
        Number("Held at the end", "people", [number(year, "held_end")]),
        Number("Removed", "people", [number(year, "removals")]),
        Number("Released for lack of a bed", "people", [number(year, "releases_no_bed")]),
        Number("Hold-room stays over the limit", "stays", [number(year, "hold_room_stays_over_limit")]),
        Number("Cost of what happens", "billion dollars", [number(year, "cost_usd_total") / 1e9]),
    ]


def number(year: Measured, measure: str) -> float:
    """A measure of the year; 0 where it is undefined."""
    value = year.value(measure)
    return float(value) if isinstance(value, (int, float)) else 0.0


def lately(year: Measured, column: str) -> float:
    """Mean of a column of daily.csv over the last 28 days."""
    return float(np.mean(year.daily[column][-LAST:]))


def story(year: Measured) -> list[str]:
    """What holds the goal back and what gives way, in the order of the pathway: one sentence or two for each stage."""
    return [" ".join(of(year)) for of in (_goal, _beds, _cases, _money)]


def _goal(year: Measured) -> Iterator[str]:
    made, goal = lately(year, "arrests_interior"), float(year.daily["arrest_goal"][-1])
    yield f"**Goal.** The goal is {goal:,.0f} arrests a day; in the last four weeks {made:,.0f} a day are made."
    missed, cause = year.value("goal_missed_from"), year.value("binding_stage")
    if missed is None:
        yield "The goal counts as met at the end of the year: the last four weeks are within 2 % of it."
    else:
        why = f", because {CAUSES.get(str(cause), str(cause))}" if cause else ", mostly by the chance of those days"
        yield f"It is missed from {_date(str(missed))} to the end{why}."


def _beds(year: Measured) -> Iterator[str]:
    held, beds = number(year, "held_end"), float(year.daily["beds_operating"][-1])
    funded = float(year.daily["funded_beds"][-1])
    yield (
        f"**Beds.** {held:,.0f} people are held at the end, in {beds:,.0f} operating beds; "
        f"Congress paid for {funded:,.0f}."
    )
    empty, over = number(year, "empty_beds_mean"), number(year, "areas_over_contract_mean")
    yield f"On an average night {empty:,.0f} beds are empty while {over:.0f} of 25 areas hold more than contracted."
    yield (
        f"{number(year, 'releases_no_bed'):,.0f} people are released because no bed is available, and "
        f"{number(year, 'hold_room_stays_over_limit'):,.0f} stays in hold rooms exceed the limit."
    )


def _cases(year: Measured) -> Iterator[str]:
    yield (
        f"**Cases and removals.** {number(year, 'removals'):,.0f} people are removed. On average they wait "
        f"{number(year, 'hearing_wait_days_mean'):,.1f} days for a hearing. From order to removal takes "
        f"{number(year, 'order_to_removal_days_mean'):,.0f} days, {number(year, 'seat_wait_days_mean'):,.1f} of "
        f"them waiting for a seat."
    )


def _money(year: Measured) -> Iterator[str]:
    yield (
        f"**Money.** The year costs {number(year, 'cost_usd_total') / 1e9:.1f} billion dollars: "
        f"nights, arrests, hearings, seats."
    )
    day = year.value("funds_exhausted_day")
    if isinstance(day, (int, float)):
        date = year.start + dt.timedelta(days=int(day))
        yield (f"The custody money of the fiscal year runs out on {_date(date.isoformat())}; people remain held.")


def _date(iso: str) -> str:
    date = dt.date.fromisoformat(iso)
    return f"{date.day} {date:%B %Y}"


def endless(theory: Floats) -> str:
    """What theory says at once, in a sentence or two."""
    return (
        f"**Theory, at once.** If nobody waited longer than usual for a bed, a judge or a seat, "
        f"**{theory[-1]:,.0f}** people would be in custody at the end of the year, in beds, in hold rooms and in "
        f"transit: Little's law day by day, arrivals times the share still there (an infinite-server queue, "
        f"M(t)/G/∞; Eick, Massey and Whitt 1993). If the simulation has fewer, people were released for lack of a "
        f"bed; if more, they wait."
    )
