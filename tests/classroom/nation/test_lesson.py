"""What the text of lesson five says of chance."""

from __future__ import annotations

import re

import pytest

import sim
from sim.classroom import course
from sim.classroom.nation.sliders import SCENARIO


@pytest.mark.slow
def test_ten_years_end_where_the_lesson_says() -> None:
    text = " ".join(course.lesson_of("five").file.read_text(encoding="utf-8").split())
    number = r"([\d,]+)"
    said = re.search(rf"years end with {number} to {number} people held, and with {number} to {number} rel", text)
    assert said
    run = sim.run(SCENARIO, reps=10)
    held, released = run.values("held_end"), run.values("releases_no_bed")
    ends = [held.min(), held.max(), released.min(), released.max()]
    rounded = [round(ends[0], -2), round(ends[1], -2), round(ends[2], -3), round(ends[3], -3)]
    assert [int(one.replace(",", "")) for one in said.groups()] == rounded
