"""Worker processes end when they are told to, whatever the pool they belong to knows of them."""

from __future__ import annotations

import multiprocessing

import pytest

from sim.experiment.workers import _AT_MIDNIGHT, _AT_ONCE, _end_with_parent


@pytest.mark.parametrize(("told", "status"), [(_AT_ONCE, 1), (_AT_MIDNIGHT, None)])
def test_a_worker_that_the_pool_has_forgotten_ends_when_the_pool_is_broken(told: int, status: int | None) -> None:
    """One that is being started as another is killed: the pool does not end it and would wait for it for ever."""
    context = multiprocessing.get_context("spawn")
    stop = context.RawValue("b", 0)
    worker = context.Process(target=_end_with_parent, args=(stop,), daemon=True)
    worker.start()
    stop.value = told
    worker.join(30 if status else 1)
    ended = worker.exitcode
    worker.kill()
    worker.join()
    assert ended == status
