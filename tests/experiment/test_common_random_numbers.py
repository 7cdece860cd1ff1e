"""What common random numbers are for: the difference between two scenarios is not noise."""

from __future__ import annotations

from statistics import stdev

from sim.measures import measure
from sim.measures.custody import Custody
from sim.pathway import play
from sim.people.draw import draw
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables

REPLICATIONS = range(1, 9)


def held_mean(seed: int, *sets: str) -> list[float]:
    """Mean number held, by replication."""
    scenario = load("one-facility", ("days=60", *sets)).scenario
    tables = build_tables(scenario)
    values = []
    for replication in REPLICATIONS:
        people = draw(scenario, tables, seed, replication)
        values.append(float(measure(Custody(tables, people, play(tables, people))).value("held_mean") or 0))
    return values


def test_a_paired_difference_varies_less() -> None:
    """The same people with a tenth more beds: at most half the spread of independent people."""
    beds = load("one-facility").scenario.beds
    assert beds is not None and beds.contracted is not None
    more = round(1.1 * beds.contracted.of("A").at(load("one-facility").scenario.start))
    base = held_mean(1)
    paired = stdev(b - a for a, b in zip(base, held_mean(1, f"beds.contracted={more}"), strict=True))
    independent = stdev(b - a for a, b in zip(base, held_mean(2, f"beds.contracted={more}"), strict=True))
    assert paired < 0.5 * independent
