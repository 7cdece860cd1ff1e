"""Who is held on a date: a sample of the people a run holds at its end, as a file that a scenario reads."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import vocabulary
from sim.errors import InputError
from sim.experiment.backtest.calibration import ROWS, composition_csv, sample
from sim.experiment.backtest.published_figures import Figures, shipped
from sim.log import Records
from sim.pathway import play
from sim.people.composition import COLUMNS, ORDERED, read_composition
from sim.people.draw import draw
from sim.people.table import People
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables, build_tables
from sim.vocabulary import SECONDS_PER_DAY, Stage
from tests.by_row import Played
from tests.people.worlds import RICH

STARTS = ("2023-10-01", "2025-02-01", "2025-04-14", "2025-05-21")
WORLD: dict[str, Any] = {"start": "2025-03-03", "days": 60, **RICH}
Play = tuple[Tables, People, Records]


@pytest.fixture(scope="module")
def played() -> Play:
    scenario = Scenario.model_validate(WORLD)
    tables = build_tables(scenario)
    people = draw(scenario, tables, 1, 0)
    return tables, people, play(tables, people, None)


def held_at_the_end(played: Play) -> np.ndarray:
    stays = Played(*played).stays
    return np.flatnonzero((stays.t_arrest != vocabulary.EMPTY) & (stays.t_exit == vocabulary.EMPTY))


def column(rows: list[tuple[object, ...]], name: str) -> list[object]:
    return [row[COLUMNS.index(name)] for row in rows]


# --- the sample ---------------------------------------------------------------------------------
def test_all_are_taken_where_there_are_fewer(played: Play) -> None:
    tables, people, records = played
    here = held_at_the_end(played)
    assert 100 < len(here) < 10_000
    rows = sample(tables, people, records, 10_000)
    assert len(rows) == len(here)
    served = (tables.days * SECONDS_PER_DAY - Played(*played).stays.t_arrest[here]) // SECONDS_PER_DAY
    assert sorted(column(rows, "served_days")) == sorted(served.tolist())
    crime = [vocabulary.CRIMINALITY[code] for code in people.criminality[here]]
    assert sorted(column(rows, "criminality")) == sorted(crime)


@pytest.mark.parametrize("name", ["stage", "track", "source"])
def test_a_sample_is_spread_evenly(played: Play, name: str) -> None:
    """Each word has its share of the sample, to about a row for each group that the order begins with."""
    whole = column(sample(*played, 10_000), name)
    few = column(sample(*played, 60), name)
    assert len(few) == 60
    for word in set(whole):
        expected = 60 * whole.count(word) / len(whole)
        allowed = {"stage": 1, "track": 5, "source": 8}[name]
        assert abs(few.count(word) - expected) <= allowed, word


def test_long_and_short_stays_are_both_in_it(played: Play) -> None:
    whole, few = (np.array(column(sample(*played, n), "served_days"), float) for n in (10_000, 120))
    assert few.mean() == pytest.approx(whole.mean(), rel=0.1)


def test_a_sample_is_the_same_again(played: Play) -> None:
    assert sample(*played, 50) == sample(*played, 50)


def test_time_in_a_stage_is_never_longer_than_the_stay(played: Play) -> None:
    rows = sample(*played, 10_000)
    served, spent, stage = (np.array(column(rows, name)) for name in ("served_days", "spent_days", "stage"))
    assert spent.min() >= 0 and (spent <= served + 1.05).all()
    assert "docket" not in stage or set(spent[stage == "docket"]) == {0.0}


def test_people_who_are_adjourned_have_hearings_left_and_a_date(played: Play) -> None:
    rows = [row for row in sample(*played, 10_000) if row[COLUMNS.index("stage")] == "adjourned"]
    assert rows and all(int(hearings) >= 1 for hearings in column(rows, "hearings"))  # type: ignore[call-overload]
    assert all(float(days) > 0 for days in column(rows, "adjournment_days"))  # type: ignore[arg-type]


# --- the file -----------------------------------------------------------------------------------
def early(first: dt.date) -> Figures:
    """The shipped figures as if they began later; book-ins are there from the day after on."""
    return Figures(f for f in shipped() if f.first >= first)


def test_a_composition_is_a_file_that_a_scenario_reads(tmp_path: Path) -> None:
    figures, start = early(dt.date(2025, 4, 20)), dt.date(2025, 5, 21)
    text = composition_csv("national", (), figures, start)
    assert text == composition_csv("national", (), figures, start), "deterministic"
    rows = list(csv.reader(io.StringIO(text)))
    assert tuple(rows[0]) == (*COLUMNS, ORDERED) and len(rows) == ROWS + 1
    path = tmp_path / "held.csv"
    path.write_text(text, encoding="utf-8")
    groups = tuple(load("national").scenario.removal.groups)  # type: ignore[union-attr]
    read = read_composition(str(path), groups)
    assert len(read) == ROWS and read.served_days.min() == 0 and read.served_days.max() > 36
    assert {int(stage) for stage in np.unique(read.stage)} <= {int(stage) for stage in Stage}
    loaded = load("national", (f"people.day0.composition={path}", "days=1")).scenario
    people = draw(loaded, build_tables(loaded), 1, 1)
    assert (people.t < 0).sum() == 48_715


def test_figures_that_begin_too_late_are_refused() -> None:
    late = Figures(f for f in shipped() if not f.series.startswith("book_ins"))
    with pytest.raises(InputError, match="no book_ins_ice for this day"):
        composition_csv("national", (), late, dt.date(2025, 5, 21))


@pytest.mark.parametrize("start", STARTS)
def test_the_shipped_files_are_whole(root: Path, start: str) -> None:
    groups = tuple(load("national").scenario.removal.groups)  # type: ignore[union-attr]
    read = read_composition(str(root / "scenarios" / "day0" / f"{start}.csv"), groups)
    assert len(read) == ROWS and (read.ordered_s[read.stage < Stage.DOCUMENT] == 0).all()
    assert (read.ordered_s[read.stage >= Stage.DOCUMENT] > 0).mean() > 0.9
    longest = (dt.date.fromisoformat(start) - dt.date(2022, 10, 1)).days + 365
    assert read.served_days.max() <= longest
    assert set(np.unique(read.source)) == {0, 1, 2}
