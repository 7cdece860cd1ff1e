"""Custody records and changes of area as tables of text, for `records.csv` and `moves.csv`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures.custody import Custody
from sim.vocabulary import CRIMINALITY, CUSTODY_CLASSES, EMPTY, EXIT_REASONS, FILES, SOURCES, TRACKS, Stage

Ints = NDArray[np.int64]

_STAGES = tuple(stage.name.lower() for stage in Stage)


@dataclass(frozen=True)
class Words:
    """A column of labels, kept as codes; code -1 is an empty cell."""

    codes: Ints
    labels: tuple[str, ...]


Cells = Ints | Words


@dataclass(frozen=True)
class Rows:
    """Columns of `records.csv` and `moves.csv` without scenario and replication; EMPTY is an empty cell."""

    records: dict[str, Cells]
    moves: dict[str, Cells]


def rows(custody: Custody) -> Rows:
    """Every custody record and every change of area of one replication, in order of person number."""
    return Rows(_records(custody), _moves(custody))


def _records(custody: Custody) -> dict[str, Cells]:
    tables, stays = custody.tables, custody.stays
    columns: dict[str, Cells] = {
        "number": custody.drawn("number"),
        "source": Words(custody.drawn("source"), SOURCES),
        "area_of_arrest": Words(custody.area_from, tables.areas),
        "area": Words(stays.area, tables.areas),
        "criminality": Words(custody.drawn("criminality"), CRIMINALITY),
        "custody_class": Words(custody.drawn("custody"), CUSTODY_CLASSES),
        "group": Words(custody.drawn("group") if tables.groups else np.full(len(custody.rows), -1), tables.groups),
        "track": Words(custody.drawn("track"), TRACKS),
        "exit": Words(stays.exit, EXIT_REASONS),
        "stage": Words(stays.stage, _STAGES),
        "route": Words(stays.route, tables.routes),
        "atd": np.where(stays.atd < 0, EMPTY, stays.atd),
    }
    names = [column.name for column in FILES["records.csv"][2:]]
    return {name: columns[name] if name in columns else getattr(stays, name) for name in names}


def _moves(custody: Custody) -> dict[str, Cells]:
    stays = custody.stays
    moved = stays.t_departed != EMPTY
    return {
        "number": custody.drawn("number")[moved],
        "area_from": Words(custody.area_from[moved], custody.tables.areas),
        "area_to": Words(stays.area[moved], custody.tables.areas),
        "t_departed": stays.t_departed[moved],
        "t_landed": stays.t_landed[moved],
    }
