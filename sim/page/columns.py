"""Tables as columns in few bytes, for a page to write into the memory of its engine."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Column = tuple[int, str]
"""Where a number stands in a row, in bytes, and its type."""
_KINDS: Final = {"i": ("i1", "i2", "i4", "i8"), "u": ("u1", "u2", "u4", "u8"), "f": ("f8",)}


AREAS: Final = 25
"""Of the nation."""
_FEW: Final = 100


class Blob:
    """Arrays one after the other; each is named by where it begins."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, values: Array) -> list[Any]:
        """Keep an array in few bits: [offset, type, length, lag]. With a lag, numbers are kept as differences."""
        # Numbers may be compared over two distances: with their neighbours, and with the same area a day before.
        whole = values.dtype.kind in "iu" and len(values) > _FEW and abs(values.astype(np.float64)).max() < 2**50
        kept = ((lag, *_raw(values, lag)) for lag in ((0, 1, AREAS) if whole else (0,)))
        lag, kind, raw = min(kept, key=lambda each: len(zlib.compress(each[2], 1)))
        raw += bytes(-len(raw) % 8)
        self._parts.append(raw)
        self._size += len(raw)
        return [self._size - len(raw), kind, len(values), lag]

    def text(self) -> str:
        """Everything, compressed, as text."""
        return base64.b64encode(gzip.compress(b"".join(self._parts), 9, mtime=0)).decode("ascii")


def _raw(values: Array, lag: int) -> tuple[str, bytes]:
    """An array, or its differences over a distance, in the fewest bits that hold it."""
    if lag:
        values = values.astype(np.int64)
        values[lag:] = values[lag:] - values[:-lag]
    kind = next(k for k in _KINDS[values.dtype.kind] if np.array_equal(values, values.astype(k)))
    return kind, values.astype(f"<{kind}").tobytes()


def columns_of(table: Array) -> Iterator[tuple[Column, Array]]:
    """Every number of a row, with its values by row."""
    if table.dtype.names is None:
        yield (0, table.dtype.str[1:]), table
        return
    for name, (dtype, offset, *_) in (table.dtype.fields or {}).items():
        values = table[name]
        if values.ndim == 1:
            yield (offset, dtype.str[1:]), values
        else:
            size = dtype.base.itemsize
            for j in range(values.shape[1]):
                yield (offset + j * size, dtype.base.str[1:]), values[:, j]


def encoded(table: Array, blob: Blob) -> list[Any]:
    """Each column as [offset, type, value of all rows or where its values are]; those of noughts are left out."""
    found: list[Any] = []
    for (offset, kind), values in columns_of(table):
        if not len(values) or not values.any():
            continue
        same = values[0] == values.min() == values.max()
        found.append([offset, kind, values[0].item() if same else blob.add(values)])
    return found


def differences(before: Array, after: Array, blob: Blob) -> Iterator[tuple[Column, Array, list[Any]]]:
    """For each column that differs: the column, its rows that do, and [offset, type, rows, values].

    Rows are [start, step, count] where they stand evenly, values a number where they are the same.
    """
    for (column, old), (_, new) in zip(columns_of(before), columns_of(after), strict=True):
        rows = np.flatnonzero(old != new)
        if len(rows):
            yield column, rows, [*column, _evenly(rows, blob), _same(new[rows], blob)]


def _evenly(rows: Array, blob: Blob) -> list[Any]:
    step = int(rows[1] - rows[0]) if len(rows) > 1 else 1
    if (np.diff(rows) == step).all():
        return [int(rows[0]), step, len(rows)]
    return [blob.add(rows)]


def _same(values: Array, blob: Blob) -> Any:
    return values[0].item() if (values == values[0]).all() else blob.add(values)
