"""`compare`, `solve`, `bottleneck` and `advise` as a user meets them: what is printed, written and refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.cli import main
from tests.experiment.worlds import tiny

Ended = tuple[int, str, str]
Command = Callable[..., Ended]
SOLVE = ("solve", "tiny.yaml", "--vary", "beds.contracted", "--in", "2:12", "--reps", "3", "--out", "answer")


@pytest.fixture
def detsim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run a command in an empty folder with one scenario: status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    tiny(tmp_path)

    def run(*arguments: str) -> Ended:
        status = main(arguments)
        return (status, *capfd.readouterr())

    return run


def test_solve_prints_the_answer_and_writes_it(detsim: Command) -> None:
    status, out, err = detsim(*SOLVE, "--until", "releases_no_bed / arrests <= 5 %")
    assert (status, err) == (0, "")
    head, answer, misses, at, *_ = out.splitlines()
    assert head.startswith("tiny: beds.contracted so that releases_no_bed / arrests <= 5 % (3 replications")
    assert answer.startswith("smallest: ") and "from chance alone [the assumed values were not varied]" in answer
    assert misses.startswith("nearest that misses: ") and at.startswith("at that amount: ")
    files = {path.name for path in Path("answer").iterdir()}
    assert files == {"solution.csv", "amounts.csv", "scenario.yaml", "manifest.json", "datapackage.json"}
    assert not Path(".answer.part").exists()


def test_an_unreachable_target_is_one_clear_line(detsim: Command) -> None:
    status, out, err = detsim(*SOLVE, "--until", "removals >= 1000000")
    assert status == 1 and err.count("\n") == 1 and "holds nowhere" in out
    assert err.startswith("beds.contracted: removals >= 1000000 holds nowhere in 2:12: even at 12 removals comes to ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*SOLVE, "--until", "removals"), "--until: "),
        ((*SOLVE[:4], "--in", "9:2", "--until", "removals > 3"), "--in: "),
        (("solve", "tiny.yaml", "--vary", "beds", "--in", "2:9", "--until", "removals > 3"), "--vary: beds: "),
        (("solve", "tiny.yaml"), "Missing option '--vary'"),
        (("bottleneck", "tiny.yaml"), "Missing option '--goal'"),
        (("bottleneck", "tiny.yaml", "--goal", "remvals"), "did you mean removals"),
        (("bottleneck", "nowhere.yaml", "--goal", "removals"), "nowhere.yaml: no such file"),
        (("bottleneck", "tiny.yaml", "--goal", "removals", "--factor", "0"), "--factor"),
        (("advise", "nowhere"), "nowhere: no such file"),
        (("advise", "tiny.yaml", "--precision", "held_mean"), "--precision: "),
    ],
)
def test_wrong_usage_is_one_line_and_nothing_is_written(detsim: Command, arguments: tuple[str, ...], says: str) -> None:
    before = sorted(Path().iterdir())
    status, out, err = detsim(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1) and says in err
    assert sorted(Path().iterdir()) == before


def test_what_exists_is_not_written_over(detsim: Command) -> None:
    Path("answer").mkdir()
    status, out, err = detsim(*SOLVE, "--until", "removals > 3")
    assert (status, out) == (2, "") and err.startswith("answer: exists; choose another folder")


def test_bottleneck_prints_the_ladder_and_writes_it(detsim: Command) -> None:
    options = ("--target", ">= 1000", "--reps", "5", "--set", "beds.contracted=1", "--out", "ladder")
    status, out, err = detsim("bottleneck", "tiny.yaml", "--goal", "removals", *options)
    assert (status, err) == (0, "")
    assert (
        "limits of removals, 20 days, 5 replications" in out and "beds binds first: lifted (beds without limit" in out
    )
    assert "no other stage gains more" in out and "from chance alone; the assumed values are not varied" in out
    assert Path("ladder/ladder.csv").is_file()


def test_advise_makes_a_pilot_and_reads_it_again(detsim: Command) -> None:
    status, out, err = detsim("advise", "tiny.yaml", "--set", "days=40", "--reps", "3", "--out", "advice")
    assert (status, err) == (0, "")
    assert out.startswith("tiny: a pilot of 3 replications of 40 days (results/tiny-pilot)") and "how many: " in out
    again = detsim("advise", "results/tiny-pilot")
    assert again == (0, out, "") and Path("advice/welch.csv").is_file()


def test_compare_begins_with_the_inputs_and_ends_with_what_the_marks_mean(detsim: Command) -> None:
    for name, beds in (("a", 3), ("b", 6)):
        detsim("run", "tiny.yaml", "--reps", "5", "--set", f"beds.contracted={beds}", "--quiet", "--out", name)
    _, out, _ = detsim("compare", "a", "b")
    assert "compared: tiny (b)\n  beds.contracted: 3 → 6\n" in out
    assert "* the interval excludes 0; ** holds after Holm's correction" in out
    _, pasted, _ = detsim("compare", "a", "b", "--measure", "held_mean", "--format", "markdown")
    assert sum(line.startswith("| tiny (b) |") for line in pasted.splitlines()) == 1
    assert pasted.rstrip().endswith("the assumed values were not varied [not for quoting].")
    assert detsim("compare", "a", "b", "--measure", "held")[0] == 2
