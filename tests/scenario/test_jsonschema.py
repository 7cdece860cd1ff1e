"""The schema for editors: every shipped file fits it, broken ones do not."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
import yaml

from sim.scenario.loading import dump, load, shipped
from sim.scenario.schema.jsonschema import json_schema

jsonschema = pytest.importorskip("jsonschema")

CORE = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+", "-+0123456789"),
    "float": (r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
}


class Editor(yaml.SafeLoader):
    """Reads YAML as editors do: by the core schema of YAML 1.2."""


Editor.yaml_implicit_resolvers = {}
for kind, (pattern, first) in CORE.items():
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(f"^(?:{pattern})$"), list(first))


@cache
def validator() -> Any:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


def fits(text: str) -> bool:
    # Through JSON, since keys such as 1 are texts there.
    return bool(validator().is_valid(json.loads(json.dumps(yaml.load(text, Loader=Editor)))))


@pytest.mark.parametrize("name", shipped())
def test_shipped_files_fit(name: str) -> None:
    assert fits(shipped()[name].read_text(encoding="utf-8"))


def test_a_resolved_scenario_fits() -> None:
    assert fits(dump(load("goal-3000-funded")))


@pytest.mark.parametrize(
    "text",
    [
        "beds: {ladder: [wait]}",
        "beds: {ladder: [{wait: }, {displace: {mandatory: true}}]}",
        "release: {clearance: {reasons: all, reviewers: 3, review: 2 h}}",
        "arrests: {goal: {2025-01-01: 3 / d, 2025-02-01: 4 / d, ramp: true}}",
        "case: {mode: stay, stay: {mixture: [{weight: 1, exponential: {mean: 3 d}}]}}",
        "beds: {contracted: {default: 3, NO: {2025-01-01: 41500}}}",
        "case: {hearings: {1: 40 %, 2: 60 %}}",
    ],
)
def test_what_the_loader_takes_fits(text: str) -> None:
    assert fits(text)


@pytest.mark.parametrize(
    "text",
    [
        "bed: {}",
        "beds: {fundde: 3}",
        "beds: 3",
        "days: many",
        "start: 21 May",
        "intake: {hours_limit: 12}",
        "intake: {hours_limit: 12 hours}",
        "arrests: {goal: 3000}",
        "arrests: {goal: {2025-1-1: 3 / d}}",
        "arrests: {priority: crime}",
        "arrests: {weekday: {monday: 1}}",
        "case: {appeal_share: 35}",
        "case: {stay: {exponental: {mean: 3 d}}}",
        "case: {stay: {exponential: {mean: 3 d}, weibull: {mean: 3 d, shape: 1}}}",
        "case: {dockets: {one: {areas: [A]}}}",
        "beds: {ladder: [waits]}",
        "beds: {ladder: [{wait: {}, release: {}}]}",
        "beds: {ladder: [transfer]}",
        "funding: {prices: {bed_night: $152 / d}}",
        "funding: {spent_before_start: {custdy: $3}}",
        "checks: {held_meen: '> 3'}",
        "sources: {days: {status: sure, source: x}}",
    ],
)
def test_broken_files_do_not_fit(text: str) -> None:
    assert not fits(text)


def test_an_editor_can_tell_what_a_key_means() -> None:
    beds = json_schema()["$defs"]["Beds"]
    assert "only reported" in beds["properties"]["funded"]["description"]
    assert beds["additionalProperties"] is False
