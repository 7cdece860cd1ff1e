"""The expected course where no line is long: M/M/∞ and M(t)/M/∞, conservation, and the simulator itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.measures import measure
from sim.measures.custody import Custody
from sim.pathway import play
from sim.people.draw import draw
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import build_tables
from sim.theory.cohort_flow import Cohorts, one_area
from sim.theory.delays import Lines
from sim.vocabulary import SOURCES

Floats = NDArray[np.float64]
NO_LINES = Lines(bed=0, hearing=0, screening=0, seat=0)
MEAN = 10.0
EXPONENTIAL: dict[str, Any] = {
    "start": "2025-03-03",
    "days": 120,
    "people": {"sources": {"border": {"tracks": {"final_order": "100 %"}}}},
    "case": {"preparing": {"final_order": {"exponential": {"mean": f"{MEAN} d"}}}},
}
RICH: dict[str, Any] = {
    "start": "2025-03-03",
    "days": 150,
    "people": {
        "sources": {
            source: {
                "mandatory": {"convicted": "60 %", "pending": "60 %", "none": "60 %"},
                "tracks": {"final_order": "25 %", "expedited": "30 %", "proceedings": "45 %"},
            }
            for source in ("at_large", "border")
        }
    },
    "arrests": {
        "sources": {"at_large": {"officers": 100, "arrests_per_officer_day": 0.2}, "border": {"rate": "20 / d"}},
    },
    "case": {
        "preparing": {
            "final_order": {"exponential": {"mean": "4 d"}},
            "expedited": {"lognormal": {"mean": "6 d", "sd": "5 d"}},
            "proceedings": {"lognormal": {"mean": "8 d", "sd": "5 d"}},
        },
        "hearings": {1: "50 %", 2: "30 %", 3: "20 %"},
        "adjournment": {"exponential": {"mean": "12 d"}},
        "outcome": {"ordered": "80 %", "relief": "15 %", "terminated": "5 %"},
        "appeal_share": "20 %",
        "appeal": {"lognormal": {"mean": "40 d", "sd": "15 d"}},
        "giving_up": [{"after": "0 d", "rate": "0.2 % / d"}, {"after": "20 d", "rate": "0.8 % / d"}],
    },
    "removal": {
        "groups": {
            "near": {
                "share": "60 %",
                "document": {"exponential": {"mean": "5 d"}},
                "document_speed": {"2025-03-03": 1, "2025-05-15": 2},
                "routes": {"land": "100 %"},
            },
            "far": {
                "share": "40 %",
                "document": {"lognormal": {"mean": "30 d", "sd": "20 d"}},
                "document_speed": {"2025-03-03": 1, "2025-05-15": 2},
                "routes": {"land": "100 %"},
            },
        },
        "routes": {"land": {"kind": "land", "seats": 10_000, "departures": [f"{hour} h" for hour in range(24)]}},
        "post_order_limit": "45 d",
    },
    "release": {
        "clocks": {
            "parole": {"rate": {"border": {"2025-03-03": "1.5 % / d", "2025-05-01": "0.2 % / d"}}},
            "bond": {"rate": {"at_large": "2 % / d"}, "classes": ["discretionary"], "stages": ["case"]},
        }
    },
}
REASONS = {"removed": "removals", **{r: f"releases_{r}" for r in ("relief", "terminated", "parole", "bond")}}
REASONS["post_order_limit"] = "releases_post_order_limit"


def cohorts(keys: dict[str, Any], lines: Lines = NO_LINES) -> Cohorts:
    made = Scenario.model_validate(keys)
    return Cohorts(made, build_tables(made), lines)


def border(days: int, *rates: float) -> Floats:
    """(3, days) people a day from the border: each rate for an equal part of the days."""
    out = np.zeros((3, days))
    out[SOURCES.index("border")] = np.repeat(rates, days // len(rates))
    return out


# --- closed forms -------------------------------------------------------------------------------
def test_exponential_stays_are_m_m_infinity() -> None:
    course = cohorts(EXPONENTIAL).expected(border(120, 20.0))
    end = np.arange(1, 121)
    assert course.held[2] == pytest.approx(20 * MEAN * (1 - np.exp(-end / MEAN)), rel=2e-3)
    assert course.held[:2].sum() == 0
    assert course.exits["removed"][-1] == pytest.approx(20, rel=1e-3)


def test_a_rate_that_doubles_is_m_t_g_infinity() -> None:
    course = cohorts(EXPONENTIAL).expected(border(120, 20.0, 40.0))
    since = np.arange(1, 61)
    before = 20 * MEAN * (1 - np.exp(-60 / MEAN))
    after = before * np.exp(-since / MEAN) + 40 * MEAN * (1 - np.exp(-since / MEAN))
    assert course.held[2, 60:] == pytest.approx(after, rel=2e-3)


def test_a_hazard_of_calendar_time_acts_on_all_then_held() -> None:
    """5 % a day from day 60 on, beside 10 % a day: the stock falls from 20 ÷ 0.1 to 20 ÷ 0.15."""
    clock = {"parole": {"rate": {"border": {"2025-03-03": "0 % / d", "2025-05-02": "5 % / d"}}}}
    course = cohorts(EXPONENTIAL | {"release": {"clocks": clock}}).expected(border(120, 20.0))
    since = np.arange(1, 61)
    at_60 = 20 * MEAN * (1 - np.exp(-60 / MEAN))
    assert course.held[2, 60:] == pytest.approx(20 / 0.15 + (at_60 - 20 / 0.15) * np.exp(-0.15 * since), rel=3e-3)
    assert course.exits["parole"][:60].sum() == pytest.approx(0, abs=1e-9)
    assert course.exits["parole"][-1] == pytest.approx(20 / 3, rel=0.01)


def test_people_held_are_as_old_as_they_would_be() -> None:
    arrivals = border(120, 20.0)
    twin = cohorts(EXPONENTIAL)
    ages = twin.ages(arrivals, 100)
    assert ages.shape == (101,)
    assert ages.sum() == pytest.approx(twin.expected(arrivals).held[2, 100], rel=1e-6)
    whole = np.arange(101)
    assert ages == pytest.approx(20 * MEAN * (np.exp(-whole / MEAN) - np.exp(-(whole + 1) / MEAN)), rel=3e-3)


def test_stays_follow_their_law() -> None:
    """Stays that begin in a window and end in it: here nearly all of them."""
    share = cohorts(EXPONENTIAL).stays(border(120, 20.0), 0, 119)
    assert share.shape == (120,) and share[-1] == pytest.approx(1)
    early = [5, 10, 20]
    seen = share[early]
    assert np.all(np.diff(share) >= -1e-12)
    assert seen == pytest.approx(1 - np.exp(-(np.array(early) + 0.5) / MEAN), abs=0.06)


# --- conservation -------------------------------------------------------------------------------
@pytest.mark.parametrize("lines", [NO_LINES, Lines()], ids=["no lines", "lines"])
@pytest.mark.parametrize("name", ["rich", "national"])
def test_people_in_are_people_out_and_people_held(name: str, lines: Lines) -> None:
    made = Scenario.model_validate(RICH)
    if name == "national":
        nation = load("national").scenario
        made = one_area(nation, nation.start, 200)
    days = made.days
    arrivals = np.random.default_rng(1).uniform(1, 50, (3, days))
    course = Cohorts(made, build_tables(made), lines).expected(arrivals)
    out = sum(flow.cumsum() for flow in course.exits.values())
    assert arrivals.sum(0).cumsum() == pytest.approx(out + course.held.sum(0), rel=1e-9)
    assert min(flow.min() for flow in course.exits.values()) > -1e-6 and course.held.min() >= 0


def test_national_without_limits_is_one_area_and_keeps_its_rules() -> None:
    nation = load("national").scenario
    one = one_area(nation, nation.start, 10)
    assert one.beds is one.intake is one.funding is None and tuple(one.areas) == ("nation",)
    assert one.release == nation.release and one.removal == nation.removal and one.people.day0.held == 0


# --- against the simulator ----------------------------------------------------------------------
def test_the_simulator_without_limits_agrees_within_chance() -> None:
    """Held on average over the last 50 days, and exits by reason over the whole window, in ten replications."""
    made = Scenario.model_validate(RICH)
    tables = build_tables(made)
    runs = []
    for replication in range(10):
        people = draw(made, tables, 1, replication)
        daily = measure(Custody(tables, people, play(tables, people, None))).daily
        runs.append([np.mean(daily["held"][101:]), *(np.sum(daily[column][1:]) for column in REASONS.values())])
    arrivals = np.zeros((3, made.days))
    arrivals[[0, 2]] = 20.0
    # A seat is there within the hour, on average after half of one.
    course = Cohorts(made, tables, Lines(bed=0, hearing=0, screening=0, seat=0.02)).expected(arrivals)
    expected = [course.held.sum(0)[100:].mean(), *(course.exits[reason].sum() for reason in REASONS)]
    mean, error = np.mean(runs, axis=0), np.std(runs, axis=0, ddof=1) / np.sqrt(len(runs))
    off = np.abs(mean - expected) / error
    assert off.max() < stats.t.ppf(0.9995, len(runs) - 1), dict(zip(("held", *REASONS), off, strict=True))
    assert error[0] < 0.02 * mean[0], "narrow enough to say something"
