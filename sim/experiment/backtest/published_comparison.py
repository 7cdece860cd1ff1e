"""Published figures of a window beside what was simulated and what naive forecasts say, and how far these are off."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.experiment.backtest.naive_forecasts import Naive
from sim.experiment.backtest.published_figures import BOOK_OUTS, ONE_DAY, QUANTILES, SERIES, Figure, Figures
from sim.experiment.engines import lawful, stream_of
from sim.experiment.range_draws import COVERS
from sim.formats import many
from sim.log import BEFORE
from sim.measures.counting import flow, stock
from sim.measures.custody import Custody
from sim.measures.intervals import FEWEST, student
from sim.measures.spans import Span
from sim.scenario.schema import Scenario
from sim.scenario.world.calendars import days_from
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
        return f"{self.scenario.name}, {self.start} to {self.end}, {many(len(self.played), 'replication')}"

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """Every day of the window."""
        return days_from(self.start, self.scenario.days)

    @cached_property
    def together(self) -> Played:
        """The replications as one: every array has R of them along its first axis."""
        return Played(*(np.stack([getattr(one, part.name) for one in self.played]) for part in fields(Played)))

    @cached_property
    def held(self) -> Band:
        """People held at the end of each day."""
        return Band.of(self.together.held[:, 1:].sum(axis=2).astype(np.float64))

    @cached_property
    def observed(self) -> Floats:
        """(D,) published people held; nan where it was not published."""
        values = [self.figures.value("held", date) for date in self.dates]
        return np.array([math.nan if value is None else value for value in values])

    def days_of(self, figure: Figure) -> slice:
        """The days of the window a figure speaks of."""
        return slice((figure.first - self.start).days, (figure.last - self.start).days + 1)


Simulated = Callable[[slice], Floats]
"""(R,) a value of each replication over some days of the window."""


def by_period(c: Comparison) -> list[Compared]:
    """Book-outs by reason, removed share, length of stay and share held long, for each published period of the window.

    The naive value is the last one published before the start; none for quantiles of stays. Those are of stays that
    begin and end in the window, so the published period must lie within it.
    """
    all_, figures = c.together, c.figures
    shares = [_published_share(figures, total) for total in figures.of("book_outs_total")]
    long = [_published_long(figures, figure) for figure in figures.of(AGES[0])]

    def people(reasons: Sequence[str]) -> Simulated:
        at = [EXIT_REASONS.index(reason) for reason in reasons]
        return lambda days: np.asarray(all_.exits[:, days, at].sum(axis=(1, 2)), np.float64)

    def as_fast(before: Figure, figure: Figure) -> float:
        return before.value / before.days * figure.days

    def removed_share(days: slice) -> Floats:
        return 100 * people(EXITS_OF["removed"])(days) / people(EXIT_REASONS)(days)

    def mean_stay(days: slice) -> Floats:
        return np.asarray(all_.stay_s[:, days].sum(axis=(1, 2)) / people(EXIT_REASONS)(days) / SECONDS_PER_DAY)

    def long_share(days: slice) -> Floats:
        return np.asarray(100 * all_.long[:, days.stop] / all_.held[:, days.stop].sum(axis=1))

    def quantile(place: int) -> Simulated:
        return lambda _: all_.quantiles[:, place]

    reasons = {**EXITS_OF, "total": EXIT_REASONS}
    outs = [(f"book_outs_{reason}", people(exits)) for reason, exits in reasons.items()]
    stays = [(f"stay_p{p}", quantile(place)) for place, p in enumerate(QUANTILES)]
    with np.errstate(invalid="ignore"):  # where nobody left, or nobody was held, there is no value
        return [
            *(row for name, out in outs for row in _rows(c, name, "people", figures.of(name), out, as_fast)),
            *_rows(c, "removed_share", "%", shares, removed_share),
            *_rows(c, "alos", "d", figures.of("alos"), mean_stay),
            *_rows(c, "held_over_180_d_share", "%", long, long_share),
            *(row for name, days in stays for row in _rows(c, name, "d", figures.within(name, c.start, c.end), days)),
        ]


def _rows(
    c: Comparison,
    series: str,
    unit: str,
    published: Iterable[Figure | None],
    simulated: Simulated,
    naive: Callable[[Figure, Figure], float] = lambda before, figure: before.value,
) -> Iterator[Compared]:
    """One row per published figure of the window; `naive` takes the last figure before the start, and the figure."""
    known = [figure for figure in published if figure is not None]
    before = [figure for figure in known if figure.last < c.start]
    for figure in known:
        if c.start <= figure.first and figure.last <= c.end:
            values, old = simulated(c.days_of(figure)), naive(before[-1], figure) if before else None
            yield Compared(figure.first, figure.last, series, figure.area, unit, figure.value, values, old)


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


def by_area(c: Comparison) -> list[Compared]:
    """Mean people held by area and published period: nearer to the shares of before the start than as simulated.

    The naive value keeps these shares. Their weight in the other fades, because sites change (`SHARES_DAYS`).
    """
    before = {area: [one for one in c.figures.of("held_mean", area) if one.last < c.start] for area in c.scenario.areas}
    total = sum(there[-1].value for there in before.values() if there)
    return [
        row
        for place, (area, there) in enumerate(before.items())
        for row in _area(c, place, area, there[-1].value / total if there and total else math.nan)
    ]


def _area(c: Comparison, place: int, area: str, share: float) -> Iterator[Compared]:
    """The rows of an area; `share` is that of before the start, nan if it is not known."""

    def mean(days: slice, areas: slice) -> Floats:
        held = c.together.held[:, days.start + 1 : days.stop + 1, areas].sum(axis=2)
        return np.asarray(held.mean(axis=1))

    def held(days: slice) -> Floats:
        simulated, national = mean(days, slice(place, place + 1)), mean(days, slice(None))
        weight = math.exp(-(days.start + days.stop) / 2 / SHARES_DAYS)
        return simulated if math.isnan(share) else weight * share * national + (1 - weight) * simulated

    def same_share(_: Figure, figure: Figure) -> float:
        return share * float(mean(c.days_of(figure), slice(None)).mean())

    return _rows(c, "held_mean", "people", c.figures.of("held_mean", area), held, same_share)


# --- scores ---------------------------------------------------------------------------------------
SIMULATED: Final = "simulated"
OLD_SHARES: Final = "shares_as_they_were"


class Score(NamedTuple):
    """One row of `scores.csv`."""

    method: str
    series: str
    first: dt.date
    last: dt.date
    score: str
    value: float
    unit: str


def scores(c: Comparison) -> list[Score]:
    """Every score."""
    periods = by_period(c)
    return [
        *_daily(c, SIMULATED, c.held.mean),
        *(score for method, held in c.naive.held.items() for score in _daily(c, method, held)),
        *_coverage(c),
        *_of_series(periods, "removed_share", "points"),
        *_of_series(periods, "held_over_180_d_share", "points"),
        *_of_series(periods, "alos", "%"),
        *(score for p in QUANTILES for score in _errors(periods, f"stay_p{p}", "%")),
        *_areas(by_area(c)),
    ]


def _daily(c: Comparison, method: str, held: Floats) -> Iterator[Score]:
    """Mean absolute percentage error, mean error and worst day of the people held."""
    observed = np.where(c.observed > 0, c.observed, math.nan)  # of nobody nothing is a share
    error = 100 * (held - observed) / observed
    if np.isnan(error).all():
        return
    worst = int(np.nanargmax(np.abs(error)))
    day = c.dates[worst]
    yield Score(method, "held", c.start, c.end, "mape", float(np.nanmean(np.abs(error))), "%")
    yield Score(method, "held", c.start, c.end, "bias", float(np.nanmean(error)), "%")
    yield Score(method, "held", day, day, "worst_day", float(error[worst]), "%")


def _coverage(c: Comparison) -> Iterator[Score]:
    """Share of the published days inside the prediction interval, and its mean width."""
    there = c.observed > 0
    for level in c.held.low if there.any() else ():
        low, high, seen = c.held.low[level][there], c.held.high[level][there], c.observed[there]
        inside = 100 * float(np.mean((low <= seen) & (seen <= high)))
        width = 100 * float(np.mean((high - low) / seen))
        yield Score(SIMULATED, "held", c.start, c.end, f"coverage_{level}", inside, "%")
        yield Score(SIMULATED, "held", c.start, c.end, f"width_{level}", width, "%")


def _of_series(rows: Sequence[Compared], series: str, unit: str) -> Iterator[Score]:
    """The error of each period, and over all of them the mean absolute and the largest."""
    each = list(_errors(rows, series, unit))
    yield from each
    for method in (SIMULATED, "last_value"):
        if mine := [score for score in each if score.method == method]:
            span = (min(score.first for score in mine), max(score.last for score in mine))
            mean = float(np.mean([abs(score.value) for score in mine]))
            worst = max(mine, key=lambda score: abs(score.value))
            yield Score(method, series, *span, "mean_absolute_error", mean, worst.unit)
            yield worst._replace(score="worst_period")


def _errors(rows: Sequence[Compared], series: str, unit: str) -> Iterator[Score]:
    """The error of each period by method: in points of a share, or in per cent of the published value."""
    for method in (SIMULATED, "last_value"):
        for row in rows:
            value = _value(row, method)
            if row.series == series and row.observed > 0 and not math.isnan(value):
                error = value - row.observed if unit == "points" else 100 * (value / row.observed - 1)
                yield Score(method, series, row.first, row.last, "error", error, unit)


def _value(row: Compared, method: str) -> float:
    if method == SIMULATED:
        return float(row.simulated.mean())
    return math.nan if row.naive is None else row.naive


def _areas(rows: Sequence[Compared]) -> Iterator[Score]:
    """Mean absolute error over the areas ÷ their mean, by period and over all periods."""
    for method in (SIMULATED, OLD_SHARES):
        known = [row for row in rows if method == SIMULATED or row.naive is not None]
        spans = [((row.first, row.last), row) for row in known]
        periods = {span: [row for own, row in spans if own == span] for span in sorted({span for span, _ in spans})}
        for span, here in periods.items():
            yield Score(method, "held_mean", *span, "error_over_mean", _over_mean(here, method), "%")
        if periods:
            whole = (min(first for first, _ in periods), max(last for _, last in periods))
            yield Score(method, "held_mean", *whole, "error_over_mean_all", _over_mean(known, method), "%")


def _over_mean(rows: Sequence[Compared], method: str) -> float:
    off = sum(abs(_value(row, method) - row.observed) for row in rows)
    total = sum(row.observed for row in rows)
    return 100 * off / total if total else math.nan


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
    days, areas, stays = custody.tables.days, len(custody.tables.areas), custody.stays
    held = stock(custody.bed, days, areas) + stock(custody.hold_room, days, areas)
    gone = stays.exit >= 0
    reason, t, stay = stays.exit[gone], stays.t_exit[gone], (stays.t_exit - stays.t_arrest)[gone]
    exits = flow(t, reason, days, len(EXIT_REASONS))
    cell = t // SECONDS_PER_DAY * len(EXIT_REASONS) + reason
    summed = np.bincount(cell, weights=stay, minlength=exits.size)  # whole numbers far below 2**53: exact
    stay_s = np.rint(summed).astype(np.int64).reshape(exits.shape)
    whole = stay[stays.t_arrest[gone] >= 0]
    quantiles = np.percentile(whole, QUANTILES) / SECONDS_PER_DAY if len(whole) else np.full(len(QUANTILES), np.nan)
    return Played(held, _long(custody), exits, stay_s, quantiles)


def _long(custody: Custody) -> Ints:
    """(D + 1,) of the people in custody at each midnight, those held longer than LONG_D days."""
    since = custody.stays.t_arrest + LONG_D * SECONDS_PER_DAY + 1
    end = custody.everywhere.end
    some = since < end
    start = np.where(since[some] <= 0, BEFORE, since[some])
    span = Span(start, end[some], np.zeros(len(start), np.int64), custody.horizon)
    return stock(span, custody.tables.days, 1)[:, 0]
