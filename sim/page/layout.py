"""What the page's compiled code reads and writes beside the world of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from sim.compiled import layout as at
from sim.compiled.durations import LAW, POINT


def _fields(kind: str, *names: str) -> list[tuple[str, str]]:
    return [(name, kind) for name in names]


# --- how people are drawn -----------------------------------------------------------------------------
BLOCK: Final = np.dtype(_fields("i8", "source", "area", "candidates", "first", "n", "done"))
"""People whose draws come from one family of streams: who is held on day 0, then each source in each area.

Play sets `first`, the number of the first of them, `n`, how many there are, and `done`, how many have been drawn.
"""
COLUMN: Final = np.dtype(
    _fields("i8", "on", "arrivals", "held", "how", "row", "code", "times", "code_2", "scale")
    + _fields("i8", "field", "bytes", "of_stay")
)
"""One number that is drawn for a person: who has it, how it is made and where it goes.

`row` is the first choice or law; to it are added the person's field at byte `code`, `times` as much, and the one at
`code_2` (-1: none). `on` is 0 where no run of the scenario reads the number.
"""
CHOOSE, SECONDS, WORK, SHARE, MOVE, HEIGHT, EVENLY, ASIDE, ASIDE_EVENLY = range(9)
"""Values of `how`: an index by chances, a duration, work of a clock, a drawn share, bits of moves, the height of a
candidate, an index by chances from numbers that spread evenly; and words that are put aside, in `aside` at `row`."""
SAMPLE_ROW, SERVED_BAND, SERVED, STAGE, IN_STAGE, LEFT = range(6)
"""Words that are put aside for people held on day 0."""
CHOICE: Final = np.dtype([("total", "f8"), *_fields("i8", "first", "n")])
"""Chances: `n` edges from `first` on, below `total`; the values stand one to each edge and one beyond them."""
FIRST_COLUMN: Final = 2
"""Before it stand the streams of arrivals and of rows of the sample."""
KEEP: Final = -(1 << 40)
"""A value that leaves a field as it is."""
SAMPLED: Final = (
    *("source", "criminality", "custody", "track", "group", "stage", "served_days", "spent_s"),
    *("hearings", "adjournment_s", "ordered_s"),
)
SAMPLE: Final = np.dtype(_fields("i8", *SAMPLED))
BAND: Final = np.dtype(_fields("i8", "low", "width"))
YEAR: Final = np.dtype(_fields("i8", "first", "n"))
"""A calendar year of the window: its first date that counts, and how many follow."""
DRAW_SCALARS: Final = (
    *("n_blocks", "n_columns", "n_held", "n_years", "n_sample", "n_served_bands"),
    *("band_choice", "stage_choice", "long_stay", "case_known", "intake_held"),
    *("left_stay", "left_preparing", "left_adjourned", "left_appeal", "left_document", "left_stay_of_removal"),
    *("rows_most", "people_most", "n_spare", "played_to", "part_days"),
)
"""Numbers of the draws: `left_…` are laws (`law_rows`) of what is left of a stage on day 0. The last line is set by the
page and by play."""
DRAW_TABLES: Final[Mapping[str, Any]] = {
    "blocks": BLOCK,
    "columns": COLUMN,
    "choices": CHOICE,
    "edges": "f8",
    "values": "i8",
    "laws": LAW,
    "law_rows": "i8",
    "points": POINT,
    "border": "f8",  # people a day by area, then day
    "weekday": "f8",  # factor by day
    "sigma": "f8",  # one number: of the day effect
    "years": YEAR,
    "bands": BAND,
    "sample": SAMPLE,
    "first_stay": at.STAY,  # one row: a person before anything has happened
    # what play and the page fill
    "keys": "u8",  # two words for each block and column, then for each source and year
    "effects": "f8",  # by source, then day
    "times": "i4",  # by person: when they come
    "words": "u8",
    "spare": "i4",  # rows of people who have gone
    "aside": "u8",  # words of the people drawn together
}
DRAW_ROOM: Final = ("keys", "effects", "times", "words", "spare", "aside")
"""Tables that are filled before play reads them."""
CHUNK: Final = 256
"""People who are drawn together."""
