"""The shortfall by cause."""

from __future__ import annotations

from sim.formats import readable
from sim.report.figures import bars
from sim.vocabulary import Cause
from tests.report.figures.seen import summary, texts
from tests.report.figures.worlds import less, nation, one_area


def test_causes_are_those_of_the_summary_and_add_up():
    rows = bars.shortfall([nation()]).data.rows()
    for row in rows:
        known = summary(row["measure"])
        assert row["mean"] == float(known["mean"])
        assert row["low"] == (float(known["ci_low"]) if known["ci_low"] != known["ci_high"] else None)
    assert abs(sum(row["mean"] for row in rows) - float(summary("arrest_shortfall")["mean"])) < 1e-6


def test_the_largest_cause_is_said():
    figure = bars.shortfall([nation()])
    assert f"{readable(float(summary('arrest_shortfall')['mean']))} interior arrests fewer" in figure.says
    assert "because officers could not" in figure.says
    assert Cause.OFFICERS.row.words in texts(figure)


def test_more_arrests_than_asked_for_are_no_shortfall():
    figure = bars.shortfall([less()])
    beyond = -less().mean("arrest_shortfall")
    assert (f"{readable(beyond)} interior arrests more than asked for" in figure.says) == (beyond >= 0)


def test_without_a_goal_there_is_no_figure():
    assert bars.shortfall([one_area()]) is None
