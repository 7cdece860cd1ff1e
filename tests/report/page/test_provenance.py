"""What a result rests on, and how it is made again."""

from __future__ import annotations

import shlex
from pathlib import Path
from types import SimpleNamespace

from sim.analysis.results import read_tables
from sim.experiment.options import RunOptions
from sim.experiment.run import run
from sim.report import template
from sim.report.page import provenance
from tests.report.page import worlds

ROOT = Path(__file__).parents[3]


def of(folder: Path) -> provenance.Grounds:
    return provenance.grounds(read_tables(folder))


def test_values_are_counted_by_how_they_are_known():
    found = of(worlds.small())
    assert list(found.counts) == ["seen", "derived", "assumed"]
    assert found.counts["seen"] == 0 and found.counts["assumed"] > 10


def test_sources_that_agree_stand_once():
    small, large = of(worlds.small()), of(worlds.large())
    listed = provenance.known([small, large])
    assert {one.entry.path for one in listed if not one.scenarios} >= {"people", "arrests"}
    assert [one.entry.path for one in listed if one.scenarios] == ["beds", "beds"], "their values differ"
    apart = provenance.known([small, of(worlds.nasty())])
    assert {one.scenarios for one in apart} >= {("one-goal-three-budgets",), (worlds.NASTY,)}
    assert [heading for heading, _ in provenance.by_stage(listed)][:2] == ["People", "Arrests"]


def test_the_command_makes_the_same_result_again(tmp_path, monkeypatch):
    found = of(worlds.small())
    words = shlex.split(found.command)
    assert words[:3] == ["detsim", "run", "scenario.yaml"]
    (tmp_path / "scenario.yaml").write_text(found.text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given = dict(zip(words[3::2], words[4::2], strict=True))
    again = run(
        RunOptions(
            words[2], replications=int(given["--reps"]), seed=int(given["--seed"]), quiet=True, out=Path("again")
        )
    )
    assert (again.folder / "daily.csv").read_bytes() == (worlds.small() / "daily.csv").read_bytes()


def test_a_shipped_scenario_is_named():
    out = worlds.played("shipped", "mmc", replications=1)
    command = of(out).command
    assert command == "detsim run mmc --reps 1 --seed 7 --out results/shipped"


def test_facts_are_those_of_the_manifest():
    found = of(worlds.small())
    facts = dict(found.facts)
    assert facts["scenario (SHA-256)"] == found.result.manifest["scenario_sha256"]
    assert facts["replications"] == "3 (numbers 1 to 3)" and facts["seed"] == "7"
    assert "numpy" in facts["libraries"]


def caveats(*found: provenance.Grounds) -> str:
    """The list of caveats on the page of these."""
    return template.render("page/caveats.html.j2", page=SimpleNamespace(scenarios=found, noise_only=True))


def test_only_the_nation_is_said_to_have_been_scored():
    small = of(worlds.small())
    assert not small.is_of_the_nation and "not been tested against the past" in caveats(small)
    nation = provenance.Grounds(small.result, provenance.load("national"), "")
    assert nation.is_of_the_nation and "not been tested" not in caveats(nation)
    assert "How far it was" in caveats(nation, small) and "not been tested" in caveats(nation, small)
    # The errors are those of the validation.
    rows = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8").splitlines()
    _, _, ours, _, _, naive, _ = next(row for row in rows if row.startswith("| 31 March 2025 |")).split(" | ")
    assert f"off by {ours} on average" in caveats(nation) and f"at a constant rate of leaving by {naive}." in caveats(
        nation
    )
