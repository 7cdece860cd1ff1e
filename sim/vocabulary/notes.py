"""What a log row states: a stage, an exit, a request for clearance, or another fact about a person."""

from __future__ import annotations

from enum import CONTINUOUS, UNIQUE, verify
from typing import Final

from sim.vocabulary.exits import Exit
from sim.vocabulary.rows import Coded, Row
from sim.vocabulary.stages import Stage


@verify(UNIQUE, CONTINUOUS)
class Note(Coded):
    """A fact about a person that does not end their stage. Reviews run from a request to one of the three outcomes."""

    TRANSFER_LINE = Row(0, "waits in the hold room for a bed, or for a transport to a bed elsewhere")
    OVER_CONTRACT = Row(1, "gets a bed above the contracted number")
    HEARD = Row(2, "has a hearing")
    GAVE_UP = Row(3, "accepts departure while in proceedings")
    THIRD_COUNTRY = Row(4, "is to be removed to a third country")
    ON_ATD = Row(5, "is enrolled in alternatives to detention")
    REVIEW_STARTED = Row(6, "has a request for release under review")
    REVIEW_REFUSED = Row(7, "is refused a release")
    REVIEW_APPROVED = Row(8, "has a release approved")
    REVIEW_WITHDRAWN = Row(9, "has a request for release withdrawn")
    NO_SHOW = Row(10, "is to be supervised instead of held, and will not appear in court")
    MOVE_LINE = Row(11, "is to be moved to another place")
    MOVE_WITHDRAWN = Row(12, "is not to be moved for the time being")


# A row of the log says one thing in 8 bits: a stage as it is, or one of these plus a code.
NOTED: Final = 32
"""Plus a Note."""
EXITED: Final = 64
"""Plus an Exit."""
REQUESTED: Final = 128
"""Plus an Exit: a release for that reason waits for clearance from now."""

EVENT_WORDS: Final[dict[int, str]] = {
    **{int(stage): stage.word for stage in Stage},
    **{NOTED + note: note.word for note in Note},
    **{EXITED + reason: f"exit_{reason.word}" for reason in Exit},
    **{REQUESTED + reason: f"request_{reason.word}" for reason in Exit},
}
"""The word that `log.csv` has for each code."""
