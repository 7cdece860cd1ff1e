"""The analytic twin: formulas that a simulated value must meet where a scenario reduces to them.

Offered load a is arrivals × mean stay (in servers, Erlangs), s the number of servers (beds). Times are
in any one unit. Functions raise ValueError for arguments outside their range.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

YEAR_DAYS = 365.0
_MOST_STATES = 10_000_000


def fluid_arrivals(servers: float, mean_stay: float) -> float:
    """Arrivals per unit of time that `servers` can take in for good: s / W (fluid limit; Newell 1982)."""
    _check(servers >= 0 and mean_stay > 0, "servers >= 0 and mean stay > 0")
    return servers / mean_stay


def fluid_loss(servers: float, load: float) -> float:
    """Share turned away when the load exceeds the servers: max(0, 1 − s/a) (fluid limit of Erlang B)."""
    _check(servers >= 0 and load > 0, "servers >= 0 and load > 0")
    return max(0.0, 1.0 - servers / load)


def little(arrivals: float, mean_time: float) -> float:
    """Mean number inside: L = λ W (Little 1961)."""
    return arrivals * mean_time


def erlang_b(servers: int, load: float) -> float:
    """Share lost in M/G/s/s (Erlang 1917), by the recursion 1/B(s) = 1 + (s/a)/B(s − 1)."""
    _check(servers >= 0 and load >= 0, "servers >= 0 and load >= 0")
    if load == 0:
        return 1.0 if servers == 0 else 0.0
    inverse = 1.0
    for n in range(1, servers + 1):
        inverse = 1.0 + inverse * n / load
        if inverse > 1e300:
            return 0.0
    return 1.0 / inverse


def erlang_c(servers: int, load: float) -> float:
    """Share who wait in M/M/s (Erlang 1917): B / (1 − ρ(1 − B)), ρ = a/s < 1."""
    _check(servers > 0 and 0 <= load < servers, "load < servers; otherwise the line grows without end")
    loss = erlang_b(servers, load)
    return loss / (1.0 - load / servers * (1.0 - loss))


def erlang_c_wait(servers: int, arrivals: float, mean_stay: float) -> float:
    """Mean wait of all in M/M/s: C / (s μ − λ)."""
    return erlang_c(servers, arrivals * mean_stay) / (servers / mean_stay - arrivals)


@dataclass(frozen=True)
class ErlangA:
    """M/M/s+M: `wait_share` have to wait, `abandon_share` leave unserved, `mean_wait` of all, `mean_busy` servers."""

    wait_share: float
    abandon_share: float
    mean_wait: float
    mean_line: float
    mean_busy: float


def erlang_a(servers: int, arrivals: float, mean_stay: float, mean_patience: float) -> ErlangA:
    """M/M/s+M with exponential patience (Palm 1957; Garnett, Mandelbaum and Reiman 2002), from its birth-death chain.

    Mean wait is over everybody, served or not; P(leave) = θ E[wait] and E[line] = λ E[wait].
    """
    _check(servers >= 0 and min(arrivals, mean_stay, mean_patience) > 0, "positive rates and times")
    inside, chance = _erlang_a_chain(servers, arrivals, 1.0 / mean_stay, 1.0 / mean_patience)
    line = float(np.dot(np.maximum(inside - servers, 0), chance))
    busy = float(np.dot(np.minimum(inside, servers), chance))
    wait = line / arrivals
    return ErlangA(float(chance[inside >= servers].sum()), wait / mean_patience, wait, line, busy)


def _erlang_a_chain(servers: int, arrivals: float, service: float, leaving: float) -> tuple[Floats, Floats]:
    """Numbers inside and their stationary probabilities, up to where they no longer matter."""
    top = 2 * servers + 100
    while True:
        inside = np.arange(top + 1, dtype=np.float64)
        deaths = np.minimum(inside[1:], servers) * service + np.maximum(inside[1:] - servers, 0) * leaving
        logs = np.concatenate([[0.0], np.cumsum(math.log(arrivals) - np.log(deaths))])
        weights = np.exp(logs - logs.max())
        if weights[-1] < 1e-20 and deaths[-1] > arrivals:
            return inside, weights / weights.sum()
        _check(top < _MOST_STATES, "a line of fewer than ten million people")
        top *= 2


def fixed_patience(servers: int, arrivals: float, mean_stay: float, patience: float) -> ErlangA:
    """M/M/s+D: everybody leaves who has waited `patience` (Barrer 1957), by the integrals of M/M/s+G.

    With λ arrivals, μ = 1/stay and H(x) = min(x, τ) the wait offered has density λ π e^(λ H(x) − s μ x) (Zeltyn and
    Mandelbaum 2005, Queueing Systems 51). τ = 0 is Erlang B, τ without end Erlang C. Mean wait is over everybody.
    """
    _check(servers > 0 and min(arrivals, mean_stay) > 0 and patience >= 0, "servers, positive rates, patience >= 0")
    drift, full = arrivals - servers / mean_stay, servers / mean_stay
    top = max(drift * patience, 0.0)  # e^top is taken out of every integral, so that none overflows
    before, weighted = _integrals(drift, patience, top)
    last = math.exp(drift * patience - top) / full
    loss = erlang_b(servers - 1, arrivals * mean_stay)
    empty = math.exp(-top) / loss if loss > 0 else math.inf
    whole = empty + arrivals * (before + last)
    left = (math.exp(-top) + drift * (before + last)) / whole
    wait = arrivals * (weighted + patience * last) / whole
    busy = arrivals * mean_stay * (1.0 - left)
    return ErlangA(arrivals * (before + last) / whole, left, wait, wait * arrivals, busy)


def _integrals(drift: float, end: float, top: float) -> tuple[float, float]:
    """∫ e^(drift x − top) dx and ∫ x e^(drift x − top) dx over [0, end]."""
    if abs(drift * end) < 1e-5:  # the next terms of the series are below 1e-10
        return end * (1.0 + drift * end / 2.0), end * end * (0.5 + drift * end / 3.0)
    one = (math.exp(drift * end - top) - math.exp(-top)) / drift
    return one, (end * math.exp(drift * end - top) - one) / drift


@dataclass(frozen=True)
class TwoClasses:
    """Shares of people who do not keep a bed: turned away on arrival or displaced later."""

    first: float
    second: float
    all: float


def preemptive_loss(servers: int, first_load: float, load: float) -> TwoClasses:
    """Two classes on s beds, equal exponential stays; the first displaces the second (Helly 1962; Burke 1962).

    The first class sees only itself: B(s, a1). All together lose B(s, a), as a displaced stay's remainder is
    a fresh exponential; the second loses the rest: (a B(s, a) − a1 B(s, a1)) / (a − a1).
    """
    _check(0 <= first_load < load, "0 <= first load < load")
    first, both = erlang_b(servers, first_load), erlang_b(servers, load)
    return TwoClasses(first, (load * both - first_load * first) / (load - first_load), both)


def infinite_stock(
    arrivals: Sequence[float], mean_stay_days: float, start: float = 0.0, days: int | None = None
) -> Floats:
    """Mean number inside an M(t)/M/∞ system at the end of each day (Eick, Massey and Whitt 1993, exponential stays).

    `arrivals` a day, constant within a day (the last value goes on up to `days`), `start` people at time 0.
    Solves m' = λ(t) − m/W exactly from day to day.
    """
    _check(mean_stay_days > 0 and len(arrivals) > 0, "mean stay > 0 and some arrivals")
    kept = math.exp(-1.0 / mean_stay_days)
    stock = np.empty(days or len(arrivals))
    inside = start
    for day in range(len(stock)):
        level = arrivals[min(day, len(arrivals) - 1)] * mean_stay_days
        inside = level + (inside - level) * kept
        stock[day] = inside
    return stock


def infinite_stock_general(arrivals: Sequence[float], survival: Sequence[float]) -> Floats:
    """Mean number inside M(t)/G/∞, empty at first, at the end of each day: Σ λ(u) S(t − u).

    `survival[k]` is the share of a day's arrivals still inside at the end of the k-th day after it (k = 0: of
    that day itself), that is the mean of P(stay > x) over x in [k, k + 1) days; 0 beyond its end.
    Source: Eick, Massey and Whitt (1993), Operations Research 41(4).
    """
    _check(len(arrivals) > 0 and len(survival) > 0, "some arrivals and survival shares")
    return np.convolve(np.asarray(arrivals, np.float64), np.asarray(survival, np.float64))[: len(arrivals)]


@dataclass(frozen=True)
class Season:
    """Stock over arrivals of a yearly wave: relative `amplitude`, and `lag_days` of its peak."""

    amplitude: float
    lag_days: float


def seasonal_stock(mean_stay_days: float, period_days: float = YEAR_DAYS) -> Season:
    """Sinusoidal arrivals into M(t)/M/∞ (Eick, Massey and Whitt 1993).

    With γ = ωW the amplitude is 1/√(1 + γ²) and the lag arctan(γ)/ω.
    """
    _check(mean_stay_days > 0 and period_days > 0, "mean stay > 0 and period > 0")
    omega = 2.0 * math.pi / period_days
    gamma = omega * mean_stay_days
    return Season(1.0 / math.sqrt(1.0 + gamma * gamma), math.atan(gamma) / omega)


def staffing(mean: float, dispersion: float, z: float) -> float:
    """Normal rule for beds: m + z √(v m), v the variance-to-mean ratio of the stock (square-root safety staffing)."""
    _check(mean >= 0 and dispersion >= 0, "mean >= 0 and dispersion >= 0")
    return mean + z * math.sqrt(dispersion * mean)


def _check(right: bool, wanted: str) -> None:
    if not right:
        raise ValueError(f"wanted: {wanted}")
