"""Scalars with units: durations, rates, shares, counts, dollars, dates.

Each is read from the text of the file, never from a YAML type, so that `12:30`, `no` or `1e3` mean
what is written. Numbers pass through exact fractions, so a value is rounded once.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from sim.scenario.numbers import NUMBER, fraction, slip
from sim.vocabulary import SECONDS_PER_DAY

SECONDS: Final = {
    "s": 1,
    "min": 60,
    "h": 3600,
    "d": SECONDS_PER_DAY,
    "wk": 7 * SECONDS_PER_DAY,
    "yr": 365 * SECONDS_PER_DAY,
}
"""Seconds in each unit of time; a year has 365 days."""

_UNIT_WORDS: Final = {
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours", "H"), "h"),
    **dict.fromkeys(("day", "days", "D"), "d"),
    **dict.fromkeys(("w", "week", "weeks"), "wk"),
    **dict.fromkeys(("y", "yrs", "year", "years"), "yr"),
}
_NUMBER: Final = re.compile(rf"[+-]?{NUMBER}", re.ASCII)
_DURATION: Final = re.compile(rf"([+-]?{NUMBER})\s*([A-Za-z]+)", re.ASCII)
_RATE: Final = re.compile(rf"([+-]?{NUMBER})\s*(%?)\s*/\s*([A-Za-z]+)", re.ASCII)
_SHARE: Final = re.compile(rf"([+-]?{NUMBER})\s*(%?)", re.ASCII)
_DOLLARS: Final = re.compile(rf"([+-]?)\$\s*({NUMBER})\s*([KMB]?)", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}", re.ASCII)
_SCALE: Final = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9}
_YEARS: Final = range(1900, 2201)
_LONGEST_S: Final = 200 * SECONDS["yr"]
_LARGEST: Final = 10**12
_MOST_CENTS: Final = 10**16
_MOST_CENTS_A_UNIT: Final = 10**7
"""Of a price. Ten years of 16 million people at such prices come to less than 2**62 cents."""
_MOST_CENTS_A_YEAR: Final = 10**11
"""Of what keeps up one unit (a bed, an officer) for a year."""
_LONGEST_TEXT: Final = 10_000
_CONTROL: Final = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")
"""What moves the cursor of a terminal, breaks lines or turns the direction of writing; line feed and tab may stand."""


# --- words for messages -------------------------------------------------------------------------
def quoted(raw: object) -> str:
    """The raw value as messages show it."""
    if raw is None:
        return "nothing"
    if isinstance(raw, dict):
        return "a mapping"
    if isinstance(raw, (list, tuple)):
        return "a list"
    text = " ".join(str(raw).split())
    return '"' + (text if len(text) <= 60 else text[:57] + "...") + '"'


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known word most like `word`, or None if none is near."""
    words = list(known)
    same = [k for k in words if k.lower() == word.lower()]
    return next(iter(same or difflib.get_close_matches(word, words, 1, likeness)), None)


def hint(word: str, known: Iterable[str], otherwise: str, likeness: float = 0.6) -> str:
    """`did you mean a?` with the nearest known word, or what is said where none is near."""
    near = nearest(word, known, likeness)
    return f"did you mean {near}?" if near else otherwise


def one_of(word: str, known: Iterable[str]) -> str:
    """`"x" is not one of a, b` with the nearest word where there is one."""
    words = list(known)
    near = nearest(word, words)
    listed = ", ".join(words) if len(words) <= 30 else ", ".join(words[:30]) + ", ..."
    return f"{quoted(word)} is not one of {listed}" + (f", did you mean {near}?" if near else "")


# --- reading ------------------------------------------------------------------------------------
def _text(raw: object, what: str) -> str:
    """The text of a scalar; numbers from Python code count as their shortest text."""
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise ValueError(f"{quoted(raw)} is not {what}" if raw is not None else f"is empty, write {what}")
    return raw.strip() if isinstance(raw, str) else spell_number(raw)


def _not(raw: object, what: str) -> ValueError:
    return ValueError(f"{quoted(raw)} is not {what}{slip(raw)}")


def _found(pattern: re.Pattern[str], raw: object, what: str) -> re.Match[str]:
    found = pattern.fullmatch(_text(raw, what))
    if not found:
        raise _not(raw, what)
    return found


def _unit(word: str, raw: object, what: str) -> int:
    if word in SECONDS:
        return SECONDS[word]
    meant = _UNIT_WORDS.get(word) or nearest(word, SECONDS)
    raise ValueError(
        f'{quoted(raw)} has the unknown unit "{word}", ' + (f"write {meant}" if meant else f"write {what}")
    )


