"""Published figures of a window, each beside what was simulated and what a naive forecast says."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.experiment.backtest.kept_replication import Played
from sim.experiment.backtest.naive_forecasts import Naive
from sim.experiment.backtest.published_figures import BOOK_OUTS, ONE_DAY, QUANTILES, Figure, Figures
from sim.experiment.backtest.range_draws import COVERS
from sim.measures.intervals import student
from sim.scenario.schema import Scenario
from sim.vocabulary import EXIT_REASONS, SECONDS_PER_DAY

Floats = NDArray[np.float64]

LEVELS: Final = (95, 80)
"""Per cent of the prediction intervals."""
EXITS_OF: Final = {
    "removed": ("removed", "returned"),
    "bond": ("bond",),
    "recognizance": ("recognizance",),
    "supervision": ("post_order_limit",),
    "parole": ("parole",),
    "relief": ("relief",),
    "terminated": ("terminated",),
    "marshals": ("other_agency",),
    "transferred": (),
    "other": ("court_order", "no_bed", "displaced"),
}
"""Reasons of exit here that a published reason of book-outs means; none: not modelled."""
AGES: Final = ("held_0_180_d", "held_181_365_d", "held_366_730_d", "held_over_730_d")


# --- intervals --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Band:
    """The mean over replications and prediction intervals of one replication to come, (D,) each.

    An interval is mean ± t·sd·sqrt(1 + 1/n) (Student); there is none from fewer than two replications.
    """

    mean: Floats
    low: dict[int, Floats]
    high: dict[int, Floats]

    @classmethod
    def of(cls, values: Floats) -> Band:
        """From (R, D) values of R replications."""
        mean, n = values.mean(axis=0), len(values)
        if n < 2:
            return cls(mean, {}, {})
        sd = values.std(axis=0, ddof=1) * math.sqrt(1 + 1 / n)
        half = {level: student(n - 1, level / 100) * sd for level in LEVELS}
        return cls(mean, {k: mean - h for k, h in half.items()}, {k: mean + h for k, h in half.items()})


# --- what is compared ---------------------------------------------------------------------------------
class Compared(NamedTuple):
    """One published number with what was simulated (one value a replication) and what a naive forecast says."""

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

    def each(self, value: Callable[..., float], *where: object) -> Floats:
        """(R,) `value(one, *where)` of each replication."""
        return np.array([value(one, *where) for one in self.played], dtype=np.float64)


def by_period(c: Comparison) -> list[Compared]:
    """Book-outs by reason, the removed share, length of stay, share held long: each published period of the window."""
    return [*_book_outs(c), *_removed_share(c), *_alos(c), *_long(c), *_quantiles(c)]


def _book_outs(c: Comparison) -> Iterator[Compared]:
    for reason in (*BOOK_OUTS, "total"):
        series = f"book_outs_{reason}"
        reasons = EXIT_REASONS if reason == "total" else EXITS_OF[reason]
        latest = _latest(c, series)
        for figure in c.figures.within(series, c.start, c.end):
            simulated = c.each(_people, c.days_of(figure), reasons)
            before = None if latest is None else latest.value / latest.days * figure.days
            yield Compared(figure.first, figure.last, series, "", "people", figure.value, simulated, before)


def _removed_share(c: Comparison) -> Iterator[Compared]:
    latest = _latest(c, "book_outs_total")
    before = None if latest is None else _published_share(c.figures, latest)
    for total in c.figures.within("book_outs_total", c.start, c.end):
        share = _published_share(c.figures, total)
        if share is not None:
            simulated = c.each(_share_removed, c.days_of(total))
            yield Compared(total.first, total.last, "removed_share", "", "%", share, simulated, before)


def _published_share(figures: Figures, total: Figure) -> float | None:
    removed = figures.covering("book_outs_removed", total.first)
    same = removed is not None and (removed.first, removed.last) == (total.first, total.last)
    return 100 * removed.value / total.value if removed and same and total.value else None


def _people(one: Played, days: slice, reasons: Iterable[str]) -> float:
    return float(sum(one.exits[days, EXIT_REASONS.index(reason)].sum() for reason in reasons))


def _share_removed(one: Played, days: slice) -> float:
    everybody = _people(one, days, EXIT_REASONS)
    return 100 * _people(one, days, EXITS_OF["removed"]) / everybody if everybody else math.nan


def _alos(c: Comparison) -> Iterator[Compared]:
    latest = _latest(c, "alos")
    for figure in c.figures.within("alos", c.start, c.end):
        simulated = c.each(_mean_stay, c.days_of(figure))
        yield Compared(
            figure.first, figure.last, "alos", "", "d", figure.value, simulated, latest.value if latest else None
        )


def _mean_stay(one: Played, days: slice) -> float:
    people = int(one.exits[days].sum())
    return int(one.stay_s[days].sum()) / people / SECONDS_PER_DAY if people else math.nan


def _long(c: Comparison) -> Iterator[Compared]:
    published = [(f.first, share) for f in c.figures.of(AGES[0]) if (share := _published_long(c, f.first)) is not None]
    before = [share for date, share in published if date < c.start]
    for date, share in published:
        if c.start <= date <= c.end:
            simulated = c.each(_share_long, (date - c.start).days + 1)
            yield Compared(
                date, date, "held_over_180_d_share", "", "%", share, simulated, before[-1] if before else None
            )


def _published_long(c: Comparison, date: dt.date) -> float | None:
    there = [count for series in AGES if (count := c.figures.value(series, date)) is not None]
    total = sum(there)
    return 100 * sum(there[1:]) / total if len(there) == len(AGES) and total else None


def _share_long(one: Played, row: int) -> float:
    held = int(one.held[row].sum())
    return 100 * int(one.long[row]) / held if held else math.nan


def _quantiles(c: Comparison) -> Iterator[Compared]:
    """Stays that begin and end in the window, against a published period that it holds whole."""
    for place, p in enumerate(QUANTILES):
        for figure in c.figures.of(f"stay_p{p}"):
            if c.start <= figure.first and figure.last <= c.end:
                simulated = c.each(_quantile, place)
                yield Compared(figure.first, figure.last, figure.series, "", "d", figure.value, simulated, None)


def _quantile(one: Played, place: int) -> float:
    return float(one.quantiles[place])


def _latest(c: Comparison, series: str) -> Figure | None:
    """The last figure that ended before the start."""
    there = [figure for figure in c.figures.of(series) if figure.last < c.start]
    return there[-1] if there else None


def by_area(c: Comparison) -> list[Compared]:
    """Mean people held by area and published period; the naive value keeps the shares of before the start."""
    return [
        _area(c, place, figure)
        for place, area in enumerate(c.scenario.areas)
        for figure in c.figures.within("held_mean", c.start, c.end, area)
    ]


def _area(c: Comparison, place: int, figure: Figure) -> Compared:
    days = c.days_of(figure)
    after = slice(days.start + 1, days.stop + 1)
    simulated = c.each(lambda one: one.held[after, place].mean())
    national = float(c.each(lambda one: one.held[after].sum(axis=1).mean()).mean())
    share = _old_share(c, figure.area)
    return Compared(
        figure.first,
        figure.last,
        "held_mean",
        figure.area,
        "people",
        figure.value,
        simulated,
        None if share is None else share * national,
    )


def _old_share(c: Comparison, area: str) -> float | None:
    """The area's share in the last period published before the start."""
    latest = {name: figures[-1] for name in c.scenario.areas if (figures := _before(c, name))}
    if area not in latest:
        return None
    total = sum(figure.value for figure in latest.values())
    return latest[area].value / total if total else None


def _before(c: Comparison, area: str) -> list[Figure]:
    return [figure for figure in c.figures.of("held_mean", area) if figure.last < c.start]
