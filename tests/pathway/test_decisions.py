"""Who is chosen, and what a shortfall is put down to: cases in which a wrong sign or order shows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from sim.pathway import play
from sim.pathway.beds import Beds
from sim.pathway.clock import Call, Clock
from sim.rules import ARREST, CLOCK
from sim.vocabulary import EMPTY, Stage
from tests.pathway.test_events import CONVICTED, EXIT, HELD, KEPT, MANDATORY, run, rungs
from tests.pathway.worlds import ALWAYS, DAY, HOUR, beds, people, tables

PENDING = 1


@pytest.mark.parametrize(
    ("first", "second", "leaves"),
    [
        ({"t": HOUR}, {"t": 2 * HOUR}, 1),  # equal rank: who is in bed since later
        ({"t": 2 * HOUR}, {"t": HOUR}, 0),
        ({"t": HOUR}, {"t": HOUR}, 1),  # and at the same time: the higher number
        ({"t": HOUR}, {"t": 2 * HOUR, "criminality": PENDING}, 0),  # rank goes before time
        ({"t": -30 * DAY, "stage0": int(Stage.STAY), "left_s": 90 * DAY}, {"t": HOUR}, 1),  # day 0: since the arrest
        ({"t": -30 * DAY, "stage0": int(Stage.STAY), "left_s": 90 * DAY},
         {"t": -3 * DAY, "stage0": int(Stage.STAY), "left_s": 90 * DAY}, 1),
    ],
)  # fmt: skip
def test_who_is_displaced(first: dict[str, Any], second: dict[str, Any], leaves: int) -> None:
    """The lowest in priority; of equals who came to bed last; of those the highest number."""
    asker = KEPT | {"t": 5 * HOUR, "custody": MANDATORY, "criminality": CONVICTED}
    world = tables(**beds(2), **rungs(("displace", HOUR)))
    stays = run(world, people(KEPT | first, KEPT | second, asker)).stays
    assert stays.exit.tolist() == [EXIT["displaced"] if k == leaves else HELD for k in (0, 1)] + [HELD]
    assert stays.t_bed[2] == 6 * HOUR


def test_nobody_of_equal_rank_is_displaced() -> None:
    stays = run(tables(**beds(1), **rungs(("displace", HOUR))), people(KEPT, KEPT | {"t": HOUR})).stays
    assert stays.exit.tolist() == [HELD, HELD] and stays.t_bed[1] == EMPTY


@pytest.mark.parametrize(
    ("goal", "able", "pool", "officers", "found"),
    [
        (10_000, 10_000, -1, 0, 0),  # enough of both
        (10_000, 4_000, -1, 6_000, 0),  # officers
        (10_000, 12_000, 0, 0, 10_000),  # nobody is left to find
        (10_000, 4_000, 0, 6_000, 4_000),  # each cause what it takes away
        (-1, 4_000, 0, 0, 0),  # no goal, no shortfall
    ],
)
def test_what_a_shortfall_is_put_down_to(goal: int, able: int, pool: int, officers: int, found: int) -> None:
    """Thousandths of an arrest: what officers cannot do of the goal, and of the rest what is not there to be found."""
    capability = [[[able]], [[0]]]
    world = tables(days=1, goal_milli=[goal], capability_milli=capability, pool=[[pool], [-1]])
    assert play(world, people({"t": HOUR, "height": ALWAYS})).shortfall_milli.tolist() == [[officers, found, 0, 0]]


def test_a_goal_asks_for_convictions_first() -> None:
    """With 6 a day able and a goal of 3, half with convictions: all of these are arrested, and nobody else."""
    rows = [{"t": HOUR, "height": ALWAYS // 2, "criminality": crime} for crime in (0, 1, 2)]
    shares = [[500_000, 300_000, 200_000], [0, 0, 1_000_000]]
    world = tables(
        days=1,
        goal_milli=[3_000],
        capability_milli=[[[6_000]], [[0]]],
        by_criminality=True,
        criminality_ppm=shares,
    )
    assert play(world, people(*rows)).not_arrested.tolist() == [[[2, 0, 0]]]


# --- the clock ----------------------------------------------------------------------------------
def test_events_are_played_and_counted_until_the_end() -> None:
    """By time, then kind, then number; what is due at the end does not happen."""
    clock, played = Clock(), list[int]()
    for at, kind, number in ((2, ARREST, 1), (1, ARREST, 3), (1, ARREST, 2), (1, CLOCK, 9), (3, ARREST, 7)):
        Call(clock, at, kind, number, played.append)
    clock.play(3)
    assert (played, clock.events) == ([9, 2, 3, 1], 4)
    clock.play(4)
    assert (played, clock.events) == ([9, 2, 3, 1, 7], 5)


def test_a_bed_becomes_free_only_where_one_is_taken() -> None:
    nobody = SimpleNamespace(displacement=SimpleNamespace(promised_to=lambda k: None))
    with pytest.raises(AssertionError, match="a bed that becomes free was taken"):
        Beds._free(cast(Beds, SimpleNamespace(world=nobody, taken=[0])), 0, 0)
