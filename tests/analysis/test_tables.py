"""Results as tables: read from a folder, refused where something is wrong, handed to pandas and polars."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import polars
import pytest

from sim.analysis.results import plain_tree, read_tables
from sim.errors import InputError
from sim.experiment.options import RunOptions
from sim.experiment.run import run
from sim.files.table import Table, of_rows, of_texts
from sim.vocabulary import FILES, Column

COLUMNS = (
    Column("what", "string", "", "a word"),
    Column("day", "date", "", "a day"),
    Column("people", "integer", "people", "a whole number"),
    Column("cost_usd", "number", "USD", "a number"),
)
ROWS = [("a, b", "2025-05-21", 3, 0.1), ("", "2025-05-22", None, None), ("c", "2025-05-23", -1, 1e300)]


@pytest.fixture
def small() -> Table:
    return of_rows("small", COLUMNS, ROWS)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("results") / "run"
    run(RunOptions("one-goal-three-budgets", ("days=3",), replications=2, out=out, quiet=True, events=2))
    return out


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A result that a test may spoil."""
    return Path(shutil.copytree(whole, tmp_path / "run"))


def refusal(folder: Path) -> str:
    """The one line that says what is wrong, from the file's name on."""
    with pytest.raises(InputError) as raised:
        read_tables(folder)
    (line,) = raised.value.lines
    assert line.startswith(str(folder)) and "\n" not in line
    return line.removeprefix(f"{folder}/")


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


# --- a table ------------------------------------------------------------------------------------
def test_cells_have_the_types_of_their_columns(small: Table) -> None:
    kinds = [(name, cells.dtype) for name, cells in small.columns.items()]
    assert kinds == [("what", object), ("day", "datetime64[D]"), ("people", float), ("cost_usd", float)]
    assert of_rows("small", COLUMNS, ROWS[::2])["people"].dtype == np.int64
    assert small.units == {"people": "people", "cost_usd": "USD"}


def test_rows_are_chosen_by_their_cells(small: Table) -> None:
    assert [len(small.where(what="")), len(small.where(people=3)), len(small.where(what="c", people=3))] == [1, 1, 0]
    assert small.where(day=dt.date(2025, 5, 23))["what"].tolist() == ["c"]
    assert small.take(np.array([2, 0]))["people"].tolist() == [-1, 3]
    with pytest.raises(KeyError):
        small.where(where="here")


def test_columns_are_chosen_in_the_order_given(small: Table) -> None:
    chosen = small.select("cost_usd", "what")
    assert (list(chosen.columns), chosen.units, len(chosen)) == (["cost_usd", "what"], {"cost_usd": "USD"}, 3)


def test_rows_are_fit_for_json(small: Table) -> None:
    rows = small.rows()
    assert json.loads(json.dumps(rows)) == rows
    assert rows[1] == {"what": "", "day": "2025-05-22", "people": None, "cost_usd": None}


def test_pandas_has_texts_dates_and_numbers(small: Table) -> None:
    frame = small.to_pandas()
    assert [frame[name].dtype.kind for name in ("day", "people", "cost_usd")] == ["M", "f", "f"]
    assert str(frame["what"].dtype) in ("str", "object")  # pandas 3, pandas 2
    assert frame["what"].str.upper().tolist() == ["A, B", "", "C"]
    assert frame["people"].isna().tolist() == [False, True, False]


