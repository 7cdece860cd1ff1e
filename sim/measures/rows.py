"""Custody records and changes of area as tables of text, for `records.csv` and `moves.csv`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Ints
from sim.log import BEFORE
from sim.measures.custody import Custody
from sim.vocabulary import (
    CRIMINALITY,
    CUSTODY_CLASSES,
    EMPTY,
    EVENT_WORDS,
    EXIT_REASONS,
    EXITED,
    FILES,
    REQUESTED,
    SOURCES,
    TRACKS,
    Place,
    Stage,
)

_STAGES = tuple(stage.word for stage in Stage)
_EVENTS = tuple(EVENT_WORDS.get(code, "") for code in range(256))
_PLACES = tuple(place.name.lower() for place in Place)
_PLACE_OF = np.full(256, -1)
_PLACE_OF[EXITED:REQUESTED] = Place.OUTSIDE
_PLACE_OF[list(Stage)] = [int(stage.row.place) for stage in Stage]


@dataclass(frozen=True)
class Words:
    """A column of labels, kept as codes; code -1 is an empty cell."""

    codes: Ints
    labels: tuple[str, ...]


Cells = Ints | Words


@dataclass(frozen=True)
class Rows:
    """Columns of `log.csv`, `records.csv` and `moves.csv` without scenario and replication; EMPTY is an empty cell."""

    log: dict[str, Cells]
    records: dict[str, Cells]
    moves: dict[str, Cells]


def rows(custody: Custody) -> Rows:
    """The log, every stay and every change of area of one replication, in order of person number."""
    return Rows(_log(custody), _records(custody), _moves(custody))


def _log(custody: Custody) -> dict[str, Cells]:
    log = custody.log
    return {
        "number": custody.drawn("number")[log.who],
        "t": np.where(log.t == BEFORE, EMPTY, log.t.astype(np.int64)),
        "event": Words(log.code, _EVENTS),
        "place": Words(_PLACE_OF[log.code], _PLACES),
        "area": Words(log.area, custody.tables.areas),
        "bed_place": Words(np.where(_PLACE_OF[log.code] == Place.BED, log.place, -1), custody.tables.place_names),
    }


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
    road = custody.road
    return {
        "number": custody.drawn("number")[road.who],
        "area_from": Words(road.area_from, custody.tables.areas),
        "area_to": Words(road.area, custody.tables.areas),
        "place_from": Words(np.where(road.from_bed, road.place_from, -1), custody.tables.place_names),
        "place_to": Words(road.place, custody.tables.place_names),
        "t_departed": road.start,
        "t_landed": np.where(road.end < road.horizon, road.end, EMPTY),
    }
