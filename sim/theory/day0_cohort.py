"""The expected course of the people held on day 0, from their stage to an order or out of custody.

Rows of a composition file stand for equally many people. Each goes from its stage, with the time already spent
there (the law of the rest, P(T > x + t) / P(T > x)), through the hearings it has left, by its own adjournment where
one is stated, to the outcome, an appeal and the order. Where shares and bands are stated instead of a file, people
drawn by them stand for all. Results are masses by whole day since the start; release clocks, which run by date, are
left to `Cohorts`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import vocabulary
from sim.people.attributes import weights_of
from sim.people.composition import Composition, read_composition
from sim.people.draw import draw
from sim.people.quantile import survival
from sim.people.times import NOTHING, document_laws, preparing_laws
from sim.scenario.schema import Arrests, Case, Removal, Scenario
from sim.scenario.schema.distributions import Node
from sim.scenario.world.tables import DOCUMENT_SPEED, U31, WORK, Tables, build_tables
from sim.theory.delays import Lines, by_day, convolved, limit, mass, not_limited
from sim.vocabulary import SECONDS_PER_DAY, Stage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DRAWN: Final = 4096
"""People drawn where no file says who is held."""
_EXPEDITED, _PROCEEDINGS = vocabulary.TRACKS.index("expedited"), vocabulary.TRACKS.index("proceedings")
_IN_COURT: Final = (Stage.DOCKET, Stage.ADJOURNED)


@dataclass(frozen=True)
class Day0Course:
    """People held on day 0 by source and custody class, release clocks apart. D days, G groups.

    `waiting` and `ordered` (3, 2, D + 1) are those held without and with an order at the start and at the end of each
    day; the others are those of each day: `orders` (G, 3, 2, D) of those who had none, `relief` and `terminated`,
    and of those who had one `removed` and `limited` (3, 2, D).
    """

    waiting: Floats
    ordered: Floats
    orders: Floats
    relief: Floats
    terminated: Floats
    removed: Floats
    limited: Floats


@dataclass(frozen=True)
class _Rows:
    """R rows of a sample, each for `weight` people; `court`: their way leads through the immigration court.

    `left` has the days left in the stage (of work, for a document), NaN where the law says it.
    """

    of: Composition
    left: Floats
    weight: Floats
    court: Bools

    def where(self, chosen: Bools) -> _Rows:
        """Some of the rows."""
        of = _taken(self.of, np.flatnonzero(chosen))
        return _Rows(of, self.left[chosen], self.weight[chosen], self.court[chosen])


def day0_course(scenario: Scenario, tables: Tables, lines: Lines) -> Day0Course | None:
    """Who is held on day 0; None where nobody is. Raises InputError if the composition file cannot be read."""
    if not int(scenario.people.day0.held):
        return None
    rows = _read(scenario, tables)
    has_order = rows.of.stage >= Stage.DOCUMENT
    before, after = rows.where(~has_order), rows.where(has_order)
    return _joined(tables, before, _to_order(scenario, tables, lines, before), after, _waits(scenario, tables, after))


# --- rows ---------------------------------------------------------------------------------------
def _taken(of: Composition, index: Ints) -> Composition:
    return Composition(*(getattr(of, field.name)[index] for field in fields(Composition)))


def _read(scenario: Scenario, tables: Tables) -> _Rows:
    """The rows of the sample; those whom a fear interview may send to court as two, with and without."""
    path = scenario.people.day0.composition
    if path is None:
        of, left = _drawn(scenario)
    else:
        of = read_composition(str(path), tuple((scenario.removal or Removal()).groups))
        adjourned = np.maximum(of.adjournment_s - of.spent_s, 0) / SECONDS_PER_DAY
        left = np.where(of.stage == Stage.ADJOURNED, adjourned, np.nan)
    to_court = _share_to_court(tables, of)
    weight = np.full(len(of), int(scenario.people.day0.held) / len(of))
    twice = np.tile(np.arange(len(of)), 2)
    both = np.concatenate([weight * to_court, weight * (1 - to_court)])
    court = np.repeat([True, False], len(of))
    return _Rows(_taken(of, twice), left[twice], both, court).where(both > 0)


def _drawn(scenario: Scenario) -> tuple[Composition, Floats]:
    """`DRAWN` people by the shares and bands of the scenario, and the days (of work) left to each in the stage."""
    day0 = scenario.people.day0.model_copy(update={"held": DRAWN})
    people = scenario.people.model_copy(update={"day0": day0})
    alone = scenario.model_copy(update={"days": 1, "arrests": Arrests(), "people": people})
    drawn = draw(alone, build_tables(alone), 0, 0)
    stated = {f.name: getattr(drawn, f.name)[:DRAWN] for f in fields(Composition) if hasattr(drawn, f.name)}
    served = -drawn.t[:DRAWN] // SECONDS_PER_DAY
    of = Composition(**stated, stage=drawn.stage0[:DRAWN], served_days=served, spent_s=np.zeros(DRAWN, np.int64))
    unit = np.where(of.stage == Stage.DOCUMENT, DOCUMENT_SPEED, 1) * SECONDS_PER_DAY
    return of, np.maximum(drawn.left_s[:DRAWN], 0) / unit


def _share_to_court(tables: Tables, of: Composition) -> Floats:
    """(R,) share of each row whom an immigration judge will hear, at the shares of the first day."""
    positive = float(tables.screening_positive[0]) / U31 if tables.screening_on else 0.0
    heard = float(tables.screening_share[0]) / U31 * positive
    preparing = of.stage <= Stage.PREPARING
    out = np.where(preparing & (of.track == _EXPEDITED), heard, 0.0)
    out[of.stage == Stage.SCREENING_LINE] = positive
    out[(preparing & (of.track == _PROCEEDINGS)) | np.isin(of.stage, _IN_COURT)] = 1.0
    return np.asarray(out)


# --- to an order --------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Course:
    """(R, D) mass of each row by day: order, relief, terminated; (R, D + 1) `waiting` from the start on."""

    order: Floats
    relief: Floats
    terminated: Floats
    waiting: Floats


def _to_order(scenario: Scenario, tables: Tables, lines: Lines, rows: _Rows) -> _Course:
    case, days = scenario.case or Case(), tables.days
    step = _this_step(case, lines, rows, days)
    decided = np.where(rows.court[:, None], _then(step, _to_decision(case, lines, rows, days)), 0.0)
    ordered, relief, terminated = weights_of(case.outcome, vocabulary.HEARING_OUTCOMES)
    appeal = float(case.appeal_share)
    later = _then(decided, by_day(mass(case.appeal), days)[None, :])
    order = np.where(rows.court[:, None], ordered * ((1 - appeal) * decided + appeal * later), step)
    out = (order, relief * decided, terminated * decided)
    waiting = 1.0 - np.cumsum(sum(out), axis=1)
    return _with_giving_up(tables, rows, _Course(*out, np.insert(waiting, 0, 1.0, axis=1)))


def _this_step(case: Case, lines: Lines, rows: _Rows, days: int) -> Floats:
    """(R, D) mass of the end of the step each row is in; lines are left in `_to_decision`."""
    of, spent = rows.of, rows.of.spent_s / SECONDS_PER_DAY
    out = np.zeros((len(spent), days))
    out[:, 0] = 1.0
    for track, law in enumerate(preparing_laws(case)):
        _fill(out, (of.stage <= Stage.PREPARING) & (of.track == track), law, spent)
    _fill(out, of.stage == Stage.APPEAL, case.appeal, spent)
    known = np.flatnonzero(~np.isnan(rows.left))
    out[known] = _points(rows.left[known], days)
    here = of.stage == Stage.SCREENING_LINE
    out[here] = _points(np.full(here.sum(), lines.screening), days)
    return out


def _fill(out: Floats, chosen: Bools, law: Node, spent: Floats) -> None:
    here = np.flatnonzero(chosen)
    after = np.arange(out.shape[1] + 1.0)
    out[here] = -np.diff(_rest(law, spent[here], np.broadcast_to(after, (len(here), len(after)))), axis=1)


def _rest(law: Node, spent: Floats, after: Floats) -> Floats:
    """(R, n) P(T > spent + after | T > spent), days, `after` (R, n); nothing is left of what cannot last so long."""
    alive = survival(law, spent * SECONDS_PER_DAY)[:, None]
    times = np.maximum(spent[:, None] + after, 0.0) * SECONDS_PER_DAY
    later = survival(law, times.ravel()).reshape(times.shape)
    kept = np.divide(later, alive, out=np.zeros_like(later), where=alive > 0.0)
    return np.where(after <= 0.0, 1.0, kept)


def _to_decision(case: Case, lines: Lines, rows: _Rows, days: int) -> Floats:
    """(R, D) mass of the days from the end of this step to the decision: hearings left, and lines for them."""
    of = rows.of
    hearings = np.maximum(of.hearings, 1)
    out = np.zeros((len(hearings), days))
    for n in np.unique(hearings).tolist():
        out[hearings == n] = by_day(mass(case.adjournment, lines.hearing * n, n - 1), days)
    own = of.adjournment_s > 0
    adjourned = (hearings[own] - 1) * of.adjournment_s[own] / SECONDS_PER_DAY
    out[own] = _points(lines.hearing * hearings[own] + adjourned, days)
    screened = (of.stage <= Stage.PREPARING) & (of.track == _EXPEDITED)
    out[screened] = _then(out[screened], _points(np.array([lines.screening]), days))
    return out


def _points(after: Floats, days: int) -> Floats:
    """(R, D) mass of times that are known (R,), days: between the two whole days next to each."""
    whole = np.floor(after)
    out = np.zeros((len(after), days + 2))
    row = np.arange(len(after))
    day = np.minimum(whole, days).astype(np.int64)
    out[row, day] = 1.0 - (after - whole)
    out[row, day + 1] += after - whole
    return out[:, :days]


def _then(a: Floats, b: Floats) -> Floats:
    """(R, D) mass of the sum of two times in whole days."""
    if not len(a):  # nobody is in that stage
        return a
    return np.maximum(convolved(a, b), 0.0)


def _with_giving_up(tables: Tables, rows: _Rows, course: _Course) -> _Course:
    """Who accepts departure on the way has an order from then on. Rates are those of the time held."""
    kept = _kept(tables, rows)
    middle, gone = (kept[:, :-1] + kept[:, 1:]) / 2, -np.diff(kept, axis=1)
    waiting = (course.waiting[:, :-1] + course.waiting[:, 1:]) / 2
    return _Course(
        course.order * middle + waiting * gone,
        course.relief * middle,
        course.terminated * middle,
        course.waiting * kept,
    )


def _kept(tables: Tables, rows: _Rows) -> Floats:
    """(R, D + 1) share who have not given up by the end of each day."""
    after, rate = tables.giving_up_after_s / SECONDS_PER_DAY, tables.giving_up_speed * (SECONDS_PER_DAY / WORK)
    if not len(after):
        return np.ones((len(rows.weight), tables.days + 1))
    served = rows.of.served_days + 0.5
    far = served.max(initial=0.0) + tables.days + after[-1] + 1.0
    used = np.concatenate([[0.0], np.cumsum(rate * np.diff(np.append(after, far)))])
    total = np.interp(served[:, None] + np.arange(tables.days + 1.0), np.append(after, far), used)
    may = rows.court | (rows.of.stage == Stage.APPEAL)
    return np.where(may[:, None], np.exp(total[:, :1] - total), 1.0)


# --- after an order -----------------------------------------------------------------------------
def _waits(scenario: Scenario, tables: Tables, rows: _Rows) -> Floats:
    """(R, D + 1) share who still wait for a document, or for a court, at the end of each day."""
    of, spent = rows.of, rows.of.spent_s / SECONDS_PER_DAY
    speed = tables.document_speed / DOCUMENT_SPEED
    worked = np.insert(np.cumsum(speed, axis=1), 0, 0.0, axis=1)
    out = np.zeros((len(spent), tables.days + 1))
    for group, law in enumerate(document_laws(scenario.removal or Removal())):
        here = np.flatnonzero((of.stage == Stage.DOCUMENT) & (of.group == group))
        out[here] = _rest(law, spent[here], np.broadcast_to(worked[group], (len(here), worked.shape[1])))
    challenges = (scenario.case or Case()).court_challenges
    here = np.flatnonzero(of.stage == Stage.STAY_OF_REMOVAL)
    days = np.broadcast_to(np.arange(tables.days + 1.0), (len(here), tables.days + 1))
    law = NOTHING if challenges is None else challenges.duration
    out[here] = np.where(np.isnan(rows.left[here, None]), _rest(law, spent[here], days), rows.left[here, None] > days)
    known = np.flatnonzero((of.stage == Stage.DOCUMENT) & ~np.isnan(rows.left))
    out[known] = rows.left[known, None] > worked[of.group[known]]
    out[:, 0] = 1.0
    return out


# --- all together -------------------------------------------------------------------------------
def _joined(tables: Tables, before: _Rows, course: _Course, after: _Rows, waits: Floats) -> Day0Course:
    limits, approval = limit(tables)
    kept = np.insert(not_limited(np.array(limits), np.array(approval))[0], 0, 1.0)  # it runs from the start
    removed, limited = -np.diff(waits, axis=1) * kept[1:], waits[:, 1:] * -np.diff(kept)
    groups = [before.of.group == g for g in range(max(len(tables.groups), 1))]
    return Day0Course(
        waiting=_by_class(before, course.waiting),
        ordered=_by_class(after, waits * kept),
        orders=np.stack([_by_class(before.where(here), course.order[here]) for here in groups]),
        relief=_by_class(before, course.relief),
        terminated=_by_class(before, course.terminated),
        removed=_by_class(after, removed),
        limited=_by_class(after, limited),
    )


def _by_class(rows: _Rows, each: Floats) -> Floats:
    """(3, 2, …) people by source and custody class, from (R, …) shares of rows."""
    out = np.zeros((6, each.shape[1]))
    np.add.at(out, rows.of.source * 2 + rows.of.custody, rows.weight[:, None] * each)
    return out.reshape(3, 2, -1)
