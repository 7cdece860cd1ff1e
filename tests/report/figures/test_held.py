"""People held against the five capacities."""

from __future__ import annotations

import pytest

from sim.formats import readable
from sim.report.figures import lines
from tests.report.figures.seen import file_rows, file_series, line, means, summary, texts
from tests.report.figures.worlds import endless, nation, one_area


def at(plan, date):
    """The value of a plan in force on a date: the last one written up to it."""
    return plan[max(day for day in plan if day <= date)]


def test_people_held_are_those_of_the_file_from_the_day_before_on():
    figure = lines.Held().draw([nation()])
    assert line(figure, lines.HELD) == pytest.approx(means(file_series("held")))
    assert "2025-05-20" in line(figure, lines.HELD)


@pytest.mark.parametrize(("capacity", "column"), [("funded", "funded_beds"), ("operating", "beds_operating")])
def test_national_capacities_are_those_of_the_file(capacity, column):
    plan = line(lines.Held().draw([nation()]), capacity)
    for date, cells in file_series(column).items():
        assert at(plan, date) == cells[0]


def test_contracted_beds_are_summed_over_areas():
    total = {}
    for row in file_rows("daily_by_area.csv"):
        if row["replication"] == "1" and row["contracted_beds"]:
            total[row["date"]] = total.get(row["date"], 0) + int(row["contracted_beds"])
    plan = line(lines.Held().draw([nation()]), "contracted")
    assert all(at(plan, date) == beds for date, beds in total.items())


def stated(schedule, date):
    """What the scenario says of an area on a date; before the first one, the first. (No ramp begins before July.)"""
    if not isinstance(schedule, dict):
        return schedule
    days = [day for day in schedule if day != "ramp"]
    return schedule[max([day for day in days if str(day) <= date] or [min(days)])]


@pytest.mark.parametrize(("capacity", "key"), [("physical", "physical"), ("guaranteed minimum", "guaranteed_minimum")])
@pytest.mark.parametrize("date", ["2025-05-21", "2025-06-29"])
def test_physical_and_guaranteed_beds_are_those_of_the_scenario(capacity, key, date):
    beds = [stated(schedule, date) for schedule in nation().scenario["beds"][key].values()]
    assert at(line(lines.Held().draw([nation()]), capacity), date) == sum(beds)


def test_labels_name_every_capacity():
    said = " ".join(texts(lines.Held().draw([nation()]))).replace("\n", " ")
    assert all(word in said for word in ("people held", "physical", "guaranteed minimum", "funded"))


def test_capacities_that_coincide_are_one_line_with_both_names():
    same, other = [{"date": "2025-01-01", "mean": 5.0}], [{"date": "2025-01-01", "mean": 7.0}]
    found = list(lines.merged({"contracted": same, "operating": list(same), "funded": other, "physical": []}))
    assert [line.label for line in found] == ["contracted, operating", "funded"]


def test_words_have_the_numbers_of_the_summary():
    said = lines.Held().draw([nation()]).says
    for measure in ("held_mean", "held_peak", "held_over_funded_mean"):
        assert readable(float(summary(measure)["mean"])) in said


def test_endless_beds_are_left_out():
    series = set(lines.Held().draw([endless()]).data["series"])
    assert series == {lines.HELD}
    assert set(lines.Held().draw([one_area()]).data["series"]) == {lines.HELD, "contracted", "operating"}


def test_a_panel_for_each_of_several():
    figure = lines.Held().draw([nation(), one_area()])
    assert {"may-2025-1000", "one-facility"} <= set(texts(figure))
    assert set(figure.data["scenario"]) == {"may-2025-1000", "one-facility"}
