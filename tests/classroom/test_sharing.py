"""Answers shared by many who ask at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sim.classroom.sharing import Shared


def test_thirty_who_ask_the_same_at_once_have_it_worked_out_once() -> None:
    shared, together, worked = Shared[int](size=10, at_once=2), threading.Barrier(30), []

    def ask(_: int) -> int:
        together.wait()
        return shared.get("same", lambda: worked.append(1) or 42)

    with ThreadPoolExecutor(30) as pool:
        assert list(pool.map(ask, range(30))) == [42] * 30
    assert len(worked) == 1


def test_no_more_than_so_many_are_worked_out_at_the_same_time() -> None:
    shared, together, lock = Shared[int](size=50, at_once=2), threading.Barrier(12), threading.Lock()
    inside, most = [0], [0]

    def work() -> int:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        threading.Event().wait(0.005)
        with lock:
            inside[0] -= 1
        return 1

    def ask(number: int) -> int:
        together.wait()
        return shared.get(number, work)

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(ask, range(12))) == 12
    assert most == [2]


def test_only_the_last_are_kept() -> None:
    shared, worked = Shared[str](size=2, at_once=1), []

    def ask(word: str) -> str:
        return shared.get(word, lambda: worked.append(word) or word)

    assert [ask(word) for word in "abacab"] == list("abacab")
    assert worked == ["a", "b", "c", "b"] and len(shared) == 2


def test_a_failure_is_told_and_not_kept() -> None:
    shared = Shared[float](size=2, at_once=1)
    with pytest.raises(ZeroDivisionError):
        shared.get("x", lambda: 1 / 0)
    assert len(shared) == 0 and shared.get("x", lambda: 2.0) == 2.0
