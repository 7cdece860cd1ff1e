"""What a student can set, every position it has, and the scenario values each position stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from pydantic import ConfigDict

from sim.scenario.loading import load

Value = int | float | str
STRICT: Final = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A number. `paths` are scenario paths with a pattern: `{x}` is the number, `{month}` thirty times as much.

    `believe` answers the question beside it, what would I have to believe?
    """

    __pydantic_config__ = STRICT

    key: str
    label: str
    unit: str = ""
    low: float
    high: float
    step: float
    value: float
    believe: str
    paths: Mapping[str, str]

    @property
    def values(self) -> tuple[Value, ...]:
        """Every position, from low to high."""
        exact = (self.low + i * self.step for i in range(round((self.high - self.low) / self.step) + 1))
        tidy = (round(value, 9) for value in exact)  # without the noise of binary fractions
        return tuple(int(value) if value == int(value) else value for value in tidy)

    def sets(self, value: Value) -> dict[str, str]:
        """Paths and values of `--set`."""
        x = float(value)
        return {path: pattern.format(x=f"{x:.10g}", month=round(30 * x)) for path, pattern in self.paths.items()}


@dataclass(frozen=True, kw_only=True)
class Level(Slider):
    """A slider whose positions are values of one path by name."""

    levels: Mapping[float, str]

    def sets(self, value: Value) -> dict[str, str]:
        """The path with the name of the position."""
        return {path: self.levels[float(value)] for path in self.paths}


@dataclass(frozen=True, kw_only=True)
class Scaled(Slider):
    """A slider in per cent of what the scenario `world` has: it multiplies all numbers that the paths `scales` name."""

    world: str
    scales: tuple[str, ...]
    paths: Mapping[str, str] = field(default_factory=dict)

    def sets(self, value: Value) -> dict[str, str]:
        """Every value that is multiplied; nothing at 100 %."""
        from sim.experiment.vary import times

        if float(value) == 100:
            return {}
        base = _loaded(self.world)
        found = (one for pattern in self.scales for one in times(base, pattern, float(value) / 100))
        return dict(one.split("=", 1) for one in found)


_loaded = cache(load)


@dataclass(frozen=True)
class Choice:
    """One of a few words. `options` has, for each of them, the scenario paths and values it sets."""

    __pydantic_config__ = STRICT

    key: str
    label: str
    value: str
    believe: str
    options: Mapping[str, Mapping[str, str]]

    @property
    def values(self) -> tuple[Value, ...]:
        """Every option."""
        return tuple(self.options)

    def sets(self, value: Value) -> dict[str, str]:
        """Paths and values of `--set`."""
        return dict(self.options[str(value)])


Control = Level | Scaled | Slider | Choice
