"""Numbers, dates and lists as people read them: the one set of formats of tables, sentences, charts and pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

_UNITS: Final = {
    "d": ("day", "days"),
    "h": ("hour", "hours"),
    "people": ("person", "people"),
    "people/d": ("person per day", "people per day"),
    "stays": ("stay", "stays"),
    "beds": ("bed", "beds"),
    "areas": ("area", "areas"),
    "bed-nights": ("bed-night", "bed-nights"),
    "person-hours": ("person-hour", "person-hours"),
}
_LENGTHS: Final = (("d", 86_400), ("h", 3_600), ("min", 60))


# --- in tables ------------------------------------------------------------------------------------
def number(value: float, unit: str = "") -> str:
    """Return four digits, or a whole number from 1,000 on, with the unit: `12.34 d`, `$1,234`."""
    digits = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
    if unit == "USD":
        return digits.replace("-", "-$", 1) if digits.startswith("-") else f"${digits}"
    return f"{digits} {unit}".rstrip()


def precise(value: float) -> str:
    """Return six digits, or a whole number from a million on."""
    return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,.6g}"


def aligned(value: float) -> str:
    """Return at least three digits, without decimals from 100 on and for whole numbers: `12.3`, `7`; nan: `none`."""
    if value != value:
        return "none"
    decimals = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    return f"{value:,.{decimals}f}"


def exact(value: float) -> str:
    """Return the shortest form that reads back the same, as CSV files have it."""
    return repr(float(value))


# --- in sentences and charts ------------------------------------------------------------------------
def count(value: float) -> str:
    """Return a whole number with its thousands apart."""
    return f"{value:,.0f}"


def readable(value: float, unit: str = "") -> str:
    """Return three digits, the rest as zeros: `0.123`, `12.3`, `12,300`; dollars as `$1.23 million`."""
    if unit == "USD":
        return _dollars(value)
    small = f"{value:.3g}"  # rounding may lift a number over the border: 99.96 is 100
    shown = small if 1e-4 <= abs(float(small)) < 100 else count(float(small) if abs(value) >= 100 else value)
    return "0" if shown == "-0" else shown.replace("-", "−")


def signed(value: float, unit: str = "") -> str:
    """Return a readable number with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{readable(abs(value), unit)}"


def signed_with_unit(value: float, unit: str) -> str:
    """Return a readable number with its sign and its unit in words: `+2.5 days`."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{with_unit(abs(value), unit)}"


def with_unit(value: float, unit: str) -> str:
    """Return a readable number with its unit in words: `1 day`, `2.5 days`."""
    shown = readable(value, unit)
    return shown if unit in ("USD", "") else f"{shown} {_UNITS.get(unit, (unit, unit))[shown != '1']}"


def unit_words(unit: str) -> str:
    """Return a unit in words: `people per day`."""
    return "US dollars" if unit == "USD" else _UNITS.get(unit, (unit, unit))[1]


def interval(low: float, high: float, unit: str = "") -> str:
    """Return both ends of an interval."""
    return f"{readable(low, unit)} to {readable(high, unit)}"


def ends(low: float | None, high: float | None, text: str = " ({} to {})") -> str:
    """Return both ends of an interval as tables have numbers; nothing without one."""
    return "" if low is None or high is None else text.format(number(low), number(high))


def percent(part: float, whole: float = 1.0) -> str:
    """Return a part of a whole in percent: whole percents, two digits below 1."""
    value = 100 * part / whole
    return f"{value:.0f} %" if value == 0 or abs(value) >= 1 else f"{value:.2g} %"


def _dollars(value: float) -> str:
    sign, size = "−" if value < 0 else "", abs(value)
    for power, word in ((1e9, "billion"), (1e6, "million")):
        if size >= power:
            figures = f"{size / power:#.3g}".rstrip(".") if size < 1000 * power else count(size / power)
            return f"{sign}${figures} {word}"
    if size >= 100:
        return f"{sign}${float(f'{size:.3g}'):,.0f}"
    return f"{sign}${size:,.0f}" if size == int(size) else f"{sign}${size:,.2f}"


# --- dates, times and words -------------------------------------------------------------------------
def day(date: object) -> str:
    """Return a date, in any form that begins with an ISO date, as `21 May 2025`; another text as it is."""
    try:
        found = dt.date.fromisoformat(str(date)[:10])
    except ValueError:
        return str(date)
    return f"{found.day} {found:%B} {found.year}"


def moment(start: dt.date, seconds: int) -> str:
    """Return a moment of a run that starts on a date: `5 September 2025, 10:35`."""
    at = dt.datetime.combine(start, dt.time()) + dt.timedelta(seconds=seconds)
    return f"{day(at)}, {at:%H:%M}"


def duration(seconds: int) -> str:
    """Return a duration in its two largest units: `3 h 10 min`, `12 d 4 h`."""
    parts = []
    for unit, size in _LENGTHS:
        whole, seconds = divmod(seconds, size)
        parts.append((whole, unit))
    first = next((i for i, (whole, _) in enumerate(parts) if whole), None)
    if first is None:
        return "less than a minute"
    return " ".join(f"{whole} {unit}" for whole, unit in parts[first : first + 2] if whole)


def listed(words: Sequence[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def many(number: int, word: str) -> str:
    """Return `1 day`, `3 days`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def short(name: str, most: int) -> str:
    """Return a name of at most `most` characters; a longer one without its middle, as names differ at the ends."""
    tail = most // 3
    return name if len(name) <= most else f"{name[: most - tail - 1]}…{name[-tail:]}"


def capital(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]
