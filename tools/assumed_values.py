"""Renew the table of assumed values in docs/limits.md from national.yaml: `python -m tools.assumed_values`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sim.scenario.loading import Resolved, load
from sim.scenario.provenance.explain import ASSUMED, Entry, counts, entries

PAGE: Final = Path(__file__).parent.parent / "docs" / "limits.md"
HEADING: Final = "## The assumed values of national.yaml\n"
_HEAD: Final = ("value", "here", "believed", "why")


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


def _line(entry: Entry) -> tuple[str, ...]:
    cells = (f"`{entry.path}`", entry.here, entry.believed, entry.why)
    return tuple(text.replace("|", "\\|") for text in cells)


if __name__ == "__main__":
    renew(PAGE)
