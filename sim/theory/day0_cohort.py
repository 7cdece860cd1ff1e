"""How long people held on day 0 stay in custody if no line is long.

A sample is drawn as for a replication, so that a composition file and stated shares and bands mean what they mean in
play. Each person's times to an order and out of custody then follow from the draws; release clocks, which run by
date, act on everybody as a share.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import vocabulary
from sim.arrays import Bools, Floats
from sim.people.draw import draw
from sim.people.table import People
from sim.scenario.schema import Arrests, Scenario
from sim.scenario.world.tables import DOCUMENT_SPEED, WORK, Tables, build_tables
from sim.theory.delays import Lines, limit
from sim.vocabulary import SECONDS_PER_DAY, Stage

DRAWN: Final = 8192
"""People in the sample."""
_EXPEDITED, _PROCEEDINGS = vocabulary.TRACKS.index("expedited"), vocabulary.TRACKS.index("proceedings")
_ORDERED: Final = vocabulary.HEARING_OUTCOMES.index("ordered")


def day0_stock(scenario: Scenario, tables: Tables, lines: Lines, hazard: Floats) -> Floats:
    """People held on day 0 who are still in custody at the end of each of D days.

    Args:
        scenario: Who is held, and the laws of their cases.
        tables: The world of the scenario.
        lines: Usual days on lines.
        hazard: (2, 3, 2, D) hazard of the release clocks used up by the end of each day, before and after an order, by
            source and custody class.

    Returns:
        (D,) people.

    Raises:
        InputError: The composition file cannot be read.
    """
    held = int(scenario.people.day0.held)
    if not held:
        return np.zeros(tables.days)
    people = _sample(scenario)
    ordered, released = _decided(tables, lines, people)
    gone = np.minimum(released, _removed(tables, lines, people, ordered))
    limited, refused = _limited(tables, people, ordered)
    used = np.insert(hazard.reshape(2, 6, -1), 0, 0.0, axis=2)
    of_class = people.source * 2 + people.custody
    by_order = _at(used[0], of_class, ordered) - _at(used[1], of_class, ordered)
    out = np.zeros(tables.days)
    for day in range(1, tables.days + 1):
        before, after = used[:, of_class, day]
        kept = np.exp(-np.where(day < ordered, before, by_order + after))
        out[day - 1] = (kept * np.where(day < limited, 1.0, refused))[day <= gone].sum()
    return out * (held / DRAWN)


def _sample(scenario: Scenario) -> People:
    """`DRAWN` people held on day 0, and nobody else."""
    day0 = scenario.people.day0.model_copy(update={"held": DRAWN})
    people = scenario.people.model_copy(update={"day0": day0})
    release = scenario.release and scenario.release.model_copy(update={"rearrest": None})
    alone = scenario.model_copy(update={"days": 1, "arrests": Arrests(), "people": people, "release": release})
    return draw(alone, build_tables(alone), 0, 0)


def _decided(tables: Tables, lines: Lines, people: People) -> tuple[Floats, Floats]:
    """(N,) days to an order, and to a release by the court; without end where there is none."""
    stage, never = people.stage0, np.full(len(people), np.inf)
    screened, court = _to_court(tables, people)
    step = np.maximum(people.left_s, 0) / SECONDS_PER_DAY + np.where(screened, lines.screening, 0.0)
    between = (people.hearings - 1) * people.adjournment_s / SECONDS_PER_DAY
    decision = step + np.where(court, lines.hearing * people.hearings + between, 0.0)
    appeal = np.where(court, np.maximum(people.appeal_s, 0) / SECONDS_PER_DAY, 0.0)
    wins = court & (people.outcome != _ORDERED)
    given_up = np.where(court | (stage == Stage.APPEAL), _giving_up(tables, people), np.inf)
    released = np.where(wins & (decision < given_up), decision, never)
    ordered = np.minimum(np.where(wins, never, decision + appeal), given_up)
    has_order = stage >= Stage.DOCUMENT
    return np.where(has_order, 0.0, np.where(released < never, never, ordered)), np.where(has_order, never, released)


def _to_court(tables: Tables, people: People) -> tuple[Bools, Bools]:
    """(N,) who has a fear interview ahead, and who will be heard by a judge, at the shares of the first day."""
    preparing = people.stage0 == Stage.PREPARING
    expedited = preparing & (people.track == _EXPEDITED)
    asked = expedited & (people.screening_u < tables.screening_share[0]) if tables.screening_on else expedited & False
    screened = asked | (people.stage0 == Stage.SCREENING_LINE)
    positive = screened & (people.positive_u < tables.screening_positive[0])
    in_court = np.isin(people.stage0, (Stage.DOCKET, Stage.ADJOURNED))
    return screened, positive | in_court | (preparing & (people.track == _PROCEEDINGS))


def _giving_up(tables: Tables, people: People) -> Floats:
    """(N,) days until each gives up a case: the rate follows the time held, with its mean over the window's dates."""
    if not len(tables.giving_up_after_s):
        return np.full(len(people), np.inf)
    after = tables.giving_up_after_s / SECONDS_PER_DAY
    rate = tables.giving_up_speed.mean(axis=1) * (SECONDS_PER_DAY / WORK)
    served = -people.t / SECONDS_PER_DAY
    at = np.append(after, served.max() + tables.days + after[-1] + 1.0)
    used = np.concatenate([[0.0], np.cumsum(rate * np.diff(at))])
    enough = np.interp(served, at, used) + people.giving_up_work / WORK
    return np.asarray(np.interp(enough, used, at, right=np.inf) - served)


def _removed(tables: Tables, lines: Lines, people: People, ordered: Floats) -> Floats:
    """(N,) days to a seat on the way out: the work for a document goes on at the speed of each date."""
    work = np.where(people.stage0 < Stage.DOCUMENT, people.document_work, people.left_s) / DOCUMENT_SPEED
    work = np.where(people.stage0 == Stage.SEAT_LINE, 0.0, work) / SECONDS_PER_DAY
    speed = tables.document_speed / DOCUMENT_SPEED if len(tables.groups) else np.ones((1, tables.days))
    done, days = np.insert(np.cumsum(speed, axis=1), 0, 0.0, axis=1), np.arange(tables.days + 1.0)
    out = np.full(len(people), np.inf)
    for group, known in enumerate(done):
        here = np.flatnonzero((people.group == group) & (ordered <= tables.days))
        wanted = np.interp(ordered[here], days, known) + work[here]
        out[here] = np.where(work[here] > 0, np.interp(wanted, known, days, right=np.inf), ordered[here])
    return np.asarray(out + lines.seat)


def _limited(tables: Tables, people: People, ordered: Floats) -> tuple[Floats, Floats]:
    """(N,) day on which the limit after an order is reached, and the share then kept."""
    after, approval = (np.array(each) for each in limit(tables))
    day = np.minimum(ordered, tables.days - 1).astype(np.int64)
    left = after[day] - people.ordered_s / SECONDS_PER_DAY  # whoever is past it has been reviewed and kept
    runs = (ordered < tables.days) & ((left > 0) | (people.ordered_s == 0))
    return np.where(runs, day + 1.0 + np.ceil(left), np.inf), 1.0 - approval[day]


def _at(used: Floats, of_class: NDArray[np.int64], when: Floats) -> Floats:
    """(N,) hazard used up by a time in days, from (6, D + 1) by class and day."""
    day = np.minimum(when, used.shape[1] - 1.0)
    below = np.minimum(day.astype(np.int64), used.shape[1] - 2)
    low, high = used[of_class, below], used[of_class, below + 1]
    return np.asarray(low + (high - low) * (day - below))
