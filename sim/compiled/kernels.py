"""The steps of drawing as machine code (`draws`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Ints
from sim.compiled import machine
from sim.compiled.durations import rows_of
from sim.people.streams import Bits, Kernels
from sim.scenario.schema.distributions import Node
from sim.scenario.world.tables import WORK

_WORD = (1 << 64) - 1


class Compiled(Kernels):
    """The same numbers as NumPy gives."""

    def words(self, streams: Sequence[int], firsts: Sequence[int], counts: Sequence[int]) -> Bits:
        """Numbers of streams, one stream after the other: so many of each, from a position on."""
        keys = np.array([part for key in streams for part in (key & _WORD, key >> 64)], np.uint64)
        first, count = np.array(firsts, np.int64), np.array(counts, np.int64)
        out = np.empty(sum(counts), np.uint64)
        _call("fill_words", keys, first, count, len(streams), out)
        return out

    def seconds(self, law: Node, raw: Bits) -> Ints:
        """Durations of a law."""
        laws, points = rows_of(law)
        out = np.empty(len(raw), np.int64)
        _call("fill_seconds", laws, points, 0, raw, len(raw), out)
        return out

    def work(self, raw: Bits) -> Ints:
        """Work of clocks: unit exponential numbers times WORK, rounded down."""
        out = np.empty(len(raw), np.int64)
        _call("fill_work", raw, len(raw), WORK, out)
        return out


def _call(name: str, *arguments: NDArray[Any] | int) -> None:
    """Call machine code with numbers and the addresses of arrays."""
    machine.functions()[name](*(each if isinstance(each, int) else each.ctypes.data for each in arguments))
