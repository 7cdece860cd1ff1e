"""Relations between two runs: the same world in other words, or a change with a known effect.

The equality of the engines is blind to an error in what both share, and the laws to one that loses nobody. A relation
needs neither: it compares a run with that of a changed scenario (metamorphic testing; Chen et al. 2018, ACM Computing
Surveys 51).
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sim.experiment.run import run_in_memory
from sim.measures import Measured
from sim.scenario.loading import load

Tree = dict[str, Any]
Change = Callable[[Tree], None]
Play = Callable[[Tree], Measured]
SEED = 1
"""Of every world; `python -m tests.relations` tries others."""
EVERYTHING = Path(__file__).parents[1] / "fuzz/seeds/everything.yaml"
PRICES = {
    "bed_night": "$152 / bed-night",
    "guaranteed_night": "$90 / bed-night",
    "over_contract_premium": "$40 / bed-night",
    "arrest": "$900 / arrest",
    "intake": "$120 / person",
    "transfer": "$800 / person",
    "hearing": "$410 / hearing",
    "atd_day": "$4 / person-day",
}


# --- worlds -----------------------------------------------------------------------------------------------
def town() -> Tree:
    """Two areas in which everything is used, with prices."""
    tree: Tree = yaml.safe_load(EVERYTHING.read_text(encoding="utf-8"))
    return tree | {"days": 40, "funding": {"prices": dict(PRICES)}, "checks": {}, "sources": {}, "seed": SEED}


def nation() -> Tree:
    """The nation of May 2025 for some days."""
    resolved = load("may-2025-1000", ["days=10", "replications=1", f"seed={SEED}"])
    tree: Tree = copy.deepcopy(resolved.tree)
    tree["people"]["day0"]["composition"] = str(next(iter(resolved.inputs.values())).resolve())
    return tree | {"checks": {}}


def queue(beds: int, **different: Any) -> Tree:
    """One area, one class, first come first served."""
    return {
        "name": "queue",
        "seed": SEED,
        "start": "2025-01-01",
        "days": 60,
        "people": {"sources": {"border": {"tracks": {"voluntary": "100 %"}}}},
        "arrests": {"sources": {"border": {"rate": "6 / d"}}},
        "beds": {"contracted": beds},
        "case": {"mode": "stay", "stay": {"exponential": {"mean": "5 d"}}},
    } | different


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Plays the first replication of a scenario."""

    def played(tree: Tree) -> Measured:
        return replications(tmp_path, tree)[0]

    return played


def replications(folder: Path, tree: Tree) -> list[Measured]:
    """Plays every replication of a scenario."""
    file = folder / "world.yaml"
    file.write_text(yaml.safe_dump(tree, sort_keys=False), encoding="utf-8")
    return [one.measured for one in run_in_memory(load(file)).outcome.finished]


# --- changes ----------------------------------------------------------------------------------------------
def names_reversed(tree: Tree) -> None:
    """List everything that has a name in the opposite order: areas, groups, routes, dockets, agreements and keys."""

    def reverse(value: Any) -> Any:
        if isinstance(value, list):
            return [reverse(one) for one in value]
        return {key: reverse(value[key]) for key in reversed(value)} if isinstance(value, dict) else value

    changed = reverse(tree)
    tree.clear()
    tree.update(changed)


def an_empty_area(tree: Tree) -> None:
    """Add an area without people, officers and beds."""
    tree["areas"]["NIL"] = "Nowhere"
    sources = tree["arrests"]["sources"]
    for place in (
        sources["at_large"]["officers"],
        sources["local_custody"]["officers"],
        tree["intake"]["places"],
        tree["intake"]["desks"],
        tree["beds"]["contracted"],
        tree["beds"]["physical"],
        tree["beds"]["guaranteed_minimum"],
    ):
        place["NIL"] = 0
    sources["at_large"]["pool"]["NIL"] = 0
    sources["border"]["rate"]["NIL"] = "0 / d"
    tree["people"]["day0"]["areas"]["NIL"] = "0 %"


def a_constant_in_steps(tree: Tree) -> None:
    """Write constants as steps of equal height."""
    dates = [dt.date(2025, 3, 1), dt.date(2025, 3, 4), dt.date(2025, 3, 9)]
    for place, key in (
        (tree["beds"], "funded"),
        (tree["arrests"]["sources"]["local_custody"], "arrests_per_officer_day"),
        (tree["case"]["screening"], "positive"),
        (tree["beds"]["contracted"], "BOS"),
        (tree["release"]["clearance"], "reviewers"),
        (tree["intake"]["desks"], "ATL"),
    ):
        place[key] = dict.fromkeys(dates, place[key])


