"""What a student can set, and the link that carries it."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from sim.classroom.controls import Choice, Control, Slider, defaults, from_link, held, link, scenario_sets

BEDS = Slider("beds", "Beds", "beds", 60, 130, 1, 90, "", {"beds.contracted": "{}"})
RATE = Slider("rate", "Arrests", "a day", 0.5, 3, 0.1, 2, "", {"arrests.sources.border.rate": "{} / d"})
STAY = Slider("stay", "Stay", "days", 15, 75, 1, 45, "", {"case.stay": "{exponential: {mean: {} d}}"})
RUNG = Choice("rung", "Rung", "wait", "", {"wait": {"beds.ladder": "[wait]"}, "release": {"beds.ladder": "[release]"}})
CONTROLS: tuple[Control, ...] = (BEDS, RATE, STAY, RUNG)


def test_a_link_carries_the_settings_there_and_back() -> None:
    settings = {"beds": 105, "rate": 1.3, "stay": 20, "rung": "release"}
    assert link(settings) == "?beds=105&rate=1.3&stay=20&rung=release"
    assert from_link(CONTROLS, dict(parse_qsl(link(settings)[1:]))) == (settings, [])


def test_what_a_link_does_not_say_stands_at_its_default() -> None:
    assert from_link(CONTROLS, {"other": "1"}) == (defaults(CONTROLS), [])


@pytest.mark.parametrize(
    "bad", ["131", "59.9", "nan", "inf", "-inf", "1e400", "", "two", "0x50", "<b>90</b>", "9" * 400, "90; drop"]
)
def test_a_value_that_does_not_fit_falls_back_with_a_note(bad: str) -> None:
    settings, notes = from_link(CONTROLS, {"beds": bad, "rate": "1"})
    assert settings == {**defaults(CONTROLS), "rate": 1}
    assert notes == ["Beds: the link has no fit value (fit: 60 to 130 beds); it starts at 90 beds."]


def test_a_word_that_is_no_choice_falls_back_without_being_repeated() -> None:
    settings, notes = from_link(CONTROLS, {"rung": "<script>"})
    assert settings["rung"] == "wait" and "script" not in notes[0] and "wait, release" in notes[0]


@pytest.mark.parametrize(("given", "stands"), [("1.26", 1.3), ("0.5", 0.5), ("3", 3), ("2.0000001", 2)])
def test_a_value_of_a_link_goes_to_the_nearest_step(given: str, stands: float) -> None:
    assert from_link(CONTROLS, {"rate": given})[0]["rate"] == stands


@pytest.mark.parametrize(
    ("sent", "played"),
    [(105, 105), (60.4, 60), (131, 90), (-1, 90), (1e6, 90), (float("nan"), 90), ("NaN", 90), (None, 90), ([1], 90)],
)
def test_a_value_that_a_program_sends_is_held_within_the_slider(sent: object, played: float) -> None:
    assert held(BEDS, sent) == played


def test_a_choice_that_a_program_sends_is_one_of_its_words() -> None:
    assert [held(RUNG, sent) for sent in ("release", "jump", 3, None)] == ["release", "wait", "wait", "wait"]


def test_settings_are_what_the_command_line_would_be_told() -> None:
    assert scenario_sets(CONTROLS, {"beds": 105, "rate": 1.3, "stay": 20, "rung": "release"}) == {
        "beds.contracted": "105",
        "arrests.sources.border.rate": "1.3 / d",
        "case.stay": "{exponential: {mean: 20 d}}",
        "beds.ladder": "[release]",
    }


def test_a_value_is_shown_with_its_unit() -> None:
    assert [BEDS.shown(1200), RATE.shown(0.1 + 0.2), RUNG.shown("wait")] == ["1,200 beds", "0.3 a day", "wait"]
