"""The report in short: five sentences whose every number follows from the CSV files, and what is fit to quote."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import fmean

import pytest

from sim.analysis.compare import compare_tables
from sim.analysis.comparison import Row, under
from sim.analysis.results import ResultTables, read_tables
from sim.files.table import Table
from sim.report.page import story
from sim.report.sentences import labelled, labels
from tests.report.page import worlds
from tests.report.page.reading import read

FUNDED = ("july-2025-act", "extra-25")


def nation(level: str) -> Path:
    """Four weeks of the nation in autumn 2025 with the money of a level."""
    sets = ("start=2025-08-20", "days=28", f"funding.level={level}", f"title=3,000 a day with {level}")
    return worlds.played(level, "goal-3000", *sets, replications=3, compiled=True)


@cache
def money() -> tuple[ResultTables, ...]:
    """The nation with the base level of funding, and with two above it."""
    return tuple(labelled([read_tables(nation(level)) for level in ("fy2024", *FUNDED)]))


@cache
def small(*names: str) -> list[ResultTables]:
    made = {"small": worlds.small, "large": worlds.large, "longer": worlds.longer, "bare": worlds.bare}
    return labelled([read_tables(made[name]()) for name in names])


def text(sentence: story.Sentence) -> str:
    return "".join(part.text for part in sentence)


def texts(results) -> list[str]:
    return [text(sentence) for sentence in story.lead(results)]


def from_csv(folder: Path, name: str) -> float:
    """A measure, or a column at some time, read from the files by a reader who knows nothing of the report."""
    column, at, when = name.partition("@")
    if not at:
        with (folder / "summary.csv").open(encoding="utf-8") as file:
            return next(float(row["mean"]) for row in csv.DictReader(file) if row["measure"] == name)
    by_replication: dict[str, list[str]] = {}
    with (folder / "daily.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_replication.setdefault(row["replication"], []).append(row[column])
    cut = {"start": slice(0, 1), "end": slice(-1, None), "last28": slice(-28, None)}[when]
    return fmean(float(cell) for cells in by_replication.values() for cell in cells[cut] if cell)


@pytest.mark.parametrize(
    "results", [lambda: money(), lambda: money()[:2], lambda: money()[1:2], lambda: small("small")]
)
def test_every_number_of_the_lead_follows_from_the_files(results):
    shown = results()
    folders = {one.name: one.path for one in shown}
    parts = [part for sentence in story.lead(shown) for part in sentence if part.measure]
    assert len(parts) >= 5
    for part in parts:
        if not part.measure.startswith("bought:"):
            exact = from_csv(folders[part.scenario], part.measure)
            assert float(part.exact) == pytest.approx(exact)
            assert part.text in (story.about(exact), story.about(exact, "USD"))


@pytest.mark.parametrize("names", [("small",), ("small", "large"), ("small", "large", "longer"), ("bare",)])
def test_at_most_five_sentences_and_150_words_stand_before_the_chart(names):
    assert len(story.lead(small(*names))) <= story.SENTENCES
    html = read(worlds.page(*names))
    before = html.one("header").text + " " + html.one("section", aria_labelledby="answer").text
    figure = html.one("section", aria_labelledby="answer").one("figure").text
    assert 20 < len(before.removesuffix(figure).split()) <= 150


def test_money_is_said_with_what_it_bought_and_when():
    before, funded = money()[:2]
    first = texts([before, funded])[0]
    beds = story.about(next(one.units for one in story.bought(funded) if one.thing == "beds"))
    assert first == (
        f"In the simulation, the money bought {beds} beds "
        "(after 45 days), no officers yet (they take 6 months) and no judges yet (they take 2 years)."
    )
    assert story.bought(before) == [] and {one.thing: one.lag for one in story.bought(funded)}["judges"] == 742
    cost = next(one for one in texts([before, funded]) if one.startswith("In 28 days, operations cost"))
    assert "funding, new capacity included, was $" in cost and ", against $" in cost


def test_three_results_are_told_in_one_order():
    """Names stand in the first sentence whose numbers differ; the next says that the order is the same, once."""
    names, last, order = (story.Part(word, role=word) for word in ("name", "last", "order"))
    number = story.Part("1")
    found = story._named_once([(number,), *[(number, names, last, order)] * 3])
    assert [text(sentence) for sentence in found] == ["1", "1name", "1lastorder", "1last"]
    assert any("under “" in one for one in texts(money()))


def test_no_goal_stands_beside_that_of_another_scenario():
    before, funded = money()[:2]
    daily = funded["daily"]
    halved = Table("daily", dict(daily.columns) | {"arrest_goal": daily["arrest_goal"] / 2}, daily.units)
    other = replace(funded, tables=dict(funded.tables) | {"daily": halved})
    said = next(one for one in texts([before, other]) if "own goal" in one)
    assert " of 3,000 " in said and " of 1,500 " in said


def test_a_goal_that_is_met_is_said_to_be():
    result = small("small")[0]
    cells = result["summary"]["mean"].copy()
    cells[result["summary"]["measure"] == "goal_missed_from"] = ""
    met = Table("summary", dict(result["summary"].columns) | {"mean": cells}, result["summary"].units)
    assert "At the end the goal was met." in texts([replace(result, tables=dict(result.tables) | {"summary": met})])


def sure(row: Row) -> Row:
    """The row with an interval that leaves out 0."""
    d = row.difference
    low, high = sorted((0.5 * d.difference, 1.5 * d.difference))
    return replace(row, difference=replace(d, p=1e-6, low=low, high=high))


def test_a_difference_whose_interval_includes_0_is_not_quoted():
    results = list(money()[:2])
    found = replace(compare_tables(results), warning="")
    around = (replace(row, difference=replace(row.difference, p=1e-6, low=-1.0, high=1e12)) for row in found.rows)
    assert story.quotes(results, replace(found, rows=tuple(around))) == []


def test_what_is_quoted_has_its_caveat_and_holds_beyond_chance():
    results = list(money()[:2])
    comparison = compare_tables(results)
    surer = replace(comparison, rows=tuple(map(sure, comparison.rows)))
    found = story.quotes(results, surer)
    assert 1 <= len(found) <= story.MOST_QUOTES
    assert all("chance only: " in one and results[1].title in one and results[0].title in one for one in found)
    dollars = [one for one in found if "operations cost" in one]
    assert all("; funding, new capacity included, is $" in one for one in dollars) and dollars
    ranged = replace(surer, rows=tuple(replace(row, assumed=(-300.0, 20.0)) for row in surer.rows))
    both = [one.partition("; ranges of the assumed values: ")[2] for one in story.quotes(results, ranged)]
    assert all(one.startswith(("300 fewer to 20 more)", "$300 less to $20 more)")) for one in both)
    chance = replace(
        comparison, rows=tuple(replace(row, difference=replace(row.difference, p=0.5)) for row in comparison.rows)
    )
    assert story.quotes(results, chance) == []
    assert story.quotes(small("small", "large", "longer"), compare_tables(small("small", "large", "longer"))) == []


def test_one_result_is_quoted_with_its_intervals():
    found = story.quotes([money()[1]], None)
    assert 3 <= len(found) <= 5 and all("(chance only: " in one for one in found)
    assert story.quotes(small("bare"), None) == []
    assert "One replication says" in read(worlds.page("bare")).one("section", aria_labelledby="quotes").text


def test_what_is_told_apart_are_the_titles():
    assert labels(["3,000 a day, same money", "3,000 a day with the act"]) == ["same money", "with the act"]
    assert labels(["Few beds", "Few beds more"]) == ["Few beds", "Few beds more"]
    assert labels(["A", "B"]) == ["A", "B"] and labels(["Only one title"]) == ["Only one title"]
    assert (
        under("with the act") == "with the act"
        and under("same money") == "with the same money"
        and under("few") == "under “few”"
    )
    three = ["1,000 arrests a day with few beds", "3,000 arrests a day, same money", "3,000 arrests a day with the act"]
    assert labels(three) == ["1,000 with few beds", "3,000, same money", "3,000 with the act"]
    assert [one.name for one in small("small", "large")] == ["small", "large"]


def test_numbers_of_the_lead_are_round():
    assert [story.about(one) for one in (110_057, 1_078.5, 62.4, 7.0, 0.123, 0.0)] == [
        "110,000", "1,100", "62", "7", "0.12", "0"
    ]  # fmt: skip
    assert [story.about(one, "USD") for one in (7.74e9, 21.49e9, 6.98e9, 18_327.0)] == [
        "$7.7 billion", "$21 billion", "$7 billion", "$18,000"
    ]  # fmt: skip
