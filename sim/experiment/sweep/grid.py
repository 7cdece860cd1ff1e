"""A grid: which points a sweep plays, as a grid file says them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.scenario.errors import Place, Problem, ScenarioError
from sim.scenario.reading.document import parse


@dataclass(frozen=True)
class Level:
    """A value of an axis: its label and the settings it stands for, as a file has them."""

    label: str
    place: Place
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Axis:
    """The values of one path, or named settings of several paths."""

    name: str
    place: Place
    levels: tuple[Level, ...]
    named: bool


@dataclass(frozen=True)
class Range:
    """A path and the ends between which its value is drawn; `before` and `after` are its unit, as in `$ 5 / d`."""

    path: str
    place: Place
    low: float
    high: float
    before: str
    after: str
    written: str

    @property
    def unit(self) -> str:
        """The unit alone."""
        return f"{self.before} {self.after}".strip()

    def text(self, value: float, whole: bool) -> str:
        """A value of the range, rounded to a millionth of the range, or to a whole number."""
        digits = 0 if whole else max(0, 6 - math.floor(math.log10(self.high - self.low)))
        return f"{value:.{digits}f}"

    def with_unit(self, text: str) -> str:
        """The value as a scenario has it."""
        return f"{self.before}{text} {self.after}".rstrip()


@dataclass(frozen=True)
class Drawn:
    """Points drawn from ranges: how, how many, with which seed."""

    kind: str
    points: int
    seed: int
    ranges: tuple[Range, ...]


@dataclass(frozen=True)
class Grid:
    """A grid file as read. `baseline` has a label for each axis; `set` holds for every point."""

    name: str
    title: str
    scenario: Path
    set: tuple[str, ...]
    replications: int | None
    seed: int | None
    measures: tuple[str, ...]
    baseline: tuple[str, ...]
    design: tuple[Axis, ...] | Drawn
    places: Mapping[str, tuple[Place, Place]]
    """Where each setting (`path=value`) was written: its path, its value."""

    def located(self, error: ScenarioError) -> ScenarioError:
        """The same problems, at their places in the grid file where a setting of it is to blame."""
        return ScenarioError(map(self._located, error.problems))

    def _located(self, problem: Problem) -> Problem:
        places = self.places.get(problem.place.file.removeprefix("--set "))
        if places is None:
            return problem
        of_path, of_value = places
        unknown = problem.message.startswith(("unknown key", "no such position", "no list"))
        return Problem(of_path if unknown else of_value, problem.path, problem.message)


def option(path: str, value: Any) -> str:
    """A setting as `--set` takes it: the text where that means the same in YAML, else JSON, which YAML contains."""
    if isinstance(value, str):
        try:
            plain = parse(value, Place("")).plain()
        except ScenarioError:
            plain = None
        if plain == value:
            return f"{path}={value}"
    return f"{path}={json.dumps(value, ensure_ascii=False)}"


def label_of(value: Any) -> str:
    """A value in one line: texts as they are, mappings and lists as YAML has them on a line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {label_of(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(label_of, value)) + "]"
    return "null" if value is None else " ".join(str(value).split())
