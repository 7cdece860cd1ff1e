"""Every number that is drawn for everybody, as data: the purpose of its stream, how it is made, and its column.

Every number belongs to a person and a purpose and is drawn for everybody, used or not: so a rule that starts to use one
changes no other. `drawn` makes columns with NumPy; `sim.page.program` writes the same purposes down for compiled code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final, TypeVar

import numpy as np

from sim.arrays import Floats, Ints
from sim.people.streams import Streams, choose
from sim.scenario.schema import Case, Intake, Removal, Scenario, SourcePeople
from sim.scenario.schema.distributions import Constant, Node
from sim.scenario.world.tables import DOCUMENT_SPEED
from sim.vocabulary import (
    CLEARABLE,
    CLOCK_REASONS,
    CRIMINALITY,
    HEARING_OUTCOMES,
    INTAKE_OUTCOMES,
    SOURCES,
    TRACKS,
)

K = TypeVar("K")
NOTHING: Final = Constant(0)


class How(Enum):
    """How a number is made."""

    INDEX = auto()
    """One of `values` (by default an index), by chances in proportion to `weights`."""
    BELOW = auto()
    """The first of `values` below a share, else the second; None leaves the column as it is."""
    DURATION = auto()
    """Seconds of one of `laws`, times `scale`."""
    WORK = auto()
    """Work of a clock: a unit exponential number times WORK, rounded down."""
    SHARE = auto()
    """A whole number in [0, 2**31)."""
    BITS = auto()
    """62 bits."""


@dataclass(frozen=True)
class Purpose:
    """One number: its column (`nth`: row of a column with several), the name of its stream, and how it is made.

    Weights, shares or laws stand by the code of the attribute `by` (of two, the second is criminality); one for
    everybody without it.
    """

    to: str
    name: str
    how: How
    by: tuple[str, ...] = ()
    weights: tuple[tuple[float, ...], ...] = ()
    shares: tuple[float, ...] = ()
    laws: tuple[Node, ...] = ()
    values: tuple[int | None, ...] = ()
    scale: int = 1
    nth: int | None = None
    on: bool = True
    """False: the number is 0."""


# --- what is drawn ------------------------------------------------------------------------------
def attributes(scenario: Scenario) -> tuple[Purpose, ...]:
    """Who people are, by their source: criminality, custody class, country group, track, what intake decides."""
    people = [people_of(scenario, word) for word in SOURCES]
    mandatory = (share for one in people for share in weights_of(one.mandatory, CRIMINALITY))
    by_source = {
        "criminality": [weights_of(one.criminality, CRIMINALITY) for one in people],
        "group": [_groups(scenario, one) for one in people],
        "track": [weights_of(one.tracks, TRACKS) for one in people],
        "intake": [weights_of(one.intake, INTAKE_OUTCOMES) for one in people],
    }
    return (
        *(Purpose(to, to, How.INDEX, ("source",), weights=tuple(rows)) for to, rows in by_source.items()),
        Purpose("custody", "custody", How.BELOW, ("source", "criminality"), shares=tuple(mandatory), values=(0, 1)),
    )


def later(scenario: Scenario) -> tuple[Purpose, ...]:
    """What the future holds: durations, work of clocks, drawn shares."""
    release, intake = scenario.release, scenario.intake or Intake()
    clearance, atd = (release.clearance, release.atd) if release is not None else (None, None)
    moves = scenario.beds is not None and bool(scenario.beds.moves)
    return (
        _lasting("processing_s", "processing", intake.processing),
        *_of_case(scenario.case or Case()),
        *_of_removal(scenario.removal or Removal()),
        *(Purpose("clock_work", f"clock {word}", How.WORK, nth=nth) for nth, word in enumerate(CLOCK_REASONS)),
        *(Purpose("approval_u", f"approval {word}", How.SHARE, nth=nth) for nth, word in enumerate(CLEARABLE)),
        _lasting("review_s", "review", NOTHING if clearance is None else clearance.review),
        _lasting("atd_s", "atd", NOTHING if atd is None else atd.duration),
        Purpose("move_bits", "moves", How.BITS, on=moves),
    )


def _of_case(case: Case) -> tuple[Purpose, ...]:
    counts, challenges = tuple(sorted(case.hearings)), case.court_challenges
    number, outcome = weights_of(case.hearings, counts), weights_of(case.outcome, HEARING_OUTCOMES)
    return (
        _lasting("stay_s", "stay", case.stay or NOTHING),
        _lasting("preparing_s", "preparing", *preparing_laws(case), by=("track",)),
        Purpose("screening_u", "screening", How.SHARE),
        Purpose("positive_u", "positive", How.SHARE),
        Purpose("hearings", "hearings", How.INDEX, weights=(number,), values=counts),
        _lasting("adjournment_s", "adjournment", case.adjournment),
        Purpose("outcome", "outcome", How.INDEX, weights=(outcome,)),
        _lasting("appeal_s", "appeal", case.appeal),
        Purpose("appeal_s", "appeal share", How.BELOW, shares=(float(case.appeal_share),), values=(None, -1)),
        Purpose("giving_up_work", "giving up", How.WORK),
        Purpose("stay_u", "stay of removal", How.SHARE),
        _lasting("stay_of_removal_s", "stay duration", NOTHING if challenges is None else challenges.duration),
    )


def _of_removal(removal: Removal) -> tuple[Purpose, ...]:
    third = NOTHING if removal.third_country is None else removal.third_country.document
    routes = tuple(weights_of(group.routes, tuple(removal.routes)) for group in removal.groups.values())
    by = ("group",) if routes else ()
    return (
        _lasting("document_work", "document", *document_laws(removal), by=("group",), scale=DOCUMENT_SPEED),
        Purpose("third_u", "third country", How.SHARE),
        _lasting("third_work", "third country document", third, scale=DOCUMENT_SPEED),
        Purpose("route", "route", How.INDEX, by, weights=routes or ((1.0,),)),
    )


def _lasting(to: str, name: str, *laws: Node, by: tuple[str, ...] = (), scale: int = 1) -> Purpose:
    return Purpose(to, name, How.DURATION, by, laws=laws, scale=scale)


def weights_of(shares: Mapping[K, float], words: Sequence[K]) -> tuple[float, ...]:
    """Shares in the order of the words; 0 where one is missing."""
    return tuple(float(shares.get(word, 0.0)) for word in words)


def people_of(scenario: Scenario, source: str) -> SourcePeople:
    """The attributes stated for a source, or the defaults."""
    return scenario.people.sources.get(source) or SourcePeople()


def preparing_laws(case: Case) -> list[Node]:
    """Time before the first case event, by code of the track."""
    return [case.preparing.get(track, NOTHING) for track in TRACKS]


def document_laws(removal: Removal) -> list[Node]:
    """Time for a travel document at the usual speed, by group; one law of nothing without groups."""
    return [group.document for group in removal.groups.values()] or [NOTHING]


def _groups(scenario: Scenario, people: SourcePeople) -> tuple[float, ...]:
    """A source's country groups, by default the groups' own shares; one group where there are none."""
    groups = (scenario.removal or Removal()).groups
    if groups and people.groups is not None:
        return weights_of(people.groups, tuple(groups))
    return tuple(float(group.share) for group in groups.values()) or (1.0,)


# --- drawing ------------------------------------------------------------------------------------
def drawn(purposes: Iterable[Purpose], streams: Streams, who: Mapping[str, Ints]) -> dict[str, Ints]:
    """Columns of purposes, for people of whom the codes of some attributes are known."""
    columns: dict[str, Ints] = {}
    for one in purposes:
        column = _column(one, streams, {**who, **columns})
        if one.nth is None:
            columns[one.to] = column
        else:
            reasons = CLOCK_REASONS if one.to == "clock_work" else CLEARABLE
            columns.setdefault(one.to, np.empty((len(reasons), len(streams)), np.int64))[one.nth] = column
    return columns


def _column(one: Purpose, streams: Streams, known: Mapping[str, Ints]) -> Ints:
    if not one.on:
        return np.zeros(len(streams), np.int64)
    match one.how:
        case How.INDEX:
            index = choose_by(streams.unit(one.name), known[one.by[0]] if one.by else None, one.weights)
            return np.array(one.values, np.int64)[index] if one.values else index
        case How.BELOW:
            return _below(one, streams.unit(one.name), known)
        case How.DURATION:
            seconds = _seconds(one, streams, known)
            return seconds if one.scale == 1 else seconds * one.scale
        case How.WORK:
            return streams.kernels.work(streams.bits(one.name))
        case How.SHARE:
            return streams.share(one.name)
        case How.BITS:
            return (streams.bits(one.name) >> np.uint64(2)).astype(np.int64)


def choose_by(u: Floats, code: Ints | None, weights: Sequence[tuple[float, ...]]) -> Ints:
    """Indices drawn by u with the weights of each person's code; with the only weights there are without codes."""
    if code is None:
        return choose(u, weights[0])
    out = np.zeros(len(u), np.int64)
    for row, these in enumerate(weights):
        here = np.flatnonzero(code == row)
        if len(here):
            out[here] = choose(u[here], these)
    return out


def _below(one: Purpose, u: Floats, known: Mapping[str, Ints]) -> Ints:
    share: Any = one.shares[0]
    if one.by:
        source, criminality = (known[name] for name in one.by)
        share = np.array(one.shares)[source * len(CRIMINALITY) + criminality]
    below, above = (known[one.to] if value is None else value for value in one.values)
    return np.where(u < share, below, above)


def _seconds(one: Purpose, streams: Streams, known: Mapping[str, Ints]) -> Ints:
    if not one.by:
        return duration(streams, one.name, one.laws[0])
    raw, code = streams.bits(one.name), known[one.by[0]]
    out = np.zeros(len(code), np.int64)
    for row, law in enumerate(one.laws):
        here = np.flatnonzero(code == row)
        out[here] = streams.kernels.seconds(law, raw[here])
    return out


def duration(streams: Streams, purpose: str, law: Node) -> Ints:
    """Seconds of one law for everybody."""
    if isinstance(law, Constant):
        return np.full(len(streams), int(law.value_s))
    return streams.kernels.seconds(law, streams.bits(purpose))
