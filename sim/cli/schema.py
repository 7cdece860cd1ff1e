"""`detsim schema`."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sim.cli.console import say


@dataclass(frozen=True)
class SchemaOptions:
    """`schema` takes no options."""


def schema(asked: SchemaOptions) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.scenario.schema.jsonschema import json_schema

    say(*json.dumps(json_schema(), indent=2, ensure_ascii=False).splitlines())
