"""Machine code draws the same numbers as NumPy, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba")

from sim.compiled.kernels import Compiled
from sim.people.streams import NUMPY, Bits, key
from sim.scenario.schema.distributions import (
    Constant,
    Exponential,
    LogNormal,
    Mixture,
    Node,
    Quantiles,
    Uniform,
    Weibull,
)

COMPILED = Compiled()
DAY = 86_400.0
QUANTILES = Quantiles((0.0, 0.25, 0.5, 0.9, 1.0), (0.0, 2 * DAY, 2 * DAY, 30 * DAY, 400 * DAY))
INNER = Mixture((0.2, 0.0, 0.8), (Exponential(3 * DAY), Constant(7), Weibull(20 * DAY, 0.7)))
LAWS = [
    Constant(3_600),
    Exponential(45 * DAY),
    Weibull(30 * DAY, 1.7),
    LogNormal(13.0, 1.1),
    LogNormal(13.0, 0.0),
    Uniform(3 * DAY, 11 * DAY),
    QUANTILES,
    Mixture((0.3, 0.5, 0.2), (QUANTILES, INNER, LogNormal(11.0, 0.4))),
    Mixture((0.1, 0.1), (Uniform(0.0, DAY), Exponential(60.0 * DAY))),
]
EDGES = np.array([0, 1, 2**12 - 1, 2**12, 2**13, 2**63, 2**64 - 2**12, 2**64 - 1], np.uint64)


@pytest.fixture(scope="module")
def raw() -> Bits:
    return np.concatenate([EDGES, NUMPY.words([key("draws")], [0], [60_000])])


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_durations(raw: Bits, law: Node) -> None:
    assert np.array_equal(COMPILED.seconds(law, raw), NUMPY.seconds(law, raw))


def test_work_of_clocks(raw: Bits) -> None:
    assert np.array_equal(COMPILED.work(raw), NUMPY.work(raw))


def test_words_of_streams_from_any_position() -> None:
    streams = [key(word) for word in "abcdefgh"]
    firsts, counts = [0, 1, 2, 3, 4, 7, 1_000_003, 2**31], [9, 1, 2, 5, 4, 0, 77, 6]
    assert np.array_equal(COMPILED.words(streams, firsts, counts), NUMPY.words(streams, firsts, counts))
    assert len(COMPILED.words([], [], [])) == 0
