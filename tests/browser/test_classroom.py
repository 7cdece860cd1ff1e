"""The classroom as a student has it: every lesson opened, every control moved, numbers checked against the engine."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import sim
from sim.classroom import course, facility, ladder, longstay, variation
from sim.classroom.controls import Settings, from_link, scenario_sets
from sim.classroom.nation import sliders as nation
from sim.formats import aligned
from tests.browser.conftest import Open
from tests.browser.visits import Visit, cut

KEYS = tuple(lesson.key for lesson in course.lessons())
SMALL = tuple(key for key in KEYS if key != "five")
PATIENCE_MS = {"five": 120_000}
"""The lesson of the nation plays two years at first, and the engine may have to be compiled before."""
SOON_MS = 30_000


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    """Where the lessons are served, by the command that a teacher gives."""
    command = [sys.executable, "-m", "sim", "classroom", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout
        line = server.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert found, line
        yield found[0]
        server.terminate()


Start = Callable[..., Visit]


@pytest.fixture
def start(open_page: Open, address: str) -> Start:
    """Opens a lesson with its playground, once the first answer is there."""

    def started(key: str, query: str = "", **looks: Any) -> Visit:
        visit = open_page(f"{address}{key}/?skip=yes{query}", **looks)
        visit.page.set_default_timeout(PATIENCE_MS.get(key, SOON_MS))
        visit.page.wait_for_selector(".link a")
        return visit

    return started


def told(page: Page) -> dict[str, str]:
    """The settings of the answer that is shown: those of the link below it."""
    href = page.locator(".link a").first.get_attribute("href") or ""
    return {key: value for key, value in parse_qsl(urlsplit(href).query) if key != "skip"}


def answer_to(page: Page, key: str, value: str) -> None:
    """Wait for the answer to a setting."""
    page.wait_for_selector(f'.link a[href*="{key}={value}"]')


def card(page: Page, label: str) -> str:
    """The number on a card."""
    return page.locator(".cards > div", has_text=label).locator("b").first.inner_text().split()[0]


# --- looks ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_the_list_of_lessons(open_page: Open, address: str, width: int, dark: bool) -> None:
    visit = open_page(address, width=width, dark=dark)
    for lesson in course.lessons():
        assert visit.page.get_by_role("link", name=lesson.title).get_attribute("href") == f"{lesson.key}/"
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.assert_accessible()
    visit.assert_quiet()


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("width", "dark"), [(1280, True), (390, False), (1280, False)])
def test_a_lesson_opens_quiet_whole_and_accessible(
    start: Start, tmp_path: Path, key: str, width: int, dark: bool
) -> None:
    looks_right(start(key, width=width, dark=dark), tmp_path / f"{key}.png", width, dark)


def looks_right(visit: Visit, picture: Path, width: int, dark: bool) -> None:
    """No picture is cut, dark is dark, and axe finds no barrier."""
    visit.page.screenshot(path=picture)
    assert cut(visit.page, "svg.picture", width) == []
    assert visit.page.locator("body.dark, .dark body").count() == dark
    visit.assert_accessible()
    visit.assert_quiet()


# --- controls -------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", SMALL)
def test_every_control_moves_the_answer_and_reset_brings_it_back(start: Start, tmp_path: Path, key: str) -> None:
    visit = start(key, width=390, dark=True)
    page = visit.page
    looks_right(visit, tmp_path / "phone.png", 390, True)
    first, shown = told(page), page.locator(".cards").inner_text()
    move_all(page)
    moved = told(page)
    assert [name for name in first if moved[name] == first[name]] == []
    assert page.locator(".cards").inner_text() != shown
    numbers_are_those_of_a_run(page, key)
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("([text]) => document.querySelector('.cards').innerText === text", arg=[shown])
    assert told(page) == first
    assert page.locator(".earlier tbody tr").count() >= 2
    page.get_by_role("button", name="Forget earlier runs").click()
    expect(page.locator(".earlier tbody tr")).to_have_count(1)
    visit.assert_quiet()


def move_all(page: Page) -> None:
    """One step of every slider, another choice of every list, every question opened; each setting is answered."""
    for slider in page.locator("marimo-ui-element:not(.controls *)").get_by_role("slider").all():
        slider.press("ArrowRight")  # the steps of a journey
    for choice in page.locator("marimo-ui-element:not(.controls *) marimo-dropdown select").all():
        choice.select_option(index=1)  # whose journey
    for slider in page.locator(".controls").get_by_role("slider").all():
        _move(page, slider.press)
    for choice in page.locator(".controls marimo-dropdown select").all():
        _move(page, lambda _, choice=choice: choice.select_option(index=1))
    for summary in page.locator("summary:visible").all():
        summary.press("Enter")


def _move(page: Page, press: Callable[[str], Any]) -> None:
    """One step up, or down at the upper end; until the answer is another."""
    before = page.locator(".link a").first.get_attribute("href")
    for key in ("ArrowRight", "ArrowLeft"):
        press(key)
        try:
            page.wait_for_function(
                "before => document.querySelector('.link a').getAttribute('href') !== before", arg=before, timeout=8000
            )
        except Exception:
            continue
        return
    raise AssertionError(f"nothing answers: {before}")


@pytest.mark.parametrize("key", ["two", *(pytest.param(key, marks=pytest.mark.slow) for key in KEYS if key != "two")])
def test_the_playground_opens_with_a_prediction(open_page: Open, address: str, key: str) -> None:
    asked = {"four": "?beds=900", "five": "?goal=3000"}.get(key, "")
    page = (visit := open_page(f"{address}{key}/{asked}")).page
    page.set_default_timeout(PATIENCE_MS.get(key, SOON_MS))
    page.locator(".locked").first.wait_for()
    assert page.locator(".controls").count() == page.locator(".cards").count() == 0
    write = page.get_by_role("button", name="Write it down")
    page.locator("marimo-form input").first.fill("12")
    page.locator("marimo-form textarea").fill("<img src=x onerror=alert(1)>")
    page.locator("marimo-form textarea").blur()
    write.click()
    said = page.locator(".guess")
    said.wait_for()
    assert "12" in said.inner_text() and "<img src=x onerror=alert(1)>" in said.inner_text()
    visit.assert_quiet()


# --- links ----------------------------------------------------------------------------------------
def test_a_link_restores_what_was_set(start: Start) -> None:
    page = start("two").page
    page.get_by_role("slider").nth(1).press("ArrowRight")
    answer_to(page, "beds", "91")
    link = page.locator(".link a").first.get_attribute("href") or ""
    seen = page.locator(".cards").inner_text()
    page.wait_for_url(re.compile("beds=91"))
    again = start("two", "&" + urlsplit(link).query).page
    assert (told(again), again.locator(".cards").inner_text()) == (told(page), seen)
    assert again.get_by_role("slider").nth(1).get_attribute("aria-valuenow") == "91"


def test_back_leads_to_the_page_before_whatever_was_moved(start: Start) -> None:
    page = start("two").page
    page.get_by_role("slider").nth(1).press("ArrowRight")
    page.wait_for_url(re.compile("beds=91"))
    page.go_back()
    assert "/two/" not in page.url


def test_a_link_of_nonsense_is_told_of_and_harmless(start: Start) -> None:
    visit = start("two", "&beds=%3Cscript%3Ealert(1)%3C/script%3E&stay=1e9&arrests=nan&nothing=1")
    notes = visit.page.locator(".note").all_inner_texts()
    assert len(notes) == 3 and not any("script" in note for note in notes)
    assert told(visit.page) == {"arrests": "2", "beds": "90", "stay": "45", "desks": "2"}
    visit.assert_quiet()


# --- numbers --------------------------------------------------------------------------------------
def _controls(key: str) -> Any:
    """The controls of a lesson, as its notebook has them."""
    spec = importlib.util.spec_from_file_location(f"lesson_{key}", course.lesson_of(key).file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app.run()[1]["controls"]


def _run(world: str, key: str, settings: Settings, reps: int, more: dict[str, str]) -> sim.Run:
    return sim.run(world, set=scenario_sets(_controls(key), settings) | more, reps=reps)


def _one(settings: Settings) -> tuple[str, float]:
    held = round(float(settings["arrests"]) * variation.STAY_DAYS)
    run = _run(variation.WORLD, "one", settings, variation.RUNS, {"people.day0.held": str(held)})
    return "Held, mean", run.mean("held_mean")


def _two(settings: Settings) -> tuple[str, float]:
    return "Wait for a bed, mean", _run(facility.WORLD, "two", settings, facility.RUNS, {}).mean("bed_wait_hours_mean")


def _three(settings: Settings) -> tuple[str, float]:
    run = _run(ladder.WORLD, "three", settings, ladder.RUNS, {})
    ends = run.daily["hold_room"][run.daily["date"] == run.daily["date"].max()]
    return "In the hold rooms at the end", float(np.mean(ends))


def _four(settings: Settings) -> tuple[str, float]:
    return "Removed in the year", _run(longstay.WORLD, "four", settings, longstay.RUNS, {}).mean("removals")


WORKED_OUT = {"one": _one, "two": _two, "three": _three, "four": _four}
"""A label and the number beside it, worked out from a run with the same settings."""


def numbers_are_those_of_a_run(page: Page, key: str) -> None:
    """The number on a card is the one that anybody gets who runs the scenario with these settings."""
    settings, notes = from_link(_controls(key), told(page))
    label, number = WORKED_OUT[key](settings)
    assert (card(page, label), notes) == (aligned(number), [])


def test_the_nation_is_played_anew_and_numbers_are_those_of_a_run(start: Start, tmp_path: Path) -> None:
    visit = start("five")
    page = visit.page
    looks_right(visit, tmp_path / "five.png", 1280, False)
    page.get_by_role("slider").first.press("ArrowRight")
    answer_to(page, "goal", "1100")
    assert "The goal is 1,100 arrests a day" in page.locator("body").inner_text()
    settings, _ = from_link(nation.CONTROLS, told(page))
    run = sim.run(nation.SCENARIO, set=list(nation.sets_of(settings)), reps=1)
    assert card(page, "Held at the end") == f"{run.mean('held_end'):,.0f}"
    assert card(page, "Removed") == f"{run.mean('removals'):,.0f}"
    assert card(page, "Released for lack of a bed") == f"{run.mean('releases_no_bed'):,.0f}"
    assert page.locator(".earlier tbody tr").count() == 2
    visit.assert_quiet()


@pytest.mark.slow
def test_every_control_of_the_nation(start: Start) -> None:
    visit = start("five")
    for slider in visit.page.get_by_role("slider").all():
        before = visit.page.locator(".link a").first.get_attribute("href")
        slider.press("ArrowRight")
        visit.page.wait_for_function(
            "before => document.querySelector('.link a').getAttribute('href') !== before", arg=before
        )
    assert len(told(visit.page)) == len(nation.CONTROLS)
    visit.page.get_by_role("button", name="Reset").click()
    answer_to(visit.page, "goal", "1000")
    visit.assert_quiet()
