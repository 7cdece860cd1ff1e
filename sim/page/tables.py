"""The numbers and tables of the draws as compiled code sees them: `draws.blocks[b].n`, `draws.n_held`."""

from __future__ import annotations

from typing import Any, TypeAlias

import numba
import numpy as np
from numba import types
from numba.extending import models, overload_attribute, register_model

from sim.compiled.jit import Rows, address_as
from sim.page.layout import DRAW_SCALARS, DRAW_TABLES

Draws: TypeAlias = Any


class DrawsType(types.Record):
    """The row of scalars and addresses that `DRAW_SCALARS` and `DRAW_TABLES` name."""


register_model(DrawsType)(models.RecordModel)
_names = (*DRAW_SCALARS, *(f"{name}_at" for name in DRAW_TABLES))
draws_at = address_as(
    DrawsType([(name, {"type": types.int64, "offset": 8 * i}) for i, name in enumerate(_names)], 8 * len(_names), True)
)


def _add_table(name: str, dtype: np.dtype[Any]) -> None:
    rows_at, field = address_as(Rows(numba.from_dtype(dtype))), f"{name}_at"

    @overload_attribute(DrawsType, name)
    def table(draws: Any) -> Any:
        def read(draws: Any) -> Any:
            return rows_at(draws[field])

        return read


for _name, _dtype in DRAW_TABLES.items():
    _add_table(_name, np.dtype(_dtype))
