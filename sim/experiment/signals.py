"""Signals that stop a run (Ctrl-C, SIGTERM, SIGHUP), noted where work must not be torn apart."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Final

_STOPS: Final = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Noted:
    """The signals noted, and the handlers they are for."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._usual = {number: signal.getsignal(number) for number in _STOPS}

    def install(self) -> list[int]:
        """Note signals instead of handling them; the numbers of those that Python handles at all."""
        ours = [number for number, handler in self._usual.items() if callable(handler)]
        for number in ours:
            signal.signal(number, lambda number, frame: self._numbers.append(number))
        return ours

    def restore(self, numbers: list[int]) -> None:
        """Handle signals as before."""
        for number in numbers:
            signal.signal(number, self._usual[number])

    def handle(self) -> None:
        """Do now what was put off; most often this raises KeyboardInterrupt."""
        while self._numbers:
            handler = self._usual[number := self._numbers.pop(0)]
            assert callable(handler)
            handler(number, None)


@contextmanager
def signals_noted() -> Iterator[Noted]:
    """Notes each signal, for whoever looks; one that nobody looked for is handled at the end."""
    noted = Noted()
    ours = noted.install() if threading.current_thread() is threading.main_thread() else []
    try:
        yield noted
    finally:
        noted.restore(ours)
    noted.handle()


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