def test_polars_has_whole_numbers_where_the_files_have_them(whole: Path) -> None:
    daily = read_tables(whole)["daily"].to_polars()
    types = [daily.schema[name] for name in ("scenario", "replication", "date", "arrests", "cost_usd")]
    assert types == [polars.String, polars.Int64, polars.Date, polars.Int64, polars.Float64]
    first = daily.row(0, named=True)
    assert (first["date"], first["arrests"]) == (dt.date(2024, 12, 31), None), "the day before the start has no flows"


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_without_a_library_it_says_what_to_install(small: Table, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(InputError, match=rf"^tables for {library} need {library}; run `pip install 'detsim\[note"):
        getattr(small, f"to_{library}")()


@pytest.mark.parametrize("rows", [ROWS, []])
def test_an_empty_table_keeps_its_types(rows: list[tuple[object, ...]]) -> None:
    made = of_rows("small", COLUMNS[:2], [row[:2] for row in rows])
    assert list(made.to_polars().schema.values()) == [polars.String, polars.Date]
    assert made.to_pandas().dtypes.iloc[1].kind == "M" and len(made.to_pandas()) == len(made) == len(rows)


def test_numbers_leave_words_out(whole: Path) -> None:
    tables = read_tables(whole)
    means = tables["summary"].numbers()
    assert means["mean"].dtype == np.float64 and "text" not in means["unit"]
    assert means.where(measure="arrests")["mean"].tolist() == [tables.mean("arrests")]
    assert tables["replications"].numbers().where(measure="arrests")["value"].tolist() == [*tables.values("arrests")]


def test_html_shows_units_and_escapes(small: Table) -> None:
    shown = Table("<b>", {"<i>": small["what"], "people": small["people"]}, {"people": "<people>"})._repr_html_()
    assert "<b>" not in shown and "<i>" not in shown and "&lt;people&gt;" in shown and "a, b" in shown
    assert "3 rows" in shown and repr(small) == "Table small: 3 rows of what, day, people, cost_usd"


def test_html_shows_the_first_rows_only() -> None:
    many = of_rows("many", COLUMNS[2:3], [(i,) for i in range(12_000)])
    assert many._repr_html_().count("<tr>") == 11 and "first 10 of 12,000 rows" in many._repr_html_()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "1.0"),
        ("integer", "1_000"),
        ("integer", str(2**63)),
        ("number", "many"),
        ("number", "nan"),
        ("number", "inf"),
        ("date", "2025-05"),
        ("date", ""),
        ("date", "2025-02-30"),
    ],
)
def test_cells_of_another_type_are_refused(kind: str, text: str) -> None:
    good = "2025-05-21" if kind == "date" else "7"
    with pytest.raises(InputError, match=rf"^made: row 2: x: '{text}' is not a "):
        of_texts("made", [Column("x", kind, "", "")], [[good, text]])


def test_dates_of_a_scenario_are_dates() -> None:
    tree = {"start": "2025-05-21", "title": "2025-05", "goal": {"2025-05-21": ["2025-02-30", 3]}}
    day = dt.date(2025, 5, 21)
    assert plain_tree(tree) == {"start": day, "title": "2025-05", "goal": {day: ["2025-02-30", 3]}}


# --- a folder -----------------------------------------------------------------------------------
def test_a_result_is_read_whole(whole: Path) -> None:
    tables = read_tables(whole)
    assert set(tables.tables) == {"summary", "replications", "daily", "daily_by_area", "exits"} | {
        *("cohorts", "held_by", "twin", "events")
    }
    assert (tables.name, tables.path, tables.manifest["days"]) == ("one-goal-three-budgets", whole, 3)
    assert tables.scenario["start"] == dt.date(2025, 1, 1) and tables.title != tables.name
    assert {name: list(one.columns) for name, one in tables.tables.items()} == {
        name: [column.name for column in FILES[f"{name}.csv"]] for name in tables.tables
    }


def test_means_and_values_are_those_of_the_files(whole: Path) -> None:
    tables = read_tables(whole)
    assert tables.mean("arrests") == np.mean(tables.values("arrests")) and len(tables.values("arrests")) == 2
    assert np.isnan(tables.mean("binding_stage")) and tables.measures["binding_stage"]["unit"] == "text"
    with pytest.raises(KeyError):
        tables.mean("arests")


def test_what_a_run_need_not_write_may_be_missing(folder: Path) -> None:
    (folder / "events.csv").unlink()
    (folder / "twin.csv").unlink()
    assert "events" not in read_tables(folder) and "twin" not in read_tables(folder)


