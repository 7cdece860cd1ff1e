"""Extends, `--set`, places, writing back, digests, and finding files."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from sim import vocabulary
from sim.scenario.errors import ScenarioError
from sim.scenario.loading import Resolved, digest, dump, load
from sim.scenario.reading.layers import find, shipped, shipped_folder

Write = Callable[..., Path]

BASE = """\
title: the base
question: why?
start: 2025-01-20
areas: {NO: New Orleans, ATL: Atlanta}
arrests:
  goal: {2025-01-20: 1000 / d, 2025-05-21: 3000 / d}
  sources:
    at_large: {pool: {NO: 10, default: 20}}
beds:
  funded: 41,500
  contracted: {NO: 10, ATL: 20}
  ladder:
    - transfer: {after: 3 h, to: {NO: [ATL]}, seats: 10}
    - release: {after: 12 h}
    - wait
case:
  mode: stay
  stay: {lognormal: {mean: 30 d, sd: 40 d}}
checks: {arrests: '> 0'}
sources:
  arrests.goal: {date: 2025-01-21, status: seen, source: press}
  beds.contracted: {status: assumed, source: judgement, low: x 0.8, high: x 3}
  beds.ladder.1.release.after: {status: assumed, source: guess}
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files into a folder; the last one's path."""

    def writer(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return tmp_path / f"{name}.yaml"

    return writer


def told(path: Path | str, *sets: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(path, sets)
    return [line.replace(f"{Path(path).parent}{os.sep}", "") for line in caught.value.lines]


# --- one file -----------------------------------------------------------------------------------
def test_a_file_says_only_what_it_wants(write: Write) -> None:
    scenario = load(write(small="days: 3\n")).scenario
    assert (scenario.name, scenario.days, scenario.seed, scenario.beds) == ("small", 3, 1, None)


def test_texts_are_taken_as_written(write: Write) -> None:
    scenario = load(write(s="title: no\nquestion: 12:30\nareas: {NO: on, Y: 010}\n")).scenario
    assert (scenario.title, scenario.question, scenario.areas) == ("no", "12:30", {"NO": "on", "Y": "010"})


def test_rungs_may_be_bare_words(write: Write) -> None:
    text = "intake: {hours_limit: 72 h}\nbeds: {ladder: [displace, release: , wait]}\n"
    beds = load(write(s=text)).scenario.beds
    assert beds is not None
    assert [(rung.kind, rung.after_s) for rung in beds.ladder] == [
        ("displace", None),
        ("release", None),
        ("wait", None),
    ]


def test_clearance_of_all_covers_all(write: Write) -> None:
    text = "release: {clearance: {reasons: all, reviewers: 3, review: 2 h}}\n"
    release = load(write(s=text)).scenario.release
    assert release is not None and release.clearance is not None
    assert tuple(release.clearance.reasons) == vocabulary.CLEARABLE


def test_criminality_left_out_of_mandatory_is_0(write: Write) -> None:
    people = load(write(s="people: {sources: {border: {mandatory: {convicted: 80 %}}}}\n")).scenario.people
    assert people.sources["border"].mandatory == {"convicted": 0.8, "pending": 0, "none": 0}


def test_the_name_of_the_file_becomes_a_folder_name(tmp_path: Path) -> None:
    file = tmp_path / "my scenario (2).yaml"
    file.write_text("days: 3\n")
    assert load(file).scenario.name == "my-scenario-2"


# --- extends ------------------------------------------------------------------------------------
def test_mappings_merge_and_the_rest_replaces(write: Write) -> None:
    top = "extends: base.yaml\nbeds: {contracted: {ATL: 30}}\narrests: {goal: {2025-03-01: 5 / d}}\n"
    scenario = load(write(base=BASE, top=top)).scenario
    assert scenario.beds is not None and scenario.beds.contracted is not None and scenario.beds.funded is not None
    assert [scenario.beds.contracted.of(area).at(scenario.start) for area in ("NO", "ATL")] == [10, 30]
    assert scenario.beds.funded.at(scenario.start) == 41_500
    assert scenario.arrests.goal is not None
    assert scenario.arrests.goal.points == ((dt.date(2025, 3, 1), 5.0),)


def test_distributions_and_lists_replace_whole(write: Write) -> None:
    top = "extends: base.yaml\ncase: {stay: {exponential: {mean: 9 d}}}\nbeds: {ladder: [wait]}\n"
    scenario = load(write(base=BASE, top=top)).scenario
    assert scenario.case is not None and scenario.case.stay is not None and scenario.beds is not None
    assert scenario.case.stay.mean_s == 9 * 86_400
    assert [rung.kind for rung in scenario.beds.ladder] == ["wait"]


def test_shares_replace_whole(write: Write) -> None:
    base = "people: {sources: {border: {tracks: {expedited: 60 %, proceedings: 40 %}}}}\n"
    top = "extends: base.yaml\npeople: {sources: {border: {tracks: {voluntary: 100 %}}}}\n"
    assert load(write(base=base, top=top)).scenario.people.sources["border"].tracks == {"voluntary": 1}


def test_null_switches_off(write: Write) -> None:
    scenario = load(write(base=BASE, top="extends: base.yaml\nbeds: null\n")).scenario
    assert scenario.beds is None
    assert list(scenario.sources) == ["arrests.goal"]


def test_what_speaks_of_one_file_is_not_inherited(write: Write) -> None:
    scenario = load(write(base=f"name: base\n{BASE}", top="extends: base.yaml\n")).scenario
    assert (scenario.name, scenario.title, scenario.question, scenario.checks) == ("top", "", "", {})


def test_chains_and_folders(tmp_path: Path, write: Write) -> None:
    write(base="days: 3\nseed: 5\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "middle.yaml").write_text("extends: ../base.yaml\ndays: 4\n")
    scenario = load(write(top="extends: sub/middle.yaml\nreplications: 2\n")).scenario
    assert (scenario.days, scenario.seed, scenario.replications, scenario.extends) == (4, 5, 2, None)


def test_a_shipped_scenario_can_be_extended_from_anywhere(write: Write) -> None:
    scenario = load(write(mine="extends: national\ndays: 7\n")).scenario
    assert scenario.days == 7 and len(scenario.areas) == 25


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"a": "extends: a.yaml\n"}, 'a.yaml:1:10: extends: "a.yaml" extends itself, name another base'),
        (
            {"b": "days: 3\nextends: a.yaml\n", "a": "extends: b.yaml\n"},
            'b.yaml:2:10: extends: "a.yaml" extends itself, name another base',
        ),
        (
            {"a": "extends: c.yaml\n"},
            'a.yaml:1:10: extends: "c.yaml" does not exist, give a path relative to this file or a shipped scenario',
        ),
        ({"a": "extends: [b.yaml]\n"}, "a.yaml:1:10: extends: a list is not the name of a file"),
        (
            {"b": "days: many\n", "a": "extends: b.yaml\n"},
            'b.yaml:1:7: days: "many" is not a whole number such as 41,500',
        ),
        ({"b": "days: [\n", "a": "extends: b.yaml\n"}, "b.yaml: a quote or bracket is never closed"),
        (
            {"b": "days: many\n", "a": "extends: b.yaml\nseed: -1\n"},
            'a.yaml:2:7: seed: "-1" must not be negative',
        ),
    ],
)
def test_bases_that_do_not_work(write: Write, files: dict[str, str], line: str) -> None:
    assert told(write(**files))[0].startswith(line)


