"""Results compared with a baseline, measure by measure.

Replications are paired by number where both results were drawn with the same random numbers (same
seed and start): then person k is the same person in both, and what differs is what the scenario
changed. Otherwise the two sets are independent and the interval is Welch's, which is wider.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.intervals import COVERS, LEVEL, Difference, paired, welch
from sim.analysis.results import Result, read
from sim.errors import InputError
from sim.measures.columns import COMPARE, MEASURES, TEXT

if TYPE_CHECKING:
    from rich.table import Table


_WIDE = 160
"""Width of a table that goes to a file or a pipe."""


@dataclass(frozen=True)
class Row:
    """One scenario and measure against the baseline."""

    scenario: str
    baseline: str
    measure: str
    unit: str
    difference: Difference


@dataclass(frozen=True)
class Comparison:
    """All rows, by scenario and measure, and what a reader must know about them."""

    baseline: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    warning: str = ""
    """What forbids reading some of the rows as they stand."""


def compare(paths: Sequence[Path], baseline: Path | None = None) -> Comparison:
    """Compare results (folders or `replications.csv` files) with the first, or with `baseline`.

    Raises InputError if a file is missing or malformed, or if there are fewer than two results.
    """
    base, others = _in_order([Path(path) for path in paths], baseline)
    results = [read(path) for path in [base, *others]]
    names = _labels(results)
    rows = [row for i in range(1, len(results)) for row in _rows(results[0], names[0], results[i], names[i])]
    fewer = [note for i in range(1, len(results)) for note in _fewer(results[0], results[i], names[i], rows)]
    return Comparison(names[0], tuple(rows), (*_notes(results, names), *fewer), _warning(results, names))


def main(paths: Sequence[Path], baseline: Path | None = None, out: Path | None = None) -> None:
    """Compare and print the table; with `out` write `compare.csv` into that folder first.

    Raises InputError, also where the file cannot be written.
    """
    from rich.console import Console

    comparison = compare(paths, baseline)
    if out is not None:
        try:
            write_csv(comparison, out / "compare.csv")
        except OSError as error:
            raise InputError(
                f"{out / 'compare.csv'}: {error.strerror or error}; give a folder that can be written"
            ) from error
    console = Console()
    console.width = console.width if console.is_terminal else _WIDE
    console.print(table(comparison))


def refuse_existing(out: Path, force: bool) -> None:
    """Raise InputError if `compare.csv` may not be written into `out`: it exists, or is no folder."""
    if out.exists() and not force:
        raise InputError(f"{out}: exists; choose a new folder with --out, or write into this one with --force")
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: is not a folder; choose another with --out")


def write_csv(comparison: Comparison, path: Path) -> None:
    """Write `compare.csv`, whole or not at all. Raises OSError."""
    from sim.measures.writing import csv_line

    lines = [",".join(column.name for column in COMPARE) + "\n"]
    lines += [csv_line(_cells(row)) for row in comparison.rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_text("".join(lines), encoding="utf-8", newline="")
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def table(comparison: Comparison) -> Table:
    """The comparison as a table for a terminal, a warning above and notes below.

    A `*` marks intervals that leave out 0. Measures that are 0 on both sides have no line.
    """
    from rich.markup import escape
    from rich.table import Table

    notes = "\n".join(comparison.notes)
    title = "\n".join(filter(None, (comparison.warning, f"Difference from {comparison.baseline}")))
    out = Table(title=escape(title), title_justify="left", caption=escape(notes), caption_justify="left", box=None)
    for head in ("scenario", "measure", "unit"):
        out.add_column(head)
    for head in ("baseline", "mean", "difference", f"{LEVEL:.0%} interval", ""):
        out.add_column(head, justify="right")
    shown = [row for row in comparison.rows if row.difference.baseline_mean or row.difference.mean]
    for row in shown:
        out.add_row(*map(escape, (row.scenario, row.measure, row.unit, *_shown(row.difference))))
    return out


def _in_order(paths: Sequence[Path], baseline: Path | None) -> tuple[Path, list[Path]]:
    base = paths[0] if baseline is None and paths else baseline
    others = [path for i, path in enumerate(paths) if path != base or (baseline is None and i > 0)]
    if base is None or not others:
        raise InputError("compare: two results are wanted: a baseline and at least one other")
    return Path(base), others


def _labels(results: Sequence[Result]) -> list[str]:
    """Names of scenarios; of those that share one, the path too."""
    shared = Counter(result.name for result in results)
    return [result.name if shared[result.name] == 1 else f"{result.name} ({result.path})" for result in results]


def _rows(base: Result, base_name: str, other: Result, name: str) -> list[Row]:
    common = base.values.keys() & other.values.keys()
    known = [measure for measure in MEASURES if measure in common]
    rows = []
    for measure in [*known, *sorted(common - set(known))]:
        _same_unit(base, other, measure)
        if base.units[measure] != TEXT:
            difference = _difference(base, other, measure)
            rows += [Row(name, base_name, measure, base.units[measure], difference)] if difference else []
    return rows


def _same_unit(base: Result, other: Result, measure: str) -> None:
    a, b = base.units[measure], other.units[measure]
    if a != b:
        raise InputError(f"{other.path}: {measure} is in {b}, in {base.path} in {a}; compare results of one version")


def _difference(base: Result, other: Result, measure: str) -> Difference | None:
    """None if a side has no value; without an interval where a sum is taken over windows of different length."""
    a, b = base.values[measure], other.values[measure]
    is_paired = _is_paired(base, other)
    of_a, of_b = (sorted(a.keys() & b.keys()),) * 2 if is_paired else (sorted(a), sorted(b))
    if not of_a or not of_b:
        return None
    found = (paired if is_paired else welch)([float(a[i]) for i in of_a], [float(b[i]) for i in of_b])
    adds_up = measure in MEASURES and MEASURES[measure].adds_up
    return replace(found, low=None, high=None) if adds_up and _other_length(base, other) else found


def _other_length(base: Result, other: Result) -> bool:
    """Whether the windows are known to differ in length."""
    a, b = base.about.get("days"), other.about.get("days")
    return a is not None and b is not None and a != b


def _is_paired(base: Result, other: Result) -> bool:
    return base.draws is not None and base.draws == other.draws


def _notes(results: Sequence[Result], names: Sequence[str]) -> list[str]:
    base = results[0]
    independent = [name for result, name in zip(results[1:], names[1:], strict=True) if not _is_paired(base, result)]
    notes = [f"Intervals cover {COVERS}: not what is unknown about the values of a scenario."]
    if len(independent) < len(results) - 1:
        notes.append("Replications are paired by number (common random numbers).")
    if independent:
        notes.append(f"Not paired (no manifest, or another seed or start), Welch intervals: {', '.join(independent)}.")
    if len({result.about.get("model_sha256") for result in results}) > 1:
        notes.append("The results have different versions of the model.")
    if any(len(_replications(result)) < 2 for result in results):
        notes.append("A result of one replication gives no interval; run with --reps 10 or more.")
    return notes


def _warning(results: Sequence[Result], names: Sequence[str]) -> str:
    """Said where windows differ in length; empty otherwise."""
    base = results[0]
    if not any(_other_length(base, result) for result in results):
        return ""
    days = ", ".join(f"{name} {result.about.get('days', '?')}" for result, name in zip(results, names, strict=True))
    return (
        f"Windows of different length (days: {days}): what adds up over a window "
        "(counts, dollars, nights) cannot be compared and has no interval."
    )


def _fewer(base: Result, other: Result, name: str, rows: Sequence[Row]) -> list[str]:
    """How many replications stand behind measures that not all of them have."""
    most = len(_replications(base) & _replications(other) if _is_paired(base, other) else ())
    few = [f"{row.measure} {row.difference.n}" for row in rows if row.scenario == name and row.difference.n < most]
    return [f"{name}: of {most} pairs, those in which both sides have a value: {', '.join(few)}."] if few else []


def _replications(result: Result) -> set[int]:
    return {i for of_measure in result.values.values() for i in of_measure}


def _cells(row: Row) -> list[object]:
    d = row.difference
    means = [d.baseline_mean, d.mean, d.difference, d.low, d.high]
    return [row.scenario, row.baseline, row.measure, row.unit, *means, "true" if d.paired else "false", d.n]


def _shown(d: Difference) -> list[str]:
    ends = "" if d.low is None or d.high is None else f"{_short(d.low)} … {_short(d.high)}"
    clear = d.low is not None and d.high is not None and not d.low <= 0 <= d.high
    return [_short(d.baseline_mean), _short(d.mean), _short(d.difference), ends, "*" if clear else ""]


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:,.4g}"
