"""Published figures of a window, each beside what was simulated and what a naive forecast says."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.experiment.backtest.naive_forecasts import Naive
from sim.experiment.backtest.published_figures import BOOK_OUTS, ONE_DAY, QUANTILES, SERIES, Figure, Figures
from sim.experiment.engines import lawful, stream_of
from sim.experiment.range_draws import COVERS
from sim.log import BEFORE
from sim.measures.counting import flow, stock
from sim.measures.custody import Custody
from sim.measures.intervals import FEWEST, student
from sim.measures.spans import Span
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables
from sim.vocabulary import EXIT_REASONS, SECONDS_PER_DAY

LEVELS: Final = (95, 80)
"""Per cent of the prediction intervals."""
EXITS_OF: Final = {reason: SERIES[f"book_outs_{reason}"].exits for reason in BOOK_OUTS}
"""Reasons of exit here that a published reason of book-outs means; none: not modelled."""
SHARES_DAYS: Final = 730
"""Days in which the weight of the last published shares of the areas falls to 1/e."""
AGES: Final = ("held_0_180_d", "held_181_365_d", "held_366_730_d", "held_over_730_d")


# --- intervals --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Band:
    """The mean over replications and prediction intervals of one replication to come, (D,) each.

    An interval is mean ± t·sd·sqrt(1 + 1/n) (Student); there is none from fewer than three replications.
    """

    mean: Floats
    low: dict[int, Floats]
    high: dict[int, Floats]

    @classmethod
    def of(cls, values: Floats) -> Band:
        """From (R, D) values of R replications."""
        mean, n = values.mean(axis=0), len(values)
        if n < FEWEST:
            return cls(mean, {}, {})
        sd = values.std(axis=0, ddof=1) * math.sqrt(1 + 1 / n)
        half = {level: student(n - 1, level / 100) * sd for level in LEVELS}
        return cls(mean, {k: np.maximum(mean - h, 0) for k, h in half.items()}, {k: mean + h for k, h in half.items()})


# --- what is compared ---------------------------------------------------------------------------------
class Compared(NamedTuple):
    """One published number with what was simulated (one value per replication) and what a naive forecast says."""

    first: dt.date
    last: dt.date
    series: str
    area: str
    unit: str
    observed: float
    simulated: Floats
    naive: float | None


@dataclass(frozen=True)
class Comparison:
    """A back-test's replications beside the figures of its window; D days, R replications."""

    scenario: Scenario
    figures: Figures
    played: Sequence[Played]
    naive: Naive
    covers: str = COVERS[False]

    @property
    def start(self) -> dt.date:
        """The first day."""
        return self.scenario.start

    @property
    def end(self) -> dt.date:
        """The last day."""
        return self.start + (self.scenario.days - 1) * ONE_DAY

    @property
    def title(self) -> str:
        """Scenario, window and replications in words."""
        many = f"{len(self.played)} replication{'s' if len(self.played) > 1 else ''}"
        return f"{self.scenario.name}, {self.start} to {self.end}, {many}"

    @property
    def dates(self) -> list[dt.date]:
        """Every day of the window."""
        return [self.start + day * ONE_DAY for day in range(self.scenario.days)]

    def held(self) -> Band:
        """People held at the end of each day."""
        return Band.of(np.stack([one.held[1:].sum(axis=1) for one in self.played]).astype(np.float64))

    def observed(self) -> Floats:
        """(D,) published people held; nan where it was not published."""
        values = [self.figures.value("held", date) for date in self.dates]
        return np.array([math.nan if value is None else value for value in values])

    def days_of(self, figure: Figure) -> slice:
        """The days of the window a figure speaks of."""
        return slice((figure.first - self.start).days, (figure.last - self.start).days + 1)

    def each(self, value: Callable[[Played, slice], float], days: slice) -> Floats:
        """(R,) a value of each replication over some days of the window."""
        return np.array([value(one, days) for one in self.played], dtype=np.float64)


