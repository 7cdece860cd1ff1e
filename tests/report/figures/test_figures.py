"""All figures together: valid, drawn with their words, and safe whatever a scenario is called."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest

from sim.analysis.compare import compare_tables
from sim.analysis.results import told_apart
from sim.report import theme
from sim.report.figures import FIGURES, draw_all
from tests.report.figures.worlds import endless, less, nation, one_area

NASTY = "</script><script>alert(1)</script> & a name that goes on " * 3
WORLDS = {
    "nation": lambda: [nation()],
    "facility": lambda: [one_area()],
    "endless": lambda: [endless()],
    "one replication": lambda: [less()],
    "unlike": lambda: [endless(), one_area(), nation()],
    "many": lambda: [replace(one_area(), name=f"{NASTY}{i}") for i in range(6)],
}


@cache
def drawn(world):
    """The figures of a world with their specifications."""
    results = told_apart(WORLDS[world]())
    comparison = compare_tables(results) if len(results) > 1 else None
    return [(figure, figure.spec()) for figure in draw_all(results, comparison)]


@pytest.mark.parametrize("world", WORLDS)
def test_every_world_has_figures_that_are_drawn(world):
    figures = [figure for figure, _ in drawn(world)]
    assert len({figure.key for figure in figures}) == len(figures) >= 3
    for figure, spec in drawn(world):
        assert figure.title and figure.says and figure.alternative and len(figure.data)
        assert "<text" in theme.svg(spec, 340), figure.key
        assert len(json.dumps(spec)) < 1_000_000


def test_figures_stand_in_the_order_of_the_argument():
    order = ["goal", "shortfall", "held", "hold", "queues", "waits", "flow", "exits", "money", "accounts", "tiles"]
    keys = [figure.key for figure, _ in drawn("nation")]
    assert keys[:11] == order and keys[-1] == "twin" and len(FIGURES) == len(keys) + 1
    assert drawn("unlike")[0][0].key == "difference"
    assert list(draw_all([])) == []


@pytest.mark.parametrize("world", ["nation", "many"])
def test_no_chart_leads_anywhere_or_fetches_anything(world):
    for _, spec in drawn(world):
        text = json.dumps({**spec, "$schema": ""})
        assert not [word for word in ("href", "url", "image") if f'"{word}"' in text]


def test_names_are_cut_so_that_they_can_be_read():
    for figure, _ in drawn("many"):
        assert NASTY not in figure.says


def test_without_several_replications_nothing_is_said_to_be_covered():
    for figure, _ in drawn("one replication"):
        assert not figure.covers.startswith("Bands run"), figure.key
        assert "intervals" not in figure.covers or figure.key == "twin", figure.key  # theory knows its spread
