"""The command as a user meets it: every command, wrong usage, interruption, a full disk, equal bytes."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
import pty
import re
import resource
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import sim
from sim import cli
from sim.cli import main
from sim.experiment import replication as replicating
from sim.experiment.store import PartFolder
from tests.fuzz.judge import time_limit

SMALL = """\
name: small
title: A small world
start: 2025-03-01
days: 5
replications: 2
seed: 4
people:
  sources:
    border: {tracks: {voluntary: 100 %}}
arrests:
  sources:
    border: {rate: 4 / d}
beds: {contracted: 6}
case: {mode: stay, stay: {exponential: {mean: 2 d}}}
checks: {arrests: 1..1000000, removals: "> 0"}
"""
BUSY = ("--set", "arrests.sources.border.rate=20 / d", "--set", "beds.contracted=30")
LONG = (*BUSY, "--set", "days=150")
"""Makes a replication last long enough to be interrupted."""
FILES = {
    "summary.csv",
    "replications.csv",
    "daily.csv",
    "daily_by_area.csv",
    "exits.csv",
    "cohorts.csv",
    "held_by.csv",
    "twin.csv",
    "scenario.yaml",
    "manifest.json",
    "datapackage.json",
}
Ended = tuple[int, str, str]
Command = Callable[..., Ended]


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with one scenario."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    return file


@pytest.fixture
def detsim(capfd: pytest.CaptureFixture[str]) -> Command:
    """Run the command in this process: status, stdout, stderr."""

    def run(*arguments: str) -> Ended:
        status = main(arguments)
        return status, *capfd.readouterr()

    return run


def started(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """The command in a process group of its own, with Ctrl-C as from a terminal even if these tests ignore it."""
    command = [sys.executable, "-m", "sim", *arguments]
    usual = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "preexec_fn": hear_ctrl_c}
    return subprocess.Popen(command, text=True, start_new_session=True, **(usual | options))


def hear_ctrl_c() -> None:
    """A shell starts what runs in the background with SIGINT ignored, and its children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for its end. The status is what a shell shows: 130 even if Python ends itself by SIGINT, as it
    does after a Ctrl-C that came while it made a dataclass, caught or not."""
    out, err = process.communicate(timeout=900)
    return 130 if process.returncode == -signal.SIGINT else process.returncode, out, err


def contents(folder: str | Path, but: str = "manifest.json") -> dict[str, bytes]:
    """The bytes of every file of a result that must be equal between equal runs."""
    files = [path for path in Path(folder).rglob("*") if path.is_file() and path.name != but]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def manifest(folder: str | Path) -> dict[str, Any]:
    """The manifest of a result."""
    content: dict[str, Any] = json.loads((Path(folder) / "manifest.json").read_text())
    return content


def kept(folder: str | Path, most: int = 10**6) -> int:
    """How many finished replications, up to that number, lie beside a result under way."""
    return sum(int(path.name[:6]) <= most for path in PartFolder(Path(folder)).path.glob("*.replication"))


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait, on the slowest machine long enough."""
    end = time.monotonic() + 600
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def children(pid: int) -> list[int]:
    """Processes started by a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    """Whether a process is there and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


# --- every command ------------------------------------------------------------------------------
def test_run_writes_a_complete_folder_and_shows_the_headline(detsim: Command) -> None:
    status, out, err = detsim("run", "small.yaml")
    assert (status, err) == (0, "")
    assert {path.name for path in Path("results/small").iterdir()} == FILES
    assert sorted(os.listdir("results")) == ["small"]
    for text in (
        "A small world",
        "2 replications",
        "people on average",
        "6 beds operate",
        "Checks: 2 of 2 met",
        "results/small",
    ):
        assert text in out


def test_quiet_says_nothing(detsim: Command) -> None:
    assert detsim("run", "small.yaml", "--quiet") == (0, "", "")


def test_events_and_records_are_written_when_asked_for(detsim: Command) -> None:
    assert detsim("run", "small.yaml", "--events", "3", "--records", "--quiet")[0] == 0
    asked_for = {"events.csv", "log.csv", "records.csv", "moves.csv"}
    assert {path.name for path in Path("results/small").iterdir()} == FILES | asked_for
    arrests = Path("results/small/records.csv").read_text().count("\n") - 1
    values = [line.split(",") for line in Path("results/small/replications.csv").read_text().splitlines()]
    assert arrests == sum(int(cells[4]) for cells in values if cells[2] == "arrests") > 0


