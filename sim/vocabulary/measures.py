"""Every measure: its unit and meaning. `checks` of a scenario use these names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sim.vocabulary.attributes import PLACE_KINDS
from sim.vocabulary.columns import FILES, table
from sim.vocabulary.exits import EXIT_REASONS


@dataclass(frozen=True)
class Measure:
    """One row of `summary.csv`. Unit `text` marks a measure whose value is a word or a date.

    `adds_up` marks a measure that grows with the window, so that windows of different length are not comparable;
    `signed` one that can be below 0.
    """

    unit: str
    meaning: str
    adds_up: bool = False
    signed: bool = False

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the largest value that the measure can have."""
        if self.signed:
            return -math.inf, math.inf
        return 0.0, 1.0 if self.unit == "1" else math.inf


TEXT: Final = "text"


def _measures() -> dict[str, Measure]:
    """The rows of `measures.csv`, in the order of the files; a value at the end without words has those of its column.

    Values at the end that have no row come last.
    """
    at_end = {f"{one.name}_end": Measure(one.unit, one.at_end) for one in FILES["daily.csv"] if one.at_end}
    stated = {
        name: Measure(unit, meaning, bool(adds_up), bool(signed)) if unit else at_end[name]
        for name, unit, meaning, adds_up, signed in table("measures.csv")
    }
    return stated | at_end


MEASURES: Final[Mapping[str, Measure]] = _measures()
"""Every measure, in the order of the files."""

AGES_DAYS: Final = (7, 30, 90, 180, 365)
"""Days after the arrests of a month at which `cohorts.csv` looks at them."""
OUTCOMES: Final = (*EXIT_REASONS, "departed", "arrested_again")
"""How people of a cohort have left: by reason, `departed` after giving up or on the voluntary track."""
HELD_IN: Final = ("held_hold_room", "held_road", *(f"held_{kind}" for kind in PLACE_KINDS))
"""Where people of a cohort still held are: in a hold room, on the road to a bed, or in a bed of a kind of place."""

BINDING: Final = """\
`goal_missed_from` and `binding_stage` refer to one goal: the removal goal if it is missed at the end, otherwise the
arrest goal. A goal is missed on a date if the mean of the last 28 days (early on, of all days so far) is below 98 % of
it. A 28-day mean of daily counts with a day effect of 0.2 varies by 2 to 4 % by chance alone. Without the tolerance, a
goal that is met on average would count as missed in half of all replications; with it, some replications still miss it,
so `summary.csv` requires more than half of them. `goal_missed_from` is the first date from which the goal stays missed
to the end; a goal met at the end has none.

`binding_stage` names what holds that goal back from that date to the end. It is empty if no goal is missed. Waiting is
counted in person-days in each line: `desks`, `beds`, `clearance`, `screening`, `courts` (dockets), `documents`,
`stays_of_removal`, `seats`.

- Arrest goal missed: the largest cause of the shortfall on those days: `officers`, `pool` or `money`. If it is
  `throttle` (hold rooms full), the line with the most person-days; if it is chance, empty.
- Removal goal missed: the line with the most person-days, if people spend at least half of all person-days in custody
  waiting in lines, or if no arrest goal is missed because of officers, pool or money; otherwise that cause.

In `summary.csv` the `mean` of a word is the word that more than half of all replications have. The `mean` of a date is
the median date, if more than half of the replications have one; those without one count as later. Otherwise the cell is
empty.
"""
