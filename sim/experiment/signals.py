"""Signals that stop a run (Ctrl-C, SIGTERM, SIGHUP), noted where work must not be torn apart."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Final

_STOPS: Final = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def signals_noted() -> Iterator[Callable[[], None]]:
    """Notes each signal, and yields what handles those noted so far; those that come later are handled at the end.

    To handle one most often raises KeyboardInterrupt.
    """
    usual = {number: signal.getsignal(number) for number in _STOPS}
    is_main = threading.current_thread() is threading.main_thread()
    ours = [number for number, handler in usual.items() if callable(handler)] if is_main else []
    noted: list[int] = []

    def handle() -> None:
        while noted:
            handler = usual[number := noted.pop(0)]
            assert callable(handler)
            handler(number, None)

    try:
        for number in ours:
            signal.signal(number, lambda number, frame: noted.append(number))
        yield handle
    finally:
        for number in ours:
            signal.signal(number, usual[number])
    handle()


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Ctrl-C waits meanwhile, and threads and processes started meanwhile never see it: who started them ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # it lets signals through again when it starts, so it has to run before
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
