"""What the future holds for each person: durations, work of clocks, drawn shares.

Every number belongs to a person and a purpose and is drawn for everybody, used or not: so a rule
that starts to use one changes no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sim import vocabulary
from sim.arrays import Ints
from sim.people.attributes import routes, weights_of
from sim.people.streams import Streams, choose
from sim.scenario.schema import Case, Intake, Removal, Scenario
from sim.scenario.schema.distributions import Constant, Node
from sim.scenario.world.tables import DOCUMENT_SPEED

NOTHING = Constant(0)


def times(scenario: Scenario, streams: Streams, who: Mapping[str, Ints]) -> dict[str, Ints]:
    """Columns of everything drawn for later, given the attributes `group` and `track`."""
    intake = scenario.intake or Intake()
    return {
        "processing_s": duration(streams, "processing", intake.processing),
        **_case_times(scenario.case or Case(), streams, who["track"]),
        **_removal_times(scenario.removal or Removal(), streams, who["group"]),
        "route": routes(scenario, who["group"], streams.unit("route")),
        **_release_times(scenario, streams),
        "move_bits": _move_bits(scenario, streams),
    }


def _move_bits(scenario: Scenario, streams: Streams) -> Ints:
    if scenario.beds is None or not scenario.beds.moves:
        return np.zeros(len(streams), np.int64)
    return (streams.bits("moves") >> np.uint64(2)).astype(np.int64)


def duration(streams: Streams, purpose: str, law: Node) -> Ints:
    """Seconds of one law for everybody."""
    if isinstance(law, Constant):
        return np.full(len(streams), int(law.value_s))
    return streams.kernels.seconds(law, streams.bits(purpose))


def duration_by(streams: Streams, purpose: str, code: Ints, laws: list[Node]) -> Ints:
    """Seconds of the law of each person's code."""
    raw = streams.bits(purpose)
    out = np.zeros(len(code), np.int64)
    for index, law in enumerate(laws):
        here = np.flatnonzero(code == index)
        out[here] = streams.kernels.seconds(law, raw[here])
    return out


def exponential_work(streams: Streams, purpose: str) -> Ints:
    """Work of a clock: a unit exponential number times WORK, rounded down."""
    return streams.kernels.work(streams.bits(purpose))


# --- case ---------------------------------------------------------------------------------------
def preparing_laws(case: Case) -> list[Node]:
    """Time before the first case event, by code of the track."""
    return [case.preparing.get(track, NOTHING) for track in vocabulary.TRACKS]


def _case_times(case: Case, streams: Streams, track: Ints) -> dict[str, Ints]:
    return {
        "stay_s": duration(streams, "stay", case.stay or NOTHING),
        "preparing_s": duration_by(streams, "preparing", track, preparing_laws(case)),
        "screening_u": streams.share("screening"),
        "positive_u": streams.share("positive"),
        "hearings": _hearings(case, streams),
        "adjournment_s": duration(streams, "adjournment", case.adjournment),
        "outcome": choose(streams.unit("outcome"), weights_of(case.outcome, vocabulary.HEARING_OUTCOMES)),
        "appeal_s": _appeal(case, streams),
        "giving_up_work": exponential_work(streams, "giving up"),
    }


def _hearings(case: Case, streams: Streams) -> Ints:
    counts = tuple(sorted(case.hearings))
    return np.array(counts, np.int64)[choose(streams.unit("hearings"), weights_of(case.hearings, counts))]


def _appeal(case: Case, streams: Streams) -> Ints:
    appeals = streams.unit("appeal share") < float(case.appeal_share)
    return np.where(appeals, duration(streams, "appeal", case.appeal), -1)


# --- removal ------------------------------------------------------------------------------------
def document_laws(removal: Removal) -> list[Node]:
    """Time for a travel document at the usual speed, by group; one law of nothing without groups."""
    return [group.document for group in removal.groups.values()] or [NOTHING]


def _removal_times(removal: Removal, streams: Streams, group: Ints) -> dict[str, Ints]:
    third = NOTHING if removal.third_country is None else removal.third_country.document
    return {
        "document_work": duration_by(streams, "document", group, document_laws(removal)) * DOCUMENT_SPEED,
        "third_u": streams.share("third country"),
        "third_work": duration(streams, "third country document", third) * DOCUMENT_SPEED,
        "stay_u": streams.share("stay of removal"),
    }


# --- release ------------------------------------------------------------------------------------
def _release_times(scenario: Scenario, streams: Streams) -> dict[str, Ints]:
    challenges = None if scenario.case is None else scenario.case.court_challenges
    clearance = None if scenario.release is None else scenario.release.clearance
    atd = None if scenario.release is None else scenario.release.atd
    return {
        "stay_of_removal_s": duration(streams, "stay duration", NOTHING if challenges is None else challenges.duration),
        "clock_work": _rows(streams, exponential_work, "clock", vocabulary.CLOCK_REASONS),
        "approval_u": _rows(streams, Streams.share, "approval", vocabulary.CLEARABLE),
        "review_s": duration(streams, "review", NOTHING if clearance is None else clearance.review),
        "atd_s": duration(streams, "atd", NOTHING if atd is None else atd.duration),
    }


def _rows(streams: Streams, column: Callable[[Streams, str], Ints], purpose: str, reasons: Sequence[str]) -> Ints:
    """(reasons, N) one drawn column per reason."""
    table = np.empty((len(reasons), len(streams)), np.int64)
    for row, reason in enumerate(reasons):
        table[row] = column(streams, f"{purpose} {reason}")
    return table
