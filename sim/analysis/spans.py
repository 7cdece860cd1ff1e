"""How far the assumed values move a difference: read from one-at-a-time sensitivity studies of both scenarios.

Each assumed value in turn stands at the low and at the high end of the range believed, in both scenarios
alike, all others as stated. The lowest and the highest difference so found is the span. It is no interval:
it says nothing about values that move together, nor how likely the ends are.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.analysis.results import Result
from sim.errors import InputError

FILE: Final = "tornado.csv"
_WANTED: Final = ("measure", "path", "mean", "mean_low", "mean_high")


@dataclass(frozen=True)
class Span:
    """Means of each measure: as stated, and with each assumed value (by path) at its low and its high end."""

    stated: Mapping[str, float]
    moved: Mapping[str, Mapping[str, tuple[float, float]]]


def span(baseline: Span, other: Span, measure: str) -> tuple[float, float] | None:
    """Lowest and highest difference over the assumed values of both; None if the measure was not studied."""
    if measure not in baseline.stated or measure not in other.stated:
        return None
    ends = [other.stated[measure] - baseline.stated[measure]]
    for path in {**baseline.moved[measure], **other.moved[measure]}:
        of_a, of_b = (one.moved[measure].get(path, (one.stated[measure],) * 2) for one in (baseline, other))
        ends += [of_b[0] - of_a[0], of_b[1] - of_a[1]]
    return min(ends), max(ends)


def read_spans(folders: Sequence[Path], results: Sequence[Result]) -> dict[int, Span]:
    """The span of each result that a study among `folders` speaks of, by position.

    Raises InputError where a folder is no one-at-a-time study, or one of none of the results, or if a result has
    none: with one side's values fixed the difference would say nothing.
    """
    found: dict[int, Span] = {}
    for folder in folders:
        about, of_folder = _manifest(folder), _read(folder / FILE)
        of = [i for i, result in enumerate(results) if _same(about, result)]
        if not of:
            raise InputError(f"--ranges: {folder} is a study of {about.get('scenario')}, which is not compared here")
        found |= dict.fromkeys(of, of_folder)
    lacking = [result.name for i, result in enumerate(results) if folders and i not in found]
    if lacking:
        raise InputError(f"--ranges: no study of {lacking[0]}; give one of each result compared")
    return found


def _same(about: Mapping[str, Any], result: Result) -> bool:
    """Whether a study is of the scenario of a result: by hash."""
    known = result.about.get("scenario_sha256")
    return known is not None and known == about.get("scenario_sha256")


def _manifest(folder: Path) -> Mapping[str, Any]:
    try:
        content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _wrong(folder) from error
    if not isinstance(content, dict):
        raise _wrong(folder)
    return content


def _read(file: Path) -> Span:
    stated: dict[str, float] = {}
    moved: dict[str, dict[str, tuple[float, float]]] = {}
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                measure, path, *numbers = (row[name] for name in _WANTED)
                mean, low, high = (float(number) if number else math.nan for number in numbers)
                if not math.isnan(mean + low + high):
                    stated[measure] = mean
                    moved.setdefault(measure, {})[path] = (low, high)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _wrong(file.parent) from error
    return Span(stated, moved)


def _wrong(folder: Path) -> InputError:
    how = "detsim sensitivity SCENARIO --method oat makes one"
    return InputError(f"--ranges: {folder} is no one-at-a-time sensitivity study (manifest.json, {FILE}); {how}")
