"""Prints the trace of one small world: every dated event, in the order in which it was played.

`python -m tests.golden.trace` prints what stands in trace.csv. Read the difference before storing a
new one: a line that moves is a change of the model.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sim import rules
from sim.pathway import clock
from sim.pathway.world import World
from sim.people.table import People
from sim.scenario.world.tables import DOCUMENT_SPEED, Tables
from sim.vocabulary import Stage
from tests.pathway.test_events import CONVICTED, MANDATORY, cleared, rungs, running
from tests.pathway.test_events import clock as runs_out
from tests.pathway.worlds import DAY, HOUR, beds, calendar, people, tables

KINDS = {
    getattr(rules, name): name.lower()
    for name in (
        "MIDNIGHT",
        "TRANSFER_DEPARTURE",
        "ROUTE_DEPARTURE",
        "LANDING",
        "HEARING_LIST",
        "SCREENING_LIST",
        "CASE_STEP",
        "CLOCK",
        "REVIEW_END",
        "ARREST",
        "PROCESSED",
        "ASSIGN_DESK",
        "ASSIGN_BED",
        "ASSIGN_REVIEW",
        "RUNG",
    )
}


def small_world() -> tuple[Tables, People]:
    """Two areas, one desk and one bed each; a docket, a flight, clearance of no_bed and parole, a full ladder."""
    ladder = rungs(("transfer", 4 * HOUR), ("displace", 6 * HOUR), ("release", 12 * HOUR))
    world = tables(
        days=4,
        areas=("A", "B"),
        intake_on=True,
        desks=1,
        **beds((1, 1), days=4, areas=2),
        **ladder,
        transfer_to=((1,), ()),
        transfer_calendar=(calendar((6 * HOUR, 1)), calendar()),
        mode_stay=False,
        dockets=("D",),
        docket_of=0,
        docket_calendar=(calendar((9 * HOUR, 1), (DAY + 9 * HOUR, 1), (2 * DAY + 9 * HOUR, 2)),),
        routes=("R",),
        route_calendar=(calendar((DAY + 12 * HOUR, 1), (3 * DAY + 12 * HOUR, 2)),),
        **running(),
        **cleared("no_bed", "parole"),
    )
    held = {
        "t": -20 * DAY,
        "stage0": int(Stage.DOCKET),
        "left_s": -1,
        "track": 2,
        "document_work": DAY * DOCUMENT_SPEED,
    }
    rows = [
        held | {"area": 0},
        {"t": HOUR, "processing_s": HOUR, "track": 2, "hearings": 1, "outcome": 1},
        {"t": HOUR, "processing_s": HOUR, "custody": MANDATORY, "criminality": CONVICTED, "preparing_s": HOUR},
        {"t": 2 * HOUR, "processing_s": HOUR, "clock_work": runs_out("parole", 5 * HOUR), "review_s": 2 * HOUR},
        {"t": DAY, "processing_s": HOUR, "intake": 1},
        {"t": DAY, "area": 1, "processing_s": HOUR, "preparing_s": 10 * HOUR},
    ]
    return world, people(*rows)


Line = tuple[str, str, str]


@contextmanager
def recording(lines: list[Line]) -> Iterator[None]:
    """Write down each keyed event when it is played, and each stage a person comes to."""
    original = clock.Clock.queue

    def queue(env: clock.Clock, event: Any, at: int, key: int) -> None:
        original(env, event, at, key)
        if key:
            kind, number = key >> rules.KIND_BITS, key & ((1 << rules.KIND_BITS) - 1)
            event.callbacks.append(lambda _: lines.append((moment(at), KINDS[kind], str(number))))

    with patch.object(clock.Clock, "queue", queue):
        yield


def moment(t: int) -> str:
    """Day and time of day."""
    day, second = divmod(t, DAY)
    return f"{day} {second // HOUR:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def trace() -> str:
    """The trace as CSV text: dated events, then each person's way by the moments of their record."""
    lines: list[Line] = []
    world_tables, table = small_world()
    with recording(lines):
        world = World(world_tables, table)
        world.start()
        world.env.play(world.end)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("time", "event", "number"))
    writer.writerows(lines)
    return out.getvalue()


if __name__ == "__main__":
    sys.stdout.write(trace())
