"""Comparison of result folders and of bare files."""

from __future__ import annotations

import csv
import errno
import json

import pytest

from sim.analysis.compare import compare, split_results, write_csv
from sim.analysis.comparison import inputs, lines, markdown, sentences
from sim.analysis.results import read
from sim.errors import InputError
from sim.vocabulary import COMPARE, INPUTS, MEASURES

HEADER = "scenario,replication,measure,unit,value\n"


def result(folder, name, held, manifest=None, more=""):
    folder.mkdir()
    rows = [f"{name},{i},held_mean,people,{value}\n" for i, value in enumerate(held)]
    rows += [f"{name},{i},binding_stage,text,beds\n" for i in range(len(held))]
    (folder / "replications.csv").write_text(HEADER + "".join(rows) + more)
    if manifest is not None:
        (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


SAME = {"seed": 7, "start": "2025-02-01", "days": 30, "model_sha256": "m"}


@pytest.fixture
def pair(tmp_path):
    base = result(tmp_path / "base", "base", [10, 20, 30], SAME)
    return base, result(tmp_path / "other", "other", [11, 22, 33], SAME)


def only(comparison):
    (row,) = comparison.rows
    return row


def test_common_random_numbers_are_paired(pair):
    row = only(compare(pair))
    d = row.difference
    assert (row.scenario, row.baseline, row.measure, row.unit) == ("other", "base", "held_mean", "people")
    assert (d.baseline_mean, d.mean, d.difference, d.paired, d.n) == (20.0, 22.0, 2.0, True, 3)
    assert (d.low, d.high) == (pytest.approx(2 - 4.302653 / 3**0.5), pytest.approx(2 + 4.302653 / 3**0.5))


RANGES = {"interval_covers": "simulation noise and the ranges of values"}


@pytest.mark.parametrize(
    "manifest", [SAME | {"seed": 8}, SAME | {"start": "2025-03-01"}, SAME | RANGES, None, {"seed": 7}]
)
def test_otherwise_welch_and_said_so(tmp_path, pair, manifest):
    other = result(tmp_path / "third", "third", [11, 22, 33], manifest)
    found = compare([pair[0], other])
    assert not only(found).difference.paired
    assert any("Not paired" in note and "third" in note for note in found.notes)


def test_notes_say_what_intervals_cover(pair):
    assert "simulation noise only" in compare(pair).notes[0]
    assert any("paired by number" in note for note in compare(pair).notes)


def test_intervals_over_drawn_values_are_said_to_be(tmp_path):
    drawn = [result(tmp_path / name, name, [10, 20, 30], SAME | RANGES) for name in ("a", "b")]
    found = compare(drawn)
    assert (
        only(found).difference.paired and found.notes[0] == "Intervals cover simulation noise and the ranges of values."
    )


def test_other_intervals_of_a_result_of_the_same_name_are_told(tmp_path):
    found = compare([result(tmp_path / f"r{i}", "r", [1, 2, 3], SAME | more) for i, more in enumerate((RANGES, {}))])
    assert "ranges of values, of other results simulation noise only" in found.notes[0]
    assert not only(found).difference.paired


def test_note_on_versions(tmp_path, pair):
    other = result(tmp_path / "third", "third", [1, 2], SAME | {"model_sha256": "n"})
    found = compare([pair[0], other])
    assert "different versions of the model" in " ".join(found.notes) and found.warning == ""


def printed(comparison, width=100, **options):
    return lines(comparison, width, every=True, keys=True, **options)


@pytest.mark.parametrize(("width", "together"), [(60, False), (80, True), (120, True)])
def test_lines_fit_the_terminal(tmp_path, width, together):
    base = many(tmp_path / "b", "b", {"cost_usd_total": [2e9 + 1e6 * i for i in range(6)], "removals": [1e5] * 6})
    extra = {"cost_usd_total": [3e9 + 2e6 * i for i in range(6)], "removals": [1e5 + i for i in range(6)]}
    shown = lines(compare([base, many(tmp_path / "o", "o", extra)]), width)
    assert max(map(len, shown)) <= width
    cost = next(line for line in shown if line.startswith("marginal cost, million $"))
    assert cost.split()[4:7] == (["2,000", "3,000", "+1,000"] if together else [])


def test_of_many_paths_what_is_no_result_is_left_out(tmp_path, pair):
    (tmp_path / "README.md").write_text("no result")
    (tmp_path / "sweep").mkdir()
    paths = [*pair, tmp_path / "README.md", tmp_path / "sweep"]
    assert split_results(paths) == ([*pair], paths[2:])
    assert split_results(paths[1:3]) == (paths[1:3], [])


def test_unequal_replications_and_identical_results_are_said(tmp_path, pair):
    fewer = result(tmp_path / "fewer", "fewer", [10, 20], SAME)
    notes = compare([pair[0], fewer]).notes
    assert "base has 3 replications, fewer has 2: the 2 in both are compared." in notes
    assert "fewer is identical: every measure is the same in every pair of replications." in notes


def test_windows_of_different_length_are_said_first_and_sums_have_no_interval(tmp_path):
    sums = "".join(f"{{name}},{i},removals,people,{{by}}{i}\n" for i in range(3))
    base = result(tmp_path / "b", "b", [10, 20, 30], SAME, sums.format(name="b", by=1))
    other = result(tmp_path / "o", "o", [60, 70, 81], SAME | {"days": 60}, sums.format(name="o", by=2))
    again = result(tmp_path / "a", "a", [60, 70, 81], SAME, sums.format(name="a", by=2))
    found = compare([base, other, again])
    first, *shown = printed(found)
    assert "Windows of different length (days: b 30, o 60, a 30)" in first
    ends = {(row.scenario, row.measure): row.difference.low for row in found.rows}
    assert ends["o", "removals"] is None and None not in (ends["o", "held_mean"], ends["a", "removals"])
    assert [line.endswith("*") for line in shown if line.startswith("removals ")] == [False, True]


def test_a_bare_file_of_unknown_length_is_no_warning(tmp_path, pair):
    assert compare([pair[0], result(tmp_path / "bare", "bare", [1, 2])]).warning == ""


def test_what_is_zero_on_both_sides_is_in_the_file_only(tmp_path):
    rows = "".join(f"{{0}},{i},transfers,people,0\n{{0}},{i},give_ups,people,{{1}}\n" for i in range(2))
    base = result(tmp_path / "b", "b", [1, 2], SAME, rows.format("b", 0))
    found = compare([base, result(tmp_path / "o", "o", [3, 4], SAME, rows.format("o", 5))])
    shown = "\n".join(printed(found))
    assert "transfers" in [row.measure for row in found.rows]
    assert "transfers" not in shown and "give_ups" in shown


def test_pairs_go_by_replication_number(tmp_path, pair):
    """A replication that failed on one side, or has no value, leaves its pair out."""
    base = result(tmp_path / "b", "b", [10, "", 30, 40], SAME)
    other = result(tmp_path / "o", "o", [11, 12, 33], SAME)
    found = compare([base, other])
    d = only(found).difference
    assert (d.n, d.baseline_mean, d.difference) == (2, 20.0, 2.0)


def test_how_many_pairs_have_a_value_on_both_sides(tmp_path):
    """Money ran out in two of three replications here, in one of them there."""
    days = ["{0},0,funds_exhausted_day,d,3\n{0},1,funds_exhausted_day,d,{1}\n{0},2,funds_exhausted_day,d,\n"] * 2
    base = result(tmp_path / "b", "b", [1, 2, 3], SAME, days[0].format("b", 4))
    other = result(tmp_path / "o", "o", [1, 2, 3], SAME, days[1].format("o", ""))
    notes = compare([base, other]).notes
    assert "o: of 3 pairs, those in which both sides have a value: funds_exhausted_day 1." in notes
    assert not any(
        "pairs, those" in note for note in compare([base, result(tmp_path / "x", "x", [1, 2, 3], SAME)]).notes
    )


def test_bare_files(tmp_path):
    a, b = tmp_path / "a.csv", tmp_path / "b.csv"
    a.write_text(HEADER + "a,1,arrests,people,10\na,2,arrests,people,12\n")
    b.write_text("\ufeff" + HEADER.replace("\n", "\r\n") + 'b,1,arrests,people,20\r\n"b",2,arrests,people,24\r\n')
    d = only(compare([a, b])).difference
    assert (d.difference, d.paired, d.n) == (11.0, False, 2)


def test_baseline_of_choice(tmp_path, pair):
    third = result(tmp_path / "third", "third", [1, 2, 3], SAME)
    found = compare([*pair, third], baseline=pair[1])
    assert found.baseline == "other" and [row.scenario for row in found.rows] == ["base", "third"]
    outside = compare(list(pair), baseline=third)
    assert outside.baseline == "third" and [row.scenario for row in outside.rows] == ["base", "other"]


def test_equal_names_are_told_apart_by_path(tmp_path, pair):
    again = result(tmp_path / "again", "base", [1, 2, 3], SAME)
    row = only(compare([pair[0], again]))
    assert row.scenario == "base (again)" and row.baseline == "base (base)"


def test_one_replication_has_no_interval(tmp_path):
    a, b = result(tmp_path / "a", "a", [1], SAME), result(tmp_path / "b", "b", [3], SAME)
    found = compare([a, b])
    assert only(found).difference.difference == 2.0 and only(found).difference.low is None
    assert any("One or two replications give no interval" in note for note in found.notes)


def test_compare_csv(tmp_path, pair):
    write_csv(compare(pair), tmp_path / "out" / "compare.csv")
    content = (tmp_path / "out" / "compare.csv").read_text()
    (row,) = csv.DictReader(content.splitlines())
    assert list(row) == [column.name for column in COMPARE]
    assert (row["baseline_mean"], row["difference"], row["paired"], row["replications"]) == ("20.0", "2.0", "true", "3")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["compare.csv"]


def test_lines_mark_what_is_clear(tmp_path, pair):
    far = result(tmp_path / "far", "far [red]", [111, 120, 131], SAME)
    shown = printed(compare([*pair, far]))
    assert "compared: far [red]" in shown
    assert [line.endswith("*") for line in shown if line.startswith("held_mean ")] == [False, True]


@pytest.mark.parametrize("count", [0, 1])
def test_two_results_are_wanted(pair, count):
    with pytest.raises(InputError, match="give at least two results"):
        compare(list(pair)[:count])


def test_units_must_agree(tmp_path):
    a, b = tmp_path / "a.csv", tmp_path / "b.csv"
    a.write_text(HEADER + "a,1,x,people,10\n")
    b.write_text(HEADER + "b,1,x,d,10\n")
    with pytest.raises(InputError, match=r"b\.csv: x is in d, in .*a\.csv in people"):
        compare([a, b])


# --- malformed files -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "where", "what"),
    [
        (b"", "1:1", "the header is ''"),
        (b"a,b\n", "1:1", "the header is 'a,b'"),
        (HEADER.encode(), "2:1", "no rows"),
        (HEADER.encode() + b"a,1,x,people\n", "2", "4 values, must be 5"),
        (HEADER.encode() + b"a,1,x,people,1\na,one,x,people,1\n", "3:3", "replication: 'one' is not a whole number"),
        (HEADER.encode() + b"a,1,x,people,lots\n", "2:14", "value: 'lots' is not a finite number"),
        (HEADER.encode() + b"a,1,x,people,nan\n", "2:14", "not a finite number"),
        (HEADER.encode() + b"a,1,x,people,1_0\n", "2:14", "not a finite number"),
        (HEADER.encode() + b"a,1,x,people,1\na,1,x,people,2\n", "3:5", "x is given twice in replication 1"),
        (HEADER.encode() + b"a,1,x,people,1\nb,2,x,people,2\n", "3:1", "one result has one scenario"),
        (HEADER.encode() + b",1,x,people,1\n", "2:1", "scenario: is empty"),
        (HEADER.encode() + b"a,1,,people,1\n", "2:5", "measure: is empty"),
        (HEADER.encode() + b"a,1,\xff,people,1\n", "2:5", "not UTF-8"),
        (HEADER.encode() + b'a,1,"x,people,1\n', "2", "unexpected end of data"),
    ],
)
def test_malformed(tmp_path, content, where, what):
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(file)
    (line,) = caught.value.lines
    assert line.startswith(f"{file}:{where}: ") and what in line and "\n" not in line


