"""Sensitivity studies of the scenarios shown: found, checked and drawn, the assumed value that matters most first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim import formats
from sim.analysis.inputs import Input, differing, lines
from sim.analysis.manifest import AGAIN, read_manifest
from sim.analysis.results import ResultTables
from sim.errors import InputError
from sim.experiment.sensitivity.sensitivity import FILE, METHODS, SENSITIVITY
from sim.files.table import Table, read_table
from sim.report import theme
from sim.report.bar_chart import Axis, Bar, bar_figure
from sim.report.daily_values import columns
from sim.report.figure import Figure
from sim.vocabulary import MEASURES

SCENARIO: Final = "scenario.yaml"
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
    of_given = ((folder, _nearest(folder, results)) for folder in given)
    beside = ((folder, result) for result in results if (folder := _beside(result)) is not None)
    return [_ranking(folder, result, i) for i, (folder, result) in enumerate(of_given if given else beside, 1)]


def ranges(results: Sequence[ResultTables], found: Sequence[Ranking]) -> list[Path]:
    """Return the one-at-a-time studies of the results as they are; none unless each result has one."""
    usable = {one.scenario: one.folder for one in found if one.method == METHODS[0] and not one.differs}
    return list(usable.values()) if usable.keys() >= {result.name for result in results} else []


def _nearest(folder: Path, results: Sequence[ResultTables]) -> ResultTables:
    """The result whose inputs are nearest to those of a study. Raises InputError for a study of another scenario."""
    about = _manifest(folder)
    nearest = min(results, key=lambda result: len(_differences(folder, result)))
    reported = {result.manifest.get("scenario") for result in results}
    if about["scenario"] not in reported and _differences(folder, nearest):
        raise InputError(f"--sensitivity: {folder} is a study of {about['scenario']}, which is not reported here")
    return nearest


def _beside(result: ResultTables) -> Path | None:
    """A study of the very scenario of a result, beside its folder."""
    if result.path is None:
        return None
    names = dict.fromkeys((result.path.name, str(result.manifest.get("scenario"))))
    folders = (result.path.absolute().parent / f"{name}-{method}" for method in METHODS for name in names)
    there = (one for one in folders if (one / FILE).is_file() and (one / SCENARIO).is_file())
    return next((folder for folder in there if not _differences(folder, result)), None)


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


def _ranking(folder: Path, result: ResultTables, number: int) -> Ranking:
    """A study with its figures; the number of all but the first stands in the keys of its figures."""
    about = _manifest(folder)
    rows = read_table(folder / FILE, SENSITIVITY, mend=AGAIN).rows()
    ending = f"_{number}" if number > 1 else ""
    drawn = (_figure(rows, measure, about["method"], ending) for measure in MEASURES_SHOWN)
    return Ranking(
        result.name,
        folder,
        about["method"],
        len(about.get("replications", ())),
        tuple(lines(_differences(folder, result))),
        tuple(figure for figure in drawn if figure is not None)[:MOST_FIGURES],
    )


# --- drawn --------------------------------------------------------------------------------------
def _figure(every: Sequence[Row], measure: str, method: str, ending: str) -> Figure | None:
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
    bars = [
        Bar(
            f"{row['rank']}. {row['path']} ({row['low']} to {row['high']})",
            _moved(row, method),
            row["value"],
            row["ci_low"],
            row["ci_high"],
            colour=theme.colour(list(_STATISTICS[method]).index(row["statistic"])),
        )
        for row in rows
    ]
    return bar_figure(
        f"assumptions_{measure}{ending}",
        TITLE + meaning,
        _says(rows, method),
        shows,
        bars,
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


def _moved(row: Row, method: str) -> str:
    return f"{formats.signed_with_unit(row['value'], row['unit'])} {_STATISTICS[method][row['statistic']]}"
