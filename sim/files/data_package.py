"""The files of a result folder: tables, a manifest, and the description of every column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from sim.files.writing import csv_lines, safe_text
from sim.version import __version__
from sim.vocabulary import MEASURES, STUDY_FILES, Column

MANIFEST: Final = "manifest.json"
PACKAGE: Final = "datapackage.json"
FILES_KEY: Final = "files"
"""Entry of the manifest that lists every file of the folder."""
_OF_ALL_MEASURES: Final = ("summary.csv", "replications.csv")

_COUNTED: Final = ("people", "beds", "stays", "replications")
"""Units of whole numbers that are never below 0."""
_PROFILES: Final = "https://datapackage.org/profiles/2.0"
LICENSE: Final = {
    "name": "CC0-1.0",
    "title": "Creative Commons Zero v1.0 Universal",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
}
"""Of what is computed; a scenario may quote sources with terms of their own."""
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "summary.csv": ("scenario", "measure"),
    "replications.csv": ("scenario", "replication", "measure"),
    "daily.csv": ("scenario", "replication", "date"),
    "daily_by_area.csv": ("scenario", "replication", "date", "area"),
    "exits.csv": ("scenario", "replication", "month", "area", "exit"),
}
"""Columns that together name a row, of the files of a run."""

Content = bytes | Iterable[bytes]
"""Of a file, whole or in parts."""


@dataclass(frozen=True)
class Csv:
    """A CSV file: its columns, each with type, unit and meaning, and its rows. None and nan are empty cells."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Iterable[object]]

    @classmethod
    def of(cls, study: str, name: str, rows: Iterable[Iterable[object]]) -> Csv:
        """A file of a study, with the columns that the vocabulary lists for it."""
        return cls(name, STUDY_FILES[study][name], rows)

    def content(self) -> Iterator[bytes]:
        """Header and rows, line by line."""
        header = [column.name for column in self.columns]
        return (line.encode() for line in csv_lines(chain([header], self.rows)))


def package_files(
    title: str, tables: Sequence[Csv], manifest: Mapping[str, Any], others: Mapping[str, bytes]
) -> dict[str, Content]:
    """The files of a folder by name: tables, `others`, manifest.json and datapackage.json."""
    package = json_bytes(data_package(title, tables))
    files: dict[str, Content] = {**{table.name: table.content() for table in tables}, **others, PACKAGE: package}
    listed = {FILES_KEY: sorted([*files, MANIFEST])}
    return {**files, MANIFEST: json_bytes({**manifest, **listed})}


def data_package(title: str, tables: Sequence[Csv]) -> dict[str, Any]:
    """A data package (version 2) that describes the tables column by column, and says how many rows some have."""
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": re.sub(r"[^a-z0-9._-]+", "-", title.lower()).strip("-") or "results",
        "title": f"detsim results: {title}",
        "description": "Output of a simulation of synthetic people. scenario.yaml has every value with its source.",
        "licenses": [LICENSE],
        "sources": [{"title": f"detsim {__version__}"}, {"title": "Scenario as run, with sources: scenario.yaml"}],
        "resources": [_resource(table) for table in tables],
    }


def json_bytes(content: Any) -> bytes:
    """JSON as files have it; what is not Unicode becomes a replacement character."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _resource(table: Csv) -> dict[str, Any]:
    every = table.name in _OF_ALL_MEASURES
    names = [column.name for column in table.columns]
    key = _KEYS.get(table.name, ())
    known = bool(key) and set(key) <= set(names)
    rows = {"rows": len(table.rows)} if isinstance(table.rows, Sized) else {}
    return {
        "name": table.name.removesuffix(".csv"),
        "path": table.name,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n"},
        "schema": {
            "$schema": f"{_PROFILES}/tableschema.json",
            "fields": [
                _field(column, every and column.name == "measure", known and column.name in key)
                for column in table.columns
            ],
            "missingValues": [""],
            **({"primaryKey": list(key)} if known else {}),
        },
        **rows,
    }


def _field(column: Column, every_measure: bool, is_key: bool) -> dict[str, Any]:
    limits: dict[str, Any] = {"required": True} if is_key else {}
    if column.type == "integer" and column.unit in _COUNTED:
        limits["minimum"] = 0
    unit = {"unit": column.unit} if column.unit else {}
    measures = [{"name": name, "unit": one.unit, "description": one.meaning} for name, one in MEASURES.items()]
    of = {"measures": measures} if every_measure else {}
    bounds = {"constraints": limits} if limits else {}
    return {"name": safe_text(column.name), "type": column.type, **unit, "description": column.meaning, **bounds, **of}
