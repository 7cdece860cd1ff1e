"""What kept arrests below the goal, by cause."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.results import ResultTables
from sim.formats import readable
from sim.report.bar_chart import Axis, bars_chart
from sim.report.figure import Figure, Section
from sim.report.measure_bars import among, measures_table
from sim.report.sentences import COVERS_MEAN, each
from sim.vocabulary import Cause


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """The shortfall by cause as bars; below 0 are arrests beyond the goal. None where no result has a goal."""
    found = [result for result in results if result.has("arrest_shortfall")]
    named = {f"arrest_shortfall_{cause.word}": cause.row.words for cause in Cause}
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
        section=Section.GOALS,
        files="summary.csv",
    )


def _says(result: ResultTables) -> str:
    if not result.has("arrest_shortfall"):
        return ""
    short = result.mean("arrest_shortfall")
    if short <= 0:
        return f"{readable(round(-short))} interior arrests more than asked for."
    causes = {cause: result.mean(f"arrest_shortfall_{cause.word}") for cause in Cause}
    most = max(causes, key=lambda cause: causes[cause])
    largest = f"most ({readable(round(causes[most]))}) because {_why(most)}"
    return f"{readable(round(short))} interior arrests fewer than asked for; {largest}."


def _why(cause: Cause) -> str:
    return cause.row.words if cause.row.counted else "of day-to-day chance"


def _parts(result: ResultTables) -> str:
    if not result.has("arrest_shortfall"):
        return ""
    parts = (f"{cause.row.words} {readable(round(result.mean(f'arrest_shortfall_{cause.word}')))}" for cause in Cause)
    return "; ".join(parts) + "."
