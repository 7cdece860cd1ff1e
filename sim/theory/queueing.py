"""Queueing formulas that a simulated value must meet where a scenario reduces to them.

The offered load a is arrivals × mean stay (in servers, Erlangs), s the number of servers (beds). Times may be in any
unit. Every function takes a bounded time whatever the number of servers, and raises ValueError for arguments out of
range.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

_TERMS: Final = 2_000
"""Terms of a continued fraction; six standard deviations from its slow region some hundreds are enough."""


def fluid_arrivals(servers: float, mean_stay: float) -> float:
    """Arrivals per unit of time that `servers` can take in for good: s / W (fluid limit; Newell 1982)."""
    _check(servers >= 0 and mean_stay > 0, "servers >= 0 and mean stay > 0")
    return servers / mean_stay


def erlang_b(servers: int, load: float) -> float:
    """Share lost in M/G/s/s (Erlang 1917), in a time that does not grow with `servers`.

    B is the Poisson probability of s divided by that of at most s. For loads far above s, where both vanish, it is
    the continued fraction of the incomplete gamma function (DLMF 8.9.2), all of whose terms are positive.
    """
    _check(servers >= 0 and 0 <= load < math.inf, "servers >= 0 and load >= 0")
    if load == 0 or servers == 0:
        return 0.0 if servers else 1.0
    if load < servers + 6.0 * math.sqrt(load):
        from scipy.special import pdtr

        return _poisson(servers, load) / float(pdtr(servers, load))
    rest = 0.0
    for i in range(min(servers, _TERMS), 0, -1):
        rest = i * (servers - i + 1.0) / (load - servers + 2.0 * i + rest)
    return (load - servers + rest) / load


def _poisson(n: float, mean: float) -> float:
    """mean^n e^−mean / Γ(n + 1) for n > 0, by Loader's (2000) saddle-point form, in which no large terms cancel."""
    return math.exp(-_stirling_error(n) - _deviance(n, mean)) / math.sqrt(2.0 * math.pi * n)


def _stirling_error(n: float) -> float:
    """ln Γ(n + 1) less Stirling's formula for it."""
    if n < 16.0:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2.0 * math.pi)
    square = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n


def _deviance(n: float, mean: float) -> float:
    """n ln(n/mean) + mean − n, by its series where the two are close."""
    if abs(n - mean) >= 0.1 * (n + mean):
        return n * math.log(n / mean) + mean - n
    v = (n - mean) / (n + mean)
    series = math.fsum(v ** (2 * k) / (2 * k + 1) for k in range(1, 12))
    return (n - mean) * v + 2.0 * n * v * series


def erlang_c(servers: int, load: float) -> float:
    """Share who wait in M/M/s (Erlang 1917): B / (1 − ρ(1 − B)), ρ = a/s < 1."""
    _check(servers > 0 and 0 <= load < servers, "load < servers; otherwise the line grows without end")
    loss = erlang_b(servers, load)
    return loss * servers / (servers - load + load * loss)


def erlang_c_wait(servers: int, arrivals: float, mean_stay: float) -> float:
    """Mean wait of all in M/M/s: C / (s μ − λ)."""
    return erlang_c(servers, arrivals * mean_stay) / (servers / mean_stay - arrivals)


@dataclass(frozen=True)
class WithPatience:
    """M/M/s+G: `wait_share` have to wait, `abandon_share` leave unserved, `mean_wait` of all, `mean_busy` servers."""

    wait_share: float
    abandon_share: float
    mean_wait: float
    mean_line: float
    mean_busy: float


def erlang_a(servers: int, arrivals: float, mean_stay: float, mean_patience: float) -> WithPatience:
    """M/M/s+M with exponential patience (Palm 1957; Garnett, Mandelbaum and Reiman 2002).

    Mean wait is over everybody, served or not; P(leave) = θ E[wait] and E[line] = λ E[wait].
    """
    _check(servers >= 0 and min(arrivals, mean_stay, mean_patience) > 0, "positive rates and times")
    load, most = arrivals * mean_stay, arrivals * mean_patience
    if not servers:
        return WithPatience(1.0, 1.0, mean_patience, most, 0.0)
    full, line = _full_and_line(servers * mean_patience / mean_stay, most)
    loss = erlang_b(servers, load)
    below = 1.0 / loss - 1.0 if loss > 0 else math.inf
    wait_share = 1.0 / (1.0 + below / full)
    mean_line = wait_share * line
    wait = mean_line / arrivals
    left = wait / mean_patience
    return WithPatience(wait_share, left, wait, mean_line, load * (1.0 - left))


def _full_and_line(x: float, y: float) -> tuple[float, float]:
    """A = Σ_j y^j / ((x + 1) … (x + j)), the weight of all states with no free server, and their mean line.

    A is Kummer's M(1, x + 1, y) = γ(x, y) x e^y y^−x, and balance of the line gives Σ_j j w_j = (y − x) A + x. Where
    that cancels both come from Gauss's continued fraction, A = 1/(1 − y/(x + 1 + r)) (DLMF 13.5.1).
    """
    if x < y + 6.0 * math.sqrt(y):
        from scipy.special import gammainc

        inverse = _poisson(x, y) / float(gammainc(x, y))
        return (1.0 / inverse if inverse > 0 else math.inf), y - x + x * inverse
    r = 0.0
    for k in range(_TERMS, 0, -1):
        r = k * y / (x + 2.0 * k - (x + k) * y / (x + 2.0 * k + 1.0 + r))
    return (x + 1.0 + r) / (x + 1.0 + r - y), y * (1.0 + r) / (x + 1.0 + r)


def fixed_patience(servers: int, arrivals: float, mean_stay: float, patience: float) -> WithPatience:
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
    return WithPatience(arrivals * (before + last) / whole, left, wait, wait * arrivals, busy)


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


def staffing(mean: float, dispersion: float, z: float) -> float:
    """Normal rule for beds: m + z √(v m), v the variance-to-mean ratio of the stock (square-root safety staffing)."""
    _check(mean >= 0 and dispersion >= 0, "mean >= 0 and dispersion >= 0")
    return mean + z * math.sqrt(dispersion * mean)


def _check(right: bool, wanted: str) -> None:
    if not right:
        raise ValueError(f"wanted: {wanted}")
