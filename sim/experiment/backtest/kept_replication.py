"""One replication of a back-test: what is kept of it to be set against published figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats, Ints
from sim.experiment.backtest.published_figures import QUANTILES
from sim.experiment.engines import lawful, stream_of
from sim.log import BEFORE
from sim.measures.counting import flow, stock
from sim.measures.custody import Custody
from sim.measures.spans import Span
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import Tables
from sim.vocabulary import EXIT_REASONS, SECONDS_PER_DAY

LONG_D = 180
"""Days: ICE publishes how many of the people held have been held for longer."""


@dataclass(frozen=True)
class Played:
    """One replication, D days and A areas; row 0 of a stock is the midnight before the first day.

    `held` (D + 1, A) people in beds and hold rooms; `long` (D + 1,) people held longer than LONG_D days;
    `exits` (D, 12) people who left by day and vocabulary.EXIT_REASONS, `stay_s` (D, 12) the sum of their stays;
    `quantiles` (6,) days within which QUANTILES per cent of those who left had left (nan: nobody left).
    """

    held: Ints
    long: Ints
    exits: Ints
    stay_s: Ints
    quantiles: Floats


def play(scenario: Scenario, tables: Tables, engine: str, replication: int) -> Played:
    """Draw the people, play them, check the laws, and keep what is compared."""
    people = stream_of(scenario, tables, engine, replication)
    return kept(lawful(tables, people, engine))


def kept(custody: Custody) -> Played:
    """What a back-test keeps of the custody records of a replication."""
    days, areas = custody.tables.days, len(custody.tables.areas)
    held = stock(custody.bed, days, areas) + stock(custody.hold_room, days, areas)
    exits, stay_s = _exits(custody)
    return Played(held, _long(custody), exits, stay_s, _quantiles(custody))


def _long(custody: Custody) -> Ints:
    """(D + 1,) of the people in custody at each midnight, those held longer than LONG_D days."""
    since = custody.stays.t_arrest + LONG_D * SECONDS_PER_DAY + 1
    end = custody.everywhere.end
    some = since < end
    start = np.where(since[some] <= 0, BEFORE, since[some])
    span = Span(start, end[some], np.zeros(len(start), np.int64), custody.horizon)
    return stock(span, custody.tables.days, 1)[:, 0]


def _exits(custody: Custody) -> tuple[Ints, Ints]:
    stays, days = custody.stays, custody.tables.days
    gone = stays.exit >= 0
    reason, t = stays.exit[gone], stays.t_exit[gone]
    people = flow(t, reason, days, len(EXIT_REASONS))
    cell = t // SECONDS_PER_DAY * len(EXIT_REASONS) + reason
    stay = (stays.t_exit - stays.t_arrest)[gone]
    summed = np.bincount(cell, weights=stay, minlength=people.size)  # whole numbers far below 2**53: exact
    return people, np.rint(summed).astype(np.int64).reshape(people.shape)


def _quantiles(custody: Custody) -> Floats:
    stays = custody.stays
    stay = (stays.t_exit - stays.t_arrest)[(stays.exit >= 0) & (stays.t_arrest >= 0)]
    if not len(stay):
        return np.full(len(QUANTILES), np.nan)
    days: Floats = np.percentile(stay, QUANTILES) / SECONDS_PER_DAY
    return days
