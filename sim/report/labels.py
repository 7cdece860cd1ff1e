"""Short labels of results, taken from the titles of their scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final

from sim.analysis.results import ResultTables, told_apart
from sim.errors import printable
from sim.formats import short

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
