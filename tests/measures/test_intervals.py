"""Mean, standard deviation and Student interval."""

from __future__ import annotations

import pytest

from sim.measures.intervals import estimate, student
from sim.vocabulary import MEASURES


def test_published_student_quantiles():
    assert [round(student(df), 3) for df in (1, 2, 5, 10, 30)] == [12.706, 4.303, 2.571, 2.228, 2.042]
    assert round(student(10, 0.99), 3) == 3.169


def test_interval_by_hand():
    e = estimate([1, 2, 3], "people")
    half = 4.302652729749464 * 1 / 3**0.5
    assert (e.mean, e.sd, e.n) == (2.0, 1.0, 3)
    assert (e.low, e.high) == (pytest.approx(2 - half), pytest.approx(2 + half))


def test_an_interval_ends_where_its_measure_does():
    """[0, 0, 3] is 1 ± 4.3; the half-width stays that of the Student interval."""
    e = estimate([0, 0, 3], "people", MEASURES["releases"].bounds)
    assert (e.low, e.high, e.half_width) == (0.0, pytest.approx(5.303, abs=1e-3), pytest.approx(4.303, abs=1e-3))
    assert estimate([0, 0, 1], "1", (0.0, 1.0)).high == 1.0
    assert estimate([0, 0, 3], "people", MEASURES["arrest_shortfall"].bounds).low == pytest.approx(-3.303, abs=1e-3)


def test_two_replications_have_no_interval():
    e = estimate([1, 2], "people")
    assert (e.mean, e.low, e.high, e.half_width) == (1.5, None, None, None) and e.sd is not None


def test_undefined_values_are_left_out():
    assert estimate([None, 4.0, None], "d") == estimate([4.0], "d")
    assert estimate([4.0], "d").sd is None and estimate([4.0], "d").low is None
    assert estimate([None], "d").mean is None and estimate([], "d").n == 0


@pytest.mark.parametrize(
    ("words", "typical"),
    [
        (["beds", "courts", "courts"], "courts"),
        (["beds", "courts", "courts", None], None),
        (["seats", "beds"], None),
        (["a", "b", "b", "b", "c"], "b"),
        (["c", "b", "c", None, "c"], "c"),
        (["beds", None, None], None),
    ],
)
def test_a_word_is_that_of_more_than_half_of_all(words, typical):
    found = estimate(words, "text")
    assert (found.mean, found.low, found.n) == (typical, None, sum(word is not None for word in words))


def test_a_date_is_the_median_with_never_as_the_latest():
    dates = [f"2025-03-{day:02}" for day in (9, 2, 5, 7)]
    assert estimate(dates, "text").mean == "2025-03-05"
    assert estimate([*dates, None], "text").mean == "2025-03-07"
    assert estimate([*dates, None, None, None], "text").mean == "2025-03-09"
    assert estimate([*dates, None, None, None, None], "text").mean is None
