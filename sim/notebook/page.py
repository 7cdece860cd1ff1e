"""The report of results as a page."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path

from sim.analysis.results import ResultTables
from sim.errors import InputError
from sim.notebook.comparison import Comparable
from sim.notebook.result import Result, Run


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
