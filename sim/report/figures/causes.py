"""Why two results differ: a waterfall of the shares that `detsim compare --causes` divides a difference into."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.analysis.manifest import AGAIN, read_manifest
from sim.analysis.results import ResultTables
from sim.errors import InputError
from sim.experiment.causes import ALL, COLUMNS, FILE
from sim.files.table import Table, read_table
from sim.formats import listed, signed_with_unit, unit_words
from sim.report import daily_values
from sim.report.bar_chart import Axis, Bar, bar_figure
from sim.report.figure import Figure, Section
from sim.report.theme import GREY, colour
from sim.vocabulary import MEASURES

MOST: Final = 3
"""Measures that are drawn, the first of the study."""
_COVERS: Final = "The lines on the bars are 95 % intervals of the shares: simulation noise only."
_HOW: Final = "`detsim compare A B --causes` makes one"
Row = dict[str, Any]
"""A row of causes.csv."""


def draw(results: Sequence[ResultTables], given: Path | None) -> list[Figure]:
    """Draw the causes of the difference between two of the results: a waterfall for each of the first measures.

    The study is the folder given, or `NAME-causes` beside the first result. Raises InputError where a folder given is
    no such study, or one of other scenarios.
    """
    if given is None and (given := _beside(results)) is None:
        return []
    about = _about(given)
    names = [result.manifest.get("scenario") for result in results]
    if not {about["scenario"], about["compared_with"]} <= set(names):
        raise InputError(f"--causes: {given} is about {about['compared_with']} and {about['scenario']}; report both")
    table = read_table(given / FILE, COLUMNS, mend=AGAIN)
    table.refuse(np.isnan(table["share"]), "share", lambda _: f"is empty; {AGAIN}")
    every = table.rows()
    measures = list(dict.fromkeys(row["measure"] for row in every))[:MOST]
    if lacking := set(measures) - {row["measure"] for row in every if row["group"] == ALL}:
        raise InputError(f"{given / FILE}: no row `{ALL}` of {min(lacking)}; {AGAIN}")
    return [_figure([row for row in every if row["measure"] == measure]) for measure in measures]


def _beside(results: Sequence[ResultTables]) -> Path | None:
    """The study beside the first result, if it is about two of the results."""
    if len(results) < 2 or results[0].path is None:
        return None
    names = [result.manifest.get("scenario") for result in results]
    folder = results[0].path.absolute().parent / f"{names[0]}-causes"
    is_there = (folder / FILE).is_file() and _about(folder)["compared_with"] in names[1:]
    return folder if is_there else None


def _about(folder: Path) -> dict[str, Any]:
    try:
        return read_manifest(folder / "manifest.json", needed=("scenario", "compared_with"))
    except InputError as error:
        raise InputError(f"--causes: {folder} is no study of causes ({FILE}); {_HOW}") from error


def _figure(rows: Sequence[Row]) -> Figure:
    """The shares of one measure, largest first, each bar from where the one before it ends."""
    total = next(row for row in rows if row["group"] == ALL)
    parts = sorted((row for row in rows if row["group"] != ALL), key=lambda row: -abs(row["share"]))
    meaning, unit = MEASURES[total["measure"]].meaning.split(":")[0], total["unit"]
    shares = [f"{row['group']} {signed_with_unit(row['share'], unit)}" for row in parts if round(row["share"], 1)]
    whole = signed_with_unit(total["share"], unit)
    starts = accumulate((row["share"] for row in parts), initial=0.0)
    bars = [_bar(row, start, colour(0 if row["share"] >= 0 else 1)) for row, start in zip(parts, starts, strict=False)]
    return bar_figure(
        f"causes_{total['measure']}",
        f"Causes of the difference: {meaning}",
        f"{total['scenario']} less {total['baseline']}: {whole}, of which {listed(shares)}.",
        "Bars below each other, each from where the one above ends; the last is their sum.",
        [*bars, _bar(total, 0.0, GREY)],
        Axis(f"difference, {unit_words(unit)}"),
        Table("causes", daily_values.columns([*parts, total])),
        covers=_COVERS if total["ci_low"] is not None else "",
        section=Section.DIFFERENCES,
        files="",
    )


def _bar(row: Row, start: float, shade: str) -> Bar:
    low, high = (None if end is None else start + end for end in (row["ci_low"], row["ci_high"]))
    text = f"{'together' if row['group'] == ALL else row['group']} {signed_with_unit(row['share'], row['unit'])}"
    return Bar("", text, start + row["share"], low, high, colour=shade, start=start)