def test_missing_and_unreadable(tmp_path):
    for path, what in ((tmp_path / "no", "not found"), (tmp_path, "not found")):
        with pytest.raises(InputError, match=what):
            read(path)


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000])
def test_a_damaged_manifest(tmp_path, content):
    folder = result(tmp_path / "x", "x", [1])
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(InputError, match=r"manifest\.json:(1:\d: not| nested)"):
        read(folder)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("[1]", "not the manifest of a result"),
        ('{"days": "3"}', "days: input should be a valid integer"),
        ('{"replications": [1, 1]}', "replications: a number is given twice"),
        ('{"replications": []}', "replications: list should have at least 1 item"),
        ('{"libraries": []}', "libraries: input should be a valid dictionary"),
        ('{"failed": [3]}', "failed.0: "),
        ('{"start": "2025-13-01"}', "start: "),
    ],
)
def test_a_manifest_of_another_shape(tmp_path, content, what):
    folder = result(tmp_path / "x", "x", [1])
    (folder / "manifest.json").write_text(content)
    with pytest.raises(InputError, match=rf"manifest\.json: {what}"):
        read(folder)


# --- what differs in the inputs ------------------------------------------------------------------
SCENARIO = """\
name: {name}
seed: 7
start: '2025-02-01'
arrests:
  goal: {goal}
beds:
  contracted: {beds}
  ladder: [{{release: {{after: 0 s}}}}, {{wait: {{}}}}]
"""


