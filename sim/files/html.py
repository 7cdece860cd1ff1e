"""HTML of a table as notebooks show it: no style sheet, every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

_SIDES: Final = {"l": "text-align:left", "r": "text-align:right;white-space:nowrap"}


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], sides: str, caption: str = "") -> str:
    """A table; `sides` has a letter a column: l for words, r for numbers. A head may have two lines."""
    body = "".join(f"<tr>{_cells('td', row, sides)}</tr>" for row in rows)
    title = f'<caption style="text-align:left">{escape(caption)}</caption>' if caption else ""
    return f"<table>{title}<thead><tr>{_cells('th', heads, sides)}</tr></thead><tbody>{body}</tbody></table>"


def _cells(tag: str, texts: Sequence[str], sides: str) -> str:
    return "".join(
        f'<{tag} style="{_SIDES[side]};padding:0 .6em">{escape(text).replace(chr(10), "<br>")}</{tag}>'
        for text, side in zip(texts, sides, strict=True)
    )
