"""How much a study would play, and about how long that takes, from a measured pilot."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from sim.experiment.engines import expected_people, make_ready
from sim.experiment.replication import values_of
from sim.experiment.study import Point, Study
from sim.scenario.world.tables import build_tables

_PILOT_PEOPLE: Final = {"simpy": 20_000, "compiled": 500_000}
"""People drawn in a pilot at most: some seconds. Of a longer scenario the first days are played."""


def forecast(study: Study, points: Sequence[Point], replications: Sequence[int], of: Point) -> list[str]:
    """What `study.evaluate` would have to do, and about how long that takes on one core that does nothing else.

    Plays one replication of the point `of`; writes nothing. Raises InputError.
    """
    tasks = study.tasks(points, replications)
    missing = study.missing(tasks)
    people, left = sum(one.people for one in missing.values()), len(missing)
    engine = study.engine_for(people)
    make_ready(engine, study.quiet)
    days, drawn, took = _pilot(study, of, engine)
    seconds, workers = people * took / max(drawn, 1), study.workers_for(people, engine, left) or 1
    kept = f", {len(tasks) - left:,} of them finished and kept" if len(tasks) > left else ""
    each = f" (about {people // left:,} people in each)" if left else ""
    pilot = f"{drawn:,} people over {days} days took {took:.2g} s"
    there = f"; {spoken(seconds / workers)} with {workers} workers" if workers > 1 else ""
    return [
        f"{len(points):,} points, {len(tasks):,} replications{kept}; {left:,} to play{each}",
        f"about {spoken(seconds)} on one core of this machine (a pilot of {pilot}){there}",
    ]


def _pilot(study: Study, point: Point, engine: str) -> tuple[int, int, float]:
    """Days and people played, and the processor time it took."""
    whole = study.resolve(point).scenario.days
    days = max(1, min(whole, whole * _PILOT_PEOPLE[engine] // max(study.settled(point).people, 1)))
    scenario = study.resolve(Point("pilot", (*point.sets, f"days={days}"))).scenario
    tables = build_tables(scenario)
    people = expected_people(scenario, tables) // scenario.replications
    for _ in range(2):  # the first also loads things, which is no part of it
        started = time.process_time()
        values_of(scenario, tables, engine, 1)
        seconds = time.process_time() - started
    return days, people, seconds


def spoken(seconds: float) -> str:
    """A length of time in words: `40 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
