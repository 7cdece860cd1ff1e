"""How many results a figure with a picture for each can show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.analysis.tables import ResultTables

MOST: Final = 4


def drawn(results: Sequence[ResultTables]) -> tuple[Sequence[ResultTables], list[str]]:
    """The results that are drawn, the baseline first; and a sentence if some are left out."""
    left_out = [f"Drawn are the first {MOST} of {len(results)} results."] if len(results) > MOST else []
    return results[:MOST], left_out
