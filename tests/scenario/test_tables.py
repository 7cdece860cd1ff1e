from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import rules, vocabulary
from sim.scenario.world.calendars import calendar, whole
from sim.scenario.world.tables import DOCUMENT_SPEED, ENDLESS, NONE, U31, WORK, Tables, build_tables
from tests.people.worlds import RICH, scenario

AREAS = {"ATL": "Atlanta", "BOS": "Boston"}
HOUR, DAY = 3600, 86_400
WEEK = {"mon": 1, "tue": 1, "wed": 1, "thu": 1, "fri": 1, "sat": 0, "sun": 0}


def tables(**keys: Any) -> Tables:
    """Tables of a scenario that starts on Monday 3 March 2025."""
    return build_tables(scenario(**keys))


# --- calendars ----------------------------------------------------------------------------------
def test_fractions_of_places_carry_over() -> None:
    made = calendar(np.array([0.5, 0.5, 0.25, 2.75]), [9 * HOUR])
    assert made.times.tolist() == [DAY + 9 * HOUR, 3 * DAY + 9 * HOUR]
    assert made.places.tolist() == [1, 3]


def test_a_day_is_spread_over_its_departures() -> None:
    made = calendar(np.array([10.0, 1.0]), [18 * HOUR, 6 * HOUR, 12 * HOUR])
    assert made.times.tolist() == [6 * HOUR, 12 * HOUR, 18 * HOUR, DAY + 18 * HOUR]
    assert made.places.tolist() == [3, 3, 4, 1]


