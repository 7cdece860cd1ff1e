"""Differences from the baseline."""

from __future__ import annotations

from dataclasses import replace

import pytest

import sim
from sim.analysis.compare import compare_tables
from sim.report.figures import difference, draw_all
from tests.report.figures.seen import texts
from tests.report.figures.worlds import NATION, less, nation, nation_run, one_area


@pytest.fixture(scope="module")
def other():
    """The nation with its usual goal, in the same replications."""
    return sim.run("may-2025-1000", set={"days": NATION["days"]}, reps=2, engine="compiled")


def test_differences_are_those_of_compare(other):
    figure = difference.draw(compare_tables([nation(), replace(other.tables, name="usual")]))
    known = sim.compare(nation_run(), other).differences
    for row in figure.data.rows():
        (compared,) = known.where(measure=row["measure"]).rows()
        assert row["difference"] == pytest.approx(compared["difference"])
        assert (row["low"], row["high"]) == pytest.approx((compared["ci_low"], compared["ci_high"]))
        assert row["percent"] == pytest.approx(100 * compared["difference"] / compared["baseline_mean"])
    assert "paired by number" in figure.covers
    assert {"interior arrests", "people removed"} <= set(texts(figure))


def test_measures_that_add_up_are_left_out_where_windows_differ():
    measures = set(difference.draw(compare_tables([nation(), one_area()])).data["measure"])
    assert "held_mean" in measures and not {"removals", "cost_usd_total"} & measures


def test_other_seeds_are_not_paired():
    seeded = replace(nation(), name="other", manifest={**nation().manifest, "seed": 2})
    moved = replace(less(), manifest={**less().manifest, "seed": 2})
    assert difference.draw(compare_tables([nation(), seeded])) is None
    assert "independent" in difference.draw(compare_tables([nation(), moved])).covers


def test_one_replication_gives_a_difference_without_an_interval():
    once = difference.draw(compare_tables([less(), replace(less(), name="again")]))
    assert once is None
    rows = difference.draw(compare_tables([nation(), replace(less(), name="once")])).data.rows()
    assert rows and all(row["low"] is None for row in rows)


def test_a_single_result_differs_from_nothing():
    assert [figure for figure in draw_all([nation()]) if figure.key == "difference"] == []
