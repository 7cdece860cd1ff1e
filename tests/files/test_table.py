"""The reader of CSV files: types, line numbers, and what it refuses."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.files.table import Table, read_table
from sim.vocabulary import Column

COLUMNS = (Column("what", "string", "", ""), Column("n", "integer", "", ""), Column("x", "number", "d", ""))


def refusal(path: Path, content: str, **options: bool) -> str:
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        read_table(path, COLUMNS, mend="mend it", **options)
    (line,) = caught.value.lines
    assert line.endswith("; mend it")
    return line.removeprefix(f"{path}:").removesuffix("; mend it")


def test_cells_are_typed_and_know_their_lines(tmp_path: Path) -> None:
    (tmp_path / "small.csv").write_text('\ufeffwhat,n,x\r\n"a\nb",1,\r\n\r\nc,2,1e3\r\n')
    table = read_table(tmp_path / "small.csv", COLUMNS)
    assert (table.name, table["what"].tolist(), table["n"].tolist(), table.units) == (
        "small",
        ["a\nb", "c"],
        [1, 2],
        {"x": "d"},
    )
    assert np.isnan(table["x"][0]) and table["x"][1] == 1000 and table.lines is not None
    assert table.lines.tolist() == [2, 5] and table.where(what="c").lines.tolist() == [5]  # type: ignore[union-attr]
    with pytest.raises(InputError, match=r"small\.csv:5:3: n: is even$"):
        table.refuse(table["n"] % 2 == 0, "n", lambda _: "is even")


def test_rows_are_chosen_by_a_date_as_text_too() -> None:
    days = Table("days", {"date": np.array(["2025-05-21", "2025-05-22"], dtype="datetime64[D]")})
    assert [len(days.where(date=day)) for day in ("2025-05-22", dt.date(2025, 5, 22), "2025-05-23")] == [1, 1, 0]
    with pytest.raises(KeyError, match="did you mean date"):
        days.where(day="2025-05-22")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "1:1: the header is '', must be 'what,n,x'"),
        ("what,n\n", "1:1: the header is 'what,n', must be 'what,n,x'"),
        ("what,n,n,x\n", "1:1: the header is 'what,n,n,x', must be 'what,n,x'"),
        ("what,n,x\na,1\n", "2: 2 values, must be 3: what,n,x"),
        ("what,n,x\na,1,2,3\n", "2: 4 values, must be 3: what,n,x"),
        ("what,n,x\na,1,2\nb,1.5,2\n", "3:3: n: '1.5' is not a whole number"),
        ("what,n,x\na,1,nan\n", "2:5: x: 'nan' is not a finite number"),
        ("what,n,x\na,1,-inf\n", "2:5: x: '-inf' is not a finite number"),
        ("what,n,x\na,٣,1\n", "2:3: n: '٣' is not a whole number"),
        ('what,n,x\n"a,1,2\n', "2: not CSV: unexpected end of data"),
        ('what,n,x\n"a"b,1,2\n', "2: not CSV: ',' expected after '\"'"),
        ("what,n,x\n\0\0\0\0\n", "2:1: control character U+0000"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(tmp_path: Path, content: str, says: str) -> None:
    assert refusal(tmp_path / "x.csv", content) == says


def test_a_file_cut_within_a_cell_is_refused_where_it_must_be_complete(tmp_path: Path) -> None:
    cut = "what,n,x\na,1,25\nb,2,3"
    assert refusal(tmp_path / "x.csv", cut, complete=True) == "3: the last line is cut short"
    assert len(read_table(tmp_path / "x.csv", COLUMNS)) == 2


def test_spaces_of_a_file_written_by_hand_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("what , n, x\n a, 1, 2 \n")
    assert read_table(tmp_path / "x.csv", COLUMNS, stripped=True).rows() == [{"what": "a", "n": 1, "x": 2.0}]
