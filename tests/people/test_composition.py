from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import vocabulary
from sim.errors import InputError
from sim.people.composition import COLUMNS, read_composition
from sim.vocabulary import SECONDS_PER_DAY, Stage
from tests.people.worlds import people, scenario

DAY = SECONDS_PER_DAY
HEADER = ",".join(COLUMNS)
PREPARING = "at_large,convicted,mandatory,proceedings,,preparing,10,4,3,20"
ADJOURNED = "border,none,discretionary,expedited,,adjourned,100,5.5,2,30"
APPEAL = "border,none,mandatory,proceedings,,appeal,200,60,1,0"


def file(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "held.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def table(path: Path, held: int = 4000, **case: object) -> object:
    keys = {"preparing": {"proceedings": "14 d"}, "adjournment": "25 d", "appeal": "90 d", **case}
    return people(scenario(people={"day0": {"held": held, "composition": str(path)}}, case=keys))


def test_rows_stand_for_equally_many_people_to_within_two(tmp_path: Path) -> None:
    drawn = table(file(tmp_path, PREPARING, ADJOURNED, ADJOURNED, APPEAL), held=4001)
    counts = np.bincount(drawn.stage0)[[Stage.PREPARING, Stage.ADJOURNED, Stage.APPEAL]]  # type: ignore[attr-defined]
    assert np.abs(counts - [1000, 2000, 1000]).max() <= 3


def test_what_a_row_says_is_what_its_people_are(tmp_path: Path) -> None:
    drawn = table(file(tmp_path, ADJOURNED), held=500)
    assert set(drawn.source) == {vocabulary.SOURCES.index("border")}  # type: ignore[attr-defined]
    assert set(drawn.criminality) == {2} and set(drawn.custody) == {1} and set(drawn.track) == {1}  # type: ignore[attr-defined]
    assert set(drawn.hearings) == {2} and set(drawn.adjournment_s) == {30 * DAY}  # type: ignore[attr-defined]
    assert set(drawn.left_s) == {round(24.5 * DAY)}  # type: ignore[attr-defined]
    served = -drawn.t  # type: ignore[attr-defined]
    assert 100 * DAY <= served.min() < 100.1 * DAY and 100.9 * DAY < served.max() < 101 * DAY


def test_time_left_follows_the_scenario_and_the_time_spent(tmp_path: Path) -> None:
    path = file(tmp_path, PREPARING, APPEAL)
    drawn = table(path)
    stage = drawn.stage0  # type: ignore[attr-defined]
    assert set(drawn.left_s[stage == Stage.PREPARING]) == {10 * DAY}  # type: ignore[attr-defined]
    assert set(drawn.left_s[stage == Stage.APPEAL]) == {30 * DAY}  # type: ignore[attr-defined]
    slower = table(path, appeal="100 d")
    assert set(slower.left_s[stage == Stage.APPEAL]) == {40 * DAY}  # type: ignore[attr-defined]


def test_areas_and_rows_are_spread_independently(tmp_path: Path) -> None:
    keys = {"areas": {"A": "", "B": ""}, "case": {"appeal": "90 d", "adjournment": "25 d"}}
    path = file(tmp_path, ADJOURNED, APPEAL)
    drawn = people(scenario(people={"day0": {"held": 4000, "composition": str(path)}}, **keys))
    cells = np.histogram2d(drawn.area, drawn.stage0 == Stage.APPEAL, bins=2)[0]
    assert np.abs(cells - 1000).max() < 15


def test_one_more_person_changes_nobody_else(tmp_path: Path) -> None:
    path = file(tmp_path, PREPARING, ADJOURNED, APPEAL)
    few, more = table(path, held=300), table(path, held=301)
    for column in ("t", "source", "track", "stage0", "left_s", "hearings", "group"):
        assert (getattr(few, column) == getattr(more, column)[:300]).all()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("at_large,none", f"2: 2 values, must be {len(COLUMNS)}"),
        (PREPARING.replace("at_large", "sea"), '2: source is "sea", must be one of at_large, local_custody, border'),
        (PREPARING.replace("preparing", "asleep"), '2: stage is "asleep", must be one of stay, preparing'),
        (PREPARING.replace(",10,", ",-1,"), '2: served_days is "-1", must be a whole number from 0 to 10,950'),
        (PREPARING.replace(",10,", ",1.5,"), '2: served_days is "1.5", must be a whole number from 0 to 10,950'),
        (PREPARING.replace(",10,", ",11000,"), '2: served_days is "11000", must be a whole number from 0 to 10,950'),
        (PREPARING.replace(",4,", ",1_0,"), '2: spent_days is "1_0", must be a number from 0 to 36,600'),
        (PREPARING.replace(",4,", ",11.5,"), "2: spent_days is 11.5, more than the 10 days since arrest"),
        (
            ADJOURNED.replace("expedited", "final_order"),
            "2: people on the track final_order are never in the stage adjourned, which comes before an order",
        ),
        (PREPARING.replace(",4,", ",nan,"), '2: spent_days is "nan", must be a number from 0 to 36,600'),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, line: str, problem: str) -> None:
    path = file(tmp_path, line)
    with pytest.raises(InputError) as error:
        read_composition(str(path), ())
    assert str(error.value).startswith(f"{path}:{problem}")


def test_a_file_without_people_and_one_with_another_header_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no people"):
        read_composition(str(file(tmp_path)), ())
    (tmp_path / "held.csv").write_text("a,b\n")
    with pytest.raises(InputError, match="the header is 'a,b', must be 'source,"):
        read_composition(str(tmp_path / "held.csv"), ())
    with pytest.raises(InputError, match="not found"):
        read_composition(str(tmp_path / "missing.csv"), ())


def test_a_group_must_be_one_of_the_scenario(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='group is "", must be one of north'):
        read_composition(str(file(tmp_path, PREPARING)), ("north",))
