"""A scenario in a notebook: read once, with any value changed as by `--set`; and what there is to ask for."""

from __future__ import annotations

import datetime as dt
import json
import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from html import escape
from pathlib import Path, PurePath
from typing import Any, Final

import numpy as np
import yaml

from sim.errors import InputError
from sim.files.table import Table, of_rows
from sim.formats import day
from sim.people.inputs import check_inputs
from sim.scenario import loading
from sim.scenario.loading import Resolved
from sim.scenario.notices import Notice, notices
from sim.scenario.reading.document import Tree, read
from sim.vocabulary import MEASURES, Column


class SettingWarning(UserWarning):
    """A setting that has no effect, or people of another date than the start."""


Settings = Mapping[str, object] | Sequence[str]
"""Values by path (`{"beds.contracted": 960}`), or as on the command line (`["beds.contracted=960"]`)."""


@dataclass(frozen=True, eq=False, repr=False)
class Scenario:
    """A checked scenario. `sets` are the changes made to the file, as `path=value`."""

    resolved: Resolved
    sets: tuple[str, ...] = ()
    _written: Tree | None = field(default=None, kw_only=True)

    @property
    def name(self) -> str:
        """The name, also used for the result folder."""
        return self.resolved.scenario.name

    @property
    def title(self) -> str:
        """The title, or else the name."""
        return self.resolved.scenario.title or self.name

    @property
    def question(self) -> str:
        """The question; empty if there is none."""
        return self.resolved.scenario.question or ""

    def with_(self, set: Settings) -> Scenario:
        """The same scenario with more changes. Raises InputError, one line per problem."""
        more = settings(set)
        if not more:
            return self
        written = self._written or self.resolved.origin
        sets = (*self.sets, *more)
        return _checked(written, self.resolved.path, sets)

    def __repr__(self) -> str:
        return f"Scenario {', '.join((self.name, *self.sets))}"

    def _repr_html_(self) -> str:
        scenario = self.resolved.scenario
        parts = (self.question, window(scenario.start, scenario.days), ", ".join(self.sets))
        lines = "".join(f"<br>{escape(part)}" for part in parts if part)
        return f"<p><strong>{escape(self.title)}</strong>{lines}</p>"


def warn(notices: Iterable[Notice]) -> None:
    """Warn of settings without effect, and of people of another date."""
    for notice in notices:
        if notice.problem.path != "checks":  # a notebook judges none
            warnings.warn(str(notice), SettingWarning, stacklevel=4)


def window(start: dt.date, days: int) -> str:
    """The window of a run in words."""
    return f"{days:,} day{'' if days == 1 else 's'} from {day(start)}"


def load(scenario: str | Path, set: Settings = ()) -> Scenario:
    """A scenario file, or a shipped scenario by name, with changes. Raises InputError, one line per problem."""
    written, file = loading.read(scenario)
    sets = tuple(settings(set))
    return _checked(written, file, sets)


def _checked(written: Tree, file: Path, sets: tuple[str, ...]) -> Scenario:
    resolved = loading.settle(written, file, sets)
    check_inputs(resolved.scenario)
    warn(notices(resolved, sets))
    return Scenario(resolved, sets, _written=written)


# --- what there is to ask for ----------------------------------------------------------------------
def scenarios() -> Table:
    """The included scenarios: name, title and question."""
    rows = []
    for name, path in loading.shipped().items():
        found = [read(path, str(path)).at((key,)) for key in ("title", "question")]
        rows.append([name, *(str(getattr(one, "value", None) or "") for one in found)])
    return _table("scenarios", ("name", "title", "question"), rows)


def measures() -> Table:
    """Every measure of a result: name, unit and meaning."""
    rows = [[name, one.unit, one.meaning] for name, one in MEASURES.items()]
    return _table("measures", ("measure", "unit", "meaning"), rows)


def explain(scenario: Scenario | str | Path, path: str | None = None) -> Table:
    """The values of a scenario at or below a path: where each was set, its status and its source. Raises InputError."""
    from sim.scenario.provenance.explain import rows_at

    resolved = scenario.resolved if isinstance(scenario, Scenario) else loading.load(scenario)
    rows = [[row.path, row.value, row.place, row.status, row.source] for row in rows_at(resolved, path)]
    return _table("explain", ("path", "value", "place", "status", "source"), rows)


