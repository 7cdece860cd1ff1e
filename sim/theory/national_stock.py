"""The stock of the nation by theory: tracks, orders and documents for everybody, as if no line were long.

`Cohorts` has the expected course of arrivals, `day0_course` that of the people held on day 0. Waits for a bed, a judge,
a fear interview and a seat last as `Lines` says, whatever the number of people waiting.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim import vocabulary
from sim.arrays import Floats
from sim.measures.series import Series
from sim.people.observed import observed_arrests
from sim.people.purposes import people_of
from sim.scenario.schema import Scenario
from sim.scenario.world.calendars import NONE, Frame
from sim.scenario.world.tables import WORK, Tables
from sim.theory.delays import LONGEST_DAYS, Lines
from sim.theory.system import arrival_rates, depends_on_state
from sim.vocabulary import EXIT_REASONS, SECONDS_PER_DAY

NAME: Final = "M(t)/G/∞ stock of the nation"
TOLERANCE: Final = 0.03
"""How far the theory may be off, chance apart, where lines are short: days of a line and arrivals are means."""
LINES: Final = {
    "bed": "from arrest to a bed",
    "hearing": "for a judge",
    "screening": "for a fear interview",
    "seat": "for a seat",
}
"""The lines of `Lines` in words."""
FASTEST: Final = 0.5
"""Hazard a day up to which a grid of days is fine enough: the error within the day of arrival is about 1 % there."""
_ENDLESS: Final = 1e18
"""A pool that never empties."""
_NO_BED: Final = [EXIT_REASONS.index(reason) for reason in ("no_bed", "displaced")]


@dataclass(frozen=True)
class Stock:
    """People in custody by theory at the D midnights that end the days.

    `mean_sd` and `end_sd`: standard deviations of one replication, of the mean over midnights and of the last; `stay`
    the mean stay, days.
    """

    held: Floats
    mean_sd: float
    end_sd: float
    stay: float


def is_nation(tables: Tables) -> bool:
    """Cases have tracks, and removals country groups."""
    return tables.case_on and not tables.mode_stay and tables.removal_on and tables.groups_on


def has_theory(scenario: Scenario, tables: Tables) -> bool:
    """Whether the theory of a nation applies."""
    return is_nation(tables) and not obstacle(scenario, tables)


def obstacle(scenario: Scenario, tables: Tables) -> str:
    """Returns why no theory applies to the scenario; empty if one does."""
    return next(_obstacles(scenario, tables), "")


def _obstacles(scenario: Scenario, tables: Tables) -> Iterator[str]:
    rearrest = None if scenario.release is None else scenario.release.rearrest
    cleared = [r for r, on in zip(vocabulary.EXIT_REASONS, tables.needs_clearance, strict=True) if on]
    yield from depends_on_state(tables)
    if rearrest is not None and float(rearrest.share) > 0:
        yield "arrests depend on releases (release.rearrest)"
    if tables.clearance_on and set(cleared) - {"post_order_limit"}:
        yield "releases wait for clearance (release.clearance.reasons)"
    if tables.stay_share.any():
        yield "courts stay removals (case.court_challenges)"
    if tables.third_country_share.any():
        yield "documents of third countries (removal.agreements)"
    clocks = np.einsum("rcz,rsd->zscd", tables.clock_runs[:, :, 1:], tables.clock_speed.astype(np.float64))
    fastest = max(clocks.max(initial=0.0), float(tables.giving_up_speed.max(initial=0)))
    if fastest * SECONDS_PER_DAY / WORK > FASTEST:
        yield f"more than {100 * FASTEST:.0f} % of people held leave in a day (release.clocks, case.giving_up)"
    if tables.days > LONGEST_DAYS:
        yield f"more than {LONGEST_DAYS:,} days"


# --- arrivals -----------------------------------------------------------------------------------
def expected_arrivals(scenario: Scenario, tables: Tables) -> Floats:
    """(3, D) people a day by source who are detained: book-ins at the border, and arrests up to the goal.

    Raises InputError if observed arrests cannot be read.
    """
    detained = np.array([people_of(scenario, word).intake.get("detain", 0.0) for word in vocabulary.SOURCES])
    frame = Frame(tables.start, tables.days, tables.areas)
    if scenario.arrests.observed is None:
        out = np.concatenate([_interior(scenario, tables, frame), arrival_rates(scenario, tables)[2:].sum(1)])
    else:
        stated, unstated = observed_arrests(str(scenario.arrests.observed), frame)
        out = (stated.sum(1) + unstated).astype(np.float64)
    for batch in scenario.arrests.batches:
        if 0 <= (day := (batch.date - frame.start).days) < frame.days:
            out[vocabulary.SOURCES.index(batch.source), day] += int(batch.people)
    return np.asarray(detained[:, None] * out)


def _interior(scenario: Scenario, tables: Tables, frame: Frame) -> Floats:
    """(2, D) capability × share of the pool not yet found, cut to the goal.

    Who is released at intake is back in the pool; later releases are left out.
    """
    intakes = [people_of(scenario, word).intake for word in vocabulary.INTERIOR]
    taken = np.array([float(of.get("detain", 0.0)) + float(of.get("returned", 0.0)) for of in intakes])
    weekday = np.broadcast_to(frame.weekday(scenario.arrests.weekday), frame.days)
    pool = np.where(tables.pool == NONE, _ENDLESS, tables.pool).astype(np.float64)
    left, out = pool.copy(), np.zeros((2, frame.days))
    for day, goal in enumerate((tables.goal_milli / 1000).tolist()):
        able = tables.capability_milli[:, :, day] / 1000 * left / np.maximum(pool, 1.0)
        share = min(1.0, goal / max(float(able.sum()), 1e-300)) if goal >= 0 else 1.0
        arrests = able * share * float(weekday[day])
        left = np.maximum(left - arrests * taken[:, None], 0.0)
        out[:, day] = arrests.sum(1)
    return out


# --- who is held --------------------------------------------------------------------------------
def lines_of(tables: Tables) -> Lines:
    """The usual lines; none where the scenario has no such line."""
    usual = Lines()
    return Lines(
        bed=usual.bed if tables.beds_on or tables.intake_on else 0.0,
        hearing=usual.hearing if (tables.docket_of != NONE).any() else 0.0,
        screening=usual.screening if tables.screening_on else 0.0,
        seat=usual.seat,
    )


def stock(scenario: Scenario, tables: Tables) -> Stock:
    """What theory says of people held. Raises InputError if a file of the scenario cannot be read."""
    from sim.theory.cohort_flow import Cohorts
    from sim.theory.day0_cohort import day0_stock  # these load SciPy, which most runs can do without

    lines, arrivals = lines_of(tables), expected_arrivals(scenario, tables)
    cohorts = Cohorts(scenario, tables, lines)
    came = cohorts.expected(arrivals).held.sum(0)
    held = np.maximum(came + day0_stock(scenario, tables, lines, cohorts.end), 0.0)
    stay = float(held.mean()) / max(float(arrivals.sum(0).mean()), 1e-9)
    return Stock(held, *_deviations(scenario, held, arrivals, stay), stay)


def _deviations(scenario: Scenario, held: Floats, arrivals: Floats, stay: float) -> tuple[float, float]:
    """Standard deviations of one replication: people independent of each other, and a common factor a day and source.

    By that factor the end varies with the arrivals of about two mean stays, the mean with those of all days.
    """
    sigma = 0.0 if scenario.arrests.observed is not None else float(scenario.arrests.day_effect)
    by_source = arrivals.sum(1)
    factor = math.expm1(sigma * sigma) * float((by_source**2).sum()) / max(float(by_source.sum()) ** 2, 1e-9)
    stays = min(max(stay, 1.0), float(len(held)))
    mean = math.hypot(math.sqrt(held.mean()), held.mean() * math.sqrt(factor / len(held)))
    return mean, math.hypot(math.sqrt(held[-1]), held[-1] * math.sqrt(factor / (2.0 * stays)))


# --- what is observed in a replication ----------------------------------------------------------
def national_observations(series: Series) -> Mapping[str, tuple[float, float]]:
    """People in custody, releases for lack of a bed, and people on each line beyond those of its usual days."""
    tables = series.tables
    days, horizon = tables.days, tables.days * SECONDS_PER_DAY
    out: dict[str, tuple[float, float]] = {
        "in_custody_mean": (series.custody_nights, days),
        "in_custody_end": (series.wait("everywhere").at_end, 1),
        "left_for_want_of_a_bed": (int(series.exits[..., _NO_BED].sum()), days),
        "stopped_at_ceiling": (int(series.records.not_arrested[:, :, 1].sum()), days),  # no other throttle has a theory
    }
    usual = lines_of(tables)
    everywhere, bed = series.wait("everywhere"), series.wait("bed stay")
    lines = {"bed": (everywhere.seconds - bed.seconds, everywhere.at_end - bed.at_end, series.came)}
    for line in ("hearing", "screening", "seat"):
        wait = series.wait(line)
        lines[line] = wait.seconds, wait.at_end, wait.ended if line == "hearing" else wait.visits
    for line, (seconds, at_end, visits) in lines.items():
        as_taken = getattr(usual, line) * visits / days
        out[f"beyond_{line}_in_custody_mean"] = (max(0.0, seconds / horizon - as_taken), 1)
        out[f"beyond_{line}_in_custody_end"] = (max(0.0, at_end - as_taken), 1)
    return out
