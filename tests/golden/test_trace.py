"""One small world, event by event: the stored trace was checked by hand, line by line."""

from __future__ import annotations

from pathlib import Path

from sim.measures.laws import check
from sim.pathway import play
from sim.vocabulary import EMPTY, EXIT_REASONS
from tests.by_row import Played
from tests.golden.trace import small_world, trace
from tests.pathway.worlds import DAY, HOUR


def test_trace() -> None:
    """Every dated event in its order; numbers are rows, areas, routes, or 16 × row + rung."""
    assert trace() == (Path(__file__).parent / "trace.csv").read_text(encoding="utf-8")


def test_exits_by_hand() -> None:
    """What the trace means for the six people."""
    world, table = small_world()
    records = Played(world, table, play(world, table))
    check(records.custody)
    exits = [EXIT_REASONS[code] if code >= 0 else "held" for code in records.stays.exit.tolist()]
    assert exits == ["removed", "no_bed", "removed", "parole", "returned", "removed"]
    noon = [DAY + 12 * HOUR, 3 * DAY + 12 * HOUR]
    assert records.stays.t_exit.tolist() == [noon[1], 14 * HOUR, noon[0], 11 * HOUR, DAY + HOUR, noon[1]]
    assert records.stays.t_bed.tolist() == [EMPTY, EMPTY, 12 * HOUR, EMPTY, EMPTY, noon[0]]
    assert records.stays.area.tolist() == [0, 0, 1, 0, 0, 1]
