"""All that the page says, in the order in which it says it, and its HTML."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Final

from sim import formats
from sim.analysis import comparison as analysis
from sim.analysis.comparison import Comparison, meaning, under
from sim.analysis.results import ResultTables
from sim.errors import InputError
from sim.measures.intervals import COVERS, FEWEST
from sim.report.daily_values import replications
from sim.report.figure import Figure
from sim.report.page import provenance, rankings, story
from sim.report.sentences import informative, interval_of, shared
from sim.report.template import render
from sim.report.watch import Asked, fragment
from sim.scenario.provenance.explain import ASSUMED
from sim.version import __version__
from sim.vocabulary import TEXT

NUMBERS: Final = (
    *("arrest_goal", "arrests_interior", "arrests_border", "arrest_shortfall"),
    *("held_mean", "held_peak", "held_end", "held_over_funded_mean", "beds_operating_mean", "empty_beds_mean"),
    *("hold_room_peak", "hold_room_stays", "hold_room_stays_over_limit", "not_feasible_days"),
    *("bed_wait_hours_all_mean", "bed_line_age_hours_end", "bed_wait_hours_p95", "hearing_wait_days_all_mean"),
    *("docket_pending_end", "order_to_removal_days_mean", "removals_goal", "removals", "releases"),
    *("releases_no_bed", "releases_displaced", "stay_days_mean", "stay_days_p50", "stay_days_p90"),
    *("cost_usd_total", "cost_usd_per_removal", "funds_usd_total", "funds_exhausted_day"),
)
"""Measures of the table of numbers."""
FIRST: Final = ("goal", "people")
"""Keys of figures that can stand beside the lead."""
MOST_ROWS: Final = 400
"""Rows of a figure's data that the page has; the file has all."""


@dataclass(frozen=True)
class Cell:
    """A number as shown, as the CSV file has it, and its interval in words."""

    shown: str
    exact: str = ""
    interval: str = ""


