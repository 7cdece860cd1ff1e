"""Decisions that every engine makes, as functions of whole numbers.

An engine that asks one of these and one that compiles it do the same thing by construction. Times
are seconds since the start, shares whole numbers of 2**31, ratios whole numbers of 2**26.
"""

from __future__ import annotations

from sim.vocabulary import SECONDS_PER_DAY, Exit

DAY_S = SECONDS_PER_DAY
RATIO_BITS = 26
RATIO_ONE = 1 << RATIO_BITS
NEVER = 1 << 62
"""Later than any moment of a run."""

# --- the order of events ------------------------------------------------------------------------
# A kind's number holds its phase in the upper bits, so that sorting by kind sorts by phase first.
MIDNIGHT = 0x10
TRANSFER_DEPARTURE = 0x20
ROUTE_DEPARTURE = 0x21
LANDING = 0x22
HEARING_LIST = 0x23
SCREENING_LIST = 0x24
CASE_STEP = 0x25
CLOCK = 0x26
REVIEW_END = 0x27
MOVE_DUE = 0x28
MOVE_DEPARTURE = 0x29
ARREST = 0x30
PROCESSED = 0x31
ASSIGN_DESK = 0x40
ASSIGN_BED = 0x41
ASSIGN_REVIEW = 0x42
ASSIGN_MOVE = 0x43
RUNG = 0x50
KIND_BITS = 48
MOST_RUNGS = 16
MOST_MOVES = 16
"""Rules of `beds.moves`."""


def event_key(kind: int, number: int) -> int:
    """Place of an event among those of its instant: phase and kind first, then its number."""
    return (kind << KIND_BITS) | number


# --- arrests ------------------------------------------------------------------------------------
def ratio(part: int, whole: int) -> int:
    """min(1, part ÷ whole) in 2**-26; 1 where the whole is 0."""
    if part >= whole:
        return RATIO_ONE
    return (part << RATIO_BITS) // whole


def found_ratio(left: int, pool: int) -> int:
    """Pool factor p of a cell: not yet found ÷ there at the start; 1 for an endless pool (-1), 0 for an empty one."""
    if pool < 0:
        return RATIO_ONE
    if pool == 0:
        return 0
    missing = pool - left  # at most the people of a run, so that the product fits where that with `left` might not
    return RATIO_ONE - ((missing << RATIO_BITS) + pool - 1) // pool


def effective_milli(capability_milli: int, found: int) -> int:
    """c·p of a cell, in thousandths of an arrest a day."""
    return (capability_milli * found) >> RATIO_BITS


def arrest_below(found: int, goal_ratio: int) -> int:
    """Candidates whose height (of 2**52) lies below this are arrested."""
    return found * goal_ratio


# --- moves between places ----------------------------------------------------------------------
MOVE_QUANTILES = 1 << 16
"""Equally likely times of a law of `after`: the law at the middle of each part."""
_WORD = (1 << 31) - 1


def _stirred(word: int) -> int:
    """A 31-bit word in which every bit depends on every bit of another (a multiply-xorshift permutation)."""
    word ^= word >> 16
    word = (word * 0x45D9F3B) & _WORD
    word ^= word >> 15
    word = (word * 0x2C1B3C6D) & _WORD
    return word ^ (word >> 16)


def move_draw(bits: int, purpose: int, visit: int) -> int:
    """A person's number in [0, 2**31) for one purpose and one visit to a place, from the 62 bits drawn for them.

    Uniform, and independent between people, purposes and visits as far as tests can tell (`tests/test_rules.py`), and
    the same whoever asks, so any number of visits needs one drawn column.
    """
    word = _stirred((bits & _WORD) ^ ((purpose * 0x1E3779B9 + visit * 0x5BD1E995) & _WORD))
    return _stirred(_stirred(word ^ (bits >> 31)) ^ (bits & _WORD))


# --- priority and limits ------------------------------------------------------------------------
def priority(custody: int, criminality: int) -> int:
    """Rank in lines for desks and beds: mandatory before discretionary, then convicted, pending, none."""
    return custody * 3 + criminality


