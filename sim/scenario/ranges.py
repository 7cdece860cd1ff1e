"""The ranges believed, as values a program can apply: what `low` and `high` of `sources` mean.

An end is relative to the value (`-20 %`, `x 0.5`, and for shares `odds x 0.5`) or a value as it would stand
at the path (`2 h`, `8 %`). An entry moves every number it covers, or what its `vary` names, together (`/ path`:
divided where the others are multiplied, so that a product stays).
Relative ends multiply each number; schedules keep their dates, distributions their shape, counts and seconds
stay whole, shares stay within 100 %, and of shares that add up to 100 % those not moved give way in proportion.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from sim.scenario.base import Model, Quantity
from sim.scenario.checks import Finding
from sim.scenario.distributions import Distribution
from sim.scenario.document import Keys, Tree
from sim.scenario.layers import bare, below
from sim.scenario.schedules import ByArea, Schedule, Shares, by_area
from sim.scenario.schema import Provenance, Scenario, WeekdayFactors
from sim.scenario.units import Duration, Share, quoted

if TYPE_CHECKING:
    from sim.scenario.loading import Resolved

Number = int | float
_Move = Callable[[Number, bool], float]
"""What a number becomes, and whether it is divided where others are multiplied."""

_DIGITS: Final = r"\d+(?:\.\d+)?"
_PERCENT: Final = re.compile(rf"([+-]\s*{_DIGITS})\s*%")
_TIMES: Final = re.compile(rf"x\s*({_DIGITS})")
_ODDS: Final = re.compile(rf"odds\s+x\s*({_DIGITS})")
_FORMS: Final = "a value as at the path, or -20 %, x 0.5, or for shares odds x 0.5"
_DIVIDED: Final = "/ "
_FIGURES: Final = 10
"""Significant figures that a moved number keeps."""
_STAGES: Final = ("people", "arrests", "intake", "beds", "case", "removal", "release", "funding")
_ADD_UP: Final = (
    ("people", "day0", "areas"),
    ("people", "day0", "time_served", "*", "share"),
    ("removal", "groups", "*", "share"),
)
"""Shares that stand apart and add up to 100 % all the same: no range moves them."""


# --- what can be moved --------------------------------------------------------------------------
@dataclass(frozen=True)
class _Whole:
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
class _Target:
    """Numbers that move together, of one whole."""

    whole: _Whole
    chosen: tuple[Keys, ...]
    divided: bool = False
    """Divided where the others are multiplied, so that a product stays."""

    def values(self) -> list[Number]:
        """What they are now."""
        return [self.whole.numbers[key] for key in self.chosen]

    def tree(self, move: _Move) -> Any:
        """The whole with the chosen numbers moved, as a scenario file would say it. Raises ValueError."""
        whole = self.whole
        moved = {key: _kept_whole(move(whole.numbers[key], self.divided), whole) for key in self.chosen}
        if whole.adds_up:
            moved |= self._give_way(moved)
        return _with(whole.tree, {key: whole.quantity.spell(value) for key, value in moved.items()})

    def _give_way(self, moved: Mapping[Keys, Number]) -> dict[Keys, Number]:
        """The shares that are not chosen, in proportion, so that all add up to 1."""
        rest = {key: share for key, share in self.whole.numbers.items() if key not in moved}
        left, now = 1 - sum(moved.values()), sum(rest.values())
        if left < 0 or not now:
            raise ValueError("the shares would not add up to 100 %; vary some of them and leave room for the others")
        return {key: round(share * left / now, _FIGURES) for key, share in rest.items()}

    def option(self, move: _Move) -> str:
        """The `path=value` that moves them."""
        tree = self.tree(move)
        text = json.dumps(tree, ensure_ascii=False) if isinstance(tree, dict) else str(tree)
        return f"{'.'.join(self.whole.path)}={text}"

    def problem(self, move: _Move) -> str | None:
        """What is wrong with the moved value, None if nothing is."""
        try:
            _adapter(self.whole.kind).validate_python(self.tree(move))
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            return str(first["msg"]).removeprefix("Value error, ").lower()
        except ValueError as error:
            return str(error)
        return None


def _kept_whole(value: float, whole: _Whole) -> Number:
    if isinstance(next(iter(whole.numbers.values())), int):
        return math.floor(value + 0.5)
    tidy = float(f"{value:.{_FIGURES}g}")
    return min(1.0, tidy) if whole.is_share else tidy


def _with(tree: Any, texts: Mapping[Keys, Any]) -> Any:
    """The tree with these texts at these places."""
    if () in texts:
        return texts[()]
    new = tree.copy()
    for word, (key, child) in zip(tree if isinstance(tree, dict) else range(len(tree)), _children(tree), strict=True):
        inner = {path[1:]: text for path, text in texts.items() if path[0] == key}
        new[word] = _with(child, inner) if inner else child
    return new


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


Movable = dict[str, "Movable | _Whole"]
"""All that can be moved in a scenario, by path."""


def movable(tree: Mapping[str, Any]) -> Movable:
    """What can be moved in a resolved scenario."""
    found = _movable(Scenario, {key: tree[key] for key in _STAGES}, ())
    return found if isinstance(found, dict) else {}


def _movable(kind: Any, tree: Any, path: Keys) -> Movable | _Whole | None:
    if tree is None or bare(kind) == WeekdayFactors or any(_matches(pattern, path) for pattern in _ADD_UP):
        return None
    numbers, quantity = _numbers(kind, tree)
    if quantity is not None:
        return _Whole(path, kind, tree, numbers, quantity) if numbers else None
    parts = ((key, _movable(child_kind, child, (*path, key))) for key, child, child_kind in _parts(kind, tree))
    return {key: part for key, part in parts if part} or None


def _parts(kind: Any, tree: Any) -> list[tuple[str, Any, Any]]:
    """Key, value and type of what stands right below."""
    plain = bare(kind)
    if isinstance(plain, type) and issubclass(plain, Model):
        return [(key, child, _annotated(plain, key)) for key, child in tree.items()]
    if get_origin(plain) is ByArea and not by_area(tree):
        return _parts(get_args(plain)[0], tree)
    if isinstance(tree, dict):
        return [(str(key), child, below(plain, str(key))) for key, child in tree.items()]
    models = isinstance(tree, list) and isinstance(get_args(plain)[0], type)
    return [(str(index), child, get_args(plain)[0]) for index, child in enumerate(tree)] if models else []


def _annotated(model: type[Model], key: str) -> Any:
    """A field's type with its quantity and bounds, which pydantic keeps apart."""
    field = model.model_fields[key]
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _numbers(kind: Any, tree: Any) -> tuple[dict[Keys, Number], Quantity | None]:
    """The numbers of a whole by where they stand in it, and how they are read; no quantity: it is no whole."""
    plain = bare(kind)
    origin = get_origin(plain)
    if origin is ByArea and not by_area(tree):
        return _numbers(get_args(plain)[0], tree)
    if origin is Schedule:
        return _read(_quantity(get_args(plain)[0]), tree)
    if origin is Shares:
        return _read(_quantity(Share), tree)
    if plain == bare(Distribution):
        return _read(_quantity(Duration), tree)
    quantity = _quantity(kind)
    return _read(quantity, tree) if quantity else ({}, None)


