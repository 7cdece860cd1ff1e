"""Results compared with a baseline, measure by measure.

Replications are paired by number where both results were drawn with the same random numbers (same
seed and start): then person k is the same person in both, and what differs is what the scenario
changed. Otherwise the two sets are independent, and the interval is wider.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Final

from sim.analysis.assumed_ranges import Span, moved, read_spans, span
from sim.analysis.comparison import Comparison, Row, label, sentence
from sim.analysis.inputs import between
from sim.analysis.intervals import Difference, holm, paired, welch
from sim.analysis.results import ResultTables, found, interval_covers, is_result, marked, read
from sim.errors import InputError, printable
from sim.files.writing import csv_text, write_whole
from sim.formats import capital, day, readable
from sim.measures.intervals import ANY, COVERS, FEWEST, estimate
from sim.scenario.schema.units import hint
from sim.vocabulary import COMPARE, INPUTS, MEASURES, TEXT

_FEW: Final = 5
"""Measures named of those that nothing changed."""


def compare(
    paths: Sequence[Path],
    baseline: Path | None = None,
    ranges: Sequence[Path] = (),
    measures: Sequence[str] = (),
) -> Comparison:
    """Compare results (folders or `replications.csv` files) with the first, or with `baseline`.

    `ranges` are folders of one-at-a-time sensitivity studies, one of each scenario compared; `measures` those to
    look at (all if none are named). Raises InputError if a file is missing or malformed, if there are fewer than
    two results, or if a measure is in none of them.
    """
    results = [read(path) for path in _in_order([found(path) for path in paths], baseline and found(baseline))]
    return compare_results(_labelled(results), read_spans(ranges, results), measures)


def compare_tables(results: Sequence[ResultTables], ranges: Sequence[Path] = ()) -> Comparison:
    """Compare results that were read or are in memory with the first; names differ. Raises InputError."""
    return compare_results(results, read_spans(ranges, results))


def compare_results(
    results: Sequence[ResultTables], spans: Mapping[int, Span], measures: Sequence[str] = ()
) -> Comparison:
    """Compare results with the first of them; their names differ. Raises InputError as `compare` does."""
    _refuse_unknown(results, measures)
    base, *others = results
    raw = [row for i, other in enumerate(others, 1) for row in _rows(base, other, spans.get(0), spans.get(i))]
    ranged = moved(spans.values()) if spans else "the"
    rows = _corrected([replace(row, ranged=ranged) for row in raw if not measures or row.measure in measures])
    fewer = [note for other in others for note in _fewer(base, other, rows)]
    notes = (*_notes(base, others), *_same(rows), *_saved(rows), *fewer, *_words(base, others), *_marks(rows))
    changed = {
        other.name: between(base.scenario, other.scenario) if base.scenario and other.scenario else None
        for other in others
    }
    marks = [printable(result.folder.name if result.path else result.name) for result in results]
    titles = marked([result.title for result in results], marks)
    titled = {one.name: title for one, title in zip(results, titles, strict=True) if one.scenario.get("title")}
    return Comparison(base.name, tuple(rows), notes, _warning(results), changed, interval_covers(results), titled)


def split_results(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return the paths that are results, and those to leave out: of three or more that exist, what is no result."""
    places = [found(path) for path in paths]
    skipped = [place for place in places if len(places) > 2 and place.exists() and not is_result(place)]
    return [place for place in places if place not in skipped], skipped


def refuse_existing(out: Path, force: bool) -> None:
    """Raise InputError if `compare.csv` may not be written into `out`: it exists, or is no folder."""
    if out.exists() and not force:
        raise InputError(f"{out}: exists; choose a new folder with --out, or write into this one with --force")
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: is not a folder; choose another with --out")


def write_csv(comparison: Comparison, path: Path) -> None:
    """Write `compare.csv`, and beside it `inputs.csv` if inputs differ; each whole or not at all. Raises OSError."""
    tables: dict[Path, list[Sequence[object]]] = {path: [[one.name for one in COMPARE], *rows_of(comparison)]}
    if inputs := input_rows(comparison):
        tables[path.with_name("inputs.csv")] = [[column.name for column in INPUTS], *inputs]
    own = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    for file, rows in tables.items():
        try:
            write_whole(file, csv_text(rows).encode())
        except BaseException as error:
            if own:
                with suppress(OSError):
                    path.parent.rmdir()
            if isinstance(error, OSError):
                error.filename = str(file)
            raise


def rows_of(comparison: Comparison) -> list[list[object]]:
    """The rows of `compare.csv`; None is an empty cell."""
    return [_cells(row) for row in comparison.rows]


