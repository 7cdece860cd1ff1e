"""Worker processes end when they are told to, whatever the pool they belong to knows of them."""

from __future__ import annotations

import multiprocessing
import pickle
from pathlib import Path

import pytest

from sim.experiment.replication import Job
from sim.experiment.store import PartFolder
from sim.experiment.workers import _AT_MIDNIGHT, _AT_ONCE, _end_with_parent, _handed_over, _start_worker
from sim.scenario.loading import load
from sim.scenario.tables import build_tables


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


def test_what_a_worker_is_started_with_fits_its_pipe(tmp_path: Path) -> None:
    """Else a run whose worker is killed while it starts would wait for ever for it to read the rest."""
    resolved = load("national")
    job = Job(resolved.scenario, build_tables(resolved.scenario), "simpy", PartFolder(tmp_path / "x"), "k", False, 0)
    assert len(pickle.dumps(job)) > 2**16
    with _handed_over(job) as path:
        assert pickle.loads(Path(path).read_bytes()).scenario == job.scenario
        assert len(pickle.dumps((_start_worker, path))) < 2**12
        assert Path(path).parent.stat().st_mode & 0o077 == 0
    assert not Path(path).exists()
