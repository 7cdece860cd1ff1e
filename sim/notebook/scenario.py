"""A scenario as a notebook holds it: read once, any value changed as `--set` changes it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import yaml

from sim.scenario import loading
from sim.scenario.loading import Resolved
from sim.scenario.reading.document import Tree

Settings = Mapping[str, object] | Sequence[str]
"""Values by path (`{"beds.contracted": 960}`), or as the command line has them (`["beds.contracted=960"]`)."""


@dataclass(frozen=True, eq=False, repr=False)
class Scenario:
    """A checked scenario. `sets` are the values changed on the way in, as `path=value`."""

    resolved: Resolved
    sets: tuple[str, ...] = ()
    _written: Tree | None = field(default=None, kw_only=True)

    @property
    def name(self) -> str:
        """Its name; also that of its result folder."""
        return self.resolved.scenario.name

    @property
    def title(self) -> str:
        """Its title, or its name."""
        return self.resolved.scenario.title or self.name

    @property
    def question(self) -> str:
        """What it asks; empty if it does not say."""
        return self.resolved.scenario.question or ""

    def with_(self, set: Settings) -> Scenario:
        """The same scenario with more values changed. Raises InputError, one line a problem."""
        more = settings(set)
        if not more:
            return self
        written = self._written or self.resolved.origin
        sets = (*self.sets, *more)
        return Scenario(loading.settle(written, self.resolved.path, sets), sets, _written=written)

    def __repr__(self) -> str:
        return f"Scenario {', '.join((self.name, *self.sets))}"

    def _repr_html_(self) -> str:
        scenario = self.resolved.scenario
        parts = (self.question, window(scenario.start, scenario.days), ", ".join(self.sets))
        lines = "".join(f"<br>{escape(part)}" for part in parts if part)
        return f"<p><strong>{escape(self.title)}</strong>{lines}</p>"


def window(start: dt.date, days: int) -> str:
    """The window of a run in words."""
    return f"{days:,} day{'' if days == 1 else 's'} from {start.day} {start:%B %Y}"


def load(scenario: str | Path, set: Settings = ()) -> Scenario:
    """A scenario file, or a shipped scenario by name, with values changed. Raises InputError, one line a problem."""
    written, file = loading.read(scenario)
    sets = tuple(settings(set))
    return Scenario(loading.settle(written, file, sets), sets, _written=written)


def settings(set: Settings) -> list[str]:
    """The settings as `path=value`; a value that is no text is written as YAML. Raises TypeError for one long text."""
    if isinstance(set, str):
        raise TypeError(f"set: {set!r} is one text; give a mapping or a list, e.g. {{'beds.contracted': 960}}")
    if not isinstance(set, Mapping):
        return [str(one) for one in set]
    return [f"{path}={_yaml(value)}" for path, value in set.items()]


def _yaml(value: object) -> str:
    """A value as YAML on one line; a text stands as it is, as after `--set`."""
    plain = _plain(value)
    if isinstance(plain, dict | list):
        text: str = yaml.safe_dump(plain, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
        return text.strip()
    return plain if isinstance(plain, str) else json.dumps(plain)


def _plain(value: Any) -> Any:
    """Mappings and lists of texts, numbers, truths and None; whatever else is written as its text."""
    if isinstance(value, Mapping):
        return {_plain(key): _plain(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(child) for child in value]
    if hasattr(value, "item"):  # a number of NumPy's
        return value.item()
    return value if value is None or isinstance(value, bool | int | float) else str(value)
