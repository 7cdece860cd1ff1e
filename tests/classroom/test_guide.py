"""The numbers that the teacher's guide quotes are those that a class sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

import pytest

from sim.classroom.controls import from_link
from sim.classroom.nation import words, year
from sim.classroom.nation.sliders import CONTROLS
from sim.formats import aligned

GUIDE = Path(__file__).parents[2] / "docs" / "teaching.md"


class Quoted(NamedTuple):
    """A row of a table of the guide: the lesson, the settings as a link has them, the cells by their heads."""

    lesson: str
    address: str
    cells: dict[str, str]


def quoted() -> Iterator[Quoted]:
    """Every row under a comment `numbers: LESSON`."""
    for found in re.finditer(r"<!-- numbers: (\w+) -->\n((?:\|.*\n)+)", GUIDE.read_text(encoding="utf-8")):
        head, _, *rows = [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in found[2].splitlines()]
        for row in rows:
            yield Quoted(found[1], row[0].strip("`| "), dict(zip(head[1:], row[1:], strict=True)))


ROWS = [pytest.param(row, id=row.address, marks=pytest.mark.slow) for row in quoted() if row.lesson == "five"]


def seen(address: str) -> dict[str, str]:
    """The numbers a class sees that opens this link, by label and unit."""
    settings, notes = from_link(CONTROLS, dict(parse_qsl(address.removeprefix("?"), strict_parsing=True)))
    assert not notes, f"{address}: {notes}"
    assert set(settings) >= {key for key, _ in parse_qsl(address.removeprefix("?"))}, f"{address}: an unknown control"
    return {f"{n.label} ({n.unit})": aligned(n.mean) for n in words.numbers(year.year(settings))}


@pytest.mark.parametrize("row", ROWS)
def test_numbers_of_the_guide(row: Quoted) -> None:
    found = seen(row.address)
    assert {head: found.get(head) for head in row.cells} == row.cells


def test_every_lesson_has_numbers() -> None:
    assert [*dict.fromkeys(row.lesson for row in quoted())] == ["one", "two", "three", "four", "five"]