def scenarios(pair, **of_other):
    first = {"name": "base", "goal": "900 / d", "beds": "{ATL: 10, BOS: 20}"}
    for folder, values in zip(pair, (first, first | {"name": "other"} | of_other), strict=True):
        (folder / "scenario.yaml").write_text(SCENARIO.format(**values))


def test_inputs_that_differ_are_named_path_by_path(pair):
    scenarios(pair, goal="{'2025-02-01': 900 / d, '2025-03-01': 1 / s}", beds="{ATL: 11, CHI: 1, BOS: 20}")
    assert inputs(compare(pair)) == [
        "other: arrests.goal: 900 / d → {2025-02-01: 900 / d, 2025-03-01: 1 / s}",
        "other: beds.contracted.ATL: 10 → 11",
        "other: beds.contracted.CHI: not there → 1",
    ]


def test_many_inputs_of_one_key_are_counted(pair):
    beds = [f"{{{', '.join(f'A{i}: {i + more}' for i in range(9))}}}" for more in (0, 1)]
    scenarios(pair, beds=beds[1])
    (pair[0] / "scenario.yaml").write_text(SCENARIO.format(name="base", goal="900 / d", beds=beds[0]))
    shown = inputs(compare(pair))
    assert len(shown) == 5 and shown[-1] == "other: beds.contracted: and 5 more"


