"""The log counted by compiled code as it is written, against the log counted whole by `sim.measures`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

from sim.experiment import counted as counting
from sim.experiment import engines
from sim.experiment.counted import Counted, count
from sim.log import BEFORE, Log, Records
from sim.measures import measure
from sim.measures.custody import Custody
from sim.measures.laws import LawBroken, check
from sim.measures.measured import measured
from sim.measures.sums import Sums
from sim.pathway import play
from sim.people.table import Part, People
from sim.scenario.world.tables import Tables
from sim.vocabulary import EXITED, NOTED, REQUESTED, SECONDS_PER_DAY, Exit, Note, Stage
from tests.compiled.uncompiled import filled
from tests.measures import hand
from tests.measures.hand import AA, H
from tests.pathway.random_worlds import moving_world, once_each, world


def unequal(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two results differ."""
    if isinstance(one, np.ndarray):
        same = one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        return [] if same else [path]
    if isinstance(one, dict):
        assert list(one) == list(other)
        return [bad for key in one for bad in unequal(one[key], other[key], f"{path}.{key}")]
    if is_dataclass(one):
        names = [field.name for field in fields(one)]
        return [bad for name in names for bad in unequal(getattr(one, name), getattr(other, name), f"{path}.{name}")]
    return [] if type(one) is type(other) and one == other else [path]


@pytest.mark.parametrize("seed", range(120))
def test_a_random_world_is_counted_alike(seed: int) -> None:
    tables, people = moving_world(seed) if seed % 3 == 0 else world(seed, grid=seed % 2 == 0)
    people = once_each(tables, people)
    whole = Custody(tables, people, play(tables, people))
    check(whole)
    series = count(tables, people)
    assert series is not None
    assert not unequal(measured(series), measure(whole))
    assert vars(series).keys() == vars(whole.series).keys()


