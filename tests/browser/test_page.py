"""The lessons as one web page: opened from a file, played, and held against the engine they come from."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from sim.compiled import engine
from sim.compiled.kernels import Compiled
from sim.log import Records
from sim.page import make
from sim.page.lessons import BY_KEY, LESSONS, Lesson
from sim.people.draw import Stream
from sim.scenario.loading import load
from sim.scenario.world.tables import Tables, build_tables
from sim.theory.queueing import erlang_c_wait
from sim.vocabulary import EXITED, REQUESTED, Exit
from tests.browser.conftest import Open
from tests.browser.firefox import Firefox, firefox
from tests.browser.visits import Visit, cut
from tests.fuzz.__main__ import fuzz
from tests.fuzz.addresses import Addresses

GUIDE = Path(__file__).parents[2] / "docs" / "teaching.md"


@pytest.fixture(scope="session")
def lessons_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of this checkout."""
    path = tmp_path_factory.mktemp("page") / "lessons.html"
    path.write_text(make.page(), encoding="utf-8")
    return path


def opened(open_page: Open, path: Path, settings: str, **more: Any) -> Visit:
    """The page at an address, when its first result is there."""
    visit = open_page(f"{path.as_uri()}#{settings}&skip=yes", **more)
    visit.page.locator("#numbers .value").first.wait_for()
    return visit


def numbers(visit: Visit) -> dict[str, str]:
    """What a student sees, by label and unit."""
    cards = visit.page.locator("#numbers > div").evaluate_all(
        "all => all.map(one => ['dt', '.unit', '.value'].map(part => one.querySelector(part).textContent))"
    )
    return {f"{label} ({unit})": value for label, unit, value in cards}


SET_TO = """query => new Promise(done => {
  const {state} = lessonPage, asked = state.asked;
  if (location.hash === "#" + query) { done(); return; }
  location.hash = query;
  const answered = () => state.asked > asked && state.result && state.answered === state.asked;
  const look = () => answered() ? done() : setTimeout(look, 5);
  look();
})"""
READ = """() => {
  const [run] = lessonPage.state.result.runs, {log} = run;
  const kept = log ? {t: [...log.t], row: [...log.row], stage: [...log.stage], area: [...log.area]} : {};
  return {...kept, events: run.events, held: run.held.map(each => [...each]), cents: run.totals.cents,
          exits: [...run.totals.by_exit]};
}"""


def set_to(page: Page | Firefox, settings: dict[str, str]) -> None:
    """Go to other settings in the same page, and wait for the answer."""
    page.evaluate(SET_TO, urlencode({**settings, "skip": "yes"}))


# --- the same numbers ---------------------------------------------------------------------------------
def native_of(lesson: Lesson, at: dict[str, Any], seed: int) -> tuple[Records, Tables]:
    """The first run of some positions, as `detsim run --set … --seed …` plays it."""
    sets = tuple(f"{path}={value}" for path, value in lesson.scenario_sets(at).items())
    scenario = load(lesson.world, sets).scenario
    tables = build_tables(scenario)
    return engine.play(tables, Stream(scenario, tables, seed, 1, Compiled())), tables


def assert_equal(page: Page | Firefox, lesson: Lesson, at: dict[str, Any], seed: int = 1) -> None:
    """The page's log, stocks and money are those of the native engine, to the last number."""
    set_to(page, {"lesson": lesson.key, **{key: str(value) for key, value in at.items()}, "seed": str(seed)})
    found = page.evaluate(READ)
    native, _ = native_of(lesson, at, seed)
    for column in ("t", "row", "stage", "area") if "t" in found else ():
        assert np.array_equal(found[column], getattr(native.log, column)), f"{lesson.key} {at} {seed}: {column}"
    assert np.array_equal(np.transpose(found["held"]), native.counts.in_bed), f"{lesson.key} {at} {seed}: held"
    assert found["events"] == native.counts.events
    assert found["cents"] == int(native.ledger_cents.sum())
    exits = native.log.stage[(native.log.stage >= EXITED) & (native.log.stage < REQUESTED)]
    assert found["exits"][: len(Exit)] == np.bincount(exits - EXITED, minlength=len(Exit)).tolist()


def some_positions(lesson: Lesson, seed: int) -> dict[str, Any]:
    """A position of each lever."""
    chance = random.Random(seed)
    return {control.key: chance.choice(control.values) for control in lesson.controls}


