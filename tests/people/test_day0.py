from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.scenario.world.tables import DOCUMENT_SPEED
from sim.vocabulary import SECONDS_PER_DAY, Stage
from tests.people.worlds import people, scenario

DAY = SECONDS_PER_DAY
BANDS = [
    {"low": "0 d", "high": "30 d", "share": "60 %"},
    {"low": "30 d", "high": "180 d", "share": "30 %"},
    {"low": "180 d", "high": "400 d", "share": "10 %"},
]


def world(held: int = 5000, case: Any = None, **day0: Any) -> Any:
    keys: dict[str, Any] = {"people": {"day0": {"held": held, **day0}}}
    return scenario(**keys, **({} if case is None else {"case": case}))


def stages_of(table: Any) -> set[int]:
    return set(table.stage0.tolist())


def test_people_are_spread_over_areas_as_stated_to_within_two() -> None:
    areas = {"ATL": "60 %", "BOS": "30 %", "CHI": "10 %"}
    keys = {"areas": dict.fromkeys(areas, ""), "people": {"day0": {"held": 5000, "areas": areas}}}
    for replication in range(3):
        counts = np.bincount(people(scenario(**keys), replication=replication).area)
        assert np.abs(counts - [3000, 1500, 500]).max() <= 3


def test_sources_and_tracks_follow_their_shares() -> None:
    tracks = {"border": {"expedited": "80 %", "final_order": "20 %"}}
    table = people(world(sources={"border": "75 %", "at_large": "25 %"}, tracks=tracks))
    border = table.source == 2
    assert border.mean() == pytest.approx(0.75, abs=0.03)
    assert (table.track[border] == 1).mean() == pytest.approx(0.8, abs=0.03)
    assert (table.track[~border] == 0).all()


def test_time_served_is_uniform_within_its_bands() -> None:
    served = -people(world(time_served=BANDS)).t
    share = [(served < 30 * DAY).mean(), ((served >= 30 * DAY) & (served < 180 * DAY)).mean()]
    assert share == pytest.approx([0.6, 0.3], abs=0.03)
    assert stats.kstest(served[served < 30 * DAY] / (30 * DAY), "uniform").pvalue > 0.01
    assert 180 * DAY <= served[served >= 180 * DAY].min() < served.max() < 400 * DAY


def test_without_bands_people_have_just_arrived() -> None:
    assert set(people(world(5)).t.tolist()) == {-1}


def test_long_stayers_have_stage_weights_of_their_own() -> None:
    usual, late = {"preparing": "50 %", "docket": "50 %"}, {"seat_line": "100 %"}
    removal = {"groups": {"x": {"routes": {"air": 1}}}, "routes": {"air": {"kind": "charter", "seats": 1}}}
    day0 = {
        "held": 3000,
        "time_served": BANDS,
        "stages": {"final_order": usual},
        "long_stayer_stages": {"final_order": late},
    }
    docket = {"dockets": {"one": {"areas": ["A"], "judges": 1}}}
    table = people(scenario(people={"day0": day0}, case=docket, removal=removal))
    is_long = -table.t >= 180 * DAY
    assert (table.stage0[is_long] == Stage.SEAT_LINE).all()
    assert (table.stage0[~is_long] == Stage.DOCKET).mean() == pytest.approx(0.5, abs=0.03)
    assert (table.left_s[table.stage0 != Stage.PREPARING] == -1).all()


def test_what_is_left_of_a_stay_is_the_residual_law_of_the_time_served() -> None:
    stay = {"uniform": {"low": "0 d", "high": "100 d"}}
    bands = [{"low": "40 d", "high": "40 d", "share": "100 %"}]
    table = people(world(time_served=bands, case={"mode": "stay", "stay": stay}))
    assert stages_of(table) == {Stage.STAY}
    assert stats.kstest(table.left_s / (60 * DAY), "uniform").pvalue > 0.01


def test_an_exponential_stage_has_its_whole_law_left() -> None:
    case = {"preparing": {"final_order": {"exponential": {"mean": "10 d"}}}}
    table = people(world(time_served=BANDS, case=case))
    assert stages_of(table) == {Stage.PREPARING}
    assert stats.kstest(table.left_s / (10 * DAY), "expon").pvalue > 0.01


def test_a_document_has_work_left_by_group() -> None:
    removal = {
        "groups": {
            "slow": {"share": "50 %", "document": "90 d", "routes": {"air": 1}},
            "fast": {"share": "50 %", "document": "2 d", "routes": {"air": 1}},
        },
        "routes": {"air": {"kind": "charter", "seats": 1}},
    }
    day0 = {
        "held": 2000,
        "stages": {"final_order": {"document": 1}},
        "time_served": [{"low": "1 d", "high": "1 d", "share": 1}],
    }
    table = people(scenario(people={"day0": day0}, case={}, removal=removal))
    left_days = table.left_s / DOCUMENT_SPEED / DAY
    for group, days in enumerate((2, 90)):  # of equal shares the first by name
        some = left_days[table.group == group]
        assert days - 1 <= some.min() <= some.max() <= days
        assert some.mean() == pytest.approx(days - 0.5, abs=0.05)


@pytest.mark.parametrize(
    ("stage", "case", "expected"),
    [
        ("docket", None, Stage.DOCUMENT),  # no case stage: an order at once
        ("docket", {}, Stage.ADJOURNED),  # no docket serves the area: a hearing at once
        ("screening_line", {}, Stage.PREPARING),
        ("seat_line", {}, Stage.DOCUMENT),  # nothing is waited for after the order
    ],
)
def test_a_line_that_is_not_modelled_is_left_at_once(stage: str, case: Any, expected: Stage) -> None:
    table = people(world(20, case, stages={"final_order": {stage: "100 %"}}, time_served=BANDS))
    assert stages_of(table) == {expected}
    assert set(table.left_s.tolist()) == {0}


def test_without_a_case_stage_documents_have_been_waited_for_since_the_arrest() -> None:
    removal = {
        "groups": {"x": {"document": {"uniform": {"low": "0 d", "high": "50 d"}}, "routes": {"air": 1}}},
        "routes": {"air": {"kind": "charter", "seats": 1}},
    }
    day0 = {"held": 2000, "time_served": [{"low": "30 d", "high": "30 d", "share": 1}]}
    table = people(scenario(people={"day0": day0}, removal=removal))
    assert stages_of(table) == {Stage.DOCUMENT}
    assert stats.kstest(table.left_s / DOCUMENT_SPEED / (20 * DAY), "uniform").pvalue > 0.01


def test_day_0_people_are_past_intake() -> None:
    keys = {"people": {"day0": {"held": 50}, "sources": {"border": {"intake": {"parole": "100 %"}}}}}
    table = people(scenario(**keys, intake={"processing": "5 h"}))
    assert set(table.intake.tolist()) == {0}
    assert set(table.processing_s.tolist()) == {0}
    assert set(table.height.tolist()) == {-1}


def test_the_time_spent_in_a_stage_is_less_than_the_time_served() -> None:
    """Preparing takes 0 to 100 d; 40 d were served, 0 to 40 of them in it: 40 d are left on average, up to 100."""
    case = {"preparing": {"final_order": {"uniform": {"low": "0 d", "high": "100 d"}}}}
    bands = [{"low": "40 d", "high": "40 d", "share": "100 %"}]
    table = people(world(time_served=bands, case=case))
    assert table.left_s.mean() / DAY == pytest.approx(40, abs=2)
    assert table.left_s.max() > 80 * DAY
