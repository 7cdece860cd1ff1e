"""The pace of cases in one replication: nobody knows why it changes, so its course is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim import rules
from sim.arrays import Floats
from sim.people.streams import bits, key, unit
from sim.scenario.schema import Scenario
from sim.scenario.world.calendars import rounded
from sim.scenario.world.portable import exp, inverse_normal
from sim.scenario.world.tables import Tables
from sim.vocabulary import SECONDS_PER_DAY


def paced(scenario: Scenario, tables: Tables, replication: int) -> Tables:
    """The tables of a replication, with the pace drawn for it; the same tables where `removal.pace` has no spread."""
    pace = scenario.removal and scenario.removal.pace
    if not pace or not pace.spread:
        return tables
    keep = float(exp(np.array([-min(SECONDS_PER_DAY / float(pace.returns), 700.0)]))[0])
    about = exp(float(pace.spread) * _wander(keep, tables.days, key(scenario.seed, replication, "pace")))
    return replace(
        tables,
        document_speed=np.minimum(rounded(tables.document_speed * about), rules.MOST_WORK),
        giving_up_speed=np.minimum(rounded(tables.giving_up_speed * about), rules.MOST_CLOCK_SPEED),
    )


def _wander(keep: float, days: int, stream: int) -> Floats:
    """(days,) a stationary first-order autoregression of variance 1."""
    noise = inverse_normal(unit(bits(stream, days)))
    noise[1:] *= np.sqrt(1.0 - keep * keep)
    for day in range(1, days):
        noise[day] += keep * noise[day - 1]
    return noise
