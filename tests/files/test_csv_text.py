"""CSV as text: numbers stay numbers, and no text is a formula or a command."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest

from sim.files.writing import csv_text, safe_text


def test_cells() -> None:
    row = ["a", None, math.nan, np.float64("nan"), 1, -2, 0.1, np.float64(-0.5), np.int64(3), True, 'q"', "a,b", "x\ny"]
    text = csv_text([row])
    assert text == 'a,,,,1,-2,0.1,-0.5,3,True,"q""","a,b","x\ny"\n'
    assert len(next(csv.reader(io.StringIO(text)))) == len(row)


@pytest.mark.parametrize(
    "text", ["", "plain", "-5", "+3.5", "-.5", "-1e6", "-50 %", "+100%", "a=b", "x - y", "línea", "two\nlines", "e-5"]
)
def test_texts_that_stay(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", " =1", "\n=1", "=", "-", "--5", "-5 d", "=cmd|' /C calc'!A0", "＝1", "+A1"],
)
def test_formulas_are_text(text: str) -> None:
    assert safe_text(text) == f"'{text}"


def test_a_header_is_no_formula_either() -> None:
    assert csv_text([["=1+1", "b"]]) == "'=1+1,b\n"


@pytest.mark.parametrize("text", ["\x00", "\x1b[31m", "a\rb", "\x9b", "\u2028", "\t=1", "\r=1", "\ud800", "a\udcffb"])
def test_nothing_steers_a_terminal_and_all_can_be_encoded(text: str) -> None:
    shown = safe_text(text)
    assert shown.encode() and all(c.isprintable() for c in shown)