@dataclass(frozen=True)
class Page:
    """What the template is given: results, the first of them the baseline, and all that the page says of them."""

    results: tuple[ResultTables, ...]
    drawn: Sequence[Figure]
    studies: Sequence[rankings.Ranking]
    comparison: Comparison | None

    def html(self, name: str) -> str:
        """The whole page, with the command that makes it as a file of that name. The same page gives the same text."""
        import vl_convert

        compared, folders = self.comparison, [one.folder for one in self.scenarios]
        bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its snippet is optional
        html = render(
            "page/page.html.j2",
            page=self,
            lead=story.lead(self.results),
            quotes=story.quotes(self.results, compared),
            inputs=analysis.inputs(compared) if compared else [],
            sentences=analysis.sentences(compared) if compared else [],
            assumed=provenance.by_stage([one for one in self.sources if one.entry.status == ASSUMED]),
            report_command=shlex.join(["detsim", "report", *folders, "--out", f"results/{name}"]),
            version=__version__,
            most_rows=MOST_ROWS,
            formats=formats,
            meaning=meaning,
            dated=story.dated,
            bundle=bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--"),
        )
        return f"{html}\n"

    @cached_property
    def title(self) -> str:
        """The title; of several results what their titles have in common, and what tells them apart."""
        titles = [result.title for result in self.results]
        if len(titles) == 1:
            return titles[0]
        common = formats.capital(shared(titles))
        names = [one.name for one in self.results]
        comma = ";" if any(", " in name for name in names[1:]) else ","
        told = f"{f'{comma} '.join(names[:-1])}{';' if comma == ';' and len(names) > 2 else ''} or {names[-1]}"
        return f"{common}: {told}" if common else told

    @property
    def question(self) -> str:
        """The question of the only result, or of those compared with the baseline; empty where they ask several."""
        asked = {str(one.scenario.get("question") or "") for one in self.results[1:] or self.results}
        return asked.pop() if len(asked) == 1 else ""

    @property
    def noise_only(self) -> bool:
        """Whether the intervals cover nothing but chance."""
        return all(result.covers == COVERS for result in self.results)

    @property
    def too_few(self) -> str:
        """Why nothing can be said of chance; empty where it can."""
        played = min(map(replications, self.results))
        if played >= FEWEST:
            return ""
        return f"{'One replication says' if played == 1 else 'Two replications say'} next to nothing about chance."

    @property
    def unquoted(self) -> str:
        """Why there is nothing to quote where there are replications enough."""
        if self.comparison is None:
            return "None: no number here is large enough to be quoted."
        differs = any(row.is_shown for row in self.comparison.rows if row.measure in story.QUOTED)
        why = "chance alone explains every difference" if differs else "the results do not differ in anything"
        return f"None: {why} that this report would quote."

    @property
    def matters(self) -> str:
        """The assumed value that matters most, as the last study says; empty where no study has ranked them."""
        if not self.studies or not self.studies[-1].figures:
            return ""
        figure = self.studies[-1].figures[0]
        path, most, how = figure.says.partition(" matters most")
        return f"Of the assumed values, {path}{most} to {figure.title.removeprefix(rankings.TITLE)}{how}"

    @cached_property
    def bought(self) -> list[tuple[str, list[story.Bought]]]:
        """What the money of each result buys, of those whose money buys anything."""
        return [(result.name, things) for result in self.results if (things := story.bought(result))]

    @property
    def unlike(self) -> Iterator[str]:
        """What makes the results hard to compare."""
        if len({str(result.manifest.get("start")) for result in self.results}) > 1:
            starts = [f"{one.name}: {formats.day(str(one.manifest.get('start')))}" for one in self.results]
            each = formats.listed(starts)
            yield f"The results start on different days ({each}): values on different dates are not comparable."
        if len({tuple(result.scenario.get("areas", ())) for result in self.results}) > 1:
            yield "The results have different areas, so their figures by area are not comparable."

    @property
    def infeasible(self) -> Iterator[str]:
        """The results whose hold rooms hold more than hold rooms can, each in a sentence."""
        for result in self.results:
            if result.has("not_feasible_from"):
                row, played = result.measures["not_feasible_from"], replications(result)
                head = f"{under(result.name)}, " if len(self.results) > 1 else ""
                said = formats.capital(f"{head}not feasible from {formats.day(row['mean'])} on")
                some = f" (in {row['replications']} of {played} replications)" if row["replications"] < played else ""
                yield f"{said}{some}: hold rooms would have to hold more than they can."

    @cached_property
    def watching(self) -> str:
        """HTML of the animation of the first result; empty without journeys."""
        try:
            return fragment(self.results[0], Asked("line"), level=3) if "events" in self.results[0] else ""
        except InputError:  # journeys in which nobody is seen: nothing to watch
            return ""

    @property
    def units(self) -> Iterator[tuple[str, str]]:
        """The measures of the table of numbers, each with its unit."""
        for measure in NUMBERS:
            rows = [row for result in self.results if (row := result.measures.get(measure))]
            if any(row["mean"] for row in rows):
                yield measure, str(rows[0]["unit"])

    def cell(self, measure: str, result: ResultTables) -> Cell:
        """A measure of a result."""
        row = result.measures.get(measure)
        if row is None or row["mean"] is None:
            return Cell("no value")
        if row["unit"] == TEXT:
            return Cell(formats.day(row["mean"]), row["mean"])
        ends, unit = interval_of(row), row["unit"]
        interval = formats.interval(*ends, unit) if ends else ""
        return Cell(formats.readable(row["mean"], unit), formats.exact(row["mean"]), interval)

    def difference(self, measure: str, result: ResultTables) -> Cell:
        """How a measure of a result differs from that of the first."""
        assert self.comparison is not None
        found = (row for row in self.comparison.rows if (row.scenario, row.measure) == (result.name, measure))
        if (row := next(found, None)) is None:
            return Cell("no value")
        d, unit = row.difference, row.unit
        if d.low is None and self.comparison.warning:
            return Cell("not comparable")
        ends = informative(d.low, d.high)
        interval = f"{formats.signed(ends[0], unit)} to {formats.signed(ends[1], unit)}" if ends else ""
        doubt = "" if row.holds or not row.is_shown else ", none shown"
        return Cell(formats.signed(d.difference, unit), formats.exact(d.difference), interval + doubt)

    @cached_property
    def scenarios(self) -> list[provenance.Grounds]:
        """The scenarios as read again from the folders. Raises InputError."""
        return list(map(provenance.grounds, self.results))

    @cached_property
    def sources(self) -> list[provenance.Known]:
        """The sources of all values."""
        return provenance.known(self.scenarios)

    @property
    def unranked(self) -> list[provenance.Grounds]:
        """The scenarios with assumed values that a study could rank and none has."""
        ranked = {one.scenario for one in self.studies}
        return [one for one in self.scenarios if one.result.name not in ranked and one.can_be_ranked]

    @cached_property
    def first(self) -> Figure | None:
        """The chart beside the lead, its title the finding; None where there is none to draw."""
        found = next((figure for figure in self.drawn if figure.key in FIRST), None)
        return replace(found, title=story.finding(self.results)) if found else None

    @property
    def groups(self) -> list[tuple[str, list[Figure]]]:
        """The other charts, by section."""
        others = [one for one in self.drawn if self.first is None or one.key != self.first.key]
        return [(heading.value, list(group)) for heading, group in groupby(others, key=lambda one: one.section)]

    @property
    def figures(self) -> list[Figure]:
        """Every figure, in order."""
        groups = (*(group for _, group in self.groups), *(one.figures for one in self.studies))
        return [one for group in ([self.first] if self.first else [], *groups) for one in group]

    def paragraphs(self, says: str) -> list[str]:
        """What a figure says, in a paragraph of its own what it says of another result."""
        for result in self.results:
            says = says.replace(f". {result.name}: ", f".\n{result.name}: ")
        return says.split("\n")
