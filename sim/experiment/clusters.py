"""Work done by Dask: by the workers of a scheduler that is there, or of a cluster that is started here for it.

Results come back to this process, which alone writes files: workers need no file system in common with it, and may
come and go. What was being done by a worker that is lost is done again by another.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from sim.errors import InputError
from sim.experiment.signals import interrupts_held
from sim.experiment.work import Meter, Where, WorkerDied, cores, script_hidden, tick_with
from sim.version import __version__, model_digest

try:
    import distributed
except ImportError as missing:
    raise InputError("--scheduler, --cluster: need Dask; run `pip install 'detsim[cluster]'`") from missing

_CONNECT_S: Final = 15
_REPORT_S: Final = 1.0
_SILENT: Final = logging.CRITICAL + 1


@contextmanager
def connected(where: Where, meter: Meter) -> Iterator[Executor]:
    """What hands work to the workers, until the block ends.

    Raises InputError if there is no scheduler, or one of its workers has another detsim.
    """
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(_SILENT)  # what matters is raised, too
    with warnings.catch_warnings(), ExitStack() as stack:
        warnings.filterwarnings("ignore", module="distributed")
        client = _client(where, stack)
        _refuse_others(client)
        pool = _Workers(client, meter)
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        yield pool


def _client(where: Where, stack: ExitStack) -> Any:
    with script_hidden(), interrupts_held():  # its threads, and processes they start, leave Ctrl-C to this one
        if where.scheduler is not None:
            _call_on(where.scheduler)
        address = where.scheduler
        if address is None:
            cluster = distributed.LocalCluster(
                where.workers or cores(),
                threads_per_worker=1,
                memory_limit=0,
                dashboard_address=None,
                silence_logs=_SILENT,
            )
            address = stack.enter_context(cluster).scheduler_address
        return stack.enter_context(distributed.Client(address, timeout=_CONNECT_S, set_as_default=False))


def _call_on(address: str) -> None:
    """Raise InputError if no Dask scheduler answers; a client alone would wait for ever for another kind of server."""

    async def call() -> None:
        certificates = distributed.Security().get_connection_args("client")
        asked = distributed.comm.connect(address, timeout=_CONNECT_S, **certificates)
        await (await asyncio.wait_for(asked, _CONNECT_S)).close()

    try:
        distributed.comm.get_address_host_port(address)
        with ThreadPoolExecutor(1) as apart:  # a notebook has a loop of its own in this one
            apart.submit(asyncio.run, call()).result()
    except (ValueError, TypeError) as error:
        raise InputError(f"--scheduler: {address!r}: {error}; write it as tcp://HOST:8786") from error
    except Exception as error:  # whatever answers there may make it fail in any way
        raise InputError(f"--scheduler: no Dask scheduler answers at {address}") from error


def _refuse_others(client: Any) -> None:
    """Raise InputError if a worker that is there has not this very program; say so if there is none yet."""
    answers: Mapping[str, Any] = client.run(model_digest, on_error="return")
    if not answers:
        print(f"waiting for workers at {client.scheduler.address} …", file=sys.stderr, flush=True)
    others = sorted(worker for worker, answer in answers.items() if answer != model_digest())
    if others:
        raise InputError(f"--scheduler: {_other(others[0], answers[others[0]], model_digest())}")


def _other(worker: str, there: object, here: str) -> str:
    has = f"another detsim ({there[:12]}" if isinstance(there, str) else f"no detsim of use ({there}"
    return f"worker {worker} has {has}, here it is {here[:12]}); install there what is here, detsim {__version__}"


class _Workers(Executor):
    """Dask's executor, whose tasks first make sure of the program they run, and count days in between."""

    def __init__(self, client: Any, meter: Meter) -> None:
        self._inner, self._topic = client.get_executor(pure=False), f"detsim-{uuid.uuid4()}"
        client.subscribe_topic(self._topic, lambda event: meter(event[1]))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As usual; what cannot be done there ends in WorkerDied."""
        outer: Future[Any] = Future()
        inner = self._inner.submit(_work, model_digest(), self._topic, fn, *args, **kwargs)
        inner.add_done_callback(lambda done: _hand_on(done, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As usual; what is cancelled while it runs ends by itself, and nobody hears of it."""
        self._inner.shutdown(wait=wait and not cancel_futures)


def _hand_on(done: Future[Any], outer: Future[Any]) -> None:
    """What came of a task, in the words of this program."""
    if not outer.set_running_or_notify_cancel():
        return
    error = CancelledError() if done.cancelled() else done.exception()
    if error is None:
        outer.set_result(done.result())
    elif isinstance(error, CancelledError):
        outer.set_exception(WorkerDied("the connection to the scheduler was lost"))
    elif isinstance(error, distributed.KilledWorker):
        outer.set_exception(WorkerDied("one worker after another died of the same work; have they memory enough?"))
    elif isinstance(error, (ImportError, AttributeError)):  # it could not even be read there
        outer.set_exception(WorkerDied(f"a worker that came later has no detsim of use ({error})"))
    else:
        outer.set_exception(error)


# --- inside a worker ----------------------------------------------------------------------------
def _work(digest: str, topic: str, task: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Do a task, and tell about once a second how many days it has played."""
    worker = distributed.get_worker()
    if digest != model_digest():
        raise WorkerDied(_other(worker.address, model_digest(), digest))
    untold, told_at = 0, time.monotonic()

    def tell() -> None:
        nonlocal untold, told_at
        worker.log_event(topic, untold)
        untold, told_at = 0, time.monotonic()

    def played(day: int) -> None:
        nonlocal untold
        untold += 1
        if time.monotonic() - told_at > _REPORT_S:
            tell()

    tick_with(played)
    try:
        return task(*args, **kwargs)
    finally:
        tell()