def test_options_change_the_run_and_stand_in_the_written_scenario(detsim: Command) -> None:
    options = ("--reps", "1", "--seed", "9", "--set", "days=3", "--set", "beds.contracted=1", "--out", "elsewhere/x")
    assert detsim("run", "small.yaml", "--quiet", *options)[0] == 0
    assert (manifest("elsewhere/x")["seed"], manifest("elsewhere/x")["days"]) == (9, 3)
    assert manifest("elsewhere/x")["replications"] == [1]
    assert detsim("run", "elsewhere/x/scenario.yaml", "--quiet", "--out", "again")[0] == 0
    assert contents("again") == contents("elsewhere/x")


def test_validate_says_ok_or_every_problem(detsim: Command, small: Path) -> None:
    assert detsim("validate", "small.yaml") == (0, "small.yaml: ok\n", "")
    Path("bad.yaml").write_text(SMALL.replace("days: 5", "dais: 5").replace("seed: 4", "seed: four"))
    status, out, err = detsim("validate", "bad.yaml", "small.yaml")
    assert (status, out) == (2, "small.yaml: ok\n")
    assert [line.split(": ")[0] for line in err.splitlines()] == ["bad.yaml:4:1", "bad.yaml:6:7"]


def test_validate_with_settings(detsim: Command) -> None:
    assert detsim("validate", "small.yaml", "--set", "beds.contracted=7") == (0, "small.yaml: ok\n", "")
    status, out, err = detsim("validate", "small.yaml", "--set", "beds.contracted=7", "--set", "seed=x")
    assert (status, out, err.count("\n")) == (2, "", 1) and err.startswith("--set seed=x: seed: ")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--set seed=3 --set seed=4", "--set seed=3: has no effect, since --set seed=4 follows"),
        (
            "--set seed=3 --set replications=1 --set seed=3",
            "--set seed=3: has no effect, since --set seed=3 follows",
        ),
        ("--set seed=1 --seed 2", "--set seed=1: has no effect, since --seed is given"),
        ("--set replications=1 --reps 2", "--set replications=1: has no effect, since --reps is given"),
    ],
)
def test_a_setting_that_is_replaced_is_reported(detsim: Command, options: str, says: str) -> None:
    assert detsim("run", "small.yaml", "--quiet", *options.split()) == (0, "", f"{says}\n")


def test_compare_shows_and_writes_differences(detsim: Command) -> None:
    detsim("run", "small.yaml", "--quiet", "--out", "a")
    detsim("run", "small.yaml", "--quiet", "--out", "b", "--set", "beds.contracted=3")
    status, out, err = detsim("compare", "a", "b", "--names", "--out", "c")
    assert (status, err) == (0, "") and "held_mean" in out and "paired" in out
    assert Path("c/compare.csv").read_text().startswith("scenario,baseline,measure,")
    assert detsim("compare", "a", "b", "--baseline", "b")[0] == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--reps 5 --force", ["--reps: has no effect without --causes", "--force: has no effect without --out"]),
        ("--causes --all", ["--all: has no effect with --causes"]),
    ],
)
def test_compare_says_which_option_has_no_effect(detsim: Command, options: str, said: list[str]) -> None:
    assert detsim("compare", "nowhere", *options.split())[2].splitlines()[: len(said)] == said


def test_compare_writes_into_nothing_that_exists(detsim: Command) -> None:
    detsim("run", "small.yaml", "--quiet", "--out", "a")
    before = contents("a", but="")
    for out in ("a", "small.yaml"):
        status, shown, err = detsim("compare", "a", "a/replications.csv", "--out", out)
        assert (status, shown, err.count("\n")) == (2, "", 1) and err.startswith(f"{out}: exists; ")
    assert contents("a", but="") == before
    Path("c").mkdir()
    assert detsim("compare", "a", "a/replications.csv", "--out", "c", "--force")[0] == 0
    assert os.listdir("c") == ["compare.csv"]
    assert detsim("compare", "a", "a/replications.csv", "--out", "small.yaml", "--force")[0] == 2


