"""Digests of all that two small worlds come to, from their tables to their measures.

Tests by hand say what is right; these notice that something moved. `python -m tests.golden.kept` prints what stands in
kept.txt. Find out why a line moves before storing a new one: it is a change of the model.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.experiment.run import run_in_memory
from sim.measures import measure
from sim.measures.custody import Custody
from sim.measures.events import journeys
from sim.measures.rows import rows
from sim.pathway import play
from sim.people.draw import draw
from sim.people.pace import paced
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables
from sim.theory import observe
from sim.theory.cohort_flow import Cohorts
from sim.theory.day0_cohort import day0_stock
from sim.theory.delays import Lines

SEEDS: Final = Path(__file__).parents[1] / "fuzz/seeds"
WORLDS: Final = ("everything", "bought")
THEORIES: Final = {
    **dict.fromkeys(("mmc", "infinite-beds", "tandem", "long-stay"), (60, 3)),
    **dict.fromkeys(("erlang-a", "erlang-b", "two-classes"), (300, 10)),
}
"""Worlds of the lessons, held against theory for so many days and replications."""
KEPT: Final = Path(__file__).with_name("kept.txt")


def lines(world: str) -> Iterator[str]:
    """One line per part of a world: its name and a digest."""
    scenario = load(SEEDS / f"{world}.yaml").scenario
    tables = paced(scenario, build_tables(scenario), 1)
    people = draw(scenario, tables, scenario.seed, 1)
    records = play(tables, people)
    custody = Custody(tables, people, records)
    stages = {
        "tables": tables,
        "people": people,
        "records": records,
        "measured": measure(custody),
        "journeys": journeys(custody, 10),
        "rows": rows(custody),
        "seen": observe(scenario, custody),
    }
    for name, value in stages.items():
        for path, leaf in parts(value, name):
            yield f"{world} {path} {digest(leaf)}"


def theory_lines(world: str) -> Iterator[str]:
    """One line per comparison of a world with theory."""
    days, replications = THEORIES[world]
    run = run_in_memory(load(world, [f"days={days}", f"replications={replications}"]), engine="simpy")
    for row in run.outcome.twin:
        yield f"{world} {row.quantity} {digest(row)}"


def course_lines(world: str) -> Iterator[str]:
    """One line per number of the twin's expected course of a world, to a millionth of a person."""
    scenario = load(SEEDS / f"{world}.yaml").scenario
    tables = paced(scenario, build_tables(scenario), 1)
    cohorts, last = Cohorts(scenario, tables, Lines()), tables.days - 1
    arrivals = np.outer((5.0, 3.0, 2.0), np.linspace(0.5, 1.5, tables.days))
    course = {
        "expected": cohorts.expected(arrivals),
        "ages": cohorts.ages(arrivals, last),
        "stays": cohorts.stays(arrivals, 0, last, step=5),
        "survival": [cohorts.survival(source) for source in range(3)],
        "day0": day0_stock(scenario, tables, Lines(), cohorts.end),
    }
    for name, value in course.items():
        for path, leaf in parts(value, name):
            yield f"{world}-course {path} {digest(np.round(leaf, 6) + 0.0)}"


def parts(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The parts of a dataclass or a mapping by path, `events` of an engine left out."""
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value) if field.name != "events"}
    if isinstance(value, Mapping) and value:
        for key, one in value.items():
            yield from parts(one, f"{path}.{key}")
    else:
        yield path, value


def digest(value: Any) -> str:
    """Of whole numbers to the last bit, of others to nine digits."""
    return hashlib.sha256(plain(value).encode()).hexdigest()[:12]


def plain(value: Any) -> str:
    """A value as text that is the same on every machine."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, float):
        return f"{value:.9g}"
    if is_dataclass(value) and not isinstance(value, type):
        return plain([getattr(value, field.name) for field in fields(value)])
    if isinstance(value, list | tuple):
        return f"[{','.join(map(plain, value))}]"
    return str(value)


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for world in WORLDS for line in lines(world))
    sys.stdout.writelines(f"{line}\n" for world in WORLDS for line in course_lines(world))
    sys.stdout.writelines(f"{line}\n" for world in THEORIES for line in theory_lines(world))
