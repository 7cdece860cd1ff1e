"""The flow: its numbers are those of the files, people are conserved, bars are as high as they have people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.analysis.results import told_apart
from sim.formats import readable
from sim.report.figures import flow
from sim.vocabulary import RELEASE_REASONS, Exit
from tests.report.figures.seen import texts
from tests.report.figures.worlds import endless, less, nation, one_area

WORLDS = (nation, less, one_area, endless)


def per_replication(result, column, first=False, last=False):
    """A column of the daily file read row by row: its sum, or its first or last cell, one a replication."""
    found = {}
    for row in result["daily"].rows():
        found.setdefault(row["replication"], []).append(row[column])
    return [cells[0] if first else cells[-1] if last else sum(filter(None, cells)) for cells in found.values()]


@pytest.mark.parametrize("world", WORLDS)
def test_people_who_came_are_people_who_left_and_people_still_there(world):
    one = flow.flow(world())
    came, left = (sum(strand.people for strand in side) for side in (one.came, one.left))
    assert (came == left).all()
    start, arrests = per_replication(world(), "in_custody", first=True), per_replication(world(), "arrests")
    assert (came == [a + b for a, b in zip(start, arrests, strict=True)]).all()


@pytest.mark.parametrize("world", WORLDS)
def test_the_strands_are_those_of_the_files(world):
    found = {strand.words: strand.people for strand in flow.flow(world()).left}
    released = [found.pop(word) for word in list(found) if word == "for other reasons"]
    for reason in RELEASE_REASONS:
        short = Exit[reason.upper()].row.short
        people = per_replication(world(), f"releases_{reason}")
        if short in found:
            assert (found[short] == people).all()
        elif any(people):
            assert released, reason
    assert (found.get("still in beds", 0) == per_replication(world(), "held", last=True)).all()


def test_bars_of_one_scale():
    figure = flow.draw(told_apart([nation(), replace(less(), name="less")]))
    bars = [row for rows in figure.spec()["datasets"].values() for row in rows if "x2" in row and "hover" in row]
    whole = {row["hover"]: row["y2"] - row["y"] for row in bars if row["hover"].endswith(" people")}
    assert max(whole.values()) == pytest.approx(flow.BAR, abs=0.2)
    people = [flow.flow(one()).people for one in (nation, less)]
    high, low = (whole[f"{readable(one)} people"] for one in people)
    assert high / low == pytest.approx(people[0] / people[1], rel=0.01)


def test_it_has_a_key_and_a_label_for_each_strand():
    figure = flow.draw([nation()])
    seen = " ".join(texts(figure, 360)).replace("\n", " ")
    assert all(kind in seen for kind in flow.KINDS)
    for row in figure.data.rows():
        assert f"{readable(row['mean'])} {row['what']}" in seen
        assert f"{readable(row['mean'])} {row['what']}" in figure.alternative


def test_without_anybody_there_is_no_figure():
    assert flow.draw([]) is None