def test_a_mistake_is_told_where_it_was_made(write: Write) -> None:
    top = "extends: base.yaml\nareas: {BOS: Boston}\n"
    assert told(write(base=BASE, top=top)) == [
        "base.yaml:11:15: beds.contracted: says nothing for BOS, add them or `default`"
    ]


# --- --set --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("option", "path", "value"),
    [
        ("days=7", "days", 7),
        ("arrests.goal=5 / d", "arrests.goal", "5 / d"),
        ("arrests.goal.2025-05-21=5 / d", "arrests.goal.2025-05-21", "5 / d"),
        ("arrests.goal={2025-02-01: 5 / d}", "arrests.goal", {"2025-02-01": "5 / d"}),
        ("beds.contracted.ATL=7", "beds.contracted.ATL", 7),
        ("beds.ladder.0.transfer.after=5 h", "beds.ladder.0.transfer.after", "5 h"),
        ("beds.ladder.1={displace: {after: 1 h}}", "beds.ladder.1.displace.after", "1 h"),
        ("beds.funded=null", "beds.funded", None),
        ("intake.desks=5", "intake.desks", 5),
        ("title=a: b, c", "title", "a: b, c"),
        ("title=Contract #7 as signed", "title", "Contract #7 as signed"),
        ("title=- [a] {b} !c &d *e %f @g 'h", "title", "- [a] {b} !c &d *e %f @g 'h"),
        ("title=[draft] plan", "title", "[draft] plan"),
        ("title=*all* | > ? ~", "title", "*all* | > ? ~"),
        ("title=yes", "title", "yes"),
        ("title=2025-05-21", "title", "2025-05-21"),
        ("title=null", "title", "null"),
        ('title="5 % more" asked', "title", '"5 % more" asked'),
        ("areas.ATL=north # south", "areas.ATL", "north # south"),
        ("title='=x'", "title", "=x"),
        ("sources.days.status=seen", "title", None),
        ("sources.beds.contracted.source=a book", "sources.beds.contracted", None),
    ],
)
def test_set_takes_the_paths_of_messages(write: Write, option: str, path: str, value: object) -> None:
    file = write(base=BASE)
    if option.startswith("sources.days"):  # not YAML; a source without its text
        assert told(file, option)[0].startswith(f"--set {option}: ")
        return
    tree: object = load(file, [option]).tree
    for key in path.split(".") if "sources" not in path else ["sources", "beds.contracted"]:
        tree = tree[int(key)] if isinstance(tree, list) else tree[key]  # type: ignore[index]
    assert (tree["source"] if "sources" in path else tree) == (value if value or "sources" not in path else "a book")  # type: ignore[index]


