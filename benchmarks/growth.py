"""How the time of the compiled engine grows with the size of the world: ratios to one base."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.clock import keep_memory, processor_seconds
from benchmarks.race import ENGINES, drawn
from benchmarks.targets import TARGETS
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Size:
    """A world: arrests a day and beds over all areas, number of areas, days."""

    arrests: int = 1000
    beds: int = 50_000
    areas: int = 5
    days: int = 60


def sizes(scale: float) -> dict[str, Size]:
    """The base and what is compared with it, by what is larger."""
    a, b = round(1000 * scale), round(50_000 * scale)
    return {
        "base": Size(a, b),
        "arrests x2": Size(2 * a, 2 * b),
        "beds x10": Size(a, 10 * b),
        "areas x5": Size(a, b, areas=25),
        "days x10": Size(a, b, days=600),
    }


def world(size: Size) -> Scenario:
    """Hold rooms, beds, then out, from an empty start: exponential stays of 20 d in enough beds."""
    areas = [f"A{i}" for i in range(size.areas)]
    return Scenario.model_validate(
        {
            "days": size.days,
            "areas": {area: area for area in areas},
            "arrests": {"sources": {"border": {"rate": f"{size.arrests / size.areas} / d"}}, "day_effect": 0.2},
            "intake": {"hours_limit": "12 h", "processing": {"lognormal": {"mean": "4 h", "p90": "8 h"}}},
            "beds": {"contracted": size.beds // size.areas, "ladder": [{"wait": {}}]},
            "case": {"mode": "stay", "stay": {"exponential": {"mean": "20 d"}}},
        }
    )


def growth(scale: float, repeats: int) -> Iterator[str]:
    """The table, line by line, then the verdicts; plays are interleaved."""
    if "compiled" not in ENGINES:
        yield "growth: numba is not installed, skipped"
        return
    keep_memory()
    worlds = {name: drawn(world(size)) for name, size in sizes(scale).items()}
    seconds: dict[str, list[float]] = {name: [] for name in worlds}
    for _ in range(repeats + 1):
        for name, (tables, people) in worlds.items():
            seconds[name].append(processor_seconds(lambda t=tables, p=people: ENGINES["compiled"](t, p)))  # type: ignore[misc]
    for each in seconds.values():
        del each[0]  # a round to warm up: its memory came fresh from the system
    yield f"{'compiled engine':<16} {'people':>10} {'seconds':>8} {'times the base':>15}"
    middle = ratios(seconds)
    for name, (_, people) in worlds.items():
        yield f"{name:<16} {len(people):>10,} {statistics.median(seconds[name]):>8.3f} {middle[name]:>15.2f}"
    yield from (TARGETS[name].verdict(middle[name]) for name in ("arrests x2", "days x10"))


def ratios(seconds: Mapping[str, list[float]]) -> dict[str, float]:
    """Each time as a multiple of the base in the same round, the median of the rounds."""
    base = seconds["base"]
    return {name: statistics.median(a / b for a, b in zip(own, base, strict=True)) for name, own in seconds.items()}
