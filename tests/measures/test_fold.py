"""The log counted part by part, against the log counted whole."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.log import Log, Records
from sim.measures import fold, measure
from sim.measures.custody import Custody
from sim.measures.fold import Fold
from sim.measures.laws import LawBroken, check
from sim.measures.measured import measured
from sim.measures.series import Series
from sim.pathway import play
from sim.people.table import Part
from sim.vocabulary import EMPTY, SECONDS_PER_DAY
from tests.measures import hand
from tests.pathway.random_worlds import moving_world, world


def unequal(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two results differ."""
    if isinstance(one, np.ndarray):
        return [] if np.array_equal(one, other, equal_nan=one.dtype.kind == "f") else [path]
    if isinstance(one, dict):
        return [bad for key in one.keys() | other.keys() for bad in unequal(one[key], other[key], f"{path}.{key}")]
    if is_dataclass(one):
        names = [field.name for field in fields(one)]
        return [bad for name in names for bad in unequal(getattr(one, name), getattr(other, name), f"{path}.{name}")]
    return [] if one == other else [path]


def parts_of(log: Log, ends: list[int]) -> list[Log]:
    """The log cut at moments of the run."""
    cuts = [0, *np.searchsorted(log.t, ends[:-1]).tolist(), len(log)]
    columns = {field.name: getattr(log, field.name) for field in fields(Log)}
    return [Log(**{name: c[low:high] for name, c in columns.items()}) for low, high in pairwise(cuts)]


def folded(tables: Any, people: Any, records: Records, every_days: int) -> Series:
    """A log taken some days at a time."""
    ends = [*range(every_days, tables.days, every_days), tables.days]
    taker = Fold(tables)
    taker.come(Part(0, np.arange(len(people)), people))
    for end, log in zip(ends, parts_of(records.log, [end * SECONDS_PER_DAY for end in ends]), strict=True):
        taker.take(log, end * SECONDS_PER_DAY)
    return taker.series(records)


@pytest.mark.parametrize("seed", range(24))
def test_parts_come_to_the_whole(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold, "_AT_ONCE", 50)
    tables, people = moving_world(seed) if seed % 3 == 0 else world(seed, grid=seed % 2 == 0)
    people = replace(people, again=np.full(len(people), -1))
    people = replace(people, t=np.where(people.t == EMPTY, tables.days * SECONDS_PER_DAY, people.t))
    records = play(tables, people)
    whole = measure(Custody(tables, people, records))
    for every_days in (1, 3):
        assert not unequal(measured(folded(tables, people, records, every_days)), whole)


def test_the_run_by_hand_in_parts() -> None:
    whole = measure(Custody(hand.tables(), hand.people(), hand.records()))
    assert not unequal(measured(folded(hand.tables(), hand.people(), hand.records(), 1)), whole)


def test_a_law_broken_in_a_later_part_is_found() -> None:
    ledger = hand.records().ledger_cents.copy()
    ledger[2, 0] += 1
    with pytest.raises(LawBroken, match="cents of bed_nights on 2025-02-01"):
        folded(hand.tables(), hand.people(), hand.records(ledger_cents=ledger), 1)
    with pytest.raises(LawBroken, match="goes on after the end"):
        Fold(hand.tables()).take(hand.records().log, SECONDS_PER_DAY)


def test_a_run_that_begins_again_forgets_what_it_took() -> None:
    taker = Fold(hand.tables())
    part = Part(0, np.arange(len(hand.people())), hand.people())
    taker.come(part)
    taker.begin()
    taker.come(part)
    taker.take(hand.records().log, hand.tables().days * SECONDS_PER_DAY)
    assert not unequal(
        measured(taker.series(hand.records())), measured(folded(hand.tables(), hand.people(), hand.records(), 2))
    )


def test_whoever_leaves_as_the_run_begins_makes_room_for_whoever_comes_then() -> None:
    """More people held than beds; some leave at the very start, and fewer come."""
    tables, people = world(95, True, False)
    records = play(tables, people)
    custody = Custody(tables, people, records)
    assert (custody.bed.end == 0).any()
    check(custody)
