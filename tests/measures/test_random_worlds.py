"""What must hold between measures in any world, ties included."""

from __future__ import annotations

import numpy as np
import pytest

from sim.measures import measure
from sim.measures.counting import person_seconds
from sim.measures.custody import Custody
from sim.pathway import play
from tests.pathway.random_worlds import world

SPANS = [
    "everywhere",
    "hold_room",
    "road",
    "bed",
    "bed_taken",
    "desk_line",
    "bed_line",
    "transfer_line",
    "screening_line",
    "docket_line",
    "docket_case",
    "seat_line",
    "clearance_line",
    "clearance",
    "atd",
]
STOCKS = [
    "held",
    "hold_room",
    "in_transit",
    "bed_queue",
    "intake_queue",
    "docket_pending",
    "seat_queue",
    "clearance_queue",
    "atd",
]


@pytest.fixture(scope="module", params=range(16))
def run(request):
    tables, people = world(request.param, grid=request.param % 2 == 0)
    return tables, people, play(tables, people)


def test_spans_lie_in_the_window(run):
    custody = Custody(*run)
    for name in SPANS:
        span = getattr(custody, name)
        assert (span.seconds >= 0).all() and (span.end <= span.horizon).all(), name
        assert person_seconds(span, run[0].days).sum() == span.total_seconds, name


def test_places_fill_the_time_in_custody(run):
    custody = Custody(*run)
    places = (custody.hold_room, custody.road, custody.bed)
    assert custody.everywhere.total_seconds == sum(span.total_seconds for span in places)


def test_waits_for_hearings_lie_within_cases(run):
    custody = Custody(*run)
    assert custody.docket_line.total_seconds == custody.docket_line.total_seconds <= custody.docket_case.total_seconds


def test_series_agree_with_measures_and_tally(run):
    m, counts = measure(Custody(*run)), run[2].counts
    d = m.daily
    assert all((d[name] >= 0).all() for name in STOCKS)
    assert (np.diff(d["in_custody"]) == (d["arrests"] - d["removals"] - d["releases"])[1:]).all()
    assert (m.by_area["in_custody"] == counts.inside).all()
    for flow in ("arrests", "book_ins", "removals", "releases", "transfers"):
        assert d[flow][1:].sum() == m.value(flow)
    assert (d["seat_queue"][-1], d["docket_pending"][-1]) == (m.value("seat_queue_end"), m.value("docket_pending_end"))
    assert sum(m.value(name) for name in m.summary if name.startswith("releases_")) == m.value("releases")
    assert m.exits.people.sum() == m.value("removals") + m.value("releases")


def test_causes_add_up_to_the_shortfall(run):
    m = measure(Custody(*run))
    causes = [value for name, (_, value) in m.summary.items() if name.startswith("arrest_shortfall_")]
    if m.value("arrest_goal") is not None:
        assert sum(causes) == pytest.approx(m.value("arrest_shortfall"), abs=1e-6)


def test_accounts_add_up_to_the_cost(run):
    m = measure(Custody(*run))
    accounts = [v for name, (_, v) in m.summary.items() if name.startswith("cost_usd_") and name.count("_") == 2]
    assert sum(accounts) == pytest.approx(2 * m.value("cost_usd_total"))
