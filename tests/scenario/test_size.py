"""A scenario that asks for more people than can be played is refused before anybody is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.experiment.engines import expected_people, refuse_too_many
from sim.people.arrivals import refuse_too_many as refuse_drawn
from sim.scenario.errors import ScenarioError
from sim.scenario.loading import load
from sim.scenario.world.size import BYTES_PER_PERSON, MOST_PEOPLE, people_by_path
from sim.scenario.world.tables import build_tables


@pytest.fixture
def world(tmp_path: Path) -> Path:
    path = tmp_path / "world.yaml"
    path.write_text("start: 2025-01-01\ndays: 10\narrests:\n  sources:\n    border: {rate: 3 / d}\n")
    return path


@pytest.mark.parametrize(
    ("setting", "path", "people"),
    [
        ("people.day0.held=20,000,000", "people.day0.held", 20_000_030),
        ("people.day0.held=1e12", "people.day0.held", 10**12 + 30),
        ("arrests.sources.border.rate=2,000,000 / d", "arrests.sources.border.rate", 20_000_000),
        ("arrests.batches=[{date: 2025-01-02, area: A, people: 30000000}]", "arrests.batches.0.people", 30_000_030),
        ("arrests.goal=1e9 / d", "arrests.goal", 10_000_000_030),
        (
            "arrests.sources.at_large={officers: 1e8, arrests_per_officer_day: 2}",
            "arrests.sources.at_large",
            2_000_000_030,
        ),
    ],
)
def test_too_many_people_are_refused_in_one_line_at_once(world: Path, setting: str, path: str, people: float) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(world, [setting])
    (line,) = caught.value.lines
    size = f"about {float(people):,.0f} people ({people * BYTES_PER_PERSON / 1e9:,.1f} GB of memory)"
    assert line == (
        f"--set {setting}: {path}: {size} would be drawn per replication, "
        f"at most {MOST_PEOPLE:,} can be: ask for fewer people or take fewer days"
    )


def test_the_place_in_the_file_is_given(world: Path) -> None:
    world.write_text(world.read_text().replace("3 / d", "9000000 / d"))
    with pytest.raises(
        ScenarioError, match=r"world\.yaml:5:20: arrests\.sources\.border\.rate: about 90,000,000 people"
    ):
        load(world)


def test_rearrests_count_and_a_batch_outside_the_window_does_not(world: Path) -> None:
    batches = "arrests.batches=[{date: 2025-02-02, area: A, people: 1e12}]"
    scenario = load(world, ["release.rearrest={share: 50 %, after: 1 d}", batches]).scenario
    assert people_by_path(scenario) == {("arrests", "sources", "border", "rate"): 45.0}
    assert expected_people(scenario, build_tables(scenario)) == 45


def test_the_window_is_from_its_first_day_to_its_last(world: Path) -> None:
    """Of batches on its first and last day, and a day after it; one before it is refused."""
    days = ("2025-01-01", "2025-01-10", "2025-01-11")
    batches = ", ".join(f"{{date: {day}, area: A, people: {people}}}" for people, day in enumerate(days, 1))
    counted = people_by_path(load(world, [f"arrests.batches=[{batches}]"]).scenario)
    assert {path[2]: people for path, people in counted.items() if "batches" in path} == {"0": 1.0, "1": 2.0}


def test_people_of_an_observed_file_are_counted(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    areas = ", ".join(f"A{i}: x" for i in range(17))
    rows = [f"2025-01-01,border,A{i},1000000" for i in range(17)]
    csv = world.parent / "seen.csv"
    csv.write_text("\n".join(["date,source,area,arrests", *rows]) + "\n")
    sets = ["days=1", f"arrests.observed={csv}", f"areas={{{areas}}}"]
    scenario = load(world, sets).scenario
    tables = build_tables(scenario)
    assert expected_people(scenario, tables) == 17_000_000
    with pytest.raises(
        InputError, match=r"seen\.csv: arrests\.observed: about 17,000,000 people \(13\.6 GB of memory\)"
    ):
        refuse_too_many(scenario, tables)
    assert capsys.readouterr().err == ""


def test_a_run_that_may_not_fit_in_memory_is_warned_of(
    world: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.experiment.engines._memory_bytes", lambda: 8e9)
    scenario = load(world, ["people.day0.held=5,000,000"]).scenario
    refuse_too_many(scenario, build_tables(scenario))
    words = "world: about 5,000,030 people (4.0 GB of memory) per replication; this machine has 8.0 GB"
    assert capsys.readouterr().err == f"warning: {words}\n"


def test_chance_may_not_bring_more_either() -> None:
    """A day effect can multiply the people of a day; the number is known before they are drawn."""
    refuse_drawn(MOST_PEOPLE)
    with pytest.raises(InputError, match="about 17,000,000 people"):
        refuse_drawn(17e6)


def test_time_served_is_bounded(world: Path) -> None:
    bands = "people.day0.time_served=[{low: 0 d, high: 11,000 d, share: 100 %}]".replace("11,000", "11000")
    with pytest.raises(ScenarioError, match=r"people\.day0\.time_served\.0\.high: is out of range, at most 10950 d"):
        load(world, [bands])
