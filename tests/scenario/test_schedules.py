"""Schedules, values by area, shares and distributions."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from sim.scenario.schema.distributions import (
    Constant,
    Distribution,
    Exponential,
    Mixture,
    Quantiles,
    Uniform,
    Weibull,
)
from sim.scenario.schema.schedules import ByArea, Schedule, Shares
from sim.scenario.schema.units import Count, Duration, Number, Rate, Share

DAY = 86_400
HOURS: TypeAdapter[Schedule[int]] = TypeAdapter(Schedule[Duration])
COUNTS: TypeAdapter[Schedule[int]] = TypeAdapter(Schedule[Count])
NUMBERS: TypeAdapter[Schedule[float]] = TypeAdapter(Schedule[Number])
BY_AREA: TypeAdapter[ByArea[Schedule[float]]] = TypeAdapter(ByArea[Schedule[Rate]])
LAW: TypeAdapter[Any] = TypeAdapter(Distribution)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# --- schedules ----------------------------------------------------------------------------------
def test_a_plain_value_never_changes() -> None:
    limit = HOURS.validate_python("12 h")
    assert limit.is_constant
    assert limit.at(day("1999-01-01")) == limit.at(day("2099-01-01")) == 12 * 3600


def test_steps_change_at_their_dates_and_the_first_holds_before() -> None:
    limit = HOURS.validate_python({"2025-01-20": "12 h", "2025-06-24": "72 h"})
    hours = [limit.at(day(text)) // 3600 for text in ("2020-01-01", "2025-06-23", "2025-06-24", "2030-01-01")]
    assert hours == [12, 12, 72, 72]


def test_dates_may_be_written_in_any_order() -> None:
    assert COUNTS.validate_python({"2025-03-01": 2, "2025-01-01": 1}).at(day("2025-02-01")) == 1


def test_a_ramp_is_a_daily_staircase() -> None:
    beds = NUMBERS.validate_python({"2025-01-01": 0, "2025-01-11": 5, "2025-01-21": 5, "ramp": "true"})
    assert [beds.at(dt.date(2025, 1, d)) for d in (1, 2, 6, 11, 15)] == [0, 0.5, 2.5, 5, 5]
    assert beds.at(day("2024-12-31")) == 0 and beds.at(day("2025-02-01")) == 5


def test_a_ramp_of_counts_rounds_half_up_and_stays_whole() -> None:
    beds = COUNTS.validate_python({"2025-01-01": 0, "2025-01-05": 2, "2025-01-09": 0, "ramp": "true"})
    values = [beds.at(dt.date(2025, 1, d)) for d in range(1, 10)]
    assert values == [0, 1, 1, 2, 2, 2, 1, 1, 0]
    assert all(type(value) is int for value in values)


@given(st.dictionaries(st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 10**6), min_size=1))
def test_schedules_read_back(points: dict[dt.date, int]) -> None:
    for ramp in (True, False):
        schedule = Schedule(sorted(points.items()), ramp)
        assert COUNTS.validate_python(COUNTS.dump_python(schedule)) == schedule


# --- by area ------------------------------------------------------------------------------------
def test_a_plain_value_or_schedule_is_for_all_areas() -> None:
    assert BY_AREA.validate_python("3 / d").of("ATL").at(day("2025-01-01")) == 3
    assert BY_AREA.validate_python({"2025-01-01": "3 / d"}).of("ATL").at(day("2025-01-01")) == 3


def test_areas_may_have_values_of_their_own() -> None:
    rate = BY_AREA.validate_python({"default": "3 / d", "NO": {"2025-01-01": "1 / d", "2025-01-02": "2 / d"}})
    assert rate.of("ATL").at(day("2025-01-02")) == 3
    assert rate.of("NO").at(day("2025-01-02")) == 2
    assert BY_AREA.validate_python(BY_AREA.dump_python(rate)) == rate


def test_without_default_an_area_without_value_has_none() -> None:
    with pytest.raises(KeyError):
        BY_AREA.validate_python({"ATL": "3 / d"}).of("NO")


# --- shares -------------------------------------------------------------------------------------
def test_shares_add_up_within_a_millionth() -> None:
    adapter: TypeAdapter[Shares[str]] = TypeAdapter(Shares[str])
    thirds = adapter.validate_python({"a": "33.3333 %", "b": "33.3333 %", "c": "33.3334 %"})
    assert thirds == {"a": 0.333333, "b": 0.333333, "c": 0.333334}
    assert adapter.validate_python(adapter.dump_python(thirds)) == thirds
    for wrong in ({"a": "99.9998 %"}, {}, {"a": "60 %", "b": "50 %"}):
        with pytest.raises(ValidationError, match="must be 100 %"):
            adapter.validate_python(wrong)


# --- distributions ------------------------------------------------------------------------------
LAWS: list[tuple[Any, Any]] = [
    ("3 d", Constant(3 * DAY)),
    ({"constant": "3 d"}, Constant(3 * DAY)),
    ({"exponential": {"mean": "45 d"}}, Exponential(45.0 * DAY)),
    ({"uniform": {"low": "1 h", "high": "3 h"}}, Uniform(3600.0, 10800.0)),
    ({"weibull": {"mean": "10 d", "shape": "1"}}, Weibull(10.0 * DAY, 1.0)),
    (
        {"quantiles": {"0 %": "0 d", "0.5": "10 d", "100 %": "90 d"}},
        Quantiles((0.0, 0.5, 1.0), (0.0, 10.0 * DAY, 90.0 * DAY)),
    ),
    (
        {"mixture": [{"weight": "25 %", "constant": "1 d"}, {"weight": "75 %", "exponential": {"mean": "5 d"}}]},
        Mixture((0.25, 0.75), (Constant(DAY), Exponential(5.0 * DAY))),
    ),
]


@pytest.mark.parametrize(("written", "node"), LAWS)
def test_laws_are_read_and_read_back(written: Any, node: Any) -> None:
    assert LAW.validate_python(written) == node
    assert LAW.validate_python(LAW.dump_python(LAW.validate_python(written))) == node


@pytest.mark.parametrize(
    ("node", "mean_d"), list(zip([node for _, node in LAWS], [3, 3, 45, 1 / 12, 10, 27.5, 4], strict=True))
)
def test_means(node: Any, mean_d: float) -> None:
    assert node.mean_s == pytest.approx(mean_d * DAY)


@pytest.mark.parametrize(
    "written",
    [
        {"mean": "30 d", "p90": "60 d"},
        {"mean": "30 d", "p90": "68 d"},
        {"mean": "30 d", "p90": "31 d"},
        {"mean": "30 d", "sd": "40 d"},
        {"median": "20 d", "p90": "90 d"},
    ],
)
def test_a_lognormal_has_the_moments_it_was_given(written: dict[str, str]) -> None:
    law = LAW.validate_python({"lognormal": written})
    twin = stats.lognorm(s=law.sigma, scale=math.exp(law.mu))
    found = {"mean": twin.mean(), "median": twin.median(), "sd": twin.std(), "p90": twin.ppf(0.9)}
    for name, text in written.items():
        assert found[name] == pytest.approx(float(text.removesuffix(" d")) * DAY, rel=1e-9)
    assert law.mean_s == pytest.approx(twin.mean())
    assert LAW.validate_python(LAW.dump_python(law)) == law


@given(st.integers(3600, 10**7), st.floats(0.2, 10))
def test_a_weibull_has_its_mean(mean_s: int, shape: float) -> None:
    law = LAW.validate_python({"weibull": {"mean": f"{mean_s} s", "shape": shape}})
    assert law.mean_s == pytest.approx(mean_s, rel=1e-5)


@given(st.floats(0, 1))
def test_a_share_schedule_may_ramp(share: float) -> None:
    adapter: TypeAdapter[Schedule[float]] = TypeAdapter(Schedule[Share])
    schedule = adapter.validate_python({"2025-01-01": 0, "2025-01-03": share, "ramp": True})
    assert schedule.at(dt.date(2025, 1, 2)) == share / 2