@pytest.mark.parametrize(
    ("contracted", "sets", "after"),
    [
        ("900", ["2025-01-05=3"], {"A": "900 900 3", "B": "900 900 3"}),
        ("900", ["2025-01-05=3", "2025-01-03=5"], {"A": "900 5 3"}),
        ("900", ["A=3"], {"A": "3 3 3", "B": "900 900 900"}),
        ("900", ["A.2025-01-05=3"], {"A": "900 900 3", "B": "900 900 900"}),
        ("{2025-01-02: 900, 2025-01-04: 800}", ["A.2025-01-05=3"], {"A": "900 900 3", "B": "900 900 800"}),
        ("{default: 900, B: 7}", ["A.2025-01-05=3"], {"A": "900 900 3", "B": "7 7 7"}),
        ("900", ["2024-11-01=3"], {"A": "3 3 3"}),
    ],
)
def test_a_plain_value_stays_where_a_date_or_an_area_is_set(
    write: Write, contracted: str, sets: list[str], after: dict[str, str]
) -> None:
    file = write(a=f"start: 2025-01-01\nareas: {{A: a, B: b}}\nbeds: {{contracted: {contracted}}}\n")
    beds = load(file, [f"beds.contracted.{one}" for one in sets]).scenario.beds
    assert beds is not None and beds.contracted is not None
    for area, values in after.items():
        days = [dt.date(2025, 1, day) for day in (1, 3, 5)]
        assert " ".join(str(beds.contracted.of(area).at(day)) for day in days) == values


def test_later_settings_win(write: Write) -> None:
    assert load(write(s="days: 3\n"), ["days=4", "days=5"]).scenario.days == 5


@pytest.mark.parametrize(
    ("option", "line"),
    [
        ("days", "--set days: write --set path=value, e.g. --set days=60"),
        ("=3", "--set =3: write --set path=value, e.g. --set days=60"),
        ("a..b=3", "--set a..b=3: write --set path=value, e.g. --set days=60"),
        ("days=", "--set days=: no value, write path=value (null for none)"),
        ("days=x", '--set days=x: days: "x" is not a whole number such as 41,500'),
        ("arests.goal=3 / d", "--set arests.goal=3 / d: arests: unknown key, did you mean arrests?"),
        (
            "beds.ladder.7.wait={}",
            "--set beds.ladder.7.wait={}: beds.ladder.7: no such position, the list has 3 entries,",
        ),
        ("beds.ladder.7=wait", "--set beds.ladder.7=wait: beds.ladder.7: no such position, the list has 3 entries, "),
        ("intake.outcomes.<<=3", "--set intake.outcomes.<<=3: YAML merge keys (<<) are not allowed"),
        ("<<=3", "--set <<=3: YAML merge keys (<<) are not allowed"),
        ("extends=x.yaml", "--set extends=x.yaml: extends: cannot be set, only written in a file"),
        ("days=[", "--set days=[: a quote or bracket is never closed"),
        ("days=!!int 3", "--set days=!!int 3: the YAML tag !!int is not allowed"),
        ("beds.contracted.BOS=3", '--set beds.contracted.BOS=3: beds.contracted.BOS: unknown area: "BOS"'),
    ],
)
def test_wrong_settings_name_the_option(write: Write, option: str, line: str) -> None:
    assert told(write(base=BASE), option)[0].startswith(line)


