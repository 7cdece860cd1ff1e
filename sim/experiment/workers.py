"""Playing the replications of a run, in this process or in several; the results are the same."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, Final, Protocol

from sim.experiment.engines import expected_people, play_of
from sim.experiment.replication import Failure, Job, attempt

_POLL_S: Final = 0.2
_AT_MIDNIGHT, _AT_ONCE = 1, 2
"""When workers are to stop: at the next simulated midnight, or wherever they are."""
_WORTH_PROCESSES: Final = {"simpy": 50_000, "compiled": 2_000_000}
"""People drawn: some seconds of play, against one or two to start processes."""


class WorkerDied(Exception):
    """A worker process was killed, most often for want of memory."""


class Meter(Protocol):
    """Counts simulated days played."""

    def add(self, days: int) -> None:
        """So many more days are played."""


def play_all(job: Job, replications: Sequence[int], workers: int | None, meter: Meter) -> list[Failure]:
    """Play and keep the replications; the failures, in order.

    Without a number of `workers` there is one a core, if that is worth it. Raises InputError, OSError
    and WorkerDied.
    """
    workers = min(workers or _enough(job, replications), len(replications))
    return _here(job, replications, meter) if workers < 2 else _in_processes(job, replications, workers, meter)


def _enough(job: Job, replications: Sequence[int]) -> int:
    """A process a core; only this one where starting others would take longer than playing."""
    cores = os.cpu_count() or 1
    people = expected_people(job.scenario, job.tables) * len(replications) // job.scenario.replications
    worth = len(replications) > 1 and people > _WORTH_PROCESSES[job.engine]
    return cores if worth else 1


def _here(job: Job, replications: Sequence[int], meter: Meter) -> list[Failure]:
    with _interrupts_held():  # Numba loses an interrupt that comes while it loads
        play_of(job.engine)
    with _interrupts_noted() as noted:

        def tick(day: int) -> None:
            if noted:
                raise KeyboardInterrupt
            meter.add(1)

        tried = (attempt(job, replication, tick) for replication in replications)
        return [failure for failure in tried if failure]


def _in_processes(job: Job, replications: Sequence[int], workers: int, meter: Meter) -> list[Failure]:
    # Always `spawn`: a fork would copy threads and locks of whoever calls this. And no locks among processes:
    # one that is killed would keep them, so each replication has a counter of its own.
    context = multiprocessing.get_context("spawn")
    days, stop = context.RawArray("q", len(replications)), context.RawValue("b", 0)
    with _handed_over(job) as path, _interrupts_noted(raised=False) as noted:
        pool = ProcessPoolExecutor(workers, context, _start_worker, (path, days, stop))
        return _play_in(pool, replications, days, stop, meter, noted)


def _play_in(
    pool: ProcessPoolExecutor, replications: Sequence[int], days: Any, stop: Any, meter: Meter, noted: Sequence[int]
) -> list[Failure]:
    try:
        if hasattr(signal, "pthread_sigmask"):  # it lets signals through again when it starts, so start it before
            resource_tracker.ensure_running()
        with _interrupts_held():
            futures = [pool.submit(_attempt, place, number) for place, number in enumerate(replications)]
        return _collect(futures, days, meter, noted)
    except BrokenProcessPool as error:
        # The pool ends the workers it knows of and waits for all: one that was just being started would stay.
        stop.value = _AT_ONCE
        raise WorkerDied("a worker process was killed; is there enough memory? try fewer --workers") from error
    finally:
        stop.value = stop.value or _AT_MIDNIGHT
        with _killed_by_interrupt(pool):
            pool.shutdown(wait=True, cancel_futures=True)


def _collect(
    futures: Sequence[Future[Failure | None]], days: Sequence[int], meter: Meter, noted: Sequence[int]
) -> list[Failure]:
    """Wait for all, moving the meter; the first error of a future, or Ctrl-C, is raised at once.

    An interrupt raised inside `wait` could leave locks of futures behind, for which the pool would wait for ever.
    """
    shown, failures, pending = 0, [], set(futures)
    while pending:
        done, pending = wait(pending, _POLL_S, FIRST_COMPLETED)
        failures += [failure for future in done if (failure := future.result())]
        played = sum(days)
        meter.add(played - shown)
        shown = played
        if noted:
            raise KeyboardInterrupt
    return sorted(failures, key=lambda failure: failure.replication)


@contextmanager
def _handed_over(job: Job) -> Iterator[str]:
    """The job as a file that only this user can read; its path.

    What a process is started with goes through a pipe that holds 64 KiB. Were it more, and the process killed
    before it has read that, its parent would wait for ever.
    """
    with tempfile.TemporaryDirectory(prefix="detsim-") as folder:
        path = Path(folder) / "job"
        path.write_bytes(pickle.dumps(job, protocol=5))
        yield str(path)


@contextmanager
def _interrupts_noted(raised: bool = True) -> Iterator[list[int]]:
    """Notes each Ctrl-C, for whoever looks; `raised`: besides KeyboardInterrupt, which is lost in some callbacks."""
    noted: list[int] = []
    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or threading.current_thread() is not threading.main_thread():
        yield noted
        return

    def note(number: int, frame: Any) -> None:
        noted.append(number)
        if raised:
            signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits meanwhile, and processes started meanwhile never see it: the parent stops them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _killed_by_interrupt(pool: ProcessPoolExecutor) -> Iterator[None]:
    """Workers end at their next midnight; at another Ctrl-C meanwhile they end at once, and this process waits on."""
    if threading.current_thread() is not threading.main_thread():  # no other thread may say what a signal does
        yield
        return
    processes = list((pool._processes or {}).values())

    def kill(number: int, frame: object) -> None:
        for process in processes:
            process.kill()

    before = signal.signal(signal.SIGINT, kill)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# --- inside a worker ----------------------------------------------------------------------------
class _Stopped(BaseException):
    """The run is given up."""


_worker: tuple[Job, Any, Any] | None = None


def _start_worker(path: str, days: Any, stop: Any) -> None:
    global _worker
    threading.Thread(target=_end_with_parent, args=(stop,), daemon=True).start()
    _worker = (pickle.loads(Path(path).read_bytes()), days, stop)


def _end_with_parent(stop: Any) -> None:
    """A parent that was killed cannot stop its workers, so they watch it, and whether it wants them gone."""
    parent = multiprocessing.parent_process()
    while parent is not None:
        parent.join(_POLL_S)
        if stop.value == _AT_ONCE or not parent.is_alive():
            os._exit(1)


def _attempt(place: int, replication: int) -> Failure | None:
    assert _worker is not None
    job, days, stop = _worker

    def tick(day: int) -> None:
        if stop.value:
            raise _Stopped
        days[place] = day + 1

    try:
        return attempt(job, replication, tick)
    except _Stopped:
        return None