@pytest.mark.parametrize("name", ["daily.csv", "summary.csv", "manifest.json", "scenario.yaml"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert refusal(folder).startswith(f"{name}: not found; ")


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere: not a result folder; give one that `detsim run` has written$"):
        read_tables(tmp_path / "nowhere")


def test_a_malformed_cell_is_shown_with_its_line(folder: Path) -> None:
    lines = (folder / "daily.csv").read_text().splitlines()
    lines[5] = lines[5].replace("2024-12-", "2025-13-")
    (folder / "daily.csv").write_text("\n".join(lines) + "\n")
    assert refusal(folder).startswith(f"daily.csv:6:26: date: {lines[5].split(',')[2]!r} is not a date such as")


def test_lines_are_counted_over_empty_and_quoted_ones(folder: Path) -> None:
    head, first, *rest = (folder / "exits.csv").read_text().splitlines()
    quoted = first.replace("one-goal-three-budgets", '"two\nlines"')
    wrong = rest[0].rsplit(",", 1)[0] + ",soon"
    (folder / "exits.csv").write_text("\n".join([head, quoted, "", wrong, *rest[1:]]) + "\n")
    assert refusal(folder).startswith(
        f"exits.csv:5:{wrong.index('soon') + 1}: stay_days_mean: 'soon' is not a finite number; "
    )


def test_a_row_of_another_length_is_shown_with_its_line(folder: Path) -> None:
    change(folder / "summary.csv", "\none-goal-three-budgets,held_mean,", "\nheld_mean,")
    assert refusal(folder).startswith("summary.csv:7: 10 values, must be 11: scenario,measure,")


def test_another_header_is_refused(folder: Path) -> None:
    change(folder / "exits.csv", "scenario,", "world,")
    assert refusal(folder).startswith("exits.csv:1:1: the header is 'world,replication,")


def test_a_broken_quote_is_shown_with_its_line(folder: Path) -> None:
    change(folder / "exits.csv", "\none-goal", '\n"one"-goal')
    assert refusal(folder).startswith("exits.csv:2: not CSV: ")


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "twin.csv").write_bytes(b"\xff\xfe")
    assert refusal(folder) == "twin.csv:1:1: not UTF-8; give a complete result folder, or run the scenario again"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("daily.csv", "3 rows of replication 2, not 4; run the scenario again"),
        ("daily_by_area.csv", "7 rows of replication 2, not 8; run the scenario again"),
        ("replications.csv", "rows of replication 2, "),
        ("summary.csv", " rows, not "),
    ],
)
def test_a_file_cut_short_is_refused(folder: Path, name: str, says: str) -> None:
    lines = (folder / name).read_text().splitlines()
    (folder / name).write_text("\n".join(lines[:-1]) + "\n")
    assert refusal(folder).startswith(f"{name}: ") and says in refusal(folder)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"days": "3"}', '{"days": 3, "replications": [1, "2"]}'])
def test_a_manifest_that_says_too_little_is_refused(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content)
    assert refusal(folder).startswith("manifest.json:")


@pytest.mark.parametrize("content", ["a: [", "a: b: c", "&a [*a"])
def test_a_scenario_that_is_no_yaml_is_refused(folder: Path, content: str) -> None:
    (folder / "scenario.yaml").write_text(content)
    assert refusal(folder).startswith(("scenario.yaml:1:", "scenario.yaml:2:1:"))


# --- damage ---------------------------------------------------------------------------------------
def row_of(file: Path, line: int, **cells: str) -> str:
    """A line of a file with other cells."""
    head, *rows = csv.reader(file.read_text().splitlines())
    row = dict(zip(head, rows[line - 2], strict=True)) | cells
    return ",".join(f'"{cell}"' if "," in cell else cell for cell in row.values())


