"""What a figure shows, as a reader of its picture and of the files would see it."""

from __future__ import annotations

import csv
import tempfile
from functools import cache
from pathlib import Path
from statistics import fmean
from xml.etree import ElementTree

from sim.report import theme
from tests.report.figures.worlds import nation_run

_KEPT = tempfile.TemporaryDirectory(prefix="figures")


@cache
def file_rows(name):
    """Rows of a CSV file of the nation's result folder, every cell as written."""
    folder = Path(_KEPT.name) / "nation"
    if not folder.exists():
        nation_run().save(folder)
    with (folder / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def file_series(column):
    """A column of daily.csv: for each date its cells as numbers, one a replication; without dates of empty ones."""
    found = {}
    for row in file_rows("daily.csv"):
        found.setdefault(row["date"], []).append(row[column])
    return {date: [float(cell) for cell in cells] for date, cells in found.items() if all(cells)}


def summary(measure):
    """The row of a measure in summary.csv."""
    (row,) = [row for row in file_rows("summary.csv") if row["measure"] == measure]
    return row


def means(series):
    """Mean over replications by date."""
    return {date: fmean(cells) for date, cells in series.items()}


def weekly(series):
    """Running means of seven days by date, from the eighth day after the first on."""
    dates = list(series)
    return {dates[i]: fmean(series[date] for date in dates[i - 6 : i + 1]) for i in range(8, len(dates))}


def line(figure, series, scenario=None):
    """Mean by date of a line of a figure's table."""
    rows = figure.data.where(series=series) if scenario is None else figure.data.where(series=series, scenario=scenario)
    return {row["date"]: row["mean"] for row in rows.rows()}


def drawn(figure):
    """Every set of rows in the specification that has dates: what the lines are drawn from, mean by date."""
    sets = figure.spec()["datasets"].values()
    return [{row["date"]: row["mean"] for row in rows} for rows in sets if rows and "date" in rows[0]]


def texts(figure, width=340):
    """Every text of the picture."""
    picture = ElementTree.fromstring(theme.svg(figure.spec(), width))
    return ["\n".join(node.itertext()) for node in picture.iter("{http://www.w3.org/2000/svg}text")]
