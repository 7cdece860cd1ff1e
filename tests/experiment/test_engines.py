"""The compiled engine as a guest on somebody's machine: said once, no home of its own needed, fast to start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sim.experiment import engines

pytest.importorskip("numba")

NOTICE = "compiling the fast engine, once for this version"
SAY_FOLDER = "from sim.compiled import machine; print(machine.cache_folder().parent, machine.is_stored())"
TOY = ["run", "one-facility", "--reps", "1", "--set", "days=30", "--quiet"]
NOT_HEAVY = f"import sys, sim.cli; sim.cli.main({TOY}); print(*sys.modules)"


def python(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own; it knows nothing of a cache that this process may use."""
    own = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=own | environment, cwd=cwd, capture_output=True, text=True, timeout=600)


@pytest.fixture
def not_compiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """As if nothing had been compiled yet; the engines asked for."""
    asked: list[str] = []
    monkeypatch.setattr("sim.compiled.machine.is_stored", lambda: False)
    monkeypatch.setattr(engines, "play_of", asked.append)
    engines.make_ready.cache_clear()
    yield asked
    engines.make_ready.cache_clear()


def test_the_notice_comes_once(not_compiled: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    engines.make_ready("compiled", False)
    engines.make_ready("compiled", False)
    assert capsys.readouterr().err.count(NOTICE) == 1 and not_compiled == ["compiled"]


@pytest.mark.parametrize(("engine", "quiet", "asked"), [("compiled", True, ["compiled"]), ("simpy", False, [])])
def test_no_notice(
    engine: str, quiet: bool, asked: list[str], not_compiled: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    engines.make_ready(engine, quiet)
    assert capsys.readouterr().err == "" and not_compiled == asked


# --- where compiled code is kept ----------------------------------------------------------------
@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """A folder that nobody can write, not even root."""
    folder.mkdir()
    if os.geteuid() != 0:
        folder.chmod(0o555)
        yield folder
        return
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("root can write everywhere and may not mount a file system here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_compiled_code_is_kept_in_the_users_cache(tmp_path: Path) -> None:
    done = python("-c", SAY_FOLDER, cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert (done.stdout, done.stderr) == (f"{tmp_path}/cache/detsim False\n", "")


@pytest.mark.parametrize("cache", ["read-only", "a file", "nowhere"])
def test_without_a_cache_it_is_kept_among_temporary_files(tmp_path: Path, cache: str) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "a file").write_text("")
    with read_only(tmp_path / "read-only"):
        home = "/proc/nowhere" if cache == "nowhere" else str(tmp_path / cache)
        done = python("-c", SAY_FOLDER, cwd=tmp_path, XDG_CACHE_HOME=home, TMPDIR=str(tmp_path / "tmp"))
    assert (done.stdout, done.stderr) == (f"{tmp_path}/tmp/detsim-{os.getuid()} False\n", "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_code_is_not_taken_from_somebody_elses_folder(tmp_path: Path) -> None:
    planted = tmp_path / f"detsim-{os.getuid()}"
    planted.mkdir()
    os.chown(planted, 12345, 12345)
    done = python("-c", SAY_FOLDER, cwd=tmp_path, XDG_CACHE_HOME="/proc/nowhere", TMPDIR=str(tmp_path))
    assert done.returncode == 0 and f"{planted} " not in done.stdout


@pytest.mark.slow
def test_a_read_only_install_and_home_still_run(tmp_path: Path, root: Path) -> None:
    """Installed where nothing can be written, with a home where nothing can be written: compiled, said, run."""
    (tmp_path / "tmp").mkdir()
    with read_only(tmp_path / "home") as home:
        places = {"HOME": str(home), "XDG_CACHE_HOME": str(home), "TMPDIR": str(tmp_path / "tmp")}
        asked = ("-m", "sim", "run", "two-classes", "--engine", "compiled", "--force", "--workers", "1")
        first = python("-B", *asked, cwd=tmp_path, **places)
        assert (first.returncode, first.stderr.count("\n")) == (0, 1) and NOTICE in first.stderr
        second = python("-B", *asked, cwd=tmp_path, **places)
        assert (second.returncode, second.stderr) == (0, "")


# --- what a toy costs ---------------------------------------------------------------------------
def test_a_toy_loads_no_compiler_and_no_scipy(tmp_path: Path) -> None:
    done = python("-c", NOT_HEAVY, cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path))  # no machine code is at hand
    assert done.returncode == 0, done.stderr
    assert {name.split(".")[0] for name in done.stdout.split()}.isdisjoint({"numba", "scipy", "matplotlib"})


def cost(cwd: Path, *arguments: str) -> float:
    """Processor time of a whole process, in that of one that imports NumPy, on a machine of any speed."""
    return _seconds(cwd, *arguments) / _seconds(cwd, "-c", "import numpy")


def _seconds(cwd: Path, *arguments: str) -> float:
    """Processor seconds of a whole process, the least of three."""

    def once() -> float:
        before: Any = os.times()
        assert python(*arguments, cwd=cwd).returncode == 0
        after: Any = os.times()
        return float(after.children_user + after.children_system - before.children_user - before.children_system)

    return min(once() for _ in range(3))


def test_help_answers_at_once(tmp_path: Path) -> None:
    assert cost(tmp_path, "-m", "sim", "--help") < 5


def test_a_toy_runs_at_once(tmp_path: Path) -> None:
    assert cost(tmp_path, "-m", "sim", "run", "one-facility", "--quiet", "--force") < 30
