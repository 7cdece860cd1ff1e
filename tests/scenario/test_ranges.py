"""Ranges: what they move, how far, and which cannot be applied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.errors import ScenarioError
from sim.scenario.loading import Resolved, dump, load, shipped
from sim.scenario.provenance.ranges import Range, ranges

WORLD = """\
areas: {N: north, S: south}
people:
  sources:
    border:
      criminality: {convicted: 20 %, pending: 30 %, none: 50 %}
      mandatory: {convicted: 80 %, pending: 50 %, none: 0 %}
arrests:
  goal: {2025-01-01: 40 / d, 2025-02-01: 60 / d}
  sources:
    at_large: {officers: {N: 100, S: 200}, arrests_per_officer_day: {2025-01-01: 0.1, 2025-02-01: 0.2}}
    border: {rate: 20 / d}
intake: {desks: {N: 3, S: 5}, processing: {lognormal: {mean: 4 h, p90: 8 h}}}
beds:
  contracted: {N: 101, S: {2025-01-01: 200, 2025-03-01: 300, ramp: true}}
  physical: 400
  ladder: [{over_contract: {after: 24 h, allowance: 90 %}}, wait]
case: {mode: stay, stay: {mixture: [{weight: 60 %, exponential: {mean: 20 d}}, {weight: 40 %, constant: 9 d}]}}
release: {weekday: {mon: 1, tue: 1, wed: 1, thu: 1, fri: 1, sat: 0, sun: 0}}
funding: {prices: {bed_night: $150 / bed-night}}
"""


def written(folder: Path, *entries: str, world: str = WORLD) -> Path:
    """A scenario with these entries of `sources`; status and source are filled in."""
    file = folder / "world.yaml"
    lines = [entry.replace("{", "{status: assumed, source: judgement, ", 1) for entry in entries]
    file.write_text(world + "sources:\n" + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
    return file


def one(folder: Path, entry: str) -> Range:
    """The only range of a scenario."""
    (found,) = ranges(load(written(folder, entry)))
    return found


def moved(found: Range, u: float) -> dict[str, Any]:
    """The values set at a position, by path."""
    options = [option.partition("=") for option in found.at(u)]
    return {path: yaml.load(value, yaml.BaseLoader) for path, _, value in options}


def told(folder: Path, *entries: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(written(folder, *entries))
    return [line.partition("world.yaml:")[2] for line in caught.value.lines]


# --- what is moved, and how far -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("entry", "u", "sets"),
    [
        ("beds.physical: {low: 300, high: 500}", 0, {"beds.physical": "300"}),
        ("beds.physical: {low: 300, high: 700}", 0.5, {"beds.physical": "500"}),
        ("beds.physical: {low: -20 %, high: +20 %}", 1, {"beds.physical": "480"}),
        ("beds.physical: {low: x 0.25, high: x 4}", 0.75, {"beds.physical": "800"}),
        ("beds.physical: {low: x 0.333, high: x 2}", 0, {"beds.physical": "133"}),
        ("arrests.sources.border.rate: {low: -100 %, high: +50 %}", 0, {"arrests.sources.border.rate": "0 / d"}),
        ("funding.prices.bed_night: {low: -1 %, high: +1 %}", 0, {"funding.prices.bed_night": "$148.50 / bed-night"}),
        ("beds.ladder.0.over_contract.after: {low: 2 h, high: 2 d}", 0, {"beds.ladder.0.over_contract.after": "2 h"}),
        ("case.stay.mixture.1.constant: {low: 1 d, high: 9 d}", 1, {}),
    ],
)  # fmt: skip
def test_a_number_is_moved(tmp_path: Path, entry: str, u: float, sets: dict[str, str]) -> None:
    assert moved(one(tmp_path, entry), u) == sets


def test_counts_stay_whole_and_schedules_keep_their_dates(tmp_path: Path) -> None:
    found = one(tmp_path, "beds.contracted: {low: -25 %, high: +25 %}")
    assert moved(found, 0) == {
        "beds.contracted.N": "76",  # 75.75, half up
        "beds.contracted.S": {"2025-01-01": "150", "2025-03-01": "225", "ramp": "true"},
    }


def test_a_law_keeps_its_shape(tmp_path: Path) -> None:
    found = one(tmp_path, "intake.processing: {low: x 0.5, high: x 2}")
    assert moved(found, 1) == {"intake.processing": {"lognormal": {"mean": "8 h", "p90": "16 h"}}}
    parts = moved(one(tmp_path, "case.stay: {low: -50 %, high: +50 %}"), 0)["case.stay"]["mixture"]
    assert parts == [{"weight": "60 %", "exponential": {"mean": "10 d"}}, {"weight": "40 %", "constant": "108 h"}]


def test_a_parameter_of_a_law_can_be_moved_alone(tmp_path: Path) -> None:
    found = one(tmp_path, "intake.processing.lognormal.mean: {low: 4 h, high: 5 h}")
    assert moved(found, 1) == {"intake.processing": {"lognormal": {"mean": "5 h", "p90": "8 h"}}}


def test_shares_give_way_in_proportion(tmp_path: Path) -> None:
    path = "people.sources.border.criminality"
    found = one(tmp_path, f"{path}.none: {{low: 0 %, high: 75 %}}")
    assert moved(found, 1) == {path: {"convicted": "10 %", "pending": "15 %", "none": "75 %"}}
    assert moved(found, 0) == {path: {"convicted": "40 %", "pending": "60 %", "none": "0 %"}}


def test_shares_moved_together_give_way_once(tmp_path: Path) -> None:
    path = "people.sources.border.criminality"
    found = one(tmp_path, f"{path}: {{low: x 0.5, high: x 1.5, vary: [{path}.convicted, {path}.pending]}}")
    assert moved(found, 1) == {path: {"convicted": "30 %", "pending": "45 %", "none": "25 %"}}


def test_odds_never_leave_0_to_100_per_cent(tmp_path: Path) -> None:
    path = "people.sources.border.mandatory"
    found = one(tmp_path, f"{path}: {{low: odds x 0.25, high: odds x 4}}")
    assert moved(found, 0) == {f"{path}.convicted": "50 %", f"{path}.pending": "20 %", f"{path}.none": "0 %"}


def test_shares_stop_at_100_per_cent(tmp_path: Path) -> None:
    found = one(tmp_path, "beds.ladder.0.over_contract: {low: -20 %, high: +20 %, vary: [beds.ladder.*.*.allowance]}")
    assert moved(found, 1) == {"beds.ladder.0.over_contract.allowance": "100 %"}


def test_several_paths_move_together(tmp_path: Path) -> None:
    found = one(tmp_path, "beds.contracted: {low: x 0.5, high: x 2, vary: [beds.contracted.N, beds.physical]}")
    assert moved(found, 1) == {"beds.contracted.N": "202", "beds.physical": "800"}


def test_a_product_can_be_kept(tmp_path: Path) -> None:
    home = "arrests.sources.at_large"
    vary = f"[{home}.officers, / {home}.arrests_per_officer_day]"
    found = one(tmp_path, f"{home}.officers: {{low: x 0.5, high: x 2, vary: {vary}}}")
    assert moved(found, 1) == {
        f"{home}.officers.N": "200",
        f"{home}.officers.S": "400",
        f"{home}.arrests_per_officer_day": {"2025-01-01": "0.05", "2025-02-01": "0.1"},
    }


def test_an_entry_moves_what_no_finer_one_covers(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "beds: {low: -10 %, high: +10 %}",
        "beds.contracted.N: {fixed: counted}",
        "beds.ladder: {fixed: a rule}",
    )
    (found,) = ranges(load(file))
    assert [option.partition("=")[0] for option in found.at(1)] == ["beds.contracted.S", "beds.physical"]


def test_weekday_factors_and_dates_are_no_numbers_to_move(tmp_path: Path) -> None:
    assert "there is no number here that a range could move" in told(tmp_path, "release: {low: -1 %, high: +1 %}")[0]


def test_entries_that_say_the_same_count_once(tmp_path: Path) -> None:
    same = "{low: -10 %, high: +10 %, vary: [beds.contracted, beds.physical]}"
    found = ranges(load(written(tmp_path, f"beds.contracted: {same}", f"beds.physical: {same}")))
    assert [each.path for each in found] == ["beds.contracted"]


# --- the scenario as stated ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ends", "base"),
    [
        ("low: 300, high: 500", 0.5),
        ("low: 400, high: 500", 0.0),
        ("low: -30 %, high: +10 %", 0.75),
        ("low: x 0.25, high: x 2", 2 / 3),
        ("low: x 1, high: x 3", 0.0),
    ],
)
def test_the_value_as_stated_has_a_position(tmp_path: Path, ends: str, base: float) -> None:
    found = one(tmp_path, f"beds.physical: {{{ends}}}")
    assert found.base == pytest.approx(base)
    assert found.at(found.base) == ()


@given(u=st.floats(0, 1))
def test_a_position_lies_between_the_ends(tmp_path_factory: pytest.TempPathFactory, u: float) -> None:
    found = one(tmp_path_factory.getbasetemp(), "beds.physical: {low: x 0.25, high: x 4}")
    (value,) = moved(found, u).values() or [400]
    assert 100 <= int(value) <= 1600


def test_a_position_outside_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        one(tmp_path, "beds.physical: {low: -1 %, high: +1 %}").at(1.01)


# --- layers -------------------------------------------------------------------------------------
def paths(resolved: Resolved) -> list[list[str]]:
    return [[option.partition("=")[0] for option in each.at(1)] for each in ranges(resolved)]


BOTH = "beds.contracted: {low: -10 %, high: +10 %, vary: [beds.contracted, beds.physical]}"


@pytest.mark.parametrize(
    ("sets", "left"),
    [
        (["beds.physical=500"], [["beds.contracted.N", "beds.contracted.S"]]),
        (["beds.physical=null"], [["beds.contracted.N", "beds.contracted.S"]]),
        (["beds.contracted.N=5"], [["beds.contracted.S", "beds.physical"]]),
        (["beds.contracted=5"], []),
        (["beds.contracted=5", "beds.physical=7"], []),
        (["beds=null"], []),
    ],
)
def test_what_is_set_anew_has_no_range_any_more(tmp_path: Path, sets: list[str], left: list[list[str]]) -> None:
    resolved = load(written(tmp_path, BOTH), sets)
    assert paths(resolved) == left
    again = tmp_path / "again.yaml"
    again.write_text(dump(resolved), encoding="utf-8")
    assert paths(load(again)) == left and dump(load(again)) == dump(resolved)


def test_a_product_is_kept_whoever_set_the_other_factor(tmp_path: Path) -> None:
    home = "arrests.sources.at_large"
    entry = f"{home}.officers: {{low: x 0.5, high: x 2, vary: [{home}.officers, / {home}.arrests_per_officer_day]}}"
    file = written(tmp_path, entry)
    assert len(paths(load(file, [f"{home}.arrests_per_officer_day=0.3"]))[0]) == 3
    assert paths(load(file, [f"{home}.officers=300"])) == []


def test_a_later_entry_takes_nothing_from_the_one_it_replaces(tmp_path: Path) -> None:
    written(tmp_path, "beds.physical: {date: 2025-01-01, low: -10 %, high: +10 %}")
    top = tmp_path / "top.yaml"
    top.write_text(
        "extends: world.yaml\nbeds: {physical: 9}\nsources: {beds.physical: {status: seen, source: counted}}\n"
    )
    entry = load(top).scenario.sources["beds.physical"]
    assert (entry.low, entry.date, entry.source) == (None, None, "counted")


# --- what cannot be applied ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ("beds.physical: {low: 300}", '21:18: sources.beds.physical: has no high, a range needs both ends'),
        ("beds.physical: {vary: [beds.physical]}", "21:18: sources.beds.physical: has `vary` but no low and high"),
        (
            "beds.physical: {low: 3, high: 500, fixed: no}",
            "21:18: sources.beds.physical: is either `fixed` or has low and high",
        ),
        (
            "beds.physical: {low: half, high: double}",
            '21:60: sources.beds.physical.low: "half" is not a whole number such as 41,500; or -20 %, x 0.5, or for '
            "shares odds x 0.5",
        ),
        (
            "beds.physical: {low: -20 %, high: x 2}",
            '21:73: sources.beds.physical.high: "-20 %" and "x 2" must be written alike: a value as at the path, or '
            "-20 %, x 0.5, or for shares odds x 0.5",
        ),
        (
            "beds.physical: {low: 500, high: 600}",
            '21:60: sources.beds.physical.low: the value 400 is not between "500" and "600"',
        ),
        (
            "beds.physical: {low: +5 %, high: +10 %}",
            '21:60: sources.beds.physical.low: the value is not between "+5 %" and "+10 %"',
        ),
        (
            "beds.physical: {low: 500, high: 300}",
            '21:71: sources.beds.physical.high: "300" must be above low, "500"',
        ),
        (
            "beds.physical: {low: odds x 0.5, high: odds x 2}",
            "21:60: sources.beds.physical.low: only shares have odds; write -20 % or x 0.5",
        ),
        (
            "beds.physical: {low: x 0, high: x 2}",
            '21:60: sources.beds.physical.low: "x 0": a factor must be above 0; write -100 % or a value',
        ),
        (
            "beds.physical: {low: -120 %, high: +2 %}",
            '21:60: sources.beds.physical.low: "-120 %" is less than nothing, at most -100 %',
        ),
        (
            "beds.contracted: {low: 100, high: 300}",
            "21:62: sources.beds.contracted.low: there are 3 numbers here; write -20 % or x 0.5, or name one of them "
            "with `vary`",
        ),
        (
            "beds.contracted: {low: -1 %, high: +1 %, vary: [beds.contracted, beds.phys]}",
            '21:104: sources.beds.contracted.vary.1: "beds.phys" is the path of no number that can be moved',
        ),
        (
            "arrests.priority: {low: proportional, high: criminality}",
            "21:21: sources.arrests.priority: there is no number here that a range could move; say `fixed: why` or "
            "name it with `vary`",
        ),
        (
            "people.sources.border.criminality: {low: x 0.5, high: x 2}",
            '21:80: sources.people.sources.border.criminality.low: "x 0.5" cannot be applied: the shares would not add '
            "up to 100 %; vary some of them and leave room for the others",
        ),
        (
            "intake.processing.lognormal.mean: {low: 3 h, high: 5 h}",
            '21:79: sources.intake.processing.lognormal.mean.low: "3 h" cannot be applied: no lognormal has this p90: '
            "it must be above the mean and at most 2.273 times it (0.2841 d)",
        ),
        (
            "beds.physical: {low: 3, high: 500, vary: [beds.physical, / beds.physical]}",
            "21:80: sources.beds.physical.vary: what is divided (/) needs a range such as -20 % or x 0.5 that keeps "
            "above nothing",
        ),
    ],
)  # fmt: skip
def test_a_range_that_cannot_be_applied_is_refused_at_its_line(tmp_path: Path, entry: str, line: str) -> None:
    assert told(tmp_path, entry) == [line]


# --- the shipped scenarios ----------------------------------------------------------------------
@pytest.mark.parametrize("name", shipped())
def test_every_assumed_value_has_a_range_or_says_why_not(name: str) -> None:
    entries = load(name).scenario.sources
    assert [path for path, e in entries.items() if e.status == "assumed" and e.low is None and e.fixed is None] == []


def own(name: str) -> list[Range]:
    """The ranges of a shipped scenario that its base does not have."""
    base = [] if name == "national" else [(each.path, each.low, each.high) for each in ranges(load("national"))]
    return [each for each in ranges(load(name)) if (each.path, each.low, each.high) not in base]


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_the_ends_of_shipped_ranges_make_scenarios(name: str) -> None:
    for each in own(name):
        for u in (0, 0.37, 1):
            load(name, each.at(u))
