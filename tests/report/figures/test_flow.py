"""The flow diagram: its numbers are those of the files, people are conserved, widths are people, it is drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from sim.analysis.results import told_apart
from sim.report import theme
from sim.report.figures import flow
from sim.report.flow.balance import balance_of
from sim.report.flow.river import EXITS, RIVER, exits, river, sentence, time_of, whole
from sim.vocabulary import RELEASE_REASONS
from tests.report.figures.worlds import endless, less, nation, one_area

WORLDS = (nation, less, one_area, endless)


def per_replication(result, column, first=False, last=False):
    """A column of the daily file read row by row: its sum, or its first or last cell, one a replication."""
    found = {}
    for row in result["daily"].rows():
        found.setdefault(row["replication"], []).append(row[column])
    return [cells[0] if first else cells[-1] if last else sum(filter(None, cells)) for cells in found.values()]


def of(figure, scenario, what):
    """A row of the figure's table."""
    (row,) = figure.data.where(scenario=scenario, what=what).rows()
    return row


@pytest.mark.parametrize("world", WORLDS)
def test_people_in_are_people_out_and_people_still_there(world):
    b = balance_of(world())
    start = np.array(per_replication(world(), "in_custody", first=True))
    assert (b.in_custody_start == start).all()
    assert (b.arrests == per_replication(world(), "arrests")).all()
    assert (b.in_custody_start + b.arrests == b.removals + b.releases + b.in_custody_end).all()
    assert (b.hold_start + b.arrests == b.book_ins + b.unbedded + b.hold_end + b.road_end).all()
    assert (b.beds_start + b.book_ins == b.left_beds + b.beds_end).all()
    assert (b.unbedded >= b.exits["returned"] + b.exits["no_bed"]).all()


@pytest.mark.parametrize("world", WORLDS)
def test_the_balance_is_that_of_the_files(world):
    b, result = balance_of(world()), world()
    assert (b.removals == per_replication(result, "removals")).all()
    assert (b.releases == per_replication(result, "releases")).all()
    assert (b.in_custody_end == per_replication(result, "in_custody", last=True)).all()
    for reason in RELEASE_REASONS:
        assert (b.exits[reason] == per_replication(result, f"releases_{reason}")).all()
    for line, people in b.waiting.items():
        assert (people == per_replication(result, line, last=True)).all()


def test_the_table_has_the_means_of_the_summary():
    figure, result = flow.draw([nation()]), nation()
    for what, measure in {
        "removals": "removals",
        "releases": "releases",
        "into beds": "book_ins",
        "in beds at the end": "held_end",
        "wait for a bed": "bed_wait_hours_mean",
        "wait for a hearing": "hearing_wait_days_mean",
        "wait from the final order to removal": "order_to_removal_days_mean",
        "waiting at the end for a seat": "seat_queue_end",
        f"exit: {EXITS['bond']}": "releases_bond",
    }.items():
        row = of(figure, result.name, what)
        assert row["mean"] == pytest.approx(result.mean(measure), rel=1e-12), what
        values = result.values(measure)
        assert (row["low"], row["high"]) == (values.min(), values.max())


def test_what_is_written_is_what_the_files_say():
    figure, result = flow.draw([nation()]), nation()
    texts = [label.text for label in river(result, balance_of(result), 1e-4, 0).labels]
    removals, releases = result.mean("removals"), result.mean("releases")
    assert f"{result.mean('arrests'):,.0f} into hold rooms" in texts
    assert f"{removals + releases:,.0f} left custody" in texts
    assert f"Bed line: {np.mean(per_replication(result, 'bed_queue', last=True)):,.0f} at the end" in texts
    assert any(text.startswith(f"mean wait {result.mean('bed_wait_hours_mean'):.1f} h") for text in texts)
    drawn = json.dumps(figure.spec())
    assert all(json.dumps(text)[1:-1] in drawn for text in texts)
    assert all(text in figure.alternative for text in texts)
    assert f"{removals:,.0f} were removed" in figure.says


