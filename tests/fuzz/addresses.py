"""Addresses of the page of lessons, opened one after another in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import sync_playwright

from sim.errors import InputError
from sim.page import make
from sim.page.lessons import LESSONS
from tests.browser.visits import CHROMIUM_ARGUMENTS, Visit, chromium, watched
from tests.fuzz.judge import Difference
from tests.fuzz.mutate import Mutator

SHOWN = """fragment => new Promise(done => {
  const {state, readAddress} = lessonPage, shown = () => {
    if (readAddress().skip && (!state.result || state.answered !== state.asked)) { setTimeout(shown, 1); return; }
    const choices = state.lesson.controls.every(each => each.values.includes(state.at[each.key]));
    const numbers = [state.seed, state.shown].every(each => Number.isInteger(each) && each >= 1);
    done({good: choices && numbers, heading: document.title, notice: document.querySelector(".notice")?.textContent});
  };
  const before = location.hash;
  state.skipped = {};
  location.hash = fragment;
  if (location.hash === before) shown(); else addEventListener("hashchange", shown, {once: true});
})"""
"""Goes to a fragment; then, once runs that were asked for are shown, what the page shows."""

SKIPPED = 0.01
"""Share of addresses that ask for runs at once, each of which takes up to seconds."""


class Addresses:
    """Fragments that name a lesson, settings, a seed, a run, and whether to skip the prediction."""

    WORDS: ClassVar = (
        "lesson",
        "seed",
        "run",
        "skip",
        "yes",
        "1",
        "2",
        "99",
        "&",
        "=",
        "%",
        "%00",
        "%e9",
        "+",
        "#",
        "?",
    )

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        controls: list[tuple[str, list[tuple[str, list[Any]]]]] = visit.page.evaluate(
            "keys => keys.map(key => { location.hash = `lesson=${key}`; const {lesson} = lessonPage.readAddress();"
            " return [key, lesson.controls.map(each => [each.key, each.values.map(String)])]; })",
            [lesson.key for lesson in LESSONS],
        )
        self.controls = dict(controls)

    def make(self, mutator: Mutator) -> bytes:
        """An address that the page itself may write, mostly changed."""
        chance = mutator.random
        lesson = chance.choice(list(self.controls))
        moved = [f"{key}={chance.choice(values)}" for key, values in self.controls[lesson] if chance.random() < 0.5]
        more = [
            word for word, share in (("seed=7", 0.1), ("run=2", 0.1), ("skip=yes", SKIPPED)) if chance.random() < share
        ]
        parts = [f"lesson={lesson}", *moved, *more]
        text = "&".join(parts)
        match chance.randrange(4):
            case 0:
                return text.encode()
            case 1:
                at = chance.randint(0, len(text))
                text = text[:at] + chance.choice(self.WORDS) + text[at + chance.choice((0, 1, 3)) :]
            case 2:
                chance.shuffle(parts)
                text = "&".join([*parts, chance.choice(parts).partition("=")[0] + "=" + chance.choice(self.WORDS)])
            case _:
                text = mutator.text(text)
        return text.encode("utf-8", "replace")

    def attempt(self, data: bytes) -> None:
        """Go there: settings that the page does not know are refused in a notice, the others shown."""
        shown = self.visit.page.evaluate(SHOWN, data.decode("utf-8", "replace"))
        if self.visit.complaints:
            complaints = "; ".join(self.visit.complaints)
            self.visit.complaints.clear()
            raise Difference(complaints)
        if not (shown["good"] and shown["heading"]):
            raise Difference(f"not a state of the page: {shown}")
        if shown["notice"]:
            raise InputError(shown["notice"])


@contextmanager
def addresses(folder: Path) -> Iterator[Addresses]:
    """The page, in a browser of its own."""
    file = folder / "lessons.html"
    file.write_text(make.page(), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(CHROMIUM_ARGUMENTS))
        visit = watched(browser.new_context())
        visit.page.goto(file.as_uri())
        yield Addresses(visit)
        browser.close()
