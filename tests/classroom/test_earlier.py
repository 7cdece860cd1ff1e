"""A student's own runs."""

from __future__ import annotations

from sim.classroom.earlier import MOST, Earlier


def test_runs_are_numbered_in_the_order_asked() -> None:
    earlier = Earlier()
    for beds in (90, 105):
        earlier.add({"beds": beds}, {"wait": beds / 10})
    assert [(run.number, run.settings["beds"], run.numbers["wait"]) for run in earlier.runs] == [
        (1, 90, 9.0),
        (2, 105, 10.5),
    ]


def test_asking_the_same_again_brings_it_to_the_front_under_its_number() -> None:
    earlier = Earlier()
    for beds in (90, 105, 90):
        earlier.add({"beds": beds}, {})
    assert [(run.number, run.settings["beds"]) for run in earlier.runs] == [(2, 105), (1, 90)]


def test_the_oldest_go_and_all_can_be_forgotten() -> None:
    earlier = Earlier()
    for beds in range(MOST + 3):
        earlier.add({"beds": beds}, {})
    assert [run.number for run in earlier.runs] == list(range(4, MOST + 4))
    earlier.clear()
    assert earlier.runs == [] and earlier.add({"beds": 1}, {}).number == 1


def test_what_is_kept_does_not_change_with_the_slider() -> None:
    earlier, settings = Earlier(), {"beds": 90.0}
    earlier.add(settings, {})
    settings["beds"] = 100.0
    assert earlier.runs[0].settings == {"beds": 90.0}
