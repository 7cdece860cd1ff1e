"""All that the page says, in the order in which it says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from sim import formats
from sim.analysis import comparison_text
from sim.analysis.comparison import Comparison, Row
from sim.analysis.results import ResultTables
from sim.analysis.wording import meaning, under
from sim.errors import InputError
from sim.measures.intervals import FEWEST
from sim.report.daily_values import replications
from sim.report.figure import Figure
from sim.report.labels import shared
from sim.report.page import provenance, rankings, story
from sim.report.page.bought import bought
from sim.report.sentences import informative, interval_of
from sim.report.watch import Asked, fragment
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
class Line:
    """A measure in every result, and what differs from the first."""

    measure: str
    meaning: str
    unit: str
    cells: tuple[Cell, ...]
    differences: tuple[Cell, ...]


@dataclass(frozen=True)
class Shown:
    """A figure on the page: what it says, a paragraph a result; its data as rows of text, how many are left out."""

    figure: Figure
    says: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int


@dataclass(frozen=True)
class Page:
    """What the template is given."""

    title: str
    questions: tuple[str, ...]
    """What the scenarios compared with the baseline ask, or the one alone."""
    results: tuple[ResultTables, ...]
    lead: tuple[story.Sentence, ...]
    first: Shown | None
    """The chart beside the lead, its title the finding; None where there is none to draw."""
    quotes: tuple[str, ...]
    too_few: str
    """Why nothing can be said of chance; empty where it can."""
    matters: str
    """The assumed value that matters most; empty where no study has ranked them."""
    bought: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...]
    """What the money of each result buys: thing, units at the end, from when, how long after the dollars."""
    comparison: Comparison | None
    inputs: tuple[str, ...]
    sentences: tuple[str, ...]
    lines: tuple[Line, ...]
    groups: tuple[tuple[str, tuple[Shown, ...]], ...]
    rankings: tuple[tuple[rankings.Ranking, tuple[Shown, ...]], ...]
    scenarios: tuple[provenance.Grounds, ...]
    sources: tuple[provenance.Known, ...]
    recipes: tuple[provenance.Recipe, ...]
    unlike: tuple[str, ...]
    infeasible: tuple[str, ...]
    """The results whose hold rooms hold more than hold rooms can, each in a sentence."""
    watching: str
    """HTML of the animation; empty without journeys."""

    @property
    def figures(self) -> Iterator[Figure]:
        """Every figure, in order."""
        every = [self.first] if self.first else []
        every += [shown for _, of_group in (*self.groups, *self.rankings) for shown in of_group]
        return (shown.figure for shown in every)


def page(
    results: Sequence[ResultTables],
    figures: Sequence[Figure],
    found: Sequence[rankings.Ranking],
    comparison: Comparison | None,
) -> Page:
    """Return what is to be said of results, the first of them the baseline. Raises InputError."""
    of_scenarios = [provenance.grounds(result) for result in results]
    names = [result.name for result in results]
    first = next((replace(figure, title=story.finding(results)) for figure in figures if figure.key in FIRST), None)
    others = [figure for figure in figures if first is None or figure.key != first.key]
    return Page(
        title=_title(results),
        questions=tuple(_questions(results)),
        results=tuple(results),
        watching=_watching(results[0]),
        lead=tuple(story.lead(results)),
        first=shown(first, names) if first else None,
        quotes=tuple(story.quotes(results, comparison)),
        too_few=_too_few(results),
        matters=_matters(found),
        bought=tuple((result.name, rows) for result in results if (rows := tuple(_bought(result)))),
        comparison=comparison,
        lines=tuple(_lines(results, comparison)),
        groups=tuple(_grouped(others, names)),
        rankings=tuple((ranking, tuple(map(shown, ranking.figures))) for ranking in found),
        scenarios=tuple(of_scenarios),
        sources=tuple(provenance.known(of_scenarios)),
        recipes=tuple(map(provenance.recipe, of_scenarios)),
        unlike=tuple(_unlike(results)),
        infeasible=tuple(_infeasible(results)),
        inputs=tuple(comparison_text.inputs(comparison)) if comparison else (),
        sentences=tuple(comparison_text.sentences(comparison)) if comparison else (),
    )


def _title(results: Sequence[ResultTables]) -> str:
    """The title; of several results what their titles have in common, and what tells them apart."""
    titles = [result.title for result in results]
    if len(results) == 1:
        return titles[0]
    common = formats.capital(shared(titles))
    names = [one.name for one in results]
    comma = ";" if any(", " in name for name in names[1:]) else ","
    told = f"{f'{comma} '.join(names[:-1])}{';' if comma == ';' and len(names) > 2 else ''} or {names[-1]}"
    return f"{common}: {told}" if common else told


def _bought(result: ResultTables) -> Iterator[tuple[str, str, str, str]]:
    for one in bought(result):
        first = formats.day(one.first) if one.first else "not within the run"
        yield formats.capital(one.thing), formats.readable(one.units), first, f"{one.lag} days"


def _questions(results: Sequence[ResultTables]) -> Iterator[str]:
    """The question of the only result, or of the one compared with the baseline; of more, one that all share."""
    asked = dict.fromkeys(str(one.scenario.get("question") or "") for one in results[1:] or results)
    if len(asked) == 1:
        yield from filter(None, asked)


def _too_few(results: Sequence[ResultTables]) -> str:
    played = min(map(replications, results))
    if played >= FEWEST:
        return ""
    return f"{'One replication says' if played == 1 else 'Two replications say'} next to nothing about chance."


def _matters(found: Sequence[rankings.Ranking]) -> str:
    """What the first figure of the last study says: the assumed value that matters most."""
    if not found or not found[-1].figures:
        return ""
    figure = found[-1].figures[0]
    path, most, how = figure.says.partition(" matters most")
    return f"Of the assumed values, {path}{most} to {figure.title.removeprefix(rankings.TITLE)}{how}"


def _unlike(results: Sequence[ResultTables]) -> Iterator[str]:
    """What makes results hard to hold beside each other."""
    if len({str(result.manifest.get("start")) for result in results}) > 1:
        each = formats.listed([f"{one.name}: {formats.day(str(one.manifest.get('start')))}" for one in results])
        yield f"The results start on different days ({each}): values on different dates are not comparable."
    if len({tuple(result.scenario.get("areas", ())) for result in results}) > 1:
        yield "The results have different areas, so their figures by area are not comparable."


def _infeasible(results: Sequence[ResultTables]) -> Iterator[str]:
    for result in results:
        if result.has("not_feasible_from"):
            row, played = result.measures["not_feasible_from"], replications(result)
            head = f"{under(result.name)}, " if len(results) > 1 else ""
            said = formats.capital(f"{head}not feasible from {formats.day(row['mean'])} on")
            some = f" (in {row['replications']} of {played} replications)" if row["replications"] < played else ""
            yield f"{said}{some}: hold rooms would have to hold more than they can."


def _watching(result: ResultTables) -> str:
    """The animation of a result with journeys, as HTML; empty of another."""
    try:
        return fragment(result, Asked("line"), level=3) if "events" in result else ""
    except InputError:  # journeys in which nobody is seen: nothing to watch
        return ""


# --- numbers ------------------------------------------------------------------------------------
def _lines(results: Sequence[ResultTables], comparison: Comparison | None) -> Iterator[Line]:
    rows = {(row.scenario, row.measure): row for row in (comparison.rows if comparison else ())}
    for measure in NUMBERS:
        found = [result.measures.get(measure) for result in results]
        if any(row and row["mean"] for row in found):
            unit = next(str(row["unit"]) for row in found if row)
            of_others = [rows.get((result.name, measure)) for result in results[1:]]
            differences = [_difference(row, bool(comparison and comparison.warning)) for row in of_others]
            cells = tuple(map(_cell, found))
            yield Line(measure, formats.capital(meaning(measure)), formats.unit_words(unit), cells, tuple(differences))


def _cell(row: dict[str, Any] | None) -> Cell:
    if row is None or row["mean"] is None:
        return Cell("no value")
    if row["unit"] == TEXT:
        return Cell(formats.day(row["mean"]), row["mean"])
    ends, unit = interval_of(row), row["unit"]
    interval = formats.interval(*ends, unit) if ends else ""
    return Cell(formats.readable(row["mean"], unit), formats.exact(row["mean"]), interval)


def _difference(row: Row | None, other_lengths: bool) -> Cell:
    if row is None:
        return Cell("no value")
    d, unit = row.difference, row.unit
    if d.low is None and other_lengths:
        return Cell("not comparable")
    ends = informative(d.low, d.high)
    if ends is None and d.difference and d.low != d.high:
        return Cell(formats.signed(d.difference, unit), formats.exact(d.difference), "no interval")
    interval = f"{formats.signed(ends[0], unit)} to {formats.signed(ends[1], unit)}" if ends else ""
    doubt = "" if row.holds or not row.is_shown else ", none shown"
    return Cell(formats.signed(d.difference, unit), formats.exact(d.difference), interval + doubt)


# --- figures ------------------------------------------------------------------------------------
def _grouped(figures: Sequence[Figure], names: Sequence[str]) -> Iterator[tuple[str, tuple[Shown, ...]]]:
    for heading, group in groupby(figures, key=lambda figure: figure.section.value):
        yield heading, tuple(shown(figure, names) for figure in group)


def shown(figure: Figure, names: Sequence[str] = ()) -> Shown:
    """A figure with its data as text."""
    data = figure.data
    head = tuple(f"{name} ({data.units[name]})" if data.units.get(name) else name for name in data.columns)
    kept = data.rows()[:MOST_ROWS]
    rows = tuple(tuple(_text(cell) for cell in row.values()) for row in kept)
    return Shown(figure, _paragraphs(figure.says, names), head, rows, len(data) - len(kept))


def _paragraphs(says: str, names: Sequence[str]) -> tuple[str, ...]:
    """What a figure says, a paragraph where the sentences of another result begin."""
    for name in names:
        says = says.replace(f". {name}: ", f".\n{name}: ")
    return tuple(says.split("\n"))


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return formats.exact(cell) if isinstance(cell, float) else str(cell)
