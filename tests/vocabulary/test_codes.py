"""Codes stand in files and caches: a word keeps its code for good."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

from sim import rules
from sim.vocabulary import (
    ACCOUNT_OF_LINE,
    AGES_DAYS,
    CLEARABLE,
    CLOCK_REASONS,
    DAILY_QUANTILES,
    DAY0_STAGES,
    DIVERTED,
    DIVERTED_NO_SHOW,
    EMPTY,
    EVENT_WORDS,
    EXITED,
    IN_BED,
    INTAKE_OUTCOMES,
    MEASURES,
    NOTED,
    REQUESTED,
    SECONDS_PER_DAY,
    Account,
    Cause,
    Exit,
    LedgerLine,
    Measure,
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


# --- facts: each column of a table is written out ---------------------------------------------------------
def facts(kind: type[Coded], *names: str) -> dict[str, tuple[Any, ...]]:
    """The facts of these names, by word."""
    return {word.word: tuple(getattr(word.row, name) for name in names) for word in kind}


def test_place_clock_and_line_of_every_stage() -> None:
    bed, room = Place.BED, Place.HOLD_ROOM
    assert facts(Stage, "place", "clock", "line", "binding") == {
        "not_arrested": (Place.OUTSIDE, "", "", ""),
        "desk_line": (room, "", "desk", "desks"),
        "processing": (room, "", "", ""),
        "intake_review": (room, "hold_room", "", ""),
        "bed_line": (room, "hold_room", "bed", "beds"),
        "on_the_road": (Place.ROAD, "hold_room", "", ""),
        "stay": (bed, "case", "", ""),
        "preparing": (bed, "case", "", ""),
        "screening_line": (bed, "case", "screening", "screening"),
        "docket": (bed, "case", "docket", "courts"),
        "adjourned": (bed, "case", "", ""),
        "appeal": (bed, "case", "", ""),
        "document": (bed, "post_order", "", "documents"),
        "stay_of_removal": (bed, "post_order", "", "stays_of_removal"),
        "seat_line": (bed, "post_order", "seat", "seats"),
        "gone": (Place.OUTSIDE, "", "", ""),
    }
    assert all(bool(stage.row.wait) == bool(stage.row.binding) for stage in Stage)
    assert list(map(int, Place)) == [0, 1, 2, 3]


def test_facts_of_every_exit() -> None:
    """Release or removal, by a clock or not, what a clearance rule can cover, ATD and arrested again."""
    assert facts(Exit, "is_release", "clock", "clearable", "supervised") == {
        "recognizance": (True, True, True, True),
        "parole": (True, True, True, True),
        "bond": (True, True, True, True),
        "relief": (True, False, False, False),
        "terminated": (True, False, False, False),
        "court_order": (True, True, False, True),
        "post_order_limit": (True, False, True, True),
        "no_bed": (True, False, True, True),
        "displaced": (True, False, True, True),
        "other_agency": (True, True, True, False),
        "removed": (False, False, False, False),
        "returned": (False, False, False, False),
        "diverted": (True, False, False, True),
    }
    assert [word for word, (clearable,) in facts(Exit, "clearable").items() if clearable] == list(CLEARABLE)


def test_causes_that_hold_arrests_back_by_themselves() -> None:
    """Full hold rooms follow from what happens after arrests; chance is the rest, which play does not count."""
    assert facts(Cause, "counted", "upstream") == {
        "officers": (True, True),
        "pool": (True, True),
        "throttle": (True, False),
        "money": (True, True),
        "chance": (False, False),
    }


def test_the_account_that_pays_for_each_line() -> None:
    custody, transport, enforcement, courts, atd = range(5)
    paid = (*[custody] * 3, *[enforcement] * 2, *[transport] * 2, courts, atd, transport)
    assert paid == ACCOUNT_OF_LINE


# --- log and short lists ----------------------------------------------------------------------------------
def test_a_log_row_says_one_thing_in_eight_bits() -> None:
    """Stages from 0, notes from 32, exits from 64, requests of clearance from 128: kept in results, none overlaps."""
    assert (NOTED, EXITED, REQUESTED) == (32, 64, 128)
    assert len(EVENT_WORDS) == len(Stage) + len(Note) + 2 * len(Exit)
    said = {0: "not_arrested", 15: "gone", 32: "transfer_line", 44: "move_withdrawn", 64: "exit_recognizance"}
    said |= {76: "exit_diverted", 128: "request_recognizance", 135: "request_no_bed", 140: "request_diverted"}
    assert {code: EVENT_WORDS[code] for code in said} == said
    assert max(EVENT_WORDS) < 256


def test_numbers_that_results_rest_on() -> None:
    assert (SECONDS_PER_DAY, EMPTY) == (24 * 60 * 60, -(2**62))
    assert (DIVERTED, DIVERTED_NO_SHOW) == (len(INTAKE_OUTCOMES), len(INTAKE_OUTCOMES) + 1) == (4, 5)
    assert DAILY_QUANTILES == (5, 25, 50, 75, 95)
    assert AGES_DAYS == (7, 30, 90, 180, 365)


# --- measures ---------------------------------------------------------------------------------------------
def test_what_can_be_below_nought() -> None:
    """Only a shortfall can: above the goal it is negative."""
    signed = {name for name, measure in MEASURES.items() if measure.signed}
    assert signed == {name for name in MEASURES if "shortfall" in name}
    assert {MEASURES[name].bounds for name in signed} == {(-math.inf, math.inf)}
    assert {MEASURES[name].bounds for name in MEASURES.keys() - signed} == {(0.0, math.inf)}
    assert Measure("1", "a share").bounds == (0.0, 1.0)


def test_what_grows_with_the_window() -> None:
    """Totals do. Means, peaks, percentiles, rates, dates, words and values at the end do not."""
    ends = re.compile(r"_(mean|peak|end|p\d\d|per_\w+|day|stage|(missed|feasible|full)_from)(_|$)|^full_from_")
    grows = [name for name in MEASURES if not ends.search(name)]
    assert [name for name, measure in MEASURES.items() if measure.adds_up] == grows
