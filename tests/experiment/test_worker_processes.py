"""Worker processes start whatever script starts them, and what a killed run left is removed by the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from sim.experiment import temporary, work
from sim.experiment.executors import collect, executor
from sim.experiment.temporary import temporary_folder
from sim.experiment.work import Where, WorkerDied
from tests.experiment.worlds import TINY

SCRIPT = """\
import sim
found = sim.run("erlang-b", set={"days": 5}, reps=2, workers=2)
print(len(found.values("arrests")))
"""
OWN_TASK = """\
from sim.experiment.executors import collect, executor
from sim.experiment.work import Where
def double(n):
    return 2 * n
if __name__ == "__main__":
    found = []
    with executor(Where(workers=2)) as pool:
        collect(pool, double, [(1,), (2,)], found.append)
    print(*sorted(found))
"""
RUN = ["run", "erlang-b", "--set", "days=2000", "--reps", "50", "--workers", "2", "--engine", "simpy", "--quiet"]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def ran(*words: str, stdin: str | None = None) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, *words], input=stdin, capture_output=True, text=True, timeout=900)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("way", "shadows"),
    [("file", ()), *((way, ("types.py", "random.py", "logging.py")) for way in ("file", "stdin", "command"))],
)
def test_a_script_needs_no_guard(way: str, shadows: tuple[str, ...]) -> None:
    """Nor may it come from stdin, or stand beside a module with the name of one of Python's: that is none of ours."""
    folder = Path("scripts")
    folder.mkdir()
    for shadow in shadows:
        Path(shadow).write_text("raise ImportError('a module of somebody else')\n")
    (folder / "script.py").write_text(SCRIPT)
    words = {"file": [str(folder / "script.py")], "stdin": ["-P", "-"], "command": ["-P", "-c", SCRIPT]}[way]
    assert ran(*words, stdin=SCRIPT if way == "stdin" else None) == (0, "2\n", "")


def test_a_module_of_the_same_name_in_the_current_folder_does_not_matter() -> None:
    """The `detsim` command does not look there; neither do its workers."""
    for name in ("types.py", "random.py", "numpy.py", "socket.py"):
        Path(name).write_text("raise ImportError('a module of somebody else')\n")
    Path("tiny.yaml").write_text(TINY)
    words = ["run", "tiny.yaml", "--set", "days=5", "--reps", "2", "--workers", "2", "--quiet", "--out", "x"]
    assert ran("-P", "-m", "sim", *words) == (0, "", "")


def test_a_script_may_have_tasks_of_its_own() -> None:
    Path("script.py").write_text(OWN_TASK)
    assert ran("script.py") == (0, "2 4\n", "")


def test_why_no_process_starts_is_told(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    broken = Path("broken")
    broken.mkdir()
    (broken / "secrets.py").write_text("raise ImportError('no secrets here')\n")
    monkeypatch.setattr(sys, "path", [str(broken.resolve()), *sys.path])
    says = "a worker process could not start: ImportError: no secrets here; try --workers 1"
    with pytest.raises(WorkerDied, match=says), executor(Where(workers=2)) as pool:
        collect(pool, work.tick, [(1,), (2,)], lambda result: None)
    capfd.readouterr()


# --- what is left behind ------------------------------------------------------------------------
@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary folders."""
    folder = tmp_path / "there"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_temporary_folder_leaves_nothing(there: Path) -> None:
    with temporary_folder() as folder:
        (folder / "arrivals.csv").write_text("x")
        with temporary_folder() as other:
            assert folder.exists() and other != folder
    assert os.listdir(there) == []


def test_what_a_killed_process_left_is_removed_and_nothing_else(there: Path) -> None:
    mine, theirs, left = there / "detsim-mine", there / f"detsim-{'0' * 16}", there / f"detsim-{'1' * 16}"
    for folder in (mine, theirs, left):
        folder.mkdir()
        (folder / "lock").touch()
    (theirs / "thesis.txt").write_text("precious")
    (left / ("a" * 64)).write_text("x")
    (there / f"detsim-{'2' * 16}").symlink_to(mine)
    with temporary_folder():
        assert not left.exists() and (theirs / "thesis.txt").exists() and (mine / "lock").exists()


def test_a_folder_in_use_stays(there: Path) -> None:
    with temporary_folder() as folder:
        temporary._remove_if_left_over(folder)
        assert folder.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_ended_leaves_nothing_for_long(there: Path, number: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-m", "sim", *RUN, "--out", "x"], stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 600
    while not list(Path().glob(".x.part/*.replication")) and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(number)
    err = process.communicate(timeout=600)[1]
    if number != signal.SIGKILL:  # after that Python's own tracker of semaphores speaks
        assert err.count("\n") == 1 and "finished and kept; the same command goes on from there" in err
    with temporary_folder():
        pass
    assert os.listdir(there) == []
