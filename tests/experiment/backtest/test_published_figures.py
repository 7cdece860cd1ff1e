"""Figures: what is refused and where, what replaces what, and the shipped ones."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.experiment.backtest.published_figures import COLUMNS, QUANTILES, SERIES, Figures, load, read, shipped

HEADER = ",".join(COLUMNS)
GOOD = "2025-10-01,2025-10-01,,held,60000,people,made up"


def file(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "where", "said"),
    [
        (GOOD.replace("2025-10-01,", "2025-13-01,", 1), "2:1: from", "a date such as 2025-05-21"),
        (GOOD.replace("2025-10-01,,", "2025-09-01,,"), "2:12: to", "is before `from`"),
        (GOOD.replace("2025-10-01,,", "2025-10-02,,"), "2:12: to", "counted at a midnight"),
        (GOOD.replace(",,", ",ATL,"), "2:23: area", "is national"),
        ("2025-10-01,2025-10-31,,held_mean,60000,people,made up", "2:23: area", "is by area"),
        (GOOD.replace("held", "hled"), "2:24: series", "did you mean held?"),
        (GOOD.replace("60000", "60_000"), "2:29: value", "is not a number"),
        (GOOD.replace("60000", "-1"), "2:29: value", "must not be negative"),
        (GOOD.replace("60000", "1e10"), "2:29: value", "out of range"),
        (GOOD.replace("60000", "nan"), "2:29: value", "is not a number"),
        (GOOD.replace("people", "persons"), "2:35: unit", "must be people for held"),
        (GOOD.replace("made up", ""), "2:42: source", "is empty"),
        ("2025-10-01,2025-10-01", "2:1", "2 values, must be 7"),
        (GOOD.replace("2025-10-01,,", '"2025-09-01",,'), "2:12: to", "is before `from`"),
    ],
)
def test_a_bad_row_is_said_with_its_place(tmp_path: Path, line: str, where: str, said: str) -> None:
    path = file(tmp_path, line)
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.lines[0].startswith(f"{path}:{where}: ") and said in caught.value.lines[0]


def test_every_bad_row_has_a_line_up_to_a_number(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(file(tmp_path, *["x"] * 25))
    assert len(caught.value.lines) == 21 and caught.value.lines[-1].endswith("5 more problems")


def test_two_figures_for_one_day_are_refused(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        "2025-10-01,2025-10-31,,book_ins_ice,900,people,a",
        "2025-10-31,2025-11-05,,book_ins_ice,100,people,b",
    )
    with pytest.raises(InputError, match=r"mine\.csv:3:1: book_ins_ice of 2025-10-31 is also in line 2"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", HEADER.encode() + b"\n", b"\xff\xfe"])
def test_what_is_no_file_of_figures_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"mine\.csv"):
        read(path)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.csv: not found"):
        load(tmp_path / "nothing.csv")


def test_a_byte_order_mark_quotes_and_windows_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(f'\ufeff{HEADER}\r\n2025-10-01,2025-10-01,,held,6e4,people,"ICE, table 2"\r\n'.encode())
    (figure,) = read(path)
    assert (figure.value, figure.source) == (60000.0, "ICE, table 2")


def test_own_figures_take_the_place_of_what_they_overlap(tmp_path: Path) -> None:
    older = Figures(read(file(tmp_path, *(f"2025-01-{d:02},2025-01-{d + 4:02},,alos,{d},d,x" for d in (1, 6, 11)))))
    newer = read(file(tmp_path, "2025-01-09,2025-01-10,,alos,99,d,y"))
    assert [figure.value for figure in newer.over(older).of("alos")] == [1, 99, 11]
    assert newer.over(older).value("alos", dt.date(2025, 1, 6)) is None


def test_what_was_known_by_a_date(tmp_path: Path) -> None:
    known = shipped().until(dt.date(2025, 3, 20))
    assert max(figure.last for figure in known) == dt.date(2025, 3, 20)
    assert known.value("held", dt.date(2025, 3, 20)) and known.value("book_ins_ice", dt.date(2025, 3, 12)) is None


# --- the shipped figures ----------------------------------------------------------------------------
def test_the_shipped_stock_and_book_ins_have_no_gap() -> None:
    figures = shipped()
    days = [dt.date(2022, 10, 1) + dt.timedelta(days=day) for day in range(1188)]
    assert days[-1] == dt.date(2025, 12, 31)
    for series in ("held", "book_ins_ice", "book_ins_cbp"):
        assert all(figures.value(series, day) is not None for day in days), series


@pytest.mark.parametrize(
    ("month", "ice", "cbp"), [((2024, 10), 8609, 15004), ((2025, 3), 19123, 3798), ((2025, 6), 31590, 5114)]
)
def test_the_shipped_book_ins_add_up_to_the_months(month: tuple[int, int], ice: int, cbp: int) -> None:
    first = dt.date(*month, 1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    for series, total in (("book_ins_ice", ice), ("book_ins_cbp", cbp)):
        assert sum(figure.value for figure in shipped().within(series, first, last)) == total


def test_the_shipped_book_outs_add_up() -> None:
    figures = shipped()
    for total in figures.of("book_outs_total"):
        reasons = [name for name in SERIES if name.startswith("book_outs_") and name != "book_outs_total"]
        assert sum(figures.value(name, total.first) or 0 for name in reasons) == total.value, total.first


def test_the_shipped_figures_have_every_series_and_24_areas() -> None:
    figures = shipped()
    assert {figure.series for figure in figures} == set(SERIES)
    assert len(figures.areas) == 24
    assert [figures.of(f"stay_p{p}")[0].value for p in QUANTILES] == [1.1, 8.0, 25.3, 55.0, 104.9, 156.0]


def test_the_page_lists_every_series() -> None:
    page = (Path(__file__).parents[3] / "docs" / "backtest.md").read_text(encoding="utf-8")
    for name, series in SERIES.items():
        assert f"| `{name}` | {series.kind} | {series.unit} | {series.meaning}" in page, name
