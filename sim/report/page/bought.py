"""What a funding level buys beyond its base: how many units by the end of the run, and from which date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.analysis.results import ResultTables
from sim.scenario.schema import Buys, Funding, Scenario
from sim.scenario.world.calendars import Frame
from sim.scenario.world.funding import extra_units


@dataclass(frozen=True)
class Bought:
    """Extra units of one thing: at the end of the run, and the first date with one; None: not within the run.

    `lag` is the days from the dollars to the first unit.
    """

    thing: str
    units: float
    first: dt.date | None
    lag: int


def bought(result: ResultTables) -> list[Bought]:
    """Return what the extra dollars of the funding level buy; empty without a level above its base."""
    try:
        scenario = Scenario.model_validate(result.scenario)
    except ValueError:
        return []
    funding = scenario.funding
    if funding is None or funding.level in (None, funding.base):
        return []
    return list(_bought(funding, Frame(scenario.start, scenario.days, tuple(scenario.areas))))


def _bought(funding: Funding, frame: Frame) -> Iterator[Bought]:
    for thing in type(funding.buys).model_fields:
        buys: Buys | None = getattr(funding.buys, thing)
        if buys is not None and _has_more_dollars(funding, buys):
            units = extra_units(funding, buys, frame)
            there = np.flatnonzero(units >= 1)
            first = frame.dates[int(there[0])] if len(there) else None
            yield Bought(thing.replace("_", " "), float(units[-1]), first, round(buys.lag / 86_400))


def _has_more_dollars(funding: Funding, buys: Buys) -> bool:
    level, base = (funding.levels.get(name or "", {}).get(buys.account) for name in (funding.level, funding.base))
    return level is not None and base is not None and max(v for _, v in level.points) > max(v for _, v in base.points)
