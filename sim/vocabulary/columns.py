"""Every column of every file: its type, unit and meaning.

They stand in `columns.csv` beside this module. The writers, `datapackage.json` and the data dictionary in `docs/` all
come from that table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.vocabulary.attributes import PLACE_KINDS
from sim.vocabulary.exits import RELEASES
from sim.vocabulary.limits import ACCOUNTS, Cause

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "release": {reason.word: reason.row.words for reason in RELEASES},
    "cause": {cause.word: cause.row.words for cause in Cause},
    "place": {kind: kind for kind in PLACE_KINDS},
    "account": {account: account for account in ACCOUNTS},
}
"""What `{release}` and so on stand for in a table, each with its words."""


def table(file: str) -> Iterator[list[str]]:
    """The rows of a CSV file beside this module; one with `{release}` in a name stands for a row per release."""
    with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as lines:
        for row in list(csv.reader(lines))[1:]:
            kind = next((kind for kind in _WORDS if any(f"{{{kind}}}" in cell for cell in row)), None)
            if kind is None:
                yield row
                continue
            for word, words in _WORDS[kind].items():
                yield [cell.format(**{kind: word}, words=words) for cell in row]


@dataclass(frozen=True)
class Column:
    """One column of a CSV file. `type` is a Frictionless type; `unit` is empty for words and labels."""

    name: str
    type: str
    unit: str
    meaning: str
    at_end: str = ""
    """Meaning of the measure `NAME_end`, the value on the last day. Empty: there is no such measure."""


def _columns() -> dict[str, dict[str, tuple[Column, ...]]]:
    """By study (empty: a run) and file."""
    found: dict[str, dict[str, tuple[Column, ...]]] = {}
    for study, file, *column in table("columns.csv"):
        files = found.setdefault(study, {})
        files[file] = (*files.get(file, ()), Column(*column))
    return found


STUDY_FILES: Final[Mapping[str, Mapping[str, tuple[Column, ...]]]] = _columns()
"""Columns of each CSV file of each study, in order; those of a run have no name of a study."""
FILES: Final = STUDY_FILES[""]
"""Columns of each CSV file of a run, in order."""
COMPARE: Final = STUDY_FILES["compare"]["compare.csv"]
INPUTS: Final = STUDY_FILES["compare"]["inputs.csv"]
"""Columns of `inputs.csv`, written with `compare.csv`."""
DAILY_QUANTILES: Final = (5, 25, 50, 75, 95)
"""Percentages of daily_quantiles.csv."""
