"""Ctrl-C and SIGTERM: raised where work can stop, noted where it cannot."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sim.errors import Interrupted, Terminated, UserError


class Termination(KeyboardInterrupt):
    """SIGTERM, which stops a run as Ctrl-C does."""


@contextmanager
def termination_raised() -> Iterator[None]:
    """SIGTERM raises Termination in the block, so that workers are ended and files removed."""
    if not _in_main_thread() or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def signals_noted() -> Iterator[list[int]]:
    """Notes each Ctrl-C and SIGTERM, for whoever looks; one that nobody looked for is raised at the end."""
    noted: list[int] = []
    usual = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    ours = [number for number, handler in usual.items() if handler in (signal.default_int_handler, _terminate)]
    if not _in_main_thread():
        ours = []
    for number in ours:
        signal.signal(number, lambda number, frame: noted.append(number))
    try:
        yield noted
        raise_noted(noted)
    finally:
        for number in ours:
            signal.signal(number, usual[number])


def raise_noted(noted: list[int]) -> None:
    """Raise KeyboardInterrupt or Termination if a signal was noted."""
    if noted:
        raise Termination if noted[0] == signal.SIGTERM else KeyboardInterrupt


def stopped(stop: KeyboardInterrupt, state: str) -> UserError:
    """What the user is told of a run that a signal stopped, and in which state it is."""
    if isinstance(stop, Termination):
        return Terminated(f"terminated: {state}")
    return Interrupted(f"interrupted: {state}")


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Termination


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