def _cells(row: Row) -> list[object]:
    d = row.difference
    holds = None if row.p_holm is None else _flag(row.holds)
    return [
        *(row.scenario, row.baseline, row.measure, row.unit),
        *(d.baseline_mean, d.mean, d.difference, d.low, d.high, _flag(d.paired), d.n),
        *(d.method or None, d.p, row.p_holm, holds, d.sd, d.variance_ratio),
        *(row.assumed or (None, None)),
        sentence(row) if row.is_shown else None,
    ]


def _flag(value: bool) -> str:
    return "true" if value else "false"


def input_rows(comparison: Comparison) -> list[list[object]]:
    """The rows of `inputs.csv`."""
    return [
        [scenario, comparison.baseline, differs.path, differs.baseline, differs.value]
        for scenario, inputs in comparison.changed.items()
        for differs in inputs or ()
    ]


def _in_order(paths: Sequence[Path], baseline: Path | None) -> list[Path]:
    """The baseline, then the others."""
    base = paths[0] if baseline is None and paths else baseline
    others = [path for i, path in enumerate(paths) if path != base or (baseline is None and i > 0)]
    if base is None or not others:
        raise InputError("compare: give at least two results, the baseline first")
    return [base, *others]


def _labelled(results: Sequence[ResultTables]) -> list[ResultTables]:
    """Results whose names differ: those that share one have the folder too, or the path where folders share a name."""
    paths = [result.path or result.folder for result in results]
    folders = [path.resolve().name for path in paths]
    places = [f if folders.count(f) == 1 else str(path) for f, path in zip(folders, paths, strict=True)]
    names = marked([result.name for result in results], map(printable, places))
    return [replace(result, name=name) for result, name in zip(results, names, strict=True)]


def _rows(base: ResultTables, other: ResultTables, of_base: Span | None, of_other: Span | None) -> Iterator[Row]:
    """The measures that both have, in the order of the files; the spans are those of each."""
    common = base.units.keys() & other.units.keys()
    known = [measure for measure in MEASURES if measure in common]
    for measure in [*known, *sorted(common - set(known))]:
        unit, its = base.units[measure], other.units[measure]
        if unit != its:
            where = f"{measure} is in {its}, in {base.path} in {unit}"
            raise InputError(f"{other.path}: {where}; compare results of one version")
        if unit != TEXT and (difference := _difference(base, other, measure)):
            assumed = None
            if of_base and of_other and difference.low is not None:
                assumed = span(of_base, of_other, measure, difference.difference)
            yield Row(other.name, base.name, measure, unit, difference, assumed=assumed)


def _difference(base: ResultTables, other: ResultTables, measure: str) -> Difference | None:
    """None if a side has no value; without an interval where a sum is taken over windows of different length."""
    a, b = base.by_replication[measure], other.by_replication[measure]
    is_paired = base.is_paired_with(other)
    of_a, of_b = (sorted(a.keys() & b.keys()),) * 2 if is_paired else (sorted(a), sorted(b))
    if not of_a or not of_b:
        return None
    known = MEASURES.get(measure)
    sides = [float(a[i]) for i in of_a], [float(b[i]) for i in of_b]
    found = (paired if is_paired else welch)(*sides, known.bounds if known else ANY)
    adds_up = known is not None and known.adds_up
    return replace(found, low=None, high=None, method="", p=None) if adds_up and _other_length(base, other) else found


def _other_length(base: ResultTables, other: ResultTables) -> bool:
    """Whether the windows are known to differ in length."""
    a, b = base.manifest.get("days"), other.manifest.get("days")
    return a is not None and b is not None and a != b


def _notes(base: ResultTables, others: Sequence[ResultTables]) -> list[str]:
    results = [base, *others]
    independent = [other.name for other in others if not base.is_paired_with(other)]
    noise_only = all(result.covers == COVERS for result in results)
    but = ", not uncertainty about the values of a scenario" if noise_only else ""
    notes = [f"Intervals cover {interval_covers(results)}{but}."]
    if len(independent) < len(others):
        draws = f"seed {base.manifest.get('seed')}, start {base.manifest.get('start')}"
        notes.append(f"Replications are paired by number (common random numbers: {draws}).")
    for other in others:
        mine, its = base.replications, other.replications
        if mine != its:
            used = f"the {len(mine & its)} in both are compared" if base.is_paired_with(other) else "all are compared"
            notes.append(f"{base.name} has {len(mine)} replications, {other.name} has {len(its)}: {used}.")
    if independent:
        why = "no manifest, or another seed, start or --ranges"
        notes.append(f"Not paired ({why}), Welch intervals: {', '.join(independent)}.")
    if len({result.manifest.get("model_sha256") for result in results}) > 1:
        notes.append("The results have different versions of the model.")
    if any(len(result.replications) < FEWEST for result in results):
        notes.append("One or two replications give no interval; run with --reps 10 or more.")
    return notes


