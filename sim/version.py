"""The version of detsim, and which program this is."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

__version__ = "0.1.0"
_ABOVE: Final = frozenset({"report", "notebook", "page", "cli", "formats.py", "__main__.py"})
"""Parts of the house that only show what was played."""


@cache
def model_digest() -> str:
    """A hash of the program itself, when first asked: an edited model takes up nothing that its older self left."""
    return digest_of(Path(__file__).parent)


def digest_of(top: Path) -> str:
    """A hash of the source files and tables below a folder that decide what is played, measured and kept."""
    digest = hashlib.sha256()
    for file in sorted([*top.rglob("*.py"), *top.rglob("*.csv")]):
        inside = file.relative_to(top)
        if inside.parts[0] not in _ABOVE:
            digest.update(f"{inside.as_posix()}\0".encode() + file.read_bytes())
    return digest.hexdigest()