SMALL = LESSONS[:-1]


@pytest.mark.parametrize("lesson", SMALL, ids=lambda lesson: lesson.key)
def test_runs_are_those_of_the_engine(open_page: Open, lessons_page: Path, lesson: Lesson) -> None:
    visit = opened(open_page, lessons_page, f"lesson={lesson.key}")
    assert_equal(visit.page, lesson, {control.key: control.value for control in lesson.controls})
    assert_equal(visit.page, lesson, some_positions(lesson, 0), seed=123_456_789)
    visit.assert_quiet()


@pytest.mark.slow
def test_the_nation_is_that_of_the_engine(open_page: Open, lessons_page: Path) -> None:
    visit = opened(open_page, lessons_page, "lesson=five")
    assert_equal(visit.page, BY_KEY["five"], {control.key: control.value for control in BY_KEY["five"].controls})
    for end in (0, -1):  # the least and the most people held
        assert_equal(
            visit.page, BY_KEY["five"], {control.key: control.values[end] for control in BY_KEY["five"].controls}
        )
    for seed in range(3):
        assert_equal(visit.page, BY_KEY["five"], some_positions(BY_KEY["five"], seed), seed + 2)
    assert visit.page.evaluate("lessonPage.state.bytes") <= 300e6
    visit.assert_quiet()


@pytest.mark.slow
def test_four_hundred_settings_in_chromium(open_page: Open, lessons_page: Path) -> None:
    visit = opened(open_page, lessons_page, "lesson=one")
    assert_four_hundred(visit.page)
    visit.assert_quiet()


@pytest.mark.slow
def test_four_hundred_settings_in_firefox(lessons_page: Path) -> None:
    with firefox() as page:
        page.goto(f"{lessons_page.as_uri()}#lesson=one&skip=yes")
        assert_four_hundred(page)


def assert_four_hundred(page: Page | Firefox) -> None:
    """Random settings with random seeds, a hundred of each lesson that keeps its log."""
    for seed in range(100):
        for lesson in SMALL:
            assert_equal(page, lesson, some_positions(lesson, seed), 1 + seed**4)


# --- the guide ----------------------------------------------------------------------------------------
def quoted() -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """Rows of the guide's tables: the lesson, its settings, and the cells by head."""
    for found in re.finditer(r"<!-- numbers: (\w+) -->\n((?:\|.*\n)+)", GUIDE.read_text(encoding="utf-8")):
        head, _, *rows = [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in found[2].splitlines()]
        for row in rows:
            settings = dict(parse_qsl(row[0].strip("`|? ")))
            yield found[1], settings, dict(zip(head[1:], row[1:], strict=True))


def wrong_numbers(visit: Visit, of_nation: bool) -> list[Any]:
    """Cells of the guide that the page does not show."""
    wrong = []
    for lesson, settings, cells in quoted():
        if (lesson == "five") == of_nation:
            set_to(visit.page, {"lesson": lesson, **settings})
            found = numbers(visit)
            wrong += [
                (lesson, settings, head, found.get(head)) for head, cell in cells.items() if found.get(head) != cell
            ]
    return wrong


def test_numbers_of_the_guide(open_page: Open, lessons_page: Path) -> None:
    assert wrong_numbers(opened(open_page, lessons_page, "lesson=one"), of_nation=False) == []


@pytest.mark.slow
def test_numbers_of_the_guide_for_the_nation(open_page: Open, lessons_page: Path) -> None:
    assert wrong_numbers(opened(open_page, lessons_page, "lesson=five"), of_nation=True) == []


def test_theory_answers_before_the_nation_is_played(open_page: Open, lessons_page: Path) -> None:
    """Little's law with the stay of the run before: 2,000 more arrests a day hold 2,000 stays more."""
    visit = opened(open_page, lessons_page, "lesson=five")
    said = []
    for goal in (1000, 3000):
        visit.page.locator("#c-goal").evaluate(
            "(lever, at) => { lever.value = at; lever.dispatchEvent(new Event('input', {bubbles: true})); }",
            BY_KEY["five"].control("goal").values.index(goal),
        )
        text = visit.page.locator("#theory").inner_text()
        assert text.startswith(f"Theory, before the run. If officers made {goal:,} arrests a day")
        said.append([float(number.replace(",", "")) for number in re.findall(r"\d[\d,.]*\d", text)])
    (*_, stay, few, held), (*_, many, held_by_many) = said
    assert many - few == pytest.approx(2000, abs=1) and held_by_many - held == pytest.approx(2000 * stay, rel=0.01)
    visit.assert_quiet()


