"""What a folder says of itself: its manifest.json, and its tables as datapackage.json describes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.errors import InputError
from sim.files.data_package import PACKAGE
from sim.files.reading import read_json
from sim.files.table import Table, read_table
from sim.vocabulary import Column

AGAIN: Final = "run the scenario again"
NEEDED: Final = ("scenario", "start", "days", "seed", "replications")
_MOST_DAYS: Final = 1_000_000
Number = Annotated[int, Field(ge=0, le=2**63 - 1, strict=True)]


class _Failed(BaseModel):
    replication: Number


class _Manifest(BaseModel):
    """Shapes of what is read from a manifest; what is not there is not checked."""

    model_config = ConfigDict(extra="allow")

    scenario: Annotated[str, Field(min_length=1)] = "-"
    start: dt.date = dt.date.min
    days: Annotated[int, Field(ge=1, le=_MOST_DAYS, strict=True)] = 1
    seed: Number = 0
    replications: Annotated[list[Number], Field(min_length=1)] = [1]
    failed: list[_Failed] = []
    libraries: dict[str, str] = {}
    engine: str = ""
    detsim: str = ""
    model_sha256: str = ""
    scenario_sha256: str = ""
    python: str = ""


def read_manifest(file: Path, needed: Sequence[str] = NEEDED) -> dict[str, Any]:
    """Return what a manifest says.

    Args:
        file: Where it lies.
        needed: Keys that must be there.

    Raises:
        InputError: It cannot be read, or has another shape.
    """
    content = read_json(file, AGAIN)
    if not isinstance(content, dict):
        raise InputError(f"{file}: not the manifest of a result; {AGAIN}")
    if missing := [key for key in needed if key not in content]:
        raise InputError(f"{file}: lacks {', '.join(missing)}; {AGAIN}")
    try:
        _Manifest.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(map(str, first["loc"]))
        raise InputError(f"{file}: {path}: {first['msg'].lower()}; {AGAIN}") from error
    numbers = content.get("replications", [])
    if len(set(numbers)) < len(numbers):
        raise InputError(f"{file}: replications: a number is given twice; {AGAIN}")
    return content


def read_lengths(file: Path) -> dict[str, int]:
    """Return how many rows a datapackage.json says that files have, by name. Raises InputError; {} without a file."""
    if not file.exists():
        return {}
    try:
        resources = read_json(file, AGAIN)["resources"]
        return {str(one["path"]): int(one["rows"]) for one in resources if "rows" in one}
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{file}: not the description of a result; {AGAIN}") from error


def read_package(folder: Path) -> dict[str, Table]:
    """Return the tables of a folder by name, without `.csv`. Raises InputError for what is missing or malformed."""
    tables = {}
    for one in resources(folder):
        fields = [
            (of["name"], of["type"], of.get("unit", ""), of.get("description", "")) for of in one["schema"]["fields"]
        ]
        columns = [Column(*field) for field in fields]
        tables[one["name"]] = read_table(Path(folder) / one["path"], columns, mend=AGAIN, complete=True)
    return tables


def resources(folder: Path) -> list[dict[str, Any]]:
    """Return the descriptions of the tables of a folder. Raises InputError."""
    file = Path(folder) / PACKAGE
    try:
        return [one for one in read_json(file, AGAIN)["resources"] if one["path"].endswith(".csv") and one["schema"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{file}: not the description of a result; {AGAIN}") from error
