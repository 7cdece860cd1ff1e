"""How much a study would play, and about how long that takes, from a measured pilot."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.experiment.engines import expected_people, make_ready
from sim.experiment.replication import values_of
from sim.experiment.study import Point, Study
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables, build_tables

_PILOT_PEOPLE: Final = {"simpy": 20_000, "compiled": 500_000}
"""People drawn in a pilot at most: some seconds. Of a longer scenario the first days are played."""


@dataclass(frozen=True)
class Forecast:
    """Replications in all, finished and to be played; the pilot; and how long it all takes on one core."""

    points: int
    total: int
    kept: int
    people: int
    workers: int | None
    pilot_days: int
    pilot_people: int
    pilot_seconds: float

    @property
    def seconds(self) -> float:
        """About how long it takes on one core that does nothing else."""
        return self.people * self.pilot_seconds / max(self.pilot_people, 1)

    def lines(self) -> list[str]:
        """What would run, and about how long it takes."""
        left = self.total - self.kept
        kept = f", {self.kept:,} of them finished and kept" if self.kept else ""
        each = f" (about {self.people // left:,} people in each)" if left else ""
        pilot = f"{self.pilot_people:,} people over {self.pilot_days} days took {self.pilot_seconds:.2g} s"
        workers = self.workers or 1
        there = f"; {spoken(self.seconds / workers)} with {workers} workers" if workers > 1 else ""
        return [
            f"{self.points:,} points, {self.total:,} replications{kept}; {left:,} to play{each}",
            f"about {spoken(self.seconds)} on one core of this machine (a pilot of {pilot}){there}",
        ]


def forecast(study: Study, points: Sequence[Point], replications: Sequence[int], of: Point) -> Forecast:
    """What `study.evaluate` would have to do. Plays one replication of the point `of`; writes nothing.

    Raises InputError.
    """
    tasks = study.tasks(points, replications)
    missing = study.missing(tasks)
    people = sum(one.people for one in missing.values())
    engine = study.engine_for(people)
    make_ready(engine, study.quiet)
    days, drawn, seconds = _pilot(study, of, engine)
    workers = study.workers_for(people, engine, len(missing))
    return Forecast(len(points), len(tasks), len(tasks) - len(missing), people, workers, days, drawn, seconds)


def _pilot(study: Study, point: Point, engine: str) -> tuple[int, int, float]:
    """Days and people played, and the seconds it took."""
    whole = study.resolve(point).scenario.days
    days = max(1, min(whole, whole * _PILOT_PEOPLE[engine] // max(study.settled(point).people, 1)))
    scenario = study.resolve(Point("pilot", (*point.sets, f"days={days}"))).scenario
    tables = build_tables(scenario)
    people = expected_people(scenario, tables) // scenario.replications
    seconds = [_seconds(scenario, tables, engine) for _ in range(2)]
    return days, people, seconds[1]


def _seconds(scenario: Scenario, tables: Tables, engine: str) -> float:
    """Processor time of one replication; the first also loads things, which is no part of it."""
    started = time.process_time()
    values_of(scenario, tables, engine, 1)
    return time.process_time() - started


def spoken(seconds: float) -> str:
    """A length of time in words: `40 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
