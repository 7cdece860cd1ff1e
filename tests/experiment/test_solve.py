"""The smallest amount for which a target holds: against formulas, with intervals, and where there is none."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError, Interrupted
from sim.experiment import solve, study
from sim.experiment.options import SolveOptions
from sim.experiment.solve import lines, parse_target, run
from sim.experiment.work import Where
from sim.scenario.loading import load
from sim.theory.queueing import erlang_b, erlang_c_wait
from tests.experiment import formulas
from tests.experiment.worlds import tiny

HERE = Where(workers=1)
LOST = "releases_no_bed / arrests"


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SolveOptions:
    """Beds for a loss of at most 5 %, by formula; five replications spread by 0.2 % each."""
    monkeypatch.setattr(solve, "Study", _with(formulas.loss))
    out, name = tmp_path / "out", str(tiny(tmp_path))
    return SolveOptions(
        name,
        vary=("beds.contracted",),
        within="5:200",
        until=f"{LOST} <= 5 %",
        replications=5,
        workers=1,
        out=out,
        quiet=True,
    )


def _with(measuring: Any) -> Any:
    return lambda *args, **options: study.Study(*args, **options, measuring=measuring)


def first(share: float) -> int:
    """The fewest beds with a loss of at most this."""
    return next(beds for beds in range(1, 200) if erlang_b(beds, 25) <= share)


def test_the_smallest_count_is_the_formulas(asked: SolveOptions) -> None:
    solution = run(asked)
    assert (solution.amount, solution.misses, solution.smallest) == (first(0.05), first(0.05) - 1, True)


def test_the_interval_turns_the_band_round(asked: SolveOptions) -> None:
    """Student's half-width of five values with a spread of 0.00316 is 0.00393."""
    assert run(asked).interval == (first(0.05 + 0.00393), first(0.05 - 0.00393))


def test_at_least_and_at_most_search_from_the_other_end(asked: SolveOptions) -> None:
    solution = run(replace(asked, until="held_mean <= 20"))
    held = [beds for beds in range(5, 200) if 25 * (1 - erlang_b(beds, 25)) <= 20]
    assert (solution.amount, solution.misses, solution.smallest) == (held[-1], held[-1] + 1, False)
    low, high = solution.interval
    assert low is not None and high is not None and low <= held[-1] <= high
    assert "largest: " in "\n".join(lines(solution))


def test_a_wide_tolerance_takes_fewer_steps(asked: SolveOptions) -> None:
    exact, rough = run(asked), run(replace(asked, tolerance="20 %", force=True))
    assert rough.amount is not None and exact.amount is not None
    assert exact.amount <= rough.amount <= 1.2 * exact.amount
    assert len(rough.search.estimates) < len(exact.search.estimates)


def test_where_it_holds_nowhere_the_reason_is_given(asked: SolveOptions) -> None:
    solution = run(replace(asked, within="5:20"))
    assert solution.amount is None and solution.interval == (None, None)
    assert solution.reason == f"even at 20 {LOST} comes to {erlang_b(20, 25):.6g}: beds bind"
    assert "holds nowhere from 5 to 20" in "\n".join(lines(solution))
    assert run(replace(asked, until="arrests <= 3", force=True)).reason.startswith(
        "beds.contracted does not move arrests"
    )


def test_where_it_holds_throughout_that_is_said(asked: SolveOptions) -> None:
    solution = run(replace(asked, within="50:90"))
    assert (solution.amount, solution.misses) == (50, None)
    assert "holds throughout from 50 to 90" in "\n".join(lines(solution))
    assert asked.out is not None
    (row,) = csv.DictReader((asked.out / "solution.csv").read_text().splitlines())
    assert (row["bound"], row["amount"]) == ("throughout", "50")


