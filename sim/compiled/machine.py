"""The compiled loop as machine code: made once by Numba, kept, and loaded again without it.

Numba compiles each function for callers that it cannot know. Here every function but the entry is made internal and
the whole is optimised once more; and an object file loads in a tenth of the time that Numba needs to start. A stored
loop would not notice a change of a rule, so the folder is named by everything that decides the machine code. Machine
code is run, not looked at, so it is loaded only from files and folders that nobody else may change.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from llvmlite import binding as llvm

_OBJECT: Final = "engine.o"
_ARGUMENTS: Final = {"play_until": 3, "count_log": 3, "fill_words": 5, "fill_seconds": 6, "fill_work": 4}
"""Of each entry; known here, so that what is kept can be loaded without Numba."""
_SEAL_BYTES: Final = 32
_GROUND: Final = (
    *("rules.py", "vocabulary/*.py", "log.py"),
    *("scenario/world/portable.py", "scenario/world/calendars.py", "scenario/world/tables.py"),
)
"""Files beside this folder whose rules and constants, or columns by area or place, are in the machine code."""
_NOT_COMPILED: Final = ("__init__.py", "engine.py", "memory.py", "kernels.py")
"""Files of this folder that are not in it."""
_OTHERS_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
Functions = dict[str, Callable[..., int]]
"""Those of `entry.ENTRIES`, by name; they take addresses and whole numbers."""


# --- where it is kept -----------------------------------------------------------------------------
def _digest() -> str:
    """Of our own source, Numba, Python and the processor."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    ground = [path for name in _GROUND for path in here.parent.glob(name)]
    for path in sorted([*(path for path in here.glob("*.py") if path.name not in _NOT_COMPILED), *ground]):
        digest.update(path.read_bytes())
    processor = (llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    digest.update(repr((version("numba"), version("llvmlite"), sys.version, processor)).encode())
    return digest.hexdigest()[:16]


def _home() -> Path:
    """The user's cache, or a folder of the user's own among the temporary files."""
    for folder in _homes():
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.access(folder, os.W_OK) and is_private(folder):
                return folder
    return _last_resort()


def _homes() -> Iterator[Path]:
    with suppress(RuntimeError):  # a user without a home
        yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "detsim"
    yield Path(tempfile.gettempdir()) / f"detsim-{_user()}"


@cache
def _last_resort() -> Path:
    return Path(tempfile.mkdtemp(prefix="detsim-"))


def cache_folder() -> Path:
    """Where the compiled loop is kept for this version of it, on this machine."""
    return _home() / f"compiled-{_digest()}"


# --- who else may write there -----------------------------------------------------------------------
def is_private(path: Path) -> bool:
    """Nobody but this user (and root) can change a file or a folder, or put another in its place.

    That is so if it is no link, if it and every folder above it belong to this user or to root, and if no other user
    may write to them. A folder such as /tmp, where each may remove only what is their own (sticky), counts as safe for
    what is in it.
    """
    if not hasattr(os, "getuid"):
        return True  # Windows: a user's folders are their own
    try:
        real = path.parent.resolve(strict=True) / path.name
        found = [(each, each.lstat()) for each in (real, *real.parents)]
    except OSError:
        return False
    return all(_is_safe(status, is_above=each != real) for each, status in found)


def _is_safe(status: os.stat_result, is_above: bool) -> bool:
    if stat.S_ISLNK(status.st_mode) or status.st_uid not in (0, _user()):
        return False
    return not status.st_mode & _OTHERS_MAY_WRITE or (is_above and bool(status.st_mode & stat.S_ISVTX))


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


# --- compiled, kept and loaded ------------------------------------------------------------------------
def is_stored() -> bool:
    """The loop was compiled before and need not be compiled now."""
    return _read() is not None


@cache
def functions() -> Functions:
    """The entries as machine code: what was kept, or compiled now and kept if there is room."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    code = _read()
    if code is None:
        code = _compile()
        with suppress(OSError):  # a full disk: for this process only
            _keep(code)
    return _load(code)


def _read() -> bytes | None:
    """The object file that was kept; None if there is none, or it is damaged, or others may have written it."""
    path = cache_folder() / _OBJECT
    if not is_private(path):
        return None
    try:
        content = path.read_bytes()
    except OSError:
        return None
    seal, code = content[:_SEAL_BYTES], content[_SEAL_BYTES:]
    return code if hashlib.sha256(code).digest() == seal else None


def _processor() -> Any:
    target = llvm.Target.from_default_triple()
    features = llvm.get_host_cpu_features().flatten()
    return target.create_target_machine(llvm.get_host_cpu_name(), features, 3, codemodel="jitdefault", jit=True)


def _compile() -> bytes:
    """The object file of all entries together."""
    from sim.compiled.entry import ENTRIES

    module = llvm.parse_assembly("")
    for name, entry in ENTRIES.items():
        module.link_in(_alone(name, entry))
    processor = _processor()
    builder = llvm.create_pass_builder(processor, llvm.create_pipeline_tuning_options(speed_level=3))
    builder.getModulePassManager().run(module, builder)
    code: bytes = processor.emit_object(module)
    return code


def _alone(name: str, entry: Any) -> Any:
    """The module of an entry, in which nothing but the entry can be called from outside."""
    module = llvm.parse_assembly(entry.inspect_llvm())
    for function in module.functions:
        if function.name == entry.native_name:
            function.name = name
        elif not function.is_declaration:
            function.linkage = llvm.Linkage.internal
    return module


def _keep(code: bytes) -> None:
    stored = cache_folder() / _OBJECT
    stored.parent.mkdir(mode=0o700, exist_ok=True)
    partial = stored.with_suffix(f".{os.getpid()}.tmp")
    try:
        with open(partial, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(hashlib.sha256(code).digest() + code)
        partial.replace(stored)
    finally:
        partial.unlink(missing_ok=True)


def _load(code: bytes) -> Functions:
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _processor())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    word = ctypes.c_int64

    def function(name: str, n_arguments: int) -> Callable[..., int]:
        entry = ctypes.CFUNCTYPE(word, *[word] * n_arguments)(engine.get_function_address(name))

        def call(*arguments: int) -> int:
            assert engine  # the code is gone when this is
            return int(entry(*arguments))

        return call

    return {name: function(name, n_arguments) for name, n_arguments in _ARGUMENTS.items()}
