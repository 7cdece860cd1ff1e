"""Quantities of one replication that have a theory, as sums and counts, so that shares stay exact."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.measures.custody import Custody
from sim.measures.series import Series
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import ENDLESS, Tables
from sim.theory.national_stock import has_theory, national_observations
from sim.theory.system import System, recognise, window
from sim.vocabulary import CLOCK_REASONS, CUSTODY_CLASSES, EMPTY, EXIT_REASONS, SECONDS_PER_DAY

Observed = Mapping[str, tuple[float, float]]
"""A quantity of one replication as a sum and what it is divided by."""

_NO_BED = [EXIT_REASONS.index(reason) for reason in ("no_bed", "displaced")]
_BY_CLOCK = [EXIT_REASONS.index(reason) for reason in CLOCK_REASONS]


def observe(scenario: Scenario, custody: Custody) -> dict[str, tuple[float, float]]:
    """The quantities of a replication; those of a theory only where one applies to the scenario."""
    system = None if has_theory(scenario, custody.tables) else recognise(scenario, custody.tables)
    if system is None or system.because:
        return observe_series(scenario, custody.series)
    return {**_laws(custody.series), **_of_system(custody, system)}


def needs_log(scenario: Scenario, tables: Tables) -> bool:
    """Whether `observe` looks at more than what is counted in every run."""
    return not has_theory(scenario, tables) and not recognise(scenario, tables).because


def observe_series(scenario: Scenario, series: Series) -> dict[str, tuple[float, float]]:
    """The same of a replication whose log was not kept, in a scenario that does not need it."""
    laws, tables = _laws(series), series.tables
    return {**laws, **national_observations(series)} if has_theory(scenario, tables) else laws


def _laws(series: Series) -> dict[str, tuple[float, float]]:
    """Both sides of Little's law, at midnights in bed and on the line for one, and what fills the beds."""
    tables, bed, line, counts = series.tables, series.wait("bed stay"), series.wait("bed"), series.records.counts
    beds = np.minimum(tables.operating, ENDLESS).sum() if tables.beds_on else ENDLESS
    horizon = tables.days * SECONDS_PER_DAY
    return {
        "held_counted": (int(counts.in_bed[1:].sum()), tables.days),
        "held_recorded": (series.bed_nights, tables.days),
        "line_counted": (counts.line_seconds["bed"], horizon),
        "line_recorded": (line.seconds, horizon),
        "bed_exits": (bed.ended, tables.days),
        "beds_filled": (int(beds) * SECONDS_PER_DAY * bed.ended, bed.seconds * tables.days),
    }


def _of_system(custody: Custody, system: System) -> dict[str, tuple[float, float]]:
    """Sums over the days from the warm-up on: people by arrest and by exit, time by when it is spent."""
    warm_up = window(system).warm_up
    start, stays = warm_up * SECONDS_PER_DAY, custody.stays
    came = ~custody.day0 & (stays.t_arrest >= start)
    left = stays.t_exit >= start
    lost = left & np.isin(stays.exit, _NO_BED)
    waited = came & (stays.t_asked != EMPTY) & (stays.t_bed != stays.t_asked)
    line, bed, custody_class = custody.bed_line, custody.bed, custody.drawn("custody")
    on_line = int((line.end - np.maximum(line.start, start)).clip(0).sum())
    nights = (bed.end // SECONDS_PER_DAY - np.maximum(bed.start // SECONDS_PER_DAY, warm_up)).clip(0)
    people = int(came.sum())
    return {
        "held_mean": (int(nights.sum()), system.days - warm_up),
        "held_end": (int(np.count_nonzero(bed.end >= custody.horizon)), 1),
        "wait_share": (int(waited.sum()), people),
        "bed_wait_days": (on_line / SECONDS_PER_DAY, people),
        "left_line_share": (int((left & np.isin(stays.exit, _BY_CLOCK)).sum()), people),
        "lost_share": (int(lost.sum()), people),
        **{
            f"lost_share_{word}": (int(lost[custody_class == code].sum()), int(came[custody_class == code].sum()))
            for code, word in enumerate(CUSTODY_CLASSES)
        },
    }
