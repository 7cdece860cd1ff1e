"""The people table of one replication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import vocabulary
from sim.people.arrivals import Arrivals, arrivals, refuse_too_many
from sim.people.attributes import attributes
from sim.people.composition import Composition
from sim.people.day0 import Held, held, stages
from sim.people.streams import Block, Streams, height
from sim.people.table import People
from sim.people.times import NOTHING, duration, times
from sim.scenario.schema import Rearrest, Scenario
from sim.scenario.world.tables import Tables

Ints = NDArray[np.int64]

REARRESTS: Final = 1 << 14
"""Added to the block number of a person for the block of that person's possible re-arrest."""


def draw(scenario: Scenario, tables: Tables, seed: int, replication: int) -> People:
    """Everybody who is held, may come, or may come again, with every number drawn for them.

    The same arguments give the same table on every machine. InputError if observed arrests cannot
    be read.
    """
    already = held(scenario, tables, seed, replication)
    coming = arrivals(scenario, tables, seed, replication)
    first = _first_rows(already, coming, seed, replication)
    again = _again(None if scenario.release is None else scenario.release.rearrest, first)
    streams = Streams(seed, replication, (*first.streams.blocks, *again.blocks))
    refuse_too_many(len(streams))
    rows = np.concatenate([np.arange(len(first.t)), again.of_row])
    source, area = first.source[rows], first.area[rows]
    who = _attributes(scenario, streams, source, already, again)
    what = times(scenario, streams, who)
    what["processing_s"][: len(already.block)] = 0
    if already.sample is not None:
        _as_sampled(what, already.sample)
    return People(
        number=np.concatenate([block.numbers() for block in streams.blocks]),
        t=np.concatenate([first.t, np.full(len(again.of_row), vocabulary.EMPTY)]),
        source=source,
        area=area,
        height=np.concatenate([first.height, np.full(len(again.of_row), -1)]),
        again=np.concatenate([again.row, np.full(len(again.of_row), -1)]),
        again_after_s=np.concatenate([again.after_s, np.zeros(len(again.of_row), np.int64)]),
        **_stages(scenario, tables, already, who["group"], len(streams), seed, replication),
        **who,
        **what,
    )


# --- first stays --------------------------------------------------------------------------------
@dataclass(frozen=True)
class _FirstRows:
    """Day 0 and arrivals, one row per person."""

    streams: Streams
    t: Ints
    source: Ints
    area: Ints
    height: Ints


def _first_rows(already: Held, coming: list[Arrivals], seed: int, replication: int) -> _FirstRows:
    sizes = [len(cell.block) for cell in coming]
    streams = Streams(seed, replication, (already.block, *(cell.block for cell in coming)))
    nobody = np.full(len(already.block), -1)
    heights = [_heights(cell, seed, replication) for cell in coming]
    source = np.repeat(np.array([cell.source for cell in coming], np.int64), sizes)
    area = np.repeat(np.array([cell.area for cell in coming], np.int64), sizes)
    return _FirstRows(
        streams=streams,
        t=np.concatenate([-already.served_s, *(cell.t for cell in coming)]),
        source=np.concatenate([already.source, source]),
        area=np.concatenate([already.area, area]),
        height=np.concatenate([nobody, *heights]),
    )


def _heights(cell: Arrivals, seed: int, replication: int) -> Ints:
    if cell.candidates:
        return height(cell.block.bits(seed, replication, "height"))
    return np.full(len(cell.block), -1)


def _attributes(scenario: Scenario, streams: Streams, source: Ints, already: Held, again: _Again) -> dict[str, Ints]:
    """Attributes of all rows; day 0 has tracks of its own, a re-arrest the attributes of the person."""
    who = attributes(scenario, streams, source)
    n_held, n_first = len(already.block), len(again.row)
    who["track"][:n_held] = already.track
    who["intake"][:n_held] = vocabulary.INTAKE_OUTCOMES.index("detain")
    if already.sample is not None:
        for stated in ("criminality", "custody", "group"):
            who[stated][:n_held] = getattr(already.sample, stated)
    for same in ("criminality", "custody", "group", "track"):
        who[same][n_first:] = who[same][again.of_row]
    return who


def _as_sampled(what: dict[str, Ints], sample: Composition) -> None:
    """What a composition file says of the people held on day 0, in place of what was drawn."""
    what["hearings"][: len(sample)] = np.maximum(sample.hearings, 1)
    stated = np.flatnonzero(sample.adjournment_s)
    what["adjournment_s"][stated] = sample.adjournment_s[stated]


def _stages(
    scenario: Scenario, tables: Tables, already: Held, group: Ints, n: int, seed: int, replication: int
) -> dict[str, Ints]:
    """Columns `stage0` and `left_s` of all rows: filled for day 0, empty for the others."""
    streams = Streams(seed, replication, (already.block,))
    columns = stages(scenario, tables, already, group[: len(already.block)], streams)
    rest = np.zeros(n - len(already.block), np.int64)
    return {name: np.concatenate([column, rest]) for name, column in columns.items()}


# --- re-arrests ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Again:
    """Possible re-arrests: their blocks, for each the row of the person, and columns of the first rows."""

    blocks: tuple[Block, ...]
    of_row: Ints
    row: Ints
    after_s: Ints


def _again(rearrest: Rearrest | None, first: _FirstRows) -> _Again:
    n = len(first.t)
    if rearrest is None:
        return _Again((), np.empty(0, np.int64), np.full(n, -1), np.zeros(n, np.int64))
    flagged = first.streams.unit("again") < float(rearrest.share)
    of_row = np.flatnonzero(flagged)
    row = np.full(n, -1)
    row[of_row] = n + np.arange(len(of_row))
    after = np.where(flagged, duration(first.streams, "again after", rearrest.after or NOTHING), 0)
    return _Again(_again_blocks(first.streams.blocks, flagged), of_row, row, after)


def _again_blocks(blocks: tuple[Block, ...], flagged: NDArray[np.bool_]) -> tuple[Block, ...]:
    """One block for the flagged people of each block; their draws stand at the same positions."""
    ends = np.add.accumulate([len(block) for block in blocks])
    parts = np.split(flagged, ends[:-1])
    return tuple(
        Block(REARRESTS + block.number, (*block.words, "again"), block.positions[part])
        for block, part in zip(blocks, parts, strict=True)
    )
