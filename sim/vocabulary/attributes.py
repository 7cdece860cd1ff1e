"""Attributes of a person, and other short lists of words. A code is a position, so new words go at the end."""

from __future__ import annotations

from typing import Final

SECONDS_PER_DAY: Final = 86_400
EMPTY: Final = -(2**62)
"""A time or number that does not exist."""

SOURCES: Final = ("at_large", "local_custody", "border")
INTERIOR: Final = ("at_large", "local_custody")
CRIMINALITY: Final = ("convicted", "pending", "none")
CUSTODY_CLASSES: Final = ("mandatory", "discretionary")
TRACKS: Final = ("final_order", "expedited", "proceedings", "voluntary")
INTAKE_OUTCOMES: Final = ("detain", "returned", "recognizance", "parole")
DIVERTED, DIVERTED_NO_SHOW = range(len(INTAKE_OUTCOMES), len(INTAKE_OUTCOMES) + 2)
"""What `release.atd.diversion` makes of `detain`: supervision of a person who will appear in court, or will not."""
HEARING_OUTCOMES: Final = ("ordered", "relief", "terminated")
PLACE_KINDS: Final = ("detention", "processing", "staging")
MOVE_TIMES: Final = ("after", "limit", "document", "seat_line")
"""When a move falls due: after a drawn time or the limit of the place, or at a stage."""
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
