"""The tables of any folder that detsim writes, read by its own `datapackage.json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.analysis.manifest import AGAIN
from sim.errors import InputError
from sim.files.data_package import PACKAGE
from sim.files.reading import read_json
from sim.files.table import Table, read_table
from sim.vocabulary import Column


def read_package(folder: Path) -> dict[str, Table]:
    """Return the tables of a folder by name, without `.csv`. Raises InputError for what is missing or malformed."""
    return {
        one["name"]: read_table(Path(folder) / one["path"], columns_of(one), mend=AGAIN, complete=True)
        for one in resources(folder)
    }


def resources(folder: Path) -> list[dict[str, Any]]:
    """Return the descriptions of the tables of a folder. Raises InputError."""
    file = Path(folder) / PACKAGE
    try:
        return [one for one in read_json(file, AGAIN)["resources"] if one["path"].endswith(".csv") and one["schema"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{file}: not the description of a result; {AGAIN}") from error


def columns_of(resource: dict[str, Any]) -> tuple[Column, ...]:
    """Return the columns that a description states."""
    fields = resource["schema"]["fields"]
    return tuple(Column(one["name"], one["type"], one.get("unit", ""), one.get("description", "")) for one in fields)
