"""What the page's compiled code reads and writes beside the world of the engine."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.compiled import layout as at


def _fields(kind: str, *names: str) -> list[tuple[str, str]]:
    return [(name, kind) for name in names]


BLOCK: Final = np.dtype(_fields("i8", "n", "people", "stays", "points", "n_points", "rate", "factor"))
"""People who come from one source in one area, or are held on day 0.

`people` and `stays` are the addresses of as many rows as any position of the levers may need. On day 0, `n` of them
are held and `points` is 0; else `n` is set by play, and `points`, `rate` and `factor` are the addresses of `n_points`
points of a process of rate 1, of the people a day on average, and of each day's factor (64-bit floats).
"""
HISTOGRAM_BINS: Final = 60
WAIT: Final = np.dtype([*_fields("i8", "ended", "seconds"), ("bins", "i4", (HISTOGRAM_BINS,))])
"""Visits to a stage that ended, their seconds in the window, and how many of them lasted so many bins of time."""
VISIT: Final = np.dtype(_fields("i4", "stage", "since", "hold_since", "arrest"))
"""Where a person is while the log is read."""
TOTALS: Final = np.dtype(
    _fields("i8", "bin_s", "wait_bin_s", "hold_room_s", "hold_room_stays", "over_limit", "moved")
    + _fields("i8", "over_contract_nights", "exits", "stay_s", "inside", "inside_s")
    + [("stay_bins", "i4", (HISTOGRAM_BINS,)), ("inside_bins", "i4", (HISTOGRAM_BINS,))]
    + [("by_exit", "i8", (16,)), ("cents", "i8")]
)
"""Counts of a run. `bin_s` and `wait_bin_s`, seconds of a bin of stays and of waits, are set before; `inside` are
people still in custody at the end and `inside_s` the time they have been there so far."""
LINES_BY_DAY: Final = np.dtype(_fields("i4", "bed_line", "docket", "seat_line", "removed", "released"))
"""People on three lines at each midnight, and people who left that day; row 0 is the moment the run starts."""
MEASURES: Final = {"totals": TOTALS, "waits": WAIT, "line_days": LINES_BY_DAY, "visits": VISIT}
"""Tables of the measures, in the order of the arguments of `entries.measure`."""
LINE_BYTES: Final = at.LINE_BYTES
