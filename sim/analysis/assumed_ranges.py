"""How far the assumed values move a difference, from one-at-a-time sensitivity studies of both scenarios.

Each assumed value in turn is set to both ends of its range, in both scenarios alike. The downward changes of
the difference, and the upward ones, are each added in quadrature, as for independent errors (JCGM 100:2008,
5.1.2), after subtracting what chance alone explains. The result is a span, not a confidence interval: how
likely its ends are is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from sim.analysis.inputs import differing
from sim.analysis.manifest import AGAIN, read_manifest
from sim.analysis.results import ResultTables
from sim.errors import InputError
from sim.files.reading import read_text
from sim.files.table import read_table
from sim.measures.intervals import FEWEST, student
from sim.vocabulary import Column

FILE: Final = "sensitivity.csv"
SCENARIO: Final = "scenario.yaml"
_COLUMNS: Final = (
    *(Column(name, "string", "", "") for name in ("measure", "path", "statistic")),
    *(Column(name, "number", "", "") for name in ("value", "ci_low", "ci_high")),
)
_ENDS: Final = ("change_low", "change_high")
Change = tuple[float, float]
"""Change of a measure's mean, and its squared standard error."""
_NONE: Final = (0.0, 0.0)


@dataclass(frozen=True)
class Span:
    """What moving an assumed value to an end of its range does: `changes[measure][path, end]`.

    `known` are the assumed values of the scenario that have a range.
    """

    changes: Mapping[str, Mapping[tuple[str, str], Change]]
    known: frozenset[str] = frozenset()

    @property
    def left_out(self) -> int:
        """Assumed values with a range that the study did not move."""
        return len(self.known - {path for of in self.changes.values() for path, _ in of})


def moved(spans: Iterable[Span]) -> str:
    """Which assumed values the studies moved: `the`, or `6 of the 35` of the one that moved fewest."""
    least = max(spans, key=lambda one: one.left_out)
    known = len(least.known)
    return f"{known - least.left_out} of the {known}" if least.left_out else "the"


def span(baseline: Span, other: Span, measure: str, difference: float) -> tuple[float, float] | None:
    """Lowest and highest difference over the assumed values of both; None if one did not study the measure."""
    if measure not in baseline.changes or measure not in other.changes:
        return None
    of_a, of_b = baseline.changes[measure], other.changes[measure]
    down = up = 0.0
    for path in dict.fromkeys(path for path, _ in (*of_a, *of_b)):
        moved = [_less(of_b.get((path, end), _NONE), of_a.get((path, end), _NONE)) for end in _ENDS]
        down, up = down + _square(min(moved)), up + _square(max(moved, key=lambda one: one[0]), -1)
    return difference - math.sqrt(down), difference + math.sqrt(up)


def _less(b: Change, a: Change) -> Change:
    return b[0] - a[0], b[1] + a[1]


def _square(change: Change, sign: int = 1) -> float:
    """The square of a change that goes the way meant, without what chance alone gives."""
    return max(0.0, change[0] ** 2 - change[1]) if sign * change[0] < 0 else 0.0


def read_spans(folders: Sequence[Path], results: Sequence[ResultTables]) -> dict[int, Span]:
    """The span of each result that a study among `folders` speaks of, by position.

    Raises InputError where a folder is no one-at-a-time study, or one of none of the results, or if a result has
    none: with one side's values fixed the difference would say nothing.
    """
    found: dict[int, Span] = {}
    for folder in folders:
        if not (folder / FILE).is_file():
            raise _wrong(folder)
        of = [i for i, result in enumerate(results) if differing(folder / SCENARIO, result.folder / SCENARIO) == ()]
        if not of:
            raise InputError(f"--ranges: {folder} is of none of the scenarios compared here, as they were run")
        found |= dict.fromkeys(of, _read(folder))
    lacking = [f"{result.name} ({result.path})" for i, result in enumerate(results) if folders and i not in found]
    if lacking:
        raise InputError(f"--ranges: no study of {lacking[0]}; give one of each result compared")
    return found


def _read(folder: Path) -> Span:
    changes: dict[str, dict[tuple[str, str], Change]] = {}
    replications = len(read_manifest(folder / "manifest.json", needed=("replications",))["replications"])
    for row in read_table(folder / FILE, _COLUMNS, mend=AGAIN, others=True).rows():
        if row["statistic"] in _ENDS and row["value"] is not None:
            of_measure = changes.setdefault(row["measure"], {})
            of_measure[row["path"], row["statistic"]] = (row["value"], _squared_error(row, replications))
    if not changes:
        raise _wrong(folder)
    sources = yaml.safe_load(read_text(folder / SCENARIO)).get("sources") or {}
    known = (path for path, entry in sources.items() if entry["status"] == "assumed" and entry.get("low") is not None)
    return Span(changes, frozenset(known))


def _squared_error(row: Mapping[str, Any], replications: int) -> float:
    if row["ci_low"] is None or row["ci_high"] is None or replications < FEWEST:
        return 0.0
    half = max(row["ci_high"] - row["value"], row["value"] - row["ci_low"])  # one end may be cut at a bound
    return float((half / student(replications - 1)) ** 2)


def _wrong(folder: Path) -> InputError:
    how = "detsim sensitivity SCENARIO --method oat makes one"
    return InputError(f"--ranges: {folder} is no one-at-a-time sensitivity study ({FILE}, {SCENARIO}); {how}")
