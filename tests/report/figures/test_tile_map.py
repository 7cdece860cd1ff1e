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
from sim.report.area_values import Areas, areas_of, over, steps, unlike
from sim.report.figures import area_lines, flow, tile_map
from sim.report.office_grid import OFFICES
from tests.report.figures.worlds import endless, less, nation, nation_run, one_area


def odd():
    """Three areas, two of them unknown to the map, one without beds and one with endless ones."""
    found = areas_of([nation()])[0]
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


def shown(texts, head, until):
    """What each tile of a map says, by area: codes and values stand in the same order between two headings."""
    words = texts[texts.index(head) + 1 : texts.index(until)]
    codes = [text for text in words if text in OFFICES]
    return dict(zip(codes, words[-len(codes) :], strict=True))


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
    table = tile_map.draw([nation()]).data
    assert len(table) == 25 * 7
    for row in table.rows():
        held, beds = from_file[row["date"], row["area"]]
        assert row["held"] == held and row["operating_beds"] == beds
        assert row["held_per_operating_bed"] == (held / beds if beds else None)


@pytest.mark.parametrize(
    ("step", "date", "said"), [(0, "2025-05-21", "21 May 2025"), (6, "2025-06-29", "29 June 2025")]
)
def test_tiles_say_what_the_file_says(from_file, step, date, said):
    found = shown(seen(tile_map.draw([nation()]).spec(), step), said, "first day: 21 May 2025")
    for area in OFFICES:
        held, beds = from_file[date, area]
        assert found[area] == (f"{100 * held / beds:.0f}\u2009%" if beds else "none")


def test_the_slider_has_a_label_and_reaches_every_week():
    (param,) = tile_map.draw([nation()]).spec()["params"]
    assert param["bind"] == {"input": "range", "min": 0, "max": 6, "step": 1, "name": "Week "}
    assert param["value"] == 6


def test_over_full_areas_carry_a_mark_and_are_named():
    figure, (found,) = tile_map.draw([nation()]), areas_of([nation()])
    full = over(found)
    assert 0 < len(full) < 25
    texts = seen(figure.spec())
    assert texts.count("▲") == len(full) + len(over(found, 0)) + 1
    assert f"{len(full)} of 25 areas held more people" in figure.says
    assert all(area in figure.alternative for area in full)


def test_areas_without_beds_and_without_an_end_of_them_have_no_share():
    one = odd()
    assert unlike(one) == ["No beds: a place (X1).", "Endless beds: <script>alert(1)</script> (<b>)."]
    assert np.isnan(one.share[:, 1:]).all() and not np.isnan(one.share[:, 0]).any()
    texts = seen(tile_map._chart([one]).to_dict())
    assert "none" in texts and f"{one.held[-1, 2]:,.0f} ∞" in texts
    assert {"X1", "<b>", "MIA"} <= set(texts)


def test_baltimore_has_no_beds():
    figure = tile_map.draw([nation()])
    assert "No beds: Baltimore (BAL)." in figure.says
    assert "none" in seen(figure.spec())


def test_two_results_share_one_slider():
    figure = tile_map.draw(told_apart([less(), nation()]))
    assert len(figure.spec()["params"]) == 1
    heads = [text for text in seen(figure.spec(), 2) if "2025" in text]
    assert heads == [
        "may-2025-1000, 4 June 2025",
        "may-2025-1000 (2), 4 June 2025",
        "may-2025-1000, first day: 21 May 2025",
    ]
    assert len(figure.data) == 2 * len(areas_of([nation()])[0].days) * 25


@pytest.mark.parametrize("draw", [tile_map.draw, area_lines.draw])
def test_one_area_is_no_map(draw):
    assert draw([one_area()]) is None
    assert draw([endless()]) is None
    assert draw([]) is None


@pytest.mark.parametrize("draw", [tile_map.draw, area_lines.draw, flow.draw])
def test_many_results_are_not_all_drawn(draw):
    figure = draw(told_apart([less()] * 6))
    assert figure.says.endswith("Drawn are the first 4 of 6 results.")
    assert len(set(figure.data["scenario"])) == 4
    assert sum(text.endswith("may-2025-1000 (4)") or "(4), " in text for text in seen(figure.spec())) > 0


@pytest.mark.parametrize("draw", [tile_map.draw, area_lines.draw])
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


def test_lines_by_area_have_a_panel_an_area_with_its_number():
    figure, (found,) = area_lines.draw([nation()]), areas_of([nation()])
    texts = seen(figure.spec())
    assert set(OFFICES) <= set(texts)
    assert all(f"{held:,.0f}" in texts for held in found.held[-1])
    assert all(f"({code})" in figure.alternative for code in OFFICES)
    assert "people in beds" in texts and "operating beds" in texts
    assert "lowest to the highest of 2 replications" in figure.covers


def test_lines_reach_the_height_of_their_values():
    (found,) = areas_of([nation()])
    paper = area_lines._paper([found], 0)
    i = found.codes.index("MIA")
    most = max(found.high[:, i].max(), found.operating[:, i].max())
    bottom, top = paper.y("MIA", 0), paper.y("MIA", most)
    assert bottom - top == area_lines.LINES
    assert paper.y("MIA", most / 2) == pytest.approx((bottom + top) / 2, abs=0.01)
    assert paper.x("MIA", 6) - paper.x("MIA", 0) == pytest.approx(area_lines.WIDE)


def test_endless_beds_have_no_line_and_no_number_of_beds():
    one = odd()
    lines = {line.label: line for line in area_lines._lines([one])}
    assert list(lines) == ["people in beds", "operating beds"]
    assert not list(lines["operating beds"].heights(2)) and len(list(lines["operating beds"].heights(0))) == 7
    assert "<script>alert(1)</script> (<b>), from" in area_lines._tells(one) and "endless beds" in area_lines._tells(
        one
    )


def test_contracted_beds_are_drawn_where_they_differ():
    one = odd()
    more = Areas(**{**vars(one), "contracted": one.operating * 2})
    assert [line.label for line in area_lines._lines([more])][-1] == "contracted beds"
    assert [line.label for line in area_lines._lines([one, more])].count("operating beds") == 1


def test_two_results_have_lines_and_numbers_each():
    figure = area_lines.draw([less(), nation()])
    texts = seen(figure.spec())
    for found in areas_of([less(), nation()]):
        assert all(f"{held:,.0f}" in texts for held in found.held[-1])
        assert f"people in beds, {found.scenario}" in texts
    assert "in that order" in figure.says


@pytest.mark.parametrize("draw", [tile_map.draw, area_lines.draw])
def test_nothing_is_fetched_and_nothing_is_markup(draw):
    text = json.dumps(draw([nation()]).spec())
    assert not re.search(r'"(href|url|tooltip)"', text)
