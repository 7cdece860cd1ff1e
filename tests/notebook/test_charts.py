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
    drawn = {figure.key: figure for figure in figures.draw_all([small.tables])}
    charts = small.charts()
    assert charts.keys() == drawn.keys() and drawn
    for key, chart in charts.items():
        spec = chart.to_dict()
        assert (spec["background"], spec["title"]["text"]) == ("white", drawn[key].title)
        assert spec["datasets"] == drawn[key].spec()["datasets"]


def test_a_chart_shows_its_title_without_a_network(small: sim.Run) -> None:
    chart = small.chart("held")
    assert ">People" in chart._repr_mimebundle_()["image/svg+xml"]
    assert chart.properties(width=600).to_dict()["width"] == 600


def test_an_unknown_chart_is_refused_with_those_there_are(small: sim.Run) -> None:
    with pytest.raises(InputError) as raised:
        small.chart("everything")
    assert str(raised.value) == f"everything: no such chart; choose {', '.join(small.charts())}"
    with pytest.raises(InputError, match=r"^helt: no such chart; did you mean held\?$"):
        small.chart("helt")


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
