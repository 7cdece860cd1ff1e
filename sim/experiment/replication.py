"""One replication: draw people, play them, check the laws, measure the records."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError
from sim.experiment.store import PartFolder
from sim.measures import Measured, measure
from sim.measures.laws import check
from sim.pathway import play
from sim.people.draw import draw
from sim.scenario.schema import Scenario
from sim.scenario.tables import Tables

Tick = Callable[[int], None]


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


@dataclass(frozen=True)
class Failure:
    """A replication that could not be finished."""

    replication: int
    seed: int
    error: str

    def line(self) -> str:
        """The failure as one line."""
        return f"replication {self.replication} (seed {self.seed}) failed: {self.error}"


def attempt(job: Job, replication: int, tick: Tick) -> Failure | None:
    """Play a replication and keep it. Raises InputError, and OSError if it cannot be kept."""
    try:
        finished = _replicate(job, replication, tick)
    except InputError:
        raise
    except Exception as error:
        return Failure(replication, job.scenario.seed, _one_line(error))
    job.part.save(replication, job.key, finished)
    return None


def _replicate(job: Job, replication: int, tick: Tick) -> Finished:
    people = draw(job.scenario, job.tables, job.scenario.seed, replication)
    records = play(job.tables, people, tick)
    check(job.tables, people, records)
    return Finished(replication, measure(job.tables, people, records), records.counts.events)


def _one_line(error: Exception) -> str:
    """The error and where it was raised, in one line and without a path of this machine."""
    text = " ".join(str(error).split()) or "no message"
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {text}{where}"
