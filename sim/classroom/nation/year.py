"""A year of the nation played, and what theory says of it at once. One replication: chance is not shown."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.classroom.controls import Settings, Value
from sim.classroom.nation.sliders import resolve
from sim.classroom.sharing import Shared
from sim.experiment.engines import lawful
from sim.measures import Measured, measure
from sim.people.draw import draw
from sim.people.table import People
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import build_tables
from sim.theory.national_stock import stock

ENGINE: Final = "compiled"
KEPT: Final = 100
"""Years kept, some two megabytes each."""
AT_ONCE: Final = 2
"""Years played at the same moment: each needs half a gigabyte while it is played."""

DRAWN_BY: Final = ("officers", "money")
"""The sliders that decide who may come: the same people meet whatever the others say, so they are drawn once."""

_people: Final = Shared[People](1, 1)
_years: Final = Shared[Measured](KEPT, AT_ONCE)
_stocks: Final = Shared[NDArray[np.float64]](KEPT, AT_ONCE)


def year(settings: Settings) -> Measured:
    """The year as the sliders set it, measured; the laws that always hold are checked."""
    return _years.get(_asked(settings), lambda: _play(resolve(settings).scenario, settings))


def theory(settings: Settings) -> NDArray[np.float64]:
    """(D,) people in custody at the end of each day if no line were long and no bed ever lacking: M(t)/G/∞."""
    return _stocks.get(_asked(settings), lambda: _stock(resolve(settings).scenario))


def _asked(settings: Settings) -> tuple[tuple[str, Value], ...]:
    return tuple(sorted(settings.items()))


def _play(scenario: Scenario, settings: Settings) -> Measured:
    tables = build_tables(scenario)
    drawn_by = tuple(settings[key] for key in DRAWN_BY)
    people = _people.get(drawn_by, lambda: draw(scenario, tables, scenario.seed, 1))
    return measure(lawful(tables, people, ENGINE))


def _stock(scenario: Scenario) -> NDArray[np.float64]:
    return stock(scenario, build_tables(scenario)).held
