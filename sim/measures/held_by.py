"""Who is held and who leaves, by one attribute at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Ints
from sim.measures.counting import flow, stock
from sim.measures.spans import Span, Spans
from sim.scenario.world.tables import Tables
from sim.vocabulary import CRIMINALITY, CUSTODY_CLASSES, EXITED, IN_BED, PLACE_KINDS, SOURCES, TRACKS


@dataclass(frozen=True)
class HeldBy:
    """Pairs of attribute and value; `held` at each midnight and `exits` of each day, both (D + 1, n).

    Row 0 is the moment the run starts. `exits` is -1 where it is not counted: then, and by stage.
    By `place_kind` exits are those from beds.
    """

    keys: tuple[tuple[str, str], ...]
    held: Ints
    exits: Ints


def by_attribute(custody: Spans) -> tuple[Ints, Ints]:
    """People in beds (D + 1, n) and exits (D, n) by attributes of the people, then by kind of place."""
    tables, bed, exits = custody.tables, custody.bed, custody.exits
    held, left = [], []
    for attribute, words in attributes(tables).items():
        code, n = custody.drawn(attribute), len(words)
        held.append(stock(Span(bed.start, bed.end, code[bed.who], bed.horizon), tables.days, n))
        left.append(flow(exits.t, code[exits.who], tables.days, n))
    kinds, n, some = tables.place_kind[bed.place], len(PLACE_KINDS), np.unique(tables.place_kind)
    held.append(stock(Span(bed.start, bed.end, kinds, bed.horizon), tables.days, n)[:, some])
    gone = bed.ended_by >= EXITED
    left.append(flow(bed.end[gone], kinds[gone], tables.days, n)[:, some])
    return np.concatenate(held, axis=1), np.concatenate(left, axis=1)


def by_stage(custody: Spans) -> tuple[Ints, Ints]:
    """People in beds (D + 1, n) by stage of their case, and visits to each stage (n,)."""
    tables = custody.tables
    spans = [custody.spans([stage], by_place=True) for stage in IN_BED]
    held = [stock(span, tables.days, len(tables.areas)).sum(axis=1) for span in spans]
    return np.stack(held, axis=1), np.array([len(span) for span in spans])


def held_by(tables: Tables, attribute: tuple[Ints, Ints], stage: tuple[Ints, Ints]) -> HeldBy:
    """The two together, without stages that nobody came to."""
    (held, left), (in_stage, visits) = attribute, stage
    some = np.flatnonzero(visits)
    keys = [(attribute, word) for attribute, words in attributes(tables).items() for word in words]
    keys += [("place_kind", PLACE_KINDS[kind]) for kind in np.unique(tables.place_kind)]
    keys += [("stage", IN_BED[i].word) for i in some]
    exits = np.full((tables.days + 1, len(keys)), -1)
    exits[1:, : left.shape[1]] = left
    return HeldBy(tuple(keys), np.concatenate([held, in_stage[:, some]], axis=1), exits)


def attributes(tables: Tables) -> dict[str, tuple[str, ...]]:
    """Columns of the people table by which people are counted, and their words."""
    words = {
        "source": SOURCES,
        "criminality": CRIMINALITY,
        "custody": CUSTODY_CLASSES,
        "group": tables.groups,
        "track": TRACKS,
    }
    return {attribute: each for attribute, each in words.items() if each}
