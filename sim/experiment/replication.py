"""One replication: draw people, play them, check the laws, and keep what is asked for."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_type_hints

from pydantic import AfterValidator

from sim import theory
from sim.errors import InputError
from sim.experiment.engines import counted, lawful, stream_of
from sim.experiment.store import PartFolder
from sim.experiment.work import tick, unpack
from sim.measures import Measured, measure
from sim.measures.events import Event, journeys
from sim.measures.measured import measured
from sim.measures.rows import Rows, rows
from sim.measures.summary import Value, summarize
from sim.people.pace import paced
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables
from sim.vocabulary import FILES, MEASURES

Measuring = Callable[[Scenario, Tables, str, int], Any]
"""Plays a replication with an engine and returns what is kept of it: a function of a module, or a `partial` of one."""


# --- what is kept -------------------------------------------------------------------------------
def _complete(values: dict[str, Value]) -> dict[str, Value]:
    if values.keys() != MEASURES.keys():
        raise ValueError("has other measures")
    return values


MeasureValues = Annotated[dict[str, Value], AfterValidator(_complete)]
"""Every measure of a replication."""


@dataclass(frozen=True)
class Finished:
    """What a run keeps of a replication; `rows` are its custody records, if they are asked for."""

    replication: int
    measured: Measured
    events: int
    journeys: tuple[Event, ...]
    seen: dict[str, tuple[float, float]]
    """What theory is compared with."""
    rows: Rows | None = None

    def __post_init__(self) -> None:
        one = self.measured
        _complete({name: value for name, (_, value) in one.summary.items()})
        for file, columns, shape in (
            ("daily.csv", one.daily, (one.days + 1,)),
            ("daily_by_area.csv", one.by_area, (one.days + 1, len(one.areas))),
        ):
            names = {column.name for column in FILES[file]}
            if not names >= columns.keys() or any(values.shape != shape for values in columns.values()):
                raise ValueError(f"has another {file}")


def values_of(scenario: Scenario, tables: Tables, engine: str, replication: int) -> MeasureValues:
    """Play a replication; every measure of it."""
    people = stream_of(scenario, tables, engine, replication)
    whole = may_be_arrested_again(scenario)
    return summarize(lawful(tables, people, engine, tick).series if whole else counted(tables, people, engine, tick))


def finished_of(
    scenario: Scenario, tables: Tables, engine: str, replication: int, *, events: int = 0, records: bool = False
) -> Finished:
    """Play a replication; all that the result folder of a run needs, with the journeys of so many people."""
    people = stream_of(scenario, tables, engine, replication)
    if not (events or records or may_be_arrested_again(scenario) or theory.needs_log(scenario, tables)):
        series = counted(tables, people, engine, tick)
        seen = theory.observe_series(scenario, series)
        return Finished(replication, measured(series), series.records.counts.events, (), seen)
    custody = lawful(tables, people, engine, tick)
    sample = tuple(journeys(custody, events)) if events else ()
    kept_rows = rows(custody) if records else None
    seen = theory.observe(scenario, custody)
    return Finished(replication, measure(custody), custody.records.counts.events, sample, seen, kept_rows)


def may_be_arrested_again(scenario: Scenario) -> bool:
    """Whether people whom a run releases may come back in it."""
    return scenario.release is not None and scenario.release.rearrest is not None


def kind_of(measuring: Measuring) -> Any:
    """The type of what is kept."""
    function = measuring.func if isinstance(measuring, partial) else measuring
    return get_type_hints(function, include_extras=True)["return"]


def name_of(measuring: Measuring) -> str:
    """What decides what is kept: the function and its own options."""
    function, own = (measuring.func, measuring.keywords) if isinstance(measuring, partial) else (measuring, {})
    return f"{function.__module__}.{function.__qualname__}({sorted(own.items())})"


# --- playing ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Job:
    """Everything that a process needs to play any replication of a point, and to keep it where `part` is given."""

    key: str
    scenario: Scenario
    tables: Tables
    measuring: Measuring
    part: PartFolder | None = None


class Played(NamedTuple):
    """What came of a replication: why it failed, in one line, or its result, unless that is kept already."""

    key: str
    replication: int
    error: str | None = None
    result: Any = None


@dataclass(frozen=True)
class Failure:
    """A replication that could not be finished; `point` is empty for a run."""

    replication: int
    seed: int
    error: str
    point: str = ""

    def line(self) -> str:
        """The failure as one line."""
        at = f"{self.point}: " if self.point else ""
        return f"{at}replication {self.replication} (seed {self.seed}) failed: {self.error}"

    def entry(self) -> dict[str, Any]:
        """The failure as the manifest has it."""
        point = {"point": self.point} if self.point else {}
        return {**point, "replication": self.replication, "seed": self.seed, "error": self.error}


def play(packed: bytes, engine: str, replication: int) -> Played:
    """Play a replication of a packed job, in whatever process. Raises InputError, and OSError if it cannot be kept."""
    job: Job = unpack(packed)
    try:
        tables = paced(job.scenario, job.tables, replication)
        result = job.measuring(job.scenario, tables, engine, replication)
    except InputError:
        raise
    except Exception as error:
        return Played(job.key, replication, _one_line(error))
    if job.part is None:
        return Played(job.key, replication, None, result)
    job.part.save(replication, job.key, result)
    return Played(job.key, replication)


def _one_line(error: Exception) -> str:
    """The error and where it was raised, in one line and without a path of this machine."""
    text = " ".join(str(error).split()) or "no message"
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {text}{where}"
