"""What a replication shows of a queue, from the warm-up on, counted person by person."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.measures.custody import Custody
from sim.pathway import play
from sim.people.draw import draw
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables
from sim.theory import observe
from sim.theory.system import recognise, window
from sim.vocabulary import CUSTODY_CLASSES, EMPTY, EXIT_REASONS

DAY, DAYS = 86_400, 260
TEACHING = Path(__file__).parent.parent.parent / "scenarios" / "teaching"


@pytest.mark.parametrize("name", ["erlang-a", "two-classes"])
def test_people_count_by_arrest_and_exit_and_time_by_when_it_is_spent(name: str) -> None:
    scenario = load(TEACHING / f"{name}.yaml", [f"days={DAYS}"]).scenario
    tables = build_tables(scenario)
    people = draw(scenario, tables, 7, 1)
    custody = Custody(tables, people, play(tables, people))
    system = recognise(scenario, tables)
    start, end = window(system).warm_up * DAY, DAYS * DAY
    assert 50 * DAY < start < 200 * DAY
    came, lost = list[str](), list[str]()
    waited = released = on_line = held = 0
    for i, row in enumerate(custody.rows.tolist()):
        stay = {key: int(getattr(custody.stays, key)[i]) for key in ("t_arrest", "t_asked", "t_bed", "t_exit", "exit")}
        exit_, word = stay["t_exit"], CUSTODY_CLASSES[int(people.custody[row])]
        if stay["t_arrest"] >= start:
            came.append(word)
            waited += stay["t_asked"] != EMPTY and stay["t_bed"] != stay["t_asked"]
        if exit_ != EMPTY and exit_ >= start:
            reason = EXIT_REASONS[stay["exit"]]
            if reason in ("no_bed", "displaced"):
                lost.append(word)
            released += reason in ("recognizance", "parole", "bond", "court_order", "other_agency")
        until = end if exit_ == EMPTY else exit_
        if stay["t_asked"] != EMPTY:
            on_line += max(0, (until if stay["t_bed"] == EMPTY else stay["t_bed"]) - max(start, stay["t_asked"]))
        if stay["t_bed"] != EMPTY:
            held += sum(stay["t_bed"] < day * DAY <= until for day in range(start // DAY + 1, DAYS + 1))
    counted: dict[str, tuple[float, float]] = {
        "held_mean": (held, DAYS - start // DAY),
        "wait_share": (waited, len(came)),
        "bed_wait_days": (on_line / DAY, len(came)),
        "left_line_share": (released, len(came)),
        "lost_share": (len(lost), len(came)),
        **{f"lost_share_{word}": (lost.count(word), came.count(word)) for word in CUSTODY_CLASSES},
    }
    seen = observe(scenario, custody)
    assert {quantity: seen[quantity] for quantity in counted} == counted
