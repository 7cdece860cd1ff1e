"""The lessons: what can be set, what is asked, and what is said about it, as `lessons.yaml` has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml
from pydantic import TypeAdapter

from sim.page.controls import STRICT, Control, Value
from sim.scenario.schema.units import Duration


@dataclass(frozen=True)
class Prediction:
    """The question before a lesson. `unit` names what an answer counts: people, days of a hundred, or hours."""

    __pydantic_config__ = STRICT

    question: str
    unit: str
    most: int
    at: Mapping[str, Value] = field(default_factory=dict)
    """Positions of levers at which it is asked; the others stand where they do at first."""


@dataclass(frozen=True)
class Challenge:
    """A task: bring a number to `at_most` or `at_least`, with as little of a lever as possible, if one is named."""

    __pydantic_config__ = STRICT

    text: str
    number: str
    at_most: int | None = None
    at_least: int | None = None
    least: str = ""
    others_fixed: bool = False
    """All other levers stand where they do at first."""
    none_of: str = ""
    """A number that must be 0."""


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    `groups` are levers that are resolved together, those of fewer first: a group says what changes beyond the group of
    some of its levers. `rows`: people in custody at the same time, at most (0: everybody who may come). `beside`:
    positions of levers, the others as they are at first, that are always played too.
    """

    __pydantic_config__ = STRICT

    key: str
    number: int
    title: str
    short: str
    """The title where there is little room."""
    idea: str
    world: str
    replications: int
    controls: tuple[Control, ...]
    groups: tuple[tuple[str, ...], ...]
    intro: tuple[str, ...]
    prediction: Prediction
    challenge: Challenge
    discussion: tuple[str, ...]
    bin_s: Duration
    wait_bin_s: Duration
    rows: int = 0
    beside: tuple[Mapping[str, Value], ...] = ()

    def control(self, key: str) -> Control:
        """The control of that key. Raises KeyError."""
        return {control.key: control for control in self.controls}[key]

    def scenario_sets(self, settings: Mapping[str, Value]) -> dict[str, str]:
        """Paths and values of `--set` for the positions of all levers."""
        return {path: text for c in self.controls for path, text in c.sets(settings[c.key]).items()}


LESSONS: Final = TypeAdapter(tuple[Lesson, ...]).validate_python(
    yaml.safe_load(Path(__file__).with_name("lessons.yaml").read_text(encoding="utf-8"))
)
BY_KEY: Final = {lesson.key: lesson for lesson in LESSONS}