# --- places and sources -------------------------------------------------------------------------
def test_each_value_knows_where_it_was_set(write: Write) -> None:
    resolved = load(write(base=BASE, top="extends: base.yaml\nbeds: {contracted: {ATL: 30}}\n"), ["days=3"])

    def place(*path: str) -> str:
        return "default" if (found := resolved.place(path)) is None else Path(str(found)).name

    assert place("beds", "contracted", "ATL") == "top.yaml:2"
    assert place("beds", "contracted", "NO") == "base.yaml:11"
    assert place("beds", "ladder", "1", "release", "after") == "base.yaml:14"
    assert place("days") == "--set days=3"
    assert place("beds", "physical") == place("release") == "default"


def test_a_source_does_not_speak_of_a_value_set_later(write: Write) -> None:
    file = write(base=BASE, top="extends: base.yaml\narrests: {goal: 5 / d}\n")
    assert list(load(file).scenario.sources) == ["beds.contracted", "beds.ladder.1.release.after"]
    assert list(load(file, ["beds.contracted=9"]).scenario.sources) == ["beds.ladder.1.release.after"]


def test_a_source_of_what_a_later_file_takes_out_is_dropped(write: Write) -> None:
    top = "extends: base.yaml\nbeds: {ladder: [wait]}\n"
    assert list(load(write(base=BASE, top=top)).scenario.sources) == ["arrests.goal", "beds.contracted"]


def test_a_source_misspelt_beside_the_value_is_told_also_with_settings(write: Write) -> None:
    file = write(s="days: 3\nsources: {dayz: {status: seen, source: x}}\n")
    assert told(file, "seed=4")[0].startswith("s.yaml:2:11: sources.dayz: speaks of a value that does not exist")


# --- writing ------------------------------------------------------------------------------------
def again(resolved: Resolved, tmp_path: Path) -> Resolved:
    file = tmp_path / "again" / "scenario.yaml"
    for name, path in resolved.inputs.items():
        (file.parent / name).parent.mkdir(parents=True, exist_ok=True)
        (file.parent / name).write_bytes(path.read_bytes())
    file.parent.mkdir(exist_ok=True)
    file.write_text(dump(resolved), encoding="utf-8")
    return load(file)


def test_what_is_written_is_the_same_scenario(write: Write, tmp_path: Path) -> None:
    top = "extends: base.yaml\ntitle: \"é — 'x': y\"\n"
    first = load(write(base=BASE, top=top), ["beds.funded=3", "seed=9"])
    second = again(first, tmp_path)
    assert second.scenario == first.scenario
    assert dump(second) == dump(first)
    assert digest(second) == digest(first)


@pytest.mark.parametrize("name", [name for name in shipped() if name.startswith(("teaching/", "goal-3000-f", "agree"))])
def test_shipped_scenarios_read_back(name: str, tmp_path: Path) -> None:
    first = load(name)
    second = again(first, tmp_path)
    assert first.inputs or second.scenario == first.scenario  # files lie elsewhere, with the same content
    assert dump(second) == dump(first) and digest(second) == digest(first)


def test_what_is_written_is_plain_yaml_for_other_programs(write: Write) -> None:
    tree = yaml.safe_load(dump(load(write(base=BASE))))
    assert tree["areas"] == {"NO": "New Orleans", "ATL": "Atlanta"}
    assert tree["start"] == dt.date(2025, 1, 20)
    assert tree["beds"]["ladder"][2] == {"wait": {"after": None}}
    assert "extends" not in tree


def test_units_do_not_change_the_digest_and_values_do(write: Write) -> None:
    one = digest(load(write(s="intake: {hours_limit: 72 h}\n")))
    assert digest(load(write(s="title: other\nintake: {hours_limit: 3 d}\nchecks: {arrests: '> 0'}\n"))) == one
    assert digest(load(write(s="intake: {hours_limit: 73 h}\n"))) != one
    assert digest(load(write(s="intake: {hours_limit: 72 h}\nseed: 2\n"))) != one


