"""Dollars since the start, a day, and by account."""

from __future__ import annotations

import pytest

from sim.formats import readable
from sim.report.figures import bars, lines
from tests.report.figures.seen import file_series, line, means, summary, texts
from tests.report.figures.worlds import nation, one_area


def test_dollars_are_those_of_the_file():
    figure = lines.Money().draw([nation()])
    assert line(figure, lines.SINCE) == pytest.approx(means(file_series("cost_usd_cumulative")))
    daily = means(file_series("cost_usd"))
    assert line(figure, lines.A_DAY)["2025-06-29"] == pytest.approx(sum(list(daily.values())[-28:]) / 28)
    assert f"{readable(float(summary('funds_usd_total')['mean']), 'USD')} funded" in figure.says


def test_the_side_counts_in_millions():
    assert "million dollars since the start" in texts(lines.Money().draw([nation()]))
    assert max(line(lines.Money().draw([nation()]), lines.SINCE).values()) < 1e9


def test_what_is_funded_squashes_no_line():
    top = max(line(lines.Money().draw([nation()]), lines.SINCE).values())
    assert float(summary("funds_usd_total")["mean"]) not in lines.Money().draw([nation()]).data["mean"] and top > 0


def test_accounts_are_those_of_the_summary_and_add_up():
    rows = bars.accounts([nation()]).data.rows()
    assert all(row["mean"] == float(summary(row["measure"])["mean"]) for row in rows)
    assert sum(row["mean"] for row in rows) == pytest.approx(float(summary("cost_usd_total")["mean"]))
    assert "custody: beds" in texts(bars.accounts([nation()]))


def test_where_nothing_has_a_price_there_is_no_figure():
    assert lines.Money().draw([one_area()]) is None and bars.accounts([one_area()]) is None
    assert "one-facility: Nothing has a price." in lines.Money().draw([nation(), one_area()]).says
