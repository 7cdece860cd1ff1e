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
_BEGINS: Final = ("with ", "without ", "under ", "after ", "before ")


def labelled(results: Sequence[ResultTables]) -> list[ResultTables]:
    """Return several results named by what tells their titles apart; where titles do not, by `told_apart`."""
    found = labels([printable(result.title) for result in results])
    if len(results) == 1 or len(set(found)) < len(found):
        return told_apart(results)
    return [replace(result, name=label) for result, label in zip(results, found, strict=True)]


def labels(titles: Sequence[str]) -> list[str]:
    """Return each title without the words that all of them begin with, cut to LONGEST characters."""
    common = beginning(titles)
    rest = [" ".join(title.split()[len(common.split()) :]).strip(_JOINS) for title in titles]
    return [short(label, LONGEST) for label in (rest if all(rest) else titles)]


def beginning(titles: Sequence[str]) -> str:
    """Return the words that several titles all begin with; empty for one title or none in common."""
    if len(titles) < 2:
        return ""
    columns = zip(*(title.split() for title in titles), strict=False)
    same = takewhile(lambda words: len({word.strip(_JOINS) for word in words}) == 1, columns)
    return " ".join(words[0] for words in same).strip(_JOINS)


def under(label: str) -> str:
    """Return a label as it follows a number: `with the act of July 2025`, `under “same money”`."""
    return label if label.startswith(_BEGINS) else f"under “{label}”"
