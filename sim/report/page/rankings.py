"""Sensitivity studies of the scenarios shown: found, checked and drawn, the assumed value that matters most first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim import formats
from sim.analysis.inputs import Input, differing, lines
from sim.analysis.manifest import AGAIN, read_manifest
from sim.analysis.results import ResultTables
from sim.errors import InputError
from sim.experiment.sensitivity.sensitivity import FILE, SENSITIVITY
from sim.files.table import Table, read_table
from sim.report import theme
from sim.report.bar_chart import Axis, Bar, bar_figure
from sim.report.daily_values import columns
from sim.report.figure import Figure
from sim.vocabulary import MEASURES

SCENARIO: Final = "scenario.yaml"
METHODS: Final = ("oat", "morris", "sobol")
MEASURES_SHOWN: Final = ("held_mean", "removals", "releases_no_bed", "hold_room_stays_over_limit", "cost_usd_total")
MOST_FIGURES: Final = 3
MOST_BARS: Final = 6
TITLE: Final = "Which assumed values matter most to "
"""Begins the title of a figure; then what the measure means."""
_STATISTICS: Final = {
    "oat": {"change_low": "at the low end", "change_high": "at the high end"},
    "morris": {"mu_star": "mean size of its effect"},
    "sobol": {"total": "share of the variance"},
}
_COVERS: Final = {
    "oat": "The lines on the bars are 95 % intervals of the change: simulation noise only.",
    "morris": "The lines on the bars are 95 % intervals over the sample of trajectories.",
    "sobol": "The lines on the bars are 95 % intervals over the sample.",
}
_SHOWN: Final = ("rank", "path", "low", "high", "statistic", "value", "ci_low", "ci_high", "unit")
_NO_INTERVALS: Final = "Fewer than three replications at each end: how much of a bar is chance is not known."


Row = dict[str, Any]
"""A row of sensitivity.csv."""


@dataclass(frozen=True)
class Ranking:
    """A study of the scenario of one result: what it says of itself, in which inputs it differs, its figures."""

    scenario: str
    folder: Path
    method: str
    replications: int
    differs: tuple[str, ...]
    figures: tuple[Figure, ...]


def rankings(results: Sequence[ResultTables], given: Sequence[Path]) -> list[Ranking]:
    """The studies of the results: those given, or `NAME-oat`, `NAME-morris` or `NAME-sobol` beside the results.

    Raises InputError where a folder given is no sensitivity study, or one of another scenario.
    """
    if given:
        return _told_apart([_of_one(folder, results) for folder in given])
    found = [(result, _beside(result)) for result in results]
    return _told_apart([_ranking(folder, result) for result, folder in found if folder is not None])


def ranges(results: Sequence[ResultTables], found: Sequence[Ranking]) -> list[Path]:
    """Return the one-at-a-time studies of the results as they are; none unless each result has one."""
    usable = {one.scenario: one.folder for one in found if one.method == METHODS[0] and not one.differs}
    return list(usable.values()) if usable.keys() >= {result.name for result in results} else []


def _told_apart(found: Sequence[Ranking]) -> list[Ranking]:
    """The rankings with a number in the keys of the figures of all but the first."""
    return [
        replace(
            one,
            figures=tuple(replace(figure, key=f"{figure.key}_{i}" if i > 1 else figure.key) for figure in one.figures),
        )
        for i, one in enumerate(found, 1)
    ]


def _of_one(folder: Path, results: Sequence[ResultTables]) -> Ranking:
    about = _manifest(folder)
    by_inputs = sorted(results, key=lambda result: len(_differences(folder, result)))
    reported = {result.manifest.get("scenario") for result in results}
    if about["scenario"] not in reported and _differences(folder, by_inputs[0]):
        raise InputError(f"--sensitivity: {folder} is a study of {about['scenario']}, which is not reported here")
    return _ranking(folder, by_inputs[0])


def _beside(result: ResultTables) -> Path | None:
    """A study of the very scenario of a result, beside its folder."""
    if result.path is None:
        return None
    names = dict.fromkeys((result.path.name, str(result.manifest.get("scenario"))))
    folders = [result.path.absolute().parent / f"{name}-{method}" for method in METHODS for name in names]
    return next((folder for folder in folders if _is_of(folder, result)), None)


def _is_of(folder: Path, result: ResultTables) -> bool:
    return (folder / FILE).is_file() and (folder / SCENARIO).is_file() and not _differences(folder, result)


def _differences(folder: Path, result: ResultTables) -> tuple[Input, ...]:
    assert result.path is not None
    found = differing(result.path / SCENARIO, folder / SCENARIO)
    if found is None:
        raise _wrong(folder)
    return found


def _manifest(folder: Path) -> Mapping[str, Any]:
    """Return what the study says of itself. Raises InputError if the folder is none."""
    try:
        about = read_manifest(folder / "manifest.json", needed=("scenario", "study", "method"))
    except InputError as error:
        raise _wrong(folder) from error
    if about["study"] != "sensitivity" or about["method"] not in METHODS:
        raise _wrong(folder)
    return about


def _wrong(folder: Path) -> InputError:
    how = "`detsim sensitivity SCENARIO` makes one"
    return InputError(f"--sensitivity: {folder} is no sensitivity study ({FILE}, {SCENARIO}); {how}")


def _ranking(folder: Path, result: ResultTables) -> Ranking:
    about = _manifest(folder)
    differs = tuple(lines(_differences(folder, result)))
    rows = read_table(folder / FILE, SENSITIVITY, mend=AGAIN).rows()
    drawn = (_figure(rows, measure, about["method"]) for measure in MEASURES_SHOWN)
    figures = [figure for figure in drawn if figure is not None][:MOST_FIGURES]
    replications = len(about.get("replications", ()))
    return Ranking(result.name, folder, about["method"], replications, differs, tuple(figures))


# --- drawn --------------------------------------------------------------------------------------
def _figure(every: Sequence[Row], measure: str, method: str) -> Figure | None:
    """Draw the ranges that move a measure most; None if none of them moves it."""
    of_measure = (row for row in every if row["measure"] == measure and row["statistic"] in _STATISTICS[method])
    shown = [{name: row[name] for name in _SHOWN} for row in of_measure if 0 < (row["rank"] or 0) <= MOST_BARS]
    rows = [row for row in shown if row["value"] is not None]
    if not any(row["value"] for row in rows):
        return None
    meaning = MEASURES[measure].meaning.split(":")[-1].strip()
    has_intervals = any(row["ci_low"] is not None for row in rows)  # too few replications have none
    shows = f"Bars, one or two for each of {len({row['path'] for row in rows})} assumed values, the largest at the top."
    unit = formats.unit_words(rows[0]["unit"])
    return bar_figure(
        f"assumptions_{measure}",
        TITLE + meaning,
        _says(rows, method),
        shows,
        _bars(rows, method),
        Axis({"oat": f"change, {unit}", "sobol": "share of the variance"}.get(method, unit)),
        Table("sensitivity", columns(shown) | {"rank": np.array([row["rank"] for row in shown])}),
        covers=_COVERS[method] if has_intervals else _NO_INTERVALS,
        files="",
    )


def _says(rows: Sequence[Row], method: str) -> str:
    most = min(row["rank"] for row in rows)
    first = [row for row in rows if row["rank"] == most]
    ends = [_moved(row, method) for row in first]
    span = f"its range ({first[0]['low']} to {first[0]['high']})"
    if method == "oat":
        return f"{first[0]['path']} matters most: {formats.listed(ends)} of {span}."
    return f"{first[0]['path']} matters most, over {span}."


def _bars(rows: Sequence[Row], method: str) -> list[Bar]:
    """Bars with their intervals, below a heading for each value that says its range."""
    return [
        Bar(
            heading=f"{row['rank']}. {row['path']} ({row['low']} to {row['high']})",
            text=_moved(row, method),
            value=row["value"],
            low=row["ci_low"],
            high=row["ci_high"],
            colour=theme.colour(list(_STATISTICS[method]).index(row["statistic"])),
        )
        for row in rows
    ]


def _moved(row: Row, method: str) -> str:
    return f"{formats.signed_with_unit(row['value'], row['unit'])} {_STATISTICS[method][row['statistic']]}"
