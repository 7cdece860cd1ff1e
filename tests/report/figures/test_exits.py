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
        people = total.get((row["series"], month), 0) / 2
        assert row["people"] == people and row["mean"] == pytest.approx(people / DAYS[month])
        assert row["days"] == DAYS[month]
        seen += row["people"] * 2
    assert seen == sum(total.values())


def test_panels_stand_in_the_order_of_the_names():
    there = list(dict.fromkeys(exits.draw([nation()]).data["series"]))
    assert there == [reason for reason in EXIT_REASONS if reason in there]
    shown = [text for text in texts(exits.draw([nation()])) if text in exits.REASONS.values()]
    assert shown == [exits.REASONS[reason] for reason in there]


def test_reasons_of_one_result_are_zero_in_the_other():
    rows = exits.draw([one_area(), nation()]).data.where(scenario="one-facility", series="bond").rows()
    assert rows and all(row["people"] == 0 for row in rows)
    assert set(exits.draw([one_area()]).data["series"]) == {"removed"}
