"""pydantic's findings -> problems in plain words, each at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.document import Keys, Tree
from sim.scenario.errors import Problem
from sim.scenario.layers import bare, below
from sim.scenario.schedules import ROOT
from sim.scenario.schema import Scenario
from sim.scenario.units import nearest, one_of, quoted

KEY_MARK: Final = "[key]"


def translate(error: ValidationError, tree: Tree) -> list[tuple[Keys, Problem]]:
    """One problem for each finding, with the path of the value it is about."""
    return [_problem(detail, tree) for detail in error.errors(include_url=False)]


def _problem(detail: ErrorDetails, tree: Tree) -> tuple[Keys, Problem]:
    path = tuple(str(item) for item in detail["loc"] if item not in (ROOT, KEY_MARK))
    of_key = KEY_MARK in detail["loc"] or detail["type"] == "extra_forbidden"
    return path, Problem(tree.place_of(path, of_key), ".".join(path), _message(detail, path))


def _message(detail: ErrorDetails, path: Keys) -> str:
    kind, raw, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(path)
    if kind == "missing":
        return _missing(path)
    if kind == "literal_error":
        return _not_one_of(raw, str(context["expected"]))
    if kind == "value_error":
        return str(context["error"])
    if kind in _BOUNDS:
        word, name = _BOUNDS[kind]
        return f"{quoted(raw)} is out of range, must be {word} {context[name]}"
    if raw is None:
        return "is empty, write a value or leave the key out"
    return _SHAPES.get(kind, f"{quoted(raw)}: {detail['msg'].lower()}").replace("RAW", quoted(raw))


_BOUNDS: Final = {
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
}
_SHAPES: Final = {
    "model_type": "RAW is not a mapping, write keys below it",
    "dict_type": "RAW is not a mapping, write keys below it",
    "list_type": "RAW is not a list, write [a, b] or lines that start with -",
    "too_short": "has too few entries",
}


def _not_one_of(raw: object, expected: str) -> str:
    words = re.findall(r"'([^']*)'", expected)
    return one_of(raw, words) if isinstance(raw, str) else f"{quoted(raw)} is not one of {', '.join(words)}"


def _missing(path: Keys) -> str:
    field = _model(path[:-1]).model_fields[path[-1]]
    return "is missing" + (f": {field.description.rstrip('.')}" if field.description else ", this key has no default")


def _unknown(path: Keys) -> str:
    key, model = path[-1], _model(path[:-1])
    keys = list(model.model_fields)
    near = nearest(key, keys)
    if near:
        return f"unknown key, did you mean {near}?"
    if homes := _homes().get(key):
        return f"unknown key here, it belongs under {' or '.join(homes[:3])}"
    far = nearest(key, _homes())
    if far and far != key:
        return f"unknown key, did you mean {far} under {_homes()[far][0]}? here: {', '.join(keys)}"
    return f"unknown key, the keys here are {', '.join(keys)}"


def _model(path: Keys) -> type[BaseModel]:
    """The class of the mapping at a path."""
    kind: Any = Scenario
    for key in path:
        kind = _spec(below(kind, key))
    return bare(kind)  # type: ignore[no-any-return]


def _spec(kind: Any) -> Any:
    from sim.scenario.distributions import Node, Spec

    return Spec if bare(kind) == Node else kind


@cache
def _homes() -> dict[str, list[str]]:
    """For each key of the schema the paths it belongs under."""
    homes: dict[str, list[str]] = {}
    for home, key in _keys(Scenario, ()):
        homes.setdefault(key, []).append(".".join(home) or "the top of the file")
    return homes


def _keys(kind: Any, path: Keys) -> Iterator[tuple[Keys, str]]:
    kind = bare(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield path, name
            yield from _keys(field.annotation, (*path, name))
    elif get_origin(kind) in (dict, list):
        yield from _keys(get_args(kind)[-1], (*path, "*"))
