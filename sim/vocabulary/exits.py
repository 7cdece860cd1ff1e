"""How a stay ends: every reason with the facts about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import CONTINUOUS, UNIQUE, verify
from typing import Final

from sim.vocabulary.rows import Coded, Row


@dataclass(frozen=True)
class ExitRow(Row):
    """The facts about one reason of exit; `words` follow "is" or a number of people."""

    short: str
    """The same after "released" or "removed"."""
    is_release: bool = True
    """False: a removal."""
    clock: bool = False
    """The release comes from a calendar-time hazard that acts on everybody held."""
    clearable: bool = False
    """A clearance rule can cover it; `all` in a scenario means these."""
    supervised: bool = True
    """The person may be placed on ATD and be arrested again."""


@verify(UNIQUE, CONTINUOUS)
class Exit(Coded):
    """Why somebody leaves custody. Clocks that run out at one moment act in order of code."""

    row: ExitRow

    RECOGNIZANCE = ExitRow(0, "released on recognizance", "on recognizance", clock=True, clearable=True)
    PAROLE = ExitRow(1, "paroled", "paroled", clock=True, clearable=True)
    BOND = ExitRow(2, "released on bond", "on bond", clock=True, clearable=True)
    RELIEF = ExitRow(3, "released after relief was granted", "granted relief", supervised=False)
    TERMINATED = ExitRow(4, "released after proceedings were terminated", "case terminated", supervised=False)
    COURT_ORDER = ExitRow(5, "released by court order", "by court order", clock=True)
    POST_ORDER_LIMIT = ExitRow(
        6, "released under supervision at the post-order limit", "post-order limit", clearable=True
    )
    NO_BED = ExitRow(7, "released for lack of a bed", "for lack of a bed", clearable=True)
    DISPLACED = ExitRow(
        8, "released to free the bed for a person of higher priority", "to free the bed", clearable=True
    )
    OTHER_AGENCY = ExitRow(
        9, "transferred to another agency", "to another agency", clock=True, clearable=True, supervised=False
    )
    REMOVED = ExitRow(10, "removed from the country", "removed", is_release=False, supervised=False)
    RETURNED = ExitRow(11, "returned at intake", "returned at intake", is_release=False, supervised=False)
    DIVERTED = ExitRow(12, "supervised instead of held, from the end of intake on", "supervised instead of held")


EXIT_REASONS: Final = tuple(reason.word for reason in Exit)
"""Words by code."""
RELEASES: Final = tuple(reason for reason in Exit if reason.row.is_release)
RELEASE_REASONS: Final = tuple(reason.word for reason in RELEASES)
REMOVALS: Final = tuple(reason for reason in Exit if not reason.row.is_release)
CLOCKS: Final = tuple(reason for reason in Exit if reason.row.clock)
CLOCK_REASONS: Final = tuple(reason.word for reason in CLOCKS)
CLEARABLE: Final = tuple(reason.word for reason in Exit if reason.row.clearable)