def other_units(tree: Tree) -> None:
    """Write quantities in other units."""
    transfer = tree["beds"]["ladder"][0]["transfer"]
    transfer |= {"after": "240 min", "hours": "28800 s", "departures": ["360 min", "0.75 d"]}
    tree["beds"]["ladder"][2]["release"]["after"] = "72 h"
    tree["case"]["adjournment"] = {"lognormal": {"mean": "48 h", "sd": "1440 min"}}
    tree["release"]["clocks"]["parole"]["rate"] = {
        "at_large": "0.01 / d",
        "local_custody": "0.005 / d",
        "border": "0.02 / d",
    }
    tree["case"]["appeal_share"] = 0.2
    tree["removal"]["post_order_limit"] = {dt.date(2025, 3, 1): "192 h", dt.date(2025, 3, 6): "144 h"}


def two_judges_of_half_the_speed(tree: Tree) -> None:
    """Replace one judge by two who each hear half as many cases."""
    tree["case"]["dockets"]["south"] = {"areas": ["ATL"], "judges": 4, "hearings_per_judge_day": 1}


def a_longer_horizon(tree: Tree) -> None:
    """Play on for two weeks."""
    tree["days"] += 14


def a_group_split_in_two(tree: Tree) -> None:
    """Split the last group of countries into two that are alike."""
    for groups in {id(one["groups"]): one["groups"] for one in tree["people"]["sources"].values()}.values():
        whole = int(groups["other"].split()[0])
        groups |= {"other": f"{whole - 15} %", "others": "15 %"}
    groups = tree["removal"]["groups"]
    groups |= {"other": groups["other"] | {"share": "25 %"}, "others": groups["other"] | {"share": "15 %"}}
    tree["removal"]["agreements"]["papers"]["groups"] = ["other", "others"]


SAME: Mapping[str, Change] = {
    change.__name__: change
    for change in (
        names_reversed,
        an_empty_area,
        a_constant_in_steps,
        other_units,
        two_judges_of_half_the_speed,
        a_longer_horizon,
        a_group_split_in_two,
    )
}


def assert_same_days(one: Measured, other: Measured) -> None:
    """Every day of the first is as in the second, nationally and in every area of the first."""
    days = one.days + 1
    for name, values in one.daily.items():
        np.testing.assert_array_equal(values, other.daily[name][:days], err_msg=name)
    for name, values in one.by_area.items():
        for area, code in enumerate(one.areas):
            column = other.by_area[name][:days, other.areas.index(code)]
            np.testing.assert_array_equal(values[:, area], column, err_msg=f"{name} in {code}")


# --- relations --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("change", SAME)
def test_the_same_in_other_words(play: Play, change: str) -> None:
    changed = town()
    SAME[change](changed)
    assert changed != town() or change == "names_reversed"
    assert_same_days(play(town()), play(changed))


@pytest.mark.slow
@pytest.mark.parametrize("change", ["names_reversed", "a_longer_horizon"])
def test_the_same_nation_in_other_words(play: Play, change: str) -> None:
    changed = nation()
    SAME[change](changed)
    assert_same_days(play(nation()), play(changed))


def test_a_source_of_rate_nought_is_none(play: Play) -> None:
    without, nought = town(), town()
    for source in ("local_custody", "border"):
        del without["arrests"]["sources"][source]
    nought["arrests"]["sources"]["local_custody"]["officers"] = 0
    nought["arrests"]["sources"]["border"]["rate"] = "0 / d"
    assert_same_days(play(without), play(nought))


def test_a_rung_that_nobody_reaches_changes_nothing(play: Play) -> None:
    plain = town()
    del plain["release"]["clearance"]  # a refusal moves on to the next rung at once
    longer = copy.deepcopy(plain)
    longer["beds"]["ladder"].append({"displace": {"after": "300 d"}})
    assert_same_days(play(plain), play(longer))


