"""Fitted values as settings: every one loads in the national scenario and says what was fitted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import yaml

from sim.experiment.backtest.fit.fitted_settings import LEARNT, MEMO, PARAMETERS, completed, fitted, settings
from sim.scenario.loading import load

START = {parameter.name: parameter.start for parameter in PARAMETERS}
DAY = dt.timedelta(days=1)


def said(values: dict[str, float], known_until: dt.date | None = None) -> dict[str, Any]:
    """Settings by path, their values as YAML reads them."""
    pairs = (setting.split("=", 1) for setting in settings(values, known_until))
    return {path: yaml.load(text, yaml.BaseLoader) for path, text in pairs}


# --- parameters ---------------------------------------------------------------------------------
def test_names_are_unique_and_what_held_before_is_there() -> None:
    assert len(START) == len(PARAMETERS)
    assert {p.before for p in PARAMETERS if p.before} <= set(START)
    assert all(p.begins for p in PARAMETERS if p.before)
    assert all(0 < p.start < 1 for p in PARAMETERS if p.share)


def test_a_change_is_fitted_once_two_weeks_of_it_are_known() -> None:
    first = MEMO + LEARNT * DAY
    before, after = ({p.name for p in fitted(date)} for date in (first - DAY, first))
    assert after - before == {p.name for p in PARAMETERS if p.before and p.begins == MEMO}
    assert {p.name for p in PARAMETERS if not p.before} <= before


def test_what_is_missing_is_as_it_was_before() -> None:
    done = completed({"bond": 0.7, "pace_oct_2024": 0.6})
    assert set(done) == set(START)
    assert done["bond_feb_2025"] == done["bond_mar_2025"] == done["bond_sep_2025"] == 0.7
    assert done["pace_may_2025"] == done["pace_jan_2025"] == 0.6 and done["pace_jun_2024"] == done["pace_apr_2024"]
    assert completed({"bond": 0.7, "bond_mar_2025": 1.1})["bond_jul_2025"] == 1.1
    assert completed({})["adjournment"] == START["adjournment"]


# --- settings -----------------------------------------------------------------------------------
@pytest.mark.parametrize("known_until", [None, dt.date(2024, 6, 30), dt.date(2025, 9, 30)], ids=str)
def test_every_setting_loads_in_the_national_scenario(known_until: dt.date | None) -> None:
    loaded = load("national", settings(START, known_until))
    assert loaded.scenario.case is not None
    assert float(loaded.scenario.case.appeal_share) == pytest.approx(START["appeal_share"])


@pytest.mark.parametrize("name", [name for name in START if name != "pace_apr_2024"])
def test_every_value_acts(name: str) -> None:
    assert settings(START) != settings(START | {name: START[name] * 0.9})


def test_values_are_written_with_their_units() -> None:
    found = said(START | {"adjournment": 40.0, "adjournment_spread": 1.5, "quick_orders": 0.25, "final_order": 10.0})
    assert found["case.adjournment"] == {"lognormal": {"mean": "40 d", "sd": "60 d"}}
    quick, slow = found["case.preparing.final_order"]["mixture"]
    assert quick == {"weight": "25 %", "exponential": {"mean": "0.4 d"}}
    assert slow == {"weight": "75 %", "lognormal": {"mean": "10 d", "sd": "13 d"}}
    assert found["case.preparing.voluntary"] == found["case.preparing.final_order"]


def test_shares_make_a_whole() -> None:
    odd = START | {"final_order_interior": 0.3333, "expedited_interior": 0.1111, "relief": 0.01234}
    found = said(odd)
    for path in ("people.sources.at_large.tracks", "people.sources.border.tracks", "case.outcome"):
        shares = [float(text.removesuffix(" %")) for text in found[path].values()]
        assert sum(shares) == pytest.approx(100, abs=1e-6) and min(shares) > 0


def test_schedules_have_a_step_where_something_changes() -> None:
    rate = said(START)["release.clocks.bond.rate"]["at_large"]
    assert rate == {
        "2023-10-01": "0.9 % / d",
        "2025-01-27": "0.5 % / d",
        "2025-03-01": "1 % / d",
        "2025-07-08": "0.5 % / d",
        "2025-09-05": "0.3 % / d",
    }
    assert list(said({"bond": 0.9})["release.clocks.bond.rate"]["at_large"]) == ["2023-10-01"]


# --- forecasts ----------------------------------------------------------------------------------
def test_for_a_forecast_the_pace_returns_to_its_mean_in_ninety_days() -> None:
    until = dt.date(2024, 9, 30)  # 183 days at 0.5, 65 at 1, 118 at 2
    values = dict.fromkeys(("pace_2023", "pace_jan_2024", "pace_feb_2024"), 0.5) | {
        "pace_apr_2024": 1.0,
        "pace_jun_2024": 2.0,
    }
    pace = said(values, until)["removal.groups.mexico.document_speed"]
    assert pace.pop("ramp") == "true"
    points = {dt.date.fromisoformat(date): float(value) for date, value in pace.items()}
    assert points[dt.date(2024, 3, 31)] == 0.5 and points[dt.date(2024, 4, 1)] == 1.0
    assert points[until] == 2.0 and max(points) == until + 90 * DAY
    assert points[max(points)] == pytest.approx((183 * 0.5 + 65 * 1.0 + 118 * 2.0) / 366, abs=5e-3)


def test_a_forecast_knows_no_rule_from_after_it() -> None:
    texts = settings({"bond": 0.9}, dt.date(2024, 9, 30))
    others = [text for text in texts if "document_speed" not in text]
    assert not any("2025-" in text for text in others)
