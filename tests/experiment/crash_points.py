"""Stops a run dead at each of its file operations in turn, then runs the same command again.

`python crash_points.py SCENARIO FIRST STEP no|force` prints, for every STEP-th point from FIRST on: the point, the
status of the run that was stopped, that of the second run (less the 2 of one that finds its result whole), whether the
result was complete or absent in between, and whether it is right at last and nothing lies beside it. With `force` both
runs replace an older result.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np  # noqa: F401  # before the forks, so that each starts at once

import sim.experiment.headline
import sim.pathway  # noqa: F401
from sim.cli import main

STOPPED, EXISTS = 137, 2
CHANGES = {"os.mkdir", "os.rename", "open"}
DELETIONS = {"os.remove", "os.rmdir"}
OUT = "out/x"


def run(scenario: str, force: bool) -> int:
    """The command under test."""
    return main(["run", scenario, "--quiet", "--workers", "1", "--records", "--out", OUT, *(["--force"] * force)])


def run_silently(scenario: str) -> int:
    """The command under test where its result exists, which it says on stderr."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    return run(scenario, False)


def in_a_fork(do: Callable[[], int]) -> int:
    """The exit status of a process that does it."""
    child = os.fork()
    if child == 0:
        os._exit(do())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def stop_at(point: int, until: Callable[[], int]) -> int:
    """Do it, but end at once, as by SIGKILL, before the `point`-th change of a file."""
    changes = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal changes
        if event in DELETIONS or (event in CHANGES and str(arguments[0]).startswith("out/")):
            changes += 1
            if changes == point:
                os._exit(STOPPED)

    sys.addaudithook(hook)
    return until()


def contents(folder: Path) -> dict[str, bytes]:
    """What must be equal between equal runs."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}


def try_points(scenario: str, first: int, step: int, force: bool) -> None:
    """Try every point until there is none left; with `force` over an older result."""
    assert in_a_fork(lambda: run(scenario, False)) == 0
    right = contents(Path(OUT))
    point, status = first, STOPPED
    while status == STOPPED:
        shutil.rmtree("out")
        if force:
            assert in_a_fork(lambda: main(["run", scenario, "--quiet", "--seed", "99", "--out", OUT])) == 0
        sound = [right, contents(Path(OUT))] if force else [right]
        status = in_a_fork(lambda point=point: stop_at(point, lambda: run(scenario, force)))  # type: ignore[misc]
        whole = Path(OUT).exists()
        complete_or_absent = not whole or contents(Path(OUT)) in sound
        if whole and not force:
            again = in_a_fork(lambda: run_silently(scenario)) - EXISTS
        else:
            again = in_a_fork(lambda: run(scenario, force))
        equal = contents(Path(OUT)) == right and os.listdir("out") == ["x"]
        print(point, status, again, complete_or_absent, equal, flush=True)
        point += step


if __name__ == "__main__":
    try_points(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "force")
