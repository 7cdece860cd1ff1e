"""The waterfall of the causes of a difference."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import sim
from sim.errors import InputError
from sim.experiment.causes import run
from sim.experiment.options import RunOptions, StudyOptions
from sim.experiment.run import run as run_one
from sim.report.figures import causes

A = """
start: 2025-01-01
days: 30
replications: 3
arrests: {sources: {border: {rate: 9 / d}}}
beds: {contracted: 20, ladder: [release: {after: 6 h}]}
case: {mode: stay, stay: {exponential: {mean: 5 d}}}
"""
OTHER = "extends: a.yaml\nbeds: {contracted: 40}\ncase: {stay: {exponential: {mean: 7 d}}}\n"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Two results, and beside them the study of their difference."""
    folder = tmp_path_factory.mktemp("causes")
    (folder / "a.yaml").write_text(A)
    (folder / "b.yaml").write_text(OTHER)
    quiet = {"engine": "simpy", "workers": 1, "quiet": True}
    for name in ("a", "b"):
        run_one(RunOptions(str(folder / f"{name}.yaml"), out=folder / name, **quiet))
    study = StudyOptions(str(folder / "a.yaml"), replications=3, out=folder / "a-causes", **quiet)
    run(study, str(folder / "b.yaml"), ["held_mean", "removals"])
    return [sim.read(folder / name).tables for name in ("a", "b")]


def test_each_bar_starts_where_the_one_above_ends(results):
    first, second = causes.draw(results, None)
    assert (first.key, second.key) == ("causes_held_mean", "causes_removals")
    rows = first.data.rows()
    assert [row["group"] for row in rows] == ["beds", "case", "all"]
    assert rows[0]["share"] + rows[1]["share"] == pytest.approx(rows[2]["share"])
    layer = next(one for one in first.spec()["layer"] if one["mark"].get("type") == "bar")
    bars = first.spec()["datasets"][layer["data"]["name"]]
    assert bars[0]["start"] == bars[2]["start"] == 0
    assert bars[1]["start"] == bars[0]["value"] and bars[2]["value"] == pytest.approx(bars[1]["value"], rel=1e-5)
    assert "beds +" in first.says and "simulation noise only" in first.covers


def test_only_of_the_results_shown(results, tmp_path: Path):
    folder = results[0].path.parent / "a-causes"
    assert causes.draw(results[:1], None) == []
    with pytest.raises(InputError, match="report both"):
        causes.draw(results[:1], folder)
    with pytest.raises(InputError, match="is no study of causes"):
        causes.draw(results, tmp_path)
    assert len(causes.draw([replace(one, name=f"x{i}") for i, one in enumerate(results)], folder)) == 2
