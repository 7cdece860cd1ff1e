"""Bars and points with intervals, and arrows for what lies beyond the axis."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from sim.report import theme
from sim.report.bar_chart import Axis, Bar, bars_chart

BARS = [Bar("beds", "12 of them", 12.0, 10.0, 14.0), Bar("seats", "none below", -3.0)]


def kinds(spec):
    return [layer["mark"]["type"] for layer in spec["layer"]]


def marked(spec, kind):
    """Rows of the layers of a kind of mark."""
    whole = [layer.get("data", spec.get("data", {})) for layer in spec["layer"] if layer["mark"]["type"] == kind]
    return [row for data in whole for row in spec["datasets"][data["name"]]]


def test_values_and_intervals_are_drawn_as_given():
    spec = bars_chart(BARS, Axis("pieces")).to_dict()
    assert [(row["value"], row["low"], row["high"]) for row in marked(spec, "bar")] == [(12, 10, 14), (-3, None, None)]
    picture = ElementTree.fromstring(theme.svg(spec, 340))
    texts = {"".join(node.itertext()) for node in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert {"beds", "12 of them", "seats", "none below", "pieces"} <= texts


def test_the_axis_holds_every_value_and_interval():
    spec = bars_chart(BARS, Axis("pieces")).to_dict()
    domains = [
        layer["encoding"]["x"]["scale"]["domain"] for layer in spec["layer"] if "scale" in layer["encoding"]["x"]
    ]
    assert all(low < -3 and high > 14 for low, high in domains)


@pytest.mark.parametrize(("value", "shape"), [(500.0, "triangle-right"), (-500.0, "triangle-left"), (50.0, None)])
def test_what_lies_beyond_is_an_arrow(value, shape):
    spec = bars_chart([Bar("", "far", value)], Axis("%", bars=False, low=-100, high=100)).to_dict()
    arrows = [layer["mark"]["shape"] for layer in spec["layer"] if "shape" in layer["mark"]]
    assert arrows == ([shape] if shape else [])


def test_points_have_no_bars_and_nothing_without_an_interval_has_one():
    spec = bars_chart([Bar("", "a", 1.0)], Axis("x", bars=False)).to_dict()
    assert "bar" not in kinds(spec) and "point" in kinds(spec)
    assert not any(layer.get("encoding", {}).get("x2", {}).get("field") == "high" for layer in spec["layer"])


def test_a_long_heading_takes_a_second_line():
    heading = "the rest: day-to-day chance, batches and arrests above the goal"
    long, short = (Bar(text, "1", 1.0) for text in (heading, "the rest"))
    drawn = marked(bars_chart([long], Axis("people")).to_dict(), "text")[0]["text"].split("\n")
    assert " ".join(drawn) == heading and max(map(len, drawn)) <= 44
    assert bars_chart([long], Axis("people")).height - bars_chart([short], Axis("people")).height == 18


def test_nothing_but_zeros_is_drawn():
    assert theme.svg(bars_chart([Bar("", "0", 0.0)], Axis("people")).to_dict())
