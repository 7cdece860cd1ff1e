"""Who is held on day 0, read from a file: a sample of synthetic people, each standing for equally many.

The file is CSV in UTF-8 with the columns `COLUMNS`. `served_days` counts whole days since arrest (the part
of a day is drawn), `spent_days` the time spent in the stage so far (the work done at the usual speed, for a
document), `hearings` those still to be held, `adjournment_days` the time from one of the person's hearings to the
next. `group` is a key of `removal.groups`, empty where the scenario has none. A last column, `ordered_days`, may
give the time since a final order; without it the limit on detention after an order runs from the start. No row is about
a real person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from sim import vocabulary
from sim.arrays import Ints
from sim.files.reading import read_lines
from sim.files.table import MOST_SMALL, fail, read_rows
from sim.scenario.schema import LONGEST_SERVED_DAYS

COLUMNS: Final = (
    "source",
    "criminality",
    "custody",
    "track",
    "group",
    "stage",
    "served_days",
    "spent_days",
    "hearings",
    "adjournment_days",
)
ORDERED: Final = "ordered_days"
"""The column that may be left out."""
_MEND: Final = "give a CSV file of the people held"
_MOST_DAYS: Final = 36_600
_NUMBER: Final = re.compile(r"\+?\d{1,9}(?:\.\d{1,25})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_ORDERED_AT_ONCE: Final = ("final_order", "voluntary")
_BEFORE_AN_ORDER: Final = ("screening_line", "docket", "adjourned", "appeal")


@dataclass(frozen=True)
class Composition:
    """Columns of the sample, one row a synthetic person; codes of the words, days and seconds as whole numbers."""

    source: Ints
    criminality: Ints
    custody: Ints
    track: Ints
    group: Ints
    stage: Ints
    served_days: Ints
    spent_s: Ints
    hearings: Ints
    adjournment_s: Ints
    ordered_s: Ints

    def __len__(self) -> int:
        return len(self.source)


def read_composition(path: str, groups: Sequence[str]) -> Composition:
    """The sample in a file. Raises InputError with one line, FILE:LINE: what is wrong and what would be right."""
    header = next(read_lines(Path(path), MOST_SMALL, _MEND), "").strip()
    columns = (*COLUMNS, ORDERED) if header.endswith(f",{ORDERED}") else COLUMNS
    people = [_person(path, line, cells, groups) for line, cells in read_rows(path, columns)]
    if not people:
        fail(path, 1, "has no people, give at least one row")
    return Composition(*np.array(people, np.int64).T)


def _person(path: str, line: int, cells: list[str], groups: Sequence[str]) -> tuple[int, ...]:
    source, criminality, custody, track, group, stage = cells[:6]
    days = partial(_number, path, line)
    served = days("served_days", cells[6], whole=True, most=LONGEST_SERVED_DAYS)
    spent = days("spent_days", cells[7])
    codes = (
        _word(path, line, "source", source, vocabulary.SOURCES),
        _word(path, line, "criminality", criminality, vocabulary.CRIMINALITY),
        _word(path, line, "custody", custody, vocabulary.CUSTODY_CLASSES),
        _word(path, line, "track", track, vocabulary.TRACKS),
        _word(path, line, "group", group, groups) if groups else 0,
        int(vocabulary.Stage.STAY) + _word(path, line, "stage", stage, vocabulary.DAY0_STAGES),
    )
    if track in _ORDERED_AT_ONCE and stage in _BEFORE_AN_ORDER:
        fail(path, line, f"people on the track {track} are never in the stage {stage}, which comes before an order")
    ordered = days(ORDERED, cells[10]) if len(cells) > len(COLUMNS) else 0.0
    if ordered > served + 1 or (ordered and stage in ("preparing", *_BEFORE_AN_ORDER)):
        fail(path, line, f"{ORDERED} is {cells[10]}: must be 0 before an order, and at most the days since arrest")
    if stage != "document" and spent > served + 1:
        fail(path, line, f"spent_days is {cells[7]}, more than the {cells[6]} days since arrest")
    return (
        *codes,
        int(served),
        round(spent * vocabulary.SECONDS_PER_DAY),
        int(days("hearings", cells[8], whole=True)),
        round(days("adjournment_days", cells[9]) * vocabulary.SECONDS_PER_DAY),
        round(ordered * vocabulary.SECONDS_PER_DAY),
    )


def _word(path: str, line: int, column: str, word: str, words: Sequence[str]) -> int:
    if word not in words:
        fail(path, line, f'{column} is "{word[:40]}", must be one of {", ".join(words)}')
    return list(words).index(word)


def _number(path: str, line: int, column: str, text: str, whole: bool = False, most: int = _MOST_DAYS) -> float:
    value = float(text) if _NUMBER.fullmatch(text) else -1.0
    if not 0 <= value <= most or (whole and value != int(value)):
        kind = "whole number" if whole else "number"
        fail(path, line, f'{column} is "{text[:40]}", must be a {kind} from 0 to {most:,}')
    return value
