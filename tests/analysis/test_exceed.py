"""The chance of passing a line."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from sim.analysis.exceed import chance_of, interval, parse_line
from sim.errors import InputError
from sim.measures import measure
from sim.measures.custody import Custody
from sim.pathway import play
from sim.people.draw import draw
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables
from sim.vocabulary import EMPTY

START = dt.date(2025, 5, 21)


def test_chances_by_date() -> None:
    """Four replications of three days: the day before the start does not count, nor does a cell without a value."""
    values = [np.array(row) for row in ([99, 1, 9, 1], [0, 9, 1, 9], [0, 1, 1, EMPTY], [0, 1, 1, 1])]
    found = chance_of(parse_line("held > 5"), START, values)
    assert (found.on_day.tolist(), found.by_then.tolist()) == ([1, 1, 1], [1, 2, 2])
    rows = list(found.rows("x"))
    assert rows[1][:5] == ("x", "held > 5", "2025-05-22", 4, 0.25) and rows[2][7] == 0.5
    assert found.sentence() == (
        "held > 5: in 2 of 4 replications (6.76 to 93.2 %, simulation noise only), first on 21 May 2025."
    )


@pytest.mark.parametrize(
    ("k", "n", "low", "high"), [(0, 10, 0, 0.3085), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1), (1, 1, 0.025, 1)]
)
def test_interval(k: int, n: int, low: float, high: float) -> None:
    """Published values of Clopper and Pearson's interval."""
    assert interval(k, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("held", '"held" is no line'),
        ("heald > 5", "no column of daily.csv: "),
        ("held > many", "--exceed: "),
        ("held == 5", "is no line"),
    ],
)
def test_what_is_no_line_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=r"^--exceed: ") as error:
        parse_line(text)
    assert said in str(error.value)


@pytest.mark.slow
def test_the_interval_of_few_replications_has_the_share_of_many() -> None:
    """40 replications against 400 others of a small world, a line that about half of them pass."""
    scenario = load("small-facility", ["days=12"]).scenario
    tables = build_tables(scenario)

    def held(replication: int) -> np.ndarray:
        people = draw(scenario, tables, 1, replication)
        return measure(Custody(tables, people, play(tables, people))).daily["held"]

    line = parse_line("held >= 84")
    few, many = (chance_of(line, START, [held(i) for i in each]) for each in (range(1, 41), range(41, 441)))
    low, high = interval(int(few.by_then[-1]), few.n)
    assert 0.1 < many.by_then[-1] / many.n < 0.9
    assert low < many.by_then[-1] / many.n < high
