"""Who is held and who leaves, by one attribute at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.measures.counting import flow, stock
from sim.measures.custody import Custody
from sim.measures.spans import Span
from sim.scenario.world.tables import Tables
from sim.vocabulary import CRIMINALITY, CUSTODY_CLASSES, EXITED, IN_BED, PLACE_KINDS, SOURCES, TRACKS

Ints = NDArray[np.int64]

_WORDS: Final[dict[str, Callable[[Tables], tuple[str, ...]]]] = {
    "source": lambda _: SOURCES,
    "criminality": lambda _: CRIMINALITY,
    "custody": lambda _: CUSTODY_CLASSES,
    "group": lambda tables: tables.groups,
    "track": lambda _: TRACKS,
}
"""Attributes, columns of the people table, and their words."""


@dataclass(frozen=True)
class HeldBy:
    """Pairs of attribute and value; `held` at each midnight and `exits` of each day, both (D + 1, n).

    Row 0 is the moment the run starts. `exits` is -1 where it is not counted: then, and by stage.
    By `place_kind` exits are those from beds.
    """

    keys: tuple[tuple[str, str], ...]
    held: Ints
    exits: Ints


def held_by(custody: Custody) -> HeldBy:
    """Count people in beds, and exits, by attributes of the people, by kind of place and by stage."""
    tables, bed, exits = custody.tables, custody.bed, custody.exits
    keys: list[tuple[str, str]] = []
    held, left = [], []
    for attribute, words_of in _WORDS.items():
        words = words_of(tables)
        if not words:
            continue
        code = custody.drawn(attribute).astype(np.int64)
        keys += [(attribute, word) for word in words]
        held.append(stock(Span(bed.start, bed.end, code[bed.who], bed.horizon), tables.days, len(words)))
        left.append(flow(exits.t, code[exits.who], tables.days, len(words)))
    kinds = tables.place_kind[bed.place]
    by_kind = Span(bed.start, bed.end, kinds, bed.horizon)
    some = np.unique(tables.place_kind)
    keys += [("place_kind", PLACE_KINDS[kind]) for kind in some]
    held.append(stock(by_kind, tables.days, len(PLACE_KINDS))[:, some])
    gone = bed.ended_by >= EXITED
    left.append(flow(bed.end[gone], kinds[gone], tables.days, len(PLACE_KINDS))[:, some])
    for stage in IN_BED:
        span = custody.spans([stage], by_place=True)
        if len(span):
            keys.append(("stage", stage.word))
            held.append(stock(span, tables.days, len(tables.areas)).sum(axis=1, keepdims=True))
            left.append(np.full((tables.days, 1), -1))
    first = np.full((1, len(keys)), -1)
    return HeldBy(tuple(keys), np.concatenate(held, axis=1), np.concatenate([first, np.concatenate(left, axis=1)]))
