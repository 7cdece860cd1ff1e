"""What drives a back-test: published book-ins as arrivals, the stock at the start, and schedules kept as they were."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.arrays import Floats, Ints
from sim.errors import InputError
from sim.experiment.backtest.published_figures import ONE_DAY, Figures
from sim.files.writing import csv_text
from sim.people.observed import COLUMNS
from sim.scenario.loading import Resolved, load
from sim.scenario.paths import visit
from sim.scenario.schema import Scenario
from sim.scenario.world.calendars import Frame
from sim.scenario.world.size import MOST_PEOPLE
from sim.scenario.world.tables import build_tables
from sim.vocabulary import INTERIOR, SOURCES, WEEKDAYS

DRIVERS: Final = ("book_ins_ice", "book_ins_cbp")
"""Series that drive: people arrested by ICE come at large or from local custody, the others from the border."""
_GOLDEN: Final = 0.6180339887498949
_SHARE_DIGITS: Final = 4


# --- book-ins by day ------------------------------------------------------------------------------
def book_ins(figures: Figures, series: str, scenario: Scenario, dates: Sequence[dt.date]) -> Ints:
    """(D,) people booked in on each date: each figure spread over its days by the scenario's weekday factors.

    The days of a figure add up to it. Raises InputError if no figure covers a date.
    """
    factors = weekday_factors(scenario)
    return np.array([_of_day(figures, series, factors, date) for date in dates], dtype=np.int64)


def weekday_factors(scenario: Scenario) -> Floats:
    """(7,) the scenario's factors of arrests from Monday on; ones if it has none."""
    factors = scenario.arrests.weekday
    return np.ones(7) if factors is None else np.array([float(factors[day]) for day in WEEKDAYS])


def _of_day(figures: Figures, series: str, factors: Floats, date: dt.date) -> int:
    figure = figures.covering(series, date)
    if figure is None:
        there = figures.of(series)
        until = f"the figures run from {there[0].first} to {there[-1].last}" if there else "there is none at all"
        raise InputError(f"{date}: no {series} for this day, {until}; give more with --observed or take fewer days")
    days = (date - figure.first).days
    weights = np.add.accumulate(factors[(figure.first.weekday() + np.arange(figure.days)) % 7])
    before, now = (float(weights[n]) / float(weights[-1]) if n >= 0 else 0.0 for n in (days - 1, days))
    return _rounded(figure.value * now) - _rounded(figure.value * before)


def _rounded(value: float) -> int:
    return int(np.floor(value + 0.5))


# --- arrivals by source and area --------------------------------------------------------------------
def arrivals_csv(scenario: Scenario, figures: Figures) -> str:
    """The file of observed arrests (date, source, area, arrests) that drives a scenario through its window.

    Sources and areas share the people of a day as the scenario's own arrests of that day would. Raises InputError.
    """
    frame = Frame(scenario.start, scenario.days, tuple(scenario.areas))
    ice, cbp = (book_ins(figures, series, scenario, frame.dates) for series in DRIVERS)
    if (people := int(ice.sum() + cbp.sum())) > MOST_PEOPLE:
        few = f"at most {MOST_PEOPLE:,} can be played; look for a figure that is too large, or take fewer days"
        raise InputError(f"book-ins of the window add up to {people:,} people, {few}")
    rates = intensities(scenario, frame)
    rows: list[Sequence[object]] = [COLUMNS]
    for day, date in enumerate(frame.dates):
        interior = _apportioned(int(ice[day]), rates[: len(INTERIOR), :, day], day)
        border = _apportioned(int(cbp[day]), rates[len(INTERIOR) :, :, day], day)
        for source, people in zip(SOURCES, np.concatenate([interior, border]).tolist(), strict=True):
            there = [(date, source, area, n) for area, n in zip(frame.areas, people, strict=True) if n]
            rows += there or [(date, source, "", 0)]
    return csv_text(rows)


def intensities(scenario: Scenario, frame: Frame) -> Floats:
    """(3, A, D) arrests a day that the scenario itself would make by source and area; ones where it makes none."""
    border = scenario.arrests.sources.border
    rates = frame.area_values(None if border is None else border.rate)
    both = np.concatenate([build_tables(scenario).capability_milli / 1000.0, rates[None]])
    for sources in (slice(0, len(INTERIOR)), slice(len(INTERIOR), None)):
        idle = both[sources].sum(axis=(0, 1)) == 0
        both[sources, :, idle] = 1.0
    return both


def _apportioned(people: int, rates: Floats, day: int) -> Ints:
    """Whole people by cell in proportion to `rates` (n, A), with the same sum.

    A golden-ratio shift by day evens out over the days what rounding gives to one cell or another.
    """
    shares = np.add.accumulate(rates.ravel() / rates.sum())
    shares[-1] = 1.0
    ends = np.floor(people * shares + (day * _GOLDEN) % 1.0).astype(np.int64)
    return np.diff(ends, prepend=0).reshape(rates.shape)


# --- settings of the scenario -----------------------------------------------------------------------
def window_sets(first: dt.date, last: dt.date) -> tuple[str, ...]:
    """The scenario played from one date to another."""
    return (f"start={first}", f"days={(last - first).days + 1}")


