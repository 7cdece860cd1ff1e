"""People of higher priority displace the others: preemptive loss, class by class.

Liu and Wein's rule with s = 21 beds and a load of a = 34 (a thousandth of the beds and load of their study).
Six classes (custody class × criminality) follow each other in priority. For each cut between two of
them, those above it are one class and those below another, and the two-class formula holds: loads
above the cuts are 10, 15, 18, 20.5 and 21. The third cut is that between mandatory and discretionary.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.pathway.displacement import Displacement
from sim.theory import queueing
from sim.vocabulary import CRIMINALITY, EXIT_REASONS, SECONDS_PER_DAY, Stage
from tests.laws.estimates import Batches, Comers, Estimate, assert_law
from tests.laws.worlds import Played, World, exponential, played, world

BEDS, LOAD, STAY, BLOCK_DAYS = 21, 34.0, 0.5, 30
CUTS = {0: 10.0, 1: 15.0, 2: 18.0, 3: 20.5, 4: 21.0}
"""Last class above the cut, and the load of all classes above it."""
LOST = [EXIT_REASONS.index(reason) for reason in ("no_bed", "displaced")]


def six_classes(days: int) -> World:
    """Loads 10, 5, 3 (mandatory: convicted, pending, none) and 2.5, 0.5, 13 (discretionary)."""
    shares = {"convicted": 12.5, "pending": 5.5, "none": 16.0}
    mandatory = {"convicted": 10 / 12.5, "pending": 5 / 5.5, "none": 3 / 16}
    people = {
        "criminality": {word: f"{100 * load / LOAD!r} %" for word, load in shares.items()},
        "mandatory": {word: f"{100 * share!r} %" for word, share in mandatory.items()},
    }
    ladder = [{rung: {"mandatory": True}} for rung in ("displace", "release")]
    return world(
        1,
        days,
        LOAD / STAY,
        exponential(STAY),
        people={"sources": {"border": people}},
        intake={"hours_limit": "0 h"},
        beds={"contracted": BEDS, "ladder": ladder},
    )


class Classes:
    """Who came, who lost the bed or never had one, and in which class they were."""

    def __init__(self, play: Played) -> None:
        custody = play.custody
        self.custody, self.stay = custody, play.drawn("stay_s") / (STAY * SECONDS_PER_DAY)
        self.rank = play.drawn("custody") * len(CRIMINALITY) + play.drawn("criminality")
        self.lost = np.isin(custody.stays.exit, LOST)
        self.batches = Batches(1, play.tables.days, BLOCK_DAYS)

    def comers(self, chosen: NDArray[np.bool_], load: float) -> Comers:
        """The people of some classes."""
        stays = self.custody.stays
        had_bed = stays.t_bed >= 0
        area, t = self.custody.area_from[chosen], stays.t_arrest[chosen]
        return Comers(self.batches, area, t, self.stay[chosen], had_bed[chosen], load / STAY)

    def ended_by_chance(self, chosen: NDArray[np.bool_], people: Comers) -> NDArray[np.float64]:
        """(B,) stays that ended by themselves, less their rate × time in bed: mean 0 for exponential stays."""
        stays = self.custody.stays
        end = np.where(stays.t_exit >= 0, stays.t_exit, self.custody.horizon)
        in_bed = np.where(stays.t_bed >= 0, end - stays.t_bed, 0) / (STAY * SECONDS_PER_DAY)
        by_itself = (stays.stage == Stage.GONE) & ~self.lost
        return people.sum((by_itself - in_bed)[chosen])

    def losses(self, cut: int, first_load: float) -> tuple[Estimate, Estimate]:
        """Share of people above and below the cut who do not keep a bed."""
        above = self.rank <= cut
        first, second = self.comers(above, first_load), self.comers(~above, LOAD - first_load)
        chance = [self.ended_by_chance(above, first), self.ended_by_chance(~above, second)]
        return (
            first.share(self.lost[above], chance[0]),
            second.share(self.lost[~above], *first.controls, *chance),
        )


@pytest.fixture(scope="module")
def classes() -> Classes:
    """Six classes for 4,800 mean stays."""
    return Classes(played(six_classes(2400)))


@pytest.mark.parametrize("cut", CUTS)
def test_a_shortage_falls_on_the_lower_class(classes: Classes, cut: int) -> None:
    """Helly (1962), Burke (1962): the first class loses B(s, a₁); all together B(s, a); the second the rest.

    Losses of the first class are rare while its load is well below the beds: what is held to 1 % is the share
    who keep a bed.
    """
    load = CUTS[cut]
    theory = queueing.preemptive_loss(BEDS, load, LOAD)
    first, second = classes.losses(cut, load)
    assert_law(f"displacement, first load {load}: second class lost", second, theory.second)
    kept = Estimate(1.0 - first.mean, first.half, first.off_centre)
    assert_law(f"displacement, first load {load}: first class kept", kept, 1.0 - theory.first)
    print(f"  (first class lost: {first.against(theory.first)})")


def test_all_together_lose_as_in_erlang_b(classes: Classes) -> None:
    everyone = np.ones(len(classes.rank), np.bool_)
    people = classes.comers(everyone, LOAD)
    loss = people.share(classes.lost, classes.ended_by_chance(everyone, people))
    assert_law("displacement, all classes lost", loss, queueing.erlang_b(BEDS, LOAD))


# --- wrong rules --------------------------------------------------------------------------------
def highest_of_those_below(self: Displacement, area: int, rank: int) -> int | None:
    """Displaces the person of the highest priority that is still below the asker's."""
    world = self.world
    below = [(-r, k) for r, _, k in self._lowest[area] if -r > rank and world.beds.has_bed(-k)]
    self._lowest[area] = [entry for entry in self._lowest[area] if world.beds.has_bed(-entry[2])]
    return -min(below)[1] if below else None


def nobody(self: Displacement, area: int, rank: int) -> int | None:
    """Displaces nobody."""
    return None


@pytest.mark.parametrize("rule", [highest_of_those_below, nobody])
def test_another_choice_of_whom_to_displace_is_seen(monkeypatch: pytest.MonkeyPatch, rule: Any) -> None:
    monkeypatch.setattr(Displacement, "_find", rule)
    classes = Classes(played(six_classes(900)))
    theory = queueing.preemptive_loss(BEDS, CUTS[2], LOAD)
    first, second = classes.losses(2, CUTS[2])
    assert not (first.covers(theory.first) and second.covers(theory.second))