def _within(value: Fraction, raw: object, low: int, high: int, unit: str = "") -> Fraction:
    if value < low:
        raise ValueError(f"{quoted(raw)} is below {low}{unit}" if low else f"{quoted(raw)} must not be negative")
    if value > high:
        raise ValueError(f"{quoted(raw)} is out of range, at most {high:,}{unit}")
    return value


def parse_duration(raw: object) -> int:
    """`72 h`, `30 min`, `45 d`, `2 wk`, `1 yr`, `90 s` -> whole seconds."""
    what = "a duration such as 72 h, 30 min or 45 d"
    if _NUMBER.fullmatch(_text(raw, what)):
        raise ValueError(f"{quoted(raw)} has no unit, write {what}")
    found = _found(_DURATION, raw, what)
    seconds = fraction(found[1]) * _unit(found[2], raw, what)
    if seconds > _LONGEST_S:
        raise ValueError(f"{quoted(raw)} is out of range, at most 200 yr")
    return _half_up(_within(seconds, raw, 0, _LONGEST_S))


def parse_rate(raw: object) -> float:
    """`3000 / d`, `1.2 % / d`, `10 / yr`, `0.5 / h` -> per day."""
    what = "a rate such as 3000 / d, 10 / yr or 1.2 % / d"
    if _SHARE.fullmatch(_text(raw, what)):
        raise ValueError(f"{quoted(raw)} has no unit of time, write {what}")
    found = _found(_RATE, raw, what)
    value = fraction(found[1]) / (100 if found[2] else 1) * SECONDS_PER_DAY / _unit(found[3], raw, what)
    return float(_within(value, raw, 0, 10**9, " / d"))


def parse_share(raw: object) -> float:
    """`35 %` or `0.35` -> a number in [0, 1]."""
    what = "a share such as 35 % or 0.35"
    found = _found(_SHARE, raw, what)
    value = fraction(found[1]) / (100 if found[2] else 1)
    if value > 1 and not found[2] and value <= 100:
        raise ValueError(f"{quoted(raw)} is above 1, write {found[1]} % or a number from 0 to 1")
    if not 0 <= value <= 1:
        raise ValueError(f"{quoted(raw)} is not between 0 % and 100 %")
    return float(value)


def parse_count(raw: object, most: int = _LARGEST) -> int:
    """`41,500` or `41500` -> a whole number, not negative."""
    what = "a whole number such as 41,500"
    value = _within(fraction(_found(_NUMBER, raw, what)[0]), raw, 0, most)
    if value.denominator != 1:
        raise _not(raw, what)
    return int(value)


def parse_number(raw: object) -> float:
    """`2.5` or `1,000` -> a number, not negative."""
    what = "a number such as 2.5"
    return float(_within(fraction(_found(_NUMBER, raw, what)[0]), raw, 0, _LARGEST))


def parse_dollars(raw: object) -> int:
    """`$3.4 B`, `$721 M`, `$62,050,000`, `$0.50` -> whole cents."""
    what = "dollars such as $3.4 B, $721 M or $62,050,000"
    found = _found(_DOLLARS, raw, what)
    value = fraction(found[2]) * _SCALE[found[3]] * (-1 if found[1] == "-" else 1)
    if value * 100 > _MOST_CENTS:
        raise ValueError(f"{quoted(raw)} is out of range, at most $100,000 B")
    return _half_up(_within(value * 100, raw, 0, _MOST_CENTS))


def parse_dollars_per(unit: str, raw: object, most: int = _MOST_CENTS_A_UNIT) -> int:
    """`$152 / bed-night` -> whole cents a stated unit, at most so many; any other denominator is an error."""
    what = f"dollars a unit such as $152 / {unit}"
    head, slash, tail = _text(raw, what).partition("/")
    if not slash:
        raise ValueError(f"{quoted(raw)} does not say per what, write {what}")
    if tail.strip() != unit:
        raise ValueError(f"{quoted(raw)} is per {quoted(tail.strip())}, must be per {unit}: {what}")
    try:
        cents = parse_dollars(head)
    except ValueError as error:
        raise (ValueError(str(error)) if "out of range" in str(error) else _not(raw, what)) from None
    if cents > most:
        raise ValueError(f"{quoted(raw)} is out of range, at most {spell_dollars(most)} / {unit}")
    return cents


