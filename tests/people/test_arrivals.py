from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.errors import InputError
from sim.people.arrivals import Process, arrivals, day_effect
from sim.people.streams import key
from sim.scenario.world.calendars import Frame
from sim.scenario.world.tables import build_tables
from sim.vocabulary import SECONDS_PER_DAY
from tests.people.worlds import people, scenario

START = dt.date(2025, 3, 3)


def counts_by_day(effect: float, replications: int, **arrests: Any) -> Any:
    """(replications, days) people of a goal of 30 a day."""
    made = scenario(days=20, arrests={"goal": "30 / d", "day_effect": effect, **arrests})
    tables = build_tables(made)
    rows = []
    for replication in range(replications):
        t = np.concatenate([cell.times(0, 20) for cell in arrivals(made, tables, 1, replication)])
        rows.append(np.bincount(t // SECONDS_PER_DAY, minlength=20))
    return np.array(rows)


# --- drawn --------------------------------------------------------------------------------------
def test_counts_have_the_mean_and_spread_of_a_poisson_process() -> None:
    counts = counts_by_day(0.0, 100)
    assert counts.mean() == pytest.approx(30, abs=4 * np.sqrt(30 / 2000))
    assert counts.var() / counts.mean() == pytest.approx(1, abs=4 * np.sqrt(2 / 2000))


def test_the_day_effect_spreads_counts_and_keeps_their_mean() -> None:
    counts = counts_by_day(0.3, 200)
    dispersion = 1 + 30 * (np.exp(0.3**2) - 1)
    assert counts.mean() == pytest.approx(30, abs=4 * np.sqrt(30 * dispersion / 4000))
    assert counts.var() / counts.mean() == pytest.approx(dispersion, rel=0.15)


def test_weekday_factors_are_scaled_to_mean_1() -> None:
    factors = {"mon": 2, "tue": 2, "wed": 2, "thu": 2, "fri": 2, "sat": 0, "sun": 4}
    counts = counts_by_day(0.0, 100, weekday=factors)
    assert counts[:, [5, 12]].max() == 0  # the window starts on a Monday
    assert counts[:, :14].mean() == pytest.approx(30, abs=1)
    assert counts[:, [6, 13]].mean() == pytest.approx(60, abs=2.5)


def times(intensity: Any, stream: str) -> Any:
    """Seconds of a whole process, which are those of any parts of it."""
    process, days = Process(intensity, key(stream)), len(intensity)
    whole = process.times(0, days)
    for cut in range(days):
        assert np.array_equal(np.concatenate([process.times(0, cut), process.times(cut, days)]), whole)
    return whole


def test_gaps_are_exponential_within_a_day_and_across_days() -> None:
    t = times(np.full(50, 100.0), "gaps")
    gaps = np.diff(np.concatenate([[0], t])) / SECONDS_PER_DAY * 100
    assert stats.kstest(gaps, "expon").pvalue > 0.01


def test_a_higher_intensity_moves_everybody_earlier_and_adds_people_at_the_end() -> None:
    few, many = (times(np.full(30, rate), "same") for rate in (10.0, 20.0))
    assert np.abs(many[: len(few)] * 2 - few).max() <= 2
    assert len(many) > len(few)


def test_nobody_comes_on_a_day_without_intensity_and_the_last_day_counts() -> None:
    t = times(np.array([0.0, 50.0, 0.0, 50.0]), "gaps")
    assert set((t // SECONDS_PER_DAY).tolist()) == {1, 3}
    assert len(times(np.zeros(4), "gaps")) == 0


def test_the_same_date_has_the_same_effect_whatever_the_start() -> None:
    late = day_effect(0.2, "border", Frame(dt.date(2025, 12, 20), 30, ("A",)), 5, 2)
    early = day_effect(0.2, "border", Frame(dt.date(2023, 12, 31), 1000, ("A",)), 5, 2)
    offset = (dt.date(2025, 12, 20) - dt.date(2023, 12, 31)).days
    assert np.array_equal(late, early[offset : offset + 30])
    assert not np.array_equal(late, day_effect(0.2, "at_large", Frame(dt.date(2025, 12, 20), 30, ("A",)), 5, 2))


def test_areas_share_the_day_effect() -> None:
    areas = {f"A{k}": "" for k in range(30)}
    made = scenario(days=60, areas=areas, arrests={"goal": "3000 / d", "day_effect": 0.3, "sources": {"at_large": {}}})
    cells = [cell for cell in arrivals(made, build_tables(made), 1, 0) if len(cell)]
    counts = np.array([np.bincount(cell.times(0, 60) // SECONDS_PER_DAY, minlength=60) for cell in cells])
    assert np.corrcoef(counts)[np.triu_indices(30, 1)].mean() > 0.8


# --- raids --------------------------------------------------------------------------------------
def test_a_batch_comes_at_one_instant_and_is_arrested_whatever_its_height() -> None:
    raid = {"date": "2025-03-05", "hour": 6.5, "area": "A", "source": "at_large", "people": 7}
    late = {"date": "2025-04-05", "area": "A", "people": 9}
    table = people(scenario(arrests={"batches": [raid, late, raid]}))
    assert table.t.tolist() == [2 * SECONDS_PER_DAY + 23_400] * 14
    assert table.height.tolist() == [-1] * 14
    assert len(set(table.giving_up_work.tolist())) == 14


def test_a_batch_just_before_midnight_comes_on_its_day() -> None:
    raid = {"date": "2025-03-03", "area": "A", "people": 3, "hour": "23.9999"}
    assert set(people(scenario(days=1, start="2025-03-03", arrests={"batches": [raid]})).t.tolist()) == {86_399}


# --- observed -----------------------------------------------------------------------------------
@pytest.fixture
def observed(tmp_path: Path) -> Callable[[str], Any]:
    def of(text: str, **keys: Any) -> Any:
        path = tmp_path / "seen.csv"
        path.write_text(text, encoding="utf-8")
        areas = {"ATL": "Atlanta", "BOS": "Boston"}
        sources = {
            "at_large": {"officers": {"ATL": 30, "BOS": 10}},
            "border": {"rate": {"ATL": "0 / d", "BOS": "1 / d"}},
        }
        return scenario(days=4, areas=areas, arrests={"observed": str(path), "sources": sources}, **keys)

    return of


def test_observed_arrests_come_on_their_days_and_in_their_areas(observed: Callable[[str], Any]) -> None:
    text = (
        "date,source,area,arrests\n2025-03-03,at_large,ATL,5\n2025-03-06,at_large,ATL,2\n2025-03-06,at_large,BOS,1\n"
        "2025-03-03,border,ATL,0\n2025-03-04,border,,40\n2025-03-05,border,,0\n2025-03-06,border,,0\n"
        "2025-03-04,at_large,,0\n2025-03-07,at_large,ATL,900\n2025-03-05,at_large,,400\n"
    )
    table = people(observed(text))
    day = table.t // SECONDS_PER_DAY
    assert np.bincount(day).tolist() == [5, 40, 400, 3]
    assert set(table.area[table.source == 2].tolist()) == {1}  # the border's own weights
    assert (table.area[day == 2] == 0).mean() == pytest.approx(0.75, abs=0.1)  # officers 30 to 10
    assert (table.height == -1).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1: the header is '', must be 'date,source,area,arrests'; correct the file"),
        (
            "date,area,arrests\n",
            "1:1: the header is 'date,area,arrests', must be 'date,source,area,arrests'; correct the file",
        ),
        ("date,source,area,arrests\n", "1: no row lies between 2025-03-03 and 2025-03-06"),
        (
            "date,source,area,arrests\n2025-03-03,at_large,ATL\n",
            "2: 3 values, must be 4: date,source,area,arrests; correct the file",
        ),
        ("date,source,area,arrests\n\n3 March,at_large,ATL,1\n", '3: "3 March" is not a date like 2025-05-21'),
        (
            "date,source,area,arrests\n2025-03-03,jail,ATL,1\n",
            '2: unknown source "jail", must be one of at_large, local_custody, border',
        ),
        (
            "date,source,area,arrests\n2025-03-03,border,NYC,1\n",
            '2: unknown area "NYC", must be empty or an area of the scenario',
        ),
        (
            "date,source,area,arrests\n2025-03-03,border,ATL,-1\n",
            '2: arrests are "-1", must be a whole number from 0 to 1,000,000',
        ),
        (
            "date,source,area,arrests\n2025-03-03,border,ATL,1.5\n",
            '2: arrests are "1.5", must be a whole number from 0 to 1,000,000',
        ),
        ("date,source,area,arrests\n2025-W10-1,border,ATL,1\n", '2: "2025-W10-1" is not a date like 2025-05-21'),
        ("date,source,area,arrests\n20250303,border,ATL,1\n", '2: "20250303" is not a date like 2025-05-21'),
        (
            "date,source,area,arrests\n2025-03-03,border,ATL,1\n2025-03-03,border,,1\n2025-03-03,border,ATL,1\n",
            "4: border in ATL on 2025-03-03 is also in line 2, one of the two must go",
        ),
        (
            "date,source,area,arrests\n2025-03-01,border,,1\n2025-03-01,border,,2\n",
            "3: border without an area on 2025-03-01 is also in line 2, one of the two must go",
        ),
        (
            "date,source,area,arrests\n2025-03-03,border,ATL,1\n2025-03-04,at_large,ATL,1\n",
            "1: at_large has no row on 2025-03-03 and 2 more days, write 0 arrests where nobody was arrested",
        ),
        (
            "date,source,area,arrests\n2025-03-03,border,ATL,1\n2025-03-05,border,ATL,1\n2025-03-06,border,,1\n",
            "1: border has no row on 2025-03-04, write 0 arrests where nobody was arrested",
        ),
    ],
)
def test_a_malformed_file_is_one_clear_line(observed: Callable[[str], Any], text: str, message: str) -> None:
    made = observed(text)
    with pytest.raises(InputError) as caught:
        people(made)
    assert caught.value.lines == (f"{made.arrests.observed}:{message}",)


def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path) -> None:
    missing, binary = tmp_path / "none.csv", tmp_path / "binary.csv"
    binary.write_bytes(b"date,source,area,arrests\n\xff\xfe\x00")
    with pytest.raises(InputError, match=r"none\.csv: not found; "):
        people(scenario(arrests={"observed": str(missing)}))
    with pytest.raises(InputError, match=r"binary\.csv:\d:\d: (not UTF-8|control character)"):
        people(scenario(arrests={"observed": str(binary)}))
