"""What an animation is made of, whatever it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

SPANS: Final = (900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 7 * 86_400, 28 * 86_400)
"""Seconds that rows of a table of counts may lie apart."""
_ROWS: Final = 32


@dataclass(frozen=True)
class Scene:
    """One animation: its words, the data its script draws from, and the same as a table of counts.

    `kind` names the script that draws it; `says` is a paragraph a sentence; `keys` tells each shape: its class and
    its meaning; `picture` says what is drawn to somebody who cannot see it; `data` is fit for JSON.
    """

    kind: str
    title: str
    says: Sequence[str]
    keys: Mapping[str, str]
    picture: str
    data: Mapping[str, Any]
    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def span(seconds: int) -> int:
    """How far the rows of the table of a window lie apart: the least of SPANS that gives no more than 32."""
    return next((one for one in SPANS if seconds // one <= _ROWS), SPANS[-1])
