"""Threads, processes and what is common to all executors."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.experiment import executors
from sim.experiment.executors import collect, executor
from sim.experiment.work import Where, WorkerDied, pack, tick, unpack

LONG = pack(os.urandom(2**17))
"""More than a pipe holds."""


def length_and_days(packed: bytes, days: int) -> tuple[int, int]:
    for day in range(days):
        tick(day)
    return len(unpack(packed)), days


def endless(path: str) -> None:
    Path(path).touch()
    for day in range(100_000):
        time.sleep(0.01)
        tick(day)


def killed(packed: bytes) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fails(number: int) -> int:
    if number == 2:
        raise ValueError("two")
    return number


def ctrl_c_once(path: Path) -> threading.Thread:
    """A thread that sends it as soon as there is a file."""

    def wait_then_send() -> None:
        while not path.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    helper = threading.Thread(target=wait_then_send)
    helper.start()
    return helper


# --- what is done ---------------------------------------------------------------------------------
@pytest.mark.parametrize("workers", [1, 2])
def test_every_call_is_done_once_and_every_day_counted(workers: int) -> None:
    days: list[int] = []
    made: list[tuple[int, int]] = []
    with executor(Where(workers), days.append) as pool:
        collect(pool, length_and_days, ((LONG, number) for number in range(7)), made.append)
    assert sorted(made) == [(2**17, number) for number in range(7)]
    assert sum(days) == sum(range(7))


def test_more_calls_than_are_handed_out_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "_AHEAD", 3)
    made: list[int] = []
    with executor(Where(1)) as pool:
        collect(pool, fails, ((number,) for number in range(3, 40)), made.append)
    assert made == list(range(3, 40))


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_a_task_is_raised_here(workers: int) -> None:
    with pytest.raises(ValueError, match="two"), executor(Where(workers)) as pool:
        collect(pool, fails, [(1,), (2,), (3,)], lambda result: None)


def test_an_error_in_taking_a_result_gives_up_the_rest() -> None:
    def take(result: int) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"), executor(Where(1)) as pool:
        collect(pool, fails, [(number,) for number in range(3, 1000)], take)
    with pytest.raises(RuntimeError):
        pool.submit(fails, 1)


def test_what_is_unpacked_is_the_same_object_for_the_next_task() -> None:
    packed = pack({"a": [1, 2]})
    assert unpack(packed) == {"a": [1, 2]} and unpack(packed) is unpack(packed)


# --- what ends it -----------------------------------------------------------------------------------
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_what_is_running(workers: int, tmp_path: Path) -> None:
    helper = ctrl_c_once(path := tmp_path / "runs")
    with pytest.raises(KeyboardInterrupt), executor(Where(workers)) as pool:
        collect(pool, endless, [(str(path),)] * 3, lambda result: None)
    helper.join()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert multiprocessing.active_children() == []
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("work")] == []


def test_ctrl_c_at_the_last_result_is_not_lost() -> None:
    with pytest.raises(KeyboardInterrupt), executor(Where(1)) as pool:
        collect(pool, fails, [(1,)], lambda result: os.kill(os.getpid(), signal.SIGINT))


def test_a_killed_process_is_said_to_be_that() -> None:
    with pytest.raises(WorkerDied, match="was killed; is there enough memory") as caught, executor(Where(2)) as pool:
        collect(pool, killed, [(LONG,)] * 20, lambda result: None)
    assert isinstance(caught.value, BrokenExecutor)
    assert multiprocessing.active_children() == []


def test_a_worker_that_the_pool_has_forgotten_ends_with_its_lifeline(tmp_path: Path) -> None:
    """One that is being started as another is killed: the pool does not end it and would wait for it for ever."""
    context = multiprocessing.get_context("spawn")
    hanging_by, lifeline = context.Pipe(duplex=False)
    (files := tmp_path / f"detsim-{'0' * 16}").mkdir()
    worker = context.Process(target=executors._end_with, args=(hanging_by, str(files)), daemon=True)
    worker.start()
    worker.join(1)
    assert worker.exitcode is None and files.exists()
    lifeline.close()
    worker.join(600)
    assert worker.exitcode == 1 and not files.exists()


def test_what_goes_through_pipes_is_short() -> None:
    """Else a process killed while it reads leaves its parent waiting for ever for the rest to be taken."""
    with executor(Where(2)) as pool:
        assert isinstance(pool, executors.Processes)
        short = pool._filed(LONG)
        assert len(pack(short)) < 2**9 and short.path.read_bytes() == LONG
        assert pool._filed(LONG) == short and pool._filed(b"short") == b"short"
        assert short.path.parent.stat().st_mode & 0o077 == 0
    assert not short.path.parent.exists()


# --- where ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("where", "line"),
    [
        (Where(scheduler="tcp://a:1", cluster="local"), "--cluster: --scheduler is given too; choose one of them"),
        (Where(cluster="slurm"), "--cluster: 'slurm' is none; choose local"),
        (
            Where(2, scheduler="tcp://a:1"),
            "--workers: a scheduler has workers of its own; leave out --workers or --scheduler",
        ),
    ],
)
def test_what_cannot_be_meant_is_one_line(where: Where, line: str) -> None:
    with pytest.raises(InputError) as caught, executor(where):
        pass
    assert caught.value.lines == (line,)


def test_the_usual_is_here() -> None:
    assert not Where(3).elsewhere and Where(cluster="local").elsewhere and Where(scheduler="tcp://a:1").elsewhere


def test_a_meter_may_be_left_out() -> None:
    made: list[Any] = []
    with executor(Where(1)) as pool:
        collect(pool, length_and_days, [(LONG, 3)], made.append)
    assert made == [(2**17, 3)]
