"""What a study varies: a number of a scenario, or many of them scaled together, as one amount.

A path is as `--set` takes it; a `*` stands for every key at its place. One plain number is set to what is asked.
Numbers that differ by area, date or key are multiplied by one factor: schedules keep their dates, counts stay
whole. Their amount is then their sum on the last day of the window.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import PydanticSerializationError

from sim.errors import InputError
from sim.scenario.errors import Keys, ScenarioError
from sim.scenario.loading import Resolved, load
from sim.scenario.numbers import NUMBER, fraction, slip
from sim.scenario.paths import at, changed, matching, split
from sim.scenario.provenance.explain import rows
from sim.scenario.schema import Scenario
from sim.scenario.schema.schedules import ByArea, Schedule
from sim.scenario.schema.units import hint, quoted

_FACTOR: Final = re.compile(rf"x\s*({NUMBER})", re.ASCII | re.IGNORECASE)
_NUMBER: Final = re.compile(NUMBER, re.ASCII)
_FIGURES: Final = 10
_BASE: Final = {"%": "1"}
"""Units of numbers that are kept in other units than they are written in; times are kept in seconds."""
CENTS: Final = 100
_NOT_VARIED: Final = ("days", "replications", "seed")
"""Numbers of the experiment, not of the world."""


@dataclass(frozen=True)
class Vary:
    """Values moved together. `now` is the amount as the scenario stands, that of the first path named."""

    scenario: Scenario
    paths: tuple[Keys, ...]
    """Of every value that is moved, those of the amount first."""
    counted: int
    """How many of them make the amount."""
    now: float
    whole: bool
    """Whether the amount is a count."""
    single: bool
    """Whether it is one plain number."""
    named: str
    """What the user named."""

    def sets(self, amount: float) -> tuple[str, ...]:
        """The `path=value` options that bring the amount about (counts by area: as near as rounding allows)."""
        return _options(self.scenario, self.paths, amount / self.now)

    def spelled(self, amount: float) -> str:
        """The amount as a scenario would say it: with its unit, or as a plain number."""
        try:
            text = self._leaf(amount)
        except PydanticSerializationError:  # a sum of shares beyond 100 %
            text = None
        return text if isinstance(text, str) else f"{self.reached(amount):,.10g}"

    @property
    def unit(self) -> str:
        """Unit of `reached`; empty for a plain number."""
        text = self._leaf(None)
        if not isinstance(text, str):
            return ""
        rest = text.lstrip("$0123456789.,- ")
        return (
            f"USD {rest}".rstrip() if text.startswith("$") else rest if rest.startswith("/") else _BASE.get(rest, "s")
        )

    def reached(self, amount: float) -> float:
        """The amount after rounding, in `unit`; a whole number if it is a count."""
        counted = self.paths[: self.counted]
        found = _amount(_scaled_at(self.scenario, counted, amount / self.now), counted)
        return found / CENTS if self.unit.startswith("USD") else int(found) if self.whole else found

    def _leaf(self, amount: float | None) -> Any:
        """The first number of the amount (were it all of it, if one is given) as `--set` would write it."""
        first = next(path for path in self.paths if any(_numbers(at(self.scenario, path))))
        numbers = _numbers(at(self.scenario, first))
        place = next(i for i, number in enumerate(numbers) if number)
        moved = _scaled_at(self.scenario, [first], 1.0 if amount is None else amount / numbers[place])
        return list(_leaves(at(moved.model_dump(), first)))[place]


def settle(resolved: Resolved, named: Sequence[str]) -> Vary:
    """What `--vary PATH ...` means in a scenario. Raises InputError."""
    found = [_found(resolved, name) for name in named]
    paths = tuple(dict.fromkeys(path for of_name in found for path in of_name))
    counted = paths[: len(found[0])]
    numbers = [number for path in counted for number in _numbers(at(resolved.scenario, path))]
    now = _amount(resolved.scenario, counted)
    if not now > 0:
        raise InputError(f"--vary: {named[0]} adds up to {now:g} on the last day, so nothing can be scaled")
    single = len(numbers) == 1 and len(counted) == 1
    whole = all(isinstance(number, int) for number in numbers)
    return Vary(resolved.scenario, paths, len(counted), now, whole, single, ", ".join(named))


def times(resolved: Resolved, name: str, factor: float) -> tuple[str, ...]:
    """The `path=value` options that multiply what a pattern names; none where the scenario has no such numbers."""
    paths = matching(resolved.scenario, split(name))
    return _options(resolved.scenario, [path for path in paths if _numbers(at(resolved.scenario, path))], factor)


def _options(scenario: Scenario, paths: Sequence[Keys], factor: float) -> tuple[str, ...]:
    tree = _scaled_at(scenario, paths, factor).model_dump()
    return tuple(f"{'.'.join(path)}={json.dumps(at(tree, path), ensure_ascii=False)}" for path in paths)


def ends(vary: Vary, text: str, scenario: str, sets: Sequence[str]) -> tuple[float, float]:
    """The amounts that `--in LOW:HIGH` means. Raises InputError."""
    low, colon, high = (part.strip() for part in text.partition(":"))
    if not colon or not low or not high:
        raise InputError(f"--in: {quoted(text)} is no range; write LOW:HIGH, such as 500:2000 or x0.5:x3")
    amounts = [_end(vary, one, scenario, sets) for one in (low, high)]
    if not 0 < amounts[0] < amounts[1]:
        raise InputError(f"--in: {quoted(text)} is an empty range; write the low end first, above 0")
    return amounts[0], amounts[1]


def _end(vary: Vary, text: str, scenario: str, sets: Sequence[str]) -> float:
    if factor := _FACTOR.fullmatch(text):
        return vary.now * float(fraction(factor[1]))
    if vary.single:
        path = ".".join(vary.paths[0])
        try:
            return _amount(load(scenario, (*sets, f"{path}={text}")).scenario, vary.paths[:1])
        except ScenarioError as error:
            raise InputError(f"--in: {path}: {error.problems[0].message}") from None
    spelled = next(_leaves(at(vary.scenario.model_dump(), vary.paths[0])))
    if _NUMBER.fullmatch(text) and not isinstance(spelled, str):
        return float(fraction(text))
    example = "a factor such as x1.5" if isinstance(spelled, str) else "a total, or a factor such as x1.5"
    raise InputError(f"--in: {quoted(text)} is no amount of {vary.named}; write {example}{slip(text)}")


# --- finding ------------------------------------------------------------------------------------
def _found(resolved: Resolved, name: str) -> list[Keys]:
    """The paths of values that a pattern names. Raises InputError."""
    keys = tuple(name.strip().split("."))
    if keys[0] in _NOT_VARIED:
        raise InputError(f"--vary: {name}: is no amount of anything; name a value of the world such as beds.contracted")
    every = [path for path in matching(resolved.scenario, keys) if at(resolved.scenario, path) is not None]
    if every and all(_numbers(at(resolved.scenario, path)) for path in every):
        return every
    stands = any(True for _ in matching(resolved.scenario, keys))
    if every or "*" in keys or stands:
        what = "is not stated (none)" if stands and not every else "names no number"
        raise InputError(f"--vary: {name}: {what}; name a number, or numbers by area or date, such as beds.contracted")
    known = {".".join(row.path.split(".")[: len(keys)]) for row in rows(resolved)}
    near = hint(name, sorted(known), f"`detsim explain {resolved.scenario.name}` lists all")
    raise InputError(f"--vary: {quoted(name)} is no value of the scenario; {near}")


def _numbers(value: Any) -> list[float]:
    """The numbers of a value: one, by date, by area, or both; none of anything else."""
    if isinstance(value, ByArea):
        inner = [*([] if value.default is None else [value.default]), *value.values.values()]
        return [number for one in inner for number in _numbers(one)]
    if isinstance(value, Schedule):
        return [number for _, one in value.points for number in _numbers(one)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def _leaves(tree: Any) -> Iterator[Any]:
    if not isinstance(tree, Mapping):
        yield tree
        return
    for key, child in tree.items():
        if key != "ramp":
            yield from _leaves(child)


# --- amounts ------------------------------------------------------------------------------------
def _amount(scenario: Scenario, paths: Sequence[Keys]) -> float:
    """The sum over values and areas on the last day of the window."""
    return math.fsum(_on_last_day(at(scenario, path), scenario) for path in paths)


def _on_last_day(value: Any, scenario: Scenario) -> float:
    if isinstance(value, ByArea):
        areas = scenario.areas if value.default is not None else value.values
        return math.fsum(_on_last_day(value.of(area), scenario) for area in areas)
    if isinstance(value, Schedule):
        return float(value.at(scenario.start.fromordinal(scenario.start.toordinal() + scenario.days - 1)))
    return float(value)


def _scaled_at(node: Any, paths: Sequence[Keys], factor: float) -> Any:
    for path in paths:
        node = changed(node, path, lambda value: _scaled(value, factor))
    return node


def _scaled(value: Any, factor: float) -> Any:
    if isinstance(value, ByArea):
        default = None if value.default is None else _scaled(value.default, factor)
        return ByArea({area: _scaled(one, factor) for area, one in value.values.items()}, default)
    if isinstance(value, Schedule):
        return Schedule(((date, _scaled(one, factor)) for date, one in value.points), value.ramp)
    return math.floor(value * factor + 0.5) if isinstance(value, int) else float(f"{value * factor:.{_FIGURES}g}")
