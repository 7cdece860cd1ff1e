"""Timing: processor seconds of this process, and seconds and memory of whole commands."""

from __future__ import annotations

import ctypes
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4


def keep_memory() -> None:
    """Give no memory back to the system from now on, where the C library can be told so.

    Fresh pages cost a virtual machine up to twenty times as much at one moment as at another, which would
    drown what is compared.
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_MAX, 0)
        library.mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)


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

    The processor time is that of the command and of the worker processes it waits for. A small process starts
    it: the peak memory of a new process is never less than that of the one that started it.
    """
    known = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, str(Path(__file__)), sys.executable, "-m", "sim", *arguments]
    environment = os.environ | {"PYTHONPATH": known}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"detsim {' '.join(arguments)} ended with status {done.returncode}: {done.stderr.strip()}")
    return Command(**json.loads(done.stdout))


def _measure(command: Sequence[str]) -> int:
    """Run a command and print what it took; its status."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    took = Command(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, memory)
    print(json.dumps(asdict(took)))
    return process.returncode


if __name__ == "__main__":
    sys.exit(_measure(sys.argv[1:]))
