"""The compiled loop as machine code: made once by Numba, kept, and loaded again without it.

Numba compiles each function for callers that it cannot know. Here every function but the entry is made
internal and the whole is optimised once more, so that arguments nobody reads are not passed; and an object
file loads in a tenth of the time that Numba needs to start. A stored loop would not notice a change of a rule,
so the folder is named by everything that decides the machine code.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from llvmlite import binding as llvm

from sim.compiled.layout import Ints, Shorts

ENTRY: Final = "play_until"
_SEAL_BYTES: Final = 32
_GROUND: Final = ("rules.py", "vocabulary/*.py", "log.py", "scenario/world/calendars.py")
"""Files beside this folder whose rules and constants are in the machine code."""
PlayUntil = Callable[[Shorts, Shorts, Ints, Ints, int, bool], bool]

_POINTER, _WORD = ctypes.c_void_p, ctypes.c_int64
_ARRAY_2D = (_POINTER, _POINTER, _WORD, _WORD, _POINTER, _WORD, _WORD, _WORD, _WORD)
_ARRAY_1D = (_POINTER, _POINTER, _WORD, _WORD, _POINTER, _WORD, _WORD)
_ARGUMENTS = (_POINTER, _POINTER, *_ARRAY_2D, *_ARRAY_2D, *_ARRAY_1D, *_ARRAY_1D, _WORD, ctypes.c_int8)
"""Where the result and an exception go, then the arguments as Numba passes them, arrays field by field."""


# --- where it is kept -----------------------------------------------------------------------------
def _digest() -> str:
    """Of our own source, Numba, Python and the processor."""
    here = Path(__file__).parent
    seen = hashlib.sha256()
    ground = [path for name in _GROUND for path in here.parent.glob(name)]
    for path in sorted([*here.glob("*.py"), *ground]):
        seen.update(path.read_bytes())
    processor = (llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    seen.update(repr((version("numba"), version("llvmlite"), sys.version, processor)).encode())
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


def _stored() -> Path:
    return cache_folder() / f"{ENTRY}.o"


def is_stored() -> bool:
    """The loop was compiled before and need not be compiled now."""
    return _read() is not None


# --- made and loaded ------------------------------------------------------------------------------
def loop() -> PlayUntil:
    """`sim.compiled.loop.play_until` as machine code: what was kept, or compiled now and kept if there is room."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    made = _read()
    if made is None:
        made = _made()
        with suppress(OSError):  # a full disk: for this process only
            _keep(made)
    return _loaded(made)


def _read() -> bytes | None:
    """The object file that was kept; None if there is none or it is damaged."""
    try:
        content = _stored().read_bytes()
    except OSError:
        return None
    seal, made = content[:_SEAL_BYTES], content[_SEAL_BYTES:]
    return made if hashlib.sha256(made).digest() == seal else None


def _processor() -> Any:
    target = llvm.Target.from_default_triple()
    features = llvm.get_host_cpu_features().flatten()
    return target.create_target_machine(llvm.get_host_cpu_name(), features, 3, codemodel="jitdefault", jit=True)


def _made() -> bytes:
    """The object file. No number in it is a float, so no order of sums could change with how it is optimised."""
    from sim.compiled import loop as source

    compiled: Any = source.play_until
    module = llvm.parse_assembly(next(iter(compiled.inspect_llvm().values())))
    for function in module.functions:
        if not function.is_declaration:
            _name_or_hide(function)
    processor = _processor()
    builder = llvm.create_pass_builder(processor, llvm.create_pipeline_tuning_options(speed_level=3))
    builder.getModulePassManager().run(module, builder)
    made: bytes = processor.emit_object(module)
    return made


def _name_or_hide(function: Any) -> None:
    """The entry is the one function that Numba leaves for others to find."""
    if function.linkage == llvm.Linkage.external:
        function.name = ENTRY
    else:
        function.linkage = llvm.Linkage.internal


def _keep(made: bytes) -> None:
    stored = _stored()
    stored.parent.mkdir(mode=0o700, exist_ok=True)
    beside = stored.with_suffix(f".{os.getpid()}.tmp")
    try:
        beside.write_bytes(hashlib.sha256(made).digest() + made)
        beside.replace(stored)
    finally:
        beside.unlink(missing_ok=True)


def _loaded(made: bytes) -> PlayUntil:
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _processor())
    engine.add_object_file(llvm.ObjectFileRef.from_data(made))
    engine.finalize_object()
    entry = ctypes.CFUNCTYPE(ctypes.c_int32, *_ARGUMENTS)(engine.get_function_address(ENTRY))

    def play_until(p: Shorts, s: Shorts, c: Ints, m: Ints, end: int, first: bool) -> bool:
        assert engine  # the code is gone when this is
        whether, exception = ctypes.c_int8(), _POINTER()
        arrays = (field for array in (p, s, c, m) for field in _fields(array))
        if entry(ctypes.addressof(whether), ctypes.addressof(exception), *arrays, end, first):
            raise ArithmeticError("the compiled loop divided by zero")
        return bool(whether.value)

    return play_until


def _fields(array: Ints | Shorts) -> tuple[int | None, ...]:
    return (None, None, array.size, array.itemsize, array.ctypes.data, *array.shape, *array.strides)
