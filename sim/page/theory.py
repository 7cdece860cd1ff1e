"""Queueing theory that the page shows beside a run, for compiled code; `sim.theory.queueing` has the same and more."""

from __future__ import annotations

from sim.compiled.jit import jit


@jit
def erlang_c_wait(servers: int, arrivals: float, stay: float) -> float:
    """Mean wait of all in M/M/s, in the unit of time of `stay`; -1 where the line grows without end.

    By the recursion of Erlang's loss formula, exact for the few hundred servers of a lesson.
    """
    load, loss = arrivals * stay, 1.0
    if load >= servers:
        return -1.0
    for n in range(1, servers + 1):
        loss = load * loss / (n + load * loss)
    waits = loss * servers / (servers - load + load * loss)
    return waits / (servers / stay - arrivals)
