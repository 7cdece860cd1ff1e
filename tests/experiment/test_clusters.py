"""The workers of a Dask scheduler: processes of their own on loopback, which are killed, come late, or are not ours."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.experiment.store import PartFolder

ROOT = Path(__file__).parent.parent.parent
WORLD = """\
name: world
start: 2025-03-01
days: 200
replications: 8
people: {sources: {border: {tracks: {voluntary: 100 %}}}}
arrests: {sources: {border: {rate: 12 / d}}}
beds: {contracted: 24}
case: {mode: stay, stay: {exponential: {mean: 2 d}}}
"""
"""A replication takes about a sixth of a second."""
MANY = "400"

needs_dask = pytest.mark.skipif(
    subprocess.run([sys.executable, "-c", "import distributed"], capture_output=True).returncode != 0,
    reason="Dask is not installed: pip install 'detsim[cluster]'",
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("world.yaml").write_text(WORLD)


def wait_until(happened: Callable[[], bool], seconds: float = 600) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


def python(*words: str, path: Path = ROOT) -> subprocess.Popen[str]:
    """A Python process that finds the package in a folder, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, *words],
        env=os.environ | {"PYTHONPATH": str(path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(where: list[str], out: str, reps: str = "8") -> subprocess.Popen[str]:
    return python(
        "-m", "sim", "run", "world.yaml", "--reps", reps, "--engine", "simpy", "--quiet", "--out", out, *where
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit status and what it wrote on stderr."""
    _, err = process.communicate(timeout=900)
    return process.returncode, err


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, folder: Path) -> None:
        file, self.folder, self.processes = folder / "scheduler.json", folder, []
        self.scheduler = self._dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        wait_until(lambda: file.exists() and file.read_text().endswith("}"))
        self.address: str = json.loads(file.read_text())["address"]

    def worker(self, path: Path = ROOT) -> subprocess.Popen[str]:
        """One more worker, whose program is in a folder."""
        options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(self.folder))
        return self._dask("worker", self.address, *options, path=path)

    def end(self) -> None:
        """End all of them."""
        for process in reversed(self.processes):
            process.kill()
            process.communicate()

    def _dask(self, *words: str, path: Path = ROOT) -> subprocess.Popen[str]:
        self.processes.append(python("-m", "dask", *words, "--no-dashboard", path=path))
        return self.processes[-1]


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("dask"))
    with contextlib.ExitStack() as stack:
        stack.callback(made.end)
        yield made


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the run comes to on this machine."""
    with contextlib.chdir(tmp_path_factory.mktemp("right")):
        Path("world.yaml").write_text(WORLD)
        assert main(["run", "world.yaml", "--engine", "simpy", "--workers", "1", "--quiet", "--out", "x"]) == 0
        return contents("x")


def contents(folder: str) -> dict[str, bytes]:
    """What must be equal between equal runs."""
    return {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.name != "manifest.json"}


def manifest(folder: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((Path(folder) / "manifest.json").read_text())
    return content


def kept(folder: str) -> int:
    return sum(1 for _ in PartFolder(Path(folder)).path.glob("*.replication"))


def other_program(folder: Path) -> Path:
    """A copy of the package in which one thing differs."""
    shutil.copytree(ROOT / "sim", folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "sim" / "rules.py").open("a") as rules:
        rules.write("\n# edited\n")
    return folder


# --- the same, whatever happens -------------------------------------------------------------------
@needs_dask
def test_a_worker_killed_in_the_middle_changes_no_byte(cluster: Cluster, right: dict[str, bytes]) -> None:
    first, _ = cluster.worker(), cluster.worker()
    process = run(["--scheduler", cluster.address], "x")
    wait_until(lambda: kept("x") > 1)
    first.kill()
    assert ended(process)[0] == 0
    assert contents("x") == right and sorted(os.listdir()) == ["world.yaml", "x"]
    assert (manifest("x")["replications_played"], manifest("x")["replications_resumed"]) == (8, 0)


@needs_dask
@pytest.mark.slow
def test_workers_may_come_after_the_run(cluster: Cluster, right: dict[str, bytes]) -> None:
    process = run(["--scheduler", cluster.address], "x")
    wait_until(PartFolder(Path("x")).path.exists)
    cluster.worker()
    assert ended(process) == (0, f"waiting for workers at {cluster.address} …\n")
    assert contents("x") == right


@needs_dask
@pytest.mark.slow
def test_two_threads_of_a_worker_change_no_byte(cluster: Cluster) -> None:
    options = ("run", "world.yaml", "--quiet", "--engine", "compiled", "--records", "--events", "3", "--out")
    assert main([*options, "here"]) == 0
    cluster._dask("worker", cluster.address, "--nthreads", "2", "--no-nanny")
    assert ended(python("-m", "sim", *options, "there", "--scheduler", cluster.address))[0] == 0
    assert contents("there") == contents("here")


@needs_dask
@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_goes_on_anywhere(cluster: Cluster, right: dict[str, bytes], ending: int) -> None:
    cluster.worker()
    process = run(["--scheduler", cluster.address], "x", MANY)
    wait_until(lambda: kept("x") > 1)
    os.killpg(process.pid, ending)
    status, err = ended(process)
    if ending == signal.SIGINT:
        assert (status, err.count("\n")) == (130, 1) and "finished and kept" in err
    already = min(kept("x"), 8)
    assert ended(run(["--cluster", "local", "--workers", "2"], "x")) == (0, "")
    assert contents("x") == right and manifest("x")["replications_resumed"] == already


def living(group: int) -> Iterator[int]:
    """The processes of a group that have not ended."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _, of, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(of) == group and state != "Z":
                yield int(folder.name)


@needs_dask
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_cluster_started_here_ends_with_ctrl_c() -> None:
    process = run(["--cluster", "local", "--workers", "2"], "x", MANY)
    wait_until(lambda: kept("x") > 1)
    assert len(list(living(process.pid))) > 2
    os.killpg(process.pid, signal.SIGINT)
    status, err = ended(process)
    assert (status, err.count("\n")) == (130, 1) and "finished and kept" in err
    wait_until(lambda: not any(living(process.pid)))


# --- what cannot go on ----------------------------------------------------------------------------
@needs_dask
def test_a_scheduler_that_is_killed_is_one_line(cluster: Cluster) -> None:
    cluster.worker()
    process = run(["--scheduler", cluster.address], "x", MANY)
    wait_until(lambda: kept("x") > 1)
    cluster.scheduler.kill()
    status, err = ended(process)
    assert (status, err.count("\n")) == (1, 1), err
    assert err.startswith("the connection to the scheduler was lost: ") and "finished and kept" in err


@needs_dask
def test_a_worker_with_another_program_is_refused(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = cluster.worker(other_program(tmp_path_factory.mktemp("other")))
    ready(cluster, 1)
    status, err = ended(run(["--scheduler", cluster.address], "x"))
    assert (status, err.count("\n")) == (2, 1), err
    assert err.startswith("--scheduler: worker tcp://127.0.0.1:") and "has another detsim" in err
    assert os.listdir() == ["world.yaml"] and other.poll() is None


@needs_dask
@pytest.mark.slow
def test_one_that_comes_later_is_refused_too(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> None:
    cluster.worker()
    process = run(["--scheduler", cluster.address], "x", MANY)
    wait_until(lambda: kept("x") > 1)
    cluster.worker(other_program(tmp_path_factory.mktemp("other")))
    status, err = ended(process)
    assert (status, err.count("\n")) == (1, 1), err
    assert "has another detsim" in err and "finished and kept" in err


def ready(cluster: Cluster, workers: int) -> None:
    """Wait until so many workers are there."""
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=600)


@needs_dask
def test_no_scheduler_is_one_line_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.experiment.clusters._CONNECT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for address, line in {
            "tcp://127.0.0.1:9": "no Dask scheduler answers at tcp://127.0.0.1:9",
            (mute := f"tcp://127.0.0.1:{silent.getsockname()[1]}"): f"no Dask scheduler answers at {mute}",
            "here": "'here': missing port number in address 'here'; write it as tcp://HOST:8786",
        }.items():
            assert main(["run", "world.yaml", "--scheduler", address]) == 2
            assert capsys.readouterr().err == f"--scheduler: {line}\n"
    assert os.listdir() == ["world.yaml"]


def test_without_dask_one_line_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "sim.experiment.clusters", raising=False)
    assert main(["run", "world.yaml", "--cluster", "local"]) == 2
    assert capsys.readouterr().err == "--scheduler, --cluster: need Dask; run `pip install 'detsim[cluster]'`\n"
    assert os.listdir() == ["world.yaml"]