def test_all_dates_a_week_later_change_no_day(play: Play) -> None:
    def later(value: Any) -> Any:
        if isinstance(value, dict):
            return {later(key): later(one) for key, one in value.items()}
        if isinstance(value, list):
            return [later(one) for one in value]
        return value + dt.timedelta(days=7) if isinstance(value, dt.date) else value

    calm = town()
    calm["arrests"]["day_effect"] = 0  # drawn by date
    assert_same_days(play(calm), play(later(calm)))


def test_double_prices_double_every_cost_and_nothing_else(play: Play) -> None:
    single, double = town(), town()
    for route in double["removal"]["routes"].values():
        route["cost"] = {"$150 / seat": "$300 / seat", "$1,978 / seat": "$3,956 / seat"}[route["cost"]]
    prices = {name: f"${2 * int(price[1:].split()[0])} /{price.split('/')[1]}" for name, price in PRICES.items()}
    double["funding"]["prices"] = prices
    one, two = play(single), play(double)
    for name, values in one.daily.items():
        factor = 2 if name.startswith("cost_usd") else 1
        np.testing.assert_array_equal(factor * values, two.daily[name], err_msg=name)
    costs = [name for name in one.summary if name.startswith("cost_usd")]
    assert [two.value(name) for name in costs] == [2 * one.value(name) for name in costs]
    assert sum(bool(one.value(name)) for name in costs) > 6


def test_other_names_of_areas_change_no_mean(tmp_path: Path) -> None:
    """Draws are keyed by the name, so that only the distribution stays."""
    text = yaml.safe_dump(town() | {"replications": 24, "days": 12}, sort_keys=False)
    one, two = (replications(tmp_path, yaml.safe_load(text.replace(*names))) for names in (("", ""), ("ATL", "ZAP")))
    for measure in ("arrests", "held_mean", "book_ins", "removals", "stay_days_mean"):
        assert_same_mean(one, two, measure)


def assert_same_mean(one: list[Measured], two: list[Measured], measure: str, ratio: float = 1.0) -> None:
    """The means differ by no more than chance explains (4 standard errors), and chance explains little (8 %)."""
    a, b = (np.array([float(run.value(measure)) for run in runs]) for runs in (one, two))
    difference = ratio * a.mean() - b.mean()
    error = np.hypot(ratio * a.std(ddof=1), b.std(ddof=1)) / np.sqrt(len(a))
    assert abs(difference) <= 4 * error, (measure, a.mean(), b.mean(), error)
    assert 0 < error < 0.08 * b.mean(), measure


def test_ten_times_the_people_and_beds_hold_ten_times_as_many(tmp_path: Path) -> None:
    tenfold = queue(480, arrests={"sources": {"border": {"rate": "60 / d"}}}, replications=20)
    one, ten = replications(tmp_path, queue(48, replications=20)), replications(tmp_path, tenfold)
    for measure in ("arrests", "held_mean", "removals"):
        assert_same_mean(one, ten, measure, ratio=10)


@pytest.mark.parametrize("beds", [27, 30, 33])
def test_with_one_bed_more_nobody_waits_longer(tmp_path: Path, beds: int) -> None:
    """Under first come, first served no request is met later: Wolff 1989, Stochastic Modeling, section 11-2."""
    file = tmp_path / "world.yaml"
    waits = []
    for more in (0, 1):
        file.write_text(yaml.safe_dump(queue(beds + more)), encoding="utf-8")
        waits.append(run_in_memory(load(file), events=10_000).outcome.finished[0].journeys)
    first, second = (
        {event.entity_id: event.time for event in one if event[1:3] == ("resource_use", "bed")} for one in waits
    )
    assert len(first) > 200 and first.keys() <= second.keys()
    later = [first[person] - second[person] for person in first]
    assert min(later) == 0 < max(later)


def test_once_nobody_comes_everybody_leaves(play: Play) -> None:
    tree = town() | {"days": 400}
    end = dt.date(2025, 3, 20)
    tree["arrests"]["goal"] |= {end: "0 / d"}
    tree["arrests"]["sources"]["border"]["rate"] = {"default": {dt.date(2025, 3, 1): "1 / d", end: "0 / d"}}
    drained = play(tree)
    assert drained.daily["in_custody"][10] > 30
    assert [int(drained.daily[name][-1]) for name in ("in_custody", "held", "hold_room", "in_transit")] == [0] * 4
    assert drained.exits.people.sum() == int(drained.value("arrests")) + town()["people"]["day0"]["held"]
