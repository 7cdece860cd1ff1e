"""Laws on random worlds, and proof that the worlds reach every pair of event and stage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.measures import measure
from sim.measures.custody import Custody
from sim.measures.laws import check
from sim.pathway import play
from sim.vocabulary import EMPTY
from tests.by_row import Played
from tests.pathway.random_worlds import QUARTER, moving_world, world
from tests.pathway.witness import Cell, MoveWitness, Witness

WORLDS = {1_000: 3, 4_000: 20}
"""Worlds played, and how often each pair is then reached at least."""

_IN_BED = ("preparing", "screening_line", "docket", "adjourned", "appeal", "document", "stay_of_removal", "seat_line")
_BEFORE_EXIT = ("intake_review", "bed_line", "on_the_road", "stay", *_IN_BED)
_BOTH = (False, True)


def reachable() -> set[Cell]:
    """Pairs of event and stage that the model allows; the flag says whether a request was pending."""
    either: dict[str, tuple[str, ...]] = {
        "clock": _BEFORE_EXIT,
        "clock_needing_clearance": _BEFORE_EXIT,
        "limit": ("document", "stay_of_removal", "seat_line"),
        "limit_needing_clearance": ("document", "stay_of_removal", "seat_line"),
        "gives_up": ("preparing", "docket", "adjourned", "appeal"),
        "bed_given": ("bed_line",),
        "transfer_departs": ("on_the_road",),
        "landing": ("on_the_road",),
        "hearing": ("docket",),
        "interview": ("screening_line",),
        "seat": ("seat_line",),
        "step_ends": ("stay", "preparing", "adjourned", "appeal", "document", "stay_of_removal"),
        "rung_transfer": ("bed_line",),
        "rung_over_contract": ("bed_line",),
        "rung_displace": ("bed_line",),
        "rung_release": ("bed_line",),
        "rung_release_mandatory": ("bed_line",),
        "rung_release_needing_clearance": ("bed_line",),
        "removed": ("seat_line", "stay", "preparing"),
    }
    cells = {(event, stage, pending) for event, stages in either.items() for stage in stages for pending in _BOTH}
    cells -= {("clock", "intake_review", False), ("clock_needing_clearance", "intake_review", False)}  # always pending
    in_bed = ("stay", *_IN_BED)
    cells |= {(event, stage, False) for event in ("displaced", "promised_away") for stage in in_bed}
    cells |= {(outcome, stage, True) for outcome in ("approved", "refused", "withdrawn") for stage in _BEFORE_EXIT}
    return cells


@pytest.mark.parametrize("worlds", [1_000, pytest.param(4_000, marks=pytest.mark.slow)])
def test_every_event_in_every_stage(worlds: int) -> None:
    """Each reachable cell of the table event × stage is reached, and not by one lucky world alone."""
    witness = Witness()
    with witness.watching():
        for seed in range(worlds):
            play(*world(seed, grid=seed % 2 == 0))
    rare = {cell: witness.seen[cell] for cell in reachable() if witness.seen[cell] < WORLDS[worlds]}
    assert not rare


_MOVED = ("stay", *_IN_BED)


def moves() -> set[Cell]:
    """Pairs of event and stage that moves add; on the road between two beds the stage is that of the case."""
    cells = {("move_due", stage, pending) for stage in _MOVED if stage != "seat_line" for pending in _BOTH}
    cells |= {("move_at_stage", stage, pending) for stage in ("document", "seat_line") for pending in _BOTH}
    cells |= {("move_before_document", "document", pending) for pending in _BOTH}
    cells |= {("departs", stage, False) for stage in _MOVED}
    cells |= {("lands", stage, False) for stage in _MOVED}
    late = ("stay", "preparing", "adjourned", "appeal", "document", "stay_of_removal")
    cells |= {("step_on_road", stage, False) for stage in late}
    cells |= {("clock_on_road", stage, False) for stage in _MOVED}
    cells |= {("limit_on_road", stage, False) for stage in ("document", "stay_of_removal", "seat_line")}
    cells |= {("gives_up_on_road", stage, False) for stage in ("preparing", "docket", "adjourned", "appeal")}
    cells |= {("leaves_on_landing", stage, False) for stage in _MOVED}
    cells |= {("rejoins", stage, False) for stage in ("docket", "screening_line", "seat_line")}
    return (
        cells
        | {("held_back", stage, True) for stage in _MOVED}
        | {("withdrawn_move", stage, False) for stage in _MOVED}
    )


@pytest.mark.parametrize(("worlds", "least"), [pytest.param(2_500, 20, marks=pytest.mark.slow)])
def test_every_move_in_every_stage(worlds: int, least: int) -> None:
    """Each reachable cell of the rows about moves is reached so often."""
    witness = MoveWitness()
    with witness.watching():
        for seed in range(worlds):
            play(*moving_world(seed))
    rare = {cell: witness.seen[cell] for cell in moves() if witness.seen[cell] < least}
    assert not rare


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1), grid=st.booleans(), with_places=st.booleans())
def test_laws_hold(seed: int, grid: bool, with_places: bool) -> None:
    """Conservation, places, occupancy, Little and dollars; half of the worlds tie at every instant."""
    tables, people = world(seed, grid, with_places)
    records = play(tables, people)
    check(Custody(tables, people, records))
    measure(Custody(tables, people, records))
    again = play(tables, people)
    assert np.array_equal(again.log.t, records.log.t) and np.array_equal(again.log.stage, records.log.stage)


def test_grid_worlds_tie() -> None:
    """On the grid nearly every arrest and exit falls on a quarter day, several to an instant."""
    on_grid = moments = instants = 0
    for seed in range(60):
        tables, people = world(seed, grid=True)
        exits = Played(tables, people, play(tables, people)).stays.t_exit
        exits = exits[exits != EMPTY]
        moments, instants = moments + len(exits), instants + len(np.unique(exits))
        on_grid += int(np.sum(exits % QUARTER == 0))
    assert on_grid > 0.9 * moments
    assert moments > 1.5 * instants
