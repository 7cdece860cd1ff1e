"""Kill commands at random and run them again: `python -m tests.crash --kills 50 --seed 1`.

Kills run, sweep, solve, backtest and a run on Dask, or one of their workers (SIGKILL), then lets the command end. Its
result must have the same bytes as one that was never killed, with nothing left beside it. `--command` chooses one of
them. Exit status: 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.experiment.backtest.conftest import COLUMNS, SCENARIO, rows_of_the_small_world

TINY: Final = """\
name: tiny
start: 2025-03-01
days: 3
replications: 2
people: {sources: {border: {tracks: {voluntary: 100 %}}}}
arrests: {sources: {border: {rate: 4 / d}}}
beds: {contracted: 6}
case: {mode: stay, stay: {exponential: {mean: 2 d}}}
"""
GRID: Final = """\
scenario: tiny.yaml
grid: {beds.contracted: [6, 12, 24], arrests.sources.border.rate: [12 / d, 20 / d]}
"""
RATE: Final = {"simpy": 12, "compiled": 150}
"""Arrests per day of the world that is killed: a replication takes about a sixth of a second."""
MOST_KILLS: Final = 3
"""Of one command, before it may end."""


def asked(engine: str, workers: int, replications: int) -> list[str]:
    """A run that takes some seconds."""
    rate = RATE[engine]
    sets = ("days=150", f"arrests.sources.border.rate={rate} / d", f"beds.contracted={rate * 2}")
    options = [word for text in sets for word in ("--set", text)]
    return ["run", "tiny.yaml", *options, "--reps", str(replications), "--engine", engine, "--workers", str(workers)]


def commands() -> dict[str, list[str]]:
    """The commands that are killed, each of some seconds."""
    longer = ["--set", "days=100", "--reps", "2", "--engine", "simpy", "--workers"]
    target = ["--vary", "beds.contracted", "--in", "2:60", "--until", "held_peak >= 30"]
    busy = ["--set", "arrests.sources.border.rate=12 / d"]
    replay = ["backtest", "world.yaml", "--observed", "figures.csv", "--to", "2025-04-30", "--reps", "4"]
    return {
        "run": asked("simpy", 1, 8),
        "run by two workers": asked("compiled", 2, 8),
        "sweep": ["sweep", "grid.yaml", *longer, "1"],
        "sweep by two workers": ["sweep", "grid.yaml", *longer, "2"],
        "solve": ["solve", "tiny.yaml", *target, *busy, *longer, "1"],
        "backtest": [*replay, "--workers", "1"],
        "backtest by two workers": [*replay, "--workers", "2"],
        "run by two Dask workers": [*asked("simpy", 2, 16), "--cluster", "local"],
    }


def contents(folder: Path) -> dict[str, bytes]:
    """What must be equal between equal results: every file but manifests, which say when and how."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def resumed(folder: Path) -> int:
    """How many replications the last run of the command took up."""
    return int(json.loads((folder / "manifest.json").read_text()).get("replications_resumed", 0))


def started(command: list[str], out: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    words = [sys.executable, "-m", "sim", *command, "--quiet", "--out", out]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def undisturbed(command: list[str], out: str = "right") -> float:
    """Run it without a kill; how long that took."""
    before = time.monotonic()
    process = started(command, out)
    _, err = process.communicate(timeout=600)
    assert (process.returncode, err) == (0, ""), f"status {process.returncode}: {err}"
    return time.monotonic() - before


def tidied(command: list[str], out: str) -> None:
    """Run it where its result is whole, which is refused: what a kill left after the result took its place goes."""
    process = started(command, out)
    _, err = process.communicate(timeout=600)
    assert process.returncode == 2 and "exists" in err, err


def workers_of(pid: int) -> list[int]:
    """The worker processes of a run."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return []


def kill(process: subprocess.Popen[str], chance: random.Random, a_worker: bool) -> bool:
    """Kill the run, or one of its workers; whether there still was one."""
    victims = workers_of(process.pid) if a_worker else [process.pid] * (process.poll() is None)
    if victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(victims), signal.SIGKILL)
    _, err = process.communicate(timeout=600)
    if a_worker and victims and process.returncode:
        assert process.returncode == 1 and err.count("\n") == 1 and err.startswith("a worker"), err
    return bool(victims)


def killed_until_done(
    command: list[str], seconds: float, seed: int, a_worker: bool, most: int = MOST_KILLS, right: str = "right"
) -> tuple[int, int]:
    """Kill at up to `most` random moments, then let it end; how often it was killed and what was taken up."""
    chance, out, kills = random.Random(seed), Path(f"{right}-{seed}"), 0
    for _ in range(most):
        process = started(command, str(out))
        time.sleep(chance.uniform(0.3, 0.9) * seconds)
        kills += kill(process, chance, a_worker)
        if out.exists():
            break
    if not out.exists():
        undisturbed(command, str(out))
    elif process.returncode < 0:
        tidied(command, str(out))
    assert contents(out) == contents(Path(right)), f"{command[0]}, seed {seed}: other bytes"
    left = [name for name in os.listdir() if name.startswith(f".{out.name}")]
    assert not left, f"{command[0]}, seed {seed}: {left} left behind"
    return kills, resumed(out)


def crash(name: str, kills: int, seed: int) -> tuple[int, int, int]:
    """Kill a command so often; how many results, kills and replications taken up."""
    command, right = commands()[name], name.replace(" ", "-")
    undisturbed(command, f"{right}-first")  # compiled, if need be
    seconds = undisturbed(command, right)
    assert contents(Path(right)) == contents(Path(f"{right}-first"))
    results, done, taken_up = 0, 0, 0
    while done < kills and results < 10 * kills:
        a_worker = "workers" in name and results % 2 == 1
        more, again = killed_until_done(command, seconds, seed + results, a_worker, right=right)
        results, done, taken_up = results + 1, done + more, taken_up + again
    return results, done, taken_up


def main(words: list[str] | None = None) -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--command", choices=commands(), action="append", help="only these (all)")
    parser.add_argument("--kills", type=int, default=50, help="in all, shared by the commands")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments")
    given = parser.parse_args(words)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")]))
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("tiny.yaml").write_text(TINY)
        Path("grid.yaml").write_text(GRID)
        Path("world.yaml").write_text(SCENARIO)
        rows = [COLUMNS, *((*row, "made up") for row in rows_of_the_small_world())]
        Path("figures.csv").write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
        chosen = given.command or list(commands())
        for name in chosen:
            try:
                results, kills, again = crash(name, -(-given.kills // len(chosen)), given.seed)
                print(f"{name}: {kills} kills in {results} results, the same bytes; {again} replications taken up",
                      flush=True)  # fmt: skip
            except AssertionError as error:
                wrong += 1
                print(f"{name}: {error}", flush=True)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
