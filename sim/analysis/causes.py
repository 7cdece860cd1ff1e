"""Causes of a difference: each group of inputs gets its share, whatever the order in which they are changed.

The share is the Shapley value: the mean, over all orders of the groups, of what the measure changes by when the group
joins those before it. Shares add up to the whole difference exactly, in every replication (Shapley 1953; for the
decomposition of a difference, Shorrocks 2013).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, permutations
from typing import Final

from sim.analysis.inputs import ABSENT, Input

Groups = frozenset[str]
MOST_EXACT: Final = 5
"""Up to so many groups every order counts; of more a sample of orders."""
_ORDERS: Final = 6
"""Orders that are drawn, each taken forwards and backwards."""
_GROUPS: Final = (
    ("arrests.goal", "goal"),
    ("arrests.sources", "arrests"),
    ("arrests", "arrests"),
    ("people", "people"),
    ("intake", "intake"),
    ("beds", "beds"),
    ("case.dockets", "judges"),
    ("case", "case"),
    ("removal.routes", "seats"),
    ("removal", "documents"),
    ("release", "releases"),
    ("funding", "money"),
)


def group_of(path: str) -> str:
    """The group that an input belongs to: the part of the pathway, or its first key."""
    return next((name for stem, name in _GROUPS if f"{path}.".startswith(f"{stem}.")), path.partition(".")[0])


def settings(inputs: Sequence[Input]) -> dict[str, tuple[str, ...]]:
    """The `path=value` settings that bring each group from the baseline to the other scenario."""
    found: dict[str, list[str]] = {}
    for one in inputs:
        value = "null" if one.value == ABSENT else as_setting(one.value)
        found.setdefault(group_of(one.path), []).append(f"{one.path}={value}")
    return {group: tuple(sets) for group, sets in found.items()}


def as_setting(text: str) -> str:
    """A value as text in the form that `--set` reads: without commas inside numbers."""
    return re.sub(r"(?<=\d),(?=\d)", "", text)


def orders(groups: Sequence[str]) -> list[tuple[str, ...]]:
    """Every order of up to MOST_EXACT groups; of more the same sample each time, every order with its reverse."""
    if len(groups) <= MOST_EXACT:
        return list(permutations(groups))
    draw = random.Random(1)
    drawn = [tuple(draw.sample(groups, len(groups))) for _ in range(_ORDERS)]
    return [order for one in drawn for order in (one, one[::-1])]


def coalitions(groups: Sequence[str]) -> list[Groups]:
    """The sets of changed groups whose values `shares` asks for, the empty one first."""
    if len(groups) <= MOST_EXACT:
        return [frozenset(chosen) for n in range(len(groups) + 1) for chosen in combinations(groups, n)]
    return list(dict.fromkeys(frozenset(order[:n]) for n in range(len(groups) + 1) for order in orders(groups)))


def shares(groups: Sequence[str], value: Mapping[Groups, int | float]) -> dict[str, Fraction]:
    """The share of each group in value[all] − value[none]; they add up to it exactly."""
    every = orders(groups)
    total = dict.fromkeys(groups, Fraction(0))
    for order in every:
        for group, step in _steps(order, value):
            total[group] += step
    return {group: summed / len(every) for group, summed in total.items()}


def _steps(order: Sequence[str], value: Mapping[Groups, int | float]) -> Iterator[tuple[str, Fraction]]:
    """What each group adds to those before it."""
    for i, group in enumerate(order):
        yield group, Fraction(value[frozenset(order[: i + 1])]) - Fraction(value[frozenset(order[:i])])


def whole(parts: Sequence[float], total: float) -> list[int]:
    """Parts in whole numbers that add up to the rounded total: the largest remainders are rounded up."""
    floors = [int(part // 1) for part in parts]
    missing = round(total) - sum(floors)
    up = sorted(range(len(parts)), key=lambda i: floors[i] - parts[i])[: max(missing, 0)]
    return [floor + (i in up) for i, floor in enumerate(floors)]
