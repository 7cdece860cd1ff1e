"""The grammar of numbers, the same in scenario files, grids, checks, ranges and options, and what a slip in it is.

A number has digits, at most one decimal point (`.5` and `30.` are numbers), and an exponent if need be (`2e9`). Commas
may separate groups of three digits after one to three that do not begin with 0: `41,500` is a number, `0,250` is not.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Final

NUMBER: Final = r"(?:(?:[1-9]\d{0,2}(?:,\d{3})+|\d{1,25})(?:\.\d{0,25})?|\.\d{1,25})(?:[eE][+-]?\d{1,3})?"
"""Pattern of a number without a sign; compile it with `re.ASCII`."""
_UNSIGNED: Final = re.compile(NUMBER, re.ASCII)
_RANGE: Final = re.compile(r"(?<!\.)\.\.(?!\.)")
_SLIPS: Final = (
    (r"\d,\d|,\d|\d,", "a comma only separates groups of three digits, as in 41,500; the decimal sign is a point"),
    (r"\d_\d", "write thousands as 41500 or 41,500, without an underscore"),
    (r"\d'\d", "write thousands as 41500 or 41,500, without an apostrophe"),
    (r"\d\s+\d", "write a number without spaces inside it"),
)


def fraction(text: str) -> Fraction:
    """The exact value of a number, with or without a sign. Raises ValueError if the text is none."""
    digits = text.strip()
    if not _UNSIGNED.fullmatch(digits.lstrip("+-")) or len(digits) - len(digits.lstrip("+-")) > 1:
        raise ValueError(f'"{" ".join(text.split())}" is not a number' + slip(text))
    return Fraction(digits.replace(",", ""))


def split_range(text: str) -> tuple[str, str] | None:
    """Both ends of `LOW..HIGH`, stripped; None if the text is no range."""
    ends = [end.strip() for end in _RANGE.split(text)]
    return (ends[0], ends[1]) if len(ends) == 2 and all(ends) else None


def slip(text: object) -> str:
    """What to add to a message about a text that should hold a number or a word: its unusual character or comma."""
    if not isinstance(text, str):
        return ""
    if found := odd_character(text):
        return f": {found}"
    return next((f": {what}" for pattern, what in _SLIPS if re.search(pattern, text, re.ASCII)), "")


def odd_character(text: str) -> str | None:
    """Names the first character that is not ASCII, and what to write instead: `it has a no-break space (U+00A0), …`."""
    sign = next((sign for sign in text if not sign.isascii()), None)
    if sign is None:
        return None
    name = unicodedata.name(sign, "character").lower()
    article = "an" if name[0] in "aeiou" else "a"
    return f"it has {article} {name} (U+{ord(sign):04X}){_instead(sign)}"


def _instead(sign: str) -> str:
    plain, category = unicodedata.normalize("NFKC", sign), unicodedata.category(sign)
    if category in ("Cf", "Zl", "Zp", "Cn", "Co"):
        return ", which cannot be seen; remove it"
    if category == "Zs":
        return ", write a space"
    if category == "Nd":
        return f", write {unicodedata.digit(sign)}"
    if category == "Pd" or sign == "\N{MINUS SIGN}":
        return ", write -"
    return f", write {plain}" if plain.isascii() else ""
