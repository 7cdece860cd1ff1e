"""The page's compiled code as WebAssembly: Numba's intermediate code, for another processor."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from sim.compiled import machine

ENGINE: Final = Path(__file__).with_name("engine.wasm")
TRIPLE: Final = "wasm32-unknown-unknown"
SECTION: Final = "sources"
"""Custom section of the module that names the sources it was built from."""
_OWN: Final = (*("layout", "tables", "held", "draws", "entries"),)
"""Modules of this folder that are in it."""
_LINK: Final = (
    *("cc", "-target", "wasm32-freestanding", "-nostartfiles", "-Wl,--no-entry", "-Wl,--export=__heap_base"),
    *("-Wl,--import-memory", "-Wl,--max-memory=2147483648", "-Wl,--strip-all"),
)


def digest() -> str:
    """Of the sources that the module is built from."""
    here = Path(__file__).parent
    ground = [path for name in machine._GROUND for path in here.parent.glob(name)]
    engine = [path for path in (here.parent / "compiled").glob("*.py") if path.name not in machine._NOT_COMPILED]
    own = [here / f"{name}.py" for name in _OWN]
    found = hashlib.sha256()
    for path in sorted([*engine, *ground, *own]):
        found.update(path.read_bytes().replace(b"\r\n", b"\n"))  # as Git may have them on Windows
    return found.hexdigest()[:16]


def built_from() -> str:
    """What the kept module says of its sources."""
    marker = SECTION.encode()
    content = ENGINE.read_bytes()
    start = content.rindex(marker) + len(marker)
    return content[start : start + 16].decode("ascii")


def build(path: Path = ENGINE) -> Path:
    """Compile, link and write the module; its path. RuntimeError without a linker."""
    with tempfile.TemporaryDirectory() as folder:
        compiled, linked = Path(folder) / "engine.o", Path(folder) / "engine.wasm"
        names = _emit(compiled)
        exports = [f"-Wl,--export={name}" for name in names]
        command = [sys.executable, "-m", "ziglang", *_LINK, *exports, str(compiled), "-o", str(linked)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the linker of `ziglang` failed: {done.stderr.strip()}")
        body = bytes([len(SECTION)]) + f"{SECTION}{digest()}".encode("ascii")
        path.write_bytes(linked.read_bytes() + bytes([0, len(body)]) + body)  # lengths below 128 are one byte
    return path


def _emit(path: Path) -> list[str]:
    """Write the object file; names of its functions for the page."""
    from llvmlite import binding as llvm

    from sim.page.entries import ENTRIES

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    processor = llvm.Target.from_triple(TRIPLE).create_target_machine(
        "", "+bulk-memory,+sign-ext,+nontrapping-fptoint", 3
    )
    whole = llvm.parse_assembly("")
    names = {}
    for entry in ENTRIES:
        (compiled,) = entry.overloads.values()
        names[compiled.fndesc.mangled_name] = entry.py_func.__name__
        whole.link_in(llvm.parse_assembly(_retargeted(compiled.library.get_llvm_str(), str(processor.target_data))))
    for function in whole.functions:
        if function.name in names:
            function.name = names[function.name]
        elif not function.is_declaration:
            function.linkage = llvm.Linkage.internal
    builder = llvm.create_pass_builder(processor, llvm.create_pipeline_tuning_options(speed_level=3))
    builder.getModulePassManager().run(whole, builder)
    path.write_bytes(processor.emit_object(whole))
    return list(names.values())


def _retargeted(code: str, data_layout: str) -> str:
    """Intermediate code for WebAssembly: its objects know no `common` variables and no other processor's features."""
    body = "\n".join(line for line in code.splitlines() if not line.startswith("target "))
    body = re.sub(r"= common (local_unnamed_addr )?global", "= internal global", body)
    body = re.sub(r'"(target-cpu|target-features|probe-stack)"="[^"]*"', "", body)
    return f'target triple = "{TRIPLE}"\ntarget datalayout = "{data_layout}"\n{body}'
