"""The answer in sentences: which are said, and that their numbers are those of the files."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sim import formats
from sim.analysis.compare import compare
from sim.analysis.results import ResultTables, read_tables
from sim.files.table import Table
from sim.report.page import summary
from sim.vocabulary import MEASURES
from tests.report.page import worlds


@cache
def small() -> ResultTables:
    return read_tables(worlds.small())


def text(parts) -> str:
    return "".join(part.text for part in parts).strip()


def said(result: ResultTables) -> str:
    return " ".join(text(paragraph) for paragraph in summary.paragraphs(result))


def with_means(**means: float | str) -> ResultTables:
    """The small world with other means in summary.csv."""
    summary = small()["summary"]
    cells = summary["mean"].copy()
    for measure, mean in means.items():
        cells[summary["measure"] == measure] = str(mean)
    changed = Table(summary.name, dict(summary.columns) | {"mean": cells}, summary.units)
    return replace(small(), tables=dict(small().tables) | {"summary": changed})


def test_every_number_is_one_of_the_files():
    parts = [part for paragraph in summary.paragraphs(small()) for part in paragraph if part.measure]
    assert len(parts) > 10
    for part in parts:
        column, at_end, _ = part.measure.partition("@end")
        if at_end:
            assert part.exact == formats.exact(summary.at_end(small(), column))
        else:
            assert part.exact == str(small().measures[part.measure]["mean"])


def test_intervals_are_those_of_the_summary():
    row = small().measures["arrests_interior"]
    assert f"{formats.readable(row['mean'])} ({formats.interval(row['ci_low'], row['ci_high'])}) were made" in said(
        small()
    )


def test_goal_and_what_held_it_back():
    missed = said(with_means(goal_missed_from="2025-01-03", binding_stage="beds"))
    assert "missed from 3 January 2025 to the end" in missed and "the wait for a bed" in missed
    met = said(with_means(goal_missed_from="", binding_stage=""))
    assert "missed" not in met and "At the end the goal was met." in met


def test_a_goal_of_removals_is_named():
    sentence = said(with_means(removals_goal=1000.0, removal_shortfall=582.0, binding_stage="seats"))
    assert "The goal was 1,000 removals; " in sentence
    assert "The goal of removals was missed" in sentence and "The goal was missed" not in sentence


def test_no_sentence_without_its_number():
    bare = said(read_tables(worlds.bare()))
    assert "goal" not in bare and "hold rooms" not in bare and "wait for a bed" not in bare
    assert "people were arrested" in bare


def test_what_did_not_happen_is_said_only_where_it_could():
    none = said(with_means(hold_room_stays_over_limit=0.0))
    assert "None of" in none and "longer than the limit" in none
    assert "None of" not in said(read_tables(worlds.bare()))


def test_one_replication_has_no_intervals():
    bare = read_tables(worlds.bare())
    assert " to " not in text(summary.paragraphs(bare)[0])


def test_exhausted_money_is_a_date():
    assert "used up on 4 January 2025" in said(with_means(funds_exhausted_day=3.0))


def test_the_end_is_the_mean_of_last_days():
    daily = small()["daily"]
    last = [int(daily["held"][i]) for i in np.flatnonzero(daily["date"] == daily["date"].max())]
    assert len(last) == 3 and summary.at_end(small(), "held") == pytest.approx(sum(last) / 3)


@pytest.mark.parametrize("group", summary._PARAGRAPHS)
def test_sayings_speak_of_measures_there_are(group):
    for saying in group:
        named = {*saying.positive, *saying.without}
        named |= {
            name for _, field, _, _ in summary.Formatter().parse(saying.text) if field for name in field.split("/")
        }
        assert {name for name in named if not name.endswith("@end")} <= set(MEASURES)


def test_differences_are_those_of_the_comparison():
    comparison = compare([worlds.small(), worlds.large()])
    name = comparison.changed[0].scenario
    phrases = {text(parts).split(":")[0]: text(parts) for parts in summary.against(comparison, name)}
    row = next(row for row in comparison.rows if row.measure == "held_end")
    assert formats.readable(row.difference.mean) in phrases["People held in beds at the end"]
    assert formats.readable(row.difference.baseline_mean) in phrases["People held in beds at the end"]
    assert all(
        "more (" in phrase or "fewer (" in phrase or "none" in phrase or "no difference" in phrase or "less (" in phrase
        for phrase in phrases.values()
    )


def test_the_lead_says_what_holds_beyond_chance():
    comparison = compare([worlds.small(), worlds.large()])
    large = replace(read_tables(worlds.large()), name=comparison.changed[0].scenario)
    few = text(summary.lead(comparison, large))
    nothing = "no difference in these numbers is shown beyond chance."
    assert few.startswith(f"Compared with {comparison.baseline}, {nothing}")
    assert "that officers could not make that many arrests" in few
    surer = replace(comparison, rows=tuple(replace(row, p_holm=0.001) for row in comparison.rows))
    assert text(summary.lead(surer, large)).startswith(
        f"Compared with {comparison.baseline}, 24.7 more people were in beds at the end, 9 more people were removed, "
        "33.7 fewer people were released for lack of a bed, and what was used cost $46,900 more "
        "(what new capacity costs is not in it). The goal was missed "
    )


def test_sums_over_windows_of_other_length_are_left_out():
    comparison = compare([worlds.small(), worlds.longer()])
    phrases = [text(parts) for parts in summary.against(comparison, comparison.changed[0].scenario)]
    assert phrases and not any(phrase.startswith(("Removals", "Interior arrests", "Cost")) for phrase in phrases)


@pytest.mark.parametrize(
    ("difference", "unit", "words_of"),
    [
        (-5, "USD", "$5 less"),
        (5, "USD", "$5 more"),
        (-5, "h", "5 less"),
        (-5, "d", "5 less"),
        (-5, "people", "5 fewer"),
        (5, "people", "5 more"),
    ],
)
def test_a_difference_is_said_in_its_direction(difference, unit, words_of):
    assert summary._way(difference, unit) == words_of
