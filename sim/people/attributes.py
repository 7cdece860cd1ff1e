"""Who people are: criminality, custody class, country group, track, what intake decides, route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from sim import vocabulary
from sim.arrays import Floats, Ints
from sim.people.streams import Streams, choose
from sim.scenario.schema import Removal, Scenario, SourcePeople

K = TypeVar("K")


def attributes(scenario: Scenario, streams: Streams, source: Ints) -> dict[str, Ints]:
    """Columns of people who come from the given sources."""
    criminality = by_source(scenario, source, streams.unit("criminality"), _criminality)
    return {
        "criminality": criminality,
        "custody": _custody(scenario, source, criminality, streams.unit("custody")),
        "group": by_source(scenario, source, streams.unit("group"), _groups),
        "track": by_source(scenario, source, streams.unit("track"), _tracks),
        "intake": by_source(scenario, source, streams.unit("intake"), _intake),
    }


def weights_of(shares: Mapping[K, float], words: Sequence[K]) -> tuple[float, ...]:
    """Shares in the order of the words; 0 where one is missing."""
    return tuple(float(shares.get(word, 0.0)) for word in words)


def people_of(scenario: Scenario, source: str) -> SourcePeople:
    """The attributes stated for a source, or the defaults."""
    return scenario.people.sources.get(source) or SourcePeople()


def by_source(scenario: Scenario, source: Ints, u: Floats, weights: Any) -> Ints:
    """Codes drawn by u with weights(scenario, source word) of each person's source."""
    out = np.zeros(len(source), np.int64)
    for code, word in enumerate(vocabulary.SOURCES):
        here = np.flatnonzero(source == code)
        if len(here):
            out[here] = choose(u[here], weights(scenario, word))
    return out


def _criminality(scenario: Scenario, source: str) -> tuple[float, ...]:
    return weights_of(people_of(scenario, source).criminality, vocabulary.CRIMINALITY)


def _tracks(scenario: Scenario, source: str) -> tuple[float, ...]:
    return weights_of(people_of(scenario, source).tracks, vocabulary.TRACKS)


def _intake(scenario: Scenario, source: str) -> tuple[float, ...]:
    return weights_of(people_of(scenario, source).intake, vocabulary.INTAKE_OUTCOMES)


def _groups(scenario: Scenario, source: str) -> tuple[float, ...]:
    """A source's country groups, by default the groups' own shares; one group where there are none."""
    groups = (scenario.removal or Removal()).groups
    stated = people_of(scenario, source).groups
    if not groups:
        return (1.0,)
    if stated is not None:
        return weights_of(stated, tuple(groups))
    return tuple(float(group.share) for group in groups.values())


def _custody(scenario: Scenario, source: Ints, criminality: Ints, u: Floats) -> Ints:
    """0 mandatory, 1 discretionary: below the share of the person's source and criminality."""
    share = np.array([_mandatory(scenario, word) for word in vocabulary.SOURCES])
    return (u >= share[source, criminality]).astype(np.int64)


def _mandatory(scenario: Scenario, source: str) -> tuple[float, ...]:
    return weights_of(people_of(scenario, source).mandatory, vocabulary.CRIMINALITY)


def routes(scenario: Scenario, group: Ints, u: Floats) -> Ints:
    """Index of the route each person would be removed by; 0 where no routes are modelled."""
    removal = scenario.removal or Removal()
    out = np.zeros(len(group), np.int64)
    for code, stated in enumerate(removal.groups.values()):
        here = np.flatnonzero(group == code)
        if len(here):
            out[here] = choose(u[here], weights_of(stated.routes, tuple(removal.routes)))
    return out
