"""What a figure says in words: numbers with their units and intervals, and the labels of results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any, Final

from sim.analysis.results import ResultTables, interval_covers, told_apart
from sim.errors import printable
from sim.formats import day, interval, readable, short, unit_words
from sim.measures.intervals import FEWEST
from sim.report.daily_values import dates, replications


def informative(low: float | None, high: float | None) -> tuple[float, float] | None:
    """Return the ends of an interval; None where it says nothing, as there is none or every replication agrees."""
    return None if low is None or high is None or low == high else (low, high)


def interval_of(row: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the interval of a row of summary.csv; None where it says nothing."""
    return informative(row["ci_low"], row["ci_high"])


def covers_mean(results: Sequence[ResultTables]) -> str:
    """What the intervals of means cover; empty where there are none."""
    if max(map(replications, results)) < FEWEST:
        return ""
    return f"95 % intervals of the mean over replications: {interval_covers(results)}."


def measured(result: ResultTables, measure: str, words: str | None = None) -> str:
    """A measure's mean with its unit (or `words`), and its interval: `4.1 hours (95 %: 3.77 to 4.44)`."""
    row = result.measures[measure]
    unit = row["unit"]
    after = words if words is not None else "" if unit == "USD" else unit_words(unit)
    said = f"{readable(row['mean'], unit)} {after}".rstrip()
    ends = interval_of(row)
    return said if ends is None else f"{said} (95 %: {interval(*ends, unit)})"


def each(results: Sequence[ResultTables], say: Callable[[ResultTables], str]) -> str:
    """Return what is said of each result, its name before it where there are several; nothing where nothing is said."""
    if len(results) == 1:
        return say(results[0])
    found = [(result.name, say(result)) for result in results]
    return " ".join(f"{name}: {text}" for name, text in found if text)


def window(results: Sequence[ResultTables]) -> str:
    """The dates a chart spans: `from 20 May 2025 to 20 May 2026`."""
    first = min(dates(result)[0] for result in results)
    last = max(dates(result)[-1] for result in results)
    return f"from {day(first)} to {day(last)}"


# --- short labels, taken from titles ------------------------------------------------------------
LONGEST: Final = 44
"""Characters of a label; a longer one is cut in the middle."""
_JOINS: Final = " ,:;.–—-"
_RUN: Final = 3
"""Words that titles must share to be left out elsewhere than at the beginning."""


def labelled(results: Sequence[ResultTables]) -> list[ResultTables]:
    """Return several results named by what tells their titles apart; where titles do not, by `told_apart`."""
    found = labels([printable(result.title) for result in results])
    if len(results) == 1 or len(set(found)) < len(found):
        return told_apart(results)
    return [replace(result, name=label) for result, label in zip(results, found, strict=True)]


def labels(titles: Sequence[str]) -> list[str]:
    """Return each title without the words that all of them share, cut to LONGEST characters."""
    common = shared(titles)
    rest = [_without(title.split(), common.split()) for title in titles]
    return [short(label, LONGEST) for label in (rest if all(rest) else titles)]


def shared(titles: Sequence[str]) -> str:
    """Return the words with which several titles begin, or else the longest run of three or more words in all of them.

    Empty for one title, or where they share nothing.
    """
    if len(titles) < 2:
        return ""
    words = [[word.strip(_JOINS) for word in title.split()] for title in titles]
    first = words[0]
    begin = sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, zip(*words, strict=False)))
    if begin:
        return " ".join(titles[0].split()[:begin]).strip(_JOINS)
    runs = (first[i : i + n] for n in range(len(first), _RUN - 1, -1) for i in range(len(first) - n + 1))
    found = next((run for run in runs if all(_place(of_one, run) is not None for of_one in words)), [])
    return " ".join(found)


def _place(words: Sequence[str], run: Sequence[str]) -> int | None:
    """Where a run of words is among others; None where it is not."""
    return next((i for i in range(len(words) - len(run) + 1) if list(words[i : i + len(run)]) == list(run)), None)


def _without(words: Sequence[str], run: Sequence[str]) -> str:
    """A title without a run of its words; the comma after it stays."""
    at = _place([word.strip(_JOINS) for word in words], [word.strip(_JOINS) for word in run]) or 0
    end = at + len(run)
    comma = "," if at and run and words[end - 1].endswith(",") else ""
    return f"{' '.join(words[:at])}{comma} {' '.join(words[end:])}".strip(_JOINS)
