"""Results: the tables of a result folder or of replications just played, and what a comparison takes from them.

The columns, their order, types and units are those of the files (`sim.vocabulary`), so that a table from a
folder and one from memory are equal.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.analysis import result_checks as checks
from sim.analysis.manifest import AGAIN, read_manifest
from sim.errors import InputError, printable
from sim.files.reading import read_yaml
from sim.files.table import Table, number, read_table
from sim.formats import short
from sim.measures.intervals import COVERS
from sim.scenario.reading import document
from sim.scenario.schema.units import nearest
from sim.vocabulary import FILES, TEXT

SCENARIO: Final = "scenario.yaml"
RESULTS: Final = Path("results")
NEEDED: Final = ("summary", "replications", "daily", "daily_by_area", "exits")
OPTIONAL: Final = ("daily_quantiles", "cohorts", "held_by", "twin", "events")
LONGEST_NAME: Final = 48
"""Characters of a name of a result; a longer one is cut."""
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_COMPLETE: Final = "give a complete result folder, or run the scenario again"
_BARE: Final = "give a result folder or a replications.csv"
_MOST_BARE: Final = 200_000_000


@dataclass(frozen=True, eq=False)
class ResultTables:
    """A result: its tables by file name without `.csv`, the scenario as resolved and the manifest, both plain trees.

    `tables` has at least NEEDED; those of OPTIONAL where the run wrote them. `path` is the folder; None in memory.
    A comparison needs the replications only: what `read` gives has no other table.
    """

    name: str
    scenario: Mapping[str, Any]
    manifest: Mapping[str, Any]
    tables: Mapping[str, Table]
    path: Path | None = None

    def __getitem__(self, table: str) -> Table:
        return self.tables[table]

    def __contains__(self, table: object) -> bool:
        return table in self.tables

    @property
    def title(self) -> str:
        """The scenario's title, or its name."""
        return str(self.scenario.get("title") or self.name)

    @property
    def covers(self) -> str:
        """What its intervals cover: chance, and the ranges of values if they were drawn from."""
        return str(self.manifest.get("interval_covers") or COVERS)

    @cached_property
    def measures(self) -> dict[str, dict[str, Any]]:
        """The rows of summary.csv by measure: mean, sd, ci_low, ci_high, unit.

        The mean is None if undefined, a word if the unit is `text`.
        """
        found = {}
        for row in self.tables["summary"].rows():
            mean = row["mean"] if row["unit"] == TEXT else number(row["mean"])
            found[row["measure"]] = row | {"mean": mean if mean == mean and mean != "" else None}
        return found

    def mean(self, measure: str) -> float:
        """Return the mean over replications; nan if undefined or a word. Raises KeyError for an unknown measure."""
        mean = self.measures[measure]["mean"]
        return mean if isinstance(mean, float) else float("nan")

    def has(self, measure: str) -> bool:
        """Return whether the result has this measure, and a value for it."""
        return measure in self.measures and self.measures[measure]["mean"] is not None

    def values(self, measure: str) -> NDArray[np.float64]:
        """Return a measure's values, one per replication in order; nan if undefined or a word."""
        texts = self.tables["replications"].where(measure=measure)["value"]
        return np.array([number(text) for text in texts], dtype=np.float64)

    # --- what a comparison takes of it ----------------------------------------------------------
    @property
    def folder(self) -> Path:
        """The folder in which it lies."""
        path = self.path or Path(self.name)
        return path if path.is_dir() else path.parent

    @cached_property
    def units(self) -> dict[str, str]:
        """The unit of each measure."""
        table = self.tables["replications"]
        return dict(zip(table["measure"].tolist(), table["unit"].tolist(), strict=True))

    @cached_property
    def by_replication(self) -> dict[str, dict[int, float | str]]:
        """The values of each measure by the number of the replication, where there is one."""
        values: dict[str, dict[int, float | str]] = {measure: {} for measure in self.units}
        for row in self.tables["replications"].rows():
            if value := row["value"]:
                values[row["measure"]][row["replication"]] = value if row["unit"] == TEXT else float(value)
        return values

    @cached_property
    def replications(self) -> frozenset[int]:
        """Numbers of the replications that have a value of some measure."""
        return frozenset(i for of_measure in self.by_replication.values() for i in of_measure)

    def is_paired_with(self, other: ResultTables) -> bool:
        """Whether both are known to have used the same random numbers: seed, start and what varies are the same."""
        draws = [
            [*map(str, (one.manifest.get(key, "") for key in ("seed", "start"))), one.covers] for one in (self, other)
        ]
        return all(draws[0]) and draws[0] == draws[1]


