"""The table of assumed values."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.loading import load
from tools.assumed_values import HEADING, renew, section

FILE = """\
areas: {N: north, S: south}
days: 5
arrests:
  sources:
    border: {rate: {N: 1 / d, S: 2 / d}}
intake:
  desks: 3
  processing: {lognormal: {mean: 4 h, p90: 8 h}}
beds:
  contracted: {N: 10, S: 20}
  physical: 30
sources:
  arrests: {status: seen, source: counted}
  intake: {status: assumed, source: guessed, date: 2025-01-02, low: x 0.5, high: x 2}
  intake.desks: {status: derived, source: worked out}
  intake.places: {status: assumed, source: never asked}
  beds: {status: assumed, source: a | b, fixed: a | rule}
  beds.contracted: {status: assumed, value: 30 in all, source: said, low: -5 %, high: +5 %, vary: [beds.contracted.S]}
"""


@pytest.fixture
def rows(tmp_path: Path) -> dict[str, list[str]]:
    """Cells by path."""
    file = tmp_path / "small.yaml"
    file.write_text(FILE, encoding="utf-8")
    lines = section(load(file)).splitlines()[4:]
    cells = [line.replace("\\|", "¦").strip("| ").split(" | ") for line in lines]
    return {row[0].strip("`"): row[1:] for row in cells}


def test_only_assumed_entries_are_rows(rows: dict[str, list[str]]) -> None:
    assert list(rows) == ["intake", "intake.places", "beds", "beds.contracted"]


def test_an_entry_shows_what_no_longer_path_covers(rows: dict[str, list[str]]) -> None:
    assert rows["intake"] == [
        "processing {lognormal: {mean: 4 h, p90: 8 h}}",
        "x 0.5 to x 2",
        "guessed (2025-01-02)",
    ]
    assert rows["beds"][0] == "physical 30"


def test_a_default_is_shown_if_it_is_all_there_is(rows: dict[str, list[str]]) -> None:
    assert rows["intake.places"] == ["none", "", "never asked"]


def test_the_words_of_the_entry_go_before_the_values(rows: dict[str, list[str]]) -> None:
    assert rows["beds.contracted"][0] == "30 in all"


def test_why_there_is_no_range_and_a_bar(rows: dict[str, list[str]]) -> None:
    assert rows["beds"][1:] == ["not varied: a ¦ rule", "a ¦ b"]


def test_what_a_range_moves_is_named_if_it_is_not_the_whole(rows: dict[str, list[str]]) -> None:
    assert rows["beds.contracted"][1] == "-5 % to +5 % of `beds.contracted.S`"


def test_values_are_counted_by_status(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(FILE, encoding="utf-8")
    assert section(load(file)).startswith("Of the values with a source, each area's counted by itself: 2 seen, 1 der")


def test_renewing_a_page_changes_only_the_section(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\ntext\n\n{HEADING}\nold\n", encoding="utf-8")
    renew(page)
    assert page.read_text(encoding="utf-8") == f"# Page\n\ntext\n\n{HEADING}\n{section(load('national'))}"
