"""Results in a notebook side by side: compared, paired by replication if they use the same draws; their report."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.analysis import comparison as analysis
from sim.analysis.compare import compare_results, input_rows, rows_of
from sim.analysis.results import ResultTables
from sim.errors import InputError
from sim.files.table import Table, html_table, of_rows
from sim.notebook import charts
from sim.notebook.result import Result, Run, read
from sim.vocabulary import COMPARE, INPUTS

if TYPE_CHECKING:
    import altair

_SIDES: Final = "l" * analysis.WORDS + "r" * (len(analysis.HEADS) - analysis.WORDS)
_OF_THE_RUN: Final = ("replications=", "seed=")
Comparable = Result | ResultTables | str | Path
"""A run, a result from `read`, its tables, or its folder."""


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Results compared with the first; `found` has every difference and its notes."""

    results: tuple[Result, ...]
    names: tuple[str, ...]
    found: analysis.Comparison

    @property
    def differences(self) -> Table:
        """One row per result and measure: the columns of `compare.csv`."""
        return of_rows("compare", COMPARE, rows_of(self.found))

    @property
    def inputs(self) -> Table:
        """Input differences, one row per value: the columns of `inputs.csv`."""
        return of_rows("inputs", INPUTS, input_rows(self.found))

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes needed to interpret the differences."""
        return self.found.notes

    def sentences(self, *measures: str) -> list[str]:
        """The differences as sentences, for these measures or the headline ones."""
        return analysis.sentences(self.found, measures)

    def chart(self, key: str) -> altair.TopLevelMixin:
        """A chart of the report for all results. Raises InputError, which lists the available charts."""
        return charts.chart(self._tables(), key, self.found)

    def charts(self) -> dict[str, altair.TopLevelMixin]:
        """All charts available for the results, by key. Raises InputError if the charting library is missing."""
        return charts.charts(self._tables(), self.found)

    def _title(self) -> str:
        return f"{', '.join(self.names[1:])} against {self.names[0]}"

    def __repr__(self) -> str:
        return f"Comparison: {self._title()}"

    def _tables(self) -> list[ResultTables]:
        """The tables under their labels, so that charts can distinguish them."""
        named = [(one.tables, label) for one, label in zip(self.results, self.names, strict=True)]
        return [
            one if label == one.name else replace(one, name=label, scenario={**one.scenario, "title": label})
            for one, label in named
        ]

    def _repr_html_(self) -> str:
        warning = f"<p><strong>{escape(self.found.warning)}</strong></p>" if self.found.warning else ""
        alone = len(self.names) == 2  # then the first column, whose result it is, says nothing
        rows = [row[alone:] for row in analysis.rows(self.found, analysis.HEADLINES)]
        heads = analysis.HEADS[alone:]
        return (
            f"<p><strong>{escape(self._title())}</strong></p>{warning}"
            f"{_list(analysis.inputs(self.found))}{html_table(heads, rows, _SIDES[alone:])}"
            f"<small>{_list(self.notes)}</small>"
        )


def compare(baseline: Comparable, *others: Comparable, names: Sequence[str] = ()) -> Comparison:
    """Compare results with the first one: runs, results from `read`, their tables or their folders.

    `names` are labels; the default is the scenario's name and, if several share it, what was set.

    Replications are paired by number if seed and start are equal; otherwise the intervals are Welch's.
    Raises InputError for fewer than two results, a folder that is not a result, or too few names.
    """
    if not others:
        raise InputError("compare: give at least two results, the baseline first")
    tables = [Result(one) if isinstance(one, ResultTables) else one for one in (baseline, *others)]
    results = tuple(one if isinstance(one, Result) else read(one) for one in tables)
    if names and (len(names) != len(results) or len({*names}) != len(names)):
        given = ", ".join(map(str, names))
        raise InputError(f"names: {len(results)} different ones are wanted, one per result: {given}")
    labels = [str(name) for name in names] or _labels(results)
    found = compare_results([replace(r.tables, name=n) for r, n in zip(results, labels, strict=True)], {})
    return Comparison(results, tuple(labels), found)


def _labels(results: Sequence[Result]) -> list[str]:
    """Labels: scenario names, with what was set, the folder or the position in the list where a name is shared."""
    names = Counter(result.name for result in results)
    apart = [_apart(result, results) if names[result.name] > 1 else "" for result in results]
    labels = [f"{result.name} ({of})" if of else result.name for result, of in zip(results, apart, strict=True)]
    return [label if label not in labels[: i - 1] else f"{label} ({i})" for i, label in enumerate(labels, 1)]


def _apart(result: Result, results: Sequence[Result]) -> str:
    """What distinguishes a result from others of its name: its folder, or settings not shared by all."""
    if not isinstance(result, Run):
        return str(result.tables.path or "")
    named = [set(one.scenario.sets) for one in results if isinstance(one, Run) and one.name == result.name]
    common = set.intersection(*named)
    own = [one for one in result.scenario.sets if one not in common and not one.startswith(_OF_THE_RUN)]
    return ", ".join(own)


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>" if lines else ""


# --- the report ------------------------------------------------------------------------------------
@dataclass(frozen=True, repr=False)
class Page:
    """A report: one HTML page that fetches nothing. `path` is where it was written; None in memory."""

    html: str
    path: Path | None

    def __repr__(self) -> str:
        return f"Page {self.path or ''} ({len(self.html) / 1e6:.1f} MB)".replace("  ", " ")

    def _repr_html_(self) -> str:
        return f'<iframe srcdoc="{escape(self.html)}" style="width: 100%; height: 800px; border: 0"></iframe>'


def report(*results: Comparable, out: str | Path | None = None, force: bool = False) -> Page:
    """Write the page that `detsim report` writes: the first result is the baseline of the others.

    Without `out` nothing is left on the disk. Raises InputError.
    """
    from sim.report.options import ReportOptions
    from sim.report.page.write import report

    with tempfile.TemporaryDirectory() as place:
        folders = tuple(_folder(one, Path(place) / str(i)) for i, one in enumerate(results))
        page = Path(out) if out else Path(place) / "report.html"
        report(ReportOptions(folders, page, force=force))
        return Page(page.read_text(encoding="utf-8"), Path(out) if out else None)


def _folder(result: Comparable, place: Path) -> Path:
    """The folder of a result; a run in memory is saved below `place`, under its name."""
    if isinstance(result, Run):
        return result.save(place / result.name)
    tables = result.tables if isinstance(result, Result) else result
    if not isinstance(tables, ResultTables):
        return Path(tables)
    if tables.path is None:
        raise InputError(f"report: the tables of {tables.name} lie in no folder; give the run that they are of")
    return tables.path
