"""The people already held when a run starts: where they are on the pathway and what is left of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import vocabulary
from sim.arrays import Floats, Ints
from sim.people.composition import Composition, read_composition
from sim.people.purposes import NOTHING, choose_by, document_laws, people_of, preparing_laws, weights_of
from sim.people.streams import Block, Streams, bits, choose, key, unit, whole_block
from sim.scenario.schema import Case, Removal, Scenario
from sim.scenario.schema.distributions import Node
from sim.scenario.world.quantile import residual_seconds
from sim.scenario.world.tables import DOCUMENT_SPEED, NONE, Tables
from sim.vocabulary import SECONDS_PER_DAY, Stage

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
"""2**64 ÷ the golden ratio: multiples of it, modulo 2**64, spread evenly."""
_SQUARE_ROOT: Final = np.uint64(0x6A09E667F3BCC908)
"""2**64 (√2 − 1): its multiples spread evenly too, and evenly over those of the other (Weyl 1916)."""
_ON_A_LINE: Final = (Stage.SCREENING_LINE, Stage.DOCKET, Stage.SEAT_LINE)


@dataclass(frozen=True)
class Held:
    """People held on day 0, one row per person: `served_s` seconds since arrest, at least 1.

    `sample` has what a composition file says of each of them; None if there is no file.
    """

    block: Block
    source: Ints
    area: Ints
    track: Ints
    served_s: Ints
    sample: Composition | None = None

    def nobody(self) -> Held:
        """The same with nobody held."""
        none = np.empty(0, np.int64)
        return Held(whole_block(self.block.number, self.block.words, 0), none, none, none, none)


def held(scenario: Scenario, tables: Tables, seed: int, replication: int) -> Held:
    """Who is held: person k is the same whatever the number of people held."""
    block = whole_block(0, ("day 0",), int(scenario.people.day0.held))
    streams = Streams(seed, replication, (block,))
    if scenario.people.day0.composition is not None:
        return _sampled(scenario, tables, streams)
    shares = scenario.people.day0.sources
    source = choose(streams.unit("source"), weights_of(shares, vocabulary.SOURCES))
    track = choose_by(streams.unit("track"), source, tracks(scenario))
    area = _areas(scenario, tables, seed, replication, len(block))
    return Held(block, source, area, track, _served(scenario, streams))


def _sampled(scenario: Scenario, tables: Tables, streams: Streams) -> Held:
    """People of a composition file: each row stands for equally many, to within a person or two."""
    (block,) = streams.blocks
    path = str(scenario.people.day0.composition)
    file = read_composition(path, tuple((scenario.removal or Removal()).groups))
    shift = bits(key(streams.seed, streams.replication, "day 0", "row"), 1)[0]
    place = np.floor(unit(np.arange(len(block), dtype=np.uint64) * _SQUARE_ROOT + shift) * len(file)).astype(np.int64)
    one = Composition(*(getattr(file, field.name)[place] for field in fields(Composition)))
    area = _areas(scenario, tables, streams.seed, streams.replication, len(block))
    part_of_day = np.floor(streams.unit("time served") * SECONDS_PER_DAY).astype(np.int64)
    served = np.maximum(one.served_days * SECONDS_PER_DAY + part_of_day, 1)
    return Held(block, one.source, area, one.track, served, one)


def tracks(scenario: Scenario) -> list[tuple[float, ...]]:
    """Weights of tracks of people held, by code of the source."""
    stated = scenario.people.day0.tracks
    shares = (stated.get(word) or people_of(scenario, word).tracks for word in vocabulary.SOURCES)
    return [weights_of(each, vocabulary.TRACKS) for each in shares]


def _areas(scenario: Scenario, tables: Tables, seed: int, replication: int, n: int) -> Ints:
    """Areas in proportion to their shares to within a person or two: evenly spread numbers, shifted by chance."""
    stated = scenario.people.day0.areas
    shares = tuple(1.0 if stated is None else float(stated.of(code)) for code in tables.areas)
    shift = bits(key(seed, replication, "day 0", "area"), 1)[0]
    return choose(unit(np.arange(n, dtype=np.uint64) * _GOLDEN + shift), shares)


def _served(scenario: Scenario, streams: Streams) -> Ints:
    """Seconds since arrest: a band by its share, uniform inside; just arrived where none are stated."""
    bands = scenario.people.day0.time_served
    if not bands:
        return np.ones(len(streams), np.int64)
    band = choose(streams.unit("time served band"), tuple(float(band.share) for band in bands))
    low = np.array([int(band.low) for band in bands])[band]
    width = np.array([int(band.high) - int(band.low) for band in bands])[band]
    served: Ints = np.maximum(low + np.floor(streams.unit("time served") * width).astype(np.int64), 1)
    return served


# --- stages -------------------------------------------------------------------------------------
def stages(scenario: Scenario, tables: Tables, people: Held, group: Ints, streams: Streams) -> dict[str, Ints]:
    """Columns `stage0`, `left_s`, `ordered_s`: the stage, the time (or work) left in it, the time since an order."""
    stated = _stated_stages(scenario, people, streams.unit("stage")) if people.sample is None else people.sample.stage
    stage, over = _possible(stated, tables, people.area)
    left = _left(scenario, stage, people, group, streams)
    left = np.where(over, 0, left)
    return {
        "stage0": stage,
        "left_s": np.where(np.isin(stage, _ON_A_LINE), -1, left),
        "ordered_s": np.zeros(len(stage), np.int64) if people.sample is None else people.sample.ordered_s,
    }


def _stated_stages(scenario: Scenario, people: Held, u: Floats) -> Ints:
    """Stages by the weights of each person's track, those of long stayers if they have served so long."""
    day0 = scenario.people.day0
    is_long = people.served_s >= int(day0.long_stay)
    out = np.zeros(len(u), np.int64)
    for code, track in enumerate(vocabulary.TRACKS):
        usual: Mapping[str, float] = day0.stages.get(track) or {"preparing": 1.0}
        for chosen, weights in ((~is_long, usual), (is_long, day0.long_stayer_stages.get(track) or usual)):
            here = np.flatnonzero(chosen & (people.track == code))
            out[here] = int(Stage.STAY) + choose(u[here], weights_of(weights, vocabulary.DAY0_STAGES))
    return out


