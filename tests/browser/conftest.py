"""One browser for all tests of this folder, a context of its own for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visits import CHROMIUM_ARGUMENTS, Visit, chromium, watched

Open = Callable[..., Visit]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Of the package, not the session: as long as it runs, no other test can use asyncio."""
    executable = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens an address: `open_page(url, width=390, dark=True)`, put down from its first request on."""
    contexts = []

    def opened(url: str, *, width: int = 1280, height: int = 900, dark: bool = False, still: bool = False) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
        )
        context.set_default_timeout(300_000)
        contexts.append(context)
        visit = watched(context)
        visit.page.goto(url)
        return visit

    yield opened
    for context in contexts:
        context.close()