def test_strands_are_as_wide_as_they_have_people():
    b = balance_of(nation())
    drawn = river(nation(), b, RIVER / 100_000, 0)
    widths = [strand.width * 100_000 / RIVER for strand in drawn.strands]
    for people in (b.beds_start, b.interior, b.border, b.book_ins, b.left_beds, b.exits["removed"], b.beds_end):
        assert any(width == pytest.approx(people.mean()) for width in widths)
    into = sum(s.width for s in drawn.strands if s.kind in ("removed", "released"))
    assert into * 100_000 / RIVER == pytest.approx(b.left.mean())


def test_strands_that_end_do_not_cross_the_lines_to_labels_above():
    drawn = river(nation(), balance_of(nation()), RIVER / 100_000, 0)
    ends = sorted((s.to_y, s.to_x + s.width) for s in drawn.strands if s.kind in ("removed", "released"))
    assert [x for _, x in ends] == sorted((x for _, x in ends), reverse=True)
    assert len({y for y, _ in ends}) == len(ends) > 5


def test_rare_releases_stand_together_and_nothing_is_lost():
    b = balance_of(nation())
    removed, released = exits(b)
    assert sum(people.mean() for _, people in removed) == pytest.approx(b.removals.mean())
    assert sum(people.mean() for _, people in released) == pytest.approx(b.releases.mean())
    assert released[-1][0] == "for other reasons"
    assert all(people.mean() >= 0.01 * b.left.mean() for _, people in released[:-1])


def test_two_results_stand_one_above_the_other_on_one_scale():
    figure = flow.draw(told_apart([less(), nation()]))
    b = [balance_of(result) for result in (less(), nation())]
    text = json.dumps(figure.spec())
    assert text.count(" through beds") == 2
    widest = max((one.in_custody_start + one.arrests).mean() for one in b)
    strands = [s for one in (less(), nation()) for s in river(one, balance_of(one), RIVER / widest, 0).strands]
    assert max(s.width for s in strands) <= RIVER
    assert {row["scenario"] for row in figure.data.rows()} == {"may-2025-1000", "may-2025-1000 (2)"}


def test_one_replication_has_no_ranges():
    figure = flow.draw([less()])
    assert figure.covers == ""
    assert all(row["low"] is None for row in figure.data.rows())
    assert not river(less(), balance_of(less()), 1e-4, 0).whiskers
    assert "lowest to the highest of 2 replications" in flow.draw([nation()]).covers


def test_lines_that_nobody_waited_in_are_left_out():
    assert "Docket" in flow.draw([nation()]).alternative
    figure = flow.draw([one_area()])
    assert "Bed line" in figure.alternative and "Docket" not in figure.alternative
    assert "for a hearing" not in figure.says
    assert "at the start;" not in flow.draw([endless()]).alternative


def test_the_sum_says_where_rounding_breaks_it():
    whole = balance_of(less())
    assert "rounded" not in " ".join(sentence(whole))
    half = replace(whole, interior=whole.interior + 0.4, border=whole.border + 0.4, unbedded=whole.unbedded + 0.8)
    exits_ = {**half.exits, "removed": half.exits["removed"] + 0.4, "returned": half.exits["returned"] + 0.05}
    assert sentence(replace(half, exits=exits_))[-1].endswith("(rounded)")


def test_nothing_to_draw():
    assert flow.draw([]) is None


def test_numbers_are_written_to_be_read():
    assert whole(np.array([1234.4, 1235.4])) == "1,235"
    assert time_of(np.array([1.0, 2.04, np.nan]), "d") == "1.5 d (1.0–2.0)"
    assert time_of(np.array([2.0, 2.0]), "h") == time_of(np.array([2.0]), "h") == "2.0 h"


@pytest.mark.parametrize("world", WORLDS)
def test_it_is_drawn(world):
    drawn = ElementTree.fromstring(theme.svg(flow.draw([world()]).spec(), 340))
    texts = ["".join(node.itertext()) for node in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert any(text.endswith(" left custody") for text in texts)