@pytest.mark.parametrize(
    ("pattern", "by", "says"),
    [
        (r"small,\d,arrests,.*\n", "", "no rows of arrests, which summary.csv has"),
        (r"small,2,.*\n", "", "no rows of replication 2, but manifest.json lists it"),
        (r"small,2,arrests,.*\n", "", "no row of arrests in replication 2"),
        (r"(?s)(?<=small,1,held_mean,).*", "people,3\n", "no rows of "),
        (r"small,2,", "small,3,", "no rows of replication 2"),
        (r"arrests,people", "arrests,days", "unit: 'days', but arrests is in people"),
    ],
)
def test_compare_notices_a_result_that_was_cut_or_changed(detsim: Command, pattern: str, by: str, says: str) -> None:
    detsim("run", "small.yaml", "--quiet", "--out", "a")
    detsim("run", "small.yaml", "--quiet", "--out", "b")
    file = Path("b/replications.csv")
    file.write_text(re.sub(pattern, by, file.read_text()))
    status, out, err = detsim("compare", "a", "b")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("b/replications.csv:") and says in err


def test_list_shows_shipped_scenarios(detsim: Command) -> None:
    status, out, _ = detsim("list")
    assert status == 0 and "may-2025-1000" in out and "teaching/mmc" in out


def test_explain_shows_where_a_value_was_set(detsim: Command) -> None:
    status, out, _ = detsim("explain", "small.yaml", "beds.contracted")
    assert status == 0 and "beds.contracted" in out and "small.yaml:13" in out


def test_schema_is_json(detsim: Command) -> None:
    status, out, _ = detsim("schema")
    assert status == 0 and json.loads(out)["type"] == "object"


COMMANDS = (
    *("run", "validate", "compare", "sweep", "solve", "bottleneck", "advise", "backtest"),
    *("sensitivity", "report", "watch", "page", "classroom", "list", "explain", "schema", "export"),
)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(detsim: Command, command: str) -> None:
    status, out, err = detsim(*command.split(), "--help")
    assert (status, err) == (0, "") and "Usage: detsim" in out
    assert command or detsim() == (0, out, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_declared_once_and_offered(detsim: Command, command: str) -> None:
    (function,) = [one for one in cli.COMMANDS if one.__name__ == command]
    (kind,) = [one for name, one in get_type_hints(function).items() if name != "return"]
    declared = [one.metadata["declared"] for one in dataclasses.fields(kind) if "declared" in one.metadata]
    flags = [name for one in declared for flag in one.flags for name in flag.split("/")]
    shown = detsim(command, "--help")[1]
    assert len(flags) == len(set(flags)) and all(flag in shown for flag in flags)
    assert declared or command in ("list", "schema")


def test_version(detsim: Command) -> None:
    assert detsim("--version") == (0, f"detsim {sim.__version__}\n", "")


def test_only_the_commands_that_exist_are_shown(detsim: Command) -> None:
    out = detsim("--help")[1].partition("Commands")[2]
    shown = re.findall(r"^\W+(\w+)  ", out, re.MULTILINE)
    assert sorted(shown) == sorted(COMMANDS)


# --- wrong usage --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("bogus", "No such command 'bogus'"),
        ("--bogus", "No such option: --bogus"),
        ("run", "Missing argument 'SCENARIO'"),
        ("run small.yaml more", "unexpected extra argument"),
        ("run small.yaml --rep 3", "--reps"),
        ("run small.yaml --reps many", "--reps"),
        ("run small.yaml --reps 0", "--reps"),
        ("run small.yaml --seed -1", "--seed"),
        ("run small.yaml --seed 9223372036854775808", "--seed"),
        ("run small.yaml --workers 0", "--workers"),
        ("run small.yaml --events -1", "--events"),
        ("run small.yaml --precision held_men=1%", "did you mean held_mean?"),
        ("run small.yaml --precision held_mean", "write MEASURE=1% or MEASURE=50"),
        ("run small.yaml --most-reps 5", "--precision"),
        ("run small.yaml --most-reps 5 --precision held_mean=1% --reps 6", "5 is less than the 6"),
        ("run small.yaml --engine fast", "'fast' is no engine; choose auto, simpy or compiled"),
        ("run small.yaml --set days", "--set days"),
        ("run small.yaml --set dais=3", "did you mean days?"),
        ("run small.yaml --set days=-3", "days"),
        ("run small.yaml --set name=../x", "name"),
        ("run nowhere.yaml", "nowhere.yaml: no such file"),
        ("run .", "is a folder"),
        ("run small.yaml --out small.yaml", "small.yaml: exists"),
        ("run small.yaml --out small.yaml --force", "small.yaml: is not a folder"),
        ("run small.yaml --out . --force", ".: is not a result folder"),
        ("validate", "Missing argument 'SCENARIO...'"),
        ("validate nowhere.yaml", "nowhere.yaml: no such file"),
        ("compare", "Missing argument 'RESULT RESULT...'"),
        ("compare small.yaml", "two results"),
        ("compare nowhere elsewhere", "nowhere: not found"),
        ("explain small.yaml beds.contracts", "beds.contracts"),
        ("list more", "unexpected extra argument"),
    ],
)
def test_wrong_usage_is_one_clear_line(detsim: Command, arguments: str, says: str) -> None:
    status, out, err = detsim(*arguments.split())
    assert (status, out) == (2, "")
    assert err.count("\n") == 1 and says in err and "Traceback" not in err
    assert os.listdir() == ["small.yaml"]


