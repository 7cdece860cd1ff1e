"""Dollars to capacity, and what a fiscal year's money comes to.

The capacities a scenario states are what the level named `base` pays for. The dollars by which
`level` differs from it buy more units, late and gradually, or cut some.
"""

from __future__ import annotations

import datetime as dt
import math
from functools import cache

import numpy as np

from sim.arrays import Floats, Ints
from sim.scenario.schema import Buys, Funding
from sim.scenario.world.calendars import ENDLESS, NONE, Frame, at_dates, days_from, rounded
from sim.vocabulary import ACCOUNTS, SECONDS_PER_DAY

_FISCAL_YEAR_MONTH = 10


# --- dollars to units ---------------------------------------------------------------------------
def extra_units(funding: Funding | None, buys: Buys | None, frame: Frame) -> Floats:
    """(D,) units in service beyond those the base level pays for; negative: cut."""
    if funding is None or buys is None:
        return np.zeros(frame.days)
    level, base = (funding.levels.get(name or "", {}).get(buys.account) for name in (funding.level, funding.base))
    if level is None or base is None:
        return np.zeros(frame.days)
    dated = [date for schedule in (level, base) for date, _ in schedule.points if date != dt.date.min]
    first = min([frame.start, *dated])  # the dollars of earlier days buy units, too
    dates = days_from(first, (frame.start - first).days + frame.days)
    target = (at_dates(level, dates) - at_dates(base, dates)) * buys.share / buys.price
    if buys.most is not None:
        target = np.minimum(target, float(buys.most))
    units = delivered(target, _whole_days(buys.lag), _whole_days(buys.cancel), buys.ramp)
    return units[len(dates) - frame.days :]


def extra(funding: Funding | None, thing: str, frame: Frame) -> Floats:
    """(D,) extra units of one of the things money buys (a key of `funding.buys`)."""
    return extra_units(funding, getattr((funding or Funding()).buys, thing), frame)


def delivered(target: Floats, lag: int, cancel: int, ramp: float | None) -> Floats:
    """Units in service each day, given the units the dollars of each day would keep up.

    Before the first day the target is 0. A unit comes `lag` days after its dollars and at most
    `ramp` a day; units go `cancel` days after their dollars.
    """
    wanted = np.concatenate([np.zeros(lag), target])[: len(target)]
    # the highest target of today and of the `cancel` days before it
    allowed = np.lib.stride_tricks.sliding_window_view(np.concatenate([np.zeros(cancel), target]), cancel + 1).max(
        axis=1
    )
    units = np.zeros(len(target))
    now = 0.0
    for day in range(len(target)):
        step = wanted[day] - now if ramp is None else min(wanted[day] - now, float(ramp))
        now = min(now + max(step, 0.0), allowed[day])
        units[day] = now
    return units


def in_service(funding: Funding | None, staff: str, frame: Frame) -> Floats:
    """(D,) share of the staff stated or bought who are in service: those who left are replaced after the lag.

    Args:
        funding: the scenario's funding.
        staff: `officers` or `judges`, a key of `funding.staff.attrition` and of `funding.buys`.
        frame: the days.
    """
    there, funding = np.ones(frame.days), funding or Funding()
    buys, leave = getattr(funding.buys, staff), frame.values(getattr(funding.staff.attrition, staff))
    lag = frame.days if buys is None else max(_whole_days(buys.lag), 1)
    left = np.zeros(frame.days)
    for day in range(frame.days - 1):
        left[day] = min(float(leave[day]), 1.0) * there[day]
        there[day + 1] = there[day] - left[day] + (left[day + 1 - lag] if day + 1 >= lag else 0.0)
    return there


