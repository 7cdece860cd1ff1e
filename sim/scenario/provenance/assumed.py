"""The assumed values of a scenario as a table: what a reader should doubt first.

`python -m sim.scenario.provenance.assumed docs/limits.md` writes the table of the national scenario anew, below
the page's heading for it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.scenario.loading import Resolved, load
from sim.scenario.provenance.explain import Row, rows
from sim.scenario.schema import Provenance

ASSUMED: Final = "assumed"
HEADING: Final = "## The assumed values of national.yaml\n"
_HEAD: Final = ("value", "here", "believed", "why")
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


def section(resolved: Resolved) -> str:
    """How many values are seen, derived and assumed, and a table of the entries of `sources` that are assumed."""
    chosen = [entry for entry in entries(resolved) if entry.status == ASSUMED]
    lines = [_HEAD, tuple("---" for _ in _HEAD), *map(_line, chosen)]
    return f"{_counts(resolved)}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def renew(page: Path) -> None:
    """Write the section of the national scenario anew, from its heading to the end of the page."""
    above = page.read_text(encoding="utf-8").split(HEADING, 1)[0]
    page.write_text(f"{above}{HEADING}\n{section(load('national'))}", encoding="utf-8", newline="")


def _counts(resolved: Resolved) -> str:
    count = counts(resolved)
    kinds = ", ".join(f"{count[status]} {status}" for status in ("seen", "derived", ASSUMED))
    meaning = "What a range moves, and how: [sensitivity.md](sensitivity.md#ranges)."
    return f"Of the values with a source, each area's counted by itself: {kinds}. {meaning}"


def _covered(path: str, found: Iterable[Row], entries: Iterable[str]) -> list[Row]:
    """The values that an entry speaks of: those below its path that no longer path covers."""
    return [row for row in found if _below(row.path, path) and _owner(row.path, entries) == path]


def _below(path: str, above: str) -> bool:
    return f"{path}.".startswith(f"{above}.")


def _owner(path: str, entries: Iterable[str]) -> str:
    return max((entry for entry in entries if _below(path, entry)), key=len)


def _line(entry: Entry) -> tuple[str, ...]:
    cells = (f"`{entry.path}`", entry.here, entry.believed, entry.why)
    return tuple(text.replace("|", "\\|") for text in cells)


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


if __name__ == "__main__":
    renew(Path(sys.argv[1]))
