"""Results as tables: read from a folder, refused where something is wrong, handed to pandas and polars."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import polars
import pytest

from sim.analysis.tables import Table, of_rows, plain_tree, read_tables, table
from sim.errors import InputError
from sim.experiment.plan import Options
from sim.experiment.run import run
from sim.measures.columns import FILES, Column

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
    run(Options("one-goal-three-budgets", ("days=3",), 2, out=out, quiet=True, events=2))
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
    with pytest.raises(InputError, match=rf"^made: row 2: x: '{text}' is no {kind}; "):
        table("made", [Column("x", kind, "", "")], [[good, text]])


def test_dates_of_a_scenario_are_dates() -> None:
    tree = {"start": "2025-05-21", "title": "2025-05", "goal": {"2025-05-21": ["2025-02-30", 3]}}
    day = dt.date(2025, 5, 21)
    assert plain_tree(tree) == {"start": day, "title": "2025-05", "goal": {day: ["2025-02-30", 3]}}


# --- a folder -----------------------------------------------------------------------------------
def test_a_result_is_read_whole(whole: Path) -> None:
    tables = read_tables(whole)
    assert set(tables.tables) == {"summary", "replications", "daily", "daily_by_area", "exits", "twin", "events"}
    assert (tables.name, tables.path, tables.manifest["days"]) == ("one-goal-three-budgets", whole, 3)
    assert tables.scenario["start"] == dt.date(2025, 1, 1) and tables.title != tables.name
    assert {name: list(one.columns) for name, one in tables.tables.items()} == {
        name: [column.name for column in FILES[f"{name}.csv"]] for name in tables.tables
    }


def test_means_and_values_are_those_of_the_files(whole: Path) -> None:
    tables = read_tables(whole)
    assert tables.mean("arrests") == np.mean(tables.values("arrests")) and len(tables.values("arrests")) == 2
    assert np.isnan(tables.mean("binding_stage")) and tables.summary("binding_stage")["unit"] == "text"
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
    assert refusal(folder) == f"daily.csv:6: date: {lines[5].split(',')[2]!r} is no date; run the scenario again"


def test_lines_are_counted_over_empty_and_quoted_ones(folder: Path) -> None:
    head, first, *rest = (folder / "exits.csv").read_text().splitlines()
    quoted = first.replace("one-goal-three-budgets", '"two\nlines"')
    wrong = rest[0].rsplit(",", 1)[0] + ",soon"
    (folder / "exits.csv").write_text("\n".join([head, quoted, "", wrong, *rest[1:]]) + "\n")
    assert refusal(folder).startswith("exits.csv:5: stay_days_mean: 'soon' is no number; ")


def test_a_row_of_another_length_is_shown_with_its_line(folder: Path) -> None:
    change(folder / "summary.csv", "\none-goal-three-budgets,held_mean,", "\nheld_mean,")
    assert refusal(folder) == "summary.csv:7:1: 7 fields; 8 wanted"


def test_another_header_is_refused(folder: Path) -> None:
    change(folder / "exits.csv", "scenario,", "world,")
    assert refusal(folder).startswith("exits.csv:1:1: the header is 'world,replication,")


def test_a_broken_quote_is_shown_with_its_line(folder: Path) -> None:
    change(folder / "exits.csv", "\none-goal", '\n"one"-goal')
    assert refusal(folder).startswith("exits.csv:2:1: ")


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "twin.csv").write_bytes(b"\xff\xfe")
    assert refusal(folder) == "twin.csv: not UTF-8; run the scenario again"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("daily.csv", "3 rows of replication 2, 4 wanted"),
        ("daily_by_area.csv", "7 rows of replication 2, 8 wanted"),
        ("replications.csv", "rows of replication 2, "),
        ("summary.csv", " wanted"),
    ],
)
def test_a_file_cut_short_is_refused(folder: Path, name: str, says: str) -> None:
    lines = (folder / name).read_text().splitlines()
    (folder / name).write_text("\n".join(lines[:-1]) + "\n")
    assert refusal(folder).startswith(f"{name}: ") and says in refusal(folder)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"days": "3"}', '{"days": 3, "replications": [1, "2"]}'])
def test_a_manifest_that_says_too_little_is_refused(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content)
    assert refusal(folder).startswith("manifest.json: ")


@pytest.mark.parametrize("content", ["a: [", "a: b: c", "&a [*a"])
def test_a_scenario_that_is_no_yaml_is_refused(folder: Path, content: str) -> None:
    (folder / "scenario.yaml").write_text(content)
    assert refusal(folder).startswith("scenario.yaml: not readable as YAML (")
