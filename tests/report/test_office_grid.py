"""Where the tiles lie."""

from __future__ import annotations

import pytest

from sim.report.office_grid import COLUMNS, OFFICES, Place, places
from sim.scenario.loading import load
from tests.conftest import ROOT


def test_every_field_office_of_the_nation_has_a_tile_of_its_own():
    areas = list(load(ROOT / "scenarios" / "national.yaml").scenario.areas)
    assert set(areas) == set(OFFICES)
    assert len(set(places(areas).values())) == len(areas) == 25
    assert all(0 <= place.column < COLUMNS for place in OFFICES.values())


@pytest.mark.parametrize(
    ("north", "south"), [("SEA", "SFR"), ("SFR", "LOS"), ("LOS", "SND"), ("DAL", "SNA"), ("SNA", "HLG"), ("BOS", "BAL")]
)
def test_north_is_above(north, south):
    assert OFFICES[north].row < OFFICES[south].row


@pytest.mark.parametrize(("west", "east"), [("SEA", "SPM"), ("DEN", "CHI"), ("PHO", "ELP"), ("NOL", "MIA")])
def test_west_is_left(west, east):
    assert OFFICES[west].column < OFFICES[east].column


def test_other_areas_fall_into_rows_below_in_order():
    found = places(["ONE", "MIA", *(f"A{n}" for n in range(COLUMNS))])
    assert found["MIA"] == Place(0, 0)
    assert found["ONE"] == Place(1, 0) and found["A0"] == Place(1, 1)
    assert found[f"A{COLUMNS - 1}"] == Place(2, 0)
    assert len(set(found.values())) == len(found)


def test_one_area_lies_at_the_top_left():
    assert places(["A"]) == {"A": Place(0, 0)}
    assert places([]) == {}
