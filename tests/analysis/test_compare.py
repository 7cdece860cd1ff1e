"""Comparison of result folders and of bare files."""

from __future__ import annotations

import csv
import json

import pytest
from rich.console import Console

from sim.analysis.compare import compare, main, table, write_csv
from sim.analysis.results import read
from sim.errors import InputError
from sim.measures.columns import COMPARE

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


@pytest.mark.parametrize("manifest", [SAME | {"seed": 8}, SAME | {"start": "2025-03-01"}, None, {"seed": 7}])
def test_otherwise_welch_and_said_so(tmp_path, pair, manifest):
    other = result(tmp_path / "third", "third", [11, 22, 33], manifest)
    found = compare([pair[0], other])
    assert not only(found).difference.paired
    assert any("Not paired" in note and "third" in note for note in found.notes)


def test_notes_say_what_intervals_cover(pair):
    assert "simulation noise only" in compare(pair).notes[0]
    assert any("paired by number" in note for note in compare(pair).notes)


def test_note_on_versions(tmp_path, pair):
    other = result(tmp_path / "third", "third", [1, 2], SAME | {"model_sha256": "n"})
    found = compare([pair[0], other])
    assert "different versions of the model" in " ".join(found.notes) and found.warning == ""


def printed(comparison):
    console = Console(width=240, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    with console.file:
        console.print(table(comparison))
    return console.export_text().splitlines()


def test_windows_of_different_length_are_said_first_and_sums_have_no_interval(tmp_path):
    sums = "".join(f"{{name}},{i},removals,people,{{by}}{i}\n" for i in range(3))
    base = result(tmp_path / "b", "b", [10, 20, 30], SAME, sums.format(name="b", by=1))
    other = result(tmp_path / "o", "o", [60, 70, 81], SAME | {"days": 60}, sums.format(name="o", by=2))
    again = result(tmp_path / "a", "a", [60, 70, 81], SAME, sums.format(name="a", by=2))
    found = compare([base, other, again])
    first, *lines = printed(found)
    assert "Windows of different length (days: b 30, o 60, a 30)" in first
    ends = {(row.scenario, row.measure): row.difference.low for row in found.rows}
    assert ends["o", "removals"] is None and None not in (ends["o", "held_mean"], ends["a", "removals"])
    assert [line.rstrip().endswith("*") for line in lines if " removals" in line] == [False, True]


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
    assert row.scenario == f"base ({again})" and row.baseline == f"base ({pair[0]})"


def test_one_replication_has_no_interval(tmp_path):
    a, b = result(tmp_path / "a", "a", [1], SAME), result(tmp_path / "b", "b", [3], SAME)
    found = compare([a, b])
    assert only(found).difference.difference == 2.0 and only(found).difference.low is None
    assert any("one replication gives no interval" in note for note in found.notes)


def test_compare_csv(tmp_path, pair):
    write_csv(compare(pair), tmp_path / "out" / "compare.csv")
    content = (tmp_path / "out" / "compare.csv").read_text()
    (row,) = csv.DictReader(content.splitlines())
    assert list(row) == [column.name for column in COMPARE]
    assert (row["baseline_mean"], row["difference"], row["paired"], row["replications"]) == ("20.0", "2.0", "true", "3")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["compare.csv"]


def test_table_marks_what_is_clear(tmp_path, pair):
    far = result(tmp_path / "far", "far [red]", [111, 120, 131], SAME)
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    with console.file:
        console.print(table(compare([*pair, far])))
    lines = console.export_text().splitlines()
    assert any(line.strip().startswith("far [red]") and line.rstrip().endswith("*") for line in lines)
    assert any(line.strip().startswith("other") and not line.rstrip().endswith("*") for line in lines)


def test_main_prints_and_writes(tmp_path, pair, capsys):
    main(list(pair), None, tmp_path / "out")
    assert "held_mean" in capsys.readouterr().out and (tmp_path / "out" / "compare.csv").exists()


def test_main_into_a_file_is_one_line(tmp_path, pair):
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="give a folder that can be written"):
        main(list(pair), None, tmp_path / "out")


@pytest.mark.parametrize("count", [0, 1])
def test_two_results_are_wanted(pair, count):
    with pytest.raises(InputError, match="two results are wanted"):
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
        (HEADER.encode() + b"a,1,x,people\n", "2:1", "4 fields; 5 wanted"),
        (HEADER.encode() + b"a,1,x,people,1\na,one,x,people,1\n", "3:3", "replication: 'one' is not a whole number"),
        (HEADER.encode() + b"a,1,x,people,lots\n", "2:14", "value: 'lots' is not a finite number"),
        (HEADER.encode() + b"a,1,x,people,nan\n", "2:14", "not a finite number"),
        (HEADER.encode() + b"a,1,x,people,1_0\n", "2:14", "not a finite number"),
        (HEADER.encode() + b"a,1,x,people,1\na,1,x,people,2\n", "3:3", "replication 1 of x stands here twice"),
        (HEADER.encode() + b"a,1,x,people,1\nb,2,x,people,2\n", "3:1", "one file holds one scenario"),
        (HEADER.encode() + b",1,x,people,1\n", "2:1", "scenario: empty"),
        (HEADER.encode() + b"a,1,,people,1\n", "2:5", "measure: empty"),
        (HEADER.encode() + b"a,1,\xff,people,1\n", "2:5", "not UTF-8"),
        (HEADER.encode() + b'a,1,"x,people,1\n', "2:1", "unexpected end of data"),
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
    with pytest.raises(InputError, match=r"manifest\.json: not readable as JSON"):
        read(folder)


def test_a_manifest_of_another_shape_counts_as_none(tmp_path):
    folder = result(tmp_path / "x", "x", [1])
    (folder / "manifest.json").write_text("[1]")
    assert read(folder).draws is None
