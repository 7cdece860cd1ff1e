"""The people of one replication: drawn all at once, or part after part as they come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import vocabulary
from sim.arrays import Ints
from sim.people.arrivals import arrivals, refuse_too_many
from sim.people.day0 import Held, held, stages
from sim.people.purposes import attributes, drawn, duration, later
from sim.people.streams import NUMPY, Block, Kernels, Streams, height
from sim.people.table import REARRESTS, Part, People, Who, no_one
from sim.scenario.schema import Rearrest, Scenario
from sim.scenario.world.tables import Tables
from sim.vocabulary import SECONDS_PER_DAY

_AT_ONCE: Final = 50_000
"""About so many people are drawn in one part."""


def draw(scenario: Scenario, tables: Tables, seed: int, replication: int) -> People:
    """Everybody who is held, may come, or may come again, with every number drawn for them.

    The same arguments give the same table on every machine. InputError if observed arrests cannot
    be read.
    """
    return Stream(scenario, tables, seed, replication).whole()


class Stream:
    """The people of one replication, drawn part after part as they come; the same people as `draw` gives.

    InputError if observed arrests cannot be read.
    """

    def __init__(
        self, scenario: Scenario, tables: Tables, seed: int, replication: int, kernels: Kernels = NUMPY
    ) -> None:
        self._scenario, self._tables, self._seed, self._replication = scenario, tables, seed, replication
        self._kernels = kernels
        self._rearrest = None if scenario.release is None else scenario.release.rearrest
        self._held = held(scenario, tables, seed, replication)
        self._cells = arrivals(scenario, tables, seed, replication)
        self._begins = np.add.accumulate([0, len(self._held.block), *map(len, self._cells)])
        """Rows in which day 0 and each cell begin; then that in which re-arrests do."""
        self._flagged = np.empty(0, np.int64)
        """Rows of people whose re-arrest may follow."""
        if self._rearrest is not None:
            self._flagged = _again(self._rearrest, self._first_rows(0, tables.days)).of_row
        refuse_too_many(len(self))

    def __len__(self) -> int:
        return int(self._begins[-1]) + len(self._flagged)

    def by_area(self, n_areas: int) -> Ints:
        """(A,) people of each area."""
        cell = np.searchsorted(self._begins[1:], self._flagged, side="right") - 1
        area, n = np.array([one.area for one in self._cells], np.int64), [len(one) for one in self._cells]
        people = np.bincount(self._held.area, minlength=n_areas)
        people += np.bincount(area, weights=n, minlength=n_areas).astype(np.int64)
        again = np.concatenate([self._held.area[self._flagged[cell < 0]], area[cell[cell >= 0]]])
        return people + np.bincount(again, minlength=n_areas)

    @property
    def earliest(self) -> int:
        """When the first of them came to custody: 0 or, in seconds before the start, less."""
        return -int(self._held.served_s.max(initial=0))

    @cached_property
    def who(self) -> Who:
        """What is asked of all of them; there once their parts have been drawn, if it was asked for before."""
        return no_one(len(self))

    def whole(self) -> People:
        """Everybody at once."""
        return self._drawn(self._first_rows(0, self._tables.days))

    def parts(self) -> Iterator[Part]:
        """The people by the day from which they may come; the first part has those of day 0, too."""
        days = self._tables.days
        step = max(1, days * _AT_ONCE // max(len(self), 1))
        for first in range(0, days, step):
            part = self._part(first, min(first + step, days))
            if "who" in vars(self):
                self.who.put(part.rows, part.people)
            yield part

    def _part(self, first_day: int, end_day: int) -> Part:
        """Those who may come from one day up to another, and may be arrested again."""
        people = self._first_rows(first_day, end_day)
        blocks = zip(self._begins[:-1].tolist(), people.streams.blocks, strict=True)
        first = np.concatenate([begin + block.positions for begin, block in blocks])
        again = np.flatnonzero(np.isin(self._flagged, first, assume_unique=True)) + self._begins[-1]
        return Part(first_day, np.concatenate([first, again]), self._drawn(people))

    def _drawn(self, first: _FirstRows) -> People:
        """Some of the first stays, and the re-arrests that may follow them."""
        scenario, already = self._scenario, first.held
        again = _again(self._rearrest, first)
        streams = self._streams(*first.streams.blocks, *again.blocks)
        rows = np.concatenate([np.arange(len(first.t)), again.of_row])
        source, area = first.source[rows], first.area[rows]
        who = _attributes(scenario, streams, source, already, again)
        who["intake"][: len(first.t)] = _diverted(scenario, self._tables, first, who)
        group = who["group"][: len(already.block)]
        held_in = stages(scenario, self._tables, already, group, self._streams(already.block))
        what = drawn(later(scenario), streams, who)
        what["processing_s"][: len(already.block)] = 0
        if (sample := already.sample) is not None:
            what["hearings"][: len(sample)] = np.maximum(sample.hearings, 1)
            stated = np.flatnonzero(sample.adjournment_s)
            what["adjournment_s"][stated] = sample.adjournment_s[stated]
        return People(
            number=np.concatenate([block.numbers() for block in streams.blocks]),
            t=np.concatenate([first.t, np.full(len(again.of_row), vocabulary.EMPTY)]),
            source=source,
            area=area,
            height=np.concatenate([self._heights(first), np.full(len(again.of_row), -1)]),
            again=np.concatenate([again.row, np.full(len(again.of_row), -1)]),
            again_after_s=np.concatenate([again.after_s, np.zeros(len(again.of_row), np.int64)]),
            **{name: np.pad(column, (0, len(streams) - len(column))) for name, column in held_in.items()},
            **who,
            **what,
        )

    def _streams(self, *blocks: Block) -> Streams:
        return Streams(self._seed, self._replication, blocks, self._kernels)

    def _first_rows(self, first_day: int, end_day: int) -> _FirstRows:
        """People who come from one day up to another; from the first day, those who are held already, too."""
        cells, held_ = self._cells, self._held if first_day == 0 else self._held.nobody()
        blocks = [cell.block(first_day, end_day) for cell in cells]
        sizes = list(map(len, blocks))
        return _FirstRows(
            held=held_,
            streams=self._streams(held_.block, *blocks),
            t=np.concatenate([-held_.served_s, *(cell.times(first_day, end_day) for cell in cells)]),
            source=np.concatenate(
                [held_.source, np.repeat(np.array([cell.source for cell in cells], np.int64), sizes)]
            ),
            area=np.concatenate([held_.area, np.repeat(np.array([cell.area for cell in cells], np.int64), sizes)]),
        )

    def _heights(self, first: _FirstRows) -> Ints:
        """Heights of candidates; -1 for those who are held already or arrested for certain."""
        blocks, may = first.streams.blocks, [False, *(cell.candidates for cell in self._cells)]
        out = np.full(len(first.t), -1)
        out[np.repeat(may, list(map(len, blocks)))] = height(self._streams(*compress(blocks, may)).bits("height"))
        return out


# --- first stays --------------------------------------------------------------------------------
@dataclass(frozen=True)
class _FirstRows:
    """Day 0 and arrivals, one row per person."""

    held: Held
    streams: Streams
    t: Ints
    source: Ints
    area: Ints


def _attributes(scenario: Scenario, streams: Streams, source: Ints, already: Held, again: _Again) -> dict[str, Ints]:
    """Attributes of all rows; day 0 has tracks of its own, a re-arrest the attributes of the person."""
    who = drawn(attributes(scenario), streams, {"source": source})
    n_held, n_first = len(already.block), len(again.row)
    who["track"][:n_held] = already.track
    who["intake"][:n_held] = vocabulary.INTAKE_OUTCOMES.index("detain")
    if already.sample is not None:
        for stated in ("criminality", "custody", "group"):
            who[stated][:n_held] = getattr(already.sample, stated)
    for same in ("criminality", "custody", "group", "track"):
        who[same][n_first:] = who[same][again.of_row]
    return who


def _diverted(scenario: Scenario, tables: Tables, first: _FirstRows, who: dict[str, Ints]) -> Ints:
    """Column `intake` of the first stays, with those whom `release.atd.diversion` sets aside for supervision."""
    n, days = len(first.t), tables.days
    intake, custody = who["intake"][:n], who["custody"][:n]
    atd = None if scenario.release is None else scenario.release.atd
    if atd is None or atd.diversion is None:
        return intake
    day = np.clip(first.t // SECONDS_PER_DAY, 0, days - 1)
    chosen = (first.t >= 0) & (intake == vocabulary.INTAKE_OUTCOMES.index("detain"))
    chosen &= first.streams.share("diversion") < tables.diversion_share[custody, day]
    appears = first.streams.unit("appearance") < float(atd.diversion.appearance)
    return np.where(chosen, np.where(appears, vocabulary.DIVERTED, vocabulary.DIVERTED_NO_SHOW), intake)


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
    after = np.where(flagged, duration(first.streams, "again after", rearrest.after), 0)
    return _Again(_again_blocks(first.streams.blocks, flagged), of_row, row, after)


def _again_blocks(blocks: tuple[Block, ...], flagged: NDArray[np.bool_]) -> tuple[Block, ...]:
    """One block for the flagged people of each block; their draws stand at the same positions."""
    ends = np.add.accumulate([len(block) for block in blocks])
    parts = np.split(flagged, ends[:-1])
    return tuple(
        Block(REARRESTS + block.number, (*block.words, "again"), block.positions[part])
        for block, part in zip(blocks, parts, strict=True)
    )
