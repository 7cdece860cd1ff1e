"""A scenario with every key filled in and where each value was set; how it is written to a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from sim.scenario.errors import Keys, Place
from sim.scenario.reading.document import Tree
from sim.scenario.schema import Scenario

INPUTS: Final = "inputs"
"""Folder, beside a written scenario, of the files it reads."""
READ: Final[tuple[Keys, ...]] = (("arrests", "observed"), ("people", "day0", "composition"))
"""Paths of values that name a file."""


@dataclass(frozen=True)
class Resolved:
    """A scenario with every key filled in.

    `tree` is its canonical form (what `dump` writes, with text quantities); `origin` the merged
    files as written, with places; `inputs` the files it reads, by the path `dump` gives them.
    """

    scenario: Scenario
    tree: Mapping[str, Any]
    origin: Tree
    path: Path
    inputs: Mapping[str, Path]

    def place(self, path: Keys) -> Place | None:
        """Where the value at a path was set; None for a default."""
        for length in range(len(path), 0, -1):
            found = self.origin.at(path[:length])
            if found is not None:
                whole = length == len(path) or not isinstance(found.value, (dict, list))
                return found.place if whole else None
        return None


class _Dumper(yaml.SafeDumper):
    """Block style, no aliases, dates bare."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def dump(resolved: Resolved) -> str:
    """The YAML of the resolved scenario: defaults and sources included, nothing extended.

    Loading it gives an equal scenario, and dumping that gives the same bytes.
    """
    text: str = yaml.dump(
        dict(resolved.tree), Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=10**6
    )
    return text


def digest(resolved: Resolved) -> str:
    """SHA-256 of what a run depends on: the canonical tree and the bytes of the files it reads.

    Left out, because no result changes with them: name, title, question, checks and sources.
    """
    words = {k: v for k, v in resolved.tree.items() if k not in ("name", "title", "question", "checks", "sources")}
    read = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sorted(resolved.inputs.items())}
    text = json.dumps([words, read], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
