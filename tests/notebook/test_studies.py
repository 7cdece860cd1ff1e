"""Studies, reference tables and the report as functions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.errors import InputError
from sim.scenario.loading import shipped
from sim.vocabulary import MEASURES

TARGET = {"vary": "beds.contracted", "within": "20:30", "until": "releases_no_bed <= 9"}


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> sim.Study:
    out = tmp_path_factory.mktemp("studies") / "solve"
    return sim.solve("erlang-b", **TARGET, set={"days": 30}, reps=2, out=out)


def test_a_study_has_the_tables_that_the_command_writes(solved: sim.Study) -> None:
    assert solved.folder is not None and set(solved.tables) == {"solution", "amounts"}
    written = solved.folder / "solution.csv"
    assert written.read_text().splitlines()[0] == ",".join(solved["solution"])
    assert solved["amounts"]["mean"].dtype == float and "text" in solved["amounts"]
    assert any(line.startswith("smallest: ") for line in solved.sentences)
    assert "Solve erlang-b" in repr(solved) and "smallest: " in solved._repr_html_()


def test_a_study_has_a_chart_per_measure(solved: sim.Study) -> None:
    chart = solved.chart("releases_no_bed")
    assert chart.to_dict()["title"]["text"] == "Solve erlang-b: releases no bed"
    assert "<svg" in chart._repr_mimebundle_()["image/svg+xml"]
    with pytest.raises(InputError, match=r"^releases_no_bad: no such chart; did you mean releases_no_bed\?$"):
        solved.chart("releases_no_bad")


def test_in_memory_a_study_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = sim.bottleneck(sim.load("erlang-b", {"days": 10}), goal="removals", reps=1)
    assert found.folder is None and len(found["ladder"]) and found.chart("removals").to_dict()
    assert list(tmp_path.iterdir()) == []


def test_sweeps_and_sensitivity_are_drawn(tmp_path: Path) -> None:
    grid = tmp_path / "grid.yaml"
    grid.write_text("scenario: erlang-b\nset: {days: 10}\ngrid: {beds.contracted: [20, 25], beds.physical: [30, 31]}\n")
    swept = sim.sweep(grid, reps=1)
    assert len(swept.chart("held_mean").to_dict()["layer"]) == 3
    ranked = sim.sensitivity("one-facility", set={"days": 10}, vary=["beds"], reps=1)
    assert ranked.chart("held_mean").to_dict()["layer"]


def test_wrong_options_and_names_are_told_with_a_near_one(solved: sim.Study) -> None:
    with pytest.raises(InputError, match=r"^tolerence: no such option; did you mean tolerance\?$"):
        sim.solve("erlang-b", **TARGET, tolerence="1%")
    with pytest.raises(InputError, match=r"^amount: no such table; did you mean amounts\?$"):
        _ = solved["amount"]
    with pytest.raises(KeyError, match=r"amont: no such column; did you mean amount\?"):
        _ = solved["amounts"]["amont"]
    with pytest.raises(AttributeError, match=r"no attribute 'swep'; did you mean sweep\?$"):
        _ = sim.swep


def test_a_setting_without_effect_is_a_warning() -> None:
    with pytest.warns(sim.SettingWarning, match="48,715 people held on 2025-05-20, but the run starts on 2025-09-01"):
        sim.load("national", {"start": "2025-09-01"})


def test_what_there_is_to_ask_for() -> None:
    assert sim.scenarios()["name"].tolist() == list(shipped())
    assert sim.measures()["measure"].tolist() == list(MEASURES)
    (row,) = sim.explain("one-facility", "beds.contracted").rows()
    assert (row["value"], row["status"]) == ("900", "assumed") and "one-facility.yaml:" in row["place"]


def test_a_report_is_a_page(tmp_path: Path) -> None:
    run = sim.run("erlang-b", set={"days": 20}, reps=1)
    page = sim.report(run)
    assert page.path is None and page.html.startswith("<!") and "iframe" in page._repr_html_()
    assert sim.report(run.save(tmp_path / "run"), out=tmp_path / "page.html").path == tmp_path / "page.html"


def test_dir_shows_what_there_is_alone() -> None:
    code = "import sim, sim.notebook; assert dir(sim) == sorted(sim.__all__); assert callable(sim.report)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_numbers_are_numbers_in_frames() -> None:
    run = sim.run("erlang-b", set={"days": 10}, reps=2)
    for table in (run.summary, run.replications):
        column = "mean" if table.name == "summary" else "value"
        assert table.to_pandas()[column].dtype == float and str(table.to_polars()[column].dtype) == "Float64"
