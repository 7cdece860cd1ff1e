"""pydantic's findings -> problems in plain words, each at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.errors import Keys, Problem, by_place
from sim.scenario.numbers import odd_character
from sim.scenario.paths import bare, below
from sim.scenario.reading.document import Tree
from sim.scenario.schema import Scenario
from sim.scenario.schema.distributions import Node, Spec
from sim.scenario.schema.schedules import ROOT
from sim.scenario.schema.units import Quantity, nearest, one_of, quoted

KEY_MARK: Final = "[key]"
MOST_FAULTS: Final = 200
"""Told at once; what is wrong beyond them is not looked at."""
MOST_TOLD: Final = 3
"""Lines about one mapping most of whose entries are wrong."""


@dataclass(frozen=True)
class Fault:
    """What pydantic found: the path of the value, the problem, and the key that was meant where one is misspelt."""

    path: Keys
    problem: Problem
    meant: str | None = None
    of_key: bool = False


def translate(error: ValidationError, tree: Tree, root: type[BaseModel] = Scenario) -> list[Fault]:
    """The faults that pydantic found in a file of class `root`, each at its place."""
    return [_fault(detail, tree, root) for detail in error.errors(include_url=False)[:MOST_FAULTS]]


def folded(faults: Sequence[Fault], tree: Tree) -> list[Problem]:
    """The problems of faults, less the values of wrong keys; at most three of a mapping mostly wrong.

    Such a mapping (or list) is in the wrong place or means something else: the rest are consequences, and the third
    line counts them.
    """
    wrong_keys = {fault.path for fault in faults if fault.of_key}
    causes = [fault for fault in faults if fault.of_key or fault.path not in wrong_keys]
    left = sorted(causes, key=lambda fault: by_place(fault.problem))
    above = {fault.path[:length] for fault in left for length in range(1, len(fault.path))}
    for home in sorted(above, key=len):
        below = [fault for fault in left if fault.path[: len(home)] == home and len(fault.path) > len(home)]
        if len(below) > MOST_TOLD and _mostly_wrong(home, below, tree):
            last, dropped = below[MOST_TOLD - 1].problem, below[MOST_TOLD:]
            left = [fault for fault in left if fault not in dropped]
            rest = f"{len(dropped)} other {'fault' if len(dropped) == 1 else 'faults'} below {_shared(below)}"
            counting = replace(last, message=f"{last.message} (and {rest})")
            left = [replace(fault, problem=counting) if fault.problem is last else fault for fault in left]
    return [fault.problem for fault in left]


def _mostly_wrong(home: Keys, below: Sequence[Fault], tree: Tree) -> bool:
    """Whether most entries that a layer wrote in a mapping or list are at fault."""
    node, layer = tree.at(home), below[-1].problem.place.layer
    if node is None:
        return False
    written = {key for key, place in node.keys.items() if place.layer == layer} or set(
        map(str, range(len(node.value or ())))
    )
    return 2 * len(written & {fault.path[len(home)] for fault in below}) > len(written)


def _shared(faults: Sequence[Fault]) -> str:
    """The path of the innermost mapping or list that holds all the faulty values."""
    homes = sorted(fault.path[:-1] for fault in faults)
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(homes[0], homes[-1], strict=False))
    return ".".join(key for key, _ in alike)


def _fault(detail: ErrorDetails, tree: Tree, root: type[BaseModel]) -> Fault:
    path = tuple(str(item) for item in detail["loc"] if item not in (ROOT, KEY_MARK))
    of_key = KEY_MARK in detail["loc"] or detail["type"] == "extra_forbidden"
    place = tree.place_of(path, of_key)
    if detail["type"] == "extra_forbidden":
        return Fault(path, Problem(place, ".".join(path), _unknown(path, root)), _meant(path, tree, root), True)
    return Fault(path, Problem(place, ".".join(path), _message(detail, path, root)), of_key=of_key)


def _message(detail: ErrorDetails, path: Keys, root: type[BaseModel]) -> str:
    kind, raw, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "missing":
        return _missing(path, root)
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", str(context["expected"]))
        return one_of(raw, words) if isinstance(raw, str) else f"{quoted(raw)} is not one of {', '.join(words)}"
    if kind == "value_error":
        return str(context["error"])
    if kind in _BOUNDS:
        word, name = _BOUNDS[kind]
        return f"{quoted(raw)} is out of range, must be {word} {context[name]}"
    if raw is None:
        return "is empty, write a value or leave the key out"
    if kind == "model_type" and (keys := list(_model(path, root).model_fields)):
        return f"{quoted(raw)} is not a mapping, write keys below it: {', '.join(keys)}"
    return _SHAPES.get(kind, f"{quoted(raw)}: {detail['msg'].lower()}").replace("RAW", quoted(raw))


_BOUNDS: Final = {
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
}
_SHAPES: Final = {
    "dict_type": "RAW is not a mapping, write keys below it",
    "list_type": "RAW is not a list, write [a, b] or lines that start with -",
    "too_short": "is empty, give at least one entry",
}


def _missing(path: Keys, root: type[BaseModel]) -> str:
    field = _model(path[:-1], root).model_fields[path[-1]]
    wanted = _wanted([*field.metadata, field.annotation])
    about = f" ({field.description.rstrip('.')})" if field.description else ""
    return f"is missing{about}" + (f", {wanted}" if wanted else ", this key has no default")


def _wanted(parts: Sequence[Any]) -> str | None:
    """What the first quantity of a type says when it is given nothing."""
    for part in parts:
        if isinstance(part, Quantity):
            try:
                part.parse(None)
            except ValueError as error:
                return str(error).removeprefix("is empty, ")
        elif get_origin(part) not in (dict, list) and (found := _wanted(get_args(part))):
            return found
    return None


def _meant(path: Keys, tree: Tree, root: type[BaseModel]) -> str | None:
    """The key that a misspelt one stands for; None if nothing is near, or it is given too."""
    home, near = tree.at(path[:-1]), nearest(path[-1], _model(path[:-1], root).model_fields)
    return near if home is not None and path[-1] in home.keys and near not in home.keys else None


def _unknown(path: Keys, root: type[BaseModel]) -> str:
    key, keys = path[-1], list(_model(path[:-1], root).model_fields)
    if found := odd_character(key):
        return f"unknown key: {found}"
    if near := nearest(key, keys):
        return f"unknown key, did you mean {near}?"
    if homes := _homes(root).get(key):
        return f"unknown key here, it belongs under {' or '.join(homes[:3])}"
    if far := nearest(key, _homes(root), 0.8):
        return f"unknown key, did you mean {far} under {_homes(root)[far][0]}?"
    return f"unknown key, the keys here are {', '.join(keys)}"


def _model(path: Keys, root: type[BaseModel]) -> type[BaseModel]:
    """The class of the mapping at a path."""
    kind: Any = root
    for key in path:
        kind = bare(below(kind, key))
        kind = Spec if kind == Node else kind
    return kind  # type: ignore[no-any-return]


@cache
def _homes(root: type[BaseModel]) -> dict[str, list[str]]:
    """For each key of a class the paths it belongs under."""
    homes: dict[str, list[str]] = {}
    for home, key in _keys(root, ()):
        homes.setdefault(key, []).append(".".join(home) or "the top of the file")
    return homes


def _keys(kind: Any, path: Keys) -> Iterator[tuple[Keys, str]]:
    kind = bare(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield path, name
            yield from _keys(field.annotation, (*path, name))
    elif get_origin(kind) in (dict, list):
        yield from _keys(get_args(kind)[-1], (*path, "NAME"))