def driven_sets(scenario: Scenario, arrivals: str) -> tuple[str, ...]:
    """Arrivals from a file; they are book-ins, so everybody is detained and nothing else brings people in."""
    arrests, intake, release, funding = scenario.arrests, scenario.intake, scenario.release, scenario.funding
    brings_in = {
        "arrests.batches=[]": bool(arrests.batches),
        "arrests.throttle=null": arrests.throttle is not None,
        "intake.ceiling=null": intake is not None and intake.ceiling is not None,
        "release.rearrest=null": release is not None and release.rearrest is not None,
        "funding.on_exhaustion=continue": funding is not None and funding.on_exhaustion == "stop_arrests",
    }
    return (
        f"arrests.observed={arrivals}",
        *(f"people.sources.{source}.intake={{detain: 100 %}}" for source in scenario.people.sources),
        *_beds_for_all(scenario),
        *(text for text, there in brings_in.items() if there),
    )


def drive(path: str, sets: Sequence[str], figures: Figures, folder: Path) -> tuple[str, ...]:
    """Settings of a scenario and those that drive it; the file of its arrivals is written to `folder`."""
    scenario, file = load(path, sets).scenario, folder / "arrivals.csv"
    file.write_text(arrivals_csv(scenario, figures), encoding="utf-8", newline="")
    return (*sets, *driven_sets(scenario, str(file)))


def _beds_for_all(scenario: Scenario) -> Iterator[str]:
    """Whoever was booked in was found a bed: nobody is released for want of one, twice the contract is there."""
    rungs = [] if scenario.beds is None else scenario.beds.ladder
    if not any(rung.release or rung.displace for rung in rungs):
        return
    kept = [rung.model_dump(exclude_none=True) for rung in rungs if not (rung.release or rung.displace)]
    for rung in kept:
        if "over_contract" in rung:
            rung["over_contract"]["allowance"] = "100 %"
    yield f"beds.ladder={json.dumps(kept, default=str)}"
    yield "beds.physical=null"


# --- the stock at the start ---------------------------------------------------------------------------
def stock_at_start(figures: Figures, start: dt.date) -> int:
    """People held at the midnight that starts the first day. Raises InputError if it was not published."""
    value = figures.value("held", start - ONE_DAY)
    if value is None:
        there = figures.of("held")
        span = f"{there[0].first + ONE_DAY} to {there[-1].last + ONE_DAY}" if there else "no date"
        raise InputError(f"--from: {start}: `held` at the midnight before was not published, choose from {span}")
    return _rounded(value)


def held_sets(scenario: Scenario, figures: Figures, start: dt.date) -> tuple[str, ...]:
    """The published stock at the start, and its published areas where the scenario has these areas."""
    held = f"people.day0.held={stock_at_start(figures, start)}"
    shares = area_shares(figures, start, tuple(scenario.areas))
    areas = ", ".join(f"{area}: {share} %" for area, share in shares.items())
    return (held, f"people.day0.areas={{{areas}}}") if shares else (held,)


def area_shares(figures: Figures, start: dt.date, areas: Sequence[str]) -> dict[str, float]:
    """Per cent of the people held by area in the last period published before the start; empty if there is none.

    They add up to 100; the largest takes what rounding leaves.
    """
    latest = {area: means[-1] for area in areas if (means := figures.until(start - ONE_DAY).of("held_mean", area))}
    last = max((figure.last for figure in latest.values()), default=None)
    values = {area: figure.value for area, figure in latest.items() if figure.last == last}
    total = sum(values.values())
    if not total:
        return {}
    shares = {area: round(100 * values.get(area, 0.0) / total, _SHARE_DIGITS) for area in areas}
    largest = max(shares, key=lambda area: shares[area])
    shares[largest] = round(shares[largest] + 100 - sum(shares.values()), _SHARE_DIGITS)
    return shares


# --- schedules that change later ------------------------------------------------------------------
_ACTS: Final = ("people", "intake", "beds", "case", "removal", "release")
"""Stages whose schedules act in a back-test; arrests are driven, and money only reports."""
_SHOWN: Final = 3


def later_changes(tree: Mapping[str, Any], date: dt.date) -> dict[str, Mapping[dt.date, Any]]:
    """The schedules (path: value by date) of a resolved scenario that have a step after a date."""
    acting = {stage: tree[stage] for stage in _ACTS if stage in tree}
    schedules = ((path, _by_date(value)) for path, value, _ in visit(acting, lambda node, _: bool(_by_date(node))))
    return {".".join(path): steps for path, steps in schedules if len(steps) > 1 and max(steps) > date}


def frozen_sets(tree: Mapping[str, Any], date: dt.date) -> tuple[str, ...]:
    """Settings that keep every schedule as it was on a date: later steps are taken out.

    A ramp stops at its last point; a schedule that begins later keeps its first value.
    """
    sets = []
    for path, steps in later_changes(tree, date).items():
        kept = {day: value for day, value in steps.items() if day <= date} or {min(steps): steps[min(steps)]}
        sets.append(f"{path}={{{', '.join(f'{day}: {json.dumps(value)}' for day, value in kept.items())}}}")
    return tuple(sets)


def foresight(resolved: Resolved, date: dt.date) -> tuple[str, ...]:
    """A line that names the schedules that change after a date; none if there is none."""
    paths = list(later_changes(resolved.tree, date))
    if not paths:
        return ()
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    known = f"{', '.join(paths[:_SHOWN])}{more} (--freeze keeps them as they were)"
    return (f"the scenario itself changes after {date}, by knowledge of later days: {known}",)


def _by_date(value: Any) -> dict[dt.date, Any]:
    """The steps of a schedule; empty for any other value."""
    found: dict[dt.date, Any] = {}
    for key in value if isinstance(value, Mapping) else ():
        with suppress(ValueError):
            found[dt.date.fromisoformat(str(key))] = value[key]
    return found
