"""One person's journey: steps, durations, and who is chosen."""

from __future__ import annotations

import pytest

from sim.analysis.results import ResultTables
from sim.errors import InputError
from sim.report import theme
from sim.report.journey import figure, instructive, journey
from sim.report.stages import PLACES, STAGES, Move, Stay, sampled
from sim.vocabulary import DAY0_STAGES, EXIT_REASONS
from tests.report.watch.world import MOVES, H, results


def test_a_journey_line_by_line():
    assert journey(results(), 2).lines() == [
        "1 May 2025, 02:00: is arrested",
        "1 May 2025, 02:00: waits in a hold room for a processing desk (1 h)",
        "1 May 2025, 03:00: is processed at a desk (2 h)",
        "1 May 2025, 05:00: waits in the hold room for a bed (3 h)",
        "1 May 2025, 08:00: waits in the hold room for a bed, or for a transport to a bed elsewhere (4 h)",
        "1 May 2025, 12:00: is on the road to a bed in another area (8 h)",
        "1 May 2025, 20:00: is in a bed; the case is prepared, with any earlier hearings (4 h)",
        "2 May 2025, 00:00: is in a bed, ordered removed; waits for a travel document (1 d)",
    ]


def test_a_stay_that_is_not_over_lasts_until_the_run_ends():
    found = journey(results(), 2)
    assert found.open and not found.held_before
    assert found.seconds == 46 * H
    assert found.says() == (
        "1 d 22 h from arrest to the end of the run, still held, in 7 stages. "
        "The longest, 1 d or 52% of the stay: is in a bed, ordered removed; waits for a travel document."
    )


def test_somebody_held_before_the_run_was_not_seen_arrested():
    found = journey(results(), 1)
    assert found.held_before and not found.open
    assert [(step.stage, step.begins, step.ends) for step in found.steps] == [
        ("docket", 0, 30 * H),
        ("exit_bond", 30 * H, 30 * H),
    ]
    assert "from the start of the run until the person is released on bond" in found.says()


def test_shares_sum_to_the_whole():
    for person in (1, 2, 3, 4):
        assert sum(step.share for step in journey(results(), person).steps) == pytest.approx(1)


def test_one_replication_at_a_time():
    assert (journey(results()).people, journey(results(), run=2).people) == (4, 1)
    assert [step.stage for step in journey(results(), 5, run=2).steps] == ["arrest", "bed", "exit_removed"]


def test_where_the_stay_is_one_distribution_the_bed_is_just_a_bed():
    steps = journey(results(case={"mode": "stay"}), run=2).steps
    assert [step.words for step in steps] == ["is arrested", "is in a bed", "is removed from the country"]


def test_nobody_of_that_number():
    with pytest.raises(InputError, match="no person 99 among the 4"):
        journey(results(), 99)
    with pytest.raises(InputError, match="no events of replication 7; there are: 1, 2"):
        journey(results(), run=7)


def test_without_events_the_option_is_named():
    with pytest.raises(InputError, match="`--events N`"):
        journey(ResultTables("bare", {}, {}, {}))


def test_an_unknown_event_is_said():
    with pytest.raises(InputError, match="'levitating' of person 8"):
        journey(results({(1, 8): "arrival 0, levitating 1"}))


def stay(person, *hours, end="exit_removed"):
    stages = ["desk_line", "processing", "bed_line", "bed", "docket"][: len(hours) - 1]
    moves = tuple(Move(int(hour * H), stage) for hour, stage in zip(hours, [*stages, end], strict=True))
    return Stay(person, 1, moves)


def test_who_is_followed_has_many_stages_and_an_ordinary_stay():
    long, short, middle, twin = stay(4, 0, 1, 2, 99), stay(3, 0, 1, 2, 3), stay(9, 0, 1, 2, 50), stay(2, 1, 2, 3, 51)
    plain = stay(1, 0, 1)
    held = stay(5, 0, 1, 2, 3, 4, end="seat_line")
    assert instructive([plain, long, short, middle]) is middle
    assert instructive([middle, twin, short, long]) is twin  # equally near: the lowest number
    assert instructive([held, plain]) is plain  # seen whole comes first
    assert instructive([held]) is held
    assert journey(results()).person == 3


@pytest.mark.parametrize(
    ("scenario", "says"),
    [({"start": "soon"}, "hand: start: no date"), ({"days": None}, "hand: days: no number of days")],
)
def test_a_spoilt_scenario_is_said(scenario, says):
    with pytest.raises(InputError, match=says):
        journey(results(**scenario))


def test_somebody_of_whom_nothing_is_told():
    with pytest.raises(InputError, match="person 8 has no event but an arrival"):
        journey(results({(1, 8): "arrival 0"}))


def test_every_stage_and_exit_the_files_can_name_has_words():
    assert {f"exit_{reason}" for reason in EXIT_REASONS} | set(DAY0_STAGES) <= set(STAGES)
    assert {stage.place for stage in STAGES.values()} == set(PLACES)


def test_stages_at_a_time():
    second = next(found for found in sampled(results()) if found.person == 2)
    at = {hour: second.stage_at(int(hour * H)) for hour in (1.9, 2, 4.9, 5, 11, 12, 19.9, 20, 47)}
    assert list(at.values()) == [
        None, "desk_line", "processing", "bed_line", "transfer_line", "on_the_road", "on_the_road", "bed", "document",
    ]  # fmt: skip
    assert len(sampled(results())) + len(sampled(results(), 2)) == len(MOVES)


def test_the_figure_has_a_row_a_step_and_their_words():
    found = journey(results(), 2)
    drawn = figure(found)
    assert drawn.data.rows()[2] == {
        "stage": "processing",
        "label": "at a desk",
        "place": "desk",
        "when": "1 May 2025, 03:00",
        "lasts": "2 h",
        "begins_days": pytest.approx(1 / 24),
        "ends_days": pytest.approx(3 / 24),
        "share": pytest.approx(2 / 46),
    }
    picture = theme.svg(drawn.spec())
    for step in found.steps:
        assert step.label in picture
    assert "synthetic" in drawn.says and found.lines()[3] in drawn.alternative
