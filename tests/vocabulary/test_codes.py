"""Codes stand in files and caches: a word keeps its code for good."""

from __future__ import annotations

import numpy as np
import pytest

from sim import rules
from sim.vocabulary import (
    CLOCK_REASONS,
    DAY0_STAGES,
    IN_BED,
    Account,
    Cause,
    Exit,
    LedgerLine,
    Note,
    Place,
    Rung,
    Stage,
)
from sim.vocabulary.rows import Coded

WORDS: dict[type[Coded], str] = {
    Stage: "not_arrested desk_line processing intake_review bed_line on_the_road stay preparing screening_line docket "
    "adjourned appeal document stay_of_removal seat_line gone",
    Exit: "recognizance parole bond relief terminated court_order post_order_limit no_bed displaced other_agency "
    "removed returned diverted",
    Note: "transfer_line over_contract heard gave_up third_country on_atd review_started review_refused "
    "review_approved review_withdrawn no_show move_line move_withdrawn",
    Rung: "transfer over_contract displace release wait",
    Cause: "officers pool throttle money chance",
    Account: "custody transport enforcement courts atd",
    LedgerLine: "bed_nights guaranteed_minimum over_contract arrests intake transfers seats hearings atd moves",
}


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_a_word_keeps_its_code(kind: type[Coded]) -> None:
    """New words go at the end of a list."""
    assert [word.word for word in kind] == WORDS[kind].split()
    assert [int(word) for word in kind] == list(range(len(kind)))
    assert all(word.row.words for word in kind)


def test_supervised_exits_are_eight_releases() -> None:
    """Not relief or termination, which end the case, nor another agency, nor a removal."""
    supervised = [reason.word for reason in Exit if rules.is_supervised(reason)]
    words = "recognizance parole bond court_order post_order_limit no_bed displaced diverted"
    assert supervised == words.split()
    assert [reason.word for reason in Exit if not rules.is_release(reason)] == ["removed", "returned"]


def test_stages_by_place() -> None:
    assert [stage.word for stage in Stage if stage.row.place == Place.HOLD_ROOM] == [
        *("desk_line", "processing", "intake_review", "bed_line")
    ]
    assert tuple(stage.word for stage in IN_BED) == DAY0_STAGES
    assert {stage.row.clock for stage in IN_BED} == {"case", "post_order"}


def test_clocks_are_those_of_the_model() -> None:
    assert CLOCK_REASONS == ("recognizance", "parole", "bond", "court_order", "other_agency")


def test_a_code_is_a_whole_number_to_numpy() -> None:
    assert np.array([Exit.REMOVED, Stage.GONE]).tolist() == [10, 15]
