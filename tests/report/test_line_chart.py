"""Lines in panels: scales, labels that do not touch, and what the picture says."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report import theme
from sim.report.line_chart import Line, Panel, apart, label_lines, lines_chart, nice_step, same_scale

ROWS = [{"date": f"2025-01-0{day}", "mean": 10.0 * day, "low": 9.0 * day, "high": 11.0 * day} for day in (1, 2, 3)]
BARE = [{"date": row["date"], "mean": row["mean"]} for row in ROWS]


@given(st.lists(st.tuples(st.floats(0, 200), st.sampled_from([18.0, 34.0])), max_size=5))
def test_labels_do_not_touch_and_stay_inside_if_there_is_room(labels):
    places, sizes = [place for place, _ in labels], [size for _, size in labels]
    moved = apart(places, sizes, 0, 200)
    order = sorted(range(len(labels)), key=lambda i: moved[i])
    for i, j in pairwise(order):
        assert moved[j] - moved[i] >= (sizes[i] + sizes[j]) / 2 - 1e-9
        assert places[i] <= places[j] + 1e-9
    assert all(-1e-9 <= place <= 200 + 1e-9 for place in moved)


def test_labels_far_from_each_other_stay_where_their_lines_end():
    assert apart([150.0, 20.0, 80.0], [18.0] * 3, 0, 200) == [150.0, 20.0, 80.0]


@pytest.mark.parametrize(
    ("most", "ticks", "step"), [(10, 5, 2), (11, 4, 5), (100, 4, 25), (0.3, 4, 0.1), (80_000, 4, 20_000)]
)
def test_steps_are_round(most, ticks, step):
    assert nice_step(most, ticks) == pytest.approx(step)


@given(st.floats(1e-3, 1e12), st.integers(1, 6))
def test_steps_hold_the_most(most, ticks):
    assert nice_step(most, ticks) * ticks >= most * (1 - 1e-6)


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("goal-3000-funded", ["goal-3000-", "funded"]),
        ("held", ["held"]),
        ("x" * 200, ["xxxxxxxxxxxxxx", "xxxxxxxxx…xxxx", "xxxxxxxx"]),
        ("", [""]),
    ],
)
def test_a_label_is_a_few_short_lines(label, lines):
    assert label_lines(label).split("\n") == lines


def test_panels_share_a_scale_unless_one_would_vanish():
    low, high = Panel("a", [Line("", BARE)]), Panel("b", [Line("", [{"date": "2025-01-01", "mean": 100.0}])])
    far = Panel("c", [Line("", [{"date": "2025-01-01", "mean": 1e6}])])
    assert [panel.values[-1] for panel in same_scale([low, high])] == [100, 100]
    assert [panel.values[-1] for panel in same_scale([low, far])] == [low.values[-1], far.values[-1]]


def test_a_panel_is_tall_enough_for_its_labels():
    few, many = (Panel("", [Line(f"name {i}", BARE) for i in range(n)], height=50) for n in (2, 20))
    assert few.tall == 50 and many.tall >= 20 * 16


def test_values_are_drawn_as_they_are_and_written_at_the_side():
    spec = lines_chart([Panel("people", [Line("held", ROWS)])], 3, "a title").to_dict()
    assert ROWS in spec["datasets"].values()
    picture = ElementTree.fromstring(theme.svg(spec, 340))
    texts = ["".join(node.itertext()) for node in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"people", "held", "a title", "0", "10", "20", "30", "40", "1 Jan"} <= set(texts)


def drawn(panel):
    """The layers of the lines of a chart of one panel without a heading."""
    spec = lines_chart([panel], 3).to_dict()
    return next(layer["layer"] for layer in spec["layer"] if "layer" in layer)


def test_the_scale_of_a_panel_ends_at_round_numbers_and_has_its_pixels():
    for layer in drawn(Panel("", [Line("", BARE)], height=100)):
        y = layer["encoding"]["y"]
        assert y["scale"]["domain"] == [0, 30] and y["axis"]["values"] == [0, 10, 20, 30]
        bottom, top = y["scale"]["range"]
        assert bottom - top == 100


def test_a_line_of_one_day_is_a_dot():
    marks = [layer["mark"] for layer in drawn(Panel("", [Line("", BARE[:1])]))]
    assert any(mark.get("point") for mark in marks if mark["type"] == "line")


def test_small_numbers_at_the_side_are_not_rounded_away():
    line = Line("", [{"date": "2025-01-01", "mean": 2_500_000.0}])
    picture = theme.svg(lines_chart([Panel("", [line], ticks=2, per=1e6)], 9).to_dict(), 340)
    assert all(f">{said}</text>" in picture for said in ("0", "2", "4"))
