"""Finished replications as bytes: arrays and plain values in an `.npz` file, which cannot name code.

A value is built of dataclasses, named tuples, mappings, sequences, arrays, dates and plain values. Reading takes the
expected type and checks everything against it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import warnings
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, TypeAdapter

_TREE: Final = "tree"
_ARRAY: Final = "$array"
_NUMBERS: Final = "iufb"


class DamagedError(OSError):
    """A file has not the content that was written to it."""


def encode(value: object) -> bytes:
    """A value as bytes."""
    arrays: dict[str, NDArray[Any]] = {}
    text = json.dumps(_plain(value, arrays), ensure_ascii=True).encode()
    out = io.BytesIO()
    arrays[_TREE] = np.frombuffer(text, np.uint8)
    np.savez(out, **arrays)  # type: ignore[arg-type]  # its own options are no names here
    return out.getvalue()


def decode(content: bytes, kind: Any) -> Any:
    """The value of type `kind` that `encode` made these bytes of. Raises DamagedError for any other bytes."""
    try:
        _refuse_compressed(content)
        with warnings.catch_warnings(action="error"), np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        tree = json.loads(arrays.pop(_TREE).tobytes())
        return _adapter(kind).validate_python({"value": _filled(tree, arrays)})["value"]
    except DamagedError:
        raise
    except Exception as error:  # zipfile, its decompressors, NumPy and pydantic raise some twenty types
        raise DamagedError(f"cannot be read: {type(error).__name__}") from error


def _refuse_compressed(content: bytes) -> None:
    """Raise DamagedError where reading would take more memory than the bytes themselves."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(one.file_size for one in archive.infolist()) > len(content):
            raise DamagedError("is compressed")


def _plain(value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    if isinstance(value, np.ndarray):
        arrays[name := f"a{len(arrays)}"] = value
        return {_ARRAY: name}
    if isinstance(value, np.generic):
        return value.item()
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), arrays) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(one, arrays) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one, arrays) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _filled(tree: Any, arrays: Mapping[str, NDArray[Any]]) -> Any:
    """The tree with its arrays in their places."""
    if isinstance(tree, dict):
        if tree.keys() == {_ARRAY}:
            return _of_numbers(arrays[tree[_ARRAY]])
        return {key: _filled(one, arrays) for key, one in tree.items()}
    return [_filled(one, arrays) for one in tree] if isinstance(tree, list) else tree


def _of_numbers(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind not in _NUMBERS:
        raise DamagedError(f"has an array of {array.dtype}")
    return array


@lru_cache(maxsize=16)
def _adapter(kind: Any) -> TypeAdapter[dict[str, Any]]:
    return TypeAdapter(dict[str, kind], config=ConfigDict(arbitrary_types_allowed=True))
