"""The bed need of 2003: Erlang's B and the fluid bound at 21,000 beds, and who bears the shortage."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.theory import queueing
from sim.vocabulary import CUSTODY_CLASSES, EXIT_REASONS
from tests.published.playing import Played, played

BEDS, LOAD, STAY = 21_000, 34_000, 40
PUBLISHED_RELEASED = 0.363
"""Of those apprehended in fiscal 2003 to 2005, the share released (OIG-06-33)."""
TWO_CLASSES = {10_000: 0.542, 15_000: 0.684, 18_000: 0.813, 20_500: 0.963, 21_000: 0.991}
"""Load of the class that goes first, and the share of the others who do not keep a bed."""
LOST = [EXIT_REASONS.index(reason) for reason in ("no_bed", "displaced")]


def sets(mandatory_load: int) -> tuple[str, ...]:
    """Another split of the load of 34,000."""
    share = round(100 * mandatory_load / BEDS, 2)
    return (
        f"arrests.sources.border.rate={mandatory_load / STAY} / d",
        f"arrests.goal={(LOAD - mandatory_load) / STAY} / d",
        f"people.day0.sources={{border: {share} %, at_large: {round(100 - share, 2)} %}}",
    )


@cache
def split(mandatory_load: int) -> Played:
    days = 365 if mandatory_load >= BEDS else 180
    return played("beds-2003-mandatory", *sets(mandatory_load), f"days={days}")


def lost(play: Played, custody_class: str) -> float:
    """The share of a class who are released in the window, of those who come in it."""
    chosen = play.custody.drawn("custody") == CUSTODY_CLASSES.index(custody_class)
    released = np.isin(play.custody.stays.exit, LOST)
    return float((released & chosen).sum() / (chosen & ~play.custody.day0).sum())


def fluid_loss(load: float) -> float:
    """Share turned away where the load exceeds the beds and chance plays no part."""
    return 1.0 - BEDS / load


# --- the formulas -------------------------------------------------------------------------------
def test_at_this_size_chance_plays_no_part() -> None:
    assert queueing.erlang_b(BEDS, LOAD) == pytest.approx(0.3824, abs=5e-5)
    assert queueing.erlang_b(BEDS, LOAD) == pytest.approx(fluid_loss(LOAD), abs=5e-5)


def test_the_study_s_34_500_beds() -> None:
    assert fluid_loss(34_500) == pytest.approx(0.391, abs=5e-4)
    assert round(BEDS / (1 - PUBLISHED_RELEASED), -1) == 32_970
    assert queueing.fluid_arrivals(34_500, STAY) * 365 == pytest.approx(315_000, rel=0.001)
    assert queueing.fluid_arrivals(34_500, 33.3) * 365 == pytest.approx(378_000, rel=0.001)


@pytest.mark.parametrize(("first", "others"), TWO_CLASSES.items())
def test_two_classes_by_formula(first: int, others: float) -> None:
    assert queueing.preemptive_loss(BEDS, first, LOAD).second == pytest.approx(others, abs=5e-4)


def test_the_first_class_breaks_when_its_load_nears_the_beds() -> None:
    assert queueing.preemptive_loss(BEDS, 20_500, LOAD).first == pytest.approx(6.5e-6, rel=0.01)
    assert queueing.preemptive_loss(BEDS, 21_000, LOAD).first == pytest.approx(0.0055, abs=5e-5)


# --- the simulation -----------------------------------------------------------------------------
@pytest.mark.parametrize("rate", [850, 862.5])
def test_simulated_loss_is_erlang_s(rate: float) -> None:
    """850 a day is a load of 34,000, 862.5 one of 34,500; a year's Poisson noise is 0.2 points."""
    play = played("beds-2003", f"arrests.sources.border.rate={rate} / d")
    share = play.value("releases") / play.value("arrests")
    assert share == pytest.approx(queueing.erlang_b(BEDS, rate * STAY), abs=0.006)
    assert share == pytest.approx(fluid_loss(rate * STAY), abs=0.006)
    assert abs(share - PUBLISHED_RELEASED) < 0.03
    assert play.value("held_mean") == pytest.approx(BEDS, rel=0.001)


@pytest.mark.parametrize("first", TWO_CLASSES)
def test_simulated_shortage_falls_on_the_others(first: int) -> None:
    theory = queueing.preemptive_loss(BEDS, first, LOAD)
    assert lost(split(first), "discretionary") == pytest.approx(theory.second, abs=0.006)


@pytest.mark.parametrize("first", [10_000, 15_000, 18_000])
def test_simulated_mandatory_people_lose_nothing_below_the_beds(first: int) -> None:
    assert lost(split(first), "mandatory") == 0


def test_simulated_mandatory_people_lose_when_their_load_is_the_beds() -> None:
    """0.55 % by formula; it moves slowly about that, so the mean of a year is within a factor of two."""
    assert 0.0027 < lost(split(21_000), "mandatory") < 0.011


def test_without_the_rule_the_shortage_is_shared_alike() -> None:
    play = played("beds-2003-mandatory", "days=180", "beds.ladder=[release: {after: 0 h, mandatory: true}]")
    both = [lost(play, custody_class) for custody_class in ("mandatory", "discretionary")]
    assert both == pytest.approx([queueing.erlang_b(BEDS, LOAD)] * 2, abs=0.01)