def found(path: Path) -> Path:
    """Return the path of a result: as given, or below `results/` for a bare name that is not here.

    Raises InputError for a bare name of neither, if that of a result is near.
    """
    path = Path(path)
    below = RESULTS / path
    if len(path.parts) != 1 or path.exists():
        return path
    if below.is_dir():
        return below
    near = nearest(path.name, [one.name for one in RESULTS.glob("*") if one.is_dir()])
    if near:
        raise InputError(f"{path}: no such result; did you mean {RESULTS / near}?")
    return path


def is_result(path: Path) -> bool:
    """Whether a path looks like a result: a folder of a run, or a `replications.csv`."""
    file = path / "replications.csv" if path.is_dir() else path
    if file.suffix != ".csv" or not file.is_file():
        return False
    with file.open("rb") as content:
        header = content.readline(200).removeprefix(b"\xef\xbb\xbf").strip()
    return header == ",".join(column.name for column in FILES["replications.csv"]).encode()


def read_tables(folder: Path) -> ResultTables:
    """Read a result folder.

    Raises InputError if a file is missing, malformed or cut short, with FILE:LINE where it has one.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: not a result folder; give one that `detsim run` has written")
    optional = [name for name in OPTIONAL if (folder / f"{name}.csv").exists()]
    tables = {
        name: read_table(folder / f"{name}.csv", FILES[f"{name}.csv"], mend=_COMPLETE, complete=True)
        for name in (*NEEDED, *optional)
    }
    manifest = read_manifest(folder / "manifest.json")
    scenario = read_yaml(folder / SCENARIO, _COMPLETE)
    if not isinstance(scenario, dict):
        raise InputError(f"{folder / SCENARIO}: not a scenario; {AGAIN}")
    result = ResultTables(str(manifest["scenario"]), plain_tree(scenario), manifest, tables, folder)
    checks.refuse_damaged(folder, tables, manifest, result.scenario)
    return result


def interval_covers(results: Iterable[ResultTables]) -> str:
    """Return what the intervals of results cover: chance, in some of them also the ranges of values."""
    return ", of other results ".join(sorted({result.covers for result in results}))


def told_apart(results: Sequence[ResultTables]) -> list[ResultTables]:
    """Return results whose names differ: that of the scenario, else that of the folder, else with a number."""
    names = [result.name for result in results]
    if len(set(names)) < len(names) and all(result.path for result in results):
        names = [result.path.name if result.path else "" for result in results]
    names, labels = [short(printable(name), LONGEST_NAME) for name in names], list[str]()
    for name in names:
        others = (f"{name} ({n})" for n in count(2))
        labels.append(name if name not in labels else next(one for one in others if one not in (*labels, *names)))
    return [replace(result, name=label) for result, label in zip(results, labels, strict=True)]


def marked(names: Sequence[str], marks: Iterable[str]) -> list[str]:
    """Return names, each that is shared with its mark in brackets."""
    return [f"{name} ({mark})" if names.count(name) > 1 else name for name, mark in zip(names, marks, strict=True)]


def plain_tree(tree: Any) -> Any:
    """Return a resolved scenario as reading it from its file gives it: what is written as a date is a date."""
    if isinstance(tree, Mapping):
        return {_dated(key): plain_tree(value) for key, value in tree.items()}
    return [plain_tree(value) for value in tree] if isinstance(tree, list) else _dated(tree)


def _dated(value: Any) -> Any:
    if isinstance(value, str) and _DATE.fullmatch(value):
        with suppress(ValueError):
            return dt.date.fromisoformat(value)
    return value


def read(path: Path) -> ResultTables:
    """Read what a comparison takes of a result folder or of a `replications.csv`: its replications.

    The scenario and the manifest are empty where there is no file of them. Raises InputError, with FILE:LINE:COLUMN of
    what is wrong.
    """
    file = path / "replications.csv" if path.is_dir() else path
    mend = _COMPLETE if path.is_dir() else _BARE
    table = read_table(file, FILES["replications.csv"], mend=mend, most=_MOST_BARE, complete=path.is_dir())
    checks.refuse_bad_replications(table)
    about = file.with_name("manifest.json")
    manifest = read_manifest(about, needed=()) if about.exists() else {}
    if path.is_dir() or manifest:
        summary = file.with_name("summary.csv")
        there = read_table(summary, FILES["summary.csv"], mend=_COMPLETE) if summary.exists() else None
        checks.refuse_missing_replications(table, there, manifest)
    beside = file.with_name(SCENARIO)
    tree = document.read(beside, str(beside)).plain() if beside.is_file() else None
    scenario = tree if isinstance(tree, dict) else {}
    return ResultTables(str(table["scenario"][0]), scenario, manifest, {"replications": table}, path)
