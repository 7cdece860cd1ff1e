"""Whole commands: one against two workers, and a year of the nation split by step."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.clock import ROOT, stopwatch, whole_command
from benchmarks.race import ENGINES
from benchmarks.targets import TARGETS
from sim.experiment.engines import counted, play_of, stream_of
from sim.experiment.store import write_folder
from sim.files.data_package import package_files
from sim.measures.measured import measured
from sim.measures.writing import result_tables
from sim.scenario.loading import dump, load
from sim.scenario.world.tables import build_tables

YEARS = {"goal-3000": "goal-3000", "nation-3000": str(ROOT / "benchmarks" / "nation-3000.yaml")}
STEPS = ("read", "draw, play and count", "write")


def two_workers(national: str, days: int, replications: int, repeats: int) -> Iterator[str]:
    """Elapsed time of the same run with one and two workers, interleaved."""
    asked = ["run", national, "--set", f"days={days}", "--reps", str(replications), "--quiet", "--force"]
    elapsed: dict[str, list[float]] = {"1": [], "2": []}
    for engine in ENGINES:
        play_of(engine)  # compiled by now, if need be
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(repeats):
            for workers, seconds in elapsed.items():
                seconds.append(whole_command([*asked, "--workers", workers, "--out", "x"], Path(folder)).elapsed)
    one, two = (statistics.median(seconds) for seconds in elapsed.values())
    faster = statistics.median(a / b for a, b in zip(elapsed["1"], elapsed["2"], strict=True))
    yield f"{replications} replications of {national}, {days} days, whole run: one worker {one:.1f} s, two {two:.1f} s"
    yield TARGETS["two workers"].verdict(faster)


def year(name: str, sets: tuple[str, ...], engine: str, repeats: int) -> Iterator[str]:
    """A year of a scenario: the whole command, then each step of it in this process."""
    asked = ["run", YEARS[name], *(word for text in sets for word in ("--set", text)), "--engine", engine]
    with tempfile.TemporaryDirectory() as folder:
        command = [*asked, "--reps", "1", "--quiet", "--force", "--out", "x"]
        split = [steps(YEARS[name], sets, engine, Path(folder) / f"y{i}") for i in range(repeats)]
        whole = [whole_command(command, Path(folder)) for _ in range(repeats)]
    processor = statistics.median(one.processor for one in whole)
    memory = statistics.median(one.memory for one in whole) / 1e9
    elapsed = statistics.median(one.elapsed for one in whole)
    took = f"{processor:.1f} processor seconds ({elapsed:.1f} elapsed), {memory:.2f} GB"
    yield f"{name}, one replication, whole command: {took}"
    yield "  of which " + ", ".join(f"{step} {statistics.median(one[step] for one in split):.2f}" for step in STEPS)
    if name == "goal-3000":
        yield TARGETS["year seconds"].verdict(processor)
        yield TARGETS["year memory"].verdict(memory)
    elif name == "nation-3000":
        yield TARGETS["nation memory"].verdict(memory)


def steps(scenario: str, sets: tuple[str, ...], engine: str, out: Path) -> dict[str, float]:
    """Processor seconds of each step of one replication; the engine is loaded before."""
    play_of(engine)
    seconds = dict.fromkeys(STEPS, 0.0)
    with stopwatch(seconds, "read"):
        resolved = load(scenario, sets)
        tables = build_tables(resolved.scenario)
    with stopwatch(seconds, "draw, play and count"):
        series = counted(tables, stream_of(resolved.scenario, tables, engine, 1), engine)
    with stopwatch(seconds, "write"):
        files = result_tables("x", [(1, measured(series))])
        write_folder(out, package_files("x", files, {}, {"scenario.yaml": dump(resolved).encode()}))
    return seconds
