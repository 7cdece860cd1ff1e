"""What differs in the inputs of two results, path by path, from the scenario.yaml beside each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from sim.scenario.provenance.explain import flow
from sim.scenario.reading.document import read
from sim.scenario.schema.units import is_date

OF_THE_RUN: Final = ("name", "title", "question", "checks", "sources", "replications", "seed")
"""Keys that do not affect a replication, or that a comparison reports separately."""
ABSENT: Final = "not there"
_MOST_OF_ONE: Final = 4
_MOST_LETTERS: Final = 70


@dataclass(frozen=True)
class Input:
    """A value that differs, as text; `path` is as `--set` takes it."""

    path: str
    baseline: str
    value: str

    def line(self) -> str:
        """The difference on one line, long values cut."""
        return f"{self.path}: {_cut(self.baseline)} → {_cut(self.value)}"


def differing(baseline: Path, other: Path) -> tuple[Input, ...] | None:
    """What differs between two resolved scenarios, in the order of the file; None if one is not there.

    Raises ScenarioError for what is no YAML.
    """
    if not (baseline.is_file() and other.is_file()):
        return None
    return between(*(read(path, str(path)).plain() for path in (baseline, other)))


def between(baseline: object, other: object) -> tuple[Input, ...]:
    """What differs between the trees of two resolved scenarios, in their order."""
    a, b = (
        {key: value for key, value in tree.items() if key not in OF_THE_RUN} if isinstance(tree, Mapping) else tree
        for tree in (baseline, other)
    )
    return tuple(_walk(a, b, ()))


def lines(inputs: Sequence[Input]) -> list[str]:
    """One line a difference; of many below one key only the first, and how many more."""
    out: list[str] = []
    for above, group in groupby(inputs, key=lambda one: one.path.rpartition(".")[0]):
        of_one = list(group)
        shown = of_one if len(of_one) <= _MOST_OF_ONE + 1 else of_one[:_MOST_OF_ONE]
        out += [one.line() for one in shown]
        if len(shown) < len(of_one):
            out.append(f"{above}: and {len(of_one) - len(shown)} more")
    return out


def _walk(a: object, b: object, path: tuple[str, ...]) -> Iterator[Input]:
    if a == b:
        return
    if isinstance(a, Mapping) and isinstance(b, Mapping) and not (_is_schedule(a) or _is_schedule(b)):
        for key in dict.fromkeys([*a, *b]):
            yield from _walk(a.get(key, ABSENT), b.get(key, ABSENT), (*path, str(key)))
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (of_a, of_b) in enumerate(zip(a, b, strict=True)):
            yield from _walk(of_a, of_b, (*path, str(i)))
    else:
        yield Input(".".join(path), flow(a), flow(b))


def _is_schedule(tree: Mapping[str, object]) -> bool:
    return any(key == "ramp" or is_date(key) for key in tree)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"