def by_period(c: Comparison) -> list[Compared]:
    """Book-outs by reason, removed share, length of stay and share held long, for each published period of the window.

    The naive value is the last one published before the start; none for quantiles of stays.
    """
    totals = [_published_share(c.figures, total) for total in c.figures.of("book_outs_total")]
    long = [_published_long(c.figures, figure) for figure in c.figures.of(AGES[0])]
    return [
        *(row for reason in (*BOOK_OUTS, "total") for row in _book_outs(c, reason)),
        *_rows(c, "removed_share", "%", totals, _share_removed),
        *_rows(c, "alos", "d", c.figures.of("alos"), _mean_stay),
        *_rows(c, "held_over_180_d_share", "%", long, _share_long),
        *(row for place, p in enumerate(QUANTILES) for row in _quantiles(c, place, f"stay_p{p}")),
    ]


def _rows(
    c: Comparison,
    series: str,
    unit: str,
    published: Iterable[Figure | None],
    simulated: Callable[[Played, slice], float],
    naive: Callable[[Figure, Figure], float] = lambda before, figure: before.value,
) -> Iterator[Compared]:
    """One row per published figure of the window; `naive` takes the last figure before the start, and the figure."""
    known = [figure for figure in published if figure is not None]
    before = [figure for figure in known if figure.last < c.start]
    for figure in known:
        if c.start <= figure.first and figure.last <= c.end:
            values, old = c.each(simulated, c.days_of(figure)), naive(before[-1], figure) if before else None
            yield Compared(figure.first, figure.last, series, figure.area, unit, figure.value, values, old)


def _book_outs(c: Comparison, reason: str) -> Iterator[Compared]:
    reasons, series = EXIT_REASONS if reason == "total" else EXITS_OF[reason], f"book_outs_{reason}"

    def people(one: Played, days: slice) -> float:
        return _people(one, days, reasons)

    def as_fast(before: Figure, figure: Figure) -> float:
        return before.value / before.days * figure.days

    return _rows(c, series, "people", c.figures.of(series), people, as_fast)


def _quantiles(c: Comparison, place: int, series: str) -> Iterator[Compared]:
    """Stays that begin and end in the window, against a published period that lies within it."""
    inside = c.figures.within(series, c.start, c.end)
    return _rows(c, series, "d", inside, lambda one, days: float(one.quantiles[place]))


def _published_share(figures: Figures, total: Figure) -> Figure | None:
    """The removed per cent of all book-outs, where both were published for the same days."""
    removed = figures.covering("book_outs_removed", total.first)
    same = removed is not None and (removed.first, removed.last) == (total.first, total.last)
    return replace(total, value=100 * removed.value / total.value) if removed and same and total.value else None


def _published_long(figures: Figures, short: Figure) -> Figure | None:
    """The per cent held for longer than the first of `AGES`, where all of them were published."""
    there = [count for series in AGES if (count := figures.value(series, short.first)) is not None]
    total = sum(there)
    return replace(short, value=100 * sum(there[1:]) / total) if len(there) == len(AGES) and total else None


def _people(one: Played, days: slice, reasons: Iterable[str]) -> float:
    return float(sum(one.exits[days, EXIT_REASONS.index(reason)].sum() for reason in reasons))


def _share_removed(one: Played, days: slice) -> float:
    everybody = _people(one, days, EXIT_REASONS)
    return 100 * _people(one, days, EXITS_OF["removed"]) / everybody if everybody else math.nan


def _mean_stay(one: Played, days: slice) -> float:
    people = int(one.exits[days].sum())
    return int(one.stay_s[days].sum()) / people / SECONDS_PER_DAY if people else math.nan


def _share_long(one: Played, days: slice) -> float:
    held = int(one.held[days.stop].sum())
    return 100 * int(one.long[days.stop]) / held if held else math.nan


def by_area(c: Comparison) -> list[Compared]:
    """Mean people held by area and published period: nearer to the shares of before the start than as simulated.

    The naive value keeps these shares. Their weight in the other fades, because sites change (`SHARES_DAYS`).
    """
    return [row for place, area in enumerate(c.scenario.areas) for row in _area(c, place, area)]


