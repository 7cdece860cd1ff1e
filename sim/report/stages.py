"""Where each person of the sample is and when, read from `events.csv`, and the words for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple

from sim import vocabulary
from sim.analysis.results import ResultTables
from sim.errors import InputError
from sim.vocabulary import SECONDS_PER_DAY

Place = Literal["desk_line", "desk", "bed_line", "road", "bed", "removed", "released"]

PLACES: Final[dict[Place, tuple[str, str]]] = {
    "desk_line": ("in the hold room, waiting for a desk", "Hold room: waits for a desk"),
    "desk": ("at a processing desk", "Hold room: at a desk"),
    "bed_line": ("in the hold room, waiting for a bed", "Hold room: waits for a bed"),
    "road": ("on the road to another area", "On the road"),
    "bed": ("in a bed", "In a bed"),
    "removed": ("removed", "Removed"),
    "released": ("released", "Released"),
}
"""Places in pathway order: in words that follow a number of people, and as a heading."""

HOLD_ROOM: Final[tuple[Place, ...]] = ("desk_line", "desk", "bed_line")


Row = tuple[str, str, int]
"""event_type, event and time of an event."""


class Stage(NamedTuple):
    """A stage of the pathway as `events.csv` knows it: its place, what a person does in it, the same in a few words."""

    place: Place
    words: str
    label: str


_PLACES: Final[dict[vocabulary.Stage, Place]] = {
    vocabulary.Stage.DESK_LINE: "desk_line",
    vocabulary.Stage.PROCESSING: "desk",
    vocabulary.Stage.INTAKE_REVIEW: "bed_line",
    vocabulary.Stage.BED_LINE: "bed_line",
    vocabulary.Stage.ON_THE_ROAD: "road",
}
"""Places of the stages before a bed."""
STAGES: Final[dict[str, Stage]] = {
    **{stage.word: Stage(place, stage.row.words, stage.row.label) for stage, place in _PLACES.items()},
    "reviewed": Stage("bed_line", vocabulary.Stage.INTAKE_REVIEW.row.words, vocabulary.Stage.INTAKE_REVIEW.row.label),
    "transfer_line": Stage(
        "bed_line",
        "waits in the hold room for a bed, or for a transport to a bed elsewhere",
        "waits for a bed or a transport",
    ),
    "bed": Stage(
        "bed", "is in a bed; the case is prepared, with any earlier hearings", "in a bed: the case is prepared"
    ),
    **{stage.word: Stage("bed", stage.row.words, stage.row.label) for stage in vocabulary.IN_BED},
    **{
        f"exit_{reason.word}": Stage(
            "released" if reason.row.is_release else "removed", f"is {reason.row.words}", reason.row.words
        )
        for reason in vocabulary.Exit
    },
}
"""Stages by name in `events.csv`; `reviewed` and `bed` are what lies between two events."""


class Move(NamedTuple):
    """From `time` (seconds since the start of the run) on, the person is in `stage`."""

    time: int
    stage: str


@dataclass(frozen=True)
class Stay:
    """One sampled person: where they are from when on.

    `held_before`: in custody when the run begins; then the first move is at 0 and says nothing of the time before.
    """

    person: int
    run: int
    moves: tuple[Move, ...]
    held_before: bool = False

    @property
    def gone(self) -> bool:
        """Whether the person left custody within the run."""
        return self.moves[-1].stage.startswith("exit_")

    def stage_at(self, time: int) -> str | None:
        """The stage at a time, seconds since the start; None before the arrest."""
        found = None
        for move in self.moves:
            if move.time > time:
                break
            found = move.stage
        return found


def sampled(results: ResultTables, run: int | None = None) -> list[Stay]:
    """The sampled people of one replication (default: the first there is), in the order of the file.

    Raises InputError without events, or if the replication has none.
    """
    if "events" not in results:
        raise InputError(f"{results.path or results.name}: no events.csv; run the scenario again with `--events N`")
    events = results["events"]
    runs = sorted(set(events["run_number"].tolist()))
    if not runs:
        raise InputError(f"{results.path or results.name}: events.csv has nobody; run again with `--events N`")
    run = runs[0] if run is None else run
    if run not in runs:
        there = ", ".join(map(str, runs))
        raise InputError(f"{results.path or results.name}: no events of replication {run}; there are: {there}")
    chosen = events.take(events["run_number"] == run)
    columns = (chosen[name].tolist() for name in ("entity_id", "event_type", "event", "time"))
    people = groupby(zip(*columns, strict=True), key=lambda row: row[0])
    unsaid = "stay" if part(results, "case").get("mode") == "stay" else "bed"
    return [_stay(int(person), run, [row[1:] for row in rows], unsaid) for person, rows in people]


def part(results: ResultTables, key: str) -> Mapping[str, Any]:
    """A part of the scenario; empty where it has none."""
    found = results.scenario.get(key)
    return found if isinstance(found, Mapping) else {}


def first_day(results: ResultTables) -> dt.date:
    """The day the run starts. Raises InputError where the scenario has none."""
    try:
        return dt.date.fromisoformat(str(results.scenario["start"]))
    except (KeyError, ValueError):
        raise InputError(_spoilt(results, "start: no date")) from None


def window_end(results: ResultTables) -> int:
    """The end of the run, seconds since its start. Raises InputError where the scenario does not say."""
    days = results.scenario.get("days")
    if not isinstance(days, int) or days < 1:
        raise InputError(_spoilt(results, "days: no number of days"))
    return days * SECONDS_PER_DAY


def _spoilt(results: ResultTables, what: str) -> str:
    return f"{results.path / 'scenario.yaml' if results.path else results.name}: {what}; run the scenario again"


def _stay(person: int, run: int, rows: list[Row], unsaid: str) -> Stay:
    moves: dict[int, str] = {}
    for time, stage in _stages(rows, unsaid):
        if stage not in STAGES:
            raise InputError(f"events.csv: event {stage[:40]!r} of person {person} is unknown; run the scenario again")
        moves[time] = stage  # of one instant the last counts
    if not moves:
        raise InputError(f"events.csv: person {person} has no event but an arrival; run the scenario again")
    steps = tuple(Move(time, stage) for time, stage in moves.items())
    return Stay(person, run, steps, held_before="desk_line" not in {event for _, event, _ in rows})


def _stages(rows: list[Row], case: str) -> Iterator[tuple[int, str]]:
    """The stage from each event on; in bed it is `case` until the first step of the case.

    A step of the instant the bed is taken stands before the bed in the file.
    """
    in_bed = False
    for kind, event, time in rows:
        if kind == "resource_use" and event == "bed":
            in_bed = True
            yield time, case
        elif kind == "resource_use_end" and event == "processing":
            yield time, "reviewed"
        elif kind == "resource_use":
            yield time, event
        elif kind == "queue" and event in STAGES and STAGES[event].place == "bed":
            case = event
            if in_bed:
                yield time, case
        elif kind == "queue":
            yield time, event
