"""One class of people and c beds: Erlang C with its waits, Erlang B, Erlang A."""

from __future__ import annotations

import math
from heapq import heappop, heappush
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim import rules
from sim.measures import measure
from sim.measures.custody import Custody
from sim.pathway.beds import Beds
from sim.pathway.line import Line
from sim.pathway.release import Release
from sim.theory import queueing
from sim.vocabulary import EMPTY, EXIT_REASONS, SECONDS_PER_DAY
from tests.laws.estimates import Batches, Comers, Estimate, assert_law
from tests.laws.worlds import Played, World, everyone_waits, exponential, nobody_waits, patience, played, world

Floats = NDArray[np.float64]

DAYS, BLOCK_DAYS = 3660, 61
NO_BED = EXIT_REASONS.index("no_bed")


def comers(play: Played, a_day: float, mean_stay: float) -> Comers:
    """Everybody of a play, by batch of arrest."""
    custody = play.custody
    batches = Batches(len(play.tables.areas), play.tables.days, BLOCK_DAYS)
    stay = play.drawn("stay_s") / (mean_stay * SECONDS_PER_DAY)
    served = custody.stays.t_bed != EMPTY
    return Comers(batches, custody.area_from, custody.stays.t_arrest, stay, served, a_day)


def waits(play: Played) -> Floats:
    """Days on the line for a bed, one a person (0 for those still on it)."""
    stays = play.custody.stays
    end = np.where(stays.t_bed != EMPTY, stays.t_bed, stays.t_exit)
    return np.where(end != EMPTY, end - stays.t_asked, 0) / SECONDS_PER_DAY


# --- M/M/c --------------------------------------------------------------------------------------
C_BEDS, C_A_DAY, C_STAY = 5, 8.0, 0.4375
"""Beds busy 70 % of the time."""


def mmc(copies: int, mean_stay: float = C_STAY) -> Played:
    """A play of M/M/c."""
    return played(world(copies, DAYS, C_A_DAY, exponential(mean_stay), beds=everyone_waits(C_BEDS)))


@pytest.fixture(scope="module")
def ten_lines() -> Played:
    """Ten copies of M/M/c for ten years."""
    return mmc(copies=10)


def tail(days: float) -> float:
    """P(wait > t) in M/M/c, first come first served: C e^(−(cμ − λ)t)."""
    return queueing.erlang_c(C_BEDS, C_A_DAY * C_STAY) * math.exp(-(C_BEDS / C_STAY - C_A_DAY) * days)


def test_waits_of_mmc_follow_erlang_c(ten_lines: Played) -> None:
    """Erlang (1917): share who wait C(c, a), mean wait C/(cμ − λ), and an exponential tail behind C."""
    people, wait = comers(ten_lines, C_A_DAY, C_STAY), waits(ten_lines)
    mean = queueing.erlang_c_wait(C_BEDS, C_A_DAY, C_STAY)
    assert_law("M/M/c share who wait", people.share(wait > 0), tail(0.0))
    assert_law("M/M/c mean wait", people.mean(wait), mean, within=0.03)
    for multiple in (1, 2):
        assert_law(
            f"M/M/c P(wait > {multiple} means)", people.share(wait > multiple * mean), tail(multiple * mean), 0.03
        )


def test_the_measures_of_a_run_say_the_same(ten_lines: Played) -> None:
    """Mean wait, and beds in use by Little's law, as a result folder would have them (the empty start included)."""
    measured = measure(Custody(ten_lines.tables, ten_lines.people, ten_lines.records))
    wait = 24.0 * queueing.erlang_c_wait(C_BEDS, C_A_DAY, C_STAY)
    assert measured.value("bed_wait_hours_mean") == pytest.approx(wait, rel=0.03)
    assert measured.value("held_mean") == pytest.approx(10 * C_A_DAY * C_STAY, rel=0.01)


class LastCome(Line):
    """A line that is served from its end."""

    def join(self, row: int, priority: int, since: int, now: int) -> None:
        heappush(self._heap, (priority, -since, row))
        self._inside[row] = -since
        self.seconds -= now

    def head(self) -> tuple[int, int, int]:
        while self._inside.get(self._heap[0][2]) != self._heap[0][1]:
            heappop(self._heap)
        return self._heap[0]


