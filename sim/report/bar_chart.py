"""Values side by side: a bar or a point each, with its interval and its text above it, in groups with a heading.

The text stands above its bar, so that long words fit a narrow page. Laid out in pixels from the bottom.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Final

import altair as alt

from sim.formats import short
from sim.report.theme import BLUE, GREY, SMALL, TEXT, chart_of, colour, finished

NAMED: Final = 26
"""Characters of a scenario's name before what is written above a bar."""
_HEAD: Final = 26
_TEXT: Final = 19
_BAR: Final = 14
_AFTER: Final = 10
"""Pixels of a heading, of the text of an entry, of its bar, and of the space after a group."""
_LINE: Final = 18
_WIDEST: Final = 44
"""Pixels from a line of a heading to the next, and characters of a line: as many as a phone shows."""


@dataclass(frozen=True)
class Entry:
    """A value with its interval, None without one, and what is written above it; its bar may start elsewhere than 0."""

    text: str
    value: float
    low: float | None = None
    high: float | None = None
    colour: str = BLUE
    start: float | None = None


@dataclass(frozen=True)
class Bar:
    """A value of a scenario under a heading, with its interval and its text."""

    heading: str
    scenario: str
    text: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Group:
    """Entries under a heading."""

    heading: str
    entries: Sequence[Entry]

    @property
    def lines(self) -> list[str]:
        """The heading in lines that fit on a narrow page."""
        return wrap(self.heading, _WIDEST)

    @property
    def head(self) -> int:
        """Pixels of the heading."""
        return _HEAD + _LINE * (len(self.lines) - 1) if self.heading else 0


@dataclass(frozen=True)
class Axis:
    """The axis below: what is measured, from where to where (beyond it, an arrow), how numbers are written.

    Values are drawn as bars from `zero`, or as points, and a line stands at `zero`.
    """

    title: str
    bars: bool = True
    zero: float = 0.0
    low: float | None = None
    high: float | None = None
    format: str = ",.2~f"


@dataclass(frozen=True)
class _Row:
    y: float
    entry: Entry

    def cells(self, zero: float = 0.0) -> dict[str, Any]:
        one = self.entry
        cells = {"y": self.y, "value": one.value, "low": one.low, "high": one.high, "colour": one.colour}
        return cells | {"hover": one.text, "start": zero if one.start is None else one.start}


def grouped(bars: Iterable[Bar], scenarios: Sequence[str], named: bool) -> list[Group]:
    """Return bars under their headings, coloured by the place of their scenario; `named`: with its name."""
    groups: dict[str, list[Entry]] = {}
    for bar in bars:
        text = f"{short(bar.scenario, NAMED)}: {bar.text}" if named else bar.text
        entry = Entry(text, bar.value, bar.low, bar.high, colour(scenarios.index(bar.scenario)))
        groups.setdefault(bar.heading, []).append(entry)
    return [Group(heading, entries) for heading, entries in groups.items()]


def bars_chart(groups: Sequence[Group], axis: Axis) -> alt.LayerChart:
    """The groups below each other. Raises ValueError where they have no entry."""
    height = sum(_tall(group) for group in groups)
    ends = _ends(groups, axis)
    shown = alt.Axis(title=axis.title, format=axis.format, tickCount=5, grid=True)
    x = alt.X("value:Q", axis=shown, scale=alt.Scale(domain=list(ends), nice=False, clamp=True))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height], nice=False, zero=False))
    rows, texts, headings = _placed(groups, height)
    layers = [*_marks(rows, x, y, axis), *_texts(texts, SMALL, "normal", y), *_texts(headings, TEXT, "bold", y)]
    return finished([*layers, *_beyond(rows, ends, y)], height)


def _tall(group: Group) -> int:
    return group.head + len(group.entries) * (_TEXT + _BAR) + _AFTER


def _ends(groups: Sequence[Group], axis: Axis) -> tuple[float, float]:
    """Where the axis begins and ends: given, or to hold every value and interval and `zero`."""
    entries = [entry for group in groups for entry in group.entries]
    known = [
        axis.zero,
        *(value for one in entries for value in (one.value, one.low, one.high, one.start) if value is not None),
    ]
    low = min(known) if axis.low is None else axis.low
    high = max(known) if axis.high is None else axis.high
    room = 0.03 * (high - low) or 1.0
    return (low - room if low < axis.zero and axis.low is None else low), (high + room if axis.high is None else high)


def _placed(groups: Sequence[Group], height: int) -> tuple[list[_Row], list[dict[str, Any]], list[dict[str, Any]]]:
    """The entries, their texts and the headings, each at its pixels from the bottom."""
    at, rows, texts, headings = float(height), list[_Row](), list[dict[str, Any]](), list[dict[str, Any]]()
    for group in groups:
        if group.heading:
            headings.append({"y": at - _HEAD / 2, "text": "\n".join(group.lines)})
            at -= group.head
        for entry in group.entries:
            texts.append({"y": at - _TEXT / 2, "text": entry.text})
            rows.append(_Row(at - _TEXT - _BAR / 2, entry))
            at -= _TEXT + _BAR
        at -= _AFTER
    return rows, texts, headings


def _marks(rows: Sequence[_Row], x: alt.X, y: alt.Y, axis: Axis) -> Iterator[alt.Chart]:
    chart = chart_of([row.cells(axis.zero) for row in rows])
    chart = chart.encode(y=y, color=alt.Color("colour:N", scale=None), tooltip="hover:N")
    zero = [{"value": axis.zero, "y": row.y - _BAR / 2 - 1, "y2": row.y + _BAR / 2 + 1} for row in rows]
    line = chart_of(zero).mark_rule(color=GREY, strokeWidth=2)
    if axis.bars:
        yield chart.mark_bar(opacity=0.4, height=_BAR - 2).encode(x=x, x2="start:Q")
    else:
        yield chart.mark_rule(opacity=0.6, strokeWidth=1).encode(x=x, x2=alt.X2(datum=axis.zero))
    yield line.encode(x=x, y=y, y2="y2:Q")
    if any(row.entry.low is not None for row in rows):
        yield chart.transform_filter("datum.low !== null").mark_rule(strokeWidth=2.5).encode(x="low:Q", x2="high:Q")
    if axis.bars:
        yield chart.mark_tick(thickness=3, height=_BAR - 2).encode(x=x)
    else:
        yield chart.mark_point(size=70, filled=True, opacity=1).encode(x=x)


def _beyond(rows: Sequence[_Row], ends: tuple[float, float], y: alt.Y) -> Iterator[alt.Chart]:
    """Arrows at the edges for values that lie beyond them."""
    for shape, place, out in (
        ("triangle-right", "width + 9", [row for row in rows if row.entry.value > ends[1]]),
        ("triangle-left", "-9", [row for row in rows if row.entry.value < ends[0]]),
    ):
        if out:
            chart = chart_of([row.cells() for row in out]).mark_point(shape=shape, filled=True, size=110, opacity=1)
            yield chart.encode(x=alt.value(alt.ExprRef(place)), y=y, color=alt.Color("colour:N", scale=None))


def _texts(rows: Sequence[dict[str, Any]], size: int, weight: str, y: alt.Y) -> Iterator[alt.Chart]:
    if rows:
        style: dict[str, Any] = {"fontSize": size, "fontWeight": weight, "limit": alt.ExprRef("width + 16")}
        style |= {"lineBreak": "\n", "lineHeight": _LINE}
        text = chart_of(rows).mark_text(align="left", baseline="middle", **style)
        yield text.encode(x=alt.value(0), y=y, text="text:N")
