"""The ranges believed, as values a program can apply: what `low` and `high` of `sources` mean.

An end is relative to the value (`-20 %`, `x 0.5`, and for shares `odds x 0.5`) or a value as it would stand
at the path (`2 h`, `8 %`). An entry moves every number it covers, or what its `vary` names, together (`/ path`:
divided where the others are multiplied, so that a product stays).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sim.scenario.errors import Keys
from sim.scenario.numbers import NUMBER, fraction
from sim.scenario.paths import at_or_below, split
from sim.scenario.provenance.movable import (
    DIVIDED,
    Movable,
    Move,
    Number,
    Target,
    movable,
    named,
    names,
    together,
)
from sim.scenario.reading.document import Tree
from sim.scenario.resolved import Resolved
from sim.scenario.schema import Provenance
from sim.scenario.schema.consistency import Finding
from sim.scenario.schema.units import Quantity, quoted

_PERCENT: Final = re.compile(rf"([+-]\s*{NUMBER})\s*%", re.ASCII)
_TIMES: Final = re.compile(rf"x\s*({NUMBER})", re.ASCII)
_ODDS: Final = re.compile(rf"odds\s+x\s*({NUMBER})", re.ASCII)
_FORMS: Final = "a value as at the path, or -20 %, x 0.5, or for shares odds x 0.5"


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

    def at(self, u: float) -> Move:
        """What happens to a number at a position."""
        if self.geometric:
            factor = self.low ** (1 - u) * self.high**u
        else:
            factor = self.low + u * (self.high - self.low)
        if self.odds:
            return lambda share, _: share * factor / (1 - share + share * factor)
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

    def at(self, u: float) -> Move:
        """What happens to the number at a position."""
        return lambda _, __: self.low + u * (self.high - self.low)


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
    _targets: tuple[Target, ...]

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
    return list({(one.low, one.high, *names(one._targets)): one for one in reversed(found)}.values())[::-1]


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
        kept = not all(name.startswith(DIVIDED) for name in vary) or vary == entry.vary != []
    else:
        targets = _targets(path, entry, known, sources)
        fresh = _fresh(targets, origin, layer)
        vary, kept = ([] if len(fresh) == len(targets) else names(fresh)), bool(fresh) or not targets
    return entry.model_copy(update={"vary": vary} if kept else {"low": None, "high": None, "vary": []})


def _fresh_names(pattern: str, known: Movable, origin: Tree, layer: int) -> list[str]:
    """The pattern, or where some of what it names was set anew the paths of the rest."""
    targets = named(pattern, known)
    fresh = _fresh(targets, origin, layer)
    if not targets:
        above = split(pattern.removeprefix(DIVIDED).partition("*")[0].strip("."))
        return [] if _was_taken_out(origin, above, layer) else [pattern]
    return [pattern] if len(fresh) == len(targets) else names(fresh)


def _fresh(targets: Sequence[Target], origin: Tree, layer: int) -> list[Target]:
    """What was not set anew; what is divided only keeps a product, whoever set it."""
    found = [(target, origin.at(target.whole.path)) for target in targets]
    return [target for target, tree in found if target.divided or tree is None or tree.oldest <= layer]


def _was_taken_out(origin: Tree, path: Keys, layer: int) -> bool:
    """Whether the nearest value above a path that leads nowhere is younger than a layer."""
    found = (origin.at(path[:n]) for n in range(len(path), -1, -1))
    return next(tree.oldest for tree in found if tree is not None) > layer


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
        if not named(pattern, known):
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


def _range(path: str, entry: Provenance, targets: Sequence[Target]) -> Range:
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
        now = f"{targets[0].whole.quantity.spell(targets[0].values()[0])} " if isinstance(move, _Between) else ""
        raise _Wrong("low", f"the value {now}is not between {quoted(entry.low)} and {quoted(entry.high)}")
    base = min(1.0, max(0.0, round(move.base, 12)))
    return Range(path, entry.status, entry.low, entry.high, entry.source, base, move, tuple(targets))


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
            return form, float(fraction(found[1].replace(" ", "")))
    return None, 0.0


def _between(low: str, high: str, targets: Sequence[Target]) -> _Between:
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


def _targets(path: str, entry: Provenance, known: Movable, sources: Mapping[str, Provenance]) -> list[Target]:
    """What an entry moves: what `vary` names, else what it covers."""
    if entry.vary:
        return together(target for pattern in entry.vary for target in named(pattern, known))
    finer = [split(other) for other in sources if other != path and f"{other}.".startswith(f"{path}.")]
    targets = []
    for target in named(path, known):
        left = [key for key in target.chosen if not any(at_or_below((*target.whole.path, *key), one) for one in finer)]
        targets += [replace(target, chosen=tuple(left))] if left else []
    return targets
