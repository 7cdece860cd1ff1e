"""Numba, as every part of the loop uses it: how functions are compiled, and the types of the memory they work on.

A `World` is the address of one row of 64-bit numbers: `world.now` reads or writes one of them. Where the number is
the address of a table (`world.stays`), the attribute is `Rows`, which `[k]` reads: a whole number, or a row of a NumPy
structured type whose fields are its attributes (`world.stays[k].stage`). Nothing is counted, checked or copied.
Python's own objects with the same attributes can take their place when compilation is switched off.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, overload, overload_attribute, register_model

from sim.compiled.layout import COUNT_SCALARS, COUNT_TABLES, LINE_BYTES, SCALARS, TABLES

F = TypeVar("F", bound=Callable[..., object])
_OPTIONS: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "error_model": "numpy"}
_WORD = ir.IntType(64)
_BYTE = ir.IntType(8)


def jit(function: F) -> F:
    """Compile, without fast mathematics: sums of floats (`draws`) keep their order."""
    compiled: Any = numba.njit(**_OPTIONS)
    return cast(F, compiled(function))


jit_module: Any = partial(numba.jit_module, nopython=True, **_OPTIONS)
"""Called at the end of a module: compiles every function of it in the same way."""


class WorldType(types.Record):
    """A row of scalars, then of the addresses of tables."""


class Rows(types.Type):
    """The address of the first row of a table."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        super().__init__(f"Rows({dtype})")


register_model(WorldType)(models.RecordModel)
register_model(Rows)(models.OpaqueModel)


def address_as(kind: Any) -> Any:
    """A function of compiled code that takes a number for the address of something."""

    @intrinsic
    def convert(typing: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(kind))

        return kind(types.int64), generate

    return convert


def words_at(scalars: Iterable[str], tables: Mapping[str, Any]) -> Any:
    """A function of compiled code that takes a number for the address of such a row, and its tables for attributes."""
    names = (*scalars, *(f"{name}_at" for name in tables))
    fields = [(name, {"type": types.int64, "offset": 8 * i}) for i, name in enumerate(names)]
    for name, dtype in tables.items():
        _add_table(name, np.dtype(dtype))
    return address_as(WorldType(fields, 8 * len(names), True))


def _add_table(name: str, dtype: np.dtype[Any]) -> None:
    rows_at, field = address_as(Rows(numba.from_dtype(dtype))), f"{name}_at"

    @overload_attribute(WorldType, name)
    def table(world: Any) -> Any:
        def read(world: Any) -> Any:
            return rows_at(world[field])

        return read


world_at, counts_at = words_at(SCALARS, TABLES), words_at(COUNT_SCALARS, COUNT_TABLES)


# --- rows ---------------------------------------------------------------------------------------------
def _element(context: Any, builder: Any, rows: Any, arguments: Any) -> Any:
    """Address of a row."""
    start, i = arguments[:2]
    size = context.get_abi_sizeof(context.get_data_type(rows.dtype))
    wide = builder.sext(i, _WORD) if i.type.width < _WORD.width else i
    return builder.gep(builder.bitcast(start, _BYTE.as_pointer()), [builder.mul(wide, _WORD(size))], inbounds=True)


def _load_row(typing: Any, rows: Any, i: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at, kind = _element(context, builder, rows, arguments), context.get_value_type(rows.dtype)
        if isinstance(rows.dtype, types.Record):
            return builder.bitcast(at, kind)
        return builder.load(builder.bitcast(at, kind.as_pointer()))

    return rows.dtype(rows, i), generate


def _store_row(typing: Any, rows: Any, i: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at = _element(context, builder, rows, arguments)
        builder.store(arguments[2], builder.bitcast(at, arguments[2].type.as_pointer()))
        return context.get_dummy_value()

    return types.void(rows, i, rows.dtype), generate


def _from_row(typing: Any, rows: Any, start: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(_element(context, builder, rows, arguments), arguments[0].type)

    return rows(rows, start), generate


def _fetch_row(typing: Any, rows: Any, i: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at, number = _element(context, builder, rows, arguments), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [at.type, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [at.type], kind)
        for line in range(0, context.get_abi_sizeof(context.get_data_type(rows.dtype)), LINE_BYTES):
            builder.call(prefetch, [builder.gep(at, [_WORD(line)]), number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(rows, i), generate


_load: Any = intrinsic(_load_row)
_store: Any = intrinsic(_store_row)
_from: Any = intrinsic(_from_row)
_fetch: Any = intrinsic(_fetch_row)


@overload(operator.getitem)
def _get_row(rows: Any, i: Any) -> Any:
    def get(rows: Any, i: Any) -> Any:
        return _load(rows, i)

    return get if isinstance(rows, Rows) else None


@overload(operator.setitem)
def _set_row(rows: Any, i: Any, value: Any) -> Any:
    def put(rows: Any, i: Any, value: Any) -> None:
        _store(rows, i, value)

    return put if isinstance(rows, Rows) else None


def rows_from(rows: Any, start: int) -> Any:
    """The rows of a table from one of them on."""
    return rows[start:]


@overload(rows_from)
def _rows_from(rows: Any, start: Any) -> Any:
    def advance(rows: Any, start: Any) -> Any:
        return _from(rows, start)

    return advance


def fetch(rows: Any, i: int) -> None:
    """Have the processor bring a row into its cache, while other things go on."""


@overload(fetch)
def _fetch_later(rows: Any, i: Any) -> Any:
    def later(rows: Any, i: Any) -> None:
        _fetch(rows, i)

    return later
