"""What is raced against what, and the table of ratios."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec

from benchmarks import libraries, plain
from benchmarks.clock import processor_seconds
from benchmarks.targets import TARGETS
from sim.experiment.engines import play_of
from sim.log import Records
from sim.pathway import play as play_simpy
from sim.people.draw import draw
from sim.people.table import People
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables, build_tables
from sim.vocabulary import EXITED, Exit

Engine = Callable[[Tables, People], Records]
ENGINES: dict[str, Engine] = {"simpy": play_simpy}
"""Engines by name; one that compiles itself has done so before the first measured play (see `agree`)."""
if find_spec("numba"):
    ENGINES["compiled"] = lambda tables, people: play_of("compiled")(tables, people, None)

PLAIN = "plain SimPy"
first_play_s: dict[str, float] = {}
"""Processor seconds of the first play of each library: with compilation, where there is any."""


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

        def play() -> None:
            self.events = self.play()

        self.seconds.append(processor_seconds(play))


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


def one_server(customers: int) -> Scenario:
    """M/M/1: one bed, stays of an hour on average, and four arrivals in five hours."""
    return Scenario.model_validate(
        {
            "days": max(1, round(customers / 19.2)),
            "arrests": {"sources": {"border": {"rate": "19.2 / d"}}},
            "beds": {"contracted": 1, "ladder": [{"wait": {}}]},
            "case": {"mode": "stay", "stay": {"exponential": {"mean": "1 h"}}},
        }
    )


def drawn(scenario: Scenario) -> tuple[Tables, People]:
    """Tables and people of the first replication."""
    tables = build_tables(scenario)
    return tables, draw(scenario, tables, int(scenario.seed), 0)


def contenders(days: int, scale: float, national: str) -> list[Contender]:
    """Plain SimPy and every engine on the two-stage world (the same people), every engine on the national one."""
    small, large = drawn(two_stage(days, scale)), drawn(load(national, [f"days={days}"]).scenario)
    agree(*small, {PLAIN: plain.play})
    found = [_library(PLAIN, "two-stage", plain.play, *small)]
    for world, (tables, people) in (("two-stage", small), ("national", large)):
        found += [_engine(name, world, tables, people) for name in ENGINES]
    return found


def everybody(world: str, scenario: Scenario) -> list[Contender]:
    """Everything that can play a world of beds and nothing else."""
    tables, people = drawn(scenario)
    players = {PLAIN: plain.play, **libraries.installed()}
    agree(tables, people, players)
    others = [_library(name, world, play, tables, people) for name, play in players.items()]
    return [*others, *(_engine(name, world, tables, people) for name in ENGINES)]


def _engine(name: str, world: str, tables: Tables, people: People) -> Contender:
    return Contender(name, world, len(people), lambda: events(ENGINES[name](tables, people)))


def _library(name: str, world: str, play: libraries.Play, tables: Tables, people: People) -> Contender:
    def played() -> int:
        play(tables, people)
        return 0

    return Contender(name, world, len(people), played)


def agree(tables: Tables, people: People, players: Mapping[str, libraries.Play]) -> None:
    """Raise RuntimeError unless all let the same people out; also warms up."""
    wanted = []
    for name, play in players.items():
        seconds = processor_seconds(lambda play=play: wanted.append(play(tables, people)))
        if name not in first_play_s:
            first_play_s[name] = seconds
    for name, engine in ENGINES.items():
        log = engine(tables, people).log
        left = log.row[log.stage == EXITED + Exit.REMOVED]
        stay = people.stay_s.copy()
        stay[people.t < 0] = people.left_s[people.t < 0]
        tally = plain.Tally(len(left), int(stay[left].sum()))
        if any(tally != other for other in wanted):
            raise RuntimeError(f"{', '.join(players)} and the engine {name} do not let the same people out")


def events(records: Records) -> int:
    """Events an engine processed."""
    return records.counts.events


def race(entrants: list[Contender], repeats: int) -> None:
    """Play all in turn, `repeats` times, so that a slow spell of the machine hits all alike."""
    for _ in range(repeats):
        for contender in entrants:
            contender.run()


def ratios(entrants: list[Contender]) -> Iterator[str]:
    """The table, line by line: times stand as ratios to the first."""
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
    """For each target of the engines whether it is met."""
    by_name = {f"{one.name} {one.world}": one.seconds for one in entrants}
    against = {
        "simpy two-stage": f"{PLAIN} two-stage",
        "compiled two-stage": f"{PLAIN} two-stage",
        "compiled national": "simpy national",
    }
    for name, base in against.items():
        if name in by_name:
            faster = [b / s for b, s in zip(by_name[base], by_name[name], strict=True)]
            yield TARGETS[name].verdict(statistics.median(faster))
