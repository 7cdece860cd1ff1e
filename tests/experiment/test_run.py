"""What a run settles before it starts: its folder, its engine, and what its finished replications are keyed by."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.experiment import study as study_module
from sim.experiment.engines import choose
from sim.experiment.options import RunOptions, StudyOptions
from sim.experiment.replication import finished_of
from sim.experiment.run import run
from sim.experiment.study import Point, Study

ROWS = "date,source,area,arrests\n"


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def key(*sets: str, engine: str = "simpy", events: int = 0, records: bool = False) -> str:
    """The key of a run of a shipped scenario."""
    measuring = partial(finished_of, events=events, records=records)
    return Study(StudyOptions("one-facility", sets, engine=engine), measuring=measuring).settled(Point("")).key


def final(out: Path | None) -> Path:
    return Study(StudyOptions("one-facility", out=out)).part.final


@pytest.mark.parametrize(
    "same", ["title=Another", "question=Why?", "replications=7", "checks.held_mean=1..2", "name=x"]
)
def test_words_and_the_number_of_replications_change_no_key(same: str) -> None:
    assert key(same) == key()


def test_all_that_decides_a_replication_is_in_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [
        key(),
        key("seed=2"),
        key("days=364"),
        key("beds.contracted=901"),
        key(engine="compiled"),
        key(events=1),
        key(records=True),
    ]
    monkeypatch.setattr(study_module, "model_digest", lambda: "an edited model")
    assert len({*keys, key()}) == len(keys) + 1


def test_what_a_scenario_reads_is_in_the_key() -> None:
    file = Path("seen.csv")
    file.write_text(ROWS + "2025-01-01,border,A,1\n2025-01-02,border,A,1\n")
    before = key("days=2", "arrests.observed=seen.csv")
    file.write_text(ROWS + "2025-01-01,border,A,1\n2025-01-02,border,A,2\n")
    assert key("days=2", "arrests.observed=seen.csv") != before


def test_replications_and_seed_of_the_options_win() -> None:
    options = RunOptions("one-facility", ("seed=3", "replications=4", "days=2"), replications=2, seed=5, quiet=True)
    outcome = run(options)
    assert [one.replication for one in outcome.finished] == [1, 2]
    assert (outcome.scenario.seed, outcome.scenario.replications) == (5, 2)


@pytest.mark.parametrize(
    ("out", "folder"),
    [(None, "results/one-facility"), (Path("a/b"), "a/b"), (Path("a/b/"), "a/b"), (Path("/x/y"), "/x/y")],
)
def test_the_folder(out: Path | None, folder: str) -> None:
    assert final(out) == Path(folder)


def test_a_folder_without_a_name_is_written_out() -> None:
    assert final(Path("new/sub/..")) == Path("new").resolve()


@pytest.mark.parametrize("engine", ["fast", ""])
def test_an_engine_that_is_not_there(engine: str) -> None:
    with pytest.raises(InputError, match="choose auto, simpy or compiled"):
        run(RunOptions("one-facility", engine=engine))


def test_the_compiled_engine_needs_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    """An install without it runs everything on SimPy, and says what is missing if asked for the other."""
    monkeypatch.setattr("sim.experiment.engines.find_spec", lambda name: None)
    assert Study(StudyOptions("may-2025-1000")).engine_for(10**7) == "simpy"
    with pytest.raises(InputError, match="pip install numba"):
        run(RunOptions("one-facility", engine="compiled"))


@pytest.mark.parametrize(
    ("scenario", "engine", "stored", "plays"),
    [
        ("one-facility", "auto", False, "simpy"),
        ("one-facility", "auto", True, "compiled"),
        ("may-2025-1000", "auto", False, "compiled"),
        ("may-2025-1000", "simpy", True, "simpy"),
    ],
)
def test_the_engine_goes_by_the_work(
    scenario: str, engine: str, stored: bool, plays: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A class does not wait for a compiler, but takes what is there; a year of the nation is worth compiling."""
    monkeypatch.setattr("sim.compiled.machine.is_stored", lambda: stored)
    study = Study(StudyOptions(scenario, engine=engine))
    assert choose(engine, study.base.scenario, study.tables) == plays
