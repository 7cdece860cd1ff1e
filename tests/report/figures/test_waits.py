"""Waiting times."""

from __future__ import annotations

import pytest

from sim.formats import readable
from sim.report.figures import bars
from tests.report.figures.seen import file_series, summary, texts
from tests.report.figures.worlds import endless, nation, one_area


@pytest.mark.parametrize("measure", bars.WAITS)
def test_waits_are_those_of_the_summary_in_hours(measure):
    rows, known = bars.waits([nation()]).data.where(measure=measure).rows(), summary(measure)
    if not known["mean"] or not float(known["mean"]):
        assert not rows
        return
    per = 24 if known["unit"] == "d" else 1
    assert rows[0]["mean"] == pytest.approx(float(known["mean"]) * per)
    if known["ci_low"] != known["ci_high"]:
        assert rows[0]["low"] == pytest.approx(float(known["ci_low"]) * per)


def test_the_95th_percentile_is_said_where_it_is_known():
    row, known = (
        bars.waits([nation()]).data.where(measure="bed_wait_hours_all_mean").rows()[0],
        summary("bed_wait_hours_p95"),
    )
    assert row["p95"] == float(known["mean"])
    assert f"{bars.spelled(float(known['mean']))} for a bed" in bars.waits([nation()]).alternative


def test_who_still_waits_stands_beside_the_waits_that_ended():
    figure = bars.waits([nation()])
    (row,) = figure.data.where(measure="hearing_wait_days_all_mean").rows()
    last = [cells for _, cells in sorted(file_series("docket_pending").items())][-1]
    assert row["waiting_at_end"] == pytest.approx(sum(last) / len(last))
    assert any(f"{readable(round(row['waiting_at_end']))} still wait" in text for text in texts(figure))
    assert "those still waiting included" in figure.says


def test_waits_are_minutes_where_hours_are_small():
    assert [bars.spelled(hours) for hours in (0.3, 2.56, 72.0)] == ["18 minutes", "2.56 hours", "3 days"]
    assert bars.spelled(44.0, 72.0) == "1.83 days"


def test_nobody_waits_where_nothing_is_short():
    assert bars.waits([endless()]) is None
    several = bars.waits([endless(), one_area()])
    assert "for a bed" in several.says and "endless" not in several.says
