"""Where work is done: a thread of this process, processes of this machine, or a Dask cluster.

Each is a `concurrent.futures.Executor`. What a task needs in bulk goes as `pack(it)` and comes back by
`unpack`; a task that plays calls `tick(day)` at each simulated midnight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any, Final

from sim.experiment.processes import Processes
from sim.experiment.signals import signals_noted
from sim.experiment.work import GivenUp, Meter, Where, WorkerDied, cores, tick_with

_POLL_S: Final = 0.2
_AHEAD: Final = 1000
"""Tasks handed out and not yet back, at most: enough for a large cluster, and some 30 MB of arguments."""


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


# --- in this process ----------------------------------------------------------------------------
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
