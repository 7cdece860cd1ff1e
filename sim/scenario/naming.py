"""Names that can name a result folder on every system, in any script."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

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
