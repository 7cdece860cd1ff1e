"""How the time of the compiled engine, draws included, grows with the size of the world: ratios to one base."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.clock import keep_memory, processor_seconds
from benchmarks.race import ENGINES
from benchmarks.targets import TARGETS
from sim.experiment.engines import play_of, stream_of
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import build_tables


@dataclass(frozen=True)
class Size:
    """A world: arrests a day and beds over all areas, number of areas, places with beds per area, days."""

    arrests: int = 1000
    beds: int = 50_000
    areas: int = 5
    places: int = 1
    days: int = 60


def sizes(scale: float) -> dict[str, Size]:
    """The base and what is compared with it, by what is larger; sixty times the days are ten years."""
    a, b = round(1000 * scale), round(50_000 * scale)
    return {
        "base": Size(a, b),
        "arrests x2": Size(2 * a, 2 * b),
        "beds x10": Size(a, 10 * b),
        "areas x5": Size(a, b, areas=25),
        "places x10": Size(a, b, places=10),
        "days x10": Size(a, b, days=600),
        "days x60": Size(a, b, days=3600),
    }


def world(size: Size) -> Scenario:
    """Hold rooms, beds, then out, from an empty start: exponential stays of 20 d in enough beds."""
    areas = [f"A{i}" for i in range(size.areas)]
    beds = size.beds // (size.areas * size.places)
    more = {f"{area}-{i}": {"area": area, "contracted": beds} for area in areas for i in range(1, size.places)}
    return Scenario.model_validate(
        {
            "days": size.days,
            "areas": {area: area for area in areas},
            "arrests": {"sources": {"border": {"rate": f"{size.arrests / size.areas} / d"}}, "day_effect": 0.2},
            "intake": {"hours_limit": "12 h", "processing": {"lognormal": {"mean": "4 h", "p90": "8 h"}}},
            "beds": {"contracted": beds, "places": more, "ladder": [{"wait": {}}]},
            "case": {"mode": "stay", "stay": {"exponential": {"mean": "20 d"}}},
        }
    )


def play(scenario: Scenario) -> int:
    """Draw and play a replication as a run does; the number of people."""
    tables = build_tables(scenario)
    people = stream_of(scenario, tables, "compiled", 1)
    play_of("compiled")(tables, people, None)
    return len(people)


def growth(scale: float, repeats: int) -> Iterator[str]:
    """The table, line by line, then the verdicts; plays are interleaved."""
    if "compiled" not in ENGINES:
        yield "growth: numba is not installed, skipped"
        return
    keep_memory()
    worlds = {name: world(size) for name, size in sizes(scale).items()}
    people = {name: play(scenario) for name, scenario in worlds.items()}  # memory comes fresh from the system once
    seconds: dict[str, list[float]] = {name: [] for name in worlds}
    for _ in range(repeats):
        for name, scenario in worlds.items():
            seconds[name].append(processor_seconds(lambda scenario=scenario: play(scenario)))  # type: ignore[misc]
    yield f"{'compiled engine':<16} {'people':>10} {'seconds':>8} {'times the base':>15}"
    middle = ratios(seconds)
    for name, n in people.items():
        yield f"{name:<16} {n:>10,} {statistics.median(seconds[name]):>8.3f} {middle[name]:>15.2f}"
    yield from (TARGETS[name].verdict(middle[name]) for name in ("arrests x2", "days x10", "days x60"))


def ratios(seconds: Mapping[str, list[float]]) -> dict[str, float]:
    """Each time as a multiple of the base in the same round, the median of the rounds."""
    base = seconds["base"]
    return {name: statistics.median(a / b for a, b in zip(own, base, strict=True)) for name, own in seconds.items()}
