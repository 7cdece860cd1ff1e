"""What can be set in the lesson of the nation, and what that means to the scenario."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sim.classroom.controls import Settings, Slider, Value
from sim.experiment.solve.vary import times
from sim.scenario.loading import Resolved, load, read, settle
from sim.scenario.reading.document import Tree

SCENARIO: Final = "may-2025-1000"
LEVELS: Final = {0: "fy2024", 25: "extra-25", 50: "extra-50", 75: "extra-75", 100: "july-2025-act"}
"""Funding levels of the scenario by the share of the law of July 2025 that is added, in per cent."""


@dataclass(frozen=True)
class Money(Slider):
    """How much of the law's money is added, in per cent."""

    def scenario_sets(self, value: Value) -> dict[str, str]:
        """The funding level of the scenario."""
        return {"funding.level": LEVELS[int(value)]}


@dataclass(frozen=True)
class Scaled(Slider):
    """A slider in per cent of what the scenario has: it multiplies all numbers that `patterns` name."""

    patterns: tuple[str, ...] = ()

    def scenario_sets(self, value: Value) -> dict[str, str]:
        """Every value that is multiplied; nothing at 100 %."""
        if value == self.value:
            return {}
        sets = [one for pattern in self.patterns for one in times(base(), pattern, float(value) / 100)]
        return dict(one.split("=", 1) for one in sets)


CONTROLS: Final = (
    Slider(
        "goal",
        "Arrest goal",
        "a day",
        500,
        3500,
        100,
        1000,
        "That a number from above changes what is done. ICE made 310 arrests a day in fiscal 2024 (ICE); press counts "
        "give 1,224 in June and 990 in July 2025. The goal of 3,000 a day was set on 21 May 2025 (press reports of a "
        "meeting). A goal adds no officers: in this model, above officers' capacity it changes nothing.",
        {"arrests.goal": "{} / d"},
    ),
    Scaled(
        "officers",
        "Officers who make arrests",
        "%",
        50,
        300,
        25,
        100,
        "That this many can be found, each making as many arrests as in 2025, lent officers included. "
        "100 % is assumed: 65 % of about 6,100 deportation officers (testimony, press, September 2025).",
        {},
        ("arrests.sources.at_large.officers", "arrests.sources.local_custody.officers"),
    ),
    Money(
        "money",
        "Money of the July 2025 act",
        "%",
        0,
        100,
        25,
        0,
        "That dollars become capacity as fast as the scenario says: 120 more beds a day after 45 days, seats after 90 "
        "days, officers after half a year, judges after 742 days (GAO-17-438), so not within this year. 100 % is "
        "the act of 4 July 2025: $45 billion for detention and $29.85 billion for operations, to September 2029.",
        {},
    ),
    Scaled(
        "beds",
        "Beds under contract",
        "%",
        50,
        200,
        10,
        100,
        "That beds can be rented, staffed and reached in the same areas as now. 62,913 beds were under contract in "
        "April 2025, when 48,056 people were held (TRAC). Their distribution over areas is assumed, "
        "± 25 %. Congress paid for 41,500; this slider does not change that.",
        {},
        ("beds.contracted", "beds.physical"),
    ),
    Scaled(
        "judges",
        "Judges who hear people held",
        "%",
        50,
        400,
        25,
        100,
        "That judges can be hired, or moved from other courts, whose cases then wait. 223 are assumed, about 30 % of "
        "700, at 7 hearings per sitting day (range × 0.67 to × 1.35). Hiring one took two years (GAO-17-438).",
        {},
        ("case.dockets.*.judges",),
    ),
    Scaled(
        "documents",
        "Speed of travel documents",
        "%",
        50,
        400,
        25,
        100,
        "That other countries issue documents faster, as agreements promise. No data by country was found; fitted to "
        "published removals: less than a day for Mexico, 73 days for countries that seldom accept people (range "
        "× 0.7 to × 1.3 of the speed).",
        {},
        ("removal.groups.*.document_speed",),
    ),
    Scaled(
        "seats",
        "Seats on the way out",
        "%",
        25,
        300,
        25,
        100,
        "That aircraft, crews and landing permits are available. 800 charter seats a day are derived from removal "
        "flights a month × 120 people (Witness at the Border, summer 2025; range × 0.67 to × 1.12).",
        {},
        ("removal.routes.*.seats",),
    ),
)


@cache
def base() -> Resolved:
    """The scenario with every slider where it stands at first."""
    return load(SCENARIO)


@cache
def _written() -> tuple[Tree, Path]:
    return read(SCENARIO)


def sets_of(settings: Settings) -> tuple[str, ...]:
    """The `path=value` settings of the scenario."""
    moved = [control.scenario_sets(settings[control.key]) for control in CONTROLS]
    return tuple(f"{path}={value}" for sets in moved for path, value in sets.items())


def resolve(settings: Settings) -> Resolved:
    """The scenario as the sliders set it."""
    return settle(*_written(), sets_of(settings))
