"""Comparisons in a notebook are those of `detsim compare`."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.analysis import compare as analysis
from sim.errors import InputError
from sim.files.table import read_table
from sim.vocabulary import COMPARE, INPUTS


@pytest.fixture(scope="module")
def pair() -> tuple[sim.Run, sim.Run]:
    scenario = sim.load("one-facility", {"days": 40})
    return sim.run(scenario, reps=4), sim.run(scenario, set={"beds.contracted": 960, "name": "more-beds"}, reps=4)


def test_rows_and_inputs_are_those_of_the_command(pair: tuple[sim.Run, sim.Run], tmp_path: Path) -> None:
    folders = [one.save(tmp_path / one.name) for one in pair]
    analysis.write_csv(analysis.compare(folders), tmp_path / "out" / "compare.csv")
    found = sim.compare(*pair)
    for table, name, columns in ((found.differences, "compare", COMPARE), (found.inputs, "inputs", INPUTS)):
        assert table.rows() == read_table(tmp_path / "out" / f"{name}.csv", columns).rows() and len(table)
    assert found.notes == analysis.compare(folders).notes


def test_runs_folders_and_tables_may_stand_beside_each_other(pair: tuple[sim.Run, sim.Run], tmp_path: Path) -> None:
    first, second = pair
    whole = sim.compare(first, second)
    mixed = sim.compare(first.save(tmp_path / "first"), second.tables)
    assert mixed.differences.rows() == whole.differences.rows() and mixed.inputs.rows() == whole.inputs.rows()
    assert whole.inputs.rows() == [
        {
            "scenario": "more-beds",
            "baseline": "one-facility",
            "path": "beds.contracted",
            "baseline_value": "900",
            "value": "960",
        }
    ]


def test_pairs_are_of_one_seed(pair: tuple[sim.Run, sim.Run]) -> None:
    other = sim.run("one-facility", set={"days": 40}, seed=2, reps=4)
    assert sim.compare(*pair).differences["paired"].tolist()[0] == "true"
    assert sim.compare(pair[0], other).differences["paired"].tolist()[0] == "false"


def test_results_that_share_a_name_are_told_apart(pair: tuple[sim.Run, sim.Run], tmp_path: Path) -> None:
    first = pair[0]
    fewer = sim.run("one-facility", set={"days": 40, "beds.contracted": 850}, reps=4, seed=3)
    names = ("one-facility", "one-facility (beds.contracted=850)", "one-facility (3)")
    found = sim.compare(first, fewer, first)
    assert found.names == names and found.found.baseline == names[0]
    assert repr(found) == f"Comparison: {names[1]}, {names[2]} against one-facility"
    assert list(found.found.titles.values()) == [f"{first.title} ({name})" for name in names]
    folder = first.save(tmp_path / "saved")
    assert sim.compare(folder, fewer).names[0] == f"one-facility ({folder})"


def test_names_may_be_given(pair: tuple[sim.Run, sim.Run]) -> None:
    assert sim.compare(*pair, names=["900 beds", "960 beds"]).differences["scenario"][0] == "960 beds"
    for names in (["one"], ["same", "same"]):
        with pytest.raises(InputError, match=r"^names: 2 different ones are wanted, one per result: "):
            sim.compare(*pair, names=names)


def test_sentences_are_of_the_measures_asked_for(pair: tuple[sim.Run, sim.Run]) -> None:
    found = sim.compare(*pair)
    (sentence,) = found.sentences("empty_beds_mean")
    assert sentence.startswith("Operating beds that are empty at midnight") and "more-beds" in sentence
    assert len(found.sentences()) > 1


def test_there_must_be_two_results_and_they_must_be_there(pair: tuple[sim.Run, sim.Run], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^compare: give at least two results"):
        sim.compare(pair[0])
    with pytest.raises(InputError, match="not a result folder"):
        sim.compare(pair[0], tmp_path / "none")


def test_it_is_shown_escaped_and_with_its_notes(pair: tuple[sim.Run, sim.Run]) -> None:
    shown = sim.compare(*pair, names=["<i>900</i>", "960"])._repr_html_()
    assert "<i>" not in shown and "&lt;i&gt;900&lt;/i&gt;" in shown
    assert "beds.contracted: 900 → 960" in shown and "Intervals cover simulation noise only" in shown
    assert "960 against &lt;i&gt;900" in shown and "<td" in shown and ">960</td>" not in shown
    assert ">b</td>" in sim.compare(*pair, pair[1], names=["a", "b", "c"])._repr_html_()
    days = sim.run("one-facility", set={"days": 20}, reps=2)
    assert "Windows of different length" in sim.compare(pair[0], days)._repr_html_()