def _quantity(kind: Any) -> Quantity | None:
    """How a scalar of some type is read; None if it is no scalar with a unit."""
    parts = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    for part in parts:
        for note in getattr(part, "__metadata__", ()):
            if isinstance(note, Quantity):
                return note
    return None


def _children(tree: dict[Any, Any] | list[Any]) -> list[tuple[str, Any]]:
    """Key or position, and value, of what stands right below in a tree of plain values."""
    return [(str(key), child) for key, child in (tree.items() if isinstance(tree, dict) else enumerate(tree))]


def _read(quantity: Quantity | None, tree: Any, path: Keys = ()) -> tuple[dict[Keys, Number], Quantity | None]:
    """Every number in a tree that can be read so; words, dates and shapes are none."""
    if quantity is None or isinstance(tree, bool):
        return {}, quantity
    if isinstance(tree, dict | list):
        inner = [_read(quantity, child, (*path, key))[0] for key, child in _children(tree)]
        return {key: number for found in inner for key, number in found.items()}, quantity
    try:
        value = quantity.parse(tree)
    except ValueError:
        return {}, quantity
    return ({path: value} if isinstance(value, int | float) and not isinstance(value, bool) else {}), quantity


# --- how far ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Scale:
    """Numbers, or the odds of shares, times a factor from `low` to `high`."""

    low: float
    high: float
    geometric: bool = False
    odds: bool = False

    @property
    def base(self) -> float:
        """Where the factor is 1."""
        if self.geometric:
            return -math.log(self.low) / math.log(self.high / self.low)
        return (1 - self.low) / (self.high - self.low)

    def at(self, u: float) -> _Move:
        """What happens to a number at a position."""
        if self.geometric:
            factor = self.low ** (1 - u) * self.high**u
        else:
            factor = self.low + u * (self.high - self.low)
        if self.odds:
            return lambda share, _: _odds_times(share, factor)
        return lambda value, divided: value / factor if divided else value * factor