def rung_due(t_arrest: int, after_s: int, limit_s: int, t_processed: int) -> int:
    """When a rung is tried: its own `after` or the hold limit since entry, never before processing ends."""
    wait = after_s if after_s >= 0 else limit_s
    if wait < 0:
        return NEVER
    due = t_arrest + wait
    return due if due > t_processed else t_processed


# --- clocks and documents -----------------------------------------------------------------------
# `cumulative` is work used up to each midnight at `speed` a second by day. A day uses at most a little more than
# MOST_WORK, so that ten years of days fit in 62 bits; nothing changes by it, because no clock or document has more
# work left than that.
MOST_WORK = 1 << 49
"""No clock and no document has more work: 272 years at the usual speed of a document, 500 means of a clock."""
MOST_CLOCK_SPEED = 1 << 46
"""A clock at this speed rings within a second, whatever was drawn; its day's work still fits in 63 bits."""
FULL_DAY_SPEED = MOST_WORK // DAY_S + 1
"""At this speed a day uses up any work."""


def work_by_midnight(speed: list[int]) -> list[int]:
    """Work used up to each midnight, the first and the last of the window included."""
    used = [0]
    for a_second in speed:
        used.append(used[-1] + min(a_second, FULL_DAY_SPEED) * DAY_S)
    return used


def work_left(cumulative: list[int], speed: list[int], days: int, since: int, t: int, left: int) -> int:
    """Work left at t of what was `left` at `since`: never below 0, whatever the speed."""
    first, last, end = since // DAY_S, t // DAY_S, days * DAY_S
    if t >= end:
        last, t = days - 1, end
    if first >= last:
        left -= 0 if first >= days else speed[first] * (t - since)
        return int(left) if left > 0 else 0
    left -= speed[first] * ((first + 1) * DAY_S - since)
    if left > 0:
        left -= cumulative[last] - cumulative[first + 1]
    if left > 0:
        left -= speed[last] * (t - last * DAY_S)
    return int(left) if left > 0 else 0


def clock_due(cumulative: list[int], speed: list[int], days: int, t: int, left: int) -> int:
    """First whole second, not before t, at which `left` work from t on is used up; NEVER in the window."""
    if left <= 0:
        return t
    day = t // DAY_S
    if day >= days:
        return NEVER
    room = (day + 1) * DAY_S - t
    if _fits(left, speed[day], room):
        return int(t + (left + speed[day] - 1) // speed[day])
    target = cumulative[day + 1] + left - speed[day] * room
    if target > cumulative[days]:
        return NEVER
    low, high = day + 1, days - 1
    while low < high:
        middle = (low + high) // 2
        if cumulative[middle + 1] >= target:
            high = middle
        else:
            low = middle + 1
    missing = target - cumulative[low]
    return int(low * DAY_S + (missing + speed[low] - 1) // speed[low])


def _fits(left: int, speed: int, seconds: int) -> bool:
    """Whether `left` work is used up within so many seconds; divides, because the product might not fit."""
    return speed > 0 and (left + speed - 1) // speed <= seconds


def limit_due(limit: int, ordered_s: int, t: int) -> int:
    """When the limit on detention after an order runs out; `ordered_s`: time since the order at t.

    Whoever is past it has been reviewed and kept: NEVER.
    """
    return int(t + limit - ordered_s) if 0 <= ordered_s < limit or ordered_s == 0 else NEVER


# --- releases -----------------------------------------------------------------------------------
_SUPERVISED = sum(1 << reason for reason in Exit if reason.row.supervised)
_RELEASES = sum(1 << reason for reason in Exit if reason.row.is_release)


def granted(drawn: int, share: int) -> bool:
    """A drawn share lies below the share in force."""
    return drawn < share


def is_supervised(exit_reason: int) -> bool:
    """People who leave for this reason may be placed on ATD and be arrested again."""
    return (_SUPERVISED >> exit_reason) & 1 == 1


def is_release(exit_reason: int) -> bool:
    """The exit is a release, not a removal."""
    return (_RELEASES >> exit_reason) & 1 == 1
