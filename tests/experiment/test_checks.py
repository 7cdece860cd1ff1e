"""`checks`: what is met and what is not."""

from __future__ import annotations

from sim.experiment.run import evaluate


def test_each_check_says_what_came_and_what_was_wanted() -> None:
    wanted = {"held_mean": "45000..52000", "held_peak": "> 1", "removals": "> 0"}
    checked = evaluate(wanted, {"held_mean": 44_000, "held_peak": 2})
    assert [check.met for check in checked] == [False, True, False]
    assert [check.line() for check in checked] == [
        "check held_mean: 44,000, wanted 45000..52000: NOT MET",
        "check held_peak: 2, wanted > 1: met",
        "check removals: no value, wanted > 0: NOT MET",
    ]
