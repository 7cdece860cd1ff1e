"""The order in which a file lists things by name changes nothing, in either engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.log import Records
from sim.pathway import play as play_simpy
from sim.people.draw import draw
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables
from sim.vocabulary import Stage
from tests.compiled.equality import differences

pytest.importorskip("numba")

from sim.compiled.engine import play as play_compiled

WORLD = """
start: 2025-01-01
days: 40
areas: {C: third, A: first, B: second}
people:
  sources: {border: {tracks: {proceedings: 100 %}}}
  day0: {held: 101, stages: {final_order: {document: 1}}}
arrests:
  sources:
    at_large: {officers: {C: 3, A: 2, B: 5}, arrests_per_officer_day: 0.5}
    border: {rate: {B: 2 / d, A: 1 / d, C: 2 / d}}
  batches:
    - {date: 2025-01-09, area: C, people: 12}
    - {date: 2025-01-09, area: A, people: 12}
    - {date: 2025-01-03, hour: 7, area: A, people: 5}
intake: {desks: 2, processing: 2 h, hours_limit: 12 h}
beds:
  contracted: {C: 60, A: 20, B: 45}
  ladder:
    - transfer: {to: {C: [A, B], A: [C, B]}, seats: 4, after: 1 h}
    - release: {after: 3 d}
case:
  preparing: {proceedings: 3 d}
  dockets:
    west: {areas: [C], judges: 1, hearings_per_judge_day: 3}
    east: {areas: [B, A], judges: 1, hearings_per_judge_day: 4}
  hearings: {2: 60 %, 1: 40 %}
  adjournment: 5 d
removal:
  groups:
    g: {document: {exponential: {mean: 8 d}}, routes: {bus: 100 %}}
  routes: {bus: {kind: land, seats: 5}}
  agreements:
    y: {groups: [g], start: 2025-01-11, document_speed: 1.3}
    x: {groups: [g], start: 2025-01-06, document_speed: 1.7}
release: {clocks: {bond: {rate: {border: 1 % / d, at_large: 2 % / d}}}}
funding: {staff: {details: {two: {officers: 1.3, start: 2025-01-07}, one: {officers: 0.7, start: 2025-01-04}}}}
"""
LISTS_BY_NAME = {
    "areas",
    "dockets",
    "groups",
    "routes",
    "agreements",
    "details",
    "officers",
    "contracted",
    "rate",
    "to",
}


def reversed_lists(tree: Any, key: str = "") -> Any:
    """The same scenario, everything that has a name listed the other way round."""
    if isinstance(tree, dict):
        items = [(name, reversed_lists(value, name)) for name, value in tree.items()]
        return dict(reversed(items) if key in LISTS_BY_NAME else items)
    return tree[::-1] if key == "batches" else tree


def played(folder: Path, tree: Any) -> tuple[Records, Records]:
    """What both engines return."""
    path = folder / "world.yaml"
    path.write_text(yaml.safe_dump(tree, sort_keys=False))
    scenario = load(path).scenario
    tables = build_tables(scenario)
    people = draw(scenario, tables, 1, 1)
    return play_simpy(tables, people), play_compiled(tables, people)


def test_the_order_of_a_list_by_name_changes_nothing(tmp_path: Path) -> None:
    tree = yaml.safe_load(WORLD)
    one, compiled = played(tmp_path, tree)
    turned, turned_compiled = played(tmp_path, reversed_lists(tree))
    assert one.counts.arrests.sum() > 200 and (one.log.stage == Stage.ON_THE_ROAD).any()
    assert list(reversed_lists(tree)["areas"]) == ["B", "A", "C"]
    for other in (compiled, turned, turned_compiled):
        assert not differences(one, other)