def test_equal_and_unknown_inputs_are_said(tmp_path, pair):
    assert inputs(compare(pair)) == [
        "other: what differs in the inputs is unknown, for a scenario.yaml is missing",
    ]
    scenarios(pair)
    assert inputs(compare(pair)) == ["other: the same inputs"]
    write_csv(compare(pair), tmp_path / "same" / "compare.csv")
    assert not (tmp_path / "same" / "inputs.csv").exists()


def test_a_full_disk_is_said_with_the_file_and_leaves_nothing(tmp_path, pair, monkeypatch):
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_csv(compare(pair), tmp_path / "out" / "compare.csv")
    assert caught.value.filename == str(tmp_path / "out" / "compare.csv") and not (tmp_path / "out").exists()


def test_inputs_csv(tmp_path, pair):
    scenarios(pair, goal="1000 / d")
    write_csv(compare(pair), tmp_path / "out" / "compare.csv")
    (row,) = csv.DictReader((tmp_path / "out" / "inputs.csv").read_text().splitlines())
    assert list(row) == [column.name for column in INPUTS]
    assert list(row.values()) == ["other", "base", "arrests.goal", "900 / d", "1000 / d"]


# --- looking at many -----------------------------------------------------------------------------
def noisy(shift):
    """Replications whose differences spread a little around a shift."""
    return [100 + i + shift + 0.4 * (-1) ** i for i in range(6)]


