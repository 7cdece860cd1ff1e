"""Numba, and where its compiled code is kept.

Numba does not notice a change in another file of a function it has stored: an edited rule would
leave the old one running. So the folder is named by everything that decides the machine code.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., object])


def _digest() -> str:
    """Of our own source and where it lies (both part of Numba's own key), Numba, Python and the processor."""
    import llvmlite
    import numba
    from llvmlite import binding

    here = Path(__file__).parent
    seen = hashlib.sha256()
    for path in sorted(
        [*here.glob("*.py"), here.parent / "rules.py", here.parent / "names.py", here.parent / "records.py"]
    ):
        seen.update(path.read_bytes())
    numbas_key = (str(here), (here / "loop.py").stat().st_mtime_ns)
    machine = (numba.__version__, llvmlite.__version__, sys.version, binding.get_host_cpu_name())
    seen.update(repr((numbas_key, machine)).encode())
    return seen.hexdigest()[:16]


def _home() -> Path:
    """The user's cache, or a folder of the user's own among the temporary files."""
    for folder in _homes():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.access(folder, os.W_OK) and _is_ours(folder):
                return folder
        except OSError:
            continue
    return _last_resort()


def _homes() -> Iterator[Path]:
    with suppress(RuntimeError):  # a user without a home
        yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "detsim"
    yield Path(tempfile.gettempdir()) / f"detsim-{_user()}"


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0  # Windows has temporary files for each user anyway


def _is_ours(folder: Path) -> bool:
    """Code is loaded from there, so nobody else may have put it there."""
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


@cache
def _last_resort() -> Path:
    return Path(tempfile.mkdtemp(prefix="detsim-"))


def cache_folder() -> Path:
    """Where the compiled loop is kept for this version of it, on this machine."""
    return _home() / f"compiled-{_digest()}"


def is_stored() -> bool:
    """The loop was compiled before and need not be compiled now."""
    folder = cache_folder()
    return folder.exists() and any(folder.rglob("*.nbc"))


os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder()))

import numba  # noqa: E402
from numba.extending import register_jitable  # noqa: E402

numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]  # type: ignore[attr-defined]
_inner: Any = numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)  # type: ignore[call-overload]


def jit(function: F) -> F:
    """Compile; there are no floats, so there is nothing that fast mathematics could change."""
    return cast(F, _inner(function))


def stored_jit(signature: str) -> Callable[[F], F]:
    """Compile now and keep, or take what was kept: for the one function that is called from Python."""

    def made(function: F) -> F:
        try:
            return _whole(function, signature, True)
        except OSError:  # the disk is full: compile again, for this process only
            return _whole(function, signature, False)

    return made


def _whole(function: F, signature: str, kept: bool) -> F:
    made: Any = numba.njit(signature, nogil=True, cache=kept, no_cfunc_wrapper=True, _nrt=False)  # type: ignore[call-overload]
    return cast(F, made(function))


def shared(function: F) -> F:
    """A rule, made known to compiled code as it stands."""
    return register_jitable(function)
