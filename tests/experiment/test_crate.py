"""A result as an RO-Crate: complete, described, with tables that read back the same."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import polars
import pytest

import sim
from sim.errors import InputError
from sim.experiment.crate import METADATA, export


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sim.run("erlang-b", set={"days": 5}, reps=2).save(tmp_path_factory.mktemp("crate") / "run")


def test_every_file_is_described(result: Path) -> None:
    crate = export(result, parquet=True)
    assert crate == result.with_name("run-crate")
    entities = {one["@id"]: one for one in json.loads((crate / METADATA).read_text())["@graph"]}
    files = {path.relative_to(crate).as_posix() for path in crate.rglob("*") if path.is_file()}
    assert {one["@id"] for one in entities["./"]["hasPart"]} == files - {METADATA, "manifest.json"}
    for name in files - {METADATA, "manifest.json"}:
        assert entities[name]["sha256"] == hashlib.sha256((crate / name).read_bytes()).hexdigest()
    run = entities["#run"]
    assert run["instrument"]["@id"] == entities["./"]["mainEntity"]["@id"] == "scenario.yaml"
    assert {"@id": "daily.csv"} in run["result"] and entities["#detsim"]["softwareVersion"] == sim.__version__


def test_parquet_has_the_values_of_csv(result: Path, tmp_path: Path) -> None:
    crate = export(result, tmp_path / "crate", parquet=True)
    daily = polars.read_parquet(crate / "daily.parquet")
    assert daily.equals(sim.read(result).daily.to_polars())


def test_an_existing_folder_and_what_is_no_result_are_refused(result: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="exists"):
        export(result, tmp_path)
    with pytest.raises(InputError, match=r"manifest\.json: not found"):
        export(tmp_path, tmp_path / "new")


@pytest.mark.parametrize("files", [3, ["manifest.json", 1], ["manifest.json", "../outside.csv"], ["daily.csv"]])
def test_only_files_of_the_result_are_exported(result: Path, tmp_path: Path, files: object) -> None:
    shutil.copytree(result, tmp_path / "run")
    (tmp_path / "outside.csv").write_text("secret")
    about = json.loads((result / "manifest.json").read_text()) | {"files": files}
    (tmp_path / "run" / "manifest.json").write_text(json.dumps(about))
    with pytest.raises(InputError, match="is no list of the files of a result"):
        export(tmp_path / "run", tmp_path / "crate")
    assert not (tmp_path / "crate").exists()
