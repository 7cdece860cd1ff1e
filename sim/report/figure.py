"""A figure: a chart, what it says in words, and the table it is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sim.analysis.results import ResultTables
from sim.files.table import Table

if TYPE_CHECKING:
    import altair


class Section(StrEnum):
    """The headings that figures stand under, in the order of the page."""

    DIFFERENCES = "What differs"
    GOALS = "What was asked, and what was done"
    CUSTODY = "Where people are, and what limits it"
    EXITS = "How people leave"
    COST = "What it costs"
    AREAS = "Area by area"
    THEORY = "Against theory"
    OTHER = "More"


@dataclass(frozen=True)
class Figure:
    """One chart of the report.

    `key` names its files and its anchor (`held`); `title` is a short noun phrase; `says` one or two sentences of what
    it shows, with its figures; `alternative` the same for somebody who cannot see it: what is drawn, from where to
    where; `covers` what its intervals cover, empty without any; `data` is what is drawn, column by column; `files`
    of a result folder are what it was worked out from; `note` is what a reader needs at hand, such as a key of codes.
    """

    key: str
    title: str
    says: str
    alternative: str
    chart: altair.TopLevelMixin
    data: Table
    covers: str = ""
    section: Section = Section.OTHER
    files: str = ""
    note: str = ""

    def spec(self) -> dict[str, Any]:
        """Return the chart as a Vega-Lite specification."""
        spec: dict[str, Any] = self.chart.to_dict()
        return spec


Draw = Callable[[Sequence[ResultTables]], "Figure | None"]
"""Draws a figure of one result or of several, whose names differ; None where the results lack what it needs."""