def _same(rows: Sequence[Row]) -> list[str]:
    """The measures that nothing changed, by scenario: they have no line of their own."""
    notes = []
    for name, group in groupby(rows, key=lambda row: row.scenario):
        of_one = list(group)
        same = [row.measure for row in of_one if row.is_same and row.difference.mean]
        if all(row.is_same for row in of_one):
            notes.append(f"{name} is identical: every measure is the same in every pair of replications.")
        elif same:
            more = f" and {len(same) - _FEW} more" if len(same) > _FEW else ""
            notes.append(f"{name} has the same values in every pair for: {', '.join(same[:_FEW])}{more}.")
    return notes


def _saved(rows: Sequence[Row]) -> list[str]:
    """What pairing saved: the variance ratio is how many times as many replications independent draws would need."""
    ratios = [ratio for row in rows if row.is_shown and (ratio := row.difference.variance_ratio) is not None]
    if not ratios:
        return []
    most = max(row.difference.n for row in rows if row.difference.paired)
    instead = f"{readable(round(most * median(ratios)))} independent replications of each"
    return [f"Pairing: {most} pairs are as precise as {instead} (median over the measures)."]


def _marks(rows: Sequence[Row]) -> list[str]:
    """What the marks stand for, and where the interval is a bootstrap's."""
    family = max((row.family for row in rows), default=0)
    if not family:
        return []
    resampled = [row.measure for row in rows if row.is_shown and row.difference.method == "bootstrap"]
    bootstrap = [f"Not normal (Shapiro and Wilk, 1 %), BCa bootstrap interval: {', '.join(dict.fromkeys(resampled))}."]
    correction = f"** holds after Holm's correction for {family} differences looked at"
    return [f"* the interval excludes 0; {correction}.", *(bootstrap if resampled else [])]


def _words(base: ResultTables, others: Sequence[ResultTables]) -> Iterator[str]:
    """Words and dates that differ, which have no difference: what most of the replications compared say."""
    texts = [measure for measure in MEASURES if MEASURES[measure].unit == TEXT and measure in base.units]
    for other in others:
        both = base.replications & other.replications if base.is_paired_with(other) else None
        for measure in texts:
            a, b = (_typical(result, measure, both) for result in (base, other))
            if a != b:
                yield f"{capital(label(measure))}: {b} with {other.name}, {a} with {base.name}."


def _typical(result: ResultTables, measure: str, only: Set[int] | None) -> str:
    """What most replications say, of those in `only` if given, in words."""
    found = result.by_replication.get(measure, {})
    every = [found.get(i) for i in sorted(result.replications if only is None else only)]
    typical = estimate(every, TEXT).mean
    return day(typical).replace("_", " ") if typical else "nothing" if measure == "binding_stage" else "never"


def _corrected(rows: Sequence[Row]) -> list[Row]:
    """The rows with their p corrected for all those that say something."""
    tested = {i: row.difference.p for i, row in enumerate(rows) if row.is_shown and row.difference.low is not None}
    corrected = dict(zip(tested, holm([p for p in tested.values() if p is not None]), strict=True))
    return [replace(row, p_holm=corrected.get(i), family=len(tested)) for i, row in enumerate(rows)]


def _refuse_unknown(results: Sequence[ResultTables], measures: Sequence[str]) -> None:
    """Raise InputError for a measure that no result has."""
    there = {measure for result in results for measure in result.units}
    for measure in measures:
        if measure not in there:
            near = hint(measure, sorted(there), "they are listed in docs/data-dictionary.md", 0.4)
            raise InputError(f"--measure: {measure!r} is in none of the results; {near}")


def _warning(results: Sequence[ResultTables]) -> str:
    """Said where windows differ in length; empty otherwise."""
    if not any(_other_length(results[0], result) for result in results):
        return ""
    days = ", ".join(f"{result.name} {result.manifest.get('days', '?')}" for result in results)
    return (
        f"Windows of different length (days: {days}): what adds up over a window "
        "(counts, dollars, nights) cannot be compared and has no interval."
    )


def _fewer(base: ResultTables, other: ResultTables, rows: Sequence[Row]) -> list[str]:
    """How many replications stand behind measures that not all of them have."""
    most = len(base.replications & other.replications) if base.is_paired_with(other) else 0
    few = [f"{r.measure} {r.difference.n}" for r in rows if r.scenario == other.name and r.difference.n < most]
    return [f"{other.name}: of {most} pairs, those in which both sides have a value: {', '.join(few)}."] if few else []