def _table(name: str, columns: tuple[str, ...], rows: list[list[str]]) -> Table:
    return of_rows(name, [Column(column, "string", "", "") for column in columns], rows)


# --- settings --------------------------------------------------------------------------------------
def settings(set: Settings) -> list[str]:
    """The settings as `path=value`; values other than text are written as YAML.

    Accepts dates, durations and numbers of NumPy, pandas, decimal and fractions.
    Raises InputError for a value no scenario can have, TypeError for a single text.
    """
    if isinstance(set, str):
        raise TypeError(f"set: {set!r} is one text; give a mapping or a list, e.g. {{'beds.contracted': 960}}")
    if not isinstance(set, Mapping):
        return [str(one) for one in set]
    return [f"{path}={_yaml(f'set: {path}', value)}" for path, value in set.items()]


_LARGEST: Final = 10**24


def _yaml(path: str, value: object) -> str:
    """A value as YAML on one line; text stays as it is, as after `--set`, unless it looks quoted."""
    try:
        plain = _plain(path, value)
    except RecursionError:
        raise InputError(f"{path}: contains itself, or is nested too deep") from None
    if isinstance(plain, dict | list):
        text: str = yaml.safe_dump(plain, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
        return text.strip()
    quoted = isinstance(plain, str) and plain[:1] in ("'", '"') and plain[:1] == plain[-1:]
    return plain if isinstance(plain, str) and not quoted else json.dumps(plain, ensure_ascii=False)


def _plain(path: str, value: Any) -> Any:
    """The value as mappings and lists of texts, finite numbers, booleans and None. Raises InputError for others."""
    if hasattr(value, "to_dict"):  # a series of pandas
        value = value.to_dict()
    elif isinstance(value, np.ndarray):
        value = list(value) if value.ndim else value[()]
    if isinstance(value, np.generic) and value.dtype.kind in "biufc":
        value = value.item()
    match value:
        case Mapping():
            return {_key(path, key): _plain(f"{path}.{key}", child) for key, child in value.items()}
        case list() | tuple():
            return [_plain(f"{path}.{index}", child) for index, child in enumerate(value)]
        case Enum():
            return _plain(path, value.value)
        case int() if abs(value) > _LARGEST:
            raise InputError(f"{path}: a number of {value.bit_length()} bits is out of range")
        case None | bool() | int():
            return value
        case str() | PurePath():
            return str(value)
        case float() | Decimal() | Fraction():
            if not math.isfinite(value):
                raise InputError(f"{path}: {value} is not a number")
            return int(value) if value == int(value) and not isinstance(value, float) else float(value)
        case dt.date() | np.datetime64() | dt.timedelta() | np.timedelta64():
            return _time(path, value)
    raise InputError(f"{path}: a value of type {type(value).__name__} cannot stand in a scenario; write it as text")


def _key(path: str, key: object) -> str:
    """A key of a mapping as text: an area, a date, a number."""
    plain = _plain(path, key)
    if isinstance(plain, dict | list) or plain is None:
        raise InputError(f"{path}: the key {key!r} is not a text, a date or a number")
    return str(plain)


def _time(path: str, value: Any) -> str:
    """A date, or seconds. Raises InputError for a time within a day, and for other kinds of time."""
    if isinstance(value, np.datetime64 | np.timedelta64):
        if np.isnat(value):
            raise InputError(f"{path}: {value} is not a time")
        micro = "datetime64[us]" if isinstance(value, np.datetime64) else "timedelta64[us]"
        value = value.astype(micro).item()
    if isinstance(value, dt.timedelta):
        return f"{value.total_seconds():.6f}".rstrip("0").rstrip(".") + " s"
    if not isinstance(value, dt.date) or value != value:
        raise InputError(f"{path}: {value} is not a date")
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        raise InputError(f"{path}: {value} is a moment within a day; give a date such as {value:%Y-%m-%d}")
    return value.strftime("%Y-%m-%d")
