"""What an engine returns: the log of what happened to people, the ledger, and the engine's own tally."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

BEFORE = -1
"""Time of what was under way when the run began."""


@dataclass(frozen=True)
class Log:
    """One row per change of stage or place of a person, and per note about one, in the order of events.

    People held on day 0 come first, each with one row at time BEFORE. All arrays have one length.
    """

    t: NDArray[np.int32]
    """Seconds since the start of the run."""
    row: NDArray[np.int32]
    """Row of the people table."""
    stage: NDArray[np.uint8]
    """What begins or happens: a Stage, or NOTED + Note, EXITED + Exit, REQUESTED + Exit."""
    place: NDArray[np.int16]
    """Number of the place: today each area is one place with its number."""
    area: NDArray[np.int16]
    """Area that the person counts in from now on."""

    def __len__(self) -> int:
        return len(self.t)