@dataclass(frozen=True)
class _Between:
    """One number from `low` to `high`."""

    low: Number
    high: Number
    now: Number

    @property
    def base(self) -> float:
        """Where the number is what it is."""
        return (self.now - self.low) / (self.high - self.low)

    def at(self, u: float) -> _Move:
        """What happens to the number at a position."""
        return lambda _, __: self.low + u * (self.high - self.low)


def _odds_times(share: float, factor: float) -> float:
    return share * factor / (1 - share + share * factor)


@dataclass(frozen=True)
class Range:
    """What an entry of `sources` believes of a value, from `low` (u = 0) to `high` (u = 1).

    `path` is the entry's, `low` and `high` are as written, `base` is the u of the scenario as it stands.
    Between the ends a position is linear in the value or, for `x` and `odds x`, in its logarithm.
    """

    path: str
    status: str
    low: str
    high: str
    source: str
    base: float
    _move: _Scale | _Between
    _targets: tuple[_Target, ...]

    def at(self, u: float) -> tuple[str, ...]:
        """The `path=value` options at a position; none at `base`. Raises ValueError outside [0, 1]."""
        if not 0 <= u <= 1:
            raise ValueError(f"a position in a range is from 0 to 1, not {u}")
        return () if u == self.base else tuple(target.option(self._move.at(u)) for target in self._targets)


