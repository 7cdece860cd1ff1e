"""How many people a scenario draws per replication, by where they come from, before any is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim import vocabulary
from sim.scenario.errors import Keys
from sim.scenario.schema import Scenario
from sim.scenario.schema.consistency import Finding
from sim.scenario.world.calendars import Frame
from sim.scenario.world.tables import capability

MOST_PEOPLE: Final = 16_000_000
"""Per replication: what the compiled engine can number, and some thirty times what a year of the nation needs."""
BYTES_PER_PERSON: Final = 800
"""Memory of one person drawn and played, for its draws, its play and what is measured of it."""


def people_by_path(scenario: Scenario) -> dict[Keys, float]:
    """People expected per replication, by the path of the value that asks for them; re-arrests included.

    Candidates whom the goal or the pool leaves unarrested count, because they are drawn too. A file of observed
    arrests replaces what `arrests.sources` asks for; its people are counted by whoever reads it.
    """
    frame = Frame(scenario.start, scenario.days, tuple(scenario.areas))
    rearrest = None if scenario.release is None else scenario.release.rearrest
    stays = 1.0 if rearrest is None else 1.0 + float(rearrest.share)
    return {path: people * stays for path, people in _first_stays(scenario, frame) if people}


def _first_stays(scenario: Scenario, frame: Frame) -> Iterator[tuple[Keys, float]]:
    yield ("people", "day0", "held"), float(scenario.people.day0.held)
    interior = capability(scenario, frame).sum(axis=(1, 2))
    modelled = scenario.arrests.sources.model_dump(include=set(vocabulary.INTERIOR), exclude_none=True)
    for source, people in zip(vocabulary.INTERIOR, interior.tolist(), strict=True):
        yield (("arrests", "sources", source) if source in modelled else ("arrests", "goal")), people
    border = scenario.arrests.sources.border
    if border is not None:
        yield ("arrests", "sources", "border", "rate"), float(frame.area_values(border.rate).sum())
    for index, batch in enumerate(scenario.arrests.batches):
        if (batch.date - frame.start).days < frame.days:
            yield ("arrests", "batches", str(index), "people"), float(batch.people)


def too_many_people(scenario: Scenario) -> list[Finding]:
    """What asks for most of the people, if a replication would draw more than can be played."""
    by_path = people_by_path(scenario)
    total = sum(by_path.values())
    if total <= MOST_PEOPLE:
        return []
    path = max(by_path, key=by_path.__getitem__)
    return [Finding(path, refusal(total))]


def refusal(people: float) -> str:
    """Why so many people per replication are refused."""
    most = f"at most {MOST_PEOPLE:,} can be: ask for fewer people or take fewer days"
    return f"{size(people)} would be drawn per replication, {most}"


def size(people: float) -> str:
    """A number of people with the memory they need, in words."""
    return f"about {people:,.0f} people ({people * BYTES_PER_PERSON / 1e9:,.1f} GB of memory)"
