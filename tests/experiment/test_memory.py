"""Memory of a study does not grow with its replications."""

from __future__ import annotations

import gc

from sim.experiment.replication import Job, play, values_of
from sim.experiment.work import pack
from sim.measures.custody import Custody
from sim.scenario.loading import load
from sim.scenario.world.tables import build_tables


def kept() -> int:
    """Replications whose arrays are still in memory."""
    return sum(type(one) is Custody for one in gc.get_objects())


def test_a_replication_leaves_no_arrays_behind() -> None:
    """They hang on cycles of so few objects that Python would collect them after hundreds of replications."""
    scenario = load("two-classes", ["days=10"]).scenario
    packed = pack(Job("key", scenario, build_tables(scenario), values_of))
    gc.collect()
    before, threshold = kept(), gc.get_threshold()
    gc.set_threshold(100_000_000)
    try:
        assert all(play(packed, "compiled", i).error is None for i in (1, 2))
        assert kept() == before
    finally:
        gc.set_threshold(*threshold)
