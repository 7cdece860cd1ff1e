"""Counting: flows and stocks by day and area, person-time by day, and sweeps through every instant."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.arrays import Ints
from sim.measures.spans import Span
from sim.vocabulary import SECONDS_PER_DAY


def flow(t: Ints, area: Ints, days: int, n_areas: int) -> Ints:
    """(days, n_areas) moments `t` >= 0 by day and area; moments before the start or EMPTY are left out."""
    some = t >= 0
    return _table(t[some] // SECONDS_PER_DAY, area[some], days, n_areas)


def stock(span: Span, days: int, n_areas: int) -> Ints:
    """(days + 1, n_areas) spans under way at each midnight: row 0 when the run starts, row d + 1 after day d."""
    began = _table(span.start // SECONDS_PER_DAY + 1, span.area, days + 1, n_areas)
    ended = _table(span.end // SECONDS_PER_DAY + 1, span.area, days + 1, n_areas)
    under_way: Ints = np.cumsum(began - ended, axis=0)
    return under_way


def person_seconds(span: Span, days: int) -> Ints:
    """(days,) person-seconds spent in spans, by day; exact."""
    change = _seconds_left(np.maximum(span.start, 0), days) - _seconds_left(span.end, days)
    began = _by_day(np.maximum(span.start, 0), days) - _by_day(span.end, days)
    under_way_before = np.concatenate([[0], np.cumsum(began)[:-1]])
    spent: Ints = under_way_before * SECONDS_PER_DAY + change
    return spent


def peak(span: Span) -> int:
    """Most spans under way at any instant of the run (what is settled within an instant does not count)."""
    began, ended = np.sort(np.maximum(span.start, 0)), np.sort(span.end)  # the peak is where a span begins
    under_way = np.arange(1, len(span) + 1) - np.searchsorted(ended, began, side="right")
    return int(under_way.max(initial=0))


def seconds_above(span: Span, level: Ints) -> int:
    """Sum over areas of the integral of max(0, under way − level) over the run.

    `level` (areas, days) is constant within a day.
    """
    n_areas, days = level.shape
    stride = span.horizon + 1
    marks = np.arange(n_areas)[:, None] * stride + np.arange(days) * SECONDS_PER_DAY
    at = span.area * stride
    times, change = _instants(at + np.maximum(span.start, 0), at + span.end, marks.ravel())
    under_way = np.cumsum(change)[:-1]
    area, t = np.divmod(times[:-1], stride)
    above = np.maximum(under_way - level[area, np.minimum(t // SECONDS_PER_DAY, days - 1)], 0)
    return int((above * np.diff(times)).sum())


def rises(span: Span, n_areas: int) -> Iterator[tuple[int, Ints, Ints]]:
    """For each area the instants of the run at which more spans begin than end: (area, times, spans under way then)."""
    for area in range(n_areas):
        here = span.area == area
        times, change = _instants(span.start[here], span.end[here])
        rising = (change > 0) & (times >= 0)
        yield area, times[rising], np.cumsum(change)[rising]


def _instants(began: Ints, ended: Ints, marks: Ints | None = None) -> tuple[Ints, Ints]:
    """Distinct instants in order, and the net change at each; `marks` are instants without a change."""
    keys = [began * 4 + 2, ended * 4] + ([] if marks is None else [marks * 4 + 1])
    key = np.sort(np.concatenate(keys))
    time, change = key >> 2, (key & 3) - 1
    first = np.flatnonzero(np.diff(time, prepend=time[:1] - 1))
    return time[first], np.add.reduceat(change, first) if len(first) else change


def _table(day: Ints, area: Ints, days: int, n_areas: int) -> Ints:
    """Counts of each day before `days` and area; later ones are left out."""
    size = days * n_areas
    return np.bincount(day * n_areas + area, minlength=size)[:size].reshape(days, n_areas)


def _by_day(t: Ints, days: int) -> Ints:
    return np.bincount(t // SECONDS_PER_DAY, minlength=days + 1)[:days]


def _seconds_left(t: Ints, days: int) -> Ints:
    """(days,) sum of the seconds from each moment to the midnight that follows; float sums are exact below 2**53."""
    left = SECONDS_PER_DAY - t % SECONDS_PER_DAY
    summed = np.bincount(t // SECONDS_PER_DAY, weights=left, minlength=days + 1)[:days]
    return np.rint(summed).astype(np.int64)
