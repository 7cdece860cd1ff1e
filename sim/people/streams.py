"""Random streams by name: the k-th number of a stream belongs to person k, for ever.

A stream is a counter-based generator (Philox 4x64) whose key is a hash of the seed, the replication
and the words that say what the stream is for. Nothing is shared between streams and nothing
depends on the order in which they are read, so one person more, one area more or one purpose more
changes no other number; and the first n numbers of a stream are the same however many follow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Floats, Ints
from sim.scenario.schema.distributions import Node
from sim.scenario.world.portable import in_pieces, log
from sim.scenario.world.quantile import seconds
from sim.scenario.world.tables import HEIGHT_BITS, WORK

Bits = NDArray[np.uint64]

_UNIT: Final = 2.0**-52
_GROUP: Final = 4
"""Numbers that the generator makes at once."""


def key(*words: str | int) -> int:
    """128-bit key of the stream named by these words (SHA-256, so the same on every machine)."""
    name = "\x1f".join(str(word) for word in words)
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "little")


def bits(stream: int, n: int, first: int = 0) -> Bits:
    """n numbers of a stream from the one at `first` on, each 64 random bits."""
    group, skipped = divmod(first, _GROUP)
    raw: Bits = np.random.Philox(counter=group, key=stream).random_raw(n + skipped)
    return raw[skipped:]


def unit(raw: Bits) -> Floats:
    """Numbers strictly between 0 and 1, (k + 1/2) / 2**52: their logarithms are finite."""
    u = (raw >> np.uint64(12)).astype(np.float64)
    u += 0.5
    u *= _UNIT
    return u


def share(raw: Bits) -> Ints:
    """Whole numbers in [0, 2**31), to compare with a share of the tables."""
    return (raw >> np.uint64(33)).view(np.int64)


def height(raw: Bits) -> Ints:
    """Whole numbers in [0, 2**HEIGHT_BITS): heights of candidates for arrest."""
    return (raw >> np.uint64(64 - HEIGHT_BITS)).view(np.int64)


class Kernels:
    """The steps of drawing that take the time, a column at a time, as NumPy does them; an engine may have others."""

    def words(self, streams: Sequence[int], firsts: Sequence[int], counts: Sequence[int]) -> Bits:
        """Numbers of streams, one stream after the other: so many of each, from a position on."""
        parts = [bits(stream, n, first) for stream, first, n in zip(streams, firsts, counts, strict=True)]
        return np.concatenate([np.empty(0, np.uint64), *parts])

    def seconds(self, law: Node, raw: Bits) -> Ints:
        """Durations of a law."""
        return in_pieces(lambda piece: seconds(law, unit(piece)), raw, np.int64)

    def work(self, raw: Bits) -> Ints:
        """Work of clocks: unit exponential numbers times WORK, rounded down."""
        return in_pieces(lambda piece: np.floor(-log(unit(piece)) * WORK), raw, np.int64)


NUMPY: Final = Kernels()


@dataclass(frozen=True)
class Block:
    """People whose draws come from one family of streams.

    `number` is the upper half of their person numbers, `words` name the streams, and `positions`
    (ascending) say which numbers of each stream are theirs.
    """

    number: int
    words: tuple[str, ...]
    positions: Ints

    def __len__(self) -> int:
        return len(self.positions)

    def numbers(self) -> Ints:
        """Person numbers: block << 32 | position."""
        return (np.int64(self.number) << np.int64(32)) | self.positions


def whole_block(number: int, words: tuple[str, ...], n: int) -> Block:
    """A block of the first n people of its streams."""
    return Block(number, words, np.arange(n, dtype=np.int64))


@dataclass(frozen=True)
class Streams:
    """The streams of one replication, read for all blocks at once: column after column."""

    seed: int
    replication: int
    blocks: tuple[Block, ...]
    kernels: Kernels = NUMPY

    def __len__(self) -> int:
        return sum(map(len, self.blocks))

    def bits(self, purpose: str) -> Bits:
        """64 random bits per person, all blocks joined."""
        blocks, firsts, counts, gaps = self._ranges
        keys = _keys(self.seed, self.replication, tuple(block.words for block in blocks), purpose)
        raw = self.kernels.words(keys, firsts, counts)
        return raw if gaps is None else raw[gaps]

    @cached_property
    def _ranges(self) -> tuple[list[Block], list[int], list[int], Ints | None]:
        """Blocks with people, where the numbers of each begin and how many follow; which are used, if not all are."""
        blocks = [block for block in self.blocks if len(block)]
        firsts = [int(block.positions[0]) for block in blocks]
        counts = [int(block.positions[-1]) + 1 - first for block, first in zip(blocks, firsts, strict=True)]
        if sum(counts) == len(self):
            return blocks, firsts, counts, None
        shift = np.add.accumulate([0, *counts[:-1]]) - firsts
        used = [block.positions + move for block, move in zip(blocks, shift.tolist(), strict=True)]
        return blocks, firsts, counts, np.concatenate(used)

    def unit(self, purpose: str) -> Floats:
        """A number in (0, 1) a person."""
        return unit(self.bits(purpose))

    def share(self, purpose: str) -> Ints:
        """A whole number in [0, 2**31) a person."""
        return share(self.bits(purpose))


@lru_cache(256)
def _keys(seed: int, replication: int, blocks: tuple[tuple[str, ...], ...], purpose: str) -> list[int]:
    """Keys of the streams of blocks for one purpose."""
    return [key(seed, replication, *words, purpose) for words in blocks]


def choose(u: Floats, weights: tuple[float, ...]) -> Ints:
    """Index drawn by u with chances in proportion to the weights (at least one above 0)."""
    edges = np.add.accumulate(np.asarray(weights, np.float64))
    last = max(k for k, weight in enumerate(weights) if weight > 0)
    if last == 0:
        return np.zeros(len(u), np.int64)
    chosen, scaled = np.zeros(len(u), np.int16), u * edges[-1]
    for edge in edges[:last]:  # so few of them that counting is faster than searching
        chosen += scaled >= edge
    return chosen.astype(np.int64)