def parse_date(raw: object) -> dt.date:
    """`2025-05-21` -> date."""
    what = "a date such as 2025-05-21"
    if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime):
        return raw
    text = _found(_DATE, raw, what)[0]
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{quoted(raw)} is no day of the calendar, write {what}") from None
    if day.year not in _YEARS:
        raise ValueError(f"{quoted(raw)} is not between {_YEARS[0]} and {_YEARS[-1]}")
    return day


def parse_text(raw: object) -> str:
    """Any scalar, as written."""
    if raw is None:
        raise ValueError('is empty, write a text (or "" for none)')
    if isinstance(raw, (dict, list, tuple)):
        raise ValueError(f"{quoted(raw)} is not a text")
    if len(str(raw)) > _LONGEST_TEXT:
        raise ValueError(f"is longer than {_LONGEST_TEXT:,} characters")
    if found := _CONTROL.search(str(raw)):
        raise ValueError(f"the character U+{ord(found[0]):04X} is not allowed in a text")
    return str(raw)


def parse_name(raw: object) -> str:
    """A name usable in paths: letters, digits, `_` and `-`, starting with a letter."""
    text = parse_text(raw)
    if not _NAME.fullmatch(text):
        raise ValueError(f"{quoted(text)} is not a name, use letters, digits, _ and -, first a letter, at most 64")
    if text in ("default", "ramp"):
        raise ValueError(f'"{text}" cannot be a name, the word has a meaning of its own')
    return text


def parse_flag(raw: object) -> bool:
    """`true` or `false`."""
    flag = {"true": True, "false": False}.get(str(raw).lower()) if isinstance(raw, (str, bool)) else None
    if flag is None:
        raise ValueError(f"{quoted(raw)} is not true or false" if raw is not None else "is empty, write true or false")
    return flag


def is_date(text: object) -> bool:
    """Whether a mapping's key is meant as a date."""
    return isinstance(text, dt.date) or (isinstance(text, str) and bool(re.match(r"\d{1,4}[-/.]\d", text)))


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


# --- writing ------------------------------------------------------------------------------------
def _bare(value: float) -> int | float:
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)


def spell_number(value: float) -> str:
    """Shortest text that reads back as the same number."""
    return repr(_bare(value))


def spell_duration(seconds: int) -> str:
    """`259200` -> `3 d`: the largest unit up to days that divides."""
    unit = next(u for u in ("d", "h", "min", "s") if seconds % SECONDS[u] == 0) if seconds else "s"
    return f"{seconds // SECONDS[unit]} {unit}"


def spell_rate(per_day: float) -> str:
    """Per day, e.g. `3000 / d`."""
    return f"{spell_number(per_day)} / d"


def spell_share(share: float) -> str | float:
    """In percent where that reads back exactly."""
    percent = f"{spell_number(round(share * 100, 10))} %"
    return percent if parse_share(percent) == share else _bare(share)


def spell_dollars(cents: int) -> str:
    """`6205000000` -> `$62,050,000`."""
    return f"${cents // 100:,}" + (f".{cents % 100:02d}" if cents % 100 else "")


