"""A few people's events, written by hand: times in hours, two days from 1 May 2025.

1  held since before: a bed from 0, a hearing from 10 on, released on bond at 30
2  arrested at 2: desk at 3 to 5, asks for a bed at 5 and for a transport at 8, leaves at 12, a bed at 20; then an
   order at 24, and still held
3  arrested at 4: desk at 5 to 6, returned at 6
4  arrested at 40: still in the line for a desk at the end
5  of replication 2: arrested at 1, a bed at once, removed at 47
"""

from __future__ import annotations

import json

import numpy as np

from sim.analysis.results import ResultTables
from sim.files.table import Table, of_texts
from sim.vocabulary import FILES

H = 3600
MOVES = {
    (1, 1): "arrival 0, docket 0, bed+ 0 1, bed- 30 1, exit_bond 30, depart 30",
    (1, 2): "arrival 2, desk_line 2, processing+ 3 1, processing- 5 1, bed_line 5, transfer_line 8, on_the_road 12,"
    " bed+ 20 2, document 24",
    (1, 3): "arrival 4, desk_line 4, processing+ 5 1, processing- 6 1, exit_returned 6, depart 6",
    (1, 4): "arrival 40, desk_line 40",
    (2, 5): "arrival 1, desk_line 1, processing+ 1 1, processing- 1 1, bed_line 1, bed+ 1 1, bed- 47 1,"
    " exit_removed 47, depart 47",
}

NASTY = "<script>alert(1)</script></script><b onclick='x'>{{ 7 * 7 }} ]]> & \"q\" <!--"
_SCENARIO = f"""
extends: one-facility
title: {json.dumps(NASTY)}
start: 2025-01-01
days: 20
replications: 2
areas: {{A: {json.dumps(NASTY)}, B: plain}}
people:
  day0: {{areas: {{A: 50 %, B: 50 %}}}}
arrests:
  sources:
    border: {{rate: {{A: 12 / d, B: 8 / d}}}}
intake: {{places: {{A: 8, B: 7}}, desks: {{A: 3, B: 3}}}}
beds: {{contracted: {{A: 430, B: 450}}}}
"""


def copied(folder):
    """A scenario file of two areas whose title and first area are full of markup."""
    file = folder / "nasty.yaml"
    file.write_text(_SCENARIO, encoding="utf-8")
    return file


def rows(moves=None):
    """The rows of events.csv."""
    journeys = (moves or MOVES).items()
    return [_row(run, person, step.split()) for (run, person), steps in journeys for step in steps.split(",")]


def _row(run, person, step):
    event, hour, slot = (*step, "")[:3]
    kind = {"+": "resource_use", "-": "resource_use_end"}.get(event[-1], "queue")
    kind = "arrival_departure" if event in ("arrival", "depart") else kind
    return (str(person), kind, event.rstrip("+-"), str(int(float(hour) * H)), slot, str(run))


def results(moves=None, total=4, **scenario):
    """A result in memory with these events; `total` people were in custody in the run."""
    columns = list(zip(*rows(moves), strict=True))
    tree = {"start": "2025-05-01", "days": 2, "areas": {"A": "one", "B": "two"}, "title": "By hand"} | scenario
    daily = {
        "replication": np.array([1, 1, 1, 2, 2, 2]),
        "date": np.array(["2025-04-30", "2025-05-01", "2025-05-02"] * 2, "datetime64[D]"),
        "in_custody": np.array([1, 2, 3, 0, 1, 0]),
        "arrests": np.array([np.nan, 2, total - 3, np.nan, 1, 0]),
        "held": np.array([100, 200, 300, 0, 1, 0]),
        "hold_room": np.array([0, 9, 5, 0, 0, 0]),
        "intake_queue": np.array([0, 2, 1, 0, 0, 0]),
        "bed_queue": np.array([0, 4, 4, 0, 0, 0]),
        "in_transit": np.array([0, 3, 0, 0, 0, 0]),
        "removals": np.array([np.nan, 50, 60, np.nan, 0, 1]),
        "releases": np.array([np.nan, 5, 6, np.nan, 0, 0]),
    }
    events = of_texts("events", FILES["events.csv"], columns)
    return ResultTables("hand", tree, {}, {"events": events, "daily": Table("daily", daily)})
