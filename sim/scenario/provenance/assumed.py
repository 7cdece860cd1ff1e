"""The entries of `sources` in words: the value each speaks of, the range believed and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sim.scenario.loading import Resolved
from sim.scenario.provenance.explain import Row, rows
from sim.scenario.schema import Provenance

ASSUMED: Final = "assumed"
_SHORT: Final = 60


@dataclass(frozen=True)
class Entry:
    """An entry of `sources`: its path, the value there in short, the range believed (paths in backticks) and why."""

    path: str
    status: str
    here: str
    believed: str
    why: str


def entries(resolved: Resolved) -> list[Entry]:
    """Every entry of `sources`, in the order of the file."""
    found, known = rows(resolved), resolved.scenario.sources
    return [
        Entry(path, entry.status, _here(path, entry, _covered(path, found, known)), _believed(entry), _why(entry))
        for path, entry in known.items()
    ]


def counts(resolved: Resolved) -> Counter[str]:
    """How many values with a source are seen, derived and assumed, each area's counted by itself."""
    return Counter(status for row in rows(resolved) for status in row.status.split(", ") if status)


def _covered(path: str, found: Iterable[Row], entries: Iterable[str]) -> list[Row]:
    """The values that an entry speaks of: those below its path that no longer path covers."""
    return [row for row in found if _below(row.path, path) and _owner(row.path, entries) == path]


def _below(path: str, above: str) -> bool:
    return f"{path}.".startswith(f"{above}.")


def _owner(path: str, entries: Iterable[str]) -> str:
    return max((entry for entry in entries if _below(path, entry)), key=len)


def _why(entry: Provenance) -> str:
    return entry.source if entry.date is None else f"{entry.source} ({entry.date.isoformat()})"


def _here(path: str, entry: Provenance, covered: Sequence[Row]) -> str:
    """The value in short: as the entry says, spelled out, or how many there are."""
    stated = [row for row in covered if not row.is_default] or covered
    words = ", ".join(f"{row.path[len(path) + 1 :]} {row.value}".strip() for row in stated)
    if entry.value is not None or len(words) <= _SHORT:
        return entry.value or words
    return f"{len(stated)} values" if len(stated) > 1 else f"{words[: _SHORT - 1]}…"


def _believed(entry: Provenance) -> str:
    if entry.low is None:
        return f"not varied: {entry.fixed}" if entry.fixed else ""
    moved = " of " + ", ".join(f"`{path}`" for path in entry.vary) if entry.vary else ""
    return f"{entry.low} to {entry.high}{moved}"
