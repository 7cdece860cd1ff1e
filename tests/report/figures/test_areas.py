"""The tile map and the lines by area: values are those of the files, odd areas are told, both are drawn."""

from __future__ import annotations

import csv
import json
import re
from itertools import pairwise
from statistics import fmean
from xml.etree import ElementTree

import numpy as np
import pytest
import vl_convert

import sim
from sim.analysis.results import told_apart
from sim.report import theme
from sim.report.figures import areas, flow
from sim.report.figures.areas import Areas, areas_of, over, steps, unlike
from sim.report.office_grid import OFFICES
from tests.report.figures.worlds import endless, less, nation, nation_run, one_area


def odd():
    """Three areas, two of them unknown to the map, one without beds and one with endless ones."""
    found = areas_of(nation())
    pick = [found.codes.index(code) for code in ("MIA", "BAL", "NYC")]
    held, beds = found.held[:, pick], found.operating[:, pick].copy()
    beds[:, 2] = np.nan
    names = {"MIA": "Miami", "X1": "a place (with a note)", "<b>": "<script>alert(1)</script>"}
    return Areas("odd", names, found.days, held, held, held, beds, beds)


def seen(spec, step=None, width=340):
    """Texts of the picture, with the slider at a step."""
    plain = json.loads(json.dumps(spec))
    for param in plain.get("params", ()):
        if param["name"] == "step" and step is not None:
            param["value"] = step
    drawn = ElementTree.fromstring(vl_convert.vegalite_to_svg(theme.picture_spec(plain, width)))
    return ["".join(node.itertext()) for node in drawn.iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture(scope="module")
def from_file(tmp_path_factory):
    """Held and operating beds by date and area, read from the CSV file: means over replications, None if empty."""
    folder = nation_run().save(tmp_path_factory.mktemp("tiles") / "r")
    cells = {}
    with (folder / "daily_by_area.csv").open() as file:
        for row in csv.DictReader(file):
            cells.setdefault((row["date"], row["area"]), []).append((int(row["held"]), row["beds_operating"]))
    return {key: (fmean(held for held, _ in pairs), float(pairs[0][1] or "nan")) for key, pairs in cells.items()}


def test_values_are_those_of_the_file(from_file):
    table = areas.tiles([nation()]).data
    assert len(table) == 25 * 7
    for row in table.rows():
        held, beds = from_file[row["date"], row["area"]]
        assert row["held"] == held and row["operating_beds"] == beds
        assert row["held_per_operating_bed"] == (held / beds if beds else None)


def tiles(figure):
    """What is drawn of each area at each step of the slider."""
    rows = (row for rows in figure.spec()["datasets"].values() for row in rows if "beds" in row)
    return {(row["step"], row["code"]): row for row in rows}


@pytest.mark.parametrize(("step", "date"), [(0, "2025-05-21"), (6, "2025-06-29")])
def test_tiles_say_what_the_file_says(from_file, step, date):
    figure = areas.tiles([nation()])
    texts, rows = seen(figure.spec(), step), tiles(figure)
    for area in OFFICES:
        held, beds = from_file[date, area]
        said = f"{100 * held / beds:.0f}\u2009%" if beds else "none"
        row = rows[step, area]
        assert row["share"] == said and said in texts and area in texts
        assert row["held"] == pytest.approx(held, rel=1e-5) and row["beds"] == beds
        assert row["over"] == ("yes" if beds and round(100 * held / beds) > 100 else "no")


def test_squares_are_as_large_as_people_are_many():
    spec = areas.tiles([nation()]).spec()
    sizes = [layer["encoding"]["size"] for layer in spec["layer"] if "size" in layer["encoding"]]
    assert {one["field"] for one in sizes} == {"held", "beds"}
    assert all(one["scale"]["domain"][0] == 0 == one["scale"]["range"][0] for one in sizes)
    assert len({json.dumps(one["scale"]) for one in sizes}) == 1, "people and beds have one scale"


def test_codes_have_a_key():
    for draw in (areas.tiles, areas.lines):
        assert "BAL Baltimore" in draw([nation()]).note and "NYC New York" in draw([nation()]).note


def test_the_slider_has_a_label_and_reaches_every_week():
    (param,) = areas.tiles([nation()]).spec()["params"]
    assert param["bind"] == {"input": "range", "min": 0, "max": 6, "step": 1, "name": "Week "}
    assert param["value"] == 6


def test_over_full_areas_carry_a_mark_and_are_named():
    figure, found = areas.tiles([nation()]), areas_of(nation())
    full = over(found)
    assert 0 < len(full) < 25
    assert sum(row["over"] == "yes" for (step, _), row in tiles(figure).items() if step == 6) == len(full)
    assert f"{len(full)} of 25 areas held more people" in figure.says
    assert all(area in figure.alternative for area in full)


def test_areas_without_beds_and_without_an_end_of_them_have_no_share():
    one = odd()
    assert unlike(one) == ["No beds: a place (X1).", "Endless beds: <script>alert(1)</script> (<b>)."]
    assert np.isnan(one.share[:, 1:]).all() and not np.isnan(one.share[:, 0]).any()
    texts = seen(areas.tile_chart([one]).to_dict())
    assert "none" in texts and "∞" in texts
    assert {"X1", "<b>", "MIA"} <= set(texts)


def test_baltimore_has_no_beds():
    figure = areas.tiles([nation()])
    assert "No beds: Baltimore (BAL)." in figure.says
    assert "none" in seen(figure.spec())


def test_two_results_share_one_slider():
    figure = areas.tiles(told_apart([less(), nation()]))
    assert len(figure.spec()["params"]) == 1
    heads = [text for text in seen(figure.spec(), 2) if "2025" in text]
    assert heads == [
        "may-2025-1000, 4 June 2025",
        "may-2025-1000 (2), 4 June 2025",
    ]
    assert len(figure.data) == 2 * len(areas_of(nation()).days) * 25


@pytest.mark.parametrize("draw", [areas.tiles, areas.lines])
def test_one_area_is_no_map(draw):
    assert draw([one_area()]) is None
    assert draw([endless()]) is None


@pytest.mark.parametrize("draw", [areas.tiles, areas.lines, flow.draw])
def test_many_results_are_not_all_drawn(draw):
    figure = draw(told_apart([less()] * 6))
    assert figure.says.endswith("Drawn are the first 4 of 6 results.")
    assert len(set(figure.data["scenario"])) == 4
    assert any("(4)" in text for text in seen(figure.spec()))


@pytest.mark.parametrize("draw", [areas.tiles, areas.lines])
def test_a_single_day_is_drawn_without_a_slider(draw):
    one_day = sim.run("may-2025-1000", set={"days": 1}, reps=1, engine="compiled").tables
    figure = draw([one_day])
    assert "params" not in figure.spec()
    assert set(OFFICES) <= set(seen(figure.spec()))


def test_steps_keep_both_ends_and_stay_few():
    assert steps(1) == [0]
    assert steps(14) == list(range(14))
    assert steps(365) == list(range(0, 365, 7))
    assert steps(30) == [0, 7, 14, 21, 28, 29]
    for days in (2, 15, 100, 420, 421, 1_000, 5_000):
        found = steps(days)
        assert found[0] == 0 and found[-1] == days - 1 and len(found) <= 61
        assert len({b - a for a, b in pairwise(found[:-1])}) <= 1


def lines(figure):
    """The points of each area's line."""
    found = {}
    for rows in figure.spec()["datasets"].values():
        for row in rows:
            if "area" in row and "hover" in row:
                found.setdefault(row["area"], []).append(row)
    return found


def test_lines_by_area_have_a_panel_an_area_with_its_share():
    figure, found = areas.lines([nation()]), areas_of(nation())
    texts = seen(figure.spec())
    assert set(OFFICES) <= set(texts) and "none" in texts
    there = [share for share in found.share[-1] if not np.isnan(share)]
    assert all(f"{100 * share:.0f}\u2009%" in texts for share in there)
    assert all(f"({code})" in figure.alternative for code in OFFICES)


def test_all_panels_have_one_scale():
    place = {"x": 0.0, "y": 100.0}
    bottom, full, top = (areas._y(place, share) for share in (0.0, 1.0, areas.FULLEST))
    assert bottom - top == areas.SCALE and bottom - full == pytest.approx(areas.SCALE / areas.FULLEST)
    assert areas._y(place, 3.0) == top, "what is fuller is drawn at the top"


def test_endless_beds_have_no_line():
    one = odd()
    assert set(lines_of([one])) == {"MIA"}
    assert "<script>alert(1)</script> (<b>), from" in areas._tells_change(one)
    assert "endless beds" in areas._tells_change(one)


def lines_of(found):
    """Areas with a line."""
    rows = (row for rows in areas.line_chart(found).to_dict()["datasets"].values() for row in rows)
    return dict.fromkeys(row["area"] for row in rows if "area" in row)


def test_two_results_have_a_line_each_and_a_key():
    named = told_apart([less(), nation()])
    texts = seen(areas.lines(named).spec())
    assert {one.name for one in named} <= set(texts)


@pytest.mark.parametrize("draw", [areas.tiles, areas.lines])
def test_nothing_is_fetched_and_nothing_is_markup(draw):
    text = json.dumps(draw([nation()]).spec())
    assert not re.search(r'"(href|url)"', text)
