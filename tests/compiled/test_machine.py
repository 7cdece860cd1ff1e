"""Compiled code is kept whole, and never trusted when it is not."""

from __future__ import annotations

import ast
import os
import stat
from pathlib import Path

import pytest

pytest.importorskip("numba")

from sim.compiled import machine


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(machine, "cache_folder", lambda: tmp_path / "kept")
    tmp_path.chmod(0o700)
    return tmp_path / "kept"


def test_what_is_kept_is_read_again(folder: Path) -> None:
    assert not machine.is_stored()
    machine._keep(b"machine code")
    assert machine._read() == b"machine code" and machine.is_stored()
    assert [path.name for path in folder.iterdir()] == ["engine.o"]


@pytest.mark.parametrize("cut", [0, 10, 33, -1])
def test_what_is_damaged_counts_as_missing(folder: Path, cut: int) -> None:
    machine._keep(b"machine code")
    kept = folder / "engine.o"
    kept.write_bytes(kept.read_bytes()[:cut])
    assert not machine.is_stored()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders of one user only")
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o1777])
@pytest.mark.parametrize("which", ["file", "folder", "folder above"])
def test_what_others_may_write_is_not_loaded(folder: Path, which: str, mode: int) -> None:
    """Unless the folder is one in which each may touch only what is their own, like /tmp."""
    machine._keep(b"machine code")
    there = {"file": folder / "engine.o", "folder": folder, "folder above": folder.parent}[which]
    there.chmod(mode)
    assert machine.is_stored() == (which != "file" and mode == 0o1777)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs links")
def test_a_link_is_not_loaded(folder: Path, tmp_path: Path) -> None:
    machine._keep(b"machine code")
    elsewhere = tmp_path / "elsewhere.o"
    (folder / "engine.o").rename(elsewhere)
    (folder / "engine.o").symlink_to(elsewhere)
    assert not machine.is_stored()
    (folder / "engine.o").unlink()
    elsewhere.rename(folder / "engine.o")
    assert machine.is_stored()
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    assert not machine.is_stored() or folder.resolve() == tmp_path / "moved"


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("which", ["file", "folder", "folder above"])
def test_what_belongs_to_another_user_is_not_loaded(folder: Path, which: str) -> None:
    machine._keep(b"machine code")
    there = {"file": folder / "engine.o", "folder": folder, "folder above": folder.parent}[which]
    os.chown(there, 12_345, -1)
    assert not machine.is_stored()
    os.chown(there, 0, -1)
    assert machine.is_stored()


def test_what_is_kept_is_private(folder: Path) -> None:
    machine._keep(b"machine code")
    kept = (folder, folder / "engine.o")
    assert [stat.S_IMODE(path.stat().st_mode) for path in kept] == [0o700, 0o600]


def test_a_full_disk_costs_only_the_keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(code: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(machine, "_read", lambda: None)
    monkeypatch.setattr(machine, "_compile", lambda: b"")
    monkeypatch.setattr(machine, "_keep", full)
    monkeypatch.setattr(machine, "_load", len)
    assert machine.functions.__wrapped__() == 0


def test_another_processor_has_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    here = machine.cache_folder()
    monkeypatch.setattr(machine.llvm, "get_host_cpu_name", lambda: "another")
    assert machine.cache_folder() != here


def imported(path: Path) -> set[str]:
    """The modules and packages of `sim` that a file imports from."""
    root = Path(machine.__file__).parents[2]

    def is_module(name: str) -> bool:
        there = root / name.replace(".", "/")
        return there.is_dir() or there.with_suffix(".py").exists()

    found = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)]
    names = [(str(node.module), f"{node.module}.{name.name}") for node in found for name in node.names]
    return {whole if is_module(whole) else module for module, whole in names if module.partition(".")[0] == "sim"}


def test_what_compiled_code_is_made_of_comes_from_files_that_name_its_folder() -> None:
    """Constants and the columns of rows are in the machine code: a stored loop would go on with the old ones."""
    left_out = (*machine._NOT_COMPILED, "durations.py")  # which only reads laws: its constants are its own
    code = [path for path in Path(machine.__file__).parent.glob("*.py") if path.name not in left_out]
    named = {"sim." + file.removesuffix("/*.py").removesuffix(".py").replace("/", ".") for file in machine._GROUND}
    seen = {module for path in code for module in imported(path) if not module.startswith("sim.compiled")}
    assert len(code) > 15 and seen == named
