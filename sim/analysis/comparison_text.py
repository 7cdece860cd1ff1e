"""A comparison as a reader sees it: in a terminal, or as Markdown to paste."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from sim.analysis.comparison import Changed, Comparison, Row
from sim.analysis.inputs import lines
from sim.analysis.intervals import LEVEL
from sim.analysis.wording import sentence
from sim.formats import number

if TYPE_CHECKING:
    from rich.table import Table

HEADLINES: Final = (
    *("arrests_interior", "arrest_shortfall", "held_mean", "held_end", "hold_room_stays_over_limit"),
    *("bed_wait_hours_mean", "removals", "removal_shortfall", "releases", "releases_no_bed", "stay_days_mean"),
    "cost_usd_total",
)
"""Measures that get a sentence unless others are asked for; compare.csv has one for each."""
HEADS: Final = ("scenario", "measure", "unit", "baseline", "mean", "difference", f"{LEVEL:.0%} interval", "")
WORDS: Final = 3
"""Columns of words, to the left; the others are numbers."""


def inputs(comparison: Comparison) -> list[str]:
    """What differs in the inputs, path by path."""
    return [line for changed in comparison.changed for line in _changed(changed, comparison.baseline)]


def sentences(comparison: Comparison, measures: Sequence[str] = ()) -> list[str]:
    """A plain sentence per measure and scenario: of these measures, or of the headline ones."""
    chosen = measures or HEADLINES
    return [sentence(row) for row in comparison.rows if row.is_shown and row.measure in chosen]


def table(comparison: Comparison) -> Table:
    """The comparison as a table for a terminal, a warning above and notes below.

    A `*` marks intervals that leave out 0, `**` those that hold after correction. Measures that are 0 on both sides,
    or the same in every pair, have no line.
    """
    from rich.markup import escape
    from rich.table import Table

    notes = "\n".join(comparison.notes)
    title = "\n".join(filter(None, (comparison.warning, f"Difference from {comparison.baseline}")))
    out = Table(title=escape(title), title_justify="left", caption=escape(notes), caption_justify="left", box=None)
    for i, head in enumerate(HEADS):
        out.add_column(head, justify="left" if i < WORDS else "right")
    for row in rows(comparison):
        out.add_row(*map(escape, row))
    return out


def markdown(comparison: Comparison, measures: Sequence[str] = ()) -> str:
    """The whole as Markdown: inputs, table, notes, sentences."""
    rule = [":---" if i < WORDS else "---:" for i in range(len(HEADS))]
    parts = [
        [f"**{comparison.warning}**"] if comparison.warning else [],
        _bullets(inputs(comparison)),
        [_piped(line) for line in (HEADS, rule, *rows(comparison))],
        _bullets(comparison.notes),
        _bullets(sentences(comparison, measures)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _changed(changed: Changed, baseline: str) -> list[str]:
    if changed.inputs is None:
        return [f"{changed.scenario}: what differs in the inputs is unknown, for a scenario.yaml is missing"]
    if not changed.inputs:
        return [f"{changed.scenario}: the same inputs as {baseline}"]
    return [f"{changed.scenario}: {line}" for line in lines(changed.inputs)]


def rows(comparison: Comparison, measures: Sequence[str] = ()) -> list[list[str]]:
    """The rows of the table, as texts: of these measures, or of all."""
    shown = [row for row in comparison.rows if row.is_shown and (not measures or row.measure in measures)]
    return [[row.scenario, row.measure, row.unit, *_numbers(row)] for row in shown]


def _numbers(row: Row) -> list[str]:
    d = row.difference
    ends = "" if d.low is None or d.high is None else f"{number(d.low)} … {number(d.high)}"
    marks = "**" if row.holds else "*" if d.leaves_out_zero else ""
    return [number(d.baseline_mean), number(d.mean), number(d.difference), ends, marks]


def _bullets(texts: Iterable[str]) -> list[str]:
    return [f"- {_plain(text)}" for text in texts]


def _piped(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_plain(cell).replace('|', chr(92) + '|') for cell in cells)} |"


def _plain(text: str) -> str:
    """A text whose asterisks and brackets are no Markdown; code paths stay readable."""
    return text.replace("*", r"\*")
