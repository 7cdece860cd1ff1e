"""Each resolved value with where it was set and what is known about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from sim.scenario.errors import Keys, Place, Problem, ScenarioError
from sim.scenario.loading import Resolved, load, shown
from sim.scenario.paths import at, bare, exists, leaves
from sim.scenario.schema import Provenance, Scenario, WeekdayFactors
from sim.scenario.schema.schedules import Schedule, Shares
from sim.scenario.schema.units import hint

DEFAULT: Final = "default (switched off)"
_WORDS_OF_A_FILE: Final = ("extends", "sources", "checks")


@dataclass(frozen=True)
class Row:
    """A value. `place` is `FILE:LINE`, `--set ...` or `default`.

    `status` and `source` are empty if none is given; the source of a default is `DEFAULT`.
    """

    path: str
    value: str
    place: str
    status: str
    source: str

    @property
    def is_default(self) -> bool:
        """Whether nobody set it."""
        return self.place == "default"


def explain(name: str | Path, path: str | None = None) -> str:
    """The rows of a scenario at or below a path (all without one), as text. Raises ScenarioError."""
    return text(rows_at(load(name), path, str(name)))


def rows_at(resolved: Resolved, path: str | None = None, name: str = "") -> list[Row]:
    """The rows at or below a path; all without one. Raises ScenarioError, with a near path."""
    found = rows(resolved)
    chosen = [row for row in found if path is None or _below(row.path, path) or _below(path, row.path)]
    if not chosen:
        near = hint(path or "", [row.path for row in found], "run explain without a path to see all")
        place = Place(name or resolved.scenario.name)
        raise ScenarioError([Problem(place, path or "", f"the scenario has no such value, {near}")])
    return chosen


def text(found: Iterable[Row]) -> str:
    """Rows for a terminal: a line each, and below those of one source what is known about them."""
    lines: list[str] = []
    for known, group in groupby(found, key=lambda row: (row.status, row.source)):
        group_rows = list(group)
        lines += [f"{row.path}: {row.value}  [{DEFAULT if row.is_default else row.place}]" for row in group_rows]
        if any(known) and not group_rows[0].is_default:
            lines.append("    " + ": ".join(word for word in known if word))
    return "\n".join(lines)


def rows(resolved: Resolved) -> list[Row]:
    """A row for every value of a scenario, in the order of the file format."""
    found = (path for path in leaves(resolved.scenario, _is_shown_whole, Scenario) if path[0] not in _WORDS_OF_A_FILE)
    return [_row(resolved, path) for path in found if exists(resolved.tree, path)]  # a composition takes some out


def _is_shown_whole(value: Any, kind: Any) -> bool:
    """Whether a value has a row of its own, rather than a row for each of its parts."""
    if isinstance(value, list):
        return not all(isinstance(part, BaseModel) for part in value)
    return isinstance(value, Schedule | Shares) or bare(kind) == WeekdayFactors


def _row(resolved: Resolved, path: Keys) -> Row:
    name, value, place = ".".join(path), flow(at(resolved.tree, path)), resolved.place(path)
    if name == "name" and place is None:
        return Row(name, value, shown(resolved.path), "", "")
    if place is None:
        return Row(name, value, "default", "", DEFAULT)
    known = _entries_of(resolved, path, place)
    words = ", ".join(dict.fromkeys(entry.status for entry in known))
    return Row(name, value, str(place), words, "; ".join(dict.fromkeys(map(_source, known))))


def _entries_of(resolved: Resolved, path: Keys, place: Place) -> list[Provenance]:
    """The nearest entry of `sources` at or above a path that is not older than the value; without one, those below."""
    sources, origin = resolved.scenario.sources, resolved.origin
    for length in range(len(path), 0, -1):
        key = ".".join(path[:length])
        given = origin.at(("sources", key))
        if key in sources and (given.layer if given else 0) >= place.layer:
            return [sources[key]]
    return [entry for key, entry in sources.items() if key.startswith(".".join(path) + ".")]


def _source(entry: Provenance) -> str:
    parts = [
        entry.source,
        entry.date and entry.date.isoformat(),
        entry.low and f"believed between {entry.low} and {entry.high}",
        entry.fixed is not None and f"not varied: {entry.fixed}",
    ]
    return ", ".join(part for part in parts if part)


def flow(value: Any) -> str:
    """A canonical value on one line."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return str(value) if value != "" else '""'


# --- entries of sources ---------------------------------------------------------------------------
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
        Entry(
            path,
            entry.status,
            _here(path, entry, _covered(path, found, known)),
            _believed(entry),
            entry.source if entry.date is None else f"{entry.source} ({entry.date.isoformat()})",
        )
        for path, entry in known.items()
    ]


def counts(resolved: Resolved) -> Counter[str]:
    """How many values with a source are seen, derived and assumed, each area's counted by itself."""
    return Counter(status for row in rows(resolved) for status in row.status.split(", ") if status)


def _covered(path: str, found: Iterable[Row], entries: Iterable[str]) -> list[Row]:
    """The values that an entry speaks of: those below its path that no longer path covers."""
    longer = [entry for entry in entries if entry != path and _below(entry, path)]
    return [row for row in found if _below(row.path, path) and not any(_below(row.path, entry) for entry in longer)]


def _below(path: str, above: str) -> bool:
    return f"{path}.".startswith(f"{above}.")


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
