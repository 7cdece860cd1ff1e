"""How wrong forecasts of the nation have been, for a run that goes beyond the last figures."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sim.experiment.backtest.fit.parameters import GROUPS
from sim.scenario.schema import Scenario

LAST_FIGURE: Final = dt.date(2025, 12, 31)
KNOWN: Final = {30: 1.8, 90: 3.1, 180: 5.5}
"""Mean absolute error of the people held over so many days, in per cent, of monthly forecasts with book-ins given."""
OPEN: Final = {30: 2.4, 90: 4.2, 180: 6.4}
"""The same where the book-ins were forecast too."""


def lines(scenario: Scenario) -> list[str]:
    """What to hold against a run of the nation that goes beyond the last figures; nothing for any other run."""
    groups = scenario.removal.groups if scenario.removal else {}
    last = scenario.start + dt.timedelta(days=scenario.days - 1)
    if last <= LAST_FIGURE or not set(GROUPS) <= set(groups):
        return []
    known, open_ = (", ".join(f"{error} % over {days} days" for days, error in each.items()) for each in (KNOWN, OPEN))
    return [
        f"Days after {LAST_FIGURE:%-d %B %Y} are a forecast. Since 2023 such forecasts missed the people held by "
        f"{known} where the book-ins were known, by {open_} where they were not (detsim backtest --origins monthly)."
    ]
