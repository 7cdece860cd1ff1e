"""Lesson five as a student has it: opened, every control moved, numbers checked against the engine."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page

import sim
from sim.classroom import course
from sim.classroom.controls import from_link
from sim.classroom.nation import sliders as nation
from tests.browser.conftest import Open
from tests.browser.visits import Visit, cut

KEYS = tuple(lesson.key for lesson in course.lessons())
PATIENCE_MS = {"five": 1_200_000}
"""The lesson of the nation plays two years at first, and the engine may have to be compiled before."""
SOON_MS = 300_000


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    """Where the lessons are served, by the command that a teacher gives."""
    command = [sys.executable, "-m", "sim", "classroom", "--nation", "--no-browser", "--port", "0"]
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


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
def test_the_playground_opens_with_a_prediction(open_page: Open, address: str, key: str) -> None:
    page = (visit := open_page(f"{address}{key}/?goal=3000")).page
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
