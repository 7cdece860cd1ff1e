"""How people leave custody, by reason and month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from sim.analysis.results import ResultTables
from sim.arrays import Floats
from sim.files.table import Table
from sim.formats import readable
from sim.report import daily_values, theme
from sim.report.figure import Figure, Section
from sim.report.line_chart import Line, lines_chart, result_panels
from sim.report.sentences import each, window
from sim.vocabulary import RELEASE_REASONS, Exit

REASONS: Final = {reason.word: reason.row.words for reason in Exit}
SHORT: Final = {reason.word: reason.row.short for reason in Exit}
COLOURS: Final = (theme.BLUE, theme.RED, theme.GREEN, theme.PINK, "#56B4E9", "#E69F00")
"""Of the reasons with a layer of their own; the rest are grey."""


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """People who leave a day, by month and reason, the reasons stacked on one scale for all results.

    Removals come first, then the most frequent reasons over all results. Reasons nobody leaves for are left out, rare
    ones stand together. None where nobody leaves.
    """
    people: Counter[str] = Counter()
    for result in results:
        for row in result["exits"].rows():
            people[row["exit"]] += row["people"]
    if not people:
        return None
    ranked = sorted(people, key=lambda one: (Exit[one.upper()].row.is_release, -people[one]))
    data = daily_values.collect("exits", results, lambda result: (_line(result, one) for one in ranked))

    def totals(result: ResultTables) -> str:
        """People by reason over the run."""
        own = data.where(scenario=result.name)
        people = ((one, own.where(series=one)["people"].sum()) for one in ranked)
        return f"{', '.join(f'{readable(number)} {REASONS[one]}' for one, number in people)}."

    panels = result_panels(results, lambda name: list(_layers(data.where(scenario=name), ranked)), 220, alone=280)
    return Figure(
        key="exits",
        title="How people leave custody",
        says=each(results, _says),
        alternative=f"Layers of people who leave a day, by reason, {window(results)}. {each(results, totals)}",
        chart=lines_chart(panels, daily_values.days(results), "people per day"),
        data=data,
        covers="Means over the replications.",
        section=Section.EXITS,
        files="exits.csv",
    )


def _line(result: ResultTables, reason: str) -> dict[str, Any]:
    """People who left a day, in the middle of each month within the window; its days in it, and people in all."""
    when = daily_values.dates(result)[1:]
    months, first, days = np.unique(when.astype("datetime64[M]"), return_index=True, return_counts=True)
    rows = result["exits"].where(exit=reason)
    numbers = np.unique(result["daily"]["replication"])
    people = np.zeros((len(numbers), len(months)))
    at = np.searchsorted(months.astype(str), rows["month"].astype(str))
    np.add.at(people, (np.searchsorted(numbers, rows["replication"]), at), rows["people"])
    per_day = daily_values.line(result, reason, people / days, "people/d", when=when[first + days // 2])
    return per_day | {"days": days.astype(np.float64), "people": people.mean(axis=0)}


def _layers(data: Table, reasons: Sequence[str]) -> Iterator[Line]:
    """The reasons on top of each other, the least frequent together at the top."""
    rare = reasons[len(COLOURS) :]
    layers = [*zip(([one] for one in reasons), COLOURS, strict=False), *([(rare, theme.GREY)] if rare else [])]
    below: Floats | float = 0.0
    for of, colour in layers:
        parts = [data.where(series=one).rows() for one in of]
        people = np.sum([[row["mean"] for row in part] for part in parts], axis=0)
        ends = zip(parts[0], (below + people).tolist(), people.tolist(), strict=True)
        rows = [{"date": row["date"], "mean": top, "low": top - own, "high": top} for row, top, own in ends]
        yield Line("other reasons" if of is rare else SHORT[of[0]], rows, colour, width=1, kind="layer")
        below = below + people


def _says(result: ResultTables) -> str:
    removals, releases = (readable(result.mean(measure)) for measure in ("removals", "releases"))
    reasons = {reason: result.mean(f"releases_{reason}") for reason in RELEASE_REASONS}
    most = sorted((reason for reason in reasons if reasons[reason] > 0), key=lambda reason: -reasons[reason])[:3]
    parts = ", ".join(f"{readable(reasons[reason])} {REASONS[reason]}" for reason in most)
    share = "most" if 2 * sum(reasons[reason] for reason in most) > result.mean("releases") else "some"
    return f"{removals} people removed, {releases} released{f', {share} of them: {parts}' if parts else ''}."
