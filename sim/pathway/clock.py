"""SimPy with the model's order of ties.

SimPy settles ties by order of insertion. The model has one total order (time, phase, kind,
number), so the environment queues by that key; what an event causes in processes that it wakes
happens before anything else of the instant.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Any

import simpy

from sim.rules import event_key


class Clock(simpy.Environment):
    """A SimPy environment in whole seconds, ordered by (time, key)."""

    _now: int

    def __init__(self) -> None:
        super().__init__(initial_time=0)
        self.events = 0
        self._agenda: list[tuple[int, int, int, simpy.Event]] = []
        self._inserted = count()

    def schedule(self, event: simpy.Event, priority: Any = None, delay: Any = 0) -> None:
        """Queue an event that a handler or a process triggers: before all keyed events of the instant."""
        self.queue(event, self._now + delay, 0)

    def queue(self, event: simpy.Event, at: int, key: int) -> None:
        """Queue an event at a moment and a place in the order of that moment."""
        heappush(self._agenda, (at, key, next(self._inserted), event))

    def play(self, end: int) -> None:
        """Process every event due before `end`; what fails in a process is raised here."""
        agenda, played = self._agenda, 0
        while agenda and agenda[0][0] < end:
            self._now, _, _, event = heappop(agenda)
            callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
            for callback in callbacks:
                callback(event)
            if not event._ok:
                raise event._value
            played += 1
        self.events += played


class Timer(simpy.Event):
    """Fires at a moment, in the place that the model gives its kind and number."""

    def __init__(self, env: Clock, at: int, kind: int, number: int) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        env.queue(self, at, event_key(kind, number))


class Call(Timer):
    """A timer that calls `act(number)`."""

    def __init__(self, env: Clock, at: int, kind: int, number: int, act: Callable[[int], None]) -> None:
        super().__init__(env, at, kind, number)
        self.callbacks.append(lambda _: act(number))
