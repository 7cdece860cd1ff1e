"""Where work is done: a thread of this process, processes of this machine, or a Dask cluster.

Each is a `concurrent.futures.Executor`. What a task needs in bulk goes as `pack(it)` and comes back by
`unpack`; a task that plays calls `tick(day)` at each simulated midnight.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

from sim.experiment.signals import interrupts_held, signals_noted
from sim.experiment.temporary import remove_temporary, temporary_folder
from sim.experiment.work import GivenUp, Meter, Where, WorkerDied, cores, script_hidden, tick_with

_POLL_S: Final = 0.2
_AHEAD: Final = 1000
"""Tasks handed out and not yet back, at most: enough for a large cluster, and some 30 MB of arguments."""
_DEATH_S: Final = 60.0
_SMALL_BYTES: Final = 1024


@contextmanager
def executor(where: Where, meter: Meter = lambda days: None) -> Iterator[Executor]:
    """What does the work, until the block ends; if by an exception, what is not done yet is given up.

    Raises InputError if there is nothing at `where`.
    """
    where.check()
    if where.elsewhere:
        from sim.experiment.clusters import connected

        with connected(where, meter) as pool:
            yield pool
        return
    workers = where.workers or cores()
    with _given_up_on_error(_Thread(meter) if workers < 2 else Processes(workers, meter)) as pool:
        yield pool


def collect(
    pool: Executor, task: Callable[..., Any], calls: Iterable[tuple[Any, ...]], take: Callable[[Any], None]
) -> None:
    """Do `task(*call)` for all calls, and `take` each result here as soon as it is there.

    The first exception of any of them is raised at once, and the rest given up; so with Ctrl-C, which is
    looked for between results (raised inside a wait or a callback it could be lost, or leave locks behind).
    Raises WorkerDied.
    """
    done: SimpleQueue[Future[Any]] = SimpleQueue()
    waiting, out = iter(calls), 0
    with signals_noted() as handle_signals, _given_up_on_error(pool, ends=False):
        while True:
            for call in islice(waiting, _AHEAD - out):
                pool.submit(task, *call).add_done_callback(done.put)
                out += 1
            if not out:
                return
            with suppress(Empty):
                take(_result(pool, done.get(timeout=_POLL_S)))
                out -= 1
            handle_signals()


def _result(pool: Executor, future: Future[Any]) -> Any:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise WorkerDied(pool.why_broken() if isinstance(pool, Processes) else str(error)) from error
    except CancelledError as error:
        raise WorkerDied("the work was cancelled") from error


@contextmanager
def _given_up_on_error(pool: Executor, ends: bool = True) -> Iterator[Executor]:
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    if ends:
        pool.shutdown()


# --- in this process ------------------------------------------------------------------------------
class _Thread(ThreadPoolExecutor):
    """One thread, so that this one can look for Ctrl-C (Numba loses one that comes while it loads)."""

    def __init__(self, meter: Meter) -> None:
        self._meter, self._given_up = meter, False
        super().__init__(1, "work", tick_with, (self._tick,))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As usual; what is cancelled while it runs ends at its next tick."""
        self._given_up = self._given_up or cancel_futures
        super().shutdown(wait, cancel_futures=cancel_futures)

    def _tick(self, day: int) -> None:
        if self._given_up:
            raise GivenUp
        self._meter(1)


# --- in processes of this machine ------------------------------------------------------------------
@dataclass(frozen=True)
class _Filed:
    """An argument that lies in a file."""

    path: Path


class _Context(SpawnContext):
    """Starts processes, and remembers them."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]
        """As usual."""
        self.started.append(SpawnProcess(*args, **kwargs))
        return self.started[-1]


class Processes(ProcessPoolExecutor):
    """Processes that end with this one, whatever ends it, and at once when they are cancelled.

    Always `spawn`: a fork would copy threads and locks of whoever calls this. What goes through pipes stays
    far below the 64 KiB that one holds: were it more, and the process that reads it killed, then its writer would
    wait for ever (so long arguments go as files). And nothing else is shared: a killed process would keep its locks.
    """

    def __init__(self, workers: int, meter: Meter) -> None:
        self._context = _Context()
        hanging_by, self._lifeline = self._context.Pipe(duplex=False)
        days, self._days = self._context.Pipe(duplex=False)
        self._stack = ExitStack()
        self._files = self._stack.enter_context(temporary_folder())
        self._counter = threading.Thread(target=_count, args=(days, meter), daemon=True)
        self._counter.start()
        with script_hidden(), interrupts_held():  # it starts a process that tracks semaphores
            super().__init__(workers, self._context, _start, (hanging_by, self._days, str(self._files)))

    def why_broken(self) -> str:
        """Why a process ended before its work was done."""
        until = time.monotonic() + _DEATH_S  # the pool ends the others as soon as one has ended, so wait for all
        while any(process.exitcode is None for process in self._context.started) and time.monotonic() < until:
            time.sleep(0.01)
        if all(process.exitcode != 1 for process in self._context.started):
            return "a worker process was killed; is there enough memory? try fewer --workers"
        return f"a worker process could not start: {_why_not_started()}; try --workers 1"

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As usual; long bytes among the arguments go as a file."""
        filed = [self._filed(argument) for argument in args]
        own = getattr(fn, "__module__", "") == "__main__"  # a task of the script itself
        with nullcontext() if own else script_hidden(), interrupts_held():
            return super().submit(_call, fn, *filed, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As usual; what is cancelled while it runs ends at once."""
        if cancel_futures:
            self._lifeline.close()  # it reaches those, too, that are just being started
            for process in list((self._processes or {}).values()):
                process.kill()
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            self._lifeline.close()
            self._days.close()
            self._counter.join()
            self._stack.close()

    def _filed(self, argument: Any) -> Any:
        if not isinstance(argument, bytes) or len(argument) <= _SMALL_BYTES:
            return argument
        path = self._files / hashlib.sha256(argument).hexdigest()
        if not path.exists():
            path.write_bytes(argument)
        return _Filed(path)


def _why_not_started() -> str:
    """The last line of what a new process with the path of this one says where it loads what workers need."""
    code = f"import sys; sys.path[:] = {sys.path!r}; import {__name__}"
    tried = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, errors="replace")
    lines = tried.stderr.split("\n") if tried.returncode else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "it ended at once")


def _count(days: Any, meter: Meter) -> None:
    """Move the meter by each day that a process plays, until all have ended."""
    with suppress(EOFError, OSError):
        while days.recv_bytes():
            meter(1)


def _start(lifeline: Any, days: Any, files: str) -> None:
    """In a worker process: what has to be there before any task."""
    threading.Thread(target=_end_with, args=(lifeline, files), daemon=True).start()
    tick_with(lambda day: days.send_bytes(b"."))  # so few bytes are written whole or not at all


def _end_with(lifeline: Any, files: str) -> None:
    """Nothing is ever sent: it ends when the parent closes it, or is killed. Then end at once, and leave nothing."""
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    remove_temporary(Path(files))
    os._exit(1)


def _call(task: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return task(*(each.path.read_bytes() if isinstance(each, _Filed) else each for each in args), **kwargs)
