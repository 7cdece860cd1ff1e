"""What a student can set: a slider or a choice, the scenario values it stands for, and the link that carries it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sim.formats import precise

Value = float | str
Settings = dict[str, Value]
"""The value of each control by its key."""


@dataclass(frozen=True)
class Slider:
    """A number. `key` names it in links and tables; `sets` are scenario paths, with `{}` where the number goes.

    `believe` answers the question beside it, what would I have to believe?, in a sentence or two of Markdown.
    """

    key: str
    label: str
    unit: str
    low: float
    high: float
    step: float
    value: float
    believe: str
    sets: Mapping[str, str]

    @property
    def allowed(self) -> str:
        """What it can be, in words."""
        return f"{precise(self.low)} to {precise(self.high)} {self.unit}".strip()

    def shown(self, value: Value) -> str:
        """A value with its unit."""
        return f"{precise(float(value))} {self.unit}".strip()

    def read(self, text: str) -> Value:
        """A value from a link, on a step of the slider. Raises ValueError for what is none."""
        value = float(text) if len(text) < 20 else math.nan
        if not self.low <= value <= self.high:
            raise ValueError(self.allowed)
        return tidy(min(self.low + round((value - self.low) / self.step) * self.step, self.high))

    def scenario_sets(self, value: Value) -> dict[str, str]:
        """Paths and values of `--set`."""
        return {path: pattern.replace("{}", f"{float(value):.10g}") for path, pattern in self.sets.items()}


@dataclass(frozen=True)
class Choice:
    """One of a few words. `options` has, for each of them, the scenario paths and values it sets."""

    key: str
    label: str
    value: str
    believe: str
    options: Mapping[str, Mapping[str, str]]

    @property
    def allowed(self) -> str:
        """What it can be, in words."""
        return ", ".join(self.options)

    def shown(self, value: Value) -> str:
        """The word."""
        return str(value)

    def read(self, text: str) -> Value:
        """An option from a link. Raises ValueError for what is none."""
        if text not in self.options:
            raise ValueError(self.allowed)
        return text

    def scenario_sets(self, value: Value) -> dict[str, str]:
        """Paths and values of `--set`."""
        return dict(self.options[str(value)])


Control = Slider | Choice


def tidy(value: float) -> float:
    """A value without the noise of binary fractions: an int where it is whole."""
    rounded = round(value, 9)
    return int(rounded) if rounded == int(rounded) else rounded


def held(control: Control, value: object) -> Value:
    """The value where the control allows it; else its default."""
    try:
        return control.read(text_of(value)) if isinstance(value, str | int | float) else control.value
    except ValueError:
        return control.value


def defaults(controls: Sequence[Control]) -> Settings:
    """Where every control stands at first."""
    return {control.key: control.value for control in controls}


def from_link(controls: Sequence[Control], query: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """Settings of a link, and a note for each value in it that is none; the default stands in its place.

    A note does not repeat what the link says, for anybody may have written the link.
    """
    settings, notes = defaults(controls), []
    for control in controls:
        if control.key in query:
            try:
                settings[control.key] = control.read(query[control.key])
            except ValueError:
                notes.append(f"{control.label}: the link has no fit value (fit: {control.allowed}); "
                             f"it starts at {control.shown(control.value)}.")  # fmt: skip
    return settings, notes


def text_of(value: Value) -> str:
    """A value as it stands in a link."""
    return value if isinstance(value, str) else f"{value:.10g}"


def link(settings: Settings) -> str:
    """The query of a link that carries the settings."""
    return "?" + urlencode({key: text_of(value) for key, value in settings.items()})


def scenario_sets(controls: Sequence[Control], settings: Settings) -> dict[str, str]:
    """What the settings mean to the scenario: paths and values of `--set`."""
    return {path: value for control in controls for path, value in control.scenario_sets(settings[control.key]).items()}
