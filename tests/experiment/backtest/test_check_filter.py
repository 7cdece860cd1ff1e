"""Synthetic worlds: the filter finds the pace last seen, and less of its mean."""

from __future__ import annotations

import numpy as np
import pytest

from tools import check_filter


def test_the_pace_last_seen_is_found_and_its_mean_less_well() -> None:
    found = np.array([check_filter.errors(check_filter.world(np.random.default_rng([1, i]))) for i in range(6)])
    spread = dict(zip(check_filter.VALUES, np.abs(found).max(axis=0), strict=True))
    assert spread["cases"] < 0.12 and spread["all"] < 0.12 and spread["mean"] < 0.4


def test_it_prints_ranks_and_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_filter.main(["--worlds", "2"]) == 0
    said = capsys.readouterr().out
    assert said.count("ranks by tenth") == 3 and said.count("spread") == len(check_filter.VALUES)
