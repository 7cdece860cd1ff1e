"""Sensitivity studies: found beside a result, refused where they are of something else, drawn with their intervals."""

from __future__ import annotations

import csv
import json
import shutil
from functools import cache
from pathlib import Path

import pytest

from sim.analysis.results import ResultTables, read_tables
from sim.errors import InputError
from sim.report.page import rankings
from tests.report.page import worlds


@cache
def small() -> ResultTables:
    return read_tables(worlds.small())


def copied(study: Path, to: Path, **manifest: object) -> Path:
    """A copy of a study whose manifest says something else."""
    shutil.copytree(study, to)
    about = json.loads((to / "manifest.json").read_text()) | manifest
    (to / "manifest.json").write_text(json.dumps(about))
    return to


def test_a_study_beside_the_result_is_found():
    worlds.study()
    found = rankings.rankings([small()], [])
    assert [(one.folder.name, one.method, one.differs, one.replications) for one in found] == [
        ("small-oat", "oat", (), 2)
    ]


def test_a_study_of_other_inputs_is_not_taken_unasked(tmp_path):
    for name in ("large", "large-oat"):
        shutil.copytree(worlds.large() if name == "large" else worlds.study(), tmp_path / name)
    assert rankings.rankings([read_tables(tmp_path / "large")], []) == []


def test_one_of_other_inputs_that_is_asked_for_says_in_what():
    worlds.large()
    found = rankings.rankings([read_tables(worlds.large())], [worlds.study()])
    assert any("beds.contracted" in line for line in found[0].differs)


def test_bars_are_the_numbers_of_the_study():
    figures = rankings.rankings([small()], [worlds.study()])[0].figures
    assert figures and figures[0].key.startswith("assumptions_")
    with (worlds.study() / "sensitivity.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["statistic"].startswith("change")]
    for figure in figures:
        measure = figure.key.removeprefix("assumptions_")
        wanted = [float(row["value"]) for row in rows if row["measure"] == measure]
        assert figure.data["value"].tolist() == wanted[: len(figure.data)]
        spec = figure.spec()
        drawn = [row["value"] for rows in spec["datasets"].values() for row in rows if "hover" in row]
        assert drawn == pytest.approx(wanted[: len(drawn)], rel=1e-5)
        assert "Fewer than three replications" in figure.covers


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_other_methods_are_drawn_too(tmp_path, method):
    folder = copied(worlds.study(), tmp_path / method, method=method)
    statistic = {"morris": "mu_star", "sobol": "total"}[method]
    text = (folder / "sensitivity.csv").read_text().replace("change_low", statistic)
    (folder / "sensitivity.csv").write_text(text)
    found = rankings.rankings([small()], [folder])[0]
    assert found.figures and set(found.figures[0].data["statistic"]) == {statistic}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: shutil.rmtree(folder), "is no sensitivity study"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "is no sensitivity study"),
        (lambda folder: (folder / "manifest.json").write_text('{"study": "sweep"}'), "is no sensitivity study"),
        (lambda folder: (folder / "sensitivity.csv").write_text("a,b\n"), "sensitivity.csv:1:1: the header is"),
        (lambda folder: (folder / "scenario.yaml").unlink(), "is no sensitivity study"),
    ],
)
def test_what_is_no_study_is_one_line(tmp_path, spoil, said):
    folder = copied(worlds.study(), tmp_path / "study")
    spoil(folder)
    with pytest.raises(InputError) as error:
        rankings.rankings([small()], [folder])
    assert said in str(error.value) and "\n" not in str(error.value)


def test_a_study_of_another_scenario_is_refused(tmp_path):
    folder = copied(worlds.study(), tmp_path / "study", scenario="nowhere")
    with pytest.raises(InputError, match="is a study of nowhere, which is not reported here"):
        rankings.rankings([read_tables(worlds.large())], [folder])


def test_figures_of_several_studies_have_keys_of_their_own():
    found = rankings.rankings([small()], [worlds.study()] * 2)
    keys = [figure.key for one in found for figure in one.figures]
    assert len(keys) == len(set(keys)) and keys[-1].endswith("_2")
