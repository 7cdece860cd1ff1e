"""Quantities: what is read, what is refused, and that what is written reads back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.schema import units
from sim.scenario.schema.units import (
    parse_count,
    parse_date,
    parse_dollars,
    parse_dollars_per,
    parse_duration,
    parse_flag,
    parse_name,
    parse_number,
    parse_rate,
    parse_share,
)


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_duration, "72 h", 259_200),
        (parse_duration, "72h", 259_200),
        (parse_duration, "30 min", 1_800),
        (parse_duration, "45 d", 3_888_000),
        (parse_duration, "2 wk", 1_209_600),
        (parse_duration, "1 yr", 31_536_000),
        (parse_duration, "90 s", 90),
        (parse_duration, "1.5 s", 2),
        (parse_duration, "0.4 s", 0),
        (parse_duration, "1,000 h", 3_600_000),
        (parse_rate, "3000 / d", 3000.0),
        (parse_rate, "3,000/d", 3000.0),
        (parse_rate, "1.2 % / d", 0.012),
        (parse_rate, "10 / yr", 10 / 365),
        (parse_rate, "0.5 / h", 12.0),
        (parse_rate, "7 / wk", 1.0),
        (parse_share, "35 %", 0.35),
        (parse_share, "35%", 0.35),
        (parse_share, "0.35", 0.35),
        (parse_share, "0", 0.0),
        (parse_share, "1", 1.0),
        (parse_share, 1, 1.0),
        (parse_share, "1 %", 0.01),
        (parse_count, "41,500", 41_500),
        (parse_count, "41500", 41_500),
        (parse_count, "1e3", 1_000),
        (parse_count, "010", 10),
        (parse_count, 41_500, 41_500),
        (parse_number, "2.5", 2.5),
        (parse_number, "1e3", 1000.0),
        (parse_dollars, "$3.4 B", 340_000_000_000),
        (parse_dollars, "$721 M", 72_100_000_000),
        (parse_dollars, "$62,050,000", 6_205_000_000),
        (parse_dollars, "$0.505", 51),
        (parse_dollars, "$9K", 900_000),
        (parse_date, "2024-02-29", dt.date(2024, 2, 29)),
        (parse_flag, "true", True),
        (parse_flag, "False", False),
        (parse_name, "NO", "NO"),
    ],
)
def test_reads(parse: Callable[[Any], Any], text: object, value: object) -> None:
    assert parse(text) == value
    assert type(parse(text)) is type(value)


@pytest.mark.parametrize(
    ("parse", "raw"),
    [
        (parse_duration, 72),
        (parse_duration, "72 hours"),
        (parse_duration, "72 H"),
        (parse_duration, "h"),
        (parse_duration, "1 h 30 min"),
        (parse_duration, "1:30"),
        (parse_duration, "nan h"),
        (parse_duration, "inf h"),
        (parse_duration, "-1 h"),
        (parse_duration, "1e30 h"),
        (parse_duration, "١٢ h"),
        (parse_rate, "3000"),
        (parse_rate, "3000 / mo"),
        (parse_rate, "-3 / d"),
        (parse_rate, "1e50 / s"),
        (parse_share, "35"),
        (parse_share, "101 %"),
        (parse_share, "-0.1"),
        (parse_share, True),
        (parse_count, True),
        (parse_count, "yes"),
        (parse_count, "12:30"),
        (parse_count, "0o17"),
        (parse_count, "0x1F"),
        (parse_count, "1_000"),
        (parse_count, "4,15,00"),
        (parse_count, "1.5"),
        (parse_count, float("nan")),
        (parse_number, float("inf")),
        (parse_number, "9" * 5000),
        (parse_number, "1e999999999"),
        (parse_dollars, "3.4 B"),
        (parse_dollars, "$3.4 bn"),
        (parse_dollars, "-$3"),
        (parse_dollars, "$1e30"),
        (parse_date, "2025-2-3"),
        (parse_date, "2025-02-29"),
        (parse_date, 20250203),
        (parse_date, dt.datetime(2025, 2, 3)),
        (parse_flag, "yes"),
        (parse_flag, 1),
        (parse_name, "two words"),
        (parse_name, "a.b"),
        (parse_name, "ramp"),
        (parse_name, None),
    ],
)
def test_refuses(parse: Callable[[Any], Any], raw: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(raw)


@pytest.mark.parametrize("unit", ["bed-night", "seat", "yr"])
def test_the_denominator_must_be_the_stated_one(unit: str) -> None:
    assert parse_dollars_per(unit, f"$152.50 / {unit}") == 15_250
    with pytest.raises(ValueError, match=f"must be per {unit}"):
        parse_dollars_per(unit, "$152 / night")


@given(st.integers(0, 10**9))
def test_durations_read_back(seconds: int) -> None:
    assert parse_duration(units.spell_duration(seconds)) == seconds


@given(st.floats(0, 1e9))
def test_rates_read_back(rate: float) -> None:
    assert parse_rate(units.spell_rate(rate)) == rate


@given(st.floats(0, 1) | st.integers(0, 10_000).map(lambda n: n / 10_000))
def test_shares_read_back(share: float) -> None:
    assert parse_share(units.spell_share(share)) == share


@given(st.integers(0, 10**15))
def test_dollars_read_back(cents: int) -> None:
    assert parse_dollars(units.spell_dollars(cents)) == cents


@given(st.floats(0, 1e12))
def test_numbers_read_back(number: float) -> None:
    assert parse_number(units.spell_number(number)) == number


@given(st.integers(1, 9999))
def test_percents_mean_the_nearest_double(hundredths: int) -> None:
    assert parse_share(f"{hundredths / 100} %") == hundredths / 10_000


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes a parser fail in any other way."""
    for parse in (parse_duration, parse_rate, parse_share, parse_count, parse_dollars, parse_date, parse_name):
        try:
            parse(text)
        except ValueError as error:
            assert str(error)
