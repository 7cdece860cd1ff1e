"""Colours that read on white and on near-black, and charts that leave text, ground and width to the page."""

from __future__ import annotations

import io
import struct

import pytest

from sim.report import theme


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("ground", ["#ffffff", "#111111"])
@pytest.mark.parametrize("colour", theme.COLOURS)
def test_colours_stand_out_from_both_grounds(colour, ground):
    high, low = sorted((luminance(colour), luminance(ground)), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 3


def test_scenarios_differ_in_colour_and_in_dash():
    looks = [(theme.colour(i), tuple(theme.dash(i))) for i in range(20)]
    assert len(set(looks)) == 20
    assert len({dash for _, dash in looks[:5]}) == 5


def small():
    mark = theme.chart_of([{"date": "2025-05-21", "y": 1 / 3}]).mark_point()
    return theme.finished([mark.encode(x=theme.dates_axis(30), y="y:Q")], 100, "people").to_dict()


def test_a_chart_sets_no_colour_of_text_no_ground_and_no_width():
    spec = small()
    assert spec["width"] == "container" and spec["config"]["background"] == "transparent"
    assert not {"labelColor", "titleColor"} & set(spec["config"]["axis"]) and "color" not in spec["config"]["title"]


def test_numbers_are_kept_to_six_figures():
    (rows,) = small()["datasets"].values()
    assert rows == [{"date": "2025-05-21", "y": 0.333333}]


def test_a_picture_has_the_width_it_is_given_and_a_white_ground():
    picture = theme.png(small(), 400)
    width, _ = struct.unpack(">II", io.BytesIO(picture).getbuffer()[16:24])
    assert width == 800
    assert 'fill="white"' in theme.svg(small(), 400)


@pytest.mark.parametrize(("days", "format_"), [(1, "%-d %b"), (90, "%-d %b"), (365, "%b %Y"), (3650, "%b %Y")])
def test_dates_are_said_as_finely_as_the_window_wants(days, format_):
    assert theme.dates_axis(days).to_dict()["axis"]["format"] == format_
