from __future__ import annotations

import hashlib

import numpy as np
import pytest

from sim.people.streams import Block, Streams, bits, choose, height, key, share, unit, whole_block
from sim.scenario.world.portable import exp, inverse_normal, log


def test_a_longer_stream_begins_like_a_shorter_one() -> None:
    stream = key(1, 0, "at_large", "ATL", "group")
    assert np.array_equal(bits(stream, 1000)[:10], bits(stream, 10))


def test_words_are_kept_apart() -> None:
    assert len({key("ab", "c"), key("a", "bc"), key("abc"), key(1, 2), key(12)}) == 5


def test_units_lie_strictly_inside_their_bounds() -> None:
    extremes = np.array([0, 2**64 - 1], np.uint64)
    low, high = unit(extremes)
    assert 0.0 < low < 1e-15
    assert 1.0 - 1e-15 < high < 1.0
    assert share(extremes).tolist() == [0, 2**31 - 1]
    assert height(extremes).tolist() == [0, 2**52 - 1]


def of(block: Block) -> np.ndarray:
    return Streams(1, 2, (block,)).bits("p")


def test_a_block_with_chosen_positions_reads_the_numbers_of_those_people() -> None:
    whole, some = whole_block(3, ("x",), 9), Block(4, ("x",), np.array([2, 7]))
    assert np.array_equal(of(some), of(whole)[[2, 7]])
    joined = Streams(1, 2, (whole, some)).bits("p")
    assert np.array_equal(joined, np.concatenate([of(whole), of(some)]))
    assert some.numbers().tolist() == [(4 << 32) + 2, (4 << 32) + 7]


def test_streams_of_different_purposes_are_unrelated() -> None:
    streams = Streams(1, 0, (whole_block(0, ("x",), 20_000),))
    columns = np.stack([streams.unit(f"purpose {k}") for k in range(8)])
    correlations = np.asarray(np.corrcoef(columns))[np.triu_indices(8, 1)]
    assert np.abs(correlations).max() < 4.5 / np.sqrt(20_000)


def test_choose_follows_the_weights_and_never_takes_a_weight_of_0() -> None:
    u = (np.arange(1000) + 0.5) / 1000
    assert np.bincount(choose(u, (0.0, 0.2, 0.0, 0.5, 0.3, 0.0)), minlength=6).tolist() == [0, 200, 0, 500, 300, 0]
    assert choose(u, (3.0, 0.0)).tolist() == [0] * 1000


def test_choose_does_not_run_over_when_shares_add_up_to_a_little_less_than_1() -> None:
    assert choose(np.array([1.0 - 2.0**-53]), (0.5, 0.4999999, 0.0)).tolist() == [1]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bits", "768c7b362211d65a"),
        ("log", "12f85408fe4075d1"),
        ("exp", "a94c480e4bf0d2e5"),
        ("inverse_normal", "bccf62c7f5342ab2"),
    ],
)
def test_every_machine_draws_the_same(name: str, expected: str) -> None:
    """A hash of many draws; if it differs, this machine would play other people."""
    raw = bits(key(20250121, 0, "pinned"), 200_000)
    u = unit(raw)
    drawn = {"bits": raw, "log": log(u), "exp": exp((u - 0.5) * 1400), "inverse_normal": inverse_normal(u)}[name]
    assert hashlib.sha256(drawn.astype(drawn.dtype.newbyteorder("<")).tobytes()).hexdigest()[:16] == expected