@pytest.mark.parametrize(
    ("setting", "people"),
    [
        ("arrests.sources.border.rate=1e9 / d", "5,000,000,000"),
        ("arrests.sources.border.rate=4000001 / d", "20,000,005"),
        ("people.day0.held=1e12", "1,000,000,000,020"),
    ],
)
def test_more_people_than_fit_are_refused_before_any_is_drawn(detsim: Command, setting: str, people: str) -> None:
    status, out, err = detsim("run", "small.yaml", "--set", setting)
    assert (status, out, err.count("\n")) == (2, "", 1) and f"about {people} people" in err
    assert os.listdir() == ["small.yaml"]


def test_an_existing_folder_is_refused_before_any_work(detsim: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    detsim("run", "small.yaml", "--quiet")
    before = contents("results/small", but="")
    monkeypatch.setattr(replicating, "stream_of", None)
    status, out, err = detsim("run", "small.yaml", "--seed", "5")
    assert (status, out, err.count("\n")) == (2, "", 1) and "results/small: exists" in err and "--force" in err
    assert contents("results/small", but="") == before


def test_force_replaces_the_folder(detsim: Command) -> None:
    detsim("run", "small.yaml", "--quiet", "--events", "2")
    assert detsim("run", "small.yaml", "--quiet", "--seed", "5", "--force")[0] == 0
    assert manifest("results/small")["seed"] == 5
    assert {path.name for path in Path("results/small").iterdir()} == FILES


def test_a_folder_in_use_is_refused(detsim: Command) -> None:
    with PartFolder(Path("results/small")).held():
        status, _, err = detsim("run", "small.yaml")
    assert status == 2 and "another run is writing this folder" in err


@pytest.mark.parametrize(
    ("out", "status"),
    [
        ("/proc/below", 1),
        ("small.yaml/below", 2),
        ("small.yaml/far/below", 2),
        ("x" * 250, 2),
        ("x" * 300, 2),
        ("x" * 300 + "/x", 2),
    ],
)
def test_a_folder_that_cannot_be_written_is_one_line(detsim: Command, out: str, status: int) -> None:
    ended, _, err = detsim("run", "small.yaml", "--out", out)
    assert ended == status and err.count("\n") == 1 and err.startswith(f"{out}: ")


def test_the_longest_name_is_fine_and_an_empty_one_is_told(detsim: Command) -> None:
    assert detsim("run", "small.yaml", "--quiet", "--out", "x" * 249) == (0, "", "")
    for command in (("run", "small.yaml"), ("compare", "a", "b")):
        status, out, err = detsim(*command, "--out", "")
        assert (status, out, err.count("\n")) == (2, "", 1) and "--out" in err and "the name is empty" in err


def test_a_tilde_is_the_home_folder(detsim: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert detsim("run", "small.yaml", "--quiet", "--out=~/x") == (0, "", "")
    assert detsim("compare", "~/x", "~/x/replications.csv", "--baseline", "~/x", "--out", "~/c")[0] == 0
    assert detsim("validate", "~/x/scenario.yaml")[0] == detsim("explain", "~/x/scenario.yaml")[0] == 0
    assert sorted(os.listdir()) == ["home", "small.yaml"] and {"c", "x"} <= set(os.listdir("home"))


@pytest.mark.parametrize("option", ["--out=~nobody-here/x", "~nobody-here/small.yaml", "--out=~nobody-here"])
def test_a_home_that_is_nobodys_is_one_line(detsim: Command, option: str) -> None:
    words = ["run", "small.yaml", option] if option.startswith("--") else ["run", option]
    status, out, err = detsim(*words)
    assert (status, out, err.count("\n")) == (2, "", 1) and "~nobody-here is not the home folder of a user" in err
    assert os.listdir() == ["small.yaml"]


def test_names_with_control_characters_are_printed_as_escapes(detsim: Command) -> None:
    status, out, err = detsim("run", "small.yaml", "--out", "a\n\x1b[2Jb")
    assert (status, err) == (0, "") and "written to a\\n\\x1b[2Jb\n" in out and "\x1b" not in out
    for words in (
        ("run", "small.yaml", "--out", "a\n\x1b[2Jb"),
        ("run", "\x1b[2J\n.yaml"),
        ("run", "small.yaml", "--\x1b"),
    ):
        status, out, err = detsim(*words)
        assert (status, out, err.count("\n")) == (2, "", 1) and "\x1b" not in err


def test_names_that_are_not_utf_8(detsim: Command) -> None:
    name = os.fsdecode(b"lat\xe9")
    Path(f"{name}.yaml").write_text(SMALL.replace("name: small\n", ""))
    assert detsim("run", f"{name}.yaml", "--out", name)[0] == 0
    assert detsim("validate", f"{name}.yaml", f"{name}/scenario.yaml")[0] == 0
    assert detsim("compare", name, name, "--out", f"{name}-c")[0] == 0
    for words in (
        ("run", "small.yaml", "--set", f"title={name}"),
        ("run", f"{name}2"),
        ("run", "small.yaml", f"--{name}"),
    ):
        status, out, err = detsim(*words)
        assert (status, out, err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("words", ["run small.yaml", "list", "compare a b", "sweep", "report a"])
def test_a_current_folder_that_was_deleted_is_one_line(detsim: Command, tmp_path: Path, words: str) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    assert detsim(*words.split()) == (2, "", "the current folder no longer exists; change to another folder\n")
    assert detsim("run", "--help")[0] == 0
    os.chdir(tmp_path)


PIPED = (
    *("run PIPE", "validate PIPE", "explain PIPE", "sweep PIPE --dry-run", "advise PIPE", "sensitivity PIPE"),
    *("solve PIPE --vary days --in 1:2 --until removals>=1", "bottleneck PIPE --goal removals", "compare PIPE PIPE"),
    *("report PIPE", "watch PIPE", "backtest --observed PIPE", "sensitivity small.yaml --screening PIPE"),
    *("run small.yaml --set arrests.observed=PIPE", "run small.yaml --set people.day0.composition=PIPE"),
)


@pytest.mark.parametrize("words", PIPED)
@pytest.mark.parametrize("name", ["pipe", "/dev/zero", "/dev/null"])
def test_a_pipe_or_a_device_is_refused_at_once(detsim: Command, words: str, name: str) -> None:
    os.mkfifo("pipe")
    with time_limit(20):
        status, out, err = detsim(*(word.replace("PIPE", name) for word in words.split()))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert sorted(os.listdir()) == ["pipe", "small.yaml"]


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f'"{sys.executable}" -m sim schema | head -c 10 >/dev/null; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ("| head -c 1 > /dev/null", 0, ""),
        ("--strict --set checks.held_peak=101..200 | true", 1, "check held_peak: 6, wanted 101..200: NOT MET\n"),
        ("> /dev/full", 1, "stdout: No space left on device; the result in results/small is complete\n"),
        ("2>&- > /dev/null", 0, ""),
        (">&- 2>&-", 0, ""),
        ("--workers 2 2>&- > /dev/null", 0, ""),
    ],
)
def test_a_result_is_complete_whoever_reads_the_table(words: str, status: int, says: str) -> None:
    command = f'"{sys.executable}" -m sim run small.yaml {words}; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (status, says)
    assert {path.name for path in Path("results/small").iterdir()} == FILES


def test_a_terminal_that_lacks_characters_is_no_error() -> None:
    narrow = os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    status, out, err = ended(started("run", "small.yaml", "--set", "title=Grün … ×", env=narrow))
    assert (status, err) == (0, "") and "Gr?n" in out


@pytest.mark.parametrize(("to", "says"), [(">&-", ""), ("> /dev/full", "detsim: No space left on device\n")])
def test_a_stdout_that_takes_nothing_is_no_traceback(to: str, says: str) -> None:
    command = f'"{sys.executable}" -m sim list {to}'
    assert subprocess.run(["bash", "-c", command], capture_output=True, text=True).stderr == says


# --- checks and failures ------------------------------------------------------------------------
def test_a_check_that_is_not_met_counts_only_when_strict(detsim: Command) -> None:
    unmet = ("run", "small.yaml", "--quiet", "--set", "checks.held_peak=101..200")
    status, _, err = detsim(*unmet)
    assert status == 0 and err.splitlines() == ["check held_peak: 6, wanted 101..200: NOT MET"]
    assert detsim(*unmet, "--force", "--strict")[0] == 1
    assert detsim("run", "small.yaml", "--force", "--strict", "--quiet") == (0, "", "")
    _, _, err = detsim(*unmet, "--force", "--set", "title=other")
    assert err.splitlines()[1:] == ["the checks are for the scenario as written, and --set changed it"]


def test_a_precision_is_said_when_it_is_reached_and_when_it_is_not(detsim: Command) -> None:
    status, out, err = detsim("run", "small.yaml", "--precision", "arrests=20%")
    assert (status, err) == (0, "") and "10 replications" in out and "asked ± 20%: met" in out
    asked = ("--precision", "arrests=20%", "--precision", "held_mean=0.001", "--most-reps", "12")
    status, _, err = detsim("run", "small.yaml", "--force", "--quiet", *asked)
    assert status == 1 and err.startswith("precision held_mean: ") and err.endswith("asked ± 0.001: NOT MET\n")
    assert err.count("\n") == 1 and len(manifest("results/small")["replications"]) == 12


def failing(monkeypatch: pytest.MonkeyPatch, numbers: set[int]) -> None:
    """Make some replications fail as a broken law would."""
    stream_of = replicating.stream_of

    def fail(scenario: Any, tables: Any, engine: str, replication: int) -> Any:
        if replication in numbers:
            raise ArithmeticError("people in are not\npeople out")
        return stream_of(scenario, tables, engine, replication)

    monkeypatch.setattr(replicating, "stream_of", fail)


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_a_failed_replication_is_reported_and_the_rest_go_on(
    engine: str, detsim: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, {2})
    monkeypatch.setattr("sim.experiment.study.make_ready", lambda engine, quiet: None)  # whether compiled or not
    status, out, err = detsim("run", "small.yaml", "--reps", "3", "--workers", "1", "--engine", engine)
    assert status == 1 and "2 of 3 replications" in out
    assert err.startswith("replication 2 (seed 4) failed: ArithmeticError: people in are not people out (")
    assert err.count("\n") == 1
    assert manifest("results/small")["replications"] == [1, 3]
    assert [entry["replication"] for entry in manifest("results/small")["failed"]] == [2]
    rows = Path("results/small/replications.csv").read_text().splitlines()[1:]
    assert {row.split(",")[1] for row in rows} == {"1", "3"}


def test_if_every_replication_fails_nothing_is_written(detsim: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, {1, 2})
    status, out, err = detsim("run", "small.yaml", "--workers", "1")
    assert (status, out, err.count("\n")) == (1, "", 3) and "no replication was finished" in err
    assert os.listdir("results") == []


# --- equal bytes --------------------------------------------------------------------------------
def test_equal_runs_give_equal_bytes_with_any_number_of_workers(detsim: Command) -> None:
    asked = ("run", "small.yaml", "--quiet", "--reps", "3", "--events", "2", "--records")
    for out, workers in (("a", "1"), ("b", "1"), ("c", "2")):
        assert detsim(*asked, "--out", out, "--workers", workers)[0] == 0
    assert contents("a") == contents("b") == contents("c")
    detsim(*asked, "--out", "d", "--workers", "1", "--seed", "5")
    assert contents("a")["daily.csv"] != contents("d")["daily.csv"]


def test_the_written_scenario_gives_the_same_bytes_with_what_it_reads(detsim: Command) -> None:
    rows = [f"2025-03-0{day},border,A,{day}" for day in range(1, 6)]
    Path("seen.csv").write_text("\n".join(["date,source,area,arrests", *rows, ""]))
    assert detsim("run", "small.yaml", "--quiet", "--out", "a", "--set", "arrests.observed=seen.csv")[0] == 0
    Path("seen.csv").unlink()
    assert Path("a/inputs/seen.csv").read_text().endswith("A,5\n")
    assert detsim("run", "a/scenario.yaml", "--quiet", "--out", "b")[0] == 0
    assert contents("a") == contents("b")
    assert ",arrests,people,15\n" in Path("b/replications.csv").read_text()


def test_the_manifest_has_the_versions_of_what_compiled_the_engine(detsim: Command) -> None:
    for engine, among in (("simpy", False), ("compiled", True)):
        assert detsim("run", "small.yaml", "--quiet", "--engine", engine, "--out", engine)[0] == 0
        assert ({"numba", "llvmlite"} <= manifest(engine)["libraries"].keys()) is among


def test_the_manifest_names_no_machine(detsim: Command, tmp_path: Path) -> None:
    detsim("run", "small.yaml", "--quiet")
    text = Path("results/small/manifest.json").read_text()
    assert str(tmp_path) not in text and str(Path.home()) not in text
    assert not re.search(rf"\b{re.escape(os.uname().nodename)}\b", text), "a machine may be called vm, as in llvmlite"


# --- interruption -------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The long run, never interrupted."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with contextlib.chdir(folder):
        Path("small.yaml").write_text(SMALL)
        assert main(long_run("1")) == 0
        return contents("results/small")


def long_run(workers: str, reps: str = "5") -> tuple[str, ...]:
    """A run that can be interrupted between replications."""
    return ("run", "small.yaml", "--quiet", "--reps", reps, "--workers", workers, "--engine", "simpy", *LONG)


def endless_run(workers: str) -> tuple[str, ...]:
    """The same with so many more replications that it never ends before it is stopped."""
    return long_run(workers, "5000")


def assert_goes_on(undisturbed: dict[str, bytes]) -> None:
    """The command for five takes up those finished and ends with the same bytes and nothing beside."""
    already = kept("results/small", 5)
    assert main(long_run("1")) == 0
    made = manifest("results/small")
    assert made["replications_resumed"] == already > 0
    assert made["replications_played"] + already == 5
    assert contents("results/small") == undisturbed
    assert os.listdir("results") == ["small"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_keeps_what_is_finished(undisturbed: dict[str, bytes], workers: str) -> None:
    process = started(*endless_run(workers))
    wait_until(lambda: kept("results/small") > 0)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: every process of the group gets it
    status, out, err = ended(process)
    assert (status, out) == (130, "")
    assert err == f"interrupted: {kept('results/small')} of 5000 replications are finished and kept; " + (
        "the same command goes on from there\n"
    )
    assert not Path("results/small").exists()
    assert_goes_on(undisturbed)


def test_ctrl_c_before_anything_is_finished_leaves_nothing() -> None:
    process = started("run", "small.yaml", *BUSY, "--set", "days=3600", "--reps", "1", "--engine", "simpy")
    wait_until(PartFolder(Path("results/small")).path.exists)
    process.send_signal(signal.SIGINT)
    status, out, err = ended(process)
    assert (status, out, err) == (130, "", "interrupted: no replication was finished, nothing is written\n")
    assert os.listdir("results") == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.parametrize("after", [0, 0.1, 0.4])
def test_ctrl_c_while_it_starts_is_one_line(after: float) -> None:
    process = started("run", "small.yaml", *BUSY, "--set", "days=3600", "--reps", "50", "--engine", "simpy")
    wait_until(lambda: catches(process.pid, signal.SIGTERM))  # before that, Python itself answers a signal
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    status, out, err = ended(process)
    assert (status, out) == (130, "") and (err.count("\n") == 1 or process.returncode < 0)


def catches(process: int, number: int) -> bool:
    """Whether the process handles this signal itself."""
    status = Path(f"/proc/{process}/status").read_text()
    caught = int(re.search(r"^SigCgt:\s*(\w+)", status, re.MULTILINE)[1], 16)
    return bool(caught >> (number - 1) & 1)


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("number", "everyone"), [(signal.SIGTERM, False), (signal.SIGTERM, True), (signal.SIGHUP, False)]
)
def test_a_signal_that_ends_keeps_what_is_finished(workers: str, number: int, everyone: bool) -> None:
    process = started(*endless_run(workers))
    wait_until(lambda: kept("results/small") > 0)
    (os.killpg if everyone else os.kill)(process.pid, number)
    status, out, err = ended(process)
    assert (out, err.count("\n")) == ("", 1) and "finished and kept" in err
    assert status == 128 + number or (everyone and workers == "2" and err.startswith("a worker process was killed"))
    assert [name for name in os.listdir("results") if not name.startswith(".small.part")] == []


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_ctrl_c_ends_even_workers_that_do_nothing() -> None:
    process = started(*endless_run("2"))
    wait_until(lambda: kept("results/small") > 0)
    workers = [pid for pid in children(process.pid) if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    process.send_signal(signal.SIGINT)
    status, out, err = ended(process)
    assert (status, out, err.count("\n")) == (130, "", 1) and "finished and kept" in err
    assert len(workers) == 2 and not any(map(is_running, workers))


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_kill_leaves_no_process_and_the_same_command_goes_on(undisturbed: dict[str, bytes]) -> None:
    process = started(*endless_run("2"))
    wait_until(lambda: kept("results/small") > 0)
    workers = children(process.pid)
    process.kill()
    assert ended(process)[0] == -signal.SIGKILL and workers
    wait_until(lambda: not any(map(is_running, workers)))
    assert not Path("results/small").exists()
    assert_goes_on(undisturbed)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_a_killed_worker_is_one_clear_line(undisturbed: dict[str, bytes]) -> None:
    process = started(*endless_run("2"))
    wait_until(lambda: kept("results/small") > 0)
    for pid in children(process.pid):
        if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text():
            os.kill(pid, signal.SIGKILL)
    status, out, err = ended(process)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("a worker process was killed") and "finished and kept" in err
    assert_goes_on(undisturbed)


def test_a_damaged_replication_is_played_again(undisturbed: dict[str, bytes]) -> None:
    process = started(*endless_run("1"))
    wait_until(lambda: kept("results/small") > 1)
    process.kill()
    ended(process)
    first = min(PartFolder(Path("results/small")).path.glob("*.replication"))
    first.write_bytes(first.read_bytes()[:-10])
    assert main(long_run("1")) == 0
    assert contents("results/small") == undisturbed


def test_another_scenario_takes_nothing_up(detsim: Command) -> None:
    process = started(*endless_run("1"))
    wait_until(lambda: kept("results/small") > 0)
    process.kill()
    ended(process)
    assert detsim("run", "small.yaml", "--quiet")[0] == 0
    assert manifest("results/small")["replications_resumed"] == 0
    assert os.listdir("results") == ["small"]


# --- a full disk --------------------------------------------------------------------------------
def test_a_disk_that_takes_no_more_is_one_clear_line() -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    status, out, err = ended(started("run", "small.yaml", "--workers", "1", preexec_fn=limit))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("results/small: File too large")
    assert os.listdir("results") == []


@contextlib.contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A file system with so little room; skips the test where none can be mounted."""
    folder.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(options, capture_output=True).returncode != 0:
        pytest.skip("a file system can be mounted by root only")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_keeps_what_is_finished(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    one = 150  # kilobytes: room for some replications, not for all
    with small_disk(tmp_path / "disk", 2 * one) as disk:
        status, out, err = ended(started(*long_run("1"), "--out", str(disk / "x")))
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert "No space left on device" in err and "finished and kept" in err
        assert kept(disk / "x") > 0 and not (disk / "x").exists()
        subprocess.run(["mount", "-o", "remount,size=100m", str(disk)], check=True)
        assert main((*long_run("1"), "--out", str(disk / "x"))) == 0
        assert contents(disk / "x") == undisturbed


# --- progress -----------------------------------------------------------------------------------
def on_terminal(*arguments: str) -> str:
    """What the command writes on stderr if that is a terminal."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    process = started(*arguments, stderr=slave, env=os.environ | {"TQDM_MININTERVAL": "0"})  # each day is shown
    os.close(slave)
    seen = b""
    while True:
        try:
            seen += (piece := os.read(master, 4096))
        except OSError:  # how Linux says that the other end is closed
            break
        if not piece:
            break
    os.close(master)
    process.communicate(timeout=900)
    return seen.decode()


@pytest.mark.parametrize(("workers", "engine"), [("1", "simpy"), ("2", "simpy"), ("1", "compiled")])
def test_a_terminal_sees_one_progress_bar_with_rate_and_time_left(workers: str, engine: str) -> None:
    asked = ("--workers", workers, "--engine", engine, "--set", "days=200", "--reps", "3")
    seen = on_terminal("run", "small.yaml", *asked)
    assert seen.count("simulated days:   0%") >= 1 and "/600" in seen
    assert re.search(r"simulated days: +[1-9]\d*%.*\[\d\d:\d\d<\d\d:\d\d, +[\d.]+(?:day/s|s/day)\]", seen)


def test_quiet_has_no_progress_bar() -> None:
    assert on_terminal("run", "small.yaml", "--workers", "1", "--quiet") == ""
