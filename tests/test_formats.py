"""Numbers, dates and intervals as a reader wants them."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from sim import formats


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (66925.37, "people", "66,900"),
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
        (18959.46, "USD", "$19,000"),
        (4.2, "USD", "$4.20"),
        (-896_841_920, "USD", "−$897 million"),
    ],
)
def test_numbers_are_rounded_for_reading(value, unit, shown):
    assert formats.readable(value, unit) == shown


def test_units_are_words():
    assert formats.with_unit(1.0, "d") == "1 day"
    assert formats.with_unit(1.5, "d") == "1.5 days"
    assert formats.with_unit(2e9, "USD") == "$2.00 billion"
    assert formats.with_unit(3.0, "furlongs") == "3 furlongs"
    assert formats.unit_words("USD") == "US dollars" and formats.unit_words("people/d") == "people per day"


def test_differences_carry_their_sign():
    assert [formats.signed(value, "people") for value in (1200.0, -1200.0, 0.0)] == ["+1,200", "−1,200", "0"]
    assert formats.signed(-896_841_920, "USD") == "−$897 million"


def test_exact_numbers_are_those_of_the_files():
    assert [formats.exact(value) for value in (1095000.0, 66925.37095890411, 0.0)] == [
        "1095000.0",
        "66925.37095890411",
        "0.0",
    ]


def test_dates_and_lists():
    assert formats.day("2025-05-21") == formats.day(dt.date(2025, 5, 21)) == "21 May 2025"
    assert formats.day("soon") == "soon"
    assert [formats.listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_shares():
    assert [formats.percent(part, 200) for part in (0, 1, 73.4, 200)] == ["0 %", "0.5 %", "37 %", "100 %"]


@pytest.mark.parametrize(
    ("value", "number", "precise", "aligned"),
    [
        (1234567.8, "1,234,568", "1,234,568", "1,234,568"),
        (1234.5, "1,234", "1,234.5", "1,234"),
        (123.456, "123.5", "123.456", "123"),
        (12.3456, "12.35", "12.3456", "12.3"),
        (1.23456789, "1.235", "1.23457", "1.23"),
        (7.0, "7", "7", "7"),
        (-0.5, "-0.5", "-0.5", "-0.50"),
        (math.nan, "nan", "nan", "none"),
    ],
)
def test_numbers_of_tables(value, number, precise, aligned):
    assert (formats.number(value), formats.precise(value), formats.aligned(value)) == (number, precise, aligned)


def test_dollars_of_tables():
    assert [formats.number(value, "USD") for value in (5.0, -1234.0)] == ["$5", "-$1,234"]
    assert formats.number(3.0, "people") == "3 people"


def test_moments_and_durations():
    assert formats.moment(dt.date(2025, 9, 5), 38_100) == "5 September 2025, 10:35"
    assert [formats.duration(s) for s in (0, 11_400, 1_051_200, 86_400)] == [
        "less than a minute",
        "3 h 10 min",
        "12 d 4 h",
        "1 d",
    ]


def test_long_names_lose_their_middle():
    assert formats.short("abcdefghij", 10) == "abcdefghij" and formats.short("abcdefghijk", 10) == "abcdef…ijk"
