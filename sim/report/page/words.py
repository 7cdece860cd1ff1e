"""Numbers, dates and intervals as a reader wants them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sim.report.drawing.saying import number
from sim.vocabulary import Cause, Stage

_UNITS: Final = {
    "d": ("day", "days"),
    "h": ("hour", "hours"),
    "people": ("person", "people"),
    "people/d": ("person a day", "people a day"),
    "stays": ("stay", "stays"),
    "beds": ("bed", "beds"),
    "areas": ("area", "areas"),
    "bed-nights": ("bed-night", "bed-nights"),
    "person-hours": ("person-hour", "person-hours"),
}
STAGES: Final = {
    **{cause.word: f"that {cause.row.words}" for cause in Cause if cause.row.upstream},
    **{stage.row.binding: stage.row.wait for stage in Stage if stage.row.binding},
    "clearance": "the wait for a clearance reviewer",
}
"""What `binding_stage` says, in words."""


rounded: Final = number
"""A number as the charts say it."""


def with_unit(value: float, unit: str) -> str:
    """The same with its unit in words."""
    if unit in ("USD", ""):
        return rounded(value, unit)
    shown = rounded(value)
    one, many = _UNITS.get(unit, (unit, unit))
    return f"{shown} {one if shown == '1' else many}"


def unit_word(unit: str) -> str:
    """A unit as a column says it."""
    return "US dollars" if unit == "USD" else _UNITS.get(unit, (unit, unit))[1]


def exactly(value: float) -> str:
    """A number as the CSV files have it: the shortest form that reads back the same."""
    return repr(float(value))


def ends(low: float, high: float, unit: str = "") -> str:
    """Both ends of an interval."""
    return f"{rounded(low, unit)} to {rounded(high, unit)}"


def share(part: float, whole: float) -> str:
    """A part of a whole in percent."""
    percent = 100 * part / whole
    return f"{percent:.0f} %" if percent == 0 or abs(percent) >= 1 else f"{percent:.2g} %"


def day(date: dt.date | str) -> str:
    """A date as `21 May 2025`; a text that is none as it is."""
    try:
        date = dt.date.fromisoformat(date) if isinstance(date, str) else date
    except ValueError:
        return str(date)
    return f"{date.day} {date:%B} {date.year}"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def signed(value: float, unit: str = "") -> str:
    """A difference, with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{rounded(abs(value), unit)}"