# --- the run written by hand, and what breaks a law ------------------------------------------------------
def counted(records: Records, tables: Tables | None = None, people: People | None = None, **changes: Any) -> Counted:
    """A run (the one by hand, if no other is given), its log taken day by day."""
    tables, people = tables or hand.tables(**changes), people or hand.people()
    made = filled(tables, people)
    found = Counted(tables)
    found.begin(made)
    found.come(Part(0, np.arange(len(people)), people))
    rows = np.zeros(len(records.log), made.tables["log"].dtype)
    for name in rows.dtype.names or ():
        rows[name] = getattr(records.log, name)
    day = np.clip(rows["t"] // SECONDS_PER_DAY, 0, tables.days - 1)
    for today in range(tables.days):
        some = rows[day == today]
        made.tables["log"][: len(some)] = some
        made["n_logged"] = len(some)
        found.take((today + 1) * SECONDS_PER_DAY)
    return found


def test_the_run_by_hand() -> None:
    records = hand.records()
    found = counted(records)
    assert found.is_lawful
    assert not unequal(measured(found.series(records)), measure(Custody(hand.tables(), hand.people(), records)))


DESK = [(1, Stage.DESK_LINE), (1, Stage.PROCESSING)]
IN_BED = [*DESK, (3, Stage.BED_LINE), (4, Stage.PREPARING)]


@pytest.mark.parametrize(
    "way",
    [
        DESK[1:],
        [(1.5, Stage.DESK_LINE)],
        [(-1, Stage.PROCESSING)],
        [*DESK, (3, Stage.PREPARING), (5, Stage.BED_LINE)],
        [*DESK, (3, Stage.ON_THE_ROAD), (5, Stage.BED_LINE)],
        [*IN_BED, (5, Stage.ON_THE_ROAD), (6, Stage.DOCKET)],
        [*DESK, (3, EXITED + Exit.BOND), (5, Stage.BED_LINE)],
        [*DESK, (3, EXITED + Exit.BOND), (5, EXITED + Exit.BOND)],
        [*DESK, (3, Stage.PROCESSING)],
        [*DESK, (3, EXITED + Exit.BOND), (5, NOTED + Note.HEARD)],
        [*DESK, (3, EXITED + Exit.BOND), (3, NOTED + Note.ON_ATD), (5, NOTED + Note.ON_ATD)],
        [*IN_BED, (5, NOTED + Note.REVIEW_APPROVED)],
        [*IN_BED, (5, NOTED + Note.REVIEW_STARTED)],
        [*IN_BED, (5, REQUESTED + Exit.PAROLE), (5, REQUESTED + Exit.PAROLE)],
        [*IN_BED, (5, REQUESTED + Exit.PAROLE), (6, EXITED + Exit.BOND)],
        [*IN_BED, (5, REQUESTED + Exit.PAROLE), *[(6, NOTED + Note.REVIEW_STARTED)] * 2],
        [*IN_BED, (5, REQUESTED + Exit.PAROLE), (6, NOTED + Note.REVIEW_REFUSED), (7, NOTED + Note.REVIEW_WITHDRAWN)],
    ],
)
def test_what_breaks_a_law_is_seen(way: list[tuple[float, int]]) -> None:
    records = hand.told(row_1=way)
    with pytest.raises(LawBroken):
        check(Custody(hand.tables(), hand.people(), records))
    assert not counted(records).is_lawful


@pytest.mark.parametrize("again", [NOTED + Note.HEARD, Stage.ADJOURNED], ids=["a note", "a stage"])
def test_a_second_row_before_the_run_is_seen(again: int) -> None:
    first, *rest = hand.WAYS[0]
    records = hand.told(row_0=[first, (BEFORE, again), *rest])
    with pytest.raises(LawBroken, match="twice before the run"):
        check(Custody(hand.tables(), hand.people(), records))
    assert not counted(records).is_lawful


def changed(**columns: dict[int, int]) -> Records:
    """The records by hand with single cells of the log changed."""
    log = hand.records().log
    new = {name: getattr(log, name).copy() for name in columns}
    for name, cells in columns.items():
        for i, value in cells.items():
            new[name][i] = value
    return hand.records(log=replace(log, **new))


@pytest.mark.parametrize(
    "records",
    [
        *(changed(t=cells) for cells in ({5: 20 * H}, {-1: 72 * H}, {3: -1})),
        *(changed(area={-1: AA}), changed(place={-1: AA})),
    ],
    ids=["backwards", "after the end", "before the start", "another area", "another place"],
)
def test_a_log_that_cannot_be_is_seen(records: Records) -> None:
    with pytest.raises(LawBroken):
        check(Custody(hand.tables(), hand.people(), records))
    assert not counted(records).is_lawful


def breaks(function: Callable[..., object], *arguments: Any) -> bool:
    """Whether a law is found broken."""
    try:
        function(*arguments)
    except LawBroken:
        return True
    return False


def test_both_accounts_of_the_laws_agree_on_spoilt_logs() -> None:
    """One cell of the log of a random world is changed: either both accounts see that, or neither does."""
    seen = []
    for seed in range(160):
        tables, people = moving_world(seed % 40) if seed % 2 else world(seed % 40, grid=seed % 4 == 0)
        people = once_each(tables, people)
        records = play(tables, people)
        log = spoilt(np.random.default_rng(seed), {name: c.copy() for name, c in vars(records.log).items()}, tables)
        records = replace(records, log=Log(**log))
        told = breaks(check, Custody(tables, people, records))
        found = counted(records, tables, people)
        assert told == (not found.is_lawful or breaks(found.series, records)), seed
        seen.append(told)
    assert 80 < sum(seen) < 160


def spoilt(rng: np.random.Generator, log: dict[str, Any], tables: Tables) -> dict[str, Any]:
    """The log with one cell changed to something else that it may say."""
    i, column = int(rng.integers(len(log["t"]))), str(rng.choice(["t", "stage", "stage", "area", "place"]))
    words = [*list(Stage)[1:-1], *(NOTED + note for note in Note), *(EXITED + reason for reason in Exit)]
    words += [REQUESTED + reason for reason in Exit]
    choices = {
        "t": [int(log["t"][i]) + 1, max(int(log["t"][i]), 0)],
        "stage": words,
        "area": range(len(tables.areas)),
        "place": range(len(tables.place_names)),
    }
    log[column][i] = rng.choice(np.array([*choices[column]]))
    return log


def test_a_bed_given_beyond_the_ladder_is_seen() -> None:
    assert not counted(hand.records(), over_contract=np.full((2, 3), 2)).is_lawful
    less = np.full((2, 3), 3)
    less[:, 2] = 0
    assert counted(hand.records(), operating=less).is_lawful


def test_an_unlawful_run_is_told_from_its_whole_log(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(self: Counted, end: int) -> None:
        self.is_lawful = False

    tables, people = world(5, True)
    people = once_each(tables, people)
    monkeypatch.setattr(Counted, "take", breaks)
    assert count(tables, people) is None
    assert engines.counted(tables, people, "compiled").came > 0


def test_a_measure_that_is_not_known_here_is_counted_from_the_whole_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever adds a measure to `sim.measures` need not touch compiled code; the log is kept then."""
    cases = Sums._cases

    def more(self: Sums, batch: Any) -> None:
        cases(self, batch)
        self.something_new = len(batch)

    tables, people = world(5, True)
    people = once_each(tables, people)
    counting._known.clear()
    with monkeypatch.context() as patched:
        patched.setattr(Sums, "_cases", more)
        assert count(tables, people) is None
        assert engines.counted(tables, people, "compiled").something_new > 0
    counting._known.clear()


def test_whoever_leaves_as_the_run_begins_makes_room_for_whoever_comes_then() -> None:
    """More people held than beds; some leave at the very start, and fewer come."""
    tables, people = world(95, True, False)
    people = once_each(tables, people)
    custody = Custody(tables, people, play(tables, people))
    assert (custody.bed.end == 0).any()
    check(custody)
    assert count(tables, people) is not None
