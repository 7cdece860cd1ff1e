"""Small scenarios for the tests of tables and people."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.people.draw import draw
from sim.people.table import People
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import build_tables


def scenario(**keys: Any) -> Scenario:
    """A scenario of the given top-level keys, spelled as in a file."""
    return Scenario.model_validate({"start": "2025-03-03", "days": 20, **keys})


def people(made: Scenario, seed: int = 1, replication: int = 0) -> People:
    """The people table of a scenario."""
    return draw(made, build_tables(made), seed, replication)


SHARES = {
    "criminality": {"convicted": "30 %", "pending": "30 %", "none": "40 %"},
    "mandatory": {"convicted": "70 %", "pending": "30 %", "none": "10 %"},
    "tracks": {"final_order": "20 %", "expedited": "30 %", "proceedings": "45 %", "voluntary": "5 %"},
    "intake": {"detain": "90 %", "parole": "10 %"},
}

RICH: dict[str, Any] = {
    "areas": {"ATL": "Atlanta", "BOS": "Boston"},
    "people": {
        "sources": dict.fromkeys(("at_large", "local_custody", "border"), SHARES),
        "day0": {
            "held": 40,
            "areas": {"default": "0 %", "ATL": "60 %", "BOS": "40 %"},
            "time_served": [{"low": "0 d", "high": "100 d", "share": "100 %"}],
        },
    },
    "arrests": {
        "goal": "20 / d",
        "day_effect": 0.2,
        "weekday": {"mon": 1, "tue": 1.2, "wed": 1.2, "thu": 1.2, "fri": 1.2, "sat": 0.7, "sun": 0.5},
        "sources": {
            "at_large": {"officers": 100, "arrests_per_officer_day": 0.05},
            "local_custody": {"officers": {"default": 80, "BOS": 20}, "arrests_per_officer_day": 0.1},
            "border": {"rate": "3 / d"},
        },
    },
    "intake": {"processing": {"lognormal": {"mean": "6 h", "p90": "11 h"}}},
    "case": {
        "preparing": {
            "proceedings": {"exponential": {"mean": "6 d"}},
            "expedited": {"uniform": {"low": "1 d", "high": "9 d"}},
        },
        "hearings": {1: "50 %", 2: "30 %", 3: "20 %"},
        "adjournment": {"exponential": {"mean": "15 d"}},
        "appeal_share": "20 %",
        "appeal": {"lognormal": {"mean": "100 d", "p90": "160 d"}},
    },
    "removal": {
        "groups": {
            "near": {
                "share": "70 %",
                "document": {"exponential": {"mean": "5 d"}},
                "routes": {"land": "60 %", "air": "40 %"},
            },
            "far": {
                "share": "30 %",
                "document": {"lognormal": {"mean": "40 d", "p90": "90 d"}},
                "routes": {"air": "100 %"},
            },
        },
        "routes": {"land": {"kind": "land", "seats": 8}, "air": {"kind": "charter", "seats": 10}},
    },
    "release": {
        "clocks": {"bond": {"rate": {"at_large": "1 % / d"}}},
        "rearrest": {"share": "10 %", "after": {"exponential": {"mean": "60 d"}}},
    },
}
"""A scenario in which every column of the people table varies."""


def columns(table: People) -> dict[str, NDArray[np.int64]]:
    """Columns by name, people along the last axis."""
    return {field.name: getattr(table, field.name) for field in dataclasses.fields(table)}


def differing(one: People, other: People, leave_out: tuple[str, ...] = ()) -> list[str]:
    """Columns in which people of the same number differ; every number of `one` must be in `other`."""
    rows = np.searchsorted(other.number, one.number)
    assert np.array_equal(other.number[rows], one.number), "somebody is missing"
    left, right = columns(one), columns(other)
    return [name for name in left if name not in leave_out and not np.array_equal(left[name], right[name][..., rows])]
