"""Distributions of the time between two steps of a case, by eighth of a day or by whole days.

Days count from the start; what happens within a day is averaged over starts spread evenly over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from sim import vocabulary
from sim.arrays import Floats
from sim.scenario.schema.distributions import Node
from sim.scenario.world.quantile import survival
from sim.scenario.world.tables import NONE, U31, Tables
from sim.vocabulary import SECONDS_PER_DAY

STEPS: Final = 8
"""Steps a day in which the time to an order is worked out."""
LONGEST_DAYS: Final = 1500
"""Times to an order, and work for a document, beyond this are counted as this long."""


@dataclass(frozen=True)
class Lines:
    """Mean days spent on lines that the expectation does not model."""

    bed: float = 0.4
    hearing: float = 1.2
    screening: float = 1.0
    seat: float = 0.8


@lru_cache(maxsize=256)
def mass(law: Node, shift_days: float = 0.0, times: int = 1) -> Floats:
    """Mass by step of `times` x the law + a shift."""
    n = LONGEST_DAYS * STEPS
    edges = (np.arange(n + 1) / STEPS - shift_days) * SECONDS_PER_DAY
    if times == 0:
        out = np.zeros(n)
        out[min(n - 1, round(shift_days * STEPS))] = 1.0
        return out
    alive = np.where(edges > 0, survival(law, np.maximum(edges / times, 0.0)), 1.0)
    ended = -np.diff(alive)
    ended[-1] += alive[-1]
    return np.asarray(ended)


def then(a: Floats, b: Floats) -> Floats:
    """Mass of the sum of two times."""
    lags = len(a)
    size = 1 << (lags + len(b) - 2).bit_length()
    out = np.maximum(np.fft.irfft(np.fft.rfft(a, size) * np.fft.rfft(b, size), size)[:lags], 0.0)
    out[-1] += max(0.0, a.sum() * b.sum() - out.sum())
    return np.asarray(out)


def by_day(each: Floats, days: int) -> Floats:
    """(days,) mass, from that by step, by lag between the day of a start and that of the end.

    Starts are spread evenly over their day.
    """
    cdf = np.concatenate([[0.0], np.cumsum(each)])
    total = np.concatenate([[0.0], np.cumsum((cdf[1:] + cdf[:-1]) / 2 / STEPS)])
    whole = np.concatenate([[0.0], total[::STEPS]])
    lag = np.diff(whole, 2)
    out = np.zeros(days)
    out[: min(days, len(lag))] = lag[:days]
    return out


def limit(tables: Tables) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """By day of the order: days to the limit after it, and the share then released."""
    after = np.where(tables.post_order_limit_s == NONE, 10**6, tables.post_order_limit_s // SECONDS_PER_DAY)
    approval = np.ones(tables.days)
    if tables.clearance_on and tables.needs_clearance[vocabulary.EXIT_REASONS.index("post_order_limit")]:
        approval = tables.approval / U31
    at = np.minimum(np.arange(tables.days) + after, tables.days - 1)
    return tuple(after.tolist()), tuple(approval[at].tolist())