# --- models ---------------------------------------------------------------------------------------
class Model(BaseModel):
    """A mapping with known keys only; defaults are read like values of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    one_of_many: ClassVar[bool] = False
    """Whether exactly one of the keys is given."""


def given(value: object, description: str | None = None) -> Any:
    """A default spelled as in a file, e.g. `given("6 h")`."""
    return Field(default=value, validate_default=True, description=description)


@dataclass(frozen=True)
class Quantity:
    """How one kind of scalar is read (`parse` raises ValueError) and written (`spell`)."""

    parse: Callable[[Any], Any]
    spell: Callable[[Any], Any]
    schema: dict[str, Any] = field(default_factory=dict, compare=False)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        ser = core_schema.plain_serializer_function_ser_schema(self.spell)
        return core_schema.no_info_plain_validator_function(self.parse, serialization=ser)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return dict(self.schema)


# --- types --------------------------------------------------------------------------------------
def _pattern(body: str, description: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^\\s*{body}\\s*$", "description": description}


_JS_DIGITS: Final = r"\+?" + NUMBER.replace("(?:", "(")
_JS_TIME: Final = "(s|min|h|d|wk|yr)"
_JS_NUMBER: Final = {
    "anyOf": [{"type": "number", "minimum": 0}, _pattern(_JS_DIGITS, "A number, thousands may be set off by commas.")]
}
_JS_COUNT: Final = {
    "anyOf": [{"type": "integer", "minimum": 0}, _pattern(r"\+?([1-9]\d{0,2}(,\d{3})+|\d{1,25})", "A whole number.")]
}
_JS_SHARE: Final = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        _pattern(rf"{_JS_DIGITS}\s*%", "A share such as 35 %."),
        _pattern(r"(0?\.\d+|0\.?|1\.?0*)", "A share such as 0.35."),
    ]
}
_JS_TEXT: Final = {"type": ["string", "number", "boolean"]}

Duration = Annotated[
    int,
    Quantity(
        parse_duration, spell_duration, _pattern(rf"{_JS_DIGITS}\s*{_JS_TIME}", "A duration: 72 h, 30 min, 45 d.")
    ),
]
"""Whole seconds."""
Rate = Annotated[
    float,
    Quantity(parse_rate, spell_rate, _pattern(rf"{_JS_DIGITS}\s*%?\s*/\s*{_JS_TIME}", "A rate: 3000 / d, 1.2 % / d.")),
]
"""Per day."""
Share = Annotated[float, Quantity(parse_share, spell_share, _JS_SHARE)]
"""In [0, 1]."""
Count = Annotated[int, Quantity(parse_count, int, _JS_COUNT)]
Seed = Annotated[int, Quantity(lambda raw: parse_count(raw, 2**63 - 1), int, _JS_COUNT)]
Number = Annotated[float, Quantity(parse_number, _bare, _JS_NUMBER)]
Dollars = Annotated[
    int, Quantity(parse_dollars, spell_dollars, _pattern(rf"\+?\$\s*{_JS_DIGITS}\s*[KMB]?", "Dollars: $3.4 B, $721 M."))
]
"""Whole cents."""
Date = Annotated[
    dt.date, Quantity(parse_date, dt.date.isoformat, _pattern(r"\d{4}-\d{2}-\d{2}", "A date such as 2025-05-21."))
]
Text = Annotated[str, Quantity(parse_text, str, _JS_TEXT)]
Name = Annotated[str, Quantity(parse_name, str, {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]{0,63}$"})]
Flag = Annotated[bool, Quantity(parse_flag, bool, {"type": "boolean"})]


def _per(unit: str, most: int = _MOST_CENTS_A_UNIT) -> Quantity:
    return Quantity(
        lambda raw: parse_dollars_per(unit, raw, most),
        lambda cents: f"{spell_dollars(cents)} / {unit}",
        _pattern(rf"\+?\$\s*{_JS_DIGITS}\s*[KMB]?\s*/\s*{unit}", f"Dollars a {unit}, e.g. $152 / {unit}."),
    )


PerBedNight = Annotated[int, _per("bed-night")]
PerArrest = Annotated[int, _per("arrest")]
PerPerson = Annotated[int, _per("person")]
PerHearing = Annotated[int, _per("hearing")]
PerPersonDay = Annotated[int, _per("person-day")]
PerSeat = Annotated[int, _per("seat")]
PerUnitYear = Annotated[int, _per("unit-year", _MOST_CENTS_A_YEAR)]
PerYear = Annotated[int, _per("yr", _MOST_CENTS)]


# --- names of folders -----------------------------------------------------------------------------
MOST_BYTES: Final = 100
"""Of a name in UTF-8: what is added to it must fit into the 255 bytes of a file name."""
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE | re.ASCII)
"""Names that Windows keeps for devices."""
RULE: Final = f"use letters, digits, dots, _ and -, first a letter or digit, at most {MOST_BYTES} bytes"


def file_name(text: str, without: str = "scenario") -> str:
    """A text as a name: composed (NFC), a hyphen for what no name holds, cut to `MOST_BYTES`; `without` if empty."""
    signs = (sign if _may_stand(sign) else "\0" for sign in unicodedata.normalize("NFC", text))
    name = re.sub(r"\0+", "-", "".join(signs).strip("\0")).lstrip("._-").rstrip(".")
    name = name.encode()[:MOST_BYTES].decode(errors="ignore").rstrip(".")
    return f"x-{name}" if _RESERVED.fullmatch(name) else name or without


def is_name(text: str) -> bool:
    """Whether a text can name a folder as it stands."""
    return bool(text) and text == file_name(text, "")


def _may_stand(sign: str) -> bool:
    if sign.isascii():
        return sign.isalnum() or sign in "._-"
    return sign.isprintable() and unicodedata.category(sign)[0] in "LMNS"