@given(
    capacity=st.lists(st.floats(0, 300, allow_nan=False), min_size=1, max_size=30),
    hours=st.lists(st.integers(0, DAY - 1), min_size=1, max_size=5, unique=True),
)
def test_a_calendar_gives_what_it_has_and_no_more(capacity: list[float], hours: list[int]) -> None:
    made = calendar(np.array(capacity), hours)
    assert (np.diff(made.times) > 0).all()
    assert (made.places > 0).all()
    given_by_day = np.bincount(made.times // DAY, weights=made.places, minlength=len(capacity)).cumsum()
    behind = np.cumsum(capacity) - given_by_day
    assert behind.min() > -1e-4
    assert behind.max() < 1 + 1e-4


def test_places_add_up_to_the_capacity_over_a_long_time() -> None:
    made = calendar(np.full(3660, 123.456789), [0, 1, 2, 3, 4, 5, 6])
    assert made.places.sum() == int(3660 * 123.456789)
    assert made.places.max() - made.places.min() == 1


# --- arrests ------------------------------------------------------------------------------------
def test_capability_is_officers_times_yield_times_cooperation_less_leaks() -> None:
    made = tables(
        areas=AREAS,
        arrests={
            "goal": {"2025-03-03": "5 / d", "2025-03-05": "10 / d"},
            "sources": {
                "at_large": {
                    "officers": {"ATL": {"2025-03-03": 100, "2025-03-04": 200}, "BOS": 50},
                    "arrests_per_officer_day": 0.1,
                    "leak_loss": {"default": "0 %", "BOS": "20 %"},
                    "pool": {"default": 1000, "BOS": 7},
                },
                "local_custody": {
                    "officers": 10,
                    "arrests_per_officer_day": 1,
                    "cooperation": {"ATL": "90 %", "BOS": "5 %"},
                },
            },
        },
        days=3,
    )
    assert made.capability_milli[0].tolist() == [[10_000, 20_000, 20_000], [4_000] * 3]
    assert made.capability_milli[1].tolist() == [[9_000] * 3, [500] * 3]
    assert made.goal_milli.tolist() == [5_000, 5_000, 10_000]
    assert made.pool.tolist() == [[1000, 7], [NONE, NONE]]
    assert not made.goal_follows


def test_without_officers_the_goal_is_spread_by_weight() -> None:
    sources = {"at_large": {"share": {"ATL": 3, "BOS": 1}}, "local_custody": {"share": {"ATL": 4, "BOS": 0}}}
    made = tables(areas=AREAS, arrests={"goal": "80 / d", "sources": sources}, days=1)
    assert made.goal_follows
    assert made.capability_milli[:, :, 0].tolist() == [[30_000, 10_000], [40_000, 0]]


def test_a_goal_alone_is_met_at_large_and_nothing_by_nobody() -> None:
    assert tables(arrests={"goal": "80 / d"}, days=1).capability_milli.tolist() == [[[80_000]], [[0]]]
    made = tables(days=1)
    assert made.capability_milli.max() == 0
    assert made.goal_milli.tolist() == [NONE]


def test_lent_officers_add_their_yield_in_proportion_while_they_stay() -> None:
    detail = {"officers": 60, "start": "2025-03-04", "end": "2025-03-06", "arrest_yield": 0.5}
    made = tables(
        areas=AREAS,
        days=4,
        arrests={"sources": {"at_large": {"officers": {"ATL": 20, "BOS": 10}, "arrests_per_officer_day": 0.1}}},
        funding={"staff": {"details": {"other": detail}}},
    )
    assert made.capability_milli[0].tolist() == [[2000, 4000, 4000, 2000], [1000, 2000, 2000, 1000]]


def test_criminality_and_throttle() -> None:
    sources = {"at_large": {"criminality": {"convicted": "30 %", "pending": "20 %", "none": "50 %"}}}
    made = tables(
        areas=AREAS,
        people={"sources": sources},
        arrests={"throttle": {"hold_room_share": 1.5}, "priority": "criminality"},
        intake={"places": {"ATL": 25, "BOS": 10}},
        days=2,
    )
    assert made.criminality_ppm.tolist() == [[300_000, 200_000, 500_000], [0, 0, 1_000_000]]
    assert made.throttle_above.tolist() == [[37, 37], [15, 15]]
    assert made.by_criminality


def test_numbers_too_large_stay_positive() -> None:
    assert whole(np.array([2.9, 2.0**61, 2.0**63, 1e300])).tolist() == [2, 2**61, 2**62, 2**62]


def test_a_share_of_places_that_is_whole_loses_nobody_to_rounding() -> None:
    """0.29 × 100 is 28.999999999999996 in floating point."""
    intake = {"places": 100, "ceiling": {"of_places": 1.1}}
    made = tables(arrests={"throttle": {"hold_room_share": 0.29}}, intake=intake, days=1)
    assert (made.throttle_above.tolist(), made.ceiling_above.tolist()) == ([[29]], [[110]])


@pytest.mark.parametrize("keys", [{}, {"intake": {}}, {"intake": {"desks": 3}}])
def test_without_counted_places_nothing_throttles(keys: dict[str, Any]) -> None:
    made = tables(arrests={"throttle": {"hold_room_share": 1.5}}, days=2, **keys)
    assert made.throttle_above.tolist() == [[NONE, NONE]]


# --- intake and beds ----------------------------------------------------------------------------
def test_stages_left_out_are_off_and_endless() -> None:
    made = tables()
    assert not (made.intake_on or made.beds_on or made.case_on or made.removal_on or made.clearance_on or made.atd_on)
    for endless in (made.desks, made.contracted, made.physical, made.operating, made.over_contract, made.atd_slots):
        assert set(endless.ravel().tolist()) == {ENDLESS}
    for absent in (made.places, made.hours_limit_s, made.funded, made.post_order_limit_s, made.budget_cents):
        assert set(absent.ravel().tolist()) == {NONE}


def test_beds_by_area_and_day() -> None:
    beds = {
        "funded": {"2025-03-03": 100, "2025-03-04": "120"},
        "contracted": {"ATL": {"2025-03-03": 100, "2025-03-05": 200, "ramp": True}, "BOS": 20},
        "physical": {"ATL": 140, "BOS": 22},
        "guaranteed_minimum": {"default": 0, "BOS": 15},
        "ladder": [{"over_contract": {"allowance": "15 %", "after": "4 h"}}, {"wait": {}}],
    }
    made = tables(areas=AREAS, days=3, beds=beds)
    assert made.funded.tolist() == [100, 120, 120]
    assert made.contracted.tolist() == [[100, 150, 200], [20, 20, 20]]
    assert made.operating.tolist() == [[100, 140, 140], [20, 20, 20]]
    assert made.over_contract.tolist() == [[115, 140, 140], [22, 22, 22]]
    assert made.guaranteed.tolist() == [[0] * 3, [15] * 3]
    assert made.rung_kind.tolist() == [vocabulary.RUNGS.index("over_contract"), vocabulary.RUNGS.index("wait")]
    assert made.rung_after_s.tolist() == [4 * HOUR, NONE]


def test_an_allowance_is_not_lost_to_rounding() -> None:
    beds = {"contracted": 100, "ladder": [{"over_contract": {"allowance": "15 %"}}]}  # 100 × 1.15 = 114.99999999999999
    assert tables(beds=beds, days=1).over_contract.tolist() == [[115]]


def test_transfers_have_targets_and_a_calendar_by_area() -> None:
    transfer = {
        "to": {"BOS": ["ATL"]},
        "seats": {"default": 0, "BOS": 1.5},
        "departures": ["6 h", "18 h"],
        "hours": "5 h",
        "after": "3 h",
    }
    made = tables(areas=AREAS, days=2, beds={"ladder": [{"transfer": transfer}, {"release": {"mandatory": True}}]})
    assert made.transfer_to == ((), (0,))
    assert made.transfer_calendar[0].times.tolist() == []
    assert made.transfer_calendar[1].times.tolist() == [18 * HOUR, DAY + 6 * HOUR, DAY + 18 * HOUR]
    assert made.transfer_s == 5 * HOUR
    assert made.release_mandatory
    assert not made.displace_mandatory


# --- case, removal, release ---------------------------------------------------------------------
def test_dockets_sit_on_weekdays_at_the_stated_pace() -> None:
    dockets = {"south": {"areas": ["BOS"], "judges": 2, "hearings_per_judge_day": 2.5}}
    made = tables(areas=AREAS, days=14, case={"dockets": dockets, "court_weekday": WEEK})
    assert made.dockets == ("south",)
    assert made.docket_of.tolist() == [NONE, 0]
    assert made.docket_calendar[0].places.tolist() == [5] * 10  # on sitting days
    assert (made.docket_calendar[0].times % DAY == 9 * HOUR).all()


def test_screening_and_challenges_are_shares_of_two_to_the_31() -> None:
    screening = {"share": {"2025-03-03": "50 %", "2025-03-04": "100 %"}, "positive": "0 %", "officers": 2}
    case = {
        "screening": {**screening, "screenings_per_officer_day": 3},
        "court_challenges": {"share": "25 %", "duration": "20 d"},
    }
    made = tables(days=2, case=case)
    assert made.screening_share.tolist() == [U31 // 2, U31]
    assert made.screening_positive.tolist() == [0, 0]
    assert made.screening_calendar.places.tolist() == [6, 6]
    assert made.stay_share.tolist() == [U31 // 4] * 2


def test_giving_up_starts_from_the_first_day() -> None:
    by_date = {"2025-03-03": "1 % / d", "2025-03-04": "2 % / d"}
    made = tables(
        days=2, case={"giving_up": [{"after": "30 d", "rate": by_date}, {"after": "90 d", "rate": "3 % / d"}]}
    )
    assert made.giving_up_after_s.tolist() == [0, 30 * DAY, 90 * DAY]
    rates = [[0, 0], [0.01, 0.02], [0.03, 0.03]]
    assert made.giving_up_speed.tolist() == [[round(rate * WORK / DAY) for rate in band] for band in rates]


def test_a_pace_at_the_start_fades_from_documents_and_giving_up() -> None:
    groups = {"all": {"document_speed": 3, "routes": {"air": 1}}}
    routes = {"air": {"kind": "charter", "seats": 1}}
    removal = {"groups": groups, "routes": routes, "pace": {"level": 0.5, "returns": "2 d"}}
    made = tables(days=4, removal=removal, case={"giving_up": [{"after": "0 d", "rate": "10 % / d"}]})
    path = 0.5 ** np.exp(-np.arange(4) / 2)
    assert made.document_speed[0] / DOCUMENT_SPEED == pytest.approx(3 * path, rel=1e-4)
    assert made.giving_up_speed[0] / WORK * DAY == pytest.approx(0.1 * path, rel=1e-4)


def test_agreements_speed_documents_up_and_open_third_countries() -> None:
    removal = {
        "groups": {
            "near": {"share": "50 %", "document_speed": 2, "routes": {"air": 1}},
            "far": {"share": "50 %", "routes": {"air": 1}},
        },
        "routes": {
            "air": {"kind": "charter", "seats": 1},
            "bus": {"kind": "land", "seats": 1, "cost": "$12.50 / seat"},
        },
        "agreements": {
            "one": {"groups": ["near", "far"], "start": "2025-03-04", "end": "2025-03-06", "document_speed": 3},
            "two": {"groups": ["far"], "start": "2025-03-05", "document_speed": 2, "third_country_share": "25 %"},
        },
        "third_country": {"document": "3 d", "route": "bus"},
        "post_order_limit": "180 d",
    }
    made = tables(days=4, removal=removal)
    assert (made.document_speed / DOCUMENT_SPEED).tolist() == [[1, 3, 6, 2], [2, 6, 6, 2]]
    assert made.third_country_share.tolist() == [[0, 0, U31 // 4, U31 // 4], [0] * 4]
    assert made.third_country_route == 0
    assert made.seat_cents.tolist() == [1250, 0]
    assert made.post_order_limit_s.tolist() == [180 * DAY] * 4
    assert made.groups_on


def test_routes_carry_the_stated_seats_a_week() -> None:
    route = {"kind": "charter", "seats": 10, "departures": ["8 h", "16 h"], "weekday": WEEK}
    made = tables(days=14, removal={"groups": {"x": {"routes": {"air": 1}}}, "routes": {"air": route}})
    assert made.route_calendar[0].places.tolist() == [7] * 20


def test_clocks_run_by_source_weekday_class_and_stage() -> None:
    bond = {"rate": {"border": "7 % / d"}, "classes": ["discretionary"], "stages": ["case"]}
    made = tables(days=7, release={"clocks": {"bond": bond}, "weekday": {**WEEK, "sat": 2, "sun": 0}})
    row = vocabulary.CLOCK_REASONS.index("bond")
    unit = WORK / DAY * 0.07
    assert made.clock_speed[row, 2].tolist() == [*[round(unit)] * 5, round(2 * unit), 0]
    assert made.clock_speed.sum() == made.clock_speed[row, 2].sum()
    assert made.clock_runs[row].tolist() == [[0, 0, 0], [0, 1, 0]]
    assert made.clock_runs.sum() == 1


def test_clearance_covers_the_listed_reasons() -> None:
    clearance = {"reviewers": 4, "review": "1 d", "approval": "50 %"}
    made = tables(days=1, release={"clearance": clearance})
    covered = [reason for reason, needs in zip(vocabulary.EXIT_REASONS, made.needs_clearance, strict=True) if needs]
    assert covered == ["recognizance", "parole", "no_bed", "displaced"]
    assert (made.reviewers.tolist(), made.approval.tolist()) == ([4], [U31 // 2])
    everything = tables(days=1, release={"clearance": {**clearance, "reasons": "all"}})
    assert everything.needs_clearance.sum() == len(vocabulary.CLEARABLE)


@pytest.mark.parametrize("keys", [{}, RICH])
def test_every_table_is_whole_numbers_of_the_documented_shape(keys: dict[str, Any]) -> None:
    made = tables(**keys)
    sizes = {"D": made.days, "A": len(made.areas), "G": len(made.groups), "R": len(made.routes)}
    sizes |= {"P": len(made.place_names), "M": len(made.move_when), "MOVE_QUANTILES": rules.MOVE_QUANTILES}
    sizes |= {"L": len(made.rung_kind), "B": len(made.giving_up_after_s)}
    stated = r"^    (\w+): (?:Ints|AreaDays|PlaceDays)  # \(([^)]*)\)"
    for name, shape in re.findall(stated, inspect.getsource(Tables), re.MULTILINE):
        parts = [part.strip() for part in shape.split(",") if part.strip()]
        wanted = tuple(sizes[part] if part in sizes else int(part) for part in parts)
        found = getattr(made, name)
        assert found.dtype == np.int64, name
        assert found.shape == wanted, name


@pytest.mark.parametrize("stay_exit", ["removed", "other_agency"])
def test_mode_stay(stay_exit: str) -> None:
    made = tables(case={"mode": "stay", "stay": {"exponential": {"mean": "30 d"}}, "stay_exit": stay_exit})
    assert made.mode_stay
    assert vocabulary.EXIT_REASONS[made.stay_exit] == stay_exit


def test_a_removal_goal_is_that_of_the_window_without_rounding_by_day() -> None:
    assert tables(days=365, removal={"goal": "1,000,000 / yr"}).removal_goal_milli == 1_000_000_000
    assert tables(days=1, removal={}).removal_goal_milli == NONE
