"""Values of a scenario by path: what stands below what, for everything that visits, finds or replaces values.

The functions work alike on a typed scenario (models, values by area, schedules, shares) and on a plain tree of
mappings and lists. A path has the keys and list positions that `--set` and messages show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from sim.scenario.errors import Keys
from sim.scenario.schema.schedules import ByArea, Schedule
from sim.scenario.schema.units import Model

T = TypeVar("T")
ANY: Final = "*"
"""Stands in a pattern for every key at its place."""
_NOTHING: Final = object()
Whole = Callable[[Any, Any], bool]
"""Whether a value of some type is taken as a whole, not visited below."""


# --- values -------------------------------------------------------------------------------------
def children(node: Any) -> dict[str, Any]:
    """What stands right below a value, by key or position; nothing below a scalar."""
    if isinstance(node, BaseModel):
        fields = {name: getattr(node, name) for name in type(node).model_fields}
        alone = isinstance(node, Model) and node.one_of_many
        return {name: value for name, value in fields.items() if value is not None} if alone else fields
    if isinstance(node, ByArea):
        default = {} if node.default is None or not node.values else {"default": node.default}
        return default | dict(node.values)
    if isinstance(node, Schedule):
        return {} if node.is_constant else {date.isoformat(): value for date, value in node.points}
    if isinstance(node, Mapping):
        return {str(key): value for key, value in node.items()}
    return {str(index): value for index, value in enumerate(node)} if isinstance(node, list) else {}


def at(node: Any, path: Keys, default: Any = None) -> Any:
    """The value at a path; `default` if there is none."""
    for key in path:
        node = children(node).get(key, _NOTHING)
        if node is _NOTHING:
            return default
    return node


def exists(node: Any, path: Keys) -> bool:
    """Whether there is a value at a path."""
    return at(node, path, _NOTHING) is not _NOTHING


def visit(node: Any, whole: Whole, kind: Any = None, path: Keys = ()) -> Iterator[tuple[Keys, Any, Any]]:
    """Path, value and type (None if unknown) of a value and of all below it, down to what is `whole`."""
    yield path, node, kind
    if not whole(node, kind):
        for key, child in children(node).items():
            yield from visit(child, whole, below(kind, key), (*path, key))


def leaves(node: Any, whole: Whole, kind: Any = None, path: Keys = ()) -> Iterator[Keys]:
    """The paths of what is `whole` or has nothing below it."""
    for key, value, found in visit(node, whole, kind, path):
        if whole(value, found) or not children(value):
            yield key


def matching(node: Any, pattern: Keys, path: Keys = ()) -> Iterator[Keys]:
    """Every path that a pattern means."""
    if not pattern:
        yield path
        return
    inside = children(node)
    if pattern[0] == ANY:
        keys = [key for key in inside if not (key == "default" and isinstance(node, ByArea))]
    else:
        keys = [pattern[0]] if pattern[0] in inside else []
    for key in keys:
        yield from matching(inside[key], pattern[1:], (*path, key))


def replaced(node: T, path: Keys, value: Any) -> T:
    """A copy with another value at a path. Raises KeyError if there is none."""
    return changed(node, path, lambda _: value)


def changed(node: T, path: Keys, change: Callable[[Any], Any]) -> T:
    """A copy with the value at a path changed. Raises KeyError if there is none."""
    if not path:
        return change(node)  # type: ignore[no-any-return]
    new = changed(children(node)[path[0]], path[1:], change)
    return _with_child(node, path[0], new)  # type: ignore[no-any-return]


def _with_child(node: Any, key: str, new: Any) -> Any:
    if isinstance(node, BaseModel):
        return node.model_copy(update={key: new})
    if isinstance(node, ByArea):
        if key == "default":
            return ByArea(node.values, new)
        return ByArea({**node.values, key: new}, node.default)
    if isinstance(node, Schedule):
        return Schedule(((date, new if date.isoformat() == key else value) for date, value in node.points), node.ramp)
    if isinstance(node, list):
        return [new if str(index) == key else value for index, value in enumerate(node)]
    return {word: new if str(word) == key else value for word, value in node.items()}


def split(path: str) -> Keys:
    """The keys of a dotted path."""
    return tuple(path.split("."))


def matches(pattern: Keys, path: Keys) -> bool:
    """Whether a pattern means a path."""
    return len(pattern) == len(path) and all(word in (ANY, key) for word, key in zip(pattern, path, strict=True))


def at_or_below(path: Keys, pattern: Keys) -> bool:
    """Whether a path is at or below one that a pattern means."""
    return len(path) >= len(pattern) and matches(pattern, path[: len(pattern)])


# --- types --------------------------------------------------------------------------------------
def bare(kind: Any) -> Any:
    """A type without `Annotated` and without `| None`."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        others = [arg for arg in get_args(kind) if arg is not type(None)]
        return bare(others[0]) if len(others) == 1 else kind
    return kind


def below(kind: Any, key: str) -> Any:
    """The type of what stands under a key, with its quantity and bounds; None if unknown."""
    kind = bare(kind)
    if is_model(kind):
        field = kind.model_fields.get(key)
        if field is None:
            return None
        return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    origin, args = get_origin(kind), get_args(kind)
    if origin is dict:
        return args[1]
    return args[0] if origin in (ByArea, list) else None


def is_optional(kind: Any) -> bool:
    """Whether a value of a type may be None."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return type(None) in get_args(kind)


def is_model(kind: Any) -> bool:
    """Whether a type is a mapping with known keys."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)
