"""Common random numbers: what a scenario changes for somebody, and that it changes nobody else."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

import numpy as np
import pytest

from sim import vocabulary
from sim.people import draw
from sim.scenario.world.tables import build_tables
from sim.vocabulary import SECONDS_PER_DAY
from tests.people.worlds import RICH, columns, differing, people, scenario


def changed(**keys: Any) -> dict[str, Any]:
    """RICH with keys of its stages replaced."""
    tree = copy.deepcopy(RICH)
    for stage, values in keys.items():
        tree[stage] = {**tree.get(stage, {}), **values}
    return tree


@pytest.fixture(scope="module")
def base() -> Any:
    return people(scenario(**RICH))


def test_the_same_seed_draws_the_same_people(base: Any) -> None:
    assert differing(base, people(scenario(**RICH))) == []


@pytest.mark.parametrize("at_once", [1, 30, 10**6])
def test_people_drawn_in_parts_are_the_same(base: Any, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(draw, "_AT_ONCE", at_once)
    made = scenario(**RICH)
    stream = draw.Stream(made, build_tables(made), 1, 0)
    who = stream.who
    parts = list(stream.parts())
    whole = columns(base)
    for part in parts:
        again = np.where(part.people.again >= 0, part.rows[part.people.again], -1)
        assert np.array_equal(again, base.again[part.rows])
        for name, column in columns(part.people).items():
            assert name == "again" or np.array_equal(column, whole[name][..., part.rows]), name
    assert np.array_equal(np.sort(np.concatenate([part.rows for part in parts])), np.arange(len(base)))
    assert (len(parts) == 1) == (at_once > len(base))
    assert all(np.array_equal(column, getattr(base, name)) for name, column in vars(who).items())
    assert len(stream) == len(base) and stream.earliest == base.earliest
    assert np.array_equal(stream.by_area(3), base.by_area(3))


def test_every_machine_draws_the_same_people(base: Any) -> None:
    """A hash of a whole table; if it differs on a machine, so would its results."""
    hashed = hashlib.sha256()
    for name, column in sorted(columns(base).items()):
        hashed.update(name.encode())
        hashed.update(column.astype("<i8").tobytes())
    assert hashed.hexdigest()[:16] == "a74f38bea3b7eae6"


def test_columns_are_whole_numbers_of_equal_length(base: Any) -> None:
    for name, column in columns(base).items():
        assert column.dtype == np.int64, name
        assert column.shape[-1] == len(base), name
    assert base.clock_work.shape[0] == 5
    assert base.approval_u.shape[0] == 7


def test_rows_are_in_order_of_number_and_within_the_window(base: Any) -> None:
    assert (np.diff(base.number) > 0).all()
    assert base.number.max() < 2**48
    assert base.t.max() < 20 * SECONDS_PER_DAY


@pytest.mark.parametrize(("seed", "replication"), [(2, 0), (1, 1)])
def test_another_seed_or_replication_draws_other_people(base: Any, seed: int, replication: int) -> None:
    other = people(scenario(**RICH), seed, replication)
    same = sum(np.isin(other.giving_up_work, base.giving_up_work))
    assert same == 0


def test_a_batch_of_one_changes_nobody_else_by_a_cell(base: Any) -> None:
    one = {"date": "2025-03-06", "area": "BOS", "people": 1}
    more = people(scenario(**changed(arrests={"batches": [one]})))
    assert differing(base, more, leave_out=("again",)) == []
    assert len(more) - len(base) in (1, 2)  # the one, and perhaps that person's re-arrest


def test_re_arrests_stand_behind_the_people_they_belong_to(base: Any) -> None:
    first = np.flatnonzero(base.again >= 0)
    again = base.again[first]
    assert len(again) == pytest.approx(0.1 * (base.t != vocabulary.EMPTY).sum(), rel=0.4)
    assert (base.number[again] - base.number[first] == (1 << 14) << 32).all()
    assert (base.t[again] == vocabulary.EMPTY).all()
    for name in ("source", "area", "criminality", "custody", "group", "track"):
        column = columns(base)[name]
        assert np.array_equal(column[again], column[first]), name
    assert (base.again[again] == -1).all()
    assert (base.giving_up_work[again] != base.giving_up_work[first]).all()
    assert (base.again_after_s[first] > 0).any()


def test_one_more_person_on_day_0_changes_nobody_else(base: Any) -> None:
    tree = changed()
    tree["people"]["day0"]["held"] += 1
    assert differing(base, people(scenario(**tree)), leave_out=("again",)) == []


def test_a_higher_goal_draws_the_same_candidates(base: Any) -> None:
    assert differing(base, people(scenario(**changed(arrests={"goal": "3000 / d"})))) == []


def test_more_officers_make_the_same_people_come_earlier(base: Any) -> None:
    tree = changed()
    tree["arrests"]["sources"]["at_large"]["officers"] = 200
    assert differing(base, people(scenario(**tree)), leave_out=("again",)) == ["t"]


def test_another_area_changes_nobody(base: Any) -> None:
    tree = changed()
    tree["areas"]["NYC"] = "New York"
    assert differing(base, people(scenario(**tree)), leave_out=("again",)) == []


def test_a_longer_horizon_begins_with_the_same_people(base: Any) -> None:
    longer = people(scenario(**{**RICH, "days": 33}))
    assert differing(base, longer, leave_out=("again",)) == []
    assert len(longer) > len(base)


def test_a_new_rule_changes_no_other_column(base: Any) -> None:
    clearance = {"reviewers": 3, "review": {"exponential": {"mean": "2 d"}}}
    more = people(scenario(**changed(release={"clearance": clearance})))
    assert differing(base, more) == ["review_s"]


def test_attributes_have_the_stated_shares() -> None:
    tree = changed(arrests={"goal": "1500 / d"})
    tree["arrests"]["sources"] = {"at_large": {}}
    table = people(scenario(**tree))
    here = (table.t >= 0) & (table.source == 0)
    assert np.bincount(table.criminality[here]) / here.sum() == pytest.approx([0.3, 0.3, 0.4], abs=0.015)
    assert np.bincount(table.track[here]) / here.sum() == pytest.approx([0.2, 0.3, 0.45, 0.05], abs=0.015)
    assert np.bincount(table.group[here]) / here.sum() == pytest.approx([0.7, 0.3], abs=0.015)
    assert np.bincount(table.hearings[here])[1:] / here.sum() == pytest.approx([0.5, 0.3, 0.2], abs=0.015)
    assert (table.appeal_s[here] >= 0).mean() == pytest.approx(0.2, abs=0.015)
    for criminality, share in enumerate((0.7, 0.3, 0.1)):
        some = here & (table.criminality == criminality)
        assert (table.custody[some] == 0).mean() == pytest.approx(share, abs=0.02)
    near = here & (table.group == 0)
    assert (table.route[near] == 0).mean() == pytest.approx(0.6, abs=0.02)
    assert (table.route[here & (table.group == 1)] == 1).all()


def test_clocks_are_unit_exponential_work(base: Any) -> None:
    work = base.clock_work / 2**40
    assert work.mean() == pytest.approx(1.0, abs=4 / np.sqrt(work.size))
    assert (work > 1).mean() == pytest.approx(np.exp(-1), abs=0.05)


def test_only_interior_candidates_have_a_height(base: Any) -> None:
    candidate = (base.t >= 0) & (base.source < 2)
    assert (base.height[candidate] >= 0).all()
    assert (base.height[~candidate] == -1).all()
    assert base.height[candidate].mean() / 2**52 == pytest.approx(0.5, abs=0.05)


def test_times_of_a_law_by_code_go_to_the_people_of_that_code(base: Any) -> None:
    track = {word: base.preparing_s[base.track == code] for code, word in enumerate(vocabulary.TRACKS)}
    assert (track["final_order"] == 0).all()
    assert track["expedited"].min() >= SECONDS_PER_DAY
    assert track["expedited"].max() <= 9 * SECONDS_PER_DAY
    assert track["proceedings"].mean() == pytest.approx(6 * SECONDS_PER_DAY, rel=0.2)


def test_an_empty_scenario_has_nobody() -> None:
    assert len(people(scenario())) == 0