def _area(c: Comparison, place: int, area: str) -> Iterator[Compared]:
    total = sum(before[-1].value for name in c.scenario.areas if (before := _before(c, name)))
    own = _before(c, area)
    share = own[-1].value / total if own and total else math.nan

    def national(one: Played, days: slice) -> float:
        return float(one.held[days.start + 1 : days.stop + 1].sum(axis=1).mean())

    def held(one: Played, days: slice) -> float:
        simulated = float(one.held[days.start + 1 : days.stop + 1, place].mean())
        weight = math.exp(-(days.start + days.stop) / 2 / SHARES_DAYS)
        return simulated if math.isnan(share) else weight * share * national(one, days) + (1 - weight) * simulated

    def same_share(_: Figure, figure: Figure) -> float:
        return share * float(c.each(national, c.days_of(figure)).mean())

    return _rows(c, "held_mean", "people", c.figures.of("held_mean", area), held, same_share)


def _before(c: Comparison, area: str) -> list[Figure]:
    return [figure for figure in c.figures.of("held_mean", area) if figure.last < c.start]


# --- replications ---------------------------------------------------------------------------------
LONG_D = 180
"""Days: ICE publishes how many of the people held have been held for longer."""


@dataclass(frozen=True)
class Played:
    """What is kept of one replication, D days and A areas; row 0 of a stock is the midnight before the first day.

    `held` (D + 1, A) people in beds and hold rooms; `long` (D + 1,) people held longer than LONG_D days;
    `exits` (D, 12) people who left by day and vocabulary.EXIT_REASONS, `stay_s` (D, 12) the sum of their stays;
    `quantiles` (6,) days within which QUANTILES per cent of those who left had left (nan: nobody left).
    """

    held: Ints
    long: Ints
    exits: Ints
    stay_s: Ints
    quantiles: Floats


def play(scenario: Scenario, tables: Tables, engine: str, replication: int) -> Played:
    """Draw the people, play them, check the laws, and keep what is compared."""
    people = stream_of(scenario, tables, engine, replication)
    return kept(lawful(tables, people, engine))


def kept(custody: Custody) -> Played:
    """What a back-test keeps of the custody records of a replication."""
    days, areas = custody.tables.days, len(custody.tables.areas)
    held = stock(custody.bed, days, areas) + stock(custody.hold_room, days, areas)
    exits, stay_s = _exits(custody)
    return Played(held, _long(custody), exits, stay_s, _stay_quantiles(custody))


def _long(custody: Custody) -> Ints:
    """(D + 1,) of the people in custody at each midnight, those held longer than LONG_D days."""
    since = custody.stays.t_arrest + LONG_D * SECONDS_PER_DAY + 1
    end = custody.everywhere.end
    some = since < end
    start = np.where(since[some] <= 0, BEFORE, since[some])
    span = Span(start, end[some], np.zeros(len(start), np.int64), custody.horizon)
    return stock(span, custody.tables.days, 1)[:, 0]


def _exits(custody: Custody) -> tuple[Ints, Ints]:
    stays, days = custody.stays, custody.tables.days
    gone = stays.exit >= 0
    reason, t = stays.exit[gone], stays.t_exit[gone]
    people = flow(t, reason, days, len(EXIT_REASONS))
    cell = t // SECONDS_PER_DAY * len(EXIT_REASONS) + reason
    stay = (stays.t_exit - stays.t_arrest)[gone]
    summed = np.bincount(cell, weights=stay, minlength=people.size)  # whole numbers far below 2**53: exact
    return people, np.rint(summed).astype(np.int64).reshape(people.shape)


def _stay_quantiles(custody: Custody) -> Floats:
    stays = custody.stays
    stay = (stays.t_exit - stays.t_arrest)[(stays.exit >= 0) & (stays.t_arrest >= 0)]
    if not len(stay):
        return np.full(len(QUANTILES), np.nan)
    days: Floats = np.percentile(stay, QUANTILES) / SECONDS_PER_DAY
    return days
