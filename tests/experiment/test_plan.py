"""What a run settles before it starts, above all what its finished replications are keyed by."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.experiment import plan
from sim.experiment.options import RunOptions
from sim.experiment.plan import run_key, settle
from sim.scenario.loading import load


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def key(*sets: str, engine: str = "simpy", events: int = 0, records: bool = False) -> str:
    """The key of a run of a shipped scenario."""
    return run_key(load("one-facility", sets), engine, events, records)


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
    monkeypatch.setattr(plan, "model_digest", lambda: "an edited model")
    assert len({*keys, key()}) == len(keys) + 1


def test_what_a_scenario_reads_is_in_the_key() -> None:
    file = Path("seen.csv")
    file.write_text("date,source,area,arrests\n2025-01-01,border,A,1\n")
    before = key("arrests.observed=seen.csv")
    file.write_text("date,source,area,arrests\n2025-01-01,border,A,2\n")
    assert key("arrests.observed=seen.csv") != before


def test_replications_and_seed_of_the_options_win() -> None:
    settled = settle(RunOptions("one-facility", ("seed=3", "replications=4"), replications=2, seed=5))
    assert list(settled.replications) == [1, 2]
    assert settled.resolved.scenario.seed == 5


@pytest.mark.parametrize(
    ("out", "final"),
    [(None, "results/one-facility"), (Path("a/b"), "a/b"), (Path("a/b/"), "a/b"), (Path("/x/y"), "/x/y")],
)
def test_the_folder(out: Path | None, final: str) -> None:
    assert settle(RunOptions("one-facility", out=out)).part.final == Path(final)


def test_a_folder_without_a_name_is_written_out() -> None:
    assert settle(RunOptions("one-facility", out=Path("new/sub/.."))).part.final == Path("new").resolve()


@pytest.mark.parametrize("engine", ["fast", ""])
def test_an_engine_that_is_not_there(engine: str) -> None:
    with pytest.raises(InputError, match="choose auto, simpy or compiled"):
        settle(RunOptions("one-facility", engine=engine))


def test_the_compiled_engine_needs_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    """An install without it runs everything on SimPy, and says what is missing if asked for the other."""
    monkeypatch.setattr("sim.experiment.engines.find_spec", lambda name: None)
    assert settle(RunOptions("may-2025-1000")).engine == "simpy"
    with pytest.raises(InputError, match="pip install numba"):
        settle(RunOptions("one-facility", engine="compiled"))


def test_the_engine_goes_by_the_work() -> None:
    """A class does not wait for a compiler; a year of the nation is worth it."""
    assert settle(RunOptions("one-facility")).engine == "simpy"
    assert settle(RunOptions("may-2025-1000")).engine == "compiled"
    assert settle(RunOptions("may-2025-1000", engine="simpy")).engine == "simpy"
