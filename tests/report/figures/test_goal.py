"""The goal and arrests: what is drawn is what the files say."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

import pytest

from sim.formats import readable
from sim.report.figures import lines
from tests.report.figures.seen import drawn, file_series, line, means, summary, texts
from tests.report.figures.worlds import endless, less, nation, one_area


def test_days_means_and_goal_are_those_of_the_file():
    figure, days = lines.Goal().draw([nation()]), file_series("arrests_interior")
    assert line(figure, "a day") == pytest.approx(means(days))
    daily = list(means(days).values())
    running = line(figure, lines.MEAN)
    for i, date in enumerate(days):
        if i >= lines.WEEK - 1:
            assert running[date] == pytest.approx(fmean(daily[max(0, i - 27) : i + 1]))
    assert len(running) == len(days) - lines.WEEK + 1
    assert set(line(figure, "goal").values()) == {3000.0}


def test_the_band_runs_from_the_lowest_to_the_highest():
    days = file_series("arrests_interior")
    rows = {row["date"]: row for row in lines.Goal().draw([nation()]).data.where(series="a day").rows()}
    assert all((rows[date]["low"], rows[date]["high"]) == (min(cells), max(cells)) for date, cells in days.items())


def test_the_specification_has_the_numbers_of_the_table():
    figure = lines.Goal().draw([nation()])
    for series in ("a day", lines.MEAN, "goal"):
        wanted = line(figure, series)
        assert any(rows.keys() == wanted.keys() and rows == pytest.approx(wanted, rel=1e-5) for rows in drawn(figure))


def test_words_have_the_numbers_of_the_summary():
    said = lines.Goal().draw([nation()]).says
    for measure in ("arrests_interior", "arrest_goal"):
        assert readable(float(summary(measure)["mean"])) in said
    assert "from 21 May 2025 to the end" in said


def test_several_results_share_a_goal_only_if_it_is_the_same():
    assert texts(lines.Goal().draw([nation(), nation()])).count("goal") == 1
    assert {"goal 3,000", "goal 1,000"} <= set(texts(lines.Goal().draw([nation(), replace(less(), name="other")])))


def test_without_a_goal_there_is_no_figure():
    assert lines.Goal().draw([one_area()]) is None and lines.Goal().draw([endless(), one_area()]) is None
    assert "without a goal" in lines.Goal().draw([nation(), one_area()]).says
