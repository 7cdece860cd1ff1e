"""The pace of cases: drawn anew for each replication about the path expected, and for no other scenario."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.people.pace import paced
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import DOCUMENT_SPEED, build_tables
from tests.people.worlds import scenario


def nation(days: int = 400, **pace: Any) -> Scenario:
    routes = {"air": {"kind": "charter", "seats": 1}}
    removal = {"groups": {"all": {"routes": {"air": 1}}}, "routes": routes}
    bands = [{"after": "0 d", "rate": "1 % / d"}]
    return scenario(days=days, removal=removal | ({"pace": pace} if pace else {}), case={"giving_up": bands})


def drawn(made: Scenario, replication: int) -> Any:
    """(D,) logarithm of the speed of documents."""
    return np.log(paced(made, build_tables(made), replication).document_speed[0] / DOCUMENT_SPEED)


def test_without_a_spread_every_replication_has_the_tables_of_the_scenario() -> None:
    for made in (nation(), nation(level=2, returns="30 d")):
        tables = build_tables(made)
        assert paced(made, tables, 1) is tables


def test_replications_have_the_spread_and_the_memory_stated() -> None:
    made = nation(spread=0.3, returns="20 d")
    logs = np.array([drawn(made, replication) for replication in range(60)])
    assert logs.mean() == pytest.approx(0, abs=0.03) and logs.std() == pytest.approx(0.3, rel=0.1)
    assert logs[:, 0].std() == pytest.approx(0.3, rel=0.3), "nobody knows the pace of the first day either"
    assert np.corrcoef(logs[:, :-20].ravel(), logs[:, 20:].ravel())[0, 1] == pytest.approx(np.exp(-1), abs=0.1)


def test_documents_and_giving_up_share_a_pace_that_a_longer_run_begins_with() -> None:
    made = nation(spread=0.3, returns="20 d", level=1.5)
    tables = build_tables(made)
    one = paced(made, tables, 1)
    factor = one.document_speed[0] / tables.document_speed[0]
    assert one.giving_up_speed[0] / tables.giving_up_speed[0] == pytest.approx(factor, rel=1e-3)
    longer = nation(days=500, spread=0.3, returns="20 d", level=1.5)
    assert np.array_equal(drawn(longer, 1)[:400], drawn(made, 1)) and not np.array_equal(drawn(made, 2), drawn(made, 1))
