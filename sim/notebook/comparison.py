"""Results compared in a notebook: paired replication by replication where their draws are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.analysis import compare as analysis
from sim.analysis import comparison_text
from sim.analysis.results import ResultTables, of_tables
from sim.errors import InputError
from sim.files import html
from sim.files.table import Table, of_rows
from sim.notebook import charts
from sim.notebook.result import Result, Run, read
from sim.vocabulary import COMPARE, INPUTS

if TYPE_CHECKING:
    import altair

_SIDES: Final = "l" * comparison_text.WORDS + "r" * (len(comparison_text.HEADS) - comparison_text.WORDS)
_OF_THE_RUN: Final = ("replications=", "seed=")
Comparable = Result | ResultTables | str | Path
"""A run, a result that was read, its tables, or its folder."""


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Results, the first of which is the baseline; `found` has every difference and what a reader must know of it."""

    results: tuple[Result, ...]
    names: tuple[str, ...]
    found: analysis.Comparison

    @property
    def differences(self) -> Table:
        """A row a result and measure: the columns of `compare.csv`."""
        return of_rows("compare", COMPARE, analysis.rows_of(self.found))

    @property
    def inputs(self) -> Table:
        """What differs in the inputs, a row a value: the columns of `inputs.csv`."""
        return of_rows("inputs", INPUTS, analysis.input_rows(self.found))

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be known to read the differences."""
        return self.found.notes

    def sentences(self, *measures: str) -> list[str]:
        """The differences in words: of these measures, or of the headline ones."""
        return comparison_text.sentences(self.found, measures)

    def chart(self, key: str) -> altair.TopLevelMixin:
        """A chart of the report of all results beside each other. Raises InputError, which lists those there are."""
        return charts.chart(self._tables(), key)

    def charts(self) -> dict[str, altair.TopLevelMixin]:
        """Every chart that the results have, by key. Raises InputError without what draws them."""
        return charts.charts(self._tables())

    def _title(self) -> str:
        return f"{', '.join(self.names[1:])} against {self.names[0]}"

    def __repr__(self) -> str:
        return f"Comparison: {self._title()}"

    def _tables(self) -> list[ResultTables]:
        return [_as_labelled(*pair) for pair in zip(self.results, self.names, strict=True)]

    def _repr_html_(self) -> str:
        warning = f"<p><strong>{escape(self.found.warning)}</strong></p>" if self.found.warning else ""
        alone = len(self.names) == 2  # then the first column, whose result it is, says nothing
        rows = [row[alone:] for row in comparison_text.rows(self.found, comparison_text.HEADLINES)]
        heads = comparison_text.HEADS[alone:]
        return (
            f"<p><strong>{escape(self._title())}</strong></p>{warning}"
            f"{_list(comparison_text.inputs(self.found))}{html.table(heads, rows, _SIDES[alone:])}"
            f"<small>{_list(self.notes)}</small>"
        )


def compare(baseline: Comparable, *others: Comparable, names: Sequence[str] = ()) -> Comparison:
    """Compare results with the first: runs, results that were read, their tables or their folders.

    `names` are what to call them; else each goes by its scenario and, if that is shared, by what was set.

    Replications are paired by number where seed and start are the same; else the intervals are Welch's.
    Raises InputError if there is nothing to compare with, a folder is no result, or there are too few names.
    """
    if not others:
        raise InputError("compare: two results are wanted: a baseline and at least one other")
    results = tuple(_result(one) for one in (baseline, *others))
    if names and (len(names) != len(results) or len({*names}) != len(names)):
        raise InputError(f"names: {len(results)} different ones are wanted, one a result: {', '.join(names)}")
    labels = [str(name) for name in names] or _labels(results)
    found = analysis.compare_results([of_tables(one.tables) for one in results], labels, {})
    return Comparison(results, tuple(labels), found)


def _result(one: Comparable) -> Result:
    if isinstance(one, Result):
        return one
    return Result(one) if isinstance(one, ResultTables) else read(one)


def _labels(results: Sequence[Result]) -> list[str]:
    """Names of the scenarios; of those that share one, what was set or the folder too, else the place in the list."""
    names = Counter(result.name for result in results)
    apart = [_apart(result, results) if names[result.name] > 1 else "" for result in results]
    labels = [f"{result.name} ({of})" if of else result.name for result, of in zip(results, apart, strict=True)]
    return [label if label not in labels[: i - 1] else f"{label} ({i})" for i, label in enumerate(labels, 1)]


def _apart(result: Result, results: Sequence[Result]) -> str:
    """What tells a result from those of its name: its folder, or what was set in it and not in all of them."""
    if not isinstance(result, Run):
        return str(result.tables.path or "")
    named = [set(one.scenario.sets) for one in results if isinstance(one, Run) and one.name == result.name]
    common = set.intersection(*named)
    own = [one for one in result.scenario.sets if one not in common and not one.startswith(_OF_THE_RUN)]
    return ", ".join(own)


def _as_labelled(result: Result, label: str) -> ResultTables:
    """The tables under the label, which a chart has to tell them from each other."""
    tables = result.tables
    if label == result.name:
        return tables
    return replace(tables, name=label, scenario={**tables.scenario, "title": label})


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>" if lines else ""
