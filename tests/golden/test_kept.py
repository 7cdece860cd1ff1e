"""Small worlds come to what they came to."""

from __future__ import annotations

import pytest

from tests.golden.kept import KEPT, THEORIES, WORLDS, course_lines, lines, theory_lines


def kept(world: str) -> list[str]:
    """The lines kept of a world."""
    return [line for line in KEPT.read_text(encoding="utf-8").splitlines() if line.startswith(f"{world} ")]


@pytest.mark.parametrize("world", WORLDS)
def test_nothing_moved(world: str) -> None:
    assert kept(world) == list(lines(world))


@pytest.mark.parametrize("world", WORLDS)
def test_no_expected_course_moved(world: str) -> None:
    assert kept(f"{world}-course") == list(course_lines(world)) != []


@pytest.mark.parametrize("world", THEORIES)
def test_no_theory_moved(world: str) -> None:
    assert kept(world) == list(theory_lines(world)) != []
