"""What the sliders of lesson five mean to the scenario, and what stands beside them."""

from __future__ import annotations

import re

import pytest

from sim.classroom.controls import Slider, defaults
from sim.classroom.nation.sliders import CONTROLS, LEVELS, base, resolve
from sim.scenario.loading import digest
from sim.scenario.schema import Scenario

AT = defaults(CONTROLS)
BELIEVE = {control.key: " ".join(control.believe.split()) for control in CONTROLS}


@pytest.fixture(scope="module")
def nation() -> Scenario:
    return base().scenario


def test_no_slider_moved_is_the_scenario_itself() -> None:
    assert digest(resolve(AT)) == digest(base())


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
def test_each_slider_moves_something_at_both_ends(control: Slider) -> None:
    for end in (control.low, control.high):
        moved = resolve({**AT, control.key: end})
        assert (digest(moved) == digest(base())) == (end == control.value)


def test_per_cent_multiplies(nation: Scenario) -> None:
    moved = resolve({**AT, "judges": 200, "seats": 50, "beds": 150, "officers": 200, "documents": 200}).scenario
    assert _judges(moved) == 2 * _judges(nation)
    assert nation.beds and moved.beds and nation.removal and moved.removal
    area, date = "NOL", nation.start
    assert moved.beds.contracted.of(area).at(date) == round(1.5 * nation.beds.contracted.of(area).at(date))
    routes, groups = moved.removal.routes, moved.removal.groups
    assert routes["charter"].seats.at(date) == nation.removal.routes["charter"].seats.at(date) / 2
    speed = nation.removal.groups["other"].document_speed.at(date)
    assert groups["other"].document_speed.at(date) == pytest.approx(2 * speed)


def test_every_step_of_the_money_is_a_level(nation: Scenario) -> None:
    money = next(control for control in CONTROLS if control.key == "money")
    assert list(LEVELS) == list(range(int(money.low), int(money.high) + 1, int(money.step)))
    assert nation.funding and set(LEVELS.values()) <= set(nation.funding.levels)
    assert resolve({**AT, "money": 75}).scenario.funding.level == "extra-75"


def test_what_is_said_beside_the_sliders_is_what_the_scenario_has(nation: Scenario) -> None:
    assert nation.case and nation.funding and nation.removal and nation.beds
    judge = next(iter(nation.case.dockets.values())).hearings_per_judge_day.at(nation.start)
    assert f"{_judges(nation)} are assumed" in BELIEVE["judges"] and f"{judge:g} hearings" in BELIEVE["judges"]
    days = {
        name: round(getattr(nation.funding.buys, name).lag / 86_400) for name in ("beds", "seats", "officers", "judges")
    }
    assert days == {"beds": 45, "seats": 90, "officers": 180, "judges": 742}
    texts = ("beds a day after 45 days", "seats after 90 days", "half a year", "742")
    assert all(text in BELIEVE["money"] for text in texts)
    assert "120 more beds a day" in BELIEVE["money"] and nation.funding.buys.beds.ramp == 120
    seats = nation.removal.routes["charter"].seats.at(nation.start.replace(month=7))
    assert f"{seats:g} charter seats" in BELIEVE["seats"]
    assert f"{nation.beds.funded.at(nation.start):,}" in BELIEVE["beds"]


@pytest.mark.parametrize(
    ("key", "path", "said"),
    [
        ("goal", "arrests.goal", "1,224 in June and 990 in July 2025"),
        ("officers", "arrests.sources.at_large.officers", "about 6,100"),
        ("beds", "beds.contracted", "62,913"),
        ("judges", "case.dockets", "× 0.67 to × 1.35"),
        ("documents", "removal.groups.mexico.document_speed", "× 0.7 to × 1.3"),
        ("seats", "removal.routes.charter.seats", "× 0.67 to × 1.12"),
    ],
)
def test_ranges_and_sources_are_those_of_the_scenario(nation: Scenario, key: str, path: str, said: str) -> None:
    entry = nation.sources[path]
    written = f"{entry.value} {entry.source} x {entry.low} to x {entry.high}".replace("x x", "x")
    numbers = re.findall(r"\d[\d,.]*", said)
    assert said in BELIEVE[key]
    assert all(number.rstrip(".,") in written for number in numbers if number != "2025"), (numbers, written)


def _judges(scenario: Scenario) -> int:
    assert scenario.case
    return sum(int(docket.judges.at(scenario.start)) for docket in scenario.case.dockets.values())
