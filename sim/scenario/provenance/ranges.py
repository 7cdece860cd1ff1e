"""The ranges believed, as values a program can apply: what `low` and `high` of `sources` mean.

An end is relative to the value (`-20 %`, `x 0.5`, and for shares `odds x 0.5`) or a value as it would stand
at the path (`2 h`, `8 %`). An entry moves every number it covers, or what its `vary` names, together (`/ path`:
divided where the others are multiplied, so that a product stays).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

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
class _Span:
    """From `low` to `high`: values, or factors where there is a `form`; `now` is how the scenario stands."""

    low: Number
    high: Number
    form: re.Pattern[str] | None = None
    now: Number = 1

    @property
    def base(self) -> float:
        """The position of how the scenario stands."""
        if self.form in (_TIMES, _ODDS):
            return -math.log(self.low) / math.log(self.high / self.low)
        return (self.now - self.low) / (self.high - self.low)

    def at(self, u: float) -> Move:
        """What happens to a number at a position."""
        if self.form in (_TIMES, _ODDS):
            here = self.low ** (1 - u) * self.high**u
        else:
            here = self.low + u * (self.high - self.low)
        if self.form is None:
            return lambda _, __: here
        if self.form is _ODDS:
            return lambda share, _: share * here / (1 - share + share * here)
        return lambda value, divided: value / here if divided else value * here


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
    _span: _Span
    _targets: tuple[Target, ...]

    def at(self, u: float) -> tuple[str, ...]:
        """The `path=value` options at a position; none at `base`. Raises ValueError outside [0, 1]."""
        if not 0 <= u <= 1:
            raise ValueError(f"a position in a range is from 0 to 1, not {u}")
        return () if u == self.base else tuple(target.option(self._span.at(u)) for target in self._targets)


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
        taken_out = origin.nearest(above).oldest > layer  # since the range was given
        return [] if taken_out else [pattern]
    return [pattern] if len(fresh) == len(targets) else names(fresh)


def _fresh(targets: Sequence[Target], origin: Tree, layer: int) -> list[Target]:
    """What was not set anew; what is divided only keeps a product, whoever set it."""
    found = [(target, origin.at(target.whole.path)) for target in targets]
    return [target for target, tree in found if target.divided or tree is None or tree.oldest <= layer]


def problems(known: Movable, sources: Mapping[str, Provenance]) -> list[Finding]:
    """The ranges that cannot be applied."""
    found = (_problem(path, entry, known, sources) for path, entry in sources.items() if entry.low is not None)
    return [finding for finding in found if finding is not None]


def _problem(path: str, entry: Provenance, known: Movable, sources: Mapping[str, Provenance]) -> Finding | None:
    home = ("sources", path)
    for index, pattern in enumerate(entry.vary):
        if not named(pattern, known):
            return Finding((*home, "vary", str(index)), f"{quoted(pattern)} is the path of no number that can be moved")
    try:
        one = _range(path, entry, _targets(path, entry, known, sources))
    except _Wrong as wrong:
        return Finding((*home, wrong.key) if wrong.key else home, str(wrong))
    for key, u in (("low", 0.0), ("high", 1.0)):
        wrong_ends = (target.problem(one._span.at(u)) for target in one._targets)
        if message := next(filter(None, wrong_ends), None):
            return Finding((*home, key), f"{quoted(getattr(entry, key))} cannot be applied: {message}")
    return None


def _range(path: str, entry: Provenance, targets: Sequence[Target]) -> Range:
    assert entry.low is not None and entry.high is not None
    if not targets:
        raise _Wrong("", "there is no number here that a range could move; say `fixed: why` or name it with `vary`")
    span = _factors(entry.low, entry.high) or _values(entry.low, entry.high, targets)
    if span.low >= span.high:
        raise _Wrong("high", f"{quoted(entry.high)} must be above low, {quoted(entry.low)}")
    if any(target.divided for target in targets) and (span.form in (None, _ODDS) or not span.low):
        raise _Wrong("vary", "what is divided (/) needs a range such as -20 % or x 0.5 that keeps above nothing")
    if span.form is _ODDS and not all(target.whole.is_share for target in targets):
        raise _Wrong("low", "only shares have odds; write -20 % or x 0.5")
    if not -1e-12 <= span.base <= 1 + 1e-12:
        now = "" if span.form else f"{targets[0].whole.quantity.spell(targets[0].values()[0])} "
        raise _Wrong("low", f"the value {now}is not between {quoted(entry.low)} and {quoted(entry.high)}")
    base = min(1.0, max(0.0, round(span.base, 12)))
    return Range(path, entry.status, entry.low, entry.high, entry.source, base, span, tuple(targets))


def _factors(low: str, high: str) -> _Span | None:
    """The relative range that two texts mean; None if both are values. Raises _Wrong."""
    (form, first), (other, last) = _relative(low), _relative(high)
    if form is not other:
        raise _Wrong("high", f"{quoted(low)} and {quoted(high)} must be written alike: {_FORMS}")
    if form is None:
        return None
    if form is _PERCENT:
        if first < -100:
            raise _Wrong("low", f"{quoted(low)} is less than nothing, at most -100 %")
        return _Span(1 + first / 100, 1 + last / 100, form)
    if not first:
        raise _Wrong("low", f"{quoted(low)}: a factor must be above 0; write -100 % or a value")
    return _Span(first, last, form)


def _relative(text: str) -> tuple[re.Pattern[str] | None, float]:
    """The form a text has, and the number in it; no form: it is a value."""
    for form in (_PERCENT, _TIMES, _ODDS):
        if found := form.fullmatch(text.strip()):
            return form, float(fraction(found[1].replace(" ", "")))
    return None, 0.0


def _values(low: str, high: str, targets: Sequence[Target]) -> _Span:
    """The range of values that two texts mean. Raises _Wrong."""
    values = {value for target in targets for value in target.values()}
    quantities = {target.whole.quantity for target in targets}
    if len(values) > 1 or len(quantities) > 1:
        many = sum(len(target.chosen) for target in targets)
        raise _Wrong("low", f"there are {many} numbers here; write -20 % or x 0.5, or name one of them with `vary`")
    quantity = quantities.pop()
    return _Span(_end("low", low, quantity), _end("high", high, quantity), now=values.pop())


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
