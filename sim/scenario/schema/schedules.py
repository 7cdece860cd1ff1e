"""Values that change by date, differ by area, or share something out."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Generic, TypeVar, cast, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, SchemaSerializer, core_schema

from sim.scenario.schema.units import Quantity, Share, is_date, parse_date, parse_flag, parse_name, quoted, spell_number

T = TypeVar("T")
K = TypeVar("K")

ROOT = ""
"""Stands, in error locations, for a plain value where a mapping could stand; not shown."""
TOLERANCE = 1e-6
"""How far shares may be from adding up to 1."""


_STRING: Final = {"type": "string"}
_Point = Annotated[
    dt.date, Quantity(lambda raw: dt.date.min if raw == ROOT else parse_date(raw), dt.date.isoformat, _STRING)
]
_AreaKey = Annotated[str, Quantity(lambda raw: raw if raw in (ROOT, "default") else parse_name(raw), str, _STRING)]


def _mapping(cls: Any, key: Any, value: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """What reads a class by `cls._read` from a mapping, and writes it by `_spell`."""
    inner = handler.generate_schema(value)
    mapping = core_schema.dict_schema(handler.generate_schema(key), inner, strict=False)
    spell = SchemaSerializer(inner).to_python
    written = core_schema.plain_serializer_function_ser_schema(lambda one: one._spell(spell))
    return core_schema.no_info_wrap_validator_function(cls._read, mapping, serialization=written)


def _json_mapping(description: str, fixed: Mapping[str, Any], pattern: str, inner: JsonSchemaValue) -> JsonSchemaValue:
    """The JSON schema of a mapping with some fixed keys, and others that meet a pattern."""
    return {
        "type": "object",
        "description": description,
        "properties": dict(fixed),
        "patternProperties": {pattern: inner},
        "additionalProperties": False,
        "minProperties": 1,
    }


class Schedule(Generic[T]):
    """A value by date: steps, or (with `ramp`) a daily staircase from point to point.

    The first value holds before its date as well. A plain value is one point at `date.min`.
    Treat as frozen.
    """

    # Not a dataclass: pydantic would read a generic dataclass by its fields.
    def __init__(self, points: Iterable[tuple[dt.date, T]], ramp: bool = False) -> None:
        self.points: tuple[tuple[dt.date, T], ...] = tuple(points)
        self.ramp = ramp

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schedule) and (self.points, self.ramp) == (other.points, other.ramp)

    def __hash__(self) -> int:
        return hash((self.points, self.ramp))

    def __repr__(self) -> str:
        return f"Schedule({self.points}{', ramp=True' if self.ramp else ''})"

    @classmethod
    def constant(cls, value: T) -> Schedule[T]:
        """A value that never changes."""
        return cls(((dt.date.min, value),))

    @property
    def is_constant(self) -> bool:
        """Whether it was written as a plain value."""
        return len(self.points) == 1 and self.points[0][0] == dt.date.min

    def at(self, day: dt.date) -> T:
        """The value on `day` (whole numbers stay whole: ramps round half up)."""
        i = bisect_right(self.points, day, key=lambda point: point[0]) - 1
        if i < 0:
            return self.points[0][1]
        if not self.ramp or i == len(self.points) - 1:
            return self.points[i][1]
        return self._between(self.points[i], self.points[i + 1], day)

    @staticmethod
    def _between(a: tuple[dt.date, T], b: tuple[dt.date, T], day: dt.date) -> T:
        done, whole = (day - a[0]).days, (b[0] - a[0]).days
        low, high = cast(float, a[1]), cast(float, b[1])
        if isinstance(low, int) and isinstance(high, int):
            return cast(T, (2 * (low * (whole - done) + high * done) + whole) // (2 * whole))
        return cast(T, low + (high - low) * done / whole)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _mapping(cls, _Point, get_args(source)[0], handler)

    @classmethod
    def _read(cls, raw: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Schedule[T]:
        if isinstance(raw, Schedule):
            return raw
        if not isinstance(raw, dict):
            return cls.constant(handler({ROOT: raw})[dt.date.min])
        rest = {k: v for k, v in raw.items() if k != "ramp"}
        if not rest:
            raise ValueError("has no dates, write a value or {2025-05-21: value, ...}")
        points = sorted(handler(rest).items())
        if str(raw.get("ramp", "false")).lower() not in ("true", "false"):
            raise ValueError(f"ramp: {quoted(raw['ramp'])} is not true or false")
        return cls(points, "ramp" in raw and parse_flag(raw["ramp"]))

    def _spell(self, spell: Any) -> Any:
        if self.is_constant:
            return spell(self.points[0][1])
        tree = {day.isoformat(): spell(value) for day, value in self.points}
        return {**tree, "ramp": True} if self.ramp else tree

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        inner = handler(cast(Any, schema)["schema"])["additionalProperties"]
        words = "A value by date; `ramp: true` goes from point to point day by day."
        by_date = _json_mapping(words, {"ramp": {"type": "boolean"}}, r"^\d{4}-\d{2}-\d{2}$", inner)
        return {"anyOf": [inner, by_date]}


class ByArea(Generic[T]):
    """A value for each area: one for all (`default`), or by area code, or both. Treat as frozen."""

    def __init__(self, values: Mapping[str, T] | None = None, default: T | None = None) -> None:
        self.values: Mapping[str, T] = dict(values or {})
        self.default = default

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByArea) and (self.values, self.default) == (other.values, other.default)

    def __hash__(self) -> int:
        return hash((tuple(self.values), self.default))

    def __repr__(self) -> str:
        return f"ByArea({self.values}, default={self.default!r})"

    def of(self, area: str) -> T:
        """The area's value; KeyError if it has none and there is no default."""
        if area in self.values:
            return self.values[area]
        if self.default is None:
            raise KeyError(area)
        return self.default

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _mapping(cls, _AreaKey, get_args(source)[0], handler)

    @classmethod
    def _read(cls, raw: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> ByArea[T]:
        if isinstance(raw, ByArea):
            return raw
        if raw == {}:
            raise ValueError("has no areas, write a value, or {default: value, AREA: value, ...}")
        values = handler(raw if by_area(raw) else {ROOT: raw})
        default = values.pop("default", values.pop(ROOT, None))
        return cls(values, default)

    def _spell(self, spell: Any) -> Any:
        default = {} if self.default is None else {"default": spell(self.default)}
        if not self.values:
            return default["default"]
        return default | {area: spell(value) for area, value in self.values.items()}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        inner = handler(cast(Any, schema)["schema"])["additionalProperties"]
        words = "By area code; `default` is for the areas not named."
        areas = _json_mapping(words, {"default": inner}, "^[A-Za-z][A-Za-z0-9_-]{0,63}$", inner)
        return {"anyOf": [*inner.get("anyOf", [inner]), areas]}


def by_area(raw: Any) -> bool:
    """Whether a raw value is a mapping by area, and not a schedule or a plain value."""
    return isinstance(raw, Mapping) and not any(key == "ramp" or is_date(key) for key in raw)


class Shares(dict[K, float]):
    """Shares by key that add up to 1. Treat as frozen."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _mapping(cls, get_args(source)[0], Share, handler)

    @classmethod
    def _read(cls, raw: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Shares[K]:
        if not isinstance(raw, Mapping):
            raise ValueError(f"{quoted(raw)} is not a mapping of shares such as {{a: 60 %, b: 40 %}}")
        shares = cls(handler(dict(raw)))
        check_total(sum(shares.values()))
        return shares

    def _spell(self, spell: Any) -> dict[K, Any]:
        return {key: spell(share) for key, share in self.items()}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(cast(Any, schema)["schema"]) | {"minProperties": 1}


def check_total(total: float) -> None:
    """ValueError unless shares add up to 1."""
    if abs(total - 1) > TOLERANCE:
        raise ValueError(f"shares add up to {spell_number(round(total * 100, 6))} %, must be 100 %")
