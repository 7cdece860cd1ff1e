"""JSON Schema of scenario files, so that an editor completes keys and marks mistakes.

It is made from the same classes as the loader. It checks each value by itself; what must fit
together across a file (areas, routes, shares that add up) only `detsim validate` knows.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from sim import vocabulary
from sim.scenario.schema import Scenario
from sim.scenario.schema.schedules import Shares
from sim.scenario.schema.units import spell_share

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class _Generator(GenerateJsonSchema):
    """Writes defaults as a file would, and leaves out titles that only repeat the key."""

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, BaseModel):
            return dft.model_dump()
        if isinstance(dft, Shares):
            return {str(key): spell_share(share) for key, share in dft.items()}
        return super().encode_default(dft)

    def get_title_from_name(self, name: str) -> str:
        return name.replace("_", " ")


def json_schema() -> dict[str, Any]:
    """The schema of a scenario file (draft 2020-12)."""
    schema: JsonSchemaValue = Scenario.model_json_schema(schema_generator=_Generator)
    _mend(schema)
    schema["$schema"] = DIALECT
    schema["title"] = "detsim scenario"
    schema["properties"]["checks"]["propertyNames"] = {"enum": list(vocabulary.MEASURES)}
    return schema


def _mend(node: Any) -> None:
    """Says in place what the classes say by validators: complete mappings, rungs and laws of one key."""
    if isinstance(node, list):
        for child in node:
            _mend(child)
    if not isinstance(node, dict):
        return
    for child in node.values():
        _mend(child)
    properties = node.get("properties", {})
    if set(properties) == set(vocabulary.RUNGS):  # a mapping of one rung, or the bare name of one that needs no more
        bare = ["displace", "release", "wait"]
        _one_key(node, 1, may_be_null=bare)
        mapping = dict(node)
        node.clear()
        node["anyOf"] = [mapping, {"enum": bare}]
    if "quantiles" in properties:  # a distribution has one law, and in a mixture a weight
        _one_key(node, 1 + ("weight" in properties))
    if "reasons" in properties:
        reasons = properties["reasons"]
        properties["reasons"] = {"anyOf": [{"const": "all"}, reasons], "default": reasons.pop("default")}


def _one_key(node: dict[str, Any], n: int, may_be_null: Collection[str] = ()) -> None:
    """A mapping of exactly n keys, none of which is null but some."""
    node.update(minProperties=n, maxProperties=n)
    for key, value in node["properties"].items():
        value.pop("default", None)
        if "anyOf" in value and key not in may_be_null:
            value["anyOf"] = [one for one in value["anyOf"] if one != {"type": "null"}]
