"""Runs that cannot be lost: stopped anywhere, killed at random, or out of disk, they end with the same bytes.

The short versions run always; the long ones with `-m slow`. Seeds of the random moments are fixed, the moments are
not: they depend on how fast the machine is.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.cli import main
from sim.experiment.store import PartFolder
from tests.crash import TINY, asked, contents, killed_until_done, undisturbed

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(TINY)


# --- stopped at every point ---------------------------------------------------------------------
def stopped_at(first: int, step: int, mode: str) -> list[list[str]]:
    """What `crash_points.py` prints, word by word."""
    command = [sys.executable, str(HERE / "crash_points.py"), "tiny.yaml", str(first), str(step), mode]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return [line.split() for line in done.stdout.splitlines()]


def assert_never_lost(points: list[list[str]], least: int) -> None:
    assert len(points) > least and points[-1][1] == "0", "the run was stopped at every point up to its end"
    assert all(status == "137" for _, status, *_ in points[:-1])
    assert [point for point in points if point[2:] != ["0", "True", "True"]] == []


@pytest.mark.parametrize(("first", "mode"), [(3, "no"), (6, "force")])
def test_a_run_stopped_dead_goes_on(first: int, mode: str) -> None:
    assert_never_lost(stopped_at(first, 29, mode), 2)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["no", "force"])
def test_a_run_stopped_dead_at_any_change_of_a_file_goes_on(mode: str) -> None:
    assert_never_lost(stopped_at(1, 1, mode), 40)


# --- killed at random moments -------------------------------------------------------------------
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
@pytest.mark.parametrize(("engine", "workers", "a_worker"), [("simpy", 1, False), ("compiled", 2, True)])
def test_a_run_killed_at_random_goes_on(engine: str, workers: int, a_worker: bool) -> None:
    command = asked(engine, workers, 6)
    undisturbed(command)  # and compiled, if need be
    killed_until_done(command, 2, 1, a_worker, most=1)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
@pytest.mark.parametrize("engine", ["simpy", "compiled"])
@pytest.mark.parametrize(("workers", "a_worker"), [(1, False), (2, False), (2, True)])
def test_twenty_runs_killed_at_random_go_on(
    engine: str, workers: int, a_worker: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    command = asked(engine, workers, 20)
    undisturbed(command)
    seconds = undisturbed(command, "first")
    counts = [killed_until_done(command, seconds, seed, a_worker) for seed in range(20)]
    kills, resumed = (sum(column) for column in zip(*counts, strict=True))
    with capsys.disabled():
        print(f"\n{engine}, {workers} workers, {'a worker' if a_worker else 'the run'}: {seconds:.1f} s undisturbed, "
              f"{kills} kills in 20 runs, {resumed} of 400 replications taken up in the last try")  # fmt: skip
    assert kills >= 20 and resumed > 0


# --- a full disk --------------------------------------------------------------------------------
@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of a megabyte; a test that needs it is skipped where none can be mounted, but not in CI."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        if os.geteuid() == 0 and os.environ.get("CI") == "true":
            pytest.fail("CI runs as root and could not mount a file system")
        pytest.skip("a file system can be mounted by root only")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path, but: int) -> Path:
    """A file that takes all room but so many bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    os.truncate(ballast, ballast.stat().st_size - but)
    return ballast


def run_on(out: Path) -> int:
    return main(["run", "tiny.yaml", "--quiet", "--workers", "1", "--records", "--out", str(out)])


def fails_then_goes_on(disk: Path, free: int, capsys: pytest.CaptureFixture[str]) -> bool:
    """Run with so many bytes free, then with enough; whether the first try failed."""
    out, ballast = disk / "x", fill(disk, free)
    status = run_on(out)
    err = capsys.readouterr().err
    ballast.unlink()
    if status:
        assert (status, err.count("\n")) == (1, 1) and "No space left on device" in err, err
        assert not out.exists() and ("finished and kept" in err) == PartFolder(out).path.exists()
        assert run_on(out) == 0 and capsys.readouterr().err == ""
    assert contents(out) == contents(Path("right")) and sorted(os.listdir(disk)) == ["x"]
    subprocess.run(["rm", "-r", str(out)], check=True)
    return bool(status)


@pytest.mark.parametrize("free", [0, 4096, 40_960])
def test_a_disk_full_to_the_last_byte(free: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_on(Path("right")) == 0
    with small_disk(tmp_path / "disk") as disk:
        assert fails_then_goes_on(disk, free, capsys)


@pytest.mark.slow
def test_a_disk_full_at_any_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every size, a page at a time, up to one that suffices: the disk is full at another step each time."""
    assert run_on(Path("right")) == 0
    with small_disk(tmp_path / "disk") as disk:
        failed = [fails_then_goes_on(disk, pages * 4096, capsys) for pages in range(60)]
    assert sum(failed) > 15 and not failed[-1]
    assert failed == sorted(failed, reverse=True), "more room never hurts"