def test_what_is_written_can_be_run_and_repeats_its_bytes(asked: SolveOptions, tmp_path: Path) -> None:
    run(asked)
    again = run(replace(asked, out=tmp_path / "again"))
    assert asked.out is not None
    for name in ("solution.csv", "amounts.csv", "scenario.yaml"):
        assert (asked.out / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    (row,) = csv.DictReader((asked.out / "solution.csv").read_text().splitlines())
    assert (row["bound"], row["amount"], row["misses"]) == ("smallest", str(first(0.05)), str(first(0.05) - 1))
    rows = list(csv.DictReader((asked.out / "amounts.csv").read_text().splitlines()))
    holds = {row["amount"]: row["holds"] for row in rows if row["measure"] == LOST}
    assert holds[row["amount"]] == "true" and holds[row["misses"]] == "false"
    assert load(asked.out / "scenario.yaml").tree["beds"]["contracted"] == again.amount


def test_the_same_command_goes_on_where_it_was_stopped(
    asked: SolveOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formulas, "STOPS_AT", tuple(range(29, 34)))
    with pytest.raises(Interrupted, match="replications are finished and kept"):
        run(asked)
    monkeypatch.setattr(formulas, "STOPS_AT", ())
    resumed, whole = run(asked), run(replace(asked, out=tmp_path / "whole"))
    assert asked.out is not None and resumed.search.study.resumed > 0
    for name in ("solution.csv", "amounts.csv"):
        assert (asked.out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert whole.amount == resumed.amount


def test_the_dollars_and_the_fluid_bound_stand_beside(asked: SolveOptions) -> None:
    assert any(f"cost_usd_total ${100 * first(0.05):,}" in line for line in lines(run(asked)))


def test_no_fluid_bound_is_stated_where_many_still_wait(tmp_path: Path) -> None:
    sets, until = ("days=5",), "held_mean >= 600"
    wish = SolveOptions(
        "one-facility",
        sets,
        vary=("beds.contracted",),
        within="500:960",
        until=until,
        replications=2,
        out=tmp_path / "o",
        quiet=True,
    )
    assert not any(line.startswith("fluid bound") for line in lines(run(wish)))
    enough = replace(wish, within="1100:1200", out=tmp_path / "enough")
    assert any(line.startswith("fluid bound") for line in lines(run(enough)))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("removals", "is no target; write"),
        ("removals = 3", "is no target"),
        ("remvals >= 3", "is no measure with numbers; did you mean removals"),
        ("removals / arests >= 3", "is no measure with numbers; did you mean arrests"),
        ("binding_stage >= 3", "is no measure with numbers"),
        ("removals >= 60 %", "does not fit removals, which is in people; write a plain number"),
        ("removals >= $5", "does not fit removals"),
        ("removals >= many", "is not a number, write 1000000, 1 % or"),
    ],
)
def test_wrong_targets(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        parse_target(text)
    assert str(caught.value).startswith("--until: ")


def test_numbers_of_targets() -> None:
    assert parse_target("removals>=1,000,000").value == 1e6 and parse_target("cost_usd_total < $2e9").value == 2e9
    strict, loose = parse_target("removals > 3"), parse_target("removals >= 3")
    assert (strict.holds(3), loose.holds(3), strict.holds(4)) == (False, True, True)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"tolerance": "5"}, "--tolerance: .* is no share"),
        ({"tolerance": "0%"}, "--tolerance: .* is no share"),
        ({"vary": ("seed",), "within": "5:10"}, "--vary: seed: is no amount of anything"),
        ({"vary": ("days",), "within": "5:10"}, "--vary: days: is no amount of anything"),
        ({"until": "seat_wait_days_mean < 5"}, "has no value in this scenario"),
    ],
)
def test_wrong_wishes_leave_nothing_behind(asked: SolveOptions, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        run(replace(asked, **changes))
    assert asked.out is not None and not asked.out.exists()


# --- real worlds against the formulas -----------------------------------------------------------
@pytest.mark.slow
@pytest.mark.parametrize(
    ("scenario", "sets", "within", "until", "formula"),
    [
        ("erlang-b", ("25 / d", "days=1000"), "150:400", f"{LOST} <= 5 %", lambda c: erlang_b(c, 250) <= 0.05),
        (
            "mmc",
            ("15 / d", "days=3650"),
            "151:250",
            "bed_wait_hours_mean <= 6",
            lambda c: erlang_c_wait(c, 15, 10) < 0.25,
        ),
    ],
)
def test_simulated_beds_are_within_one_per_cent_of_the_formula(
    tmp_path: Path, scenario: str, sets: tuple[str, str], within: str, until: str, formula: Any
) -> None:
    options = (f"arrests.sources.border.rate={sets[0]}", sets[1])
    solution = run(
        SolveOptions(
            scenario,
            options,
            vary=("beds.contracted",),
            within=within,
            until=until,
            replications=5,
            out=tmp_path / "o",
            quiet=True,
        )
    )
    exact = next(c for c in range(151, 400) if formula(c))
    assert solution.amount == pytest.approx(exact, rel=0.01)
    low, high = solution.interval
    assert low is not None and high is not None and low <= exact <= high


def test_an_answer_for_hold_rooms_that_hold_too_many_is_said_not_to_be_feasible(tmp_path: Path) -> None:
    asked = SolveOptions(
        str(tiny(tmp_path)),
        vary=("beds.contracted",),
        within="1:9",
        until="held_mean >= 1",
        sets=("days=20", "beds.ladder=[wait]", "intake={desks: 4, places: 2}"),
        replications=3,
        engine="simpy",
        workers=1,
        out=tmp_path / "out",
        quiet=True,
    )
    assert list(lines(run(asked)))[1].startswith("Not feasible from ")
