"""Timing: processor seconds of this process, and seconds and memory of whole commands."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@contextmanager
def stopwatch(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Put down the processor seconds that this process spends inside."""
    gc.collect()
    start = time.process_time()
    yield
    seconds[name] = time.process_time() - start


def processor_seconds(do: Callable[[], object]) -> float:
    """Processor seconds that this process needs for it."""
    seconds: dict[str, float] = {}
    with stopwatch(seconds, ""):
        do()
    return seconds[""]


@dataclass(frozen=True)
class Command:
    """What a whole process took. Memory is the peak of the largest process, in bytes."""

    elapsed: float
    processor: float
    memory: int


def whole_command(arguments: Sequence[str], folder: Path) -> Command:
    """Run `detsim` with these arguments in a folder. Raises RuntimeError if it fails.

    The processor time is that of the command and of the worker processes it waits for.
    """
    known = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": known},
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"detsim {' '.join(arguments)} ended with status {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Command(elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)
