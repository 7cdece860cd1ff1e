"""Exits by reason and month."""

from __future__ import annotations

import pytest

from sim.report.figures import exits
from sim.vocabulary import EXIT_REASONS
from tests.report.figures.seen import file_rows, texts
from tests.report.figures.worlds import nation, one_area

DAYS = {"2025-05": 11, "2025-06": 29}


def test_every_reason_has_words_in_the_order_of_the_names():
    assert tuple(exits.REASONS) == EXIT_REASONS


def test_people_a_day_are_those_of_the_file():
    total = {}
    for row in file_rows("exits.csv"):
        total[row["exit"], row["month"]] = total.get((row["exit"], row["month"]), 0) + int(row["people"])
    seen = 0
    for row in exits.draw([nation()]).data.rows():
        month = row["date"][:7]
        people = total.get((row["series"], month), 0) / 3
        assert row["people"] == pytest.approx(people) and row["mean"] == pytest.approx(people / DAYS[month])
        assert row["days"] == DAYS[month]
        seen += row["people"] * 3
    assert seen == pytest.approx(sum(total.values()))


def test_reasons_are_layers_on_one_scale_removals_first():
    figure = exits.draw([nation()])
    there = list(dict.fromkeys(figure.data["series"]))
    assert there[0] == "removed" and set(there) <= set(EXIT_REASONS)
    layers = list(exits._layers(figure.data, there))
    assert [line.label for line in layers][:2] == [exits.SHORT[one] for one in there[:2]]
    last = [line.rows[-1] for line in layers]
    assert [row["low"] for row in last] == pytest.approx([0.0, *(row["high"] for row in last[:-1])])
    month = last[0]["date"]
    everybody = sum(row["mean"] for row in figure.data.rows() if row["date"] == month)
    assert last[-1]["high"] == pytest.approx(everybody)
    assert "other reasons" in " ".join(texts(figure)).replace("\n", " ")


def test_reasons_of_one_result_are_zero_in_the_other():
    rows = exits.draw([one_area(), nation()]).data.where(scenario="one-facility", series="bond").rows()
    assert rows and all(row["people"] == 0 for row in rows)
    assert set(exits.draw([one_area()]).data["series"]) == {"removed"}
