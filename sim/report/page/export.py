"""Every chart of a report as PNG, SVG and CSV, in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sim.errors import InputError
from sim.experiment.store import refuse_existing, write_folder
from sim.files.data_package import Csv, json_bytes, package_files
from sim.files.table import Table
from sim.report import theme
from sim.report.figure import Figure
from sim.version import __version__
from sim.vocabulary import Column

LIST: Final = "figures.json"
"""Marks a folder of figures, and lists them."""
_TYPES: Final = {"i": "integer", "f": "number", "M": "date", "O": "string", "b": "boolean"}


def refuse_existing_folder(out: Path, force: bool) -> None:
    """Raise InputError if a folder of figures may not be written: `force` replaces nothing but such a folder."""
    refuse_existing(out, force)
    if out.is_dir() and any(out.iterdir()) and not (out / LIST).is_file():
        raise InputError(f"{out}: is not a folder of figures ({LIST}); --force replaces only those")


def export(figures: Sequence[Figure], out: Path, title: str) -> None:
    """Write the folder: it is complete or absent. Raises RunError, InputError if another process writes it."""
    others = {name: content for figure in figures for name, content in _pictures(figure)}
    others[LIST] = json_bytes([_about(one) for one in figures])
    tables = [Csv(f"{one.key}.csv", _columns(one.data), (row.values() for row in one.data.rows())) for one in figures]
    manifest = {"detsim": __version__, "report": title, "figures": [one.key for one in figures]}
    write_folder(out, package_files(f"figures of {title}", tables, manifest, others), force=True)


def _pictures(figure: Figure) -> Iterator[tuple[str, bytes]]:
    yield f"{figure.key}.svg", theme.svg(figure.spec()).encode()
    yield f"{figure.key}.png", theme.png(figure.spec())


def _about(figure: Figure) -> dict[str, Any]:
    words = {name: getattr(figure, name) for name in ("key", "title", "says", "alternative", "covers")}
    return words | {"files": [f"{figure.key}.{kind}" for kind in ("png", "svg", "csv")]}


def _columns(data: Table) -> tuple[Column, ...]:
    return tuple(
        Column(name, _TYPES[cells.dtype.kind], data.units.get(name, ""), name) for name, cells in data.columns.items()
    )
