"""How long and how many, from the pilot of a scenario that starts empty."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sim.cli import main
from sim.errors import InputError
from sim.experiment.advice import Advice, advise, lines, write
from sim.experiment.options import AdviseOptions

WORLD = """\
start: 2025-01-01
days: {days}
arrests:
  sources:
    border: {{rate: 20 / d}}
case: {{mode: stay, stay: {{exponential: {{mean: 10 d}}}}}}
people: {{day0: {{held: {held}}}}}
"""


def pilot(folder: Path, days: int = 300, held: int = 0) -> AdviseOptions:
    """Endless beds that fill up to 200 with a time constant of ten days."""
    path = folder / "world.yaml"
    path.write_text(WORLD.format(days=days, held=held), encoding="utf-8")
    return AdviseOptions(str(path), replications=4, pilot=folder / "pilot", quiet=True)


@pytest.fixture(scope="module")
def advice(tmp_path_factory: pytest.TempPathFactory) -> Advice:
    """What a pilot of four replications of 300 days says."""
    return advise(replace(pilot(tmp_path_factory.mktemp("advice")), precision=("held_mean=1%",)))


def test_what_is_cut_is_where_the_stock_fills_up(advice: Advice) -> None:
    """A day's mean is short of 200 by 200 exp(−t ÷ 10): 13 % at day 20, 0.7 % at day 50."""
    by = {one.column: one for one in advice.series}
    assert {"held", "removals"} <= set(by) and "bed_queue" not in by
    cut = by["held"].cut
    assert cut.cut is not None and 20 <= cut.cut <= 70
    assert cut.mean_all < 0.98 * 200 and cut.mean_after == pytest.approx(200, rel=0.03)
    assert advice.cut is not None and advice.cut >= cut.cut


def test_replications_follow_from_the_spread(advice: Advice) -> None:
    (need,) = advice.needs
    assert need.wanted.half_width == pytest.approx(0.01 * need.mean) and need.wanted.at_most > need.wanted.replications
    asked = advise(AdviseOptions(str(advice.pilot.path), precision=("held_mean=0.5%",)))
    assert asked.needs[0].wanted.replications > 2 * need.wanted.replications


def test_the_words(advice: Advice) -> None:
    text = "\n".join(lines(advice))
    assert "begins empty" in text and "MSER-5" in text and "█" in text
    assert f"leave out the first {advice.cut} days" in text and "how many: held_mean" in text


def test_the_files(advice: Advice, tmp_path: Path) -> None:
    write(advice, tmp_path / "out")
    rows = {name: list(csv.DictReader((tmp_path / "out" / name).read_text().splitlines())) for name in (
        "warmup.csv", "welch.csv", "replications_wanted.csv")}  # fmt: skip
    held = [row for row in rows["welch.csv"] if row["column"] == "held"]
    assert len(held) == 300 and held[0]["date"] == "2025-01-01" and held[-1]["smoothed"] == ""
    assert [row["column"] for row in rows["warmup.csv"]] == [one.column for one in advice.series]
    assert rows["replications_wanted.csv"][0]["measure"] == "held_mean"
    with pytest.raises(InputError, match="exists"):
        write(advice, tmp_path / "out")
    write(advice, tmp_path / "out", force=True)
    with pytest.raises(InputError, match="exists"):
        advise(AdviseOptions("one-facility", out=tmp_path / "out", pilot=tmp_path / "pilot"))
    assert not (tmp_path / "pilot").exists(), "refused before any work"


def test_a_failed_replication_of_the_pilot_is_said(
    advice: Advice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(advice.pilot.path, tmp_path / "pilot")
    manifest = tmp_path / "pilot" / "manifest.json"
    failed = [{"replication": 5, "seed": 1, "error": "MemoryError"}]
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"failed": failed}))
    assert main(["advise", str(tmp_path / "pilot")]) == 1
    assert capsys.readouterr().err == "replication 5 of the pilot failed: MemoryError\n"


def test_the_same_pilot_is_not_run_again(tmp_path: Path) -> None:
    options = pilot(tmp_path, days=25)
    advise(options)
    before = (tmp_path / "pilot" / "manifest.json").stat().st_mtime_ns
    advise(options)
    assert (tmp_path / "pilot" / "manifest.json").stat().st_mtime_ns == before
    with pytest.raises(InputError, match="exists"):
        advise(pilot(tmp_path, days=26))


def test_a_scenario_with_people_on_day_0_has_no_warm_up(tmp_path: Path) -> None:
    text = "\n".join(lines(advise(pilot(tmp_path, days=25, held=150))))
    assert "begins with 150 people held on day 0" in text and "how long" not in text


def test_what_cannot_be_advised_on(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="19 days; a warm-up shows in 20 days or more"):
        advise(pilot(tmp_path, days=19))
    with pytest.raises(InputError, match="mmc: 5 days; a warm-up shows in 20 days or more"):
        advise(AdviseOptions("mmc", ("days=5",), pilot=tmp_path / "pilot", quiet=True))
    for wrong, says in (({"columns": ("hold",)}, "did you mean held"), ({"precision": ("x",)}, "is no precision")):
        with pytest.raises(InputError, match=says):
            advise(replace(AdviseOptions(str(tmp_path / "never.yaml")), **wrong))


def test_a_pilot_that_is_not_feasible_is_said_to_be(tmp_path: Path) -> None:
    options = pilot(tmp_path, days=25)
    sets = ("beds.contracted=2", "intake={desks: 40, places: 5}")
    assert list(lines(advise(replace(options, sets=sets))))[1].startswith("Not feasible from ")
