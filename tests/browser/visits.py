"""A page looked at in a real browser: what it says, asks for and looks like."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Locator, Page

CHROMIUM_ARGUMENTS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
"""Nothing off this machine can be reached, whatever a page tries."""
A4_WIDTH, A4_HEIGHT = 794, 1123
"""A sheet of A4 in CSS pixels."""
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_HERE: Final = ("127.0.0.1", "localhost")


def chromium() -> str:
    """The browser: `DETSIM_CHROMIUM`, or one on the path. Without one the test fails under CI, else is skipped."""
    found = os.environ.get("DETSIM_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found:
        return found
    reason = "no Chromium: install Debian's `chromium`, or name one in DETSIM_CHROMIUM"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass
class Visit:
    """A browser context with one page, and all that it said and asked for from the first moment on."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    """Console errors, uncaught errors, dialogs and crashes."""
    away: list[str] = field(default_factory=list)
    """What was asked for off this machine."""

    def assert_quiet(self) -> None:
        """No complaint, and nothing asked for off this machine."""
        self.page.evaluate("() => new Promise(done => setTimeout(done, 50))")  # what is under way may still speak
        assert not self.complaints + self.away, "\n".join(self.complaints + self.away)

    def assert_accessible(self) -> None:
        """No serious or critical finding of axe-core in the page and its frames."""
        found = self.barriers()
        assert not found, "\n".join(found)

    def barriers(self) -> list[str]:
        """What axe-core finds that is serious or critical."""
        for frame in self.page.frames:
            frame.evaluate(AXE_SCRIPT)
        violations = self.page.evaluate("() => axe.run()")["violations"]
        return [_told(one) for one in violations if one["impact"] in ("serious", "critical")]

    def text(self, selector: str = "body") -> str:
        """What a reader sees of an element, with single spaces."""
        return " ".join(self.page.locator(selector).first.inner_text().split())


def watched(context: BrowserContext) -> Visit:
    """A new page of a context, with everything put down."""
    page = context.new_page()
    visit = Visit(context, page)
    context.on("console", lambda message: _said(visit, message))
    context.on("weberror", lambda error: visit.complaints.append(f"uncaught: {error.error}"))
    context.on("request", lambda request: _asked(visit, request.url))
    page.on("websocket", lambda socket: _asked(visit, socket.url))
    page.on("crash", lambda _: visit.complaints.append("crashed"))
    context.on("dialog", lambda dialog: _dialog(visit, dialog))
    return visit


def is_here(url: str) -> bool:
    """Whether an address is of this machine."""
    parts = urlsplit(url)
    return parts.scheme in ("file", "data", "blob", "about") or parts.hostname in _HERE


def cut(page: Page, selector: str, width: float, height: float = float("inf")) -> list[str]:
    """Elements that do not fit: wider or further out than `width` CSS pixels, or taller than `height`."""
    boxes: list[dict[str, Any]] = page.locator(selector).evaluate_all(
        """all => all.filter(one => one.checkVisibility()).map(one => {
             const {left, right, width, height} = one.getBoundingClientRect();
             return {what: one.outerHTML.slice(0, 80), left, right, width, height};
           })"""
    )
    assert boxes, f"nothing to see of {selector}"
    return [
        f"{box['what']}: {box['left']:.0f} to {box['right']:.0f}, {box['height']:.0f} high"
        for box in boxes
        if box["left"] < -1 or box["right"] > width + 1 or box["height"] > height
    ]


def shoot(visit: Visit, folder: Path, name: str) -> Path:
    """A picture of the whole page."""
    file = folder / f"{name}.png"
    visit.page.screenshot(path=file, full_page=True)
    return file


def _said(visit: Visit, message: ConsoleMessage) -> None:
    if message.type in ("error", "assert"):
        visit.complaints.append(f"console: {message.text}")


def _asked(visit: Visit, url: str) -> None:
    if not is_here(url):
        visit.away.append(url)


def _dialog(visit: Visit, dialog: Dialog) -> None:
    visit.complaints.append(f"dialog: {dialog.message}")
    dialog.dismiss()


def _told(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    seen = "; ".join(f"{node['target']} {node['html'][:160]} {node['failureSummary'][:300]}" for node in nodes[:3])
    return f"{violation['id']} ({violation['impact']}), {len(nodes)} places: {seen}"


def move_everything(page: Page) -> Counter[str]:
    """Moves every control that is seen, by keyboard where it has one; how many of each kind."""
    moved: Counter[str] = Counter()
    for summary in page.locator("summary:visible").all():
        summary.press("Enter")
        summary.press("Enter")  # closed again: a long table open makes each later key slow
        moved["summary"] += 1
    for button in page.locator("button:visible:not([disabled])").all():
        button.press("Enter")
        moved["button"] += 1
    for slider in page.locator("input[type=range]:visible").all():
        _slide(slider)
        moved["range"] += 1
    for choice in page.locator("select:visible").all():
        for option in choice.locator("option").all():
            choice.select_option(option.get_attribute("value") or option.inner_text())
        moved["select"] += 1
    for box in page.locator("input[type=checkbox]:visible").all():
        box.press("Space")
        moved["checkbox"] += 1
    return moved


def _slide(slider: Locator) -> None:
    """To both ends and back by a step. A slider that does not answer to keys is an error."""
    values = []
    for key in ("End", "Home", "ArrowRight"):
        slider.press(key)
        values.append(slider.input_value())
    assert len(set(values)) == 3 or slider.get_attribute("max") == slider.get_attribute("min"), values