def test_an_observed_file_lies_beside_the_scenario(tmp_path: Path, write: Write) -> None:
    (tmp_path / "data").mkdir()
    csv = tmp_path / "data" / "seen.csv"
    csv.write_text("date,source,area,arrests\n")
    file = write(s="arrests: {observed: data/seen.csv}\n")
    resolved = load(file)
    assert resolved.scenario.arrests.observed == str(csv)
    assert resolved.inputs == {"inputs/seen.csv": csv}
    assert yaml.safe_load(dump(resolved))["arrests"]["observed"] == "inputs/seen.csv"
    before = digest(resolved)
    csv.write_text("date,source,area,arrests\n2025-01-02,border,,3\n")
    assert digest(load(file)) != before


# --- finding ------------------------------------------------------------------------------------
def test_shipped_scenarios_are_found_by_name() -> None:
    assert find("goal-3000") == shipped_folder() / "goal-3000.yaml"
    assert find("goal-3000.yaml") == find("goal-3000")
    assert find("teaching/mmc") == find("mmc") == shipped_folder() / "teaching" / "mmc.yaml"


def test_a_file_of_that_name_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "goal-3000.yaml").write_text("days: 3\n")
    monkeypatch.chdir(tmp_path)
    assert load("goal-3000.yaml").scenario.days == 3
    assert load("goal-3000").scenario.days == 365


def test_an_installed_package_brings_its_scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_scenarios").mkdir()
    (tmp_path / "_scenarios" / "alone.yaml").write_text("days: 3\n")
    monkeypatch.setattr("sim.scenario.reading.layers.resources.files", lambda _: tmp_path)
    assert list(shipped()) == ["alone"]
    assert load("alone").scenario.days == 3


def test_a_composition_file_stands_for_the_keys_it_replaces(tmp_path: Path, write: Write) -> None:
    csv = tmp_path / "held.csv"
    csv.write_text("source\n")
    resolved = load(write(s="people: {day0: {held: 5, composition: held.csv}}\n"))
    day0 = yaml.safe_load(dump(resolved))["people"]["day0"]
    assert day0 == {"held": 5, "areas": None, "composition": "inputs/held.csv"}
    with pytest.raises(ScenarioError, match=r"people.day0.stages: the file of people.day0.composition says this"):
        load(write(s="people: {day0: {composition: held.csv, stages: {final_order: {document: 100 %}}}}\n"))
    with pytest.raises(ScenarioError, match=r"people.day0.composition: \"no.csv\" is no file"):
        load(write(s="people: {day0: {composition: no.csv}}\n"))


def test_two_files_of_one_name_are_refused(tmp_path: Path, write: Write) -> None:
    (tmp_path / "b").mkdir()
    for csv in (tmp_path / "a.csv", tmp_path / "b" / "a.csv"):
        csv.write_text("x\n")
    with pytest.raises(ScenarioError, match=r"\"a.csv\" is also the name of another file"):
        load(write(s="arrests: {observed: a.csv}\npeople: {day0: {composition: b/a.csv}}\n"))


@pytest.mark.parametrize(
    ("text", "more"),
    [
        (
            "sources: {mode: stay, stay: 3 d, outcome: {ordered: 80 %, other: 20 %}}",
            "(and 3 other faults below sources)",
        ),
        (
            "funding: {prices: {bed_night: 1, arrest: 2, intake: 3, hearing: 4}}",
            "(and 1 other fault below funding.prices)",
        ),
    ],
)
def test_a_mapping_in_the_wrong_place_gives_three_lines(write: Write, text: str, more: str) -> None:
    lines = told(write(base=BASE, a=f"extends: base.yaml\n{text}\n"))
    assert len(lines) == 3
    assert lines[-1].endswith(more)


def test_a_name_may_be_that_of_a_key(write: Write) -> None:
    text = (
        "{start: 2025-01-20, days: 3, areas: {departures: a port}, arrests: {goal: 10 / d, sources: {at_large: {}}}, "
        "removal: {groups: {all: {share: 100 %, document: {constant: 5 d}, routes: {departures: 100 %}}}, "
        "routes: {departures: {kind: charter, seats: 5}}}}"
    )
    removal = load(write(s=text)).scenario.removal
    assert removal and list(removal.routes) == ["departures"]


def test_faults_among_right_entries_are_all_told(write: Write) -> None:
    right = ", ".join(f"{name}: $1 / {unit}" for name, unit in (("transfer", "person"), ("atd_day", "person-day")))
    wrong = "bed_night: 1, arrest: 2, intake: $1"
    assert len(told(write(base=BASE, a=f"extends: base.yaml\nfunding: {{prices: {{{right}, {wrong}}}}}\n"))) == 3
