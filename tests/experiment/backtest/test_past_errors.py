"""What a forecast is told to be held against."""

from __future__ import annotations

import datetime as dt

import pytest

from sim.experiment import headline
from sim.scenario.loading import load


@pytest.mark.parametrize(
    ("name", "sets", "told"),
    [
        ("national", (), 0),
        ("national", ("days=226",), 1),
        ("national", ("days=225",), 0),
        ("long-stay", ("days=3000",), 0),
    ],
)
def test_only_the_nation_beyond_the_last_figures_is_told(name: str, sets: tuple[str, ...], told: int) -> None:
    scenario = load(name, sets).scenario
    assert len(headline.past_errors(scenario)) == told


def test_the_last_figure_is_the_last_one_shipped() -> None:
    from sim.experiment.backtest.published_figures import shipped

    assert max(figure.last for figure in shipped().of("held")) == headline.LAST_FIGURE
    assert headline.LAST_FIGURE + dt.timedelta(days=1) == load("jan-2026").scenario.start