def many(folder, name, extra):
    rows = "".join(
        f"{name},{i},{measure},{MEASURES[measure].unit},{value}\n"
        for measure, of in extra.items()
        for i, value in enumerate(of)
    )
    return result(folder, name, noisy(0), SAME, rows)


def test_which_differences_hold_after_correction(tmp_path):
    names = ("arrests", "removals", "releases", "transfers")
    base = many(tmp_path / "b", "b", {name: [100 + i for i in range(6)] for name in names})
    small = [100 + i + 0.5 + 0.4 * (-1) ** i for i in range(6)]
    other = many(tmp_path / "o", "o", {"arrests": noisy(9), **dict.fromkeys(names[1:], small)})
    by = {row.measure: row for row in compare([base, other]).rows}
    assert by["arrests"].holds and by["arrests"].family == 4
    assert by["removals"].difference.leaves_out_zero and not by["removals"].holds
    alone = compare([base, other], measures=["removals"]).rows
    assert [(row.measure, row.family, row.holds) for row in alone] == [("removals", 1, True)]
    (said,) = sentences(compare([base, other]), ["removals"])
    assert "does not hold after correction for 4 differences" in said


def test_what_is_the_same_in_every_pair_is_a_note_and_no_test(tmp_path):
    base = many(tmp_path / "b", "b", {"removals": [1, 2, 3, 4, 5, 6]})
    other = result(tmp_path / "o", "o", noisy(9), SAME, "".join(f"o,{i},removals,people,{i + 1}\n" for i in range(6)))
    found = compare([base, other])
    assert "o has the same values in every pair for: removals." in found.notes
    assert {row.measure: row.family for row in found.rows} == {"held_mean": 1, "removals": 1}
    assert not any(line.startswith("Removals") for line in sentences(found, ["removals"]))
    assert not any("removals  " in line for line in printed(found))


def test_a_measure_of_none_of_them(pair):
    with pytest.raises(InputError, match="--measure: 'held_maen' is in none of the results; did you mean held_mean"):
        compare(pair, measures=["held_maen"])


def test_what_pairing_saved_is_said(pair):
    """Means of 10, 20, 30 and 11, 22, 33: (100 + 121) ÷ 1 as many."""
    (note,) = [note for note in compare(pair).notes if note.startswith("Pairing")]
    assert note == "Pairing: 3 pairs are as precise as 663 independent replications of each (median over the measures)."


def test_words_that_differ_are_said(tmp_path, pair):
    other = result(tmp_path / "third", "third", [1, 2, 3], SAME)
    text = (other / "replications.csv").read_text().replace("text,beds", "text,seats")
    (other / "replications.csv").write_text(text)
    assert "What holds the goal back: seats with third, beds with base." in compare([pair[0], other]).notes
    assert not any("binding_stage" in note for note in compare(pair).notes)


# --- sentences -----------------------------------------------------------------------------------
def study(folder, of, changes, half=0.0):
    folder.mkdir()
    (folder / "scenario.yaml").write_text((of / "scenario.yaml").read_text() + "replications: 3\n")
    (folder / "manifest.json").write_text(json.dumps({"replications": [1, 2, 3]}))
    lines = [
        f"held_mean,{path},{statistic},{value},{value - half},{value + half}\n"
        for path, *ends in changes
        for statistic, value in zip(("change_low", "change_high"), ends, strict=True)
    ]
    head = "measure,path,statistic,value,ci_low,ci_high\n"
    (folder / "sensitivity.csv").write_text(head + "".join(lines) + "held_mean,empty,change_low,,,\n")
    return folder


