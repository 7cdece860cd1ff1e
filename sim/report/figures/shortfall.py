"""What kept arrests below the goal, by cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.analysis.results import ResultTables
from sim.names import SHORTFALL_CAUSES
from sim.report.drawing.bars import Axis, bars_chart
from sim.report.drawing.measures import among, measures_table
from sim.report.drawing.saying import COVERS_MEAN, each, has, number
from sim.report.figure import Figure

CAUSES: Final = {
    "officers": "officers could not make that many arrests",
    "pool": "people not yet found had become fewer",
    "throttle": "arrests stopped while hold rooms were full",
    "money": "arrests stopped when money ran out",
    "chance": "the rest: chance and arrests beyond the goal",
}


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """The shortfall by cause as bars; below 0 are arrests beyond the goal. None where no result has a goal."""
    found = [result for result in results if has(result, "arrest_shortfall")]
    named = {f"arrest_shortfall_{cause}": CAUSES[cause] for cause in SHORTFALL_CAUSES}
    data = measures_table("shortfall", results, named)
    if not found or not data["mean"].any():
        return None
    return Figure(
        key="shortfall",
        title="What kept arrests below the goal",
        says=each(results, _says),
        alternative=f"Bars of arrests not made, by cause. {each(results, _parts)}",
        chart=bars_chart(among(data, results), Axis("interior arrests not made in the window")),
        data=data,
        covers=COVERS_MEAN,
    )


def _says(result: ResultTables) -> str:
    if not has(result, "arrest_shortfall"):
        return ""
    short = result.mean("arrest_shortfall")
    if short <= 0:
        return f"{number(round(-short))} interior arrests more than asked for."
    causes = {cause: result.mean(f"arrest_shortfall_{cause}") for cause in SHORTFALL_CAUSES}
    most = max(causes, key=lambda cause: causes[cause])
    largest = f"most ({number(round(causes[most]))}) because {_why(most)}"
    return f"{number(round(short))} interior arrests fewer than asked for; {largest}."


def _why(cause: str) -> str:
    return (
        "of day-to-day chance"
        if cause == "chance"
        else CAUSES[cause].replace("arrests stopped", "arrests were stopped")
    )


def _parts(result: ResultTables) -> str:
    if not has(result, "arrest_shortfall"):
        return ""
    parts = (f"{CAUSES[cause]} {number(round(result.mean(f'arrest_shortfall_{cause}')))}" for cause in SHORTFALL_CAUSES)
    return "; ".join(parts) + "."