def _possible(stage: Ints, tables: Tables, area: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """The stage as the pathway can play it, and whether it is over at once because it is switched off."""
    over = np.zeros(len(stage), np.bool_)
    if tables.mode_stay:
        return np.full(len(stage), int(Stage.STAY)), over
    if tables.case_on:
        stage = np.where(stage == Stage.STAY, int(Stage.PREPARING), stage)
    else:  # everybody in bed has an order
        stage = np.maximum(stage, int(Stage.DOCUMENT))
    replaced = (  # a line that is not modelled is left at once: for the step that comes before it, done
        (Stage.SCREENING_LINE, Stage.PREPARING, np.full(len(stage), not tables.screening_on)),
        (Stage.DOCKET, Stage.ADJOURNED, tables.docket_of[area] == NONE),
        (Stage.SEAT_LINE, Stage.DOCUMENT, np.full(len(stage), not (tables.removal_on and tables.groups_on))),
    )
    for line, step, missing in replaced:
        here = (stage == line) & missing
        stage, over = np.where(here, int(step), stage), over | here
    return stage, over


def _left(scenario: Scenario, stage: Ints, people: Held, group: Ints, streams: Streams) -> Ints:
    """Time left (work, for a document) from the law of the stage, given the time already spent in it."""
    case, removal = scenario.case or Case(), scenario.removal or Removal()
    if people.sample is not None:
        spent = people.sample.spent_s
    elif scenario.case is None:  # an order comes with the bed
        spent = people.served_s
    else:
        spent = np.floor(streams.unit("time in stage") * (people.served_s + 1)).astype(np.int64)
    u = streams.unit("time left")
    challenges = NOTHING if case.court_challenges is None else case.court_challenges.duration
    zero = np.zeros(len(stage), np.int64)
    out = _residuals(stage == Stage.STAY, zero, [case.stay or NOTHING], u, people.served_s)
    out += _residuals(stage == Stage.PREPARING, people.track, preparing_laws(case), u, spent)
    if people.sample is None:
        out += _residuals(stage == Stage.ADJOURNED, zero, [case.adjournment], u, spent)
    else:  # a file states how long each person's adjournment is
        out += np.where(stage == Stage.ADJOURNED, np.maximum(people.sample.adjournment_s - spent, 0), 0)
    out += _residuals(stage == Stage.APPEAL, zero, [case.appeal], u, spent)
    out += _residuals(stage == Stage.DOCUMENT, group, document_laws(removal), u, spent) * DOCUMENT_SPEED
    return out + _residuals(stage == Stage.STAY_OF_REMOVAL, zero, [challenges], u, spent)


def _residuals(chosen: NDArray[np.bool_], code: Ints, laws: list[Node], u: Floats, spent: Ints) -> Ints:
    """Seconds left of the law of each chosen person's code; 0 for everybody else."""
    out = np.zeros(len(u), np.int64)
    for index, law in enumerate(laws):
        here = np.flatnonzero(chosen & (code == index))
        if len(here):
            out[here] = residual_seconds(law, u[here], spent[here])
    return out
