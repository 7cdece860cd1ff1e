"""The people table: everything about a person that is uncertain, drawn before it is played."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.arrays import Ints
from sim.vocabulary import EMPTY

BLOCK_BITS: Final = 32
"""A person's number is block << BLOCK_BITS | position in the block."""
REARRESTS: Final = 1 << 14
"""Added to the block number of a person for the block of that person's possible re-arrest."""


@dataclass(frozen=True)
class Who:
    """What is asked of people when all has been played; columns are arrays of equal length, in order of `number`.

    One row per stay that may happen. Rows come in blocks: day 0, then each source and area, then batches, then
    possible re-arrests. Row order is the order of person numbers, so ties can be settled by row. A number is
    block << 32 | position in the block, so a block that grows renumbers nobody.
    Times and durations are seconds, drawn shares whole numbers in [0, 2**31), work as in `tables`.
    """

    number: Ints
    t: Ints  # arrest: seconds since start; negative on day 0; EMPTY for a re-arrest, set in play
    source: Ints  # vocabulary.SOURCES
    area: Ints
    criminality: Ints  # vocabulary.CRIMINALITY
    custody: Ints  # vocabulary.CUSTODY_CLASSES
    group: Ints  # index of Tables.groups (0 where there are none)
    track: Ints  # vocabulary.TRACKS
    stage0: Ints  # vocabulary.Stage on day 0, else NOT_ARRESTED
    route: Ints
    atd_s: Ints

    def __len__(self) -> int:
        return len(self.number)

    def by_area(self, n_areas: int) -> Ints:
        """(A,) people of each area."""
        return np.bincount(self.area, minlength=n_areas)

    @property
    def earliest(self) -> int:
        """When the first of them came to custody: 0 or, in seconds before the start, less."""
        return int(self.t[self.t > EMPTY].min(initial=0))

    def known(self, column: str, rows: Ints) -> Ints:
        """A column of some rows."""
        values: Ints = getattr(self, column)[rows].astype(np.int64)
        return values

    def some(self, chosen: NDArray[np.bool_]) -> Who:
        """Some of the rows."""
        return Who(**{column: getattr(self, column)[chosen] for column in _KINDS})

    def put(self, rows: Ints, people: Who) -> None:
        """Write what is known of some people into their rows."""
        for column, kind in _KINDS.items():
            getattr(self, column)[rows] = np.minimum(getattr(people, column), np.iinfo(kind).max)


_KINDS: Final[dict[str, type[np.signedinteger[Any]]]] = {
    **dict.fromkeys(("number", "t"), np.int64),
    **dict.fromkeys(("source", "criminality", "custody", "track", "stage0"), np.int8),
    **dict.fromkeys(("area", "group", "route"), np.int16),
    "atd_s": np.int32,
}
"""Columns of `Who` in no more bits than they need; longer than 68 years is as good as for ever."""


def no_one(n: int) -> Who:
    """Room for n people, in few bits."""
    columns: dict[str, Any] = {column: np.zeros(n, kind) for column, kind in _KINDS.items()}
    return Who(**columns)


@dataclass(frozen=True)
class People(Who):
    """All that is drawn for people; the columns of `Who` first."""

    intake: Ints  # vocabulary.INTAKE_OUTCOMES, DIVERTED or DIVERTED_NO_SHOW
    height: Ints  # in [0, 2**HEIGHT_BITS): arrested if below the ratio of the day; -1: arrested whatever it is
    left_s: Ints  # day 0: time left in that stage (work left, for a document); -1 on a line
    ordered_s: Ints  # day 0: time since the final order; 0: no order yet, or unknown
    processing_s: Ints
    stay_s: Ints
    preparing_s: Ints
    screening_u: Ints
    positive_u: Ints
    hearings: Ints  # hearings still to be held (day 0: from now on)
    adjournment_s: Ints
    outcome: Ints  # vocabulary.HEARING_OUTCOMES
    appeal_s: Ints  # -1: no appeal
    giving_up_work: Ints
    document_work: Ints
    third_u: Ints
    third_work: Ints
    stay_u: Ints
    stay_of_removal_s: Ints
    clock_work: Ints  # (5, N) by vocabulary.CLOCK_REASONS
    approval_u: Ints  # (7, N) by vocabulary.CLEARABLE
    review_s: Ints
    move_bits: Ints  # 62 bits for `rules.move_draw`; 0 in a world without moves
    again: Ints  # row of the re-arrest that may follow a release; -1: none
    again_after_s: Ints

    @property
    def who(self) -> Who:
        """The columns that outlive play."""
        return self

    def whole(self) -> People:
        """Everybody."""
        return self

    def parts(self) -> Iterator[Part]:
        """Everybody in one part."""
        yield Part(0, np.arange(len(self)), self)


class Part(NamedTuple):
    """People who may come from a day on, until the next part; `rows` are theirs in the whole table, `again` in this."""

    first_day: int
    rows: Ints
    people: People


class Known(Protocol):
    """What is known of people, looked up by the rows of the people table."""

    def known(self, column: str, rows: Ints) -> Ints:
        """A column of some rows."""


class Expected(Protocol):
    """What is known of people before they are drawn."""

    @property
    def earliest(self) -> int:
        """When the first of them came to custody: 0 or, in seconds before the start, less."""

    def __len__(self) -> int:
        """Stays that may happen."""

    def by_area(self, n_areas: int) -> Ints:
        """(A,) people of each area."""


class Drawn(Expected, Protocol):
    """People as engines take them: a whole table, or part after part as they come."""

    @property
    def who(self) -> Who:
        """What is asked of all of them when all has been played; to be asked for before their parts are."""

    def whole(self) -> People:
        """Everybody in one table."""

    def parts(self) -> Iterator[Part]:
        """The people by the day from which they may come, each part drawn when it is asked for."""
