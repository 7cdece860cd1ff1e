"""Grid files: what is read, and every mistake told at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.experiment import options
from sim.experiment.options import SweepOptions
from sim.experiment.sweep.gridfile import Range, label_of, load, option
from sim.experiment.sweep.sweep import combinations, settle
from sim.scenario.errors import Place, ScenarioError
from sim.scenario.reading.document import parse
from sim.scenario.reading.layers import data_folder
from tests.experiment.worlds import tiny

CASES = [
    (title.strip(), text, [line.removeprefix("--- ") for line in told])
    for case in Path(__file__).with_name("broken_grids.txt").read_text(encoding="utf-8").split("=== ")[1:]
    for title, _, rest in [case.partition("\n")]
    for text in [rest.split("--- ")[0]]
    for told in [[line for line in rest.splitlines() if line.startswith("--- ")]]
]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tiny(tmp_path)


@pytest.mark.parametrize(("text", "told"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_mistake_is_one_line_at_its_place(text: str, told: list[str]) -> None:
    Path("grid.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        settle(SweepOptions("grid.yaml"))
    assert list(raised.value.lines) == told
    assert sorted(path.name for path in Path().iterdir()) == ["grid.yaml", "tiny.yaml"]


def test_too_many_combinations() -> None:
    values = ", ".join(map(str, range(1, 102)))
    Path("grid.yaml").write_text(f"scenario: mmc\ngrid: {{beds.contracted: [{values}], beds.physical: [{values}]}}")
    with pytest.raises(InputError, match=r"grid.yaml:2:8: grid: 10,201 combinations, at most 10,000"):
        settle(SweepOptions("grid.yaml"))


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(InputError, match=r"^nope.yaml: no such file; give a grid file, .* goals-and-funding"):
        load("nope.yaml")
    with pytest.raises(InputError, match="not the name of a file"):
        load("x" * 5000)
    with pytest.raises(InputError, match="is a folder, give a grid file"):
        load(".")


def test_what_is_left_out_has_a_default() -> None:
    Path("grid.yaml").write_text("scenario: tiny.yaml\ngrid:\n  beds.contracted: [6, 7]\n", encoding="utf-8")
    grid = load("grid.yaml")
    file = grid.file
    assert (grid.name, file.title, file.replications, file.seed, file.set) == ("grid", "", None, None, {})
    assert file.measures == ["releases_no_bed", "removals", "cost_usd_total"] and grid.baseline == ("6",)
    assert grid.scenario == Path("tiny.yaml")


def test_the_scenario_stands_beside_the_grid(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "grid.yaml").write_text("scenario: ../tiny.yaml\ngrid: {beds.contracted: [6]}")
    assert load("below/grid.yaml").scenario.resolve() == tmp_path / "tiny.yaml"


def test_the_shipped_grid_is_played_by_default() -> None:
    assert [path.stem for path in data_folder("_grids", "grids").iterdir()] == [options.DEFAULT_GRID]
    grid = load(SweepOptions().scenario)
    goals, levels = grid.axes
    assert grid.file.title and len({point.name for point, _ in combinations(grid)}) == 25
    assert [level.label for level in goals.levels] == ["787 / d", "1000 / d", "1500 / d", "2000 / d", "3000 / d"]
    assert (levels.levels[0].label, levels.levels[-1].label) == ("fy2024", "july-2025-act")
    assert grid.baseline == ("1000 / d", "fy2024")


@pytest.mark.parametrize(
    "value",
    [
        *("787 / d", "$4.20 / person-day", "a: b", "", "null", "x #y", " pad ", "{"),
        {"2025-05-21": "1 / d"},
        ["a"],
        None,
    ],
)
def test_a_setting_means_what_the_file_says(value: object) -> None:
    text = option("path", value).removeprefix("path=")
    assert parse(text, Place("")).plain() == value


def test_labels_are_one_line() -> None:
    assert label_of({"2025-05-21": "3000 / d", "ramp": "true"}) == "{2025-05-21: 3000 / d, ramp: true}"
    assert label_of(["a", None]) == "[a, null]" and label_of("a\n  b") == "a b"


@pytest.mark.parametrize(
    ("low", "high", "before", "after", "whole", "texts"),
    [
        (5, 105, "", "", True, ("5", "30")),
        (500, 3000, "", "/ d", False, ("500.000 / d", "1125.000 / d")),
        (0.5, 1.5, "$", "/ person-day", False, ("$0.500000 / person-day", "$0.750000 / person-day")),
        (0, 1e9, "", "", False, ("0", "250000000")),
    ],
)
def test_values_of_a_range(
    low: float, high: float, before: str, after: str, whole: bool, texts: tuple[str, str]
) -> None:
    each = Range(low, high, before, after, "")
    values = (low, low + (high - low) / 4)
    assert tuple(each.with_unit(each.text(value, whole)) for value in values) == texts


def test_problems_of_other_files_keep_their_place() -> None:
    Path("tiny.yaml").write_text("days: x", encoding="utf-8")
    Path("grid.yaml").write_text("scenario: tiny.yaml\ngrid: {beds.contracted: [6]}", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"^tiny.yaml:1:7: days: "):
        settle(SweepOptions("grid.yaml"))
    tiny(Path())
    with pytest.raises(InputError, match=r"^--set: beds.contracted=7: has no effect, for every value of the axis beds"):
        settle(SweepOptions("grid.yaml", sets=("beds.contracted=7",)))
    with pytest.raises(ScenarioError, match=r"^--set dayss=3: dayss: unknown key"):
        settle(SweepOptions("grid.yaml", sets=("dayss=3",)))
