"""A small world with figures of its own: two areas, stays that are exponential, book-ins every day."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.experiment.backtest.published_figures import COLUMNS

SCENARIO = """\
title: A small world
start: 2025-03-01
days: 10
areas: {N: north, S: south}
people:
  sources:
    at_large: {intake: {detain: 50 %, returned: 50 %}}
    border: {}
  day0:
    held: 10
    areas: {N: 50 %, S: 50 %}
    time_served: # of exponential stays of 20 d
      - {low: 0 d, high: 10 d, share: 39.3 %}
      - {low: 10 d, high: 20 d, share: 23.9 %}
      - {low: 20 d, high: 40 d, share: 23.3 %}
      - {low: 40 d, high: 100 d, share: 13.5 %}
arrests:
  sources:
    at_large: {officers: {N: 30, S: 10}, arrests_per_officer_day: 1}
    border: {rate: {N: 0 / d, S: 5 / d}}
  weekday: {mon: 1, tue: 1, wed: 1, thu: 1, fri: 1, sat: 1, sun: 1}
case: {mode: stay, stay: {exponential: {mean: 20 d}}, stay_exit: removed}
"""
FIRST, LAST = dt.date(2024, 11, 1), dt.date(2025, 4, 30)
STAY_D = 20
ICE, CBP = 40, 10
DAY = dt.timedelta(days=1)


def rows_of_the_small_world() -> list[tuple[str, str, str, str, float, str]]:
    """Figures of the world itself: 50 people come every day and stay 20 days on average, 800 are held at first."""
    rows, held, day = [], 800.0, FIRST
    while day <= LAST:
        date = day.isoformat()
        held = held * math.exp(-1 / STAY_D) + (ICE + CBP) * STAY_D * (1 - math.exp(-1 / STAY_D))
        rows.append((date, date, "", "held", round(held), "people"))
        rows.append((date, date, "", "book_ins_ice", ICE, "people"))
        rows.append((date, date, "", "book_ins_cbp", CBP, "people"))
        if day.day == 1:
            end = ((day + 31 * DAY).replace(day=1) - DAY).isoformat()
            rows.append((date, end, "N", "held_mean", 600, "people"))
            rows.append((date, end, "S", "held_mean", 400, "people"))
            rows.append((date, end, "", "book_outs_removed", 1500, "people"))
            rows.append((date, end, "", "book_outs_total", 1500, "people"))
            rows.append((date, end, "", "alos", 20, "d"))
        day += DAY
    return rows


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows (without a source) as a file of figures."""

    def write_rows(rows: list[tuple[str, str, str, str, float, str]], name: str = "figures-of-the-world.csv") -> Path:
        lines = [",".join(COLUMNS), *(",".join(map(str, (*row, "made up"))) for row in rows)]
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write_rows


@pytest.fixture
def world(tmp_path: Path) -> str:
    """The scenario's file."""
    path = tmp_path / "world.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return str(path)


@pytest.fixture
def observed(write: Callable[..., Path]) -> Path:
    """The small world's figures."""
    return write(rows_of_the_small_world())
