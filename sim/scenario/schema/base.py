"""What all parts of a scenario share: strict, frozen models and quantities read from text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


class Model(BaseModel):
    """A mapping with known keys only; defaults are read like values of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    one_of_many: ClassVar[bool] = False
    """Whether exactly one of the keys is given."""


def given(value: object, description: str | None = None) -> Any:
    """A default spelled as in a file, e.g. `given("6 h")`."""
    return Field(default=value, validate_default=True, description=description)


@dataclass(frozen=True)
class Quantity:
    """How one kind of scalar is read (`parse` raises ValueError) and written (`spell`)."""

    parse: Callable[[Any], Any]
    spell: Callable[[Any], Any]
    schema: dict[str, Any] = field(default_factory=dict, compare=False)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        ser = core_schema.plain_serializer_function_ser_schema(self.spell)
        return core_schema.no_info_plain_validator_function(self.parse, serialization=ser)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return dict(self.schema)
