"""pydantic's findings -> problems in plain words, each at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.errors import Problem
from sim.scenario.reading.document import Keys, Tree, split_number
from sim.scenario.reading.layers import bare, below
from sim.scenario.schema import Scenario
from sim.scenario.schema.base import Quantity
from sim.scenario.schema.schedules import ROOT
from sim.scenario.schema.units import nearest, one_of, quoted

KEY_MARK: Final = "[key]"


def translate(error: ValidationError, tree: Tree) -> list[tuple[Keys, Problem]]:
    """One problem for each finding, with the path of the value it is about."""
    details = error.errors(include_url=False)
    return [_problem(detail, tree) for detail in details if not _of_bad_key(detail)]


def _of_bad_key(detail: ErrorDetails) -> bool:
    """Whether it is the value under a key that is no key at all, about which there is another finding."""
    last = detail["loc"][-1] if detail["loc"] else ""
    return detail["input"] is None and detail["type"] == "value_error" and bool(split_number(str(last)))


def _problem(detail: ErrorDetails, tree: Tree) -> tuple[Keys, Problem]:
    path = tuple(str(item) for item in detail["loc"] if item not in (ROOT, KEY_MARK))
    of_key = KEY_MARK in detail["loc"] or detail["type"] == "extra_forbidden"
    message = (split_number(path[-1]) if of_key else None) or _message(detail, path)
    return path, Problem(tree.place_of(path, of_key), ".".join(path), message)


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
    "too_short": "is empty, give at least one entry",
}


def _not_one_of(raw: object, expected: str) -> str:
    words = re.findall(r"'([^']*)'", expected)
    return one_of(raw, words) if isinstance(raw, str) else f"{quoted(raw)} is not one of {', '.join(words)}"


def _missing(path: Keys) -> str:
    field = _model(path[:-1]).model_fields[path[-1]]
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


def _unknown(path: Keys) -> str:
    key, model = path[-1], _model(path[:-1])
    keys = list(model.model_fields)
    if near := nearest(key, keys):
        return f"unknown key, did you mean {near}?"
    if homes := _homes().get(key):
        return f"unknown key here, it belongs under {' or '.join(homes[:3])}"
    if far := nearest(key, _homes(), 0.8):
        return f"unknown key, did you mean {far} under {_homes()[far][0]}?"
    return f"unknown key, the keys here are {', '.join(keys)}"


def _model(path: Keys) -> type[BaseModel]:
    """The class of the mapping at a path."""
    kind: Any = Scenario
    for key in path:
        kind = _spec(below(kind, key))
    return bare(kind)  # type: ignore[no-any-return]


def _spec(kind: Any) -> Any:
    from sim.scenario.schema.distributions import Node, Spec

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
        yield from _keys(get_args(kind)[-1], (*path, "NAME"))