def test_theory_beside_a_line_is_erlangs(open_page: Open, lessons_page: Path) -> None:
    visit = opened(open_page, lessons_page, "lesson=two")
    for beds, arrests, stay in ((105, 2, 45), (95, 2, 45), (75, 2, 36)):
        set_to(visit.page, {"lesson": "two", "beds": str(beds), "arrests": str(arrests), "stay": str(stay)})
        said = re.search(r"the mean wait is ([\d,.]+) hours", visit.page.locator("#theory").inner_text())
        expected = 24 * erlang_c_wait(beds, arrests, stay)
        assert said and float(said[1].replace(",", "")) == pytest.approx(expected, rel=0.01)
    set_to(visit.page, {"lesson": "two", "beds": "90", "arrests": "2", "stay": "45"})
    assert "there is no long run" in visit.page.locator("#theory").inner_text()
    visit.assert_quiet()


# --- the page itself ----------------------------------------------------------------------------------
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1024, 768), (390, 844)])
def test_controls_and_picture_are_seen_together(open_page: Open, lessons_page: Path, width: int, height: int) -> None:
    visit = opened(open_page, lessons_page, "lesson=one", width=width, height=height)
    for lesson in SMALL:
        set_to(visit.page, {"lesson": lesson.key})
        for selector in ("#canvas", ".lever input, .lever select"):
            box = visit.page.locator(selector).first.bounding_box()
            assert box and box["y"] >= 0 and box["y"] + box["height"] <= height and box["x"] + box["width"] <= width
        assert not visit.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert cut(visit.page, "#picture > *, #controls > *, nav", width) == []
    visit.assert_quiet()


@pytest.mark.parametrize("dark", [False, True])
def test_no_barriers(open_page: Open, lessons_page: Path, dark: bool) -> None:
    visit = open_page(f"{lessons_page.as_uri()}#lesson=three", dark=dark)
    visit.page.locator("#guess").wait_for()
    visit.assert_accessible()
    visit.page.get_by_role("button", name="Go on without a prediction").click()
    visit.page.locator("#numbers .value").first.wait_for()
    visit.assert_accessible()
    visit.assert_quiet()


def test_a_prediction_takes_a_number_with_its_unit(open_page: Open, lessons_page: Path) -> None:
    visit = open_page(f"{lessons_page.as_uri()}#lesson=two")
    page = visit.page
    for wrong, said in (
        ("many", "Type a number"),
        ("2,5 days", "Type a number"),
        ("3 people", "hours or days"),
        ("99999", "at most 2,400 hours"),
    ):
        page.locator("#guess").fill(wrong)
        page.get_by_role("button", name="Write it down").click()
        expect(page.locator("#wrong")).to_contain_text(said)
    page.locator("#guess").fill("2 days")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("#answer")).to_have_text("You predicted 48 hours; the runs show 37.9.")
    visit.assert_quiet()


def test_an_address_carries_settings_and_nothing_else(open_page: Open, lessons_page: Path) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    query = urlencode({"lesson": "two", "beds": "105", "stay": hostile, hostile: "1", "desks": "9"})
    visit = opened(open_page, lessons_page, query)
    assert numbers(visit)["Wait for a bed, mean (hours)"] == "0"
    assert "settings this lesson does not know" in visit.text("#controls")
    assert visit.page.locator("img").count() == 0
    assert "--set beds.contracted=105" in visit.text("#command") and "onerror" not in visit.text("#command")
    visit.assert_quiet()


def test_another_lesson_while_the_last_is_played(open_page: Open, lessons_page: Path) -> None:
    """Its prediction is asked first, so that there is no result to draw a day of."""
    visit = opened(open_page, lessons_page, "lesson=three")
    visit.page.evaluate("lessonPage.state.skipped = {}; lessonPage.state.playing = true; location.hash = 'lesson=five'")
    visit.page.evaluate("location.hash = 'lesson=three'")
    visit.page.wait_for_timeout(300)
    assert visit.page.evaluate("lessonPage.state.result") is None
    visit.page.locator("#day").evaluate("day => day.dispatchEvent(new Event('input'))")
    visit.assert_quiet()


