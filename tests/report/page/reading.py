"""The page as a reader's program sees it: its elements, their text, its tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

VOID = ("meta", "link", "br", "input", "img", "hr")


class Element:
    """An element with its attributes and what is inside: texts and elements in order."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes, self.inside = tag, attributes, []

    def every(self, tag: str = "", **wanted: str) -> Iterator[Element]:
        """Elements below, of a tag and with these attributes (`data_measure` for `data-measure`)."""
        for one in self.inside:
            if isinstance(one, Element):
                named = {name.replace("_", "-"): value for name, value in wanted.items()}
                if (not tag or one.tag == tag) and named.items() <= one.attributes.items():
                    yield one
                yield from one.every(tag, **wanted)

    def one(self, tag: str = "", **wanted: str) -> Element:
        """The first of them."""
        return next(self.every(tag, **wanted))

    @property
    def text(self) -> str:
        """All text below, scripts and styles left out, space as a browser shows it."""
        return " ".join(" ".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for one in self.inside:
            if isinstance(one, str):
                yield one
            elif one.tag not in ("script", "style"):
                yield from one._texts()


class Reader(HTMLParser):
    """Builds the elements; complains of tags that do not close in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, (tag, [one.tag for one in self.open])
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(html: str | Path) -> Element:
    """The page."""
    reader = Reader()
    reader.feed(html.read_text(encoding="utf-8") if isinstance(html, Path) else html)
    assert [one.tag for one in reader.open] == [""]
    return reader.open[0]


def specs(page: Element) -> dict[str, Any]:
    """The specifications of the charts, by the place each is drawn in."""
    found = (one for one in page.every("script", type="application/json") if "data-chart" in one.attributes)
    return {one.attributes["data-chart"]: json.loads("".join(one.inside)) for one in found}


def headings(page: Element) -> list[int]:
    """Levels of the headings in order."""
    return [int(one.tag[1]) for one in page.every() if len(one.tag) == 2 and one.tag[0] == "h" and one.tag[1].isdigit()]
