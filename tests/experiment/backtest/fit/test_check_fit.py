"""Synthetic worlds: a posterior that is right covers the true values as often as it says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.experiment.backtest.fit.fitted_settings import Parameter
from tools import check_fit

ASKED = (Parameter("one", 2.0, "told well"), Parameter("two", 3.0, "told with the third"), Parameter("three", 4.0, ""))


def residuals(values: Mapping[str, float]) -> NDArray[np.float64]:
    """Twelve figures that tell the first value and the product of the others."""
    logs = {name: np.log(value) for name, value in values.items()}
    return np.concatenate([np.full(6, 5 * logs["one"]), np.full(6, 4 * (logs["two"] + logs["three"]))])


def test_ranks_errors_and_what_cannot_be_told_apart() -> None:
    worlds = [check_fit.checked(ASKED, residuals, np.random.default_rng([4, n])) for n in range(8)]
    ranks = np.array([one.ranks for one in worlds])
    assert ((ranks > 2) & (ranks < check_fit.DRAWS - 2)).mean() > 0.7
    spreads = np.mean([one.spreads for one in worlds], axis=0)
    assert spreads[0] < 0.25 < 0.4 < min(spreads[1:])
    told = check_fit.lines(ASKED, worlds)
    assert told[0].startswith("8 worlds") and "three and two: correlation -0.9" in told[4]


@pytest.mark.slow
def test_a_world_of_the_nation() -> None:
    asked, of_nation = check_fit.nation()
    one = check_fit.checked(asked, of_nation, np.random.default_rng([3, 0]))
    assert [p.name for p in asked] == list(check_fit.NAMES)
    assert (np.abs(one.errors) < 4 * one.spreads).all(), "the true values lie within what the posterior believes"
    assert one.spreads[check_fit.NAMES.index("parole")] < 0.1, "a release rate is told well"
