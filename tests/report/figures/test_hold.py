"""Hold rooms: people, places, and people beyond them."""

from __future__ import annotations

from statistics import fmean

import pytest

from sim.formats import readable
from sim.report.figures import lines
from tests.report.figures.seen import file_rows, file_series, line, means, summary, texts, weekly
from tests.report.figures.worlds import endless, nation, one_area


def test_people_are_those_of_the_file():
    assert line(lines.Hold().draw([nation()]), lines.INSIDE) == pytest.approx(weekly(means(file_series("hold_room"))))


def test_people_beyond_places_are_counted_by_area():
    over = {}
    for row in file_rows("daily_by_area.csv"):
        if row["hold_room_places"]:
            key = row["date"], row["replication"]
            over[key] = over.get(key, 0) + max(0, int(row["hold_room"]) - int(row["hold_room_places"]))
    days = dict.fromkeys(day for day, _ in over)
    daily = {date: fmean(people for (day, _), people in over.items() if day == date) for date in days}
    found = line(lines.Hold().draw([nation()]), lines.BEYOND)
    assert found == pytest.approx(weekly({"the day before": 0.0} | daily))


def test_places_are_summed():
    places = sum(nation().scenario["intake"]["places"].values())
    assert set(line(lines.Hold().draw([nation()]), lines.PLACES).values()) == {places}


def test_words_have_the_numbers_of_the_summary_and_the_limit():
    said = lines.Hold().draw([nation()]).says
    for measure in ("hold_room_mean", "hold_room_over_places_hours", "hold_room_stays", "hold_room_stays_over_limit"):
        assert readable(float(summary(measure)["mean"])) in said
    assert "(12 hours, and 72 hours from 24 June 2025 on)" in said


def test_places_that_are_not_counted_are_left_out():
    assert lines.Hold().draw([endless()]) is None
    assert "all places" in texts(lines.Hold().draw([one_area()]))
