"""Small worlds with tracks and country groups, and compositions of the people held on day 0."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from sim.people.composition import COLUMNS

World = dict[str, Any]
SURE = {"convicted": "100 %", "pending": "100 %", "none": "100 %"}
AT_ONCE = {"constant": "0 d"}


def exponential(mean_days: float) -> World:
    """An exponential law."""
    return {"exponential": {"mean": f"{mean_days} d"}}


def constant(days: float) -> World:
    """A fixed length."""
    return {"constant": f"{days} d"}


def nation(track: str = "final_order", **more: Any) -> World:
    """One area, one country group, people of one track and no limits; papers take no time. Ten come a day."""
    case = {"preparing": {track: exponential(10)}} | more.pop("case", {})
    removal = {
        "groups": {"g": {"share": "100 %", "document": AT_ONCE, "routes": {"bus": "100 %"}} | more.pop("group", {})},
        "routes": {"bus": {"kind": "land", "seats": 100_000, "departures": ["6 h", "12 h", "18 h"]}},
    } | more.pop("removal", {})
    return {
        "start": "2025-01-01",
        "days": 60,
        "areas": {"A": "a"},
        "people": {
            "sources": {"border": {"tracks": {track: "100 %"}, "mandatory": SURE}},
            "day0": more.pop("day0", {}),
        },
        "arrests": {"sources": {"border": {"rate": more.pop("rate", "10 / d")}}},
        "case": case,
        "removal": removal,
        **more,
    }


def row(stage: str, track: str = "final_order", **more: Any) -> dict[str, Any]:
    """A synthetic person from the border in mandatory custody, held for ten days or as long as spent in the stage."""
    usual = {"source": "border", "criminality": "none", "custody": "mandatory", "track": track, "group": "g"}
    numbers = {"spent_days": 4, "hearings": 1, "adjournment_days": 0} | more
    return usual | {"stage": stage, "served_days": max(10, math.ceil(numbers["spent_days"]))} | numbers


def held(folder: Path, people: int, *rows: dict[str, Any]) -> World:
    """`people.day0` read from a file with these rows."""
    path = folder / "day0.csv"
    lines = [",".join(COLUMNS), *(",".join(str(one[column]) for column in COLUMNS) for one in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"held": people, "composition": str(path)}
