"""What is raced against what, and the table of ratios."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from benchmarks import plain
from sim.names import EXIT_REASONS
from sim.pathway import play as play_simpy
from sim.people.draw import draw
from sim.people.table import People
from sim.records import Records
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.scenario.tables import Tables, build_tables

Engine = Callable[[Tables, People], Records]
ENGINES: dict[str, Engine] = {"simpy": play_simpy}
"""Engines by name; one that compiles itself has done so before the first measured play (see `agree`)."""

PLAIN = "plain SimPy"
TARGETS = {"two-stage": 5.0, "national": 1.5}
"""How many times as fast as plain SimPy in the two-stage world the SimPy engine is meant to be."""


@dataclass
class Contender:
    """Something that plays a world, with the seconds each play took."""

    name: str
    world: str
    people: int
    play: Callable[[], int]
    """Plays once; the number of events, 0 if not counted."""
    seconds: list[float] = field(default_factory=list)
    events: int = 0

    def run(self) -> None:
        """Play once against the clock of this process."""
        gc.collect()
        start = time.process_time()
        self.events = self.play()
        self.seconds.append(time.process_time() - start)


def two_stage(days: int, scale: float) -> Scenario:
    """Beds, then out: 1,000 arrests a day, 39,000 held at the start, 41,500 beds, exponential stays of 41.5 d."""
    return Scenario.model_validate(
        {
            "days": days,
            "people": {"day0": {"held": round(39_000 * scale)}},
            "arrests": {"sources": {"border": {"rate": f"{1000 * scale} / d"}}},
            "beds": {"contracted": round(41_500 * scale), "ladder": [{"wait": {}}]},
            "case": {"mode": "stay", "stay": {"exponential": {"mean": "41.5 d"}}},
        }
    )


def drawn(scenario: Scenario) -> tuple[Tables, People]:
    """Tables and people of the first replication."""
    tables = build_tables(scenario)
    return tables, draw(scenario, tables, int(scenario.seed), 0)


def contenders(days: int, scale: float, national: str) -> list[Contender]:
    """Plain SimPy and every engine on the two-stage world (the same people), every engine on the national one."""
    small, large = drawn(two_stage(days, scale)), drawn(load(national, [f"days={days}"]).scenario)
    agree(*small)
    found = [Contender(PLAIN, "two-stage", len(small[1]), lambda: _nothing(plain.play(*small)))]
    for name, engine in ENGINES.items():
        found.append(Contender(name, "two-stage", len(small[1]), lambda engine=engine: events(engine(*small))))  # type: ignore[misc]
        found.append(Contender(name, "national", len(large[1]), lambda engine=engine: events(engine(*large))))  # type: ignore[misc]
    return found


def agree(tables: Tables, people: People) -> None:
    """Raise RuntimeError unless plain SimPy and the engines let the same people out; also warms up."""
    tally = plain.play(tables, people)
    for name, engine in ENGINES.items():
        out = engine(tables, people).stays
        left = out.exit == EXIT_REASONS.index("removed")
        stay = people.stay_s.copy()
        stay[people.t < 0] = people.left_s[people.t < 0]
        if (int(left.sum()), int(stay[left].sum())) != (tally.left, tally.bed_seconds):
            raise RuntimeError(f"{PLAIN} and the engine {name} do not let the same people out")


def events(records: Records) -> int:
    """Events an engine processed."""
    return records.counts.events


def _nothing(_: object) -> int:
    return 0


def race(entrants: list[Contender], repeats: int) -> None:
    """Play all in turn, `repeats` times, so that a slow spell of the machine hits all alike."""
    for _ in range(repeats):
        for contender in entrants:
            contender.run()


def ratios(entrants: list[Contender]) -> Iterator[str]:
    """The table, line by line: times stand as ratios to plain SimPy in the two-stage world."""
    base = entrants[0].seconds
    yield (
        f"{'engine':<12} {'world':<10} {'people':>8} {'people/s':>9} {'events/s':>9}"
        f" {'times as fast':>14} {'(least-most)':>14}"
    )
    for one in entrants:
        middle = statistics.median(one.seconds)
        faster = [b / s for b, s in zip(base, one.seconds, strict=True)]
        span = f"({min(faster):.1f}-{max(faster):.1f})"
        rate = f"{one.events / middle:,.0f}" if one.events else "-"
        yield (
            f"{one.name:<12} {one.world:<10} {one.people:>8,} {one.people / middle:>9,.0f} {rate:>9}"
            f" {statistics.median(faster):>14.2f} {span:>14}"
        )


def verdicts(entrants: list[Contender]) -> Iterator[str]:
    """For each target of the SimPy engine whether it is met."""
    base = entrants[0].seconds
    for world, target in TARGETS.items():
        one = next(c for c in entrants if (c.name, c.world) == ("simpy", world))
        got = statistics.median(b / s for b, s in zip(base, one.seconds, strict=True))
        word = "met" if got >= target else "NOT met"
        yield f"target, simpy engine, {world}: at least {target} times as fast as {PLAIN}: {got:.2f}, {word}"
