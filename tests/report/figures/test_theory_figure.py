"""Simulated values beside theory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.files.table import Table
from sim.report.figures import bars
from sim.theory.theory_check import FLUID, LITTLE
from tests.report.figures.seen import file_rows, texts
from tests.report.figures.worlds import nation


def changed(**cells):
    """The nation with other cells in the row of its stock in custody at the end."""
    table = nation()["twin"]
    columns = {name: column.copy() for name, column in table.columns.items()}
    row = np.flatnonzero(columns["quantity"] == "in_custody_end")[0]
    for name, value in cells.items():
        columns[name][row] = value
    return replace(nation(), tables={**nation().tables, "twin": Table("twin", columns, table.units)})


def test_values_are_those_of_the_file():
    wanted = [
        row for row in file_rows("twin.csv") if row["applies"] == "true" and row["simulated"] and row["name"] != LITTLE
    ]
    rows = bars.theory([nation()]).data.rows()
    assert [row["quantity"] for row in rows] == [row["quantity"] for row in wanted]
    for row, known in zip(rows, wanted, strict=True):
        assert (row["simulated"], row["theory"]) == (float(known["simulated"]), float(known["theory"]))


def test_identities_are_no_agreement():
    said = bars.theory([nation()]).says
    assert said.startswith("2 of 2 values that theory predicts agree") and "2 identities of counting hold" in said


def test_an_upper_bound_is_called_one():
    assert any("theory at most" in text for text in texts(bars.theory([changed(name=FLUID)])))


def test_points_are_in_per_cent_of_the_theory():
    figure = bars.theory([nation()])
    points = [row for rows in figure.spec()["datasets"].values() for row in rows if "low" in row]
    for row, point in zip(figure.data.rows(), points, strict=True):
        assert point["value"] == pytest.approx(100 * row["simulated"] / row["theory"], rel=1e-5)


def test_a_difference_is_said_loudly():
    assert "do not trust" in bars.theory([changed(agrees="false")]).says
    explained = bars.theory([changed(agrees="", why="differs because of lines")])
    assert "differs because of lines" in explained.says and any("lines are why" in text for text in texts(explained))


def test_without_a_theory_there_is_no_figure():
    nothing = replace(nation(), tables={name: nation()[name] for name in nation().tables if name != "twin"})
    assert bars.theory([nothing]) is None
