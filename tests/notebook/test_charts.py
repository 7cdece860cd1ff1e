"""Charts on call."""

from __future__ import annotations

import sys

import pytest

import sim
from sim.errors import InputError
from sim.report import figures


@pytest.fixture(scope="module")
def small() -> sim.Run:
    return sim.run("one-facility", set={"days": 30}, reps=2)


def test_charts_are_those_of_the_report_on_white(small: sim.Run) -> None:
    drawn = {figure.key: figure.spec() | {"background": "white"} for figure in figures.draw_all([small.tables])}
    assert {key: chart.to_dict() for key, chart in small.charts().items()} == drawn and drawn
    key = list(drawn)[-1]
    assert small.chart(key).to_dict() == drawn[key]


def test_an_unknown_chart_is_refused_with_those_there_are(small: sim.Run) -> None:
    with pytest.raises(InputError) as raised:
        small.chart("everything")
    assert str(raised.value) == f"everything: no such chart; there are {', '.join(small.charts())}"


def test_a_comparison_draws_its_results_beside_each_other(small: sim.Run) -> None:
    other = sim.run("one-facility", set={"days": 30, "beds.contracted": 850}, reps=2)
    found = sim.compare(small, other, names=["as it is", "fewer beds"])
    text = str([chart.to_dict() for chart in found.charts().values()])
    assert "as it is" in text and "fewer beds" in text
    assert found.chart(next(iter(found.charts()))).to_dict()


def test_without_the_extra_it_says_what_to_install(small: sim.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("sim.report", "altair"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(InputError, match=r"^charts need altair; run `pip install 'detsim\[report\]'`$"):
        small.charts()
