"""Tables in HTML; every text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """A table; the first `words` columns are words, to the left, and the others numbers, to the right."""
    sides = ["left" if i < words else "right" for i in range(len(heads))]
    body = "".join(f"<tr>{_cells('td', row, sides)}</tr>" for row in rows)
    return f"<table><thead><tr>{_cells('th', heads, sides)}</tr></thead><tbody>{body}</tbody></table>"


def _cells(tag: str, texts: Sequence[str], sides: Sequence[str]) -> str:
    pairs = zip(texts, sides, strict=True)
    return "".join(f'<{tag} style="text-align:{side}">{escape(text)}</{tag}>' for text, side in pairs)
