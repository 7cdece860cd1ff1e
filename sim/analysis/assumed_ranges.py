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
from typing import Final

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
        ends = [(of_b.get((path, end), _NONE), of_a.get((path, end), _NONE)) for end in _ENDS]
        moved = [(b - a, error_b + error_a) for (b, error_b), (a, error_a) in ends]
        (low, error_low), (high, error_high) = min(moved), max(moved, key=lambda change: change[0])
        down += max(0.0, low**2 - error_low) if low < 0 else 0.0
        up += max(0.0, high**2 - error_high) if high > 0 else 0.0
    return difference - math.sqrt(down), difference + math.sqrt(up)


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
        value, low, high = row["value"], row["ci_low"], row["ci_high"]
        if row["statistic"] in _ENDS and value is not None:
            error = 0.0
            if low is not None and high is not None and replications >= FEWEST:
                half = max(high - value, value - low)  # one end may be cut at a bound
                error = float((half / student(replications - 1)) ** 2)
            changes.setdefault(row["measure"], {})[row["path"], row["statistic"]] = (value, error)
    if not changes:
        raise _wrong(folder)
    sources = yaml.safe_load(read_text(folder / SCENARIO)).get("sources") or {}
    known = (path for path, entry in sources.items() if entry["status"] == "assumed" and entry.get("low") is not None)
    return Span(changes, frozenset(known))


def _wrong(folder: Path) -> InputError:
    how = "detsim sensitivity SCENARIO --method oat makes one"
    return InputError(f"--ranges: {folder} is no one-at-a-time sensitivity study ({FILE}, {SCENARIO}); {how}")
