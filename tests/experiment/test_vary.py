"""What a study varies: what paths mean, how amounts come about, and what is refused."""

from __future__ import annotations

import pytest

from sim.errors import InputError
from sim.experiment.vary import Vary, ends, settle, times
from sim.scenario.loading import Resolved, load


@pytest.fixture(scope="module")
def nation() -> Resolved:
    return load("goal-3000")


def vary(resolved: Resolved, *named: str) -> Vary:
    return settle(resolved, named)


def with_sets(scenario: str, sets: tuple[str, ...]) -> Resolved:
    return load(scenario, sets)


def test_one_number_is_set_to_what_is_asked() -> None:
    one = vary(load("erlang-b"), "beds.contracted")
    assert (one.now, one.whole, one.single) == (20, True, True)
    assert one.sets(31) == ("beds.contracted=31",) and one.spelled(31) == "31"


@pytest.mark.parametrize(
    ("path", "text", "base"),
    [
        ("arrests.sources.border.rate", "2:5", None),
        ("arrests.sources.border.rate", "1.5 / d:5 / d", (1.5, 5.0)),
        ("beds.contracted", "x0.5:x3", (10, 60)),
        ("beds.contracted", "1,000:2,000", (1000, 2000)),
    ],
)
def test_ends_are_written_as_at_the_path_or_as_factors(path: str, text: str, base: tuple[float, float] | None) -> None:
    resolved = load("erlang-b")
    if base is None:
        with pytest.raises(InputError, match=r"^--in: arrests.sources.border.rate: "):
            ends(vary(resolved, path), text, "erlang-b", ())
    else:
        assert ends(vary(resolved, path), text, "erlang-b", ()) == pytest.approx(base)


def test_numbers_by_area_and_date_are_scaled_together(nation: Resolved) -> None:
    both = vary(nation, "beds.contracted", "beds.physical")
    assert (both.whole, both.single, len(both.paths), both.counted) == (True, False, 2, 1)
    moved = with_sets("goal-3000", both.sets(2 * both.now)).scenario.beds
    was = nation.scenario.beds
    assert moved is not None and was is not None and moved.contracted is not None and was.contracted is not None
    assert moved.physical is not None and was.physical is not None
    for area in nation.scenario.areas:
        assert [2 * n for _, n in was.contracted.of(area).points] == [n for _, n in moved.contracted.of(area).points]
        assert 2 * was.physical.of(area).points[0][1] == moved.physical.of(area).points[0][1]
    last = nation.scenario.start.fromordinal(nation.scenario.start.toordinal() + nation.scenario.days - 1)
    assert both.now == sum(was.contracted.of(area).at(last) for area in nation.scenario.areas)


def test_the_amount_reached_is_what_the_scenario_then_has(nation: Resolved) -> None:
    beds = vary(nation, "beds.contracted")
    again = settle(with_sets("goal-3000", beds.sets(90_001)), ["beds.contracted"])
    assert beds.reached(90_001) == again.now and abs(again.now - 90_001) <= 13


def test_a_star_stands_for_every_key_that_has_a_number(nation: Resolved) -> None:
    assert len(vary(nation, "case.dockets.*.judges").paths) == 11
    assert len(vary(nation, "arrests.sources.*.officers").paths) == 2  # nobody is sent for those the border hands over
    assert vary(nation, "removal.routes.*.seats").single is False
    assert times(nation, "release.clearance.reviewers", 10) == ("release.clearance.reviewers=200",)
    assert times(load("erlang-b"), "case.dockets.*.judges", 10) == ()


def test_dollars_keep_their_unit(nation: Resolved) -> None:
    money = vary(nation, "funding.levels.fy2024.custody")
    low, high = ends(money, "$2 B / yr:$5 B / yr", "goal-3000", ())
    assert money.sets(high) == ('funding.levels.fy2024.custody="$5,000,000,000 / yr"',)
    assert money.spelled(low) == "$2,000,000,000 / yr"


def test_amounts_have_the_unit_of_their_values(nation: Resolved) -> None:
    money = vary(load("goal-3000-funded"), "funding.levels.july-2025-act.*.2025-07-04")
    assert (money.unit, money.reached(money.now)) == ("USD / yr", pytest.approx(23.351e9))
    assert money.spelled(money.now) == "$23,351,000,000 / yr"
    beds = vary(nation, "beds.contracted")
    assert (beds.unit, beds.spelled(beds.now)) == ("", f"{beds.now:,.0f}")
    assert vary(nation, "arrests.goal").unit == "/ d" and vary(load("erlang-a"), "release.clocks.*.rate.border").unit
    assert vary(nation, "arrests.sources.local_custody.cooperation").unit == "1"
    assert vary(nation, "intake.hours_limit").unit == "s"


def test_one_date_of_a_schedule_can_be_named() -> None:
    funded = load("goal-3000-funded")
    money = vary(funded, "funding.levels.july-2025-act.*.2025-07-04")
    assert len(money.paths) == 4  # the account that has one value for all dates is left out
    moved = load("goal-3000-funded", money.sets(money.now / 2)).scenario.funding
    was = funded.scenario.funding
    assert moved is not None and was is not None
    for account in ("custody", "transport", "enforcement", "courts"):
        before, after = was.levels["july-2025-act"][account].points, moved.levels["july-2025-act"][account].points
        assert before[0] == after[0] and after[1][1] == pytest.approx(before[1][1] / 2)


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("beds.contrated", r'--vary: "beds.contrated" is no value of the scenario; did you mean beds.contracted\?'),
        ("beds", "--vary: beds: names no number"),
        ("intake.processing", "--vary: intake.processing: names no number"),
        ("beds.*.judges", r"--vary: beds.\*.judges: names no number"),
        ("removal.third_country", r"is not stated \(none\)"),
        ("beds.contracted.BAL", "adds up to 0 on the last day"),
    ],
)
def test_wrong_paths(nation: Resolved, named: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        vary(nation, named)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("40:10", "is an empty range; write the low end first"),
        ("10:10", "is an empty range"),
        ("40", "is no range; write LOW:HIGH"),
        (":40", "is no range"),
        ("a:b", '"a" is not a whole number'),
        ("0:5", "is an empty range; write the low end first, above 0"),
    ],
)
def test_wrong_ranges(text: str, says: str) -> None:
    resolved = load("erlang-b")
    with pytest.raises(InputError, match=says) as caught:
        ends(vary(resolved, "beds.contracted"), text, "erlang-b", ())
    assert len(caught.value.lines) == 1


def test_totals_need_plain_numbers(nation: Resolved) -> None:
    border = vary(nation, "arrests.sources.border.rate")
    with pytest.raises(InputError, match=r"is no amount of .*; write a factor such as x1.5"):
        ends(border, "100:200", "goal-3000", ())
