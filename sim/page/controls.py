"""What a student can set, every position it has, and the scenario values each position stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.formats import precise

Value = float | str


@dataclass(frozen=True)
class Slider:
    """A number. `paths` are scenario paths with a pattern: `{x}` is the number, `{month}` thirty times as much.

    `believe` answers the question beside it, what would I have to believe? `draws` says that people are drawn
    differently, in more than when they come.
    """

    key: str
    label: str
    unit: str
    low: float
    high: float
    step: float
    value: float
    believe: str
    paths: Mapping[str, str]
    draws: bool = False

    @property
    def values(self) -> tuple[Value, ...]:
        """Every position, from low to high."""
        return tuple(_tidy(self.low + i * self.step) for i in range(round((self.high - self.low) / self.step) + 1))

    def sets(self, value: Value) -> dict[str, str]:
        """Paths and values of `--set`."""
        x = float(value)
        return {path: pattern.format(x=f"{x:.10g}", month=round(30 * x)) for path, pattern in self.paths.items()}

    def shown(self, value: Value) -> str:
        """A value with its unit."""
        return f"{precise(float(value))} {self.unit}".strip()


@dataclass(frozen=True)
class Choice:
    """One of a few words. `options` has, for each of them, the scenario paths and values it sets."""

    key: str
    label: str
    value: str
    believe: str
    options: Mapping[str, Mapping[str, str]]
    draws: bool = False

    @property
    def values(self) -> tuple[Value, ...]:
        """Every option."""
        return tuple(self.options)

    def sets(self, value: Value) -> dict[str, str]:
        """Paths and values of `--set`."""
        return dict(self.options[str(value)])

    def shown(self, value: Value) -> str:
        """The word."""
        return str(value)


Control = Slider | Choice


def _tidy(value: float) -> float:
    """A value without the noise of binary fractions: an int where it is whole."""
    rounded = round(value, 9)
    return int(rounded) if rounded == int(rounded) else rounded