STAY_AND_BEDS = [("case.stay", -5, 10), ("beds", 0, 0)]


@pytest.fixture
def studied(tmp_path):
    base, other = result(tmp_path / "base", "base", noisy(0), SAME), result(tmp_path / "other", "other", noisy(8), SAME)
    scenarios((base, other), goal="3000 / d")
    of_base = study(tmp_path / "of_base", base, STAY_AND_BEDS)
    of_other = study(tmp_path / "of_other", other, [("case.stay", -8, 16), ("funding", -4, 1)])
    return [base, other], [of_base, of_other]


def test_without_ranges_no_sentence_is_for_quoting(studied):
    (said,) = sentences(compare(studied[0]))
    assert said.startswith("Average daily population: people in beds at midnight, mean over days: 8 people more")
    assert (
        "people more under “other” than under “base”" in said
        and "from chance alone" in said
        and "[not for quoting]" in said
    )


def test_a_study_of_some_of_the_values_is_said_to_be_one(studied):
    results, (of_base, of_other) = studied
    entry = "{status: assumed, source: guess, low: x 0.5, high: x 2}"
    file = of_base / "scenario.yaml"
    file.write_text(f"{file.read_text()}sources: {{case.stay: {entry}, beds: {entry}, case.dockets: {entry}}}\n")
    (said,) = sentences(compare(results, ranges=[of_base, of_other]))
    assert "; over the ranges of 2 of the 3 assumed values, " in said


def test_ranges_of_both_scenarios_make_a_sentence_for_quoting(studied):
    """8 as stated; along the stay −8 + 5 and 16 − 10, along the money −4 and 1: down 3 and 4, up 6 and 1."""
    found = compare(studied[0], ranges=studied[1])
    low, high = only(found).assumed
    assert (low, high) == (pytest.approx(8 - 5), pytest.approx(8 + 37**0.5))
    (said,) = sentences(found)
    assert said.endswith("; over the ranges of the assumed values, 3 to 14.08.") and "not for quoting" not in said


def test_what_chance_alone_gives_is_taken_off_the_range(tmp_path, studied):
    """Half-widths of t(2) × 0.9: squared standard errors of 0.81, those of both sides off each square."""
    folders = [
        study(tmp_path / f"again{i}", of, rows, 4.302653 * 0.9)
        for i, (of, rows) in enumerate(
            zip(studied[0], (STAY_AND_BEDS, [("case.stay", -8, 16), ("beds", 1, 0)]), strict=True)
        )
    ]
    low, high = only(compare(studied[0], ranges=folders)).assumed
    assert (low, high) == (pytest.approx(8 - (9 - 1.62) ** 0.5), pytest.approx(8 + (36 - 1.62) ** 0.5))


def test_one_replication_is_never_for_quoting(tmp_path, studied):
    results = [result(tmp_path / name, name, [value], SAME) for name, value in (("b1", 1), ("o1", 3))]
    scenarios(results, goal="3000 / d")
    (said,) = sentences(compare(results, ranges=studied[1]))
    assert "no interval [not for quoting]" in said


def test_ranges_that_do_not_belong(tmp_path, studied):
    results, studies = studied
    with pytest.raises(InputError, match=r"no study of other \(.*\); give one of each result compared"):
        compare(results, ranges=studies[:1])
    (third := tmp_path / "third").mkdir()
    (third / "scenario.yaml").write_text("days: 99\n")
    with pytest.raises(InputError, match="is of none of the scenarios compared here"):
        compare(results, ranges=[study(tmp_path / "of_third", third, STAY_AND_BEDS)])
    with pytest.raises(InputError, match="is no one-at-a-time sensitivity study"):
        compare(results, ranges=[results[0]])


def test_markdown_to_paste(studied):
    text = markdown(compare(studied[0], ranges=studied[1]))
    head, rule, row = (line for line in text.splitlines() if line.startswith("|"))
    assert head.count("|") == rule.count("|") == row.count("|") and set(rule) <= set("|-: ")
    assert row.startswith("| other | held_mean | people |") and row.endswith(r"| \*\* |")
    assert "over the ranges of the assumed values" in text
