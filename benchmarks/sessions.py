"""Many browser sessions at once on lesson two: each moves a slider at the same moment, each to another value."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.clock import ROOT

OPENING_AT_ONCE = 4
"""Pages that load at the same time: a class does not press enter in the same second, a slider may be moved so."""
SETTLING_SECONDS = 5
FIRST_BEDS = 80
STAY = 45
"""Days of a stay at first; each session asks for one more, of beds of its own, so that no answer is there yet."""
_SEEN = """([where, told]) => new Promise(answered => {
    const look = () => {
        if (![...document.querySelectorAll(where)].some(seen => seen.textContent.includes(told))) return
        watching.disconnect()
        answered(true)
    }
    const watching = new MutationObserver(look)
    watching.observe(document.body, {childList: true, characterData: true, subtree: true})
    look()
})"""
"""Looked for when the page changes, not at each frame: thirty pages that look all the time would measure themselves."""
_SHOWN = "[...document.querySelectorAll('.cards b')].map(card => card.innerText)"


@dataclass(frozen=True)
class Seen:
    """What one session saw: its beds, seconds from the key to the numbers and to the whole page, the numbers."""

    beds: int
    seconds: float
    whole: float
    numbers: tuple[str, ...]
    failure: str = ""


async def together(address: str, browser: str, sessions: int, first_beds: int = FIRST_BEDS) -> list[Seen]:
    """Open so many sessions, each a browser context of its own, then have all press a key at once.

    Each has a number of beds of its own, from `first_beds` up, and no answer to what it asks is there yet.
    """
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=browser, args=["--headless", "--no-sandbox"])
        door = asyncio.Semaphore(OPENING_AT_ONCE)
        beds = range(first_beds, first_beds + sessions)
        pages = await asyncio.gather(*(_opened(opened, door, address, number) for number in beds))
        await asyncio.sleep(SETTLING_SECONDS)
        seen = await asyncio.gather(*(_moved(page, number) for page, number in zip(pages, beds, strict=True)))
        await opened.close()
    return list(seen)


async def _opened(browser: Browser, door: asyncio.Semaphore, address: str, beds: int) -> Page:
    """A session whose first answer is there, with the slider of the stay in focus."""
    async with door:
        page = await (await browser.new_context()).new_page()
        await page.goto(f"{address.rstrip('/')}/two/?skip=yes&beds={beds}&stay={STAY}")
        await _told(page, STAY, 120)
        await page.get_by_role("slider").nth(2).focus()
        return page


async def _moved(page: Page, beds: int) -> Seen:
    start = time.perf_counter()
    try:
        await page.keyboard.press("ArrowRight")
        numbers, whole = await _told(page, STAY + 1, 60)
        shown = tuple(await page.evaluate(_SHOWN))
        return Seen(beds, numbers - start, whole - start, shown)
    except Exception as error:
        return Seen(beds, *[time.perf_counter() - start] * 2, (), type(error).__name__)


async def _told(page: Page, stay: int, seconds: float) -> tuple[float, float]:
    """When the page had the numbers of a stay of so many days, and when its picture and table too."""
    async with asyncio.timeout(seconds):
        await page.evaluate(_SEEN, [".paragraph", f"× {stay} days ="])
        numbers = time.perf_counter()
        await page.evaluate(_SEEN, [".earlier tbody tr:first-child", f"{stay} days"])
        return numbers, time.perf_counter()


def sessions(browser: str, count: int) -> Iterator[str]:
    """Median and slowest answer, failures, and what the server needs for a session."""
    with served() as (address, process):
        asyncio.run(together(address, browser, 1, FIRST_BEDS - 1))  # what the first of all waits for is loaded now
        before = _resident_mb(process)
        seen = asyncio.run(together(address, browser, count))
        grown = _resident_mb(process) - before
    failed = [one for one in seen if one.failure]
    yield (
        f"{count} sessions on lesson two, a key each at the same moment, no answer there yet: {len(failed)} failed; "
        f"{grown / count:.1f} MB of the server a session"
    )
    yield f"  numbers: {_spread([one.seconds for one in seen])}"
    yield f"  the whole page, with picture and table: {_spread([one.whole for one in seen])}"


def _spread(seconds: list[float]) -> str:
    return f"median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s"


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Address and process of the lessons, served by the command that a teacher gives."""
    command = [sys.executable, "-m", "sim", "classroom", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield next(word for word in server.stdout.readline().split() if word.startswith("http")), server.pid
        finally:
            server.terminate()


def _resident_mb(process: int) -> float:
    """Memory of a process that is not swapped out, where the system tells (Linux), else 0."""
    file = Path(f"/proc/{process}/status")
    told = file.read_text().splitlines() if file.is_file() else []
    return next((int(line.split()[1]) / 1024 for line in told if line.startswith("VmRSS")), 0.0)