@pytest.mark.parametrize(
    ("name", "line", "cells", "says"),
    [
        ("daily.csv", 4, {"held": ""}, "daily.csv:4:{}: held: is empty"),
        ("daily.csv", 4, {"arrests": "1" + "0" * 17}, "daily.csv:4:{}: arrests: 1e+17 is out of range"),
        ("daily.csv", 4, {"date": "2025-01-09"}, "daily.csv:4:{}: date: 2025-01-09 is not in its place"),
        ("daily.csv", 4, {"replication": "7"}, "daily.csv: 3 rows of replication 1, not 4"),
        ("daily.csv", 4, {"scenario": "other"}, "daily.csv:4:{}: scenario: 'other' where other rows have"),
        ("daily.csv", 4, {"arrests": "nan"}, "daily.csv:4:{}: arrests: 'nan' is not a whole number"),
        ("daily.csv", 4, {"cost_usd": "inf"}, "daily.csv:4:{}: cost_usd: 'inf' is not a finite number"),
        ("daily_by_area.csv", 4, {"area": "Z"}, "daily_by_area.csv: has areas "),
        ("daily_by_area.csv", 4, {"hold_room": ""}, "daily_by_area.csv:4:{}: hold_room: is empty"),
        ("exits.csv", 2, {"people": "9999"}, "exits.csv: "),
        ("exits.csv", 2, {"exit": "vanished"}, "exits.csv:2:{}: exit: 'vanished' has no place here"),
        ("exits.csv", 2, {"area": "Z"}, "exits.csv:2:{}: area: 'Z' has no place here"),
        ("exits.csv", 2, {"month": "2031-01"}, "exits.csv:2:{}: month: '2031-01' has no place here"),
        ("exits.csv", 2, {"replication": ""}, "exits.csv:2:{}: replication: is empty"),
        ("summary.csv", 4, {"measure": "arrests"}, "summary.csv:4:{}: measure: arrests is given twice"),
        ("summary.csv", 4, {"mean": "many"}, "summary.csv:4:{}: mean: 'many' is not a finite number"),
        ("replications.csv", 4, {"value": "nan"}, "replications.csv:4:{}: value: 'nan' is not a finite number"),
        ("replications.csv", 4, {"unit": "beds"}, "replications.csv:4:{}: unit: 'beds', but "),
        ("replications.csv", 4, {"measure": "x"}, "replications.csv:4:{}: measure: 'x' is unknown to this version"),
        ("events.csv", 3, {"time": ""}, "events.csv:3:{}: time: is empty"),
        ("events.csv", 3, {"time": "99999999"}, "events.csv:3:{}: time: 99999999 s lies outside the window"),
        ("events.csv", 3, {"run_number": "9"}, "events.csv:3:{}: run_number: 9 is not a replication of manifest.json"),
        ("twin.csv", 2, {"simulated": "nan"}, "twin.csv:2:{}: simulated: 'nan' is not a finite number"),
    ],
)
def test_a_damaged_cell_is_told(folder: Path, name: str, line: int, cells: dict[str, str], says: str) -> None:
    file = folder / name
    lines = file.read_text().splitlines()
    lines[line - 1] = row_of(file, line, **cells)
    head, (column,) = lines[0].split(","), cells
    at = 1 + sum(len(cell) + 1 for cell in lines[line - 1].split(",")[: head.index(column)])
    file.write_text("\n".join(lines) + "\n")
    assert refusal(folder).startswith(says.format(at))


@pytest.mark.parametrize("name", ["daily", "daily_by_area", "summary", "replications", "exits", "twin", "events"])
@pytest.mark.parametrize("line", [1, 2, -1])
def test_a_missing_line_is_told(folder: Path, name: str, line: int) -> None:
    lines = (folder / f"{name}.csv").read_text().splitlines()
    del lines[line - 1 if line > 0 else line]
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    assert refusal(folder).startswith(f"{name}.csv:")


@pytest.mark.parametrize("name", ["daily", "daily_by_area", "summary", "replications", "exits", "twin", "events"])
def test_a_file_cut_anywhere_within_a_line_is_told(folder: Path, name: str) -> None:
    whole = (folder / f"{name}.csv").read_bytes()
    for end in range(1, len(whole), max(1, len(whole) // 23)):
        if whole[end - 1 : end] != b"\n":
            (folder / f"{name}.csv").write_bytes(whole[:end])
            assert refusal(folder).startswith(f"{name}.csv:")


@pytest.mark.parametrize("name", ["scenario.yaml", "manifest.json", "daily.csv", "twin.csv", "events.csv"])
def test_a_pipe_in_a_result_makes_nobody_wait(folder: Path, name: str) -> None:
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert refusal(folder).startswith(f"{name}: is a pipe or a device, not a file; ")


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("scenario.yaml", "days: 3", "days: 4", "scenario.yaml: days is 4, 3 in manifest.json"),
        ("manifest.json", '"days": 3', '"days": 300000000', "manifest.json: days: input should be less than"),
        ("manifest.json", '"days": 3', '"days": 300000', "scenario.yaml: days is 3, 300000 in manifest.json"),
        ("manifest.json", '"failed": []', '"failed": [1]', "manifest.json: failed.0: "),
        ("manifest.json", '"libraries": {', '"libraries": {"x": [],', "manifest.json: libraries.x: "),
    ],
)
def test_files_that_disagree_are_told(folder: Path, name: str, old: str, new: str, says: str) -> None:
    change(folder / name, old, new)
    assert refusal(folder).startswith(says)


def test_an_empty_cell_of_the_theory_is_absent(folder: Path) -> None:
    file = folder / "twin.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], row_of(file, 2, simulated="", theory=""), *lines[2:]]) + "\n")
    row = read_tables(folder)["twin"].rows()[0]
    assert row["simulated"] is None and row["theory"] is None
