"""A comparison as a reader sees it: in a terminal, or as Markdown to paste."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Final

from sim.analysis import inputs as differing
from sim.analysis.comparison import MILLION, Comparison, Row, label, sentence
from sim.analysis.inputs import Input
from sim.formats import ends, interval, number, readable, signed
from sim.measures.intervals import LEVEL

HEADLINES: Final = (
    *("arrests_interior", "arrest_shortfall", "held_mean", "held_end", "hold_room_stays_over_limit"),
    *("bed_wait_hours_all_mean", "docket_pending_end", "hearing_wait_days_all_mean", "seat_wait_days_all_mean"),
    *("removals", "removal_shortfall", "releases", "releases_no_bed", "stay_days_mean", "cost_usd_total"),
)
"""Measures that get a sentence unless others are asked for. Waits are those of everybody who waited, ended or not."""
HEADS: Final = ("scenario", "measure", "unit", "baseline", "mean", "difference", f"{LEVEL:.0%} interval", "")
WORDS: Final = 3
"""Columns of words, to the left; the others are numbers."""
_NARROW: Final = 76
"""Characters of a terminal below which a measure takes two lines."""


def inputs(comparison: Comparison) -> list[str]:
    """What differs in the inputs, path by path."""
    return [f"{scenario}: {line}" for scenario, found in comparison.changed.items() for line in _changed(found)]


def sentences(comparison: Comparison, measures: Sequence[str] = ()) -> list[str]:
    """A plain sentence per measure and scenario: of these measures, or of the headline ones."""
    chosen = measures or HEADLINES
    return [sentence(row) for row in comparison.rows if row.is_shown and row.measure in chosen]


def lines(
    comparison: Comparison, width: int = 80, measures: Sequence[str] = (), *, every: bool = False, keys: bool = False
) -> list[str]:
    """The comparison as lines for a terminal.

    Args:
        comparison: What was found.
        width: Characters of a line. Below 76, the numbers stand under the name of their measure.
        measures: Measures to show; none: the headline ones.
        every: Whether to show every measure that differs.
        keys: Whether to name scenarios and measures as files do, rather than in words.
    """
    chosen = frozenset(measures or (() if every else HEADLINES))
    shown = [row for row in comparison.rows if row.is_shown and (not chosen or row.measure in chosen)]
    out = [*_wrapped(comparison.warning, width), *_named("baseline", comparison.baseline, comparison, keys, width)]
    for scenario, found in comparison.changed.items():
        of_one = [row for row in shown if row.scenario == scenario]
        out += ["", *_named("compared", scenario, comparison, keys, width)]
        out += [line for one in _changed(found) for line in _wrapped(f"  {one}", width)]
        out += ["", *_rows_of(of_one, width, keys)] if of_one else []
    hidden = sum(row.is_shown for row in comparison.rows) - len(shown)
    more = [f"{hidden} more measures differ; --all shows them."] if hidden and not measures else []
    return [*out, "", *(line for note in (*comparison.notes, *more) for line in _wrapped(note, width))]


def _named(role: str, name: str, comparison: Comparison, keys: bool, width: int) -> list[str]:
    return _wrapped(f"{role}: {name if keys else comparison.titles.get(name, name)}", width)


def _wrapped(text: str, width: int) -> list[str]:
    indent = " " * (len(text) - len(text.lstrip()))
    return wrap(text, max(width, 20), subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False)


def _rows_of(rows: Sequence[Row], width: int, keys: bool) -> list[str]:
    """One line per measure, or two if the terminal is narrow, below the heads of the columns."""
    head = ("", "baseline", "compared", "difference", f"{LEVEL:.0%} interval", "")
    named = [head, *((row.measure if keys else label(row.measure), *_cells(row)) for row in rows)]
    first, *sizes, _ = (max(map(len, column)) for column in zip(*named, strict=True))
    wide = width >= _NARROW and first + sum(sizes) + 2 * (1 + len(sizes)) + len("*") <= width
    out = []
    for name, *numbers, mark in named:
        out += [name] if name and not wide else []
        cells = [name.ljust(first) if wide else "", *map(str.rjust, numbers, sizes)]
        out.append(f"{'  '.join(cells)} {mark}".rstrip())
    return out


def _cells(row: Row) -> tuple[str, ...]:
    """Both means, the difference, its interval and its mark; dollars in millions, as the label says."""
    d, scale = row.difference, MILLION if row.unit == "USD" else 1
    both = "" if d.low is None or d.high is None else interval(d.low / scale, d.high / scale)
    numbers = (readable(d.baseline_mean / scale), readable(d.mean / scale), signed(d.difference / scale))
    return (*numbers, both, _mark(row))


def markdown(comparison: Comparison, measures: Sequence[str] = ()) -> str:
    """The whole as Markdown: inputs, table, notes, sentences."""
    rule = [":---" if i < WORDS else "---:" for i in range(len(HEADS))]
    parts = [
        [f"**{comparison.warning}**"] if comparison.warning else [],
        _bullets(inputs(comparison)),
        [f"| {' | '.join(map(_cell, line))} |" for line in (HEADS, rule, *rows(comparison))],
        _bullets(comparison.notes),
        _bullets(sentences(comparison, measures)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _changed(found: Sequence[Input] | None) -> list[str]:
    if found is None:
        return ["what differs in the inputs is unknown, for a scenario.yaml is missing"]
    return differing.lines(found) or ["the same inputs"]


def rows(comparison: Comparison, measures: Sequence[str] = ()) -> list[list[str]]:
    """The rows of the table, as texts: of these measures, or of all."""
    shown = [row for row in comparison.rows if row.is_shown and (not measures or row.measure in measures)]
    found = []
    for row in shown:
        d = row.difference
        numbers = map(number, (d.baseline_mean, d.mean, d.difference))
        found.append([row.scenario, row.measure, row.unit, *numbers, ends(d.low, d.high, "{} … {}"), _mark(row)])
    return found


def _mark(row: Row) -> str:
    """`*` where the interval leaves out 0, `**` where the difference also holds after correction."""
    return "**" if row.holds else "*" if row.difference.leaves_out_zero else ""


def _bullets(texts: Iterable[str]) -> list[str]:
    return [f"- {_plain(text)}" for text in texts]


def _cell(text: str) -> str:
    return _plain(text).replace("|", r"\|")


def _plain(text: str) -> str:
    """A text whose asterisks and brackets are no Markdown; code paths stay readable."""
    return text.replace("*", r"\*")
