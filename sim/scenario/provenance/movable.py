"""What of a scenario can be moved: its numbers by path, each with how it is read, and what moving does to it.

What is set at once is a whole: a number, a schedule, shares or a distribution. Moving its numbers keeps the dates of
a schedule and the shape of a distribution; counts and seconds stay whole, shares stay within 100 %, and of shares
that add up to 100 % those not moved give way in proportion.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from sim.scenario.errors import Keys
from sim.scenario.paths import ANY, at_or_below, bare, children, matches, replaced, split, visit
from sim.scenario.schema import Scenario, WeekdayFactors
from sim.scenario.schema.distributions import Distribution
from sim.scenario.schema.schedules import ByArea, Schedule, Shares, by_area
from sim.scenario.schema.units import Duration, Quantity, Share

Number = int | float
Move = Callable[[Number, bool], float]
"""What a number becomes, and whether it is divided where others are multiplied."""

DIVIDED: Final = "/ "
"""Before a path: its numbers are divided where others are multiplied."""
_FIGURES: Final = 10
"""Significant figures that a moved number keeps."""
_STAGES: Final = ("people", "arrests", "intake", "beds", "case", "removal", "release", "funding")
_ADD_UP: Final = (
    ("people", "day0", "areas"),
    ("people", "day0", "time_served", "*", "share"),
    ("removal", "groups", "*", "share"),
)
"""Shares that stand apart and add up to 100 % all the same: nothing moves them."""


@dataclass(frozen=True)
class Whole:
    """What is set at once (a number, a schedule, shares or a distribution) and the numbers in it."""

    path: Keys
    kind: Any
    tree: Any
    numbers: Mapping[Keys, Number]
    quantity: Quantity

    @property
    def is_share(self) -> bool:
        """Whether its numbers cannot pass 1."""
        return self.quantity == _quantity(Share)

    @property
    def adds_up(self) -> bool:
        """Whether its numbers add up to 1."""
        return get_origin(bare(self.kind)) is Shares


@dataclass(frozen=True)
class Target:
    """Numbers that move together, of one whole."""

    whole: Whole
    chosen: tuple[Keys, ...]
    divided: bool = False
    """Divided where the others are multiplied, so that a product stays."""

    def values(self) -> list[Number]:
        """What they are now."""
        return [self.whole.numbers[key] for key in self.chosen]

    def tree(self, move: Move) -> Any:
        """The whole with the chosen numbers moved, as a scenario file would say it. Raises ValueError."""
        whole = self.whole
        moved = {key: _kept_whole(move(whole.numbers[key], self.divided), whole) for key in self.chosen}
        if whole.adds_up:
            moved |= self._give_way(moved)
        tree = whole.tree
        for key, value in moved.items():
            tree = replaced(tree, key, whole.quantity.spell(value))
        return tree

    def _give_way(self, moved: Mapping[Keys, Number]) -> dict[Keys, Number]:
        """The shares that are not chosen, in proportion, so that all add up to 1."""
        rest = {key: share for key, share in self.whole.numbers.items() if key not in moved}
        left, now = 1 - sum(moved.values()), sum(rest.values())
        if left < 0 or not now:
            raise ValueError("the shares would not add up to 100 %; vary some of them and leave room for the others")
        return {key: round(share * left / now, _FIGURES) for key, share in rest.items()}

    def option(self, move: Move) -> str:
        """The `path=value` that moves them."""
        tree = self.tree(move)
        text = json.dumps(tree, ensure_ascii=False) if isinstance(tree, dict) else str(tree)
        return f"{'.'.join(self.whole.path)}={text}"

    def problem(self, move: Move) -> str | None:
        """What is wrong with the moved value, None if nothing is."""
        try:
            _adapter(self.whole.kind).validate_python(self.tree(move))
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            return str(first["msg"]).removeprefix("Value error, ").lower()
        except ValueError as error:
            return str(error)
        return None


def _kept_whole(value: float, whole: Whole) -> Number:
    if isinstance(next(iter(whole.numbers.values())), int):
        return math.floor(value + 0.5)
    tidy = float(f"{value:.{_FIGURES}g}")
    return min(1.0, tidy) if whole.is_share else tidy


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


Movable = dict[Keys, Whole]
"""All that can be moved in a scenario, by path."""


def movable(tree: Mapping[str, Any]) -> Movable:
    """What can be moved in a resolved scenario."""
    found: Movable = {}
    for path, value, kind in visit({key: tree[key] for key in _STAGES}, _is_whole, Scenario):
        quantity = _quantity_in(kind, value)
        apart = any(at_or_below(path, pattern) for pattern in _ADD_UP)
        if quantity is not None and not apart and (numbers := _numbers(quantity, value)):
            found[path] = Whole(path, kind, value, numbers, quantity)
    return found


def _is_whole(value: Any, kind: Any) -> bool:
    """Whether a value is set at once: what has a quantity, factors by weekday, a list of scalars."""
    plain = bare(kind)
    of_scalars = isinstance(value, list) and not isinstance(get_args(plain)[0], type)
    return of_scalars or plain == WeekdayFactors or _quantity_in(kind, value) is not None


def _quantity_in(kind: Any, tree: Any) -> Quantity | None:
    """How the numbers of a whole are read; None: it is no whole."""
    plain = bare(kind)
    origin = get_origin(plain)
    if origin is ByArea and not by_area(tree):
        return _quantity_in(get_args(plain)[0], tree)
    if origin is Schedule:
        return _quantity(get_args(plain)[0])
    if origin is Shares:
        return _quantity(Share)
    return _quantity(Duration if plain == bare(Distribution) else kind)


def _quantity(kind: Any) -> Quantity | None:
    """How a scalar of some type is read; None if it is no scalar with a unit."""
    parts = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    for part in parts:
        for note in getattr(part, "__metadata__", ()):
            if isinstance(note, Quantity):
                return note
    return None


def _numbers(quantity: Quantity, tree: Any, path: Keys = ()) -> dict[Keys, Number]:
    """Every number of a whole by where it stands in it; words, dates and shapes are none."""
    if isinstance(tree, dict | list):
        inner = (_numbers(quantity, child, (*path, key)) for key, child in children(tree).items())
        return {key: number for found in inner for key, number in found.items()}
    try:
        value = quantity.parse(tree)
    except ValueError:
        return {}
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and not isinstance(tree, bool)
    return {path: value} if is_number else {}


# --- by path ------------------------------------------------------------------------------------
def named(pattern: str, known: Movable) -> list[Target]:
    """The numbers at or below a path; of a value far above, not shares that add up: moved alike they stay."""
    divided = pattern.startswith(DIVIDED)
    keys = split(pattern.removeprefix(DIVIDED))
    targets = []
    for path, whole in known.items():
        if keys[0] not in (ANY, path[0]):
            continue  # most of them
        if matches(keys[: len(path)], path[: len(keys)]) and not (whole.adds_up and len(keys) < len(path)):
            chosen = tuple(key for key in whole.numbers if at_or_below(key, keys[len(path) :]))
            targets += [Target(whole, chosen, divided)] if chosen else []
    return targets


def together(targets: Iterable[Target]) -> list[Target]:
    """One target a whole, so that its shares give way once."""
    merged: dict[tuple[Keys, bool], Target] = {}
    for target in targets:
        key = target.whole.path, target.divided
        chosen = (*merged[key].chosen, *target.chosen) if key in merged else target.chosen
        merged[key] = replace(target, chosen=tuple(dict.fromkeys(chosen)))
    return list(merged.values())


def names(targets: Sequence[Target]) -> list[str]:
    """Paths that name just these numbers."""
    found = []
    for target in targets:
        keys = [()] if set(target.chosen) == set(target.whole.numbers) else target.chosen
        found += [(DIVIDED if target.divided else "") + ".".join((*target.whole.path, *key)) for key in keys]
    return found
