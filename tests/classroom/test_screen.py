"""What a screen is made of: predictions, numbers, comparisons; nobody's words become markup."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sim.classroom import drawing, screen
from sim.classroom.controls import Slider
from sim.classroom.earlier import Earlier

NASTY = "<script>alert(1)</script>"
BEDS = Slider("beds", "Beds", "beds", 60, 130, 1, 90, "Somebody **pays**.", {"beds.contracted": "{}"})


def form(**written: str) -> Any:
    return SimpleNamespace(value={"guess": "", "why": ""} | written)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12.0),
        (" 1,200.5 h", 1200.5),
        ("1 200", 1200.0),
        ("about 3 hours", 3.0),
        ("-4", -4.0),
        ("no idea", None),
        ("", None),
    ],
)
def test_a_prediction_is_the_first_number_written(text: str, number: float | None) -> None:
    assert screen.guessed({"guess": text}) == number


def test_nothing_is_shown_of_a_prediction_that_was_not_made() -> None:
    assert screen.guessed(None) is None
    assert screen.written_down(SimpleNamespace(value=None), "hours", 1.0).text == ""


def test_a_prediction_is_shown_beside_what_came_out_as_text() -> None:
    text = screen.written_down(form(guess="10", why=NASTY), "hours", 52.34).text
    assert "<b>10 hours</b>" in text and "<b>52.3 hours</b>" in text
    assert "<script" not in text and "&lt;script&gt;" in text


def test_a_card_has_the_mean_and_the_lowest_and_highest() -> None:
    text = screen.cards([screen.Number("Wait", "hours", [1.0, 2.0, float("nan"), 6.0])], 4).text
    assert "<b>3 <small>hours</small></b><i>1 to 6</i>" in text
    assert "lowest to highest of 4 replications, which differ only by chance" in text


def test_one_replication_says_that_chance_is_not_shown() -> None:
    assert "variation by chance is not shown" in screen.cards([screen.Number("Wait", "hours", [1.0])], 1).text


def test_runs_are_compared_the_last_first_with_a_bar_by_the_largest() -> None:
    earlier = Earlier()
    earlier.add({"beds": 90}, {"Wait": 50.0, "Held": 86.0})
    earlier.add({"beds": 105}, {"Wait": 5.0, "Held": 87.0})
    text = screen.comparison(earlier, [BEDS], "").text
    assert text.index("105 beds") < text.index("90 beds")
    assert "2 (this)" in text and "width: 10%" in text and "width: 100%" in text and "<td>87</td>" in text


def test_an_empty_comparison_has_no_rows() -> None:
    assert "<td" not in screen.comparison(Earlier(), [BEDS], "").text


def test_a_note_on_a_link_is_text() -> None:
    start = screen.Start({"beds": 90}, [NASTY])
    text = screen.panel([BEDS], {"beds": "slider"}, "button", start).text
    assert "<script" not in text and "&lt;script&gt;" in text
    assert "What would I have to believe?" in text and "<strong>pays</strong>" in text


def test_a_picture_keeps_words_of_data_as_text() -> None:
    spec = {"data": {"name": "rows"}, "mark": "text", "encoding": {"text": {"field": "word"}}}
    drawn = drawing.picture(spec, {"rows": [{"word": NASTY}]}, f'"{NASTY}"')
    assert "<script" not in drawn and drawn.count("&lt;script&gt;") == 2


def test_a_picture_is_drawn_of_the_rows_it_is_given_each_time() -> None:
    spec = {"data": {"name": "rows"}, "mark": "text", "encoding": {"text": {"field": "word"}}}
    first, second = (drawing.picture(spec, {"rows": [{"word": word}]}, "a word") for word in ("before", "after"))
    assert "before" in first and "before" not in second and "after" in second
