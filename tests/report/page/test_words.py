"""Numbers, dates and intervals as a reader wants them."""

from __future__ import annotations

import datetime as dt

import pytest

from sim.report.page import words


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (66925.37, "people", "66,925"),
        (99.96, "h", "100"),
        (47.951, "d", "48"),
        (9.907, "h", "9.91"),
        (0.2571, "h", "0.257"),
        (0.00001, "h", "0"),
        (0.0, "people", "0"),
        (-0.0, "people", "0"),
        (-883.4, "stays", "−883"),
        (-4.5, "stays", "−4.5"),
        (6861782345.6, "USD", "$6.86 billion"),
        (416_765_376, "USD", "$417 million"),
        (18959.46, "USD", "$18,959"),
        (4.2, "USD", "$4.20"),
        (-896_841_920, "USD", "−$897 million"),
    ],
)
def test_numbers_are_rounded_for_reading(value, unit, shown):
    assert words.rounded(value, unit) == shown


def test_units_are_words():
    assert words.with_unit(1.0, "d") == "1 day"
    assert words.with_unit(1.5, "d") == "1.5 days"
    assert words.with_unit(2e9, "USD") == "$2.00 billion"
    assert words.with_unit(3.0, "furlongs") == "3 furlongs"
    assert words.unit_word("USD") == "US dollars" and words.unit_word("people/d") == "people a day"


def test_differences_carry_their_sign():
    assert [words.signed(value, "people") for value in (1200.0, -1200.0, 0.0)] == ["+1,200", "−1,200", "0"]
    assert words.signed(-896_841_920, "USD") == "−$897 million"


def test_exact_numbers_are_those_of_the_files():
    assert [words.exactly(value) for value in (1095000.0, 66925.37095890411, 0.0)] == [
        "1095000.0",
        "66925.37095890411",
        "0.0",
    ]


def test_dates_and_lists():
    assert words.day("2025-05-21") == words.day(dt.date(2025, 5, 21)) == "21 May 2025"
    assert words.day("soon") == "soon"
    assert [words.listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_shares():
    assert [words.share(part, 200) for part in (0, 1, 73.4, 200)] == ["0 %", "0.5 %", "37 %", "100 %"]
