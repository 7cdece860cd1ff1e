"""From a slider to the redrawn nation: the whole path in a browser, and what of it each step takes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from benchmarks.clock import ROOT
from sim.classroom.controls import Settings, defaults
from sim.classroom.nation import charts, words
from sim.classroom.nation.sliders import CONTROLS, resolve
from sim.classroom.nation.year import year
from sim.experiment.engines import play_of
from sim.measures import Measured, measure
from sim.measures.custody import Custody
from sim.measures.laws import check
from sim.people.draw import draw
from sim.scenario.world.tables import build_tables
from sim.theory.national_stock import stock

FIRST_SECONDS = 180
"""Until the lesson has its first answer: on a new machine the engine is compiled before."""
_GOAL = "{:,} arrests a day are asked for"
_SEEN = "goal => document.body.innerText.includes(goal)"


def nation_slider(browser: str, moves: int) -> Iterator[str]:
    """Press a key on the slider of the arrest goal, wait until the page shows the year with the new goal.

    Each move is followed by its steps in this process, so that a slow spell hits both.
    """
    at = defaults(CONTROLS)
    before, whole, parts = year(at), [], []
    with _served() as address, _lesson(address, browser) as page:
        for i in range(moves + 1):
            whole.append(_move(page, 1100 + 100 * i))
            parts.append(_steps({**at, "goal": 1100 + 100 * i}, before))
    whole, parts = whole[1:], parts[1:]  # the first warms up
    yield (
        f"slider to redrawn nation, a year, one replication: median {statistics.median(whole):.2f} s, "
        f"slowest {max(whole):.2f} s of {moves} moves, one after another, none asked before"
    )
    median = {step: statistics.median(one[step] for one in parts) for step in parts[0]}
    drawing = median.pop("draw")
    yield "  of which " + ", ".join(f"{step} {seconds:.2f}" for step, seconds in median.items())
    rest = statistics.median(took - sum(one.values()) + one["draw"] for took, one in zip(whole, parts, strict=True))
    yield f"  and the way from the key to the server and back to the screen {rest:.2f}"
    yield f"  people are drawn anew only where officers or money move: then {drawing:.2f} more"


# --- the whole path -------------------------------------------------------------------------------
@contextmanager
def _served() -> Iterator[str]:
    """The address of the lessons, served by a process of their own."""
    command = [sys.executable, "-m", "sim", "classroom", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield next(word for line in server.stdout for word in line.split() if word.startswith("http"))
        finally:
            server.terminate()


@contextmanager
def _lesson(address: str, browser: str) -> Iterator[Page]:
    """The lesson with its first answer, its first slider in focus."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser, args=["--headless", "--no-sandbox"])
        page = opened.new_page()
        page.goto(f"{address.rstrip('/')}/five/?skip=yes")
        page.wait_for_function(_SEEN, arg=_GOAL.format(1000), timeout=1000 * FIRST_SECONDS)
        page.get_by_role("slider").first.focus()
        yield page
        opened.close()


def _move(page: Page, goal: int) -> float:
    """Seconds from a key press to the new year on the screen."""
    start = time.perf_counter()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(_SEEN, arg=_GOAL.format(goal), timeout=120_000)
    return time.perf_counter() - start


# --- its parts ------------------------------------------------------------------------------------
def _steps(settings: Settings, before: Measured) -> dict[str, float]:
    seconds: dict[str, float] = {}
    with _elapsed(seconds, "read"):
        scenario = resolve(settings).scenario
        tables = build_tables(scenario)
    with _elapsed(seconds, "theory"):
        expected = stock(scenario, tables).held
    with _elapsed(seconds, "draw"):
        people = draw(scenario, tables, scenario.seed, 1)
    with _elapsed(seconds, "play"):
        records = play_of("compiled")(tables, people, None)
    with _elapsed(seconds, "laws"):
        custody = Custody(tables, people, records)
        check(custody)
    with _elapsed(seconds, "measure"):
        measured = measure(custody)
    with _elapsed(seconds, "tables"):
        words.numbers(measured), words.story(measured)
    with _elapsed(seconds, "charts"):
        charts.arrests(measured, before), charts.held(measured, before, expected), charts.areas(measured)
    return seconds


@contextmanager
def _elapsed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - start
