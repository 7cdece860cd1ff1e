"""The line: where people are, which days are chosen, and what is said of the sample."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from sim.analysis.results import ResultTables, read_tables
from sim.errors import InputError
from sim.experiment.options import RunOptions
from sim.experiment.run import run
from sim.report.stages import PLACES, sampled
from sim.report.watch import queue_scene
from sim.report.watch.scene import SPANS, span
from tests.report.watch.world import MOVES, H, results

DAY = 24 * H
ORDER = list(PLACES)


@pytest.fixture(scope="module")
def facility(tmp_path_factory: pytest.TempPathFactory) -> ResultTables:
    """Forty days of one facility, every person written."""
    folder = tmp_path_factory.mktemp("results") / "facility"
    sets = ("days=40", "beds.contracted=880", "replications=2")
    run(RunOptions("one-facility", sets, out=folder, events=100_000, quiet=True))
    return read_tables(folder)


def counted(result: ResultTables, time: int, run: int = 1) -> dict[str, int]:
    """Straight from the rows of events.csv: arrivals, beds and exits up to a time."""
    rows = [row for row in result["events"].rows() if row["run_number"] == run and row["time"] <= time]
    n = {name: sum((row["event_type"], row["event"]) == name for row in rows) for name in {
        ("arrival_departure", "arrival"), ("arrival_departure", "depart"),
        ("resource_use", "bed"), ("resource_use_end", "bed"),
        ("resource_use", "processing"), ("resource_use_end", "processing"),
    }}  # fmt: skip
    return {
        "in": n["arrival_departure", "arrival"] - n["arrival_departure", "depart"],
        "bed": n["resource_use", "bed"] - n["resource_use_end", "bed"],
        "desk": n["resource_use", "processing"] - n["resource_use_end", "processing"],
    }


@pytest.mark.parametrize("hour", [0, 3, 11, 100.5, 479, 700.25, 959])
def test_places_are_those_of_the_events(facility, hour):
    found, straight = queue_scene.counts(sampled(facility), int(hour * H)), counted(facility, int(hour * H))
    inside = sum(found[place] for place in ("desk_line", "desk", "bed_line", "road", "bed"))
    assert (inside, found["bed"], found["desk"]) == (straight["in"], straight["bed"], straight["desk"])


def test_with_everybody_written_the_counts_are_those_of_the_daily_file(facility):
    days = facility["daily"].where(replication=1).rows()
    for n, day in enumerate(days[:-1]):
        found = queue_scene.counts(
            sampled(facility), n * DAY - 1 if n else 0
        )  # what is due at midnight belongs to the next day
        hold_room = found["desk_line"] + found["desk"] + found["bed_line"]
        assert (found["bed"], hold_room) == (day["held"], day["hold_room"]), day["date"]


def test_the_table_and_the_script_have_the_same_counts(facility):
    """The script takes the last move up to a time; so does this, from the data it gets."""
    scene = queue_scene.scene(facility, dt.date(2025, 1, 20))
    assert scene.header[0] == "time" and len(scene.rows) == 25
    for n, row in enumerate(scene.rows):
        now = scene.data["begins"] + n * H
        places = [[p for t, p in zip(m[::2], m[1::2], strict=True) if t <= now] for m, *_ in scene.data["people"]]
        last = [passed[-1] for passed in places if passed]
        over = sum(
            at is not None and now > at and ORDER[passed[-1]] in ("desk_line", "desk", "bed_line")
            for (_, at, *_), passed in zip(scene.data["people"], places, strict=True)
            if passed
        )
        assert row[1:] == [f"{last.count(panel['place']):,}" for panel in scene.data["panels"]] + [f"{over:,}"]


@pytest.mark.parametrize("most", [100, queue_scene.MOST])
def test_nobody_stands_where_somebody_stands(facility, monkeypatch, most):
    monkeypatch.setattr(queue_scene, "MOST", most)
    scene = queue_scene.scene(facility, dt.date(2025, 1, 20))
    desks, beds = (next(panel for panel in scene.data["panels"] if panel["key"] == key) for key in ("desk", "bed"))
    for now in range(scene.data["begins"], scene.data["ends"] + 1, 1_800):
        for panel, slot in ((desks, 2), (beds, 3)):
            passed = [(m, person) for m, *person in scene.data["people"]]
            last = [([p for t, p in zip(m[::2], m[1::2], strict=True) if t <= now], person) for m, person in passed]
            there = [person[slot - 1] for places, person in last if places and places[-1] == panel["place"]]
            assert len(set(there)) == len(there) and all(0 <= one < panel["peak"] for one in there)


def test_all_of_one_facility_are_said_to_be_all_with_its_desks_and_beds(facility):
    scene = queue_scene.scene(facility, dt.date(2025, 1, 20))
    assert scene.says[0].startswith("Each shape is one person: all ")
    peaks = {panel["key"]: panel["peak"] for panel in scene.data["panels"]}
    assert (peaks["desk"], peaks["bed"]) == (6, 880)
    assert "slot" in scene.keys  # free ones are drawn


def test_a_sample_of_many_is_shown_in_numbers_of_all_and_shapes_of_those_who_move():
    scene = queue_scene.scene(results(total=400), dt.date(2025, 5, 1), 2)
    assert scene.says[0].startswith("Numbers and bars count everybody in the run at the last midnight")
    assert scene.says[1] == (
        "Each shape is one of the 4 people sampled who moved in this time, out of 4 sampled of 400; people who did "
        "not move appear only in the numbers."
    )
    assert "slot" not in scene.keys and "level" in scene.keys
    rows = {row[0]: dict(zip(scene.header[1:], row[1:], strict=True)) for row in scene.rows}
    first, second = rows["1 May 2025, 00:00"], rows["2 May 2025, 00:00"]
    assert (first["in a bed"], second["in a bed"]) == ("100", "200")
    assert (first["removed"], second["removed"], rows["3 May 2025, 00:00"]["removed"]) == ("0", "50", "110")
    assert [second[PLACES[place][0]] for place in ("desk_line", "desk", "bed_line", "road")] == ["2", "3", "4", "3"]
    assert "synthetic" in scene.says[2] and "Replication 1" in scene.says[3]


def test_those_who_stay_where_they_are_have_no_shape():
    still = results({(1, 1): "arrival 0, docket 0, bed+ 0 1", (1, 3): MOVES[1, 3]}, total=400)
    assert len(queue_scene.scene(still, dt.date(2025, 5, 1)).data["people"]) == 1


def test_it_opens_with_somebody_under_way():
    data = queue_scene.scene(results({(1, 3): MOVES[1, 3]}, total=400), dt.date(2025, 5, 1)).data
    at = data["begins"] + data["first"] * data["tick"]
    assert data["people"][data["followed"]][0][0] <= at < data["ends"] and data["first"] > 0
    both = queue_scene.scene(results(total=400), dt.date(2025, 5, 1), 2).data
    assert both["first"] == 0 and both["people"][both["followed"]][0][0] == 0, "who was held before is followed first"


def test_days_without_anybody_are_said_to_be_that():
    scene = queue_scene.scene(results({(1, 3): MOVES[1, 3]}), dt.date(2025, 5, 2))
    assert scene.says[1] == "Of the 1 people sampled nobody moved in this time; choose other days."
    assert scene.data["people"] == [] and scene.data["followed"] == -1


def test_the_hand_made_day_hour_by_hour():
    scene = queue_scene.scene(results(), dt.date(2025, 5, 1))
    assert scene.header == ["time", *(words for place, (words, _) in PLACES.items() if place != "released")]
    rows = {row[0].removeprefix("1 May 2025, "): row[1:] for row in scene.rows}
    assert rows["01:00"] == ["0", "0", "0", "0", "1", "0"]
    assert rows["04:00"] == ["1", "1", "0", "0", "1", "0"]
    assert rows["05:00"] == ["0", "1", "1", "0", "1", "0"]
    assert rows["13:00"] == ["0", "0", "0", "1", "1", "1"]
    assert rows["20:00"] == ["0", "0", "0", "0", "2", "1"]


def test_longer_than_the_limit_of_the_day_of_entry():
    steps = {"2025-04-01": "6 h", "2025-05-02": "3 d"}
    for limit, over in (("6 h", 2), ("12 h", None), (steps, 1), (None, None), ({**steps, "ramp": True}, None)):
        scene = queue_scene.scene(results(intake={"hours_limit": limit}), dt.date(2025, 5, 1), 2)
        late = scene.header[-1] == "longer than the limit"
        assert (sum(int(row[-1]) for row in scene.rows) if late else None) == over, limit


def test_the_days_chosen_are_those_of_most_waiting(facility):
    stays = sampled(facility)
    seen = queue_scene.window(facility, stays)
    hold = np.array(facility["daily"].where(replication=1)["hold_room"])
    assert seen.seconds == DAY
    assert hold[seen.begins // DAY + 1] >= np.quantile(hold, 0.9)


def test_a_thin_sample_is_given_a_longer_window(facility):
    few = sampled(facility)[::40]
    assert [
        (one.seconds // DAY) for one in (queue_scene.window(facility, few), queue_scene.window(facility, few[::10]))
    ] == [28, 40]


def test_from_and_days(facility):
    stays = sampled(facility)
    assert queue_scene.window(facility, stays, dt.date(2025, 1, 3)) == queue_scene.Window(2 * DAY, 3 * DAY)
    assert queue_scene.window(facility, stays, dt.date(2025, 2, 9), 5) == queue_scene.Window(39 * DAY, 40 * DAY)
    assert queue_scene.window(facility, stays, days=40) == queue_scene.Window(0, 40 * DAY)
    for first, days, says in (
        (dt.date(2024, 12, 31), None, "--from: 2024-12-31 is not in the run; give 2025-01-01 to 2025-02-09"),
        (dt.date(2025, 2, 10), None, "--from: 2025-02-10"),
        (None, 41, "--days: 41 is more or less than there is; give 1 to 40"),
    ):
        with pytest.raises(InputError, match=says):
            queue_scene.window(facility, stays, first, days)


def test_too_many_people_are_thinned_and_it_is_said(facility, monkeypatch):
    monkeypatch.setattr(queue_scene, "MOST", 100)
    scene = queue_scene.scene(facility, dt.date(2025, 1, 20))
    assert 0 < len(scene.data["people"]) <= 100
    assert f"one of the {len(scene.data['people'])} people sampled who moved" in scene.says[1]
    assert max(person[3] for person in scene.data["people"]) < 100


def test_a_replication_of_its_own(facility):
    first, second = (queue_scene.scene(facility, dt.date(2025, 1, 20), run=run) for run in (1, 2))
    assert first.rows != second.rows and second.says[-1].startswith("Replication 2 of 2")


@pytest.mark.parametrize("days", [1, 2, 7, 28, 91, 365, 3650])
def test_rows_of_the_table(days):
    assert span(days * DAY) in SPANS
    assert span(days * DAY) == SPANS[-1] or days * DAY // span(days * DAY) <= 32


def test_events_have_the_columns_and_kinds_that_queue_animation_tools_read(facility):
    """Those of vidigi: one arrival and at most one departure each, queues, and numbered resources while in use."""
    assert facility.path
    text = (Path(facility.path) / "events.csv").read_text().splitlines()
    assert text[0] == "entity_id,event_type,event,time,resource_id,run_number"
    rows = [row.split(",") for row in text[1:]]
    assert {row[1] for row in rows} == {"arrival_departure", "queue", "resource_use", "resource_use_end"}
    assert all((row[4] != "") == row[1].startswith("resource_use") for row in rows)
    assert {row[2] for row in rows if row[1] == "arrival_departure"} == {"arrival", "depart"}
