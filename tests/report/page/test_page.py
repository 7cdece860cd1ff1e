"""The page itself: whole, ordered, escaped, with the numbers of the files and nothing to fetch."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from sim.analysis.compare import compare_tables
from sim.analysis.results import read_tables, told_apart
from sim.report.figures import draw_all
from sim.report.options import ReportOptions
from sim.report.page.content import MOST_ROWS, Page
from sim.report.page.write import report
from tests.report.page import worlds
from tests.report.page.reading import Element, headings, read, specs

THREE = ("small", "large", "longer")
ALL = (("small",), THREE, ("bare",), ("nasty",))


def of(*names: str) -> Element:
    return read(worlds.page(*names))


@pytest.mark.parametrize("names", ALL)
def test_it_is_whole_and_in_order(names):
    page = of(*names)
    assert [one.attributes["lang"] for one in page.every("html")] == ["en"]
    levels = headings(page)
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [one.attributes["id"] for one in page.every() if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    targets = [one.attributes["href"] for one in page.every("a")]
    assert all(target.removeprefix("#") in ids for target in targets)
    order = [one.attributes["href"].removeprefix("#") for one in page.one("nav").every("a")]
    wanted = ["inputs", "bought", "numbers", "figures", "watching", "assumptions", "caveats", "sources"]
    assert order == [one for one in [*wanted, "again", "scenario"] if one in ids]
    assert [ids.index(id_) for id_ in ("answer", "quotes", "rests", "appendix")] == sorted(
        ids.index(id_) for id_ in ("answer", "quotes", "rests", "appendix")
    )
    assert ("inputs" in ids) == (len(names) > 1) and ("watching" in ids) == (names[0] in ("small", "nasty"))


@pytest.mark.parametrize("names", ALL)
def test_it_fetches_nothing(names):
    page = of(*names)
    policy = page.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    assert policy.startswith("default-src 'none';") and "http" not in policy
    for one in page.every():
        assert not {"src", "srcset", "action", "data"} & one.attributes.keys() or one.tag == "data"
        assert not one.attributes.get("href", "#").startswith(("http", "//", "javascript"))
        assert not [name for name in one.attributes if name.startswith("on")]
    styles = "".join(text for one in page.every("style") for text in one.inside)
    assert "url(" not in styles and "@import" not in styles


@pytest.mark.parametrize("names", ALL)
def test_charts_have_words_and_data(names):
    page = of(*names)
    charts = specs(page)
    assert charts and all("$schema" in spec for spec in charts.values())
    first = page.one("figure")
    for figure in (one for one in page.every("figure") if "chart" in one.attributes.get("class", "")):
        place = next(one for one in figure.every("div") if one.attributes.get("class") == "drawn")
        assert place.attributes["id"] in charts and len(place.attributes["data-words"]) > 20
        assert figure is first or len(figure.one("p", **{"class": "says"}).text) > 20
        assert len(list(figure.one("tbody").every("tr"))) >= 1
        assert all(one.attributes["scope"] for one in figure.every("th"))


@pytest.mark.parametrize("names", [("small",), THREE, ("bare",)])
def test_numbers_are_those_of_the_summary(names):
    page = of(*names)
    results = {one.name: one for one in told_apart([read_tables(worlds.folder() / name) for name in names])}
    cells = [one for one in page.every("td") if "data-measure" in one.attributes]
    assert len(cells) > 8
    for cell in cells:
        row = results[cell.attributes["data-scenario"]].measures[cell.attributes["data-measure"]]
        assert cell.attributes["data-value"] == ("" if row["mean"] is None else str(row["mean"]))


def test_differences_are_those_of_the_means():
    page = of(*THREE)
    means = {
        (one.attributes["data-scenario"], one.attributes["data-measure"]): float(one.attributes["data-value"])
        for one in page.every("td")
        if one.attributes.get("data-measure") and one.attributes["data-value"]
    }
    for one in page.every("td"):
        if (measure := one.attributes.get("data-difference")) and one.attributes["data-value"]:
            difference = means[one.attributes["data-scenario"], measure] - means["small", measure]
            assert float(one.attributes["data-value"]) == pytest.approx(difference, rel=1e-9, abs=1e-9)
    assert "beds.contracted" in page.one("section", aria_labelledby="inputs").text


def test_a_question_that_all_ask_is_asked_once():
    page = of(*THREE)
    assert len([one for one in page.every("p") if one.attributes.get("class") == "question"]) == 1
    assert page.one("h1").text == "One goal, three budgets: small, large or longer"


def test_results_that_are_not_alike_are_said_to_be():
    page = of(*THREE)
    warnings = [one.text for one in page.every("p") if one.attributes.get("class") == "warning"]
    assert any("start on different days" in text and "longer: 1 February 2025" in text for text in warnings)
    assert any("different length" in text for text in warnings)
    assert str(worlds.folder()) not in page.text, "names, not places on a disk"
    assert "not comparable" in page.one("section", aria_labelledby="numbers").text


def test_what_it_rests_on():
    ranked = of(*THREE).one("section", aria_labelledby="assumptions").text
    assert "Assumed values, ranked: small" in ranked and "Not ranked" in ranked
    assert "detsim sensitivity" in ranked
    plain = of("bare").one("section", aria_labelledby="assumptions").text
    assert "have no ranges" in plain and "Not ranked" not in plain


def test_a_scenario_that_was_not_scored_says_so():
    caveats = of("small").one("section", aria_labelledby="caveats").text
    assert "It has not been tested against the past." in caveats and "3.5 %" not in caveats


def test_the_scenario_is_in_it_word_for_word():
    section = of("small").one("section", aria_labelledby="scenario")
    assert "".join(section.one("code").inside) == (worlds.small() / "scenario.yaml").read_text(encoding="utf-8")


def test_texts_are_shown_as_texts():
    page = of("nasty")
    seen = " ".join(worlds.NASTY.split())
    assert page.one("h1").text == page.one("title").text == seen
    assert page.one("p", **{"class": "question"}).text == seen
    assert page.one("section", aria_labelledby="sources").text.count(seen) >= 4
    assert page.one("section", aria_labelledby="again").text.count(seen) >= 3
    assert [one.tag for one in page.every("img")] == []
    scripts = [text for one in page.every("script") for text in one.inside]
    assert not any(text.strip().startswith("alert") for text in scripts)
    others = of("small")
    assert len(list(page.every("script"))) - len(specs(page)) == len(list(others.every("script"))) - len(specs(others))


def test_why_nothing_is_quoted_is_said():
    results = tuple(told_apart([read_tables(worlds.small())] * 2))
    assert "do not differ" in Page(results, [], [], compare_tables(results)).unquoted
    assert "no number" in Page(results[:1], [], [], None).unquoted


def test_intervals_over_drawn_values_are_said_to_be():
    page = read(worlds.page("drawn"))
    assert "simulation noise only" not in page.text and "chance only" not in page.text.lower()
    assert "simulation noise and the ranges of values" in page.text and "(chance and drawn values: " in page.text
    assert "--ranges --reps 3" in page.one("section", aria_labelledby="again").text


def test_same_results_same_page(tmp_path):
    again = tmp_path / worlds.page("bare").name
    report(ReportOptions((worlds.bare(),), again))
    assert again.read_bytes() == worlds.page("bare").read_bytes()


def test_what_a_chart_says_of_each_result_is_a_paragraph():
    result = read_tables(worlds.small())
    page = Page((replace(result, name="a"), replace(result, name="b.c")), [], [], None)
    assert page.paragraphs("a: one. b.c: two. Three: four.") == ["a: one.", "b.c: two. Three: four."]


def test_long_tables_are_cut_and_say_so():
    result = read_tables(worlds.small())
    figure = replace(next(draw_all([result])), data=result["daily_by_area"].take([0] * (MOST_ROWS + 7)))
    section = read(Page((result,), [figure], [], None).html("")).one("figure", id=f"figure-{figure.key}")
    assert len(list(section.one("tbody").every("tr"))) == MOST_ROWS and "The first 400 rows of 407" in section.text
    head = [one.text for one in section.every("th")]
    assert head[0] == "scenario" and "held (people)" in head
