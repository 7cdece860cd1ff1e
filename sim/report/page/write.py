"""`detsim report`: read the results, draw, write the page and the pictures."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.analysis.compare import compare_tables
from sim.analysis.results import read_tables
from sim.errors import InputError, printable
from sim.experiment.store import named_folder, refuse_existing, write_folder
from sim.files.data_package import Csv, json_bytes, package_files
from sim.files.table import Table
from sim.files.writing import refuse_existing_page, write_whole
from sim.report.options import ReportOptions
from sim.version import __version__
from sim.vocabulary import Column

if TYPE_CHECKING:
    from sim.report.figure import Figure

NEEDED: Final = ("altair", "vl_convert", "jinja2")
LIST: Final = "figures.json"
"""Marks a folder of figures, and lists them."""
_TYPES: Final = {"i": "integer", "f": "number", "M": "date", "O": "string"}
_LONGEST: Final = 120
_LONGEST_NAME: Final = 230


@dataclass(frozen=True)
class Written:
    """Where the page is, its size in bytes, and the folder of pictures if one was asked for."""

    page: Path
    size: int
    figures: Path | None

    def lines(self) -> list[str]:
        """What to print."""
        pictures = [f"pictures and data of its figures in {self.figures}"] if self.figures else []
        return [f"written to {self.page} ({self.size / 1e6:.1f} MB)", *pictures]


def report(options: ReportOptions) -> Written:
    """Write the report of the results, and with `figures` its pictures.

    Raises InputError where something is not there, malformed, in the way or not installed, before anything is written;
    and OSError, with neither the page nor the folder half written.
    """
    need_report()
    from sim.report.figures import causes, draw_all
    from sim.report.page import rankings
    from sim.report.page.content import Page
    from sim.report.sentences import labelled

    out = options.out or default_page(options.results)
    _refuse(options, out)
    results = labelled([read_tables(path) for path in options.results])
    studies = rankings.rankings(results, options.sensitivity)
    ranges = rankings.ranges(results, studies)
    comparison = compare_tables(results, ranges) if len(results) > 1 else None
    divided = causes.draw(results, options.causes)
    page = Page(tuple(results), [*draw_all(results, comparison), *divided], studies, comparison)
    html = page.html(printable(out.name)).encode()
    if options.figures:
        export(page.figures, options.figures, page.title)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(out, html)
    return Written(out, len(html), options.figures)


def export(figures: Sequence[Figure], out: Path, title: str) -> None:
    """Write every chart as PNG, SVG and CSV to a folder, complete or absent.

    Raises RunError, and InputError if another process writes it.
    """
    from sim.report import theme

    words = ("key", "title", "says", "alternative", "covers")
    listed = [
        {name: getattr(one, name) for name in words}
        | {"files": [f"{one.key}.{kind}" for kind in ("png", "svg", "csv")]}
        for one in figures
    ]
    others = {LIST: json_bytes(listed)}
    for one in figures:
        others |= {f"{one.key}.svg": theme.svg(one.spec()).encode(), f"{one.key}.png": theme.png(one.spec())}
    tables = [Csv(f"{one.key}.csv", _columns(one.data), (row.values() for row in one.data.rows())) for one in figures]
    manifest = {"detsim": __version__, "report": title, "figures": [one.key for one in figures]}
    write_folder(out, package_files(f"figures of {title}", tables, manifest, others), force=True)


def _columns(data: Table) -> tuple[Column, ...]:
    return tuple(
        Column(name, _TYPES[cells.dtype.kind], data.units.get(name, ""), name) for name, cells in data.columns.items()
    )


def need_report() -> None:
    """Raise InputError unless what draws and writes a report is installed."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(f"a report needs {', '.join(missing)}: pip install 'detsim[report]'")


def default_page(results: Sequence[Path]) -> Path:
    """`NAME-report.html` beside the first result; of several `NAME-and-NAME-report.html`."""
    named = [named_folder(path) for path in results]
    names = "-and-".join(path.name for path in named)
    return named[0].parent / f"{names[:_LONGEST]}-report.html"


def _refuse(options: ReportOptions, out: Path) -> None:
    """Raise InputError where a result is given twice, or a file or folder may not be written."""
    places = [path.resolve() for path in options.results]
    for i, place in enumerate(places):
        if place in places[:i]:
            raise InputError(f"{options.results[i]}: given twice; name each result once")
    if out.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"--out: {out} does not end in .html; name the page, for example results/report.html")
    if len(os.fsencode(out.name)) > _LONGEST_NAME:
        raise InputError(f"{out}: the name is too long; at most {_LONGEST_NAME} bytes")
    refuse_existing_page(out, options.force)
    if pictures := options.figures:
        refuse_existing(pictures, options.force)
        if pictures.is_dir() and any(pictures.iterdir()) and not (pictures / LIST).is_file():
            raise InputError(f"{pictures}: is not a folder of figures ({LIST}); --force replaces only those")
