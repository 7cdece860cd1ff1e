"""What whoever hands out work and whoever does it have in common."""

from __future__ import annotations

import os
import pickle
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any, Final

from sim.errors import InputError

CLUSTERS: Final = ("local",)
_SAFE_PATH: Final = "PYTHONSAFEPATH"
Meter = Callable[[int], None]
"""Told how many more simulated days are played; by a thread of its own where work is done elsewhere."""


class WorkerDied(BrokenExecutor):
    """Whoever had the work is gone: most often a process that was killed for lack of memory."""


@dataclass(frozen=True)
class Where:
    """Where the user wants the work done: so many processes here, the workers of a Dask scheduler, or of a new cluster.

    No number of workers: one a core.
    """

    workers: int | None = None
    scheduler: str | None = None
    cluster: str | None = None

    @property
    def elsewhere(self) -> bool:
        """Whether tasks may run on a machine that does not see the files of this one."""
        return self.scheduler is not None or self.cluster is not None

    def check(self) -> None:
        """Raise InputError if nothing can be meant by it."""
        if self.scheduler is not None and self.cluster is not None:
            raise InputError("--cluster: --scheduler is given too; choose one of them")
        if self.cluster is not None and self.cluster not in CLUSTERS:
            raise InputError(f"--cluster: {self.cluster!r} is none; choose {' or '.join(CLUSTERS)}")
        if self.scheduler is not None and self.workers is not None:
            raise InputError("--workers: a scheduler has workers of its own; leave out --workers or --scheduler")


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def script_hidden() -> Iterator[None]:
    """Processes started meanwhile know nothing of the script that this one runs, so any script may start them.

    Were the script imported, it would do its work again where it has no main guard, and could not be found where it
    came from stdin. Nor do they take modules from the current folder before their path is that of this process.
    """
    script, safe = sys.modules["__main__"], os.environ.get(_SAFE_PATH)
    sys.modules["__main__"], os.environ[_SAFE_PATH] = ModuleType("__main__"), "1"
    try:
        yield
    finally:
        sys.modules["__main__"] = script
        if safe is None:
            del os.environ[_SAFE_PATH]


def pack(content: object) -> bytes:
    """Anything that can be pickled, for any number of tasks; some 30 kB for a year of the nation."""
    return zlib.compress(pickle.dumps(content, protocol=5))


@lru_cache(maxsize=4)
def unpack(packed: bytes) -> Any:
    """What was packed; the same object for one task after another. Trusts it: only for what came from `pack`."""
    return pickle.loads(zlib.decompress(packed))


def tick(day: int) -> None:
    """Within a task: another simulated day is played. Raises if the work is given up."""
    _here.tick(day)


def tick_with(of_this_thread: Callable[[int], None]) -> None:
    """Set what `tick` does in the thread that calls this."""
    _here.tick = of_this_thread


class _Here(threading.local):
    tick: Callable[[int], None] = staticmethod(lambda day: None)


_here = _Here()


class GivenUp(BaseException):
    """Nobody wants what the task is doing."""