def test_a_line_served_last_come_is_seen_in_the_tail_though_not_in_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mean wait is the same for every order that does not look at stays; the tail is not."""
    monkeypatch.setattr("sim.pathway.beds.Line", LastCome)
    play = mmc(copies=2)
    people, wait = comers(play, C_A_DAY, C_STAY), waits(play)
    mean = queueing.erlang_c_wait(C_BEDS, C_A_DAY, C_STAY)
    assert people.mean(wait).covers(mean)
    for multiple in (1, 2, 3):
        assert not people.share(wait > multiple * mean).covers(tail(multiple * mean))


@pytest.mark.usefixtures("stays_too_long")
def test_stays_three_per_cent_too_long_are_seen_in_the_wait() -> None:
    play = mmc(copies=3)
    assert not comers(play, C_A_DAY, C_STAY).share(waits(play) > 0).covers(tail(0.0))


def test_stays_drawn_too_long_are_seen_though_a_control_would_correct_them() -> None:
    """Drawn stays are a control; that their mean is off is noticed as such."""
    play = mmc(copies=1, mean_stay=1.03 * C_STAY)
    assert not comers(play, C_A_DAY, C_STAY).share(waits(play) > 0).covers(tail(0.0))


# --- Erlang B -----------------------------------------------------------------------------------
B_BEDS, B_A_DAY, B_STAY = 20, 25.0, 1.0


def losses(stay: World, days: int = DAYS) -> Estimate:
    """Share released for lack of a bed when nobody may wait."""
    limits = {"intake": {"hours_limit": "0 h"}, "beds": nobody_waits(B_BEDS)}
    play = played(world(1, days, B_A_DAY, stay, **limits))
    return comers(play, B_A_DAY, B_STAY).share(play.custody.stays.exit == NO_BED)


LAWS_OF_STAY = {
    "exponential": exponential(B_STAY),
    "lognormal": {"lognormal": {"mean": f"{B_STAY} d", "p90": f"{2 * B_STAY} d"}},
}


@pytest.mark.parametrize("law", LAWS_OF_STAY)
def test_losses_follow_erlang_b_whatever_the_law_of_stays(law: str) -> None:
    """Erlang (1917); insensitive to the law of stays (Sevastyanov 1957). Hold limit 0: a free bed or none."""
    assert_law(f"M/G/c/c loss, {law}", losses(LAWS_OF_STAY[law]), queueing.erlang_b(B_BEDS, B_A_DAY * B_STAY))


def test_a_hold_limit_looked_at_before_beds_are_given_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nobody whose limit is 0 gets a bed, free or not."""
    ask = Beds.ask

    def limit_first(beds: Beds, k: int) -> Any:
        turn = ask(beds, k)
        beds.world.ladder.begin(k)
        return turn

    monkeypatch.setattr(Beds, "ask", limit_first)
    monkeypatch.setattr("sim.pathway.ladder.RUNG", rules.ASSIGN_BED - 1)
    assert not losses(LAWS_OF_STAY["exponential"], days=1220).covers(queueing.erlang_b(B_BEDS, B_A_DAY * B_STAY))


@pytest.mark.usefixtures("stays_too_long")
def test_stays_three_per_cent_too_long_are_seen_in_the_losses() -> None:
    assert not losses(LAWS_OF_STAY["exponential"], days=1220).covers(queueing.erlang_b(B_BEDS, B_A_DAY * B_STAY))


# --- Erlang A -----------------------------------------------------------------------------------
A_BEDS, A_A_DAY, A_STAY, A_PATIENCE = 10, 12.0, 1.0, 0.5


def impatient(copies: int) -> tuple[Estimate, Estimate]:
    """Share who leave unserved, and mean wait of everybody."""
    beds = everyone_waits(A_BEDS)
    play = played(world(copies, DAYS, A_A_DAY, exponential(A_STAY), beds=beds, release=patience(A_PATIENCE)))
    people, left = comers(play, A_A_DAY, A_STAY), play.custody.stays.exit == EXIT_REASONS.index("other_agency")
    return people.share(left), people.mean(waits(play))


def test_people_who_lose_patience_follow_erlang_a() -> None:
    """Palm (1957); Garnett, Mandelbaum and Reiman (2002). Patience is a release clock that runs only before the bed."""
    leave, wait = impatient(copies=2)
    theory = queueing.erlang_a(A_BEDS, A_A_DAY, A_STAY, A_PATIENCE)
    assert_law("M/M/c+M share who leave", leave, theory.abandon_share)
    assert_law("M/M/c+M mean wait", wait, theory.mean_wait, within=0.03)


def test_patience_that_runs_on_in_bed_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Release, "in_bed", lambda self, k: None)
    leave, wait = impatient(copies=1)
    theory = queueing.erlang_a(A_BEDS, A_A_DAY, A_STAY, A_PATIENCE)
    assert not leave.covers(theory.abandon_share)
    assert not wait.covers(theory.mean_wait)
