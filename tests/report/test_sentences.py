"""Numbers in words."""

from __future__ import annotations

from sim.formats import readable
from sim.report.sentences import each, informative, measured, window
from tests.report.figures.seen import summary
from tests.report.figures.worlds import endless, nation, one_area


def test_a_measure_has_the_mean_and_interval_of_its_file():
    row = summary("held_mean")
    mean, low, high = (readable(float(row[key])) for key in ("mean", "ci_low", "ci_high"))
    assert measured(nation(), "held_mean", "people held") == f"{mean} people held (95 %: {low} to {high})"
    assert measured(nation(), "arrest_goal") == "120,000 people"


def test_an_interval_that_says_nothing_is_not_shown():
    assert informative(1.0, 2.0) == (1.0, 2.0) and informative(2.0, 2.0) is None and informative(None, None) is None


def test_a_measure_without_a_value_is_known_as_such():
    assert nation().has("held_mean") and not endless().has("arrest_goal") and not nation().has("no_such")


def test_names_stand_before_what_is_said_of_several():
    assert each([nation()], lambda one: "A.") == "A."
    assert each([nation(), one_area()], lambda one: "A." if one is nation() else "") == "may-2025-1000: A."
    assert window([nation(), one_area()]) == "from 31 December 2024 to 29 June 2025"
