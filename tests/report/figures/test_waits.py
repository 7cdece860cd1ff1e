"""Waiting times."""

from __future__ import annotations

import pytest

from sim.report.figures import waits
from tests.report.figures.seen import summary, texts
from tests.report.figures.worlds import endless, nation, one_area


@pytest.mark.parametrize("measure", waits.WAITS)
def test_waits_are_those_of_the_summary_in_hours(measure):
    rows, known = waits.draw([nation()]).data.where(measure=measure).rows(), summary(measure)
    if not known["mean"] or not float(known["mean"]):
        assert not rows
        return
    per = 24 if known["unit"] == "d" else 1
    assert rows[0]["mean"] == pytest.approx(float(known["mean"]) * per)
    if known["ci_low"] != known["ci_high"]:
        assert rows[0]["low"] == pytest.approx(float(known["ci_low"]) * per)


def test_the_95th_percentile_is_written_where_it_is_known():
    row, known = (
        waits.draw([nation()]).data.where(measure="bed_wait_hours_mean").rows()[0],
        summary("bed_wait_hours_p95"),
    )
    assert row["p95"] == float(known["mean"])
    assert any(f"(95 % under {float(known['mean']):.3g})" in text for text in texts(waits.draw([nation()])))


def test_nobody_waits_where_nothing_is_short():
    assert waits.draw([endless()]) is None
    several = waits.draw([endless(), one_area()])
    assert "for a bed" in several.says and "endless" not in several.says
