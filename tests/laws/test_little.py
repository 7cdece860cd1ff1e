"""Little's law on every line: mean number on it = arrivals to it × mean time on it."""

from __future__ import annotations

from typing import Any

import pytest

from sim.measures.custody import Custody
from sim.measures.laws import LawBroken, check
from sim.measures.spans import Span
from sim.pathway.line import Line
from sim.vocabulary import SECONDS_PER_DAY
from tests.laws.worlds import Played, exponential, played, world

DAYS, WITHIN = 2000, 0.01
LINES = ("desk", "bed", "transfer", "docket", "screening", "seat", "clearance")
WORKDAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), 1) | {"sat": 0, "sun": 0}

PEOPLE = {
    "mandatory": {"convicted": "80 %", "pending": "40 %", "none": "10 %"},
    "criminality": {"convicted": "30 %", "pending": "30 %", "none": "40 %"},
    "tracks": {"final_order": "20 %", "expedited": "35 %", "proceedings": "40 %", "voluntary": "5 %"},
    "intake": {"detain": "90 %", "parole": "10 %"},
}
LADDER = [
    {
        "transfer": {
            "after": "3 h",
            "to": {"C00": ["C01", "C02"], "C01": ["C02"]},
            "seats": 1,
            "departures": ["6 h", "18 h"],
        }
    },
    {"release": {"after": "36 h"}},
    {"wait": {}},
]
CASE = {
    "preparing": {track: exponential(4.0) for track in ("final_order", "expedited", "proceedings", "voluntary")},
    "dockets": {
        "north": {"areas": ["C00", "C01"], "judges": 3, "hearings_per_judge_day": 3.1},
        "south": {"areas": ["C02"], "judges": 2, "hearings_per_judge_day": 3},
    },
    "court_weekday": WORKDAYS,
    "hearings": {1: "60 %", 2: "40 %"},
    "adjournment": exponential(8.0),
    "screening": {
        "share": "60 %",
        "positive": "30 %",
        "officers": 2,
        "screenings_per_officer_day": 1.6,
        "weekday": WORKDAYS,
    },
}
REMOVAL = {
    "groups": {"any": {"document": exponential(5.0), "routes": {"air": "50 %", "road": "50 %"}}},
    "routes": {
        "air": {"kind": "charter", "seats": 6.4, "weekday": {**WORKDAYS, "mon": 0, "wed": 0, "fri": 0}},
        "road": {"kind": "land", "seats": 6.2, "departures": ["8 h", "14 h"], "weekday": WORKDAYS},
    },
}
RELEASE = {
    "clocks": {"bond": {"rate": {"border": "1.5 % / d"}}, "recognizance": {"rate": {"border": "0.5 % / d"}}},
    "clearance": {"reviewers": 2, "review": exponential(0.6), "approval": "60 %"},
}


def all_lines() -> dict[str, Any]:
    """Three areas in which every line of the pathway forms."""
    return world(
        3,
        DAYS,
        5.0,
        exponential(1.0),
        people={"sources": {"border": PEOPLE}},
        intake={"desks": 1, "processing": exponential(0.12)},
        beds={"contracted": {"C00": 47, "C01": 54, "C02": 57}, "ladder": LADDER},
        case=CASE,
        removal=REMOVAL,
        release=RELEASE,
    )


def visits(custody: Custody) -> dict[str, Span]:
    """Every visit to each line, from the records."""
    return {line: getattr(custody, f"{line}_line") for line in LINES}


def arrivals_and_wait(line: str, custody: Custody) -> tuple[float, float]:
    """Arrivals a day to a line, and mean days of the visits that ended."""
    span = visits(custody)[line]
    return len(span) / DAYS, float(span.ended_seconds.mean()) / SECONDS_PER_DAY


def gap(line: str, play: Played) -> float:
    """Relative difference between the number on the line (the engine's own tally) and λW (the records)."""
    inside = play.records.counts.line_seconds[line] / (DAYS * SECONDS_PER_DAY)
    arrivals, wait = arrivals_and_wait(line, play.custody)
    law = arrivals * wait
    print(f"Little, {line}: λW {law:.6g}, L {inside:.6g} ({100 * (inside / law - 1):+.3f} %)")
    return inside / law - 1.0


@pytest.fixture(scope="module")
def play() -> Played:
    """One long play."""
    return played(all_lines())


@pytest.mark.parametrize("line", LINES)
def test_number_on_a_line_is_arrivals_times_wait(play: Played, line: str) -> None:
    """Little (1961). Over a long window, what is unfinished at its end matters little."""
    assert len(visits(play.custody)[line]) > 1000, "the line hardly forms: nothing is tested"
    assert abs(gap(line, play)) < WITHIN


def test_on_the_closed_window_it_holds_to_the_second(play: Played) -> None:
    """Person-seconds in the records are those of the engine's tally, unfinished visits included."""
    check(Custody(play.tables, play.people, play.records))
    assert play.custody.docket_line.total_seconds == play.records.counts.line_seconds["docket"]


def since_midnight(self: Line, row: int, priority: int, since: int, now: int) -> None:
    """Counts people from the midnight before they came."""
    _join(self, row, priority, since, now)
    self.seconds += now % SECONDS_PER_DAY


_join = Line.join


def test_a_line_that_counts_people_before_they_came_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Line, "join", since_midnight)
    wrong = played(all_lines())
    assert [line for line in LINES if abs(gap(line, wrong)) < WITHIN] == []
    with pytest.raises(LawBroken, match="Little"):
        check(Custody(wrong.tables, wrong.people, wrong.records))
