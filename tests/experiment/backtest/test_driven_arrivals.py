"""Driving: published book-ins become whole people by day, source and area, and none is lost."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.experiment.backtest.driven_arrivals import (
    DRIVERS,
    area_shares,
    arrivals_csv,
    book_ins,
    driven_sets,
    held_sets,
    stock_at_start,
    window_sets,
)
from sim.experiment.backtest.published_figures import read, shipped
from sim.scenario.loading import load

APRIL = [dt.date(2025, 4, 1) + dt.timedelta(days=day) for day in range(30)]
NATIONAL = load("national", window_sets(APRIL[0], APRIL[-1])).scenario


def test_book_ins_of_a_month_add_up_and_follow_the_week() -> None:
    people = book_ins(shipped(), "book_ins_ice", NATIONAL, APRIL)
    assert people.sum() == 18215  # published for April 2025
    thursday, sunday = people[2::7], people[5::7]
    assert thursday.mean() / sunday.mean() == pytest.approx(1.26 / 0.53, rel=0.03)


def test_a_period_cut_by_the_window_keeps_its_days() -> None:
    whole = book_ins(shipped(), "book_ins_cbp", NATIONAL, APRIL)
    assert book_ins(shipped(), "book_ins_cbp", NATIONAL, APRIL[3:9]).tolist() == whole[3:9].tolist()


def test_a_day_without_book_ins_is_said() -> None:
    with pytest.raises(InputError, match=r"2026-01-01: no book_ins_ice for this day, the figures run from 2022-10-01"):
        book_ins(shipped(), "book_ins_ice", NATIONAL, [dt.date(2026, 1, 1)])


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(arrivals_csv(NATIONAL, shipped()))))


def test_arrivals_are_all_there_by_source_and_area() -> None:
    found = rows()
    by_source = Counter[str]()
    for row in found:
        by_source[row["source"]] += int(row["arrests"])
    assert by_source["border"] == 4602 and by_source["at_large"] + by_source["local_custody"] == 18215
    # what officers of the scenario could do in April 2025: 330 at large, 365 out of local custody
    assert by_source["at_large"] / 18215 == pytest.approx(330 / 695, abs=0.01)
    nol = sum(int(row["arrests"]) for row in found if row["area"] == "NOL" and row["source"] == "border")
    assert nol / 4602 == pytest.approx(27 / 149.7, abs=0.005)


def test_rounding_favours_no_area() -> None:
    """Small areas get their share too: what is rounded away on one day comes on another."""
    found = rows()
    people = Counter[tuple[str, str]]()
    for row in found:
        people[row["source"], row["area"]] += int(row["arrests"])
    officers = NATIONAL.arrests.sources.at_large.officers
    total = sum(float(officers.of(area).at(APRIL[0])) for area in NATIONAL.areas)
    all_at_large = sum(n for (source, _), n in people.items() if source == "at_large")
    for area in NATIONAL.areas:
        share = float(officers.of(area).at(APRIL[0])) / total
        assert people["at_large", area] == pytest.approx(all_at_large * share, abs=8), area


def test_arrivals_are_read_by_the_model(tmp_path: Path) -> None:
    path = tmp_path / "arrivals.csv"
    path.write_text(arrivals_csv(NATIONAL, shipped()), encoding="utf-8")
    driven = load("national", (*window_sets(APRIL[0], APRIL[-1]), *driven_sets(NATIONAL, str(path)))).scenario
    assert driven.arrests.observed == str(path)
    assert all(float(people.intake["detain"]) == 1 for people in driven.people.sources.values())


def test_a_scenario_without_arrests_of_its_own_gets_them_alike(world: str, observed: Path) -> None:
    scenario = load(
        world, ("arrests.sources.at_large=null", "arrests.sources.border=null", "start=2025-03-01", "days=2")
    ).scenario
    people = Counter[str]()
    for row in csv.DictReader(io.StringIO(arrivals_csv(scenario, read(observed)))):
        people[row["source"] + row["area"]] += int(row["arrests"])
    assert sum(people.values()) == 100
    assert max(people.values()) - min(n for cell, n in people.items() if "border" not in cell) <= 22


def test_more_people_than_can_be_played_are_refused(world: str, write: Callable[..., Path]) -> None:
    rows = [("2025-03-01", "2025-03-10", "", name, 9e6, "people") for name in DRIVERS]
    with pytest.raises(InputError, match="add up to 18,000,000 people, at most 16,000,000"):
        arrivals_csv(load(world).scenario, read(write(rows)))


# --- the stock at the start ---------------------------------------------------------------------------
def test_the_stock_is_that_of_the_midnight_before() -> None:
    assert stock_at_start(shipped(), dt.date(2025, 4, 1)) == 47525
    with pytest.raises(InputError, match="choose from 2022-10-02 to 2026-01-01"):
        stock_at_start(shipped(), dt.date(2022, 10, 1))


def test_areas_are_those_of_the_last_period_before_and_add_up() -> None:
    shares = area_shares(shipped(), dt.date(2025, 4, 15), tuple(NATIONAL.areas))
    march = {area: shipped().value("held_mean", dt.date(2025, 3, 31), area) or 0 for area in NATIONAL.areas}
    assert shares["BAL"] == 0 and sum(shares.values()) == pytest.approx(100, abs=1e-9)
    assert shares["NOL"] == pytest.approx(100 * march["NOL"] / sum(march.values()), abs=0.001)


def test_the_settings_make_a_scenario() -> None:
    sets = held_sets(NATIONAL, shipped(), dt.date(2025, 4, 1))
    day0 = load("national", sets).scenario.people.day0
    assert day0.held == 47525 and float(day0.areas.of("NOL")) == pytest.approx(0.22, abs=0.01)


def test_an_area_without_figures_leaves_the_scenarios_own(world: str) -> None:
    own = load(world).scenario
    assert held_sets(own, shipped(), dt.date(2025, 4, 1)) == ("people.day0.held=47525",)
    assert np.isclose(float(load(world, ("people.day0.held=47525",)).scenario.people.day0.areas.of("N")), 0.5)
