"""One grammar of numbers, wherever a number is read."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.experiment import bottleneck, precision, solve, vary
from sim.experiment.sweep import gridfile
from sim.scenario.errors import ScenarioError
from sim.scenario.loading import load
from sim.scenario.numbers import fraction, slip, split_range
from sim.scenario.schema import checks, units

RIGHT = {
    "0": Fraction(0),
    "41,500": Fraction(41_500),
    "1,234,567.5": Fraction(2_469_135, 2),
    ".5": Fraction(1, 2),
    "30.": Fraction(30),
    "0.250": Fraction(1, 4),
    "2e3": Fraction(2000),
    "25E-2": Fraction(1, 4),
    "+7": Fraction(7),
    "-7": Fraction(-7),
}
WRONG = (
    "0,250",
    "1,50",
    "0,050",
    "00,500",
    "1234,567",
    "1,2345",
    "1,,000",
    ",500",
    "500,",
    "1,000,00",
    "1.5,000",
    "1_000",
    "1 000",
    "1'000",
    "1.2.3",
    "--1",
    "1e",
    ".",
    "",
    "nan",
    "inf",
    "0x10",
    "１0",
    "1٬000",
    "½",
)


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_a_number(text: str) -> None:
    assert fraction(text) == RIGHT[text]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        fraction(text)


@pytest.mark.parametrize("text", [text for text in WRONG if text])
def test_no_reader_takes_what_is_no_number(text: str) -> None:
    readers = {
        "duration": lambda: units.parse_duration(f"{text} d"),
        "rate": lambda: units.parse_rate(f"{text} / d"),
        "share": lambda: units.parse_share(f"{text} %"),
        "count": lambda: units.parse_count(text),
        "number": lambda: units.parse_number(text),
        "dollars": lambda: units.parse_dollars(f"${text} K"),
        "check": lambda: checks.parse(f">= {text}"),
        "range of a check": lambda: checks.parse(f"{text}..9,999"),
        "--precision": lambda: precision.parse([f"removals={text}%"], None),
        "--until": lambda: solve.parse_target(f"removals <= {text}"),
        "--tolerance": lambda: solve._share(f"{text}%"),
        "--target": lambda: bottleneck.parse_goal("removals", f">= {text}"),
    }
    for name, read in readers.items():
        with pytest.raises((ValueError, InputError)):
            read()
            pytest.fail(f"{name} takes {text}")


@pytest.mark.parametrize("ends", ["1,50:4,00", "x0,5:x3", "0,500:1,000", "x1_0:x20"])
def test_ends_of_an_amount_are_numbers(ends: str) -> None:
    resolved = load("two-classes")
    chosen = vary.settle(resolved, ["beds.contracted"])
    with pytest.raises(InputError, match="--in: "):
        vary.ends(chosen, ends, "two-classes", [])


@pytest.mark.parametrize("text", ["1,50 .. 4,50", "0,250 d .. 9,250 d", "1_0 .. 2_0"])
def test_ends_of_a_grid_are_numbers(tmp_path: Path, text: str) -> None:
    file = tmp_path / "grid.yaml"
    file.write_text(f"scenario: erlang-b\nsobol: {{points: 4, ranges: {{case.stay: '{text}'}}}}\n")
    with pytest.raises(ScenarioError, match="is no range"):
        gridfile.load(str(file))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0,250 d", "a comma only separates groups of three digits, as in 41,500; the decimal sign is a point"),
        ("1 000 d", "write a number without spaces inside it"),
        ("30\N{NO-BREAK SPACE}d", "it has a no-break space (U+00A0), write a space"),
        ("30\N{NARROW NO-BREAK SPACE}d", "it has a narrow no-break space (U+202F), write a space"),
        ("30\N{ZERO WIDTH SPACE} d", "it has a zero width space (U+200B), which cannot be seen; remove it"),
        ("\N{MINUS SIGN}30 d", "it has a minus sign (U+2212), write -"),
        ("\N{FULLWIDTH DIGIT THREE}0 d", "it has a fullwidth digit three (U+FF13), write 3"),
        ("\N{ARABIC-INDIC DIGIT ZERO} d", "it has an arabic-indic digit zero (U+0660), write 0"),
        ("30 \N{CYRILLIC SMALL LETTER ES}", "it has a cyrillic small letter es (U+0441)"),
    ],
)
def test_the_culprit_is_named(text: str, said: str) -> None:
    assert slip(text) == f": {said}"
    with pytest.raises(ValueError, match=r"is not a duration such as 72 h, 30 min or 45 d: ") as caught:
        units.parse_duration(text)
    assert str(caught.value).endswith(said)


def test_both_ends_of_a_range() -> None:
    assert split_range(" 20 d .. 60 d ") == ("20 d", "60 d")
    assert split_range(".5 .. 30.") == (".5", "30.")
    assert [split_range(text) for text in ("1...5", "1..2..3", "..3", "3..", "3")] == [None] * 5
