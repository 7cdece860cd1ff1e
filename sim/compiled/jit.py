"""Numba, as every part of the loop uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.extending import register_jitable

F = TypeVar("F", bound=Callable[..., object])
_OPTIONS: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}


def jit(function: F) -> F:
    """Compile; there are no floats, so there is nothing that fast mathematics could change."""
    made: Any = numba.njit(**_OPTIONS)
    return cast(F, made(function))


def entry(signature: str) -> Callable[[F], F]:
    """Compile now, for the one function that is called from outside (see `machine.py`)."""
    made: Any = numba.njit(signature, **_OPTIONS)
    return made


def shared(function: F) -> F:
    """A rule, made known to compiled code as it stands."""
    return register_jitable(function)