@pytest.mark.slow
@pytest.mark.parametrize("beds", [50, 200])
def test_the_nation_has_room_for_the_most_that_its_levers_bring(open_page: Open, lessons_page: Path, beds: int) -> None:
    most = "lesson=five&goal=3500&officers=300&money=100&judges=400&documents=50&seats=300"
    visit = opened(open_page, lessons_page, f"{most}&beds={beds}")
    assert visit.page.evaluate("lessonPage.state.result") is not None
    visit.assert_quiet()


def test_the_skip_link_leads_to_the_controls_of_the_same_lesson(open_page: Open, lessons_page: Path) -> None:
    visit = opened(open_page, lessons_page, "lesson=two&beds=105")
    visit.page.locator(".skip").press("Enter")
    expect(visit.page.locator("#controls")).to_be_focused()
    assert "lesson=two&beds=105" in visit.page.url and visit.page.title().startswith("2: ")
    visit.assert_quiet()


def test_axes_stand_still_and_the_run_before_stays_as_a_ghost(open_page: Open, lessons_page: Path) -> None:
    visit = opened(open_page, lessons_page, "lesson=three")
    top = visit.page.evaluate("lessonPage.charts[0].top")
    visit.page.get_by_label("Rungs in use, up to").select_option("release")
    expect(visit.page.locator("#numbers .value").first).to_have_text("7")
    assert visit.page.evaluate("lessonPage.charts[0].top") == top >= 365
    expect(visit.page.locator("#numbers .was").first).to_have_text("before: 365")
    assert "grey: the run before" in visit.text("#charts")
    visit.page.get_by_role("button", name="Reset").click()
    expect(visit.page.locator("#numbers .was").first).to_have_text("")
    visit.assert_quiet()


def test_teachers_view_hides_answers_until_the_run_was_played(open_page: Open, lessons_page: Path) -> None:
    visit = opened(open_page, lessons_page, "lesson=two")
    page, value = visit.page, visit.page.locator("#numbers .value").first
    page.get_by_role("button", name="Teacher’s view").click()
    expect(value).to_be_hidden()
    page.locator("#day").press("End")
    expect(value).to_be_visible()
    visit.assert_quiet()


def test_reduced_motion_moves_nothing_by_itself(open_page: Open, lessons_page: Path) -> None:
    visit = opened(open_page, lessons_page, "lesson=two", still=True)
    day = visit.page.evaluate("lessonPage.clock")
    visit.page.evaluate("new Promise(done => setTimeout(done, 200))")
    assert visit.page.evaluate("lessonPage.clock") == day == 120
    visit.page.locator("#day").press("Home")
    expect(visit.page.locator("#date")).to_have_text("1 Jan 2025")
    visit.assert_quiet()


def test_a_class_is_drawn_and_a_result_copied(open_page: Open, lessons_page: Path) -> None:
    visit = opened(open_page, lessons_page, "lesson=two")
    page = visit.page
    page.get_by_text("The class’s predictions").click()
    page.locator("#class-numbers").fill("0\n1 day\n12\n40\nno idea")
    page.get_by_role("button", name="Draw them").click()
    expect(page.locator("#class-drawn")).to_contain_text("4 predictions")
    expect(page.locator("#class-drawn")).to_contain_text("1 lines are no prediction")
    page.get_by_role("button", name="Copy this result").click()
    expect(page.locator("#told")).to_have_text("Copied: two rows for a spreadsheet.")
    head, row, _ = page.evaluate("lessonPage.state.copied").split("\n")
    assert len(head.split("\t")) == len(row.split("\t")) == 10 and row.startswith("2\t90\t2\t45\t2\t1\t37.9")
    visit.assert_quiet()


def test_addresses_changed_at_random_are_shown_or_refused_in_a_notice(open_page: Open, lessons_page: Path) -> None:
    found, counts, _ = fuzz(Addresses(open_page(lessons_page.as_uri())), 25, 1, 60)
    assert not found
    assert counts["refused"] > 0 < counts["accepted"]


@pytest.mark.parametrize("word", ["skip=no", "seed=0", "run=99", "lesson=x", "__proto__=1", "%E9=%"])
def test_a_word_of_the_address_that_means_nothing_is_told(open_page: Open, lessons_page: Path, word: str) -> None:
    visit = open_page(f"{lessons_page.as_uri()}#{word}")
    expect(visit.page.locator(".notice")).to_have_count(1)
    visit.assert_quiet()
