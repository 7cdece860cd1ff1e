"""The folder of a study: tables with their columns described, the manifest, and what else is to be kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.measures.writing import csv_line
from sim.scenario.loading import Resolved, dump
from sim.vocabulary import Column


@dataclass(frozen=True)
class Csv:
    """A CSV file: its columns, each with type, unit and meaning, and its rows."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[object]]


def write_files(
    folder: Path, title: str, tables: Sequence[Csv], manifest: Mapping[str, Any], others: Mapping[str, bytes]
) -> None:
    """Fill a new folder: tables, `others` by name, manifest.json and datapackage.json. Raises OSError."""
    folder.mkdir(parents=True)
    for table in tables:
        with (folder / table.name).open("w", encoding="utf-8", newline="") as out:
            out.write(csv_line(column.name for column in table.columns))
            out.writelines(map(csv_line, table.rows))
    for name, content in others.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    _json(folder / "manifest.json", manifest)
    _json(folder / "datapackage.json", datapackage(title, tables))


def as_written(resolved: Resolved) -> dict[str, bytes]:
    """A resolved scenario and the files it reads, by name in a result folder: to run as it is."""
    inputs = {name: path.read_bytes() for name, path in resolved.inputs.items()}
    return {"scenario.yaml": dump(resolved).encode(), **inputs}


def datapackage(title: str, tables: Sequence[Csv]) -> dict[str, Any]:
    """A Frictionless data package that describes the tables column by column."""
    return {
        "name": re.sub(r"[^a-z0-9._-]+", "-", title.lower()).strip("-") or "study",
        "title": f"detsim: {title}",
        "resources": [_resource(table) for table in tables],
    }


def _resource(table: Csv) -> dict[str, Any]:
    return {
        "name": table.name.removesuffix(".csv"),
        "path": table.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "schema": {"fields": [_field(column) for column in table.columns], "missingValues": [""]},
    }


def _field(column: Column) -> dict[str, Any]:
    unit = {"unit": column.unit} if column.unit else {}
    return {"name": column.name, "type": column.type, **unit, "description": column.meaning}


def _json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="")