def _whole_days(seconds: int) -> int:
    """Capacity changes at midnight, so a part of a day counts as one."""
    return -(-seconds // SECONDS_PER_DAY)


# --- units to capacity --------------------------------------------------------------------------
def scaled(base: Floats, more: Floats) -> Floats:
    """`base` (rows, D) with `more` (D,) added in proportion to the rows; equally where all are 0."""
    total = np.add.accumulate(base, axis=0)[-1]
    weights = np.where(total > 0, base / np.where(total > 0, total, 1.0), 1.0 / len(base))
    return np.maximum(base + weights * more, 0.0)


def scaled_counts(base: Ints, more: Floats) -> Ints:
    """The same in whole units: rows add up to the rounded total (largest remainders, ties to the first)."""
    exact = scaled(base.astype(np.float64), more)
    whole = np.floor(exact).astype(np.int64)
    missing = rounded(np.maximum(base.sum(axis=0) + more, 0.0)) - whole.sum(axis=0)
    rank = np.argsort(np.argsort(whole - exact, axis=0, kind="stable"), axis=0, kind="stable")
    counts: Ints = whole + (rank < missing)
    return counts


def grown_beds(contracted: Ints, physical: Ints, more: Floats) -> tuple[Ints, Ints]:
    """Contracted and physical beds (A, D) with `more` national beds (D,), the same added to both."""
    endless = contracted >= ENDLESS
    basis = np.where(endless, physical, contracted)
    if not more.any() or (basis >= ENDLESS).any():
        return contracted, physical
    added = scaled_counts(basis, more) - basis
    fewer_or_more = np.where(physical >= ENDLESS, physical, np.maximum(physical + added, 0))
    return np.where(endless, contracted, contracted + added), fewer_or_more


def grown_counts(counts: Ints, more: Floats) -> Ints:
    """Counts (rows, D) with `more` units (D,) in proportion; endless ones stay endless."""
    return counts if not more.any() or (counts >= ENDLESS).any() else scaled_counts(counts, more)


# --- what a fiscal year has ---------------------------------------------------------------------
def fiscal_year(date: dt.date) -> int:
    """US fiscal year: it starts on 1 October of the calendar year before."""
    return date.year + (date.month >= _FISCAL_YEAR_MONTH)


@cache
def fiscal_year_days(year: int) -> tuple[dt.date, ...]:
    """Every date of a fiscal year."""
    first = dt.date(year - 1, _FISCAL_YEAR_MONTH, 1)
    return days_from(first, (dt.date(year, _FISCAL_YEAR_MONTH, 1) - first).days)


def budgets(funding: Funding, frame: Frame) -> Ints:
    """(5, D) cents an account has for the fiscal year of each day, less what was spent in it before the start."""
    years = [fiscal_year(date) for date in frame.dates]
    table = np.full((len(ACCOUNTS), frame.days), NONE)
    for row, account in enumerate(ACCOUNTS):
        by_year = {year: _budget(funding, account, year, frame.start) for year in dict.fromkeys(years)}
        table[row] = [by_year[year] for year in years]
    return table


def funds(funding: Funding, frame: Frame) -> int:
    """Cents the level has for the days of the window, all accounts, used or not; NONE without a level."""
    if funding.level is None:
        return NONE
    year_days = np.array([len(fiscal_year_days(fiscal_year(date))) for date in frame.dates])
    by_account = [at_dates(schedule, frame.dates) / year_days for schedule in funding.levels[funding.level].values()]
    return round(math.fsum(dollars for each in by_account for dollars in each.tolist()))


def _budget(funding: Funding, account: str, year: int, start: dt.date) -> int:
    schedule = funding.levels.get(funding.level or "", {}).get(account)
    if schedule is None:
        return NONE
    dates = fiscal_year_days(year)
    cents = np.add.accumulate(at_dates(schedule, dates) / len(dates))
    passed = (start - dates[0]).days
    if passed <= 0:
        return round(float(cents[-1]))
    spent = funding.spent_before_start.get(account)
    return max(round(float(cents[-1])) - (round(float(cents[passed - 1])) if spent is None else int(spent)), 0)
