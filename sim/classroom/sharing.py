"""Answers shared by all who ask: worked out once, even when thirty ask at the same moment, and kept for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

V = TypeVar("V")


class Shared(Generic[V]):
    """The last `size` answers by what was asked; at most `at_once` are worked out at the same time.

    Whoever asks what another is already working out waits for that answer. A failure is raised to all who wait for it
    and is not kept. Safe to call from any thread.
    """

    def __init__(self, size: int, at_once: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Future[V]] = OrderedDict()
        self._lock = threading.Lock()
        self._slots = threading.Semaphore(at_once)

    def get(self, asked: Hashable, work_out: Callable[[], V]) -> V:
        """The answer to `asked`, which `work_out` gives where nobody has it yet."""
        with self._lock:
            known = self._kept.get(asked)
            answer = known or self._kept.setdefault(asked, Future())
            self._kept.move_to_end(asked)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        if known is None:
            self._fill(asked, answer, work_out)
        return answer.result()

    def __len__(self) -> int:
        return len(self._kept)

    def _fill(self, asked: Hashable, answer: Future[V], work_out: Callable[[], V]) -> None:
        try:
            with self._slots:
                answer.set_result(work_out())
        except BaseException as error:
            with self._lock:
                if self._kept.get(asked) is answer:
                    del self._kept[asked]
            answer.set_exception(error)
