"""One replication: draw people, play them, check the laws, measure the records."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.errors import InputError
from sim.experiment.engines import Tick, lawful
from sim.experiment.store import PartFolder
from sim.measures import Measured, measure
from sim.measures.events import Event, journeys
from sim.measures.rows import Rows, rows
from sim.people.draw import draw
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables
from sim.theory import observe

Made = tuple["Finished", Rows | None]
"""What came of a replication: what is always kept, and its custody records if they are asked for."""
ROWS: Final = "rows"
"""Kind of the file that keeps the custody records of a replication, if they are asked for."""


@dataclass(frozen=True)
class Job:
    """All that a process needs to play any replication of a run."""

    scenario: Scenario
    tables: Tables
    engine: str
    part: PartFolder
    key: str
    records: bool
    events: int


@dataclass(frozen=True)
class Finished:
    """What is kept of a replication."""

    replication: int
    measured: Measured
    events: int
    journeys: tuple[Event, ...]
    seen: dict[str, tuple[float, float]]
    """What the analytic twin compares."""


@dataclass(frozen=True)
class Failure:
    """A replication that could not be finished."""

    replication: int
    seed: int
    error: str

    def line(self) -> str:
        """The failure as one line."""
        return f"replication {self.replication} (seed {self.seed}) failed: {self.error}"


def attempt(job: Job, replication: int, tick: Tick) -> Failure | Made:
    """Play a replication. Raises InputError."""
    try:
        return _replicate(job, replication, tick)
    except InputError:
        raise
    except Exception as error:
        return Failure(replication, job.scenario.seed, _one_line(error))


def keep(job: Job, made: Made) -> None:
    """Keep a replication. Raises OSError if it cannot be kept."""
    finished, kept_rows = made
    if kept_rows is not None:
        job.part.save(finished.replication, job.key, kept_rows, ROWS)
    job.part.save(finished.replication, job.key, finished)


def is_finished(job: Job, replication: int) -> bool:
    """Whether all that is asked for of the replication is kept."""
    rows_there = not job.records or job.part.has(replication, job.key, ROWS)
    return rows_there and job.part.has(replication, job.key)


def _replicate(job: Job, replication: int, tick: Tick) -> Made:
    people = draw(job.scenario, job.tables, job.scenario.seed, replication)
    custody = lawful(job.tables, people, job.engine, tick)
    sample = tuple(journeys(custody, job.events)) if job.events else ()
    kept_rows = rows(custody) if job.records else None
    seen = observe(job.scenario, custody)
    return Finished(replication, measure(custody), custody.records.counts.events, sample, seen), kept_rows


def _one_line(error: Exception) -> str:
    """The error and where it was raised, in one line and without a path of this machine."""
    text = " ".join(str(error).split()) or "no message"
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {text}{where}"
