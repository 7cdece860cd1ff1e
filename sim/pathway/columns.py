"""Columns of whole numbers that give and take plain Python integers quickly."""

from __future__ import annotations

from array import array
from dataclasses import fields
from typing import Any

import numpy as np

from sim.people.table import People
from sim.records import Stays
from sim.vocabulary import EMPTY

Column = array  # of signed 64-bit integers


def column(values: np.ndarray) -> array[int]:
    """A 64-bit copy of a one-dimensional array."""
    return array("q", np.ascontiguousarray(values, dtype=np.int64).tobytes())


class PeopleColumns:
    """The people table by column; two-dimensional columns are lists of columns."""

    number: array[int]
    t: array[int]
    source: array[int]
    area: array[int]
    criminality: array[int]
    custody: array[int]
    group: array[int]
    track: array[int]
    intake: array[int]
    height: array[int]
    stage0: array[int]
    left_s: array[int]
    processing_s: array[int]
    stay_s: array[int]
    preparing_s: array[int]
    screening_u: array[int]
    positive_u: array[int]
    hearings: array[int]
    adjournment_s: array[int]
    outcome: array[int]
    appeal_s: array[int]
    giving_up_work: array[int]
    document_work: array[int]
    third_u: array[int]
    third_work: array[int]
    route: array[int]
    stay_u: array[int]
    stay_of_removal_s: array[int]
    clock_work: list[array[int]]
    approval_u: list[array[int]]
    review_s: array[int]
    atd_s: array[int]
    again: array[int]
    again_after_s: array[int]

    def __init__(self, people: People) -> None:
        for field in fields(people):
            values: np.ndarray = getattr(people, field.name)
            two_dimensional = values.ndim == 2
            setattr(self, field.name, [column(row) for row in values] if two_dimensional else column(values))


_FIRST: dict[str, int] = {
    "exit": -1,
    "stage": 0,
    "hearings": 0,
    "hearing_wait_s": 0,
    "route": -1,
    "third_country": 0,
    "over_contract": 0,
    "gave_up": 0,
    "atd": -1,
}


class StayColumns:
    """The custody records while they are written."""

    t_arrest: array[int]
    t_desk: array[int]
    t_processed: array[int]
    t_asked: array[int]
    t_transfer_asked: array[int]
    t_departed: array[int]
    t_landed: array[int]
    t_bed: array[int]
    t_screening_asked: array[int]
    t_screened: array[int]
    t_docket: array[int]
    t_heard: array[int]
    t_order: array[int]
    t_document: array[int]
    t_seat_asked: array[int]
    t_exit: array[int]
    exit: array[int]
    stage: array[int]
    area: array[int]
    hearings: array[int]
    hearing_wait_s: array[int]
    route: array[int]
    third_country: array[int]
    over_contract: array[int]
    gave_up: array[int]
    atd: array[int]

    def __init__(self, people: PeopleColumns) -> None:
        n = len(people.number)
        for field in fields(Stays):
            setattr(self, field.name, array("q", [_FIRST.get(field.name, EMPTY)]) * n)
        self.area = array("q", people.area)

    def stays(self) -> Stays:
        """The finished records."""
        columns: dict[str, Any] = {
            field.name: np.array(getattr(self, field.name), dtype=np.int64) for field in fields(Stays)
        }
        return Stays(**columns)