# --- reading them -------------------------------------------------------------------------------
class _Wrong(ValueError):
    """A range that cannot be applied, and which key of the entry says it."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def ranges(resolved: Resolved) -> list[Range]:
    """The ranges of a scenario, in the order of its sources; entries that say the same of the same count once."""
    known = movable(resolved.tree)
    found = [
        _range(path, entry, _targets(path, entry, known, resolved.scenario.sources))
        for path, entry in resolved.scenario.sources.items()
        if entry.low is not None
    ]
    return list({(one.low, one.high, *_names(one._targets)): one for one in reversed(found)}.values())[::-1]


def settle(known: Movable, sources: Mapping[str, Provenance], origin: Tree) -> dict[str, Provenance]:
    """Sources with ranges that speak only of values not set anew after the range was given."""
    return {
        path: _settled(path, entry, known, sources, origin) if entry.low is not None else entry
        for path, entry in sources.items()
    }


def _settled(
    path: str, entry: Provenance, known: Movable, sources: Mapping[str, Provenance], origin: Tree
) -> Provenance:
    given = origin.at(("sources", path))
    layer = given.layer if given else origin.layer
    if entry.vary:
        vary = [name for pattern in entry.vary for name in _fresh_names(pattern, known, origin, layer)]
        kept = not all(name.startswith(_DIVIDED) for name in vary) or vary == entry.vary != []
    else:
        targets = _targets(path, entry, known, sources)
        fresh = _fresh(targets, origin, layer)
        vary, kept = ([] if len(fresh) == len(targets) else _names(fresh)), bool(fresh) or not targets
    return entry.model_copy(update={"vary": vary} if kept else {"low": None, "high": None, "vary": []})


def _fresh_names(pattern: str, known: Movable, origin: Tree, layer: int) -> list[str]:
    """The pattern, or where some of what it names was set anew the paths of the rest."""
    targets = _named(pattern, known)
    fresh = _fresh(targets, origin, layer)
    if not targets:
        above = _keys(pattern.removeprefix(_DIVIDED).partition("*")[0].strip("."))
        return [] if _was_taken_out(origin, above, layer) else [pattern]
    return [pattern] if len(fresh) == len(targets) else _names(fresh)


def _fresh(targets: Sequence[_Target], origin: Tree, layer: int) -> list[_Target]:
    """What was not set anew; what is divided only keeps a product, whoever set it."""
    found = [(target, origin.at(target.whole.path)) for target in targets]
    return [target for target, tree in found if target.divided or tree is None or tree.oldest <= layer]


def _was_taken_out(origin: Tree, path: Keys, layer: int) -> bool:
    """Whether the nearest value above a path that leads nowhere is younger than a layer."""
    found = (origin.at(path[:n]) for n in range(len(path), -1, -1))
    return next(tree.oldest for tree in found if tree is not None) > layer


def _names(targets: Sequence[_Target]) -> list[str]:
    """Paths that name just these numbers."""
    whole = [((),) if set(target.chosen) == set(target.whole.numbers) else target.chosen for target in targets]
    named = zip(targets, whole, strict=True)
    return [
        (_DIVIDED if target.divided else "") + ".".join((*target.whole.path, *key))
        for target, keys in named
        for key in keys
    ]


def problems(known: Movable, sources: Mapping[str, Provenance]) -> list[Finding]:
    """The ranges that cannot be applied."""
    return [
        finding
        for path, entry in sources.items()
        if entry.low is not None
        for finding in _findings(path, entry, known, sources)
    ]


def _findings(path: str, entry: Provenance, known: Movable, sources: Mapping[str, Provenance]) -> Iterator[Finding]:
    home = ("sources", path)
    for index, pattern in enumerate(entry.vary):
        if not _named(pattern, known):
            yield Finding((*home, "vary", str(index)), f"{quoted(pattern)} is the path of no number that can be moved")
            return
    try:
        one = _range(path, entry, _targets(path, entry, known, sources))
    except _Wrong as wrong:
        yield Finding((*home, wrong.key) if wrong.key else home, str(wrong))
        return
    for key, u in (("low", 0.0), ("high", 1.0)):
        wrong_ends = (target.problem(one._move.at(u)) for target in one._targets)
        if message := next(filter(None, wrong_ends), None):
            yield Finding((*home, key), f"{quoted(getattr(entry, key))} cannot be applied: {message}")
            return


def _range(path: str, entry: Provenance, targets: Sequence[_Target]) -> Range:
    assert entry.low is not None and entry.high is not None
    if not targets:
        raise _Wrong("", "there is no number here that a range could move; say `fixed: why` or name it with `vary`")
    move = _scale(entry.low, entry.high) or _between(entry.low, entry.high, targets)
    if move.low >= move.high:
        raise _Wrong("high", f"{quoted(entry.high)} must be above low, {quoted(entry.low)}")
    if any(target.divided for target in targets) and (isinstance(move, _Between) or move.odds or not move.low):
        raise _Wrong("vary", "what is divided (/) needs a range such as -20 % or x 0.5 that keeps above nothing")
    if isinstance(move, _Scale) and move.odds and not all(target.whole.is_share for target in targets):
        raise _Wrong("low", "only shares have odds; write -20 % or x 0.5")
    if not -1e-12 <= move.base <= 1 + 1e-12:
        now = f"{_said(targets[0])} " if isinstance(move, _Between) else ""
        raise _Wrong("low", f"the value {now}is not between {quoted(entry.low)} and {quoted(entry.high)}")
    base = min(1.0, max(0.0, round(move.base, 12)))
    return Range(path, entry.status, entry.low, entry.high, entry.source, base, move, tuple(targets))


def _said(target: _Target) -> str:
    return str(target.whole.quantity.spell(target.values()[0]))


def _scale(low: str, high: str) -> _Scale | None:
    """The relative range that two texts mean; None if both are values. Raises _Wrong."""
    (form, first), (other, last) = _relative(low), _relative(high)
    if form is not other:
        raise _Wrong("high", f"{quoted(low)} and {quoted(high)} must be written alike: {_FORMS}")
    if form is None:
        return None
    if form is _PERCENT:
        if first < -100:
            raise _Wrong("low", f"{quoted(low)} is less than nothing, at most -100 %")
        return _Scale(1 + first / 100, 1 + last / 100)
    if not first:
        raise _Wrong("low", f"{quoted(low)}: a factor must be above 0; write -100 % or a value")
    return _Scale(first, last, geometric=True, odds=form is _ODDS)


def _relative(text: str) -> tuple[re.Pattern[str] | None, float]:
    """The form a text has, and the number in it; no form: it is a value."""
    for form in (_PERCENT, _TIMES, _ODDS):
        if found := form.fullmatch(text.strip()):
            return form, float(found[1].replace(" ", ""))
    return None, 0.0


def _between(low: str, high: str, targets: Sequence[_Target]) -> _Between:
    """The range of values that two texts mean. Raises _Wrong."""
    values = {value for target in targets for value in target.values()}
    quantities = {target.whole.quantity for target in targets}
    if len(values) > 1 or len(quantities) > 1:
        many = sum(len(target.chosen) for target in targets)
        raise _Wrong("low", f"there are {many} numbers here; write -20 % or x 0.5, or name one of them with `vary`")
    quantity = quantities.pop()
    return _Between(_end("low", low, quantity), _end("high", high, quantity), values.pop())


def _end(key: str, text: str, quantity: Quantity) -> Number:
    try:
        value: Number = quantity.parse(text)
    except ValueError as error:
        raise _Wrong(key, f"{error}; or {_FORMS.partition(', or ')[2]}") from None
    return value


# --- paths --------------------------------------------------------------------------------------
def _targets(path: str, entry: Provenance, known: Movable, sources: Mapping[str, Provenance]) -> list[_Target]:
    """What an entry moves: what `vary` names, else what it covers."""
    if entry.vary:
        return _together(target for pattern in entry.vary for target in _named(pattern, known))
    finer = [_keys(other) for other in sources if other != path and f"{other}.".startswith(f"{path}.")]
    targets = []
    for target in _named(path, known):
        left = [key for key in target.chosen if not any(_at_or_below((*target.whole.path, *key), one) for one in finer)]
        targets += [replace(target, chosen=tuple(left))] if left else []
    return targets


def _together(targets: Iterable[_Target]) -> list[_Target]:
    """One target a whole, so that its shares give way once."""
    merged: dict[tuple[Keys, bool], _Target] = {}
    for target in targets:
        key = target.whole.path, target.divided
        chosen = (*merged[key].chosen, *target.chosen) if key in merged else target.chosen
        merged[key] = replace(target, chosen=tuple(dict.fromkeys(chosen)))
    return list(merged.values())


def _named(pattern: str, known: Movable) -> list[_Target]:
    """The numbers at or below a path; of a value far above, not shares that add up: moved alike they stay."""
    divided = pattern.startswith(_DIVIDED)
    keys = _keys(pattern.removeprefix(_DIVIDED))
    targets = []
    for whole, rest in _find(known, keys):
        stay = whole.adds_up and len(keys) < len(whole.path)
        chosen = tuple(key for key in whole.numbers if _at_or_below(key, rest) and not stay)
        targets += [_Target(whole, chosen, divided)] if chosen else []
    return targets


def _find(node: Movable | _Whole, keys: Keys) -> Iterator[tuple[_Whole, Keys]]:
    """The wholes at, below or above a path, and what of the path lies inside each."""
    if isinstance(node, _Whole):
        yield node, keys
        return
    words = [word for word in node if not keys or keys[0] in ("*", word)]
    for word in words:
        yield from _find(node[word], keys[1:])


def _keys(path: str) -> Keys:
    return tuple(path.split("."))


def _at_or_below(path: Keys, pattern: Keys) -> bool:
    return len(path) >= len(pattern) and _matches(pattern, path[: len(pattern)])


def _matches(pattern: Keys, path: Keys) -> bool:
    return len(pattern) == len(path) and all(word in ("*", key) for word, key in zip(pattern, path, strict=True))
