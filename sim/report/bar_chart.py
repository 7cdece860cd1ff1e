"""Values side by side: a bar or a point each, with its interval and its text above it, in groups with a heading.

The text stands above its bar, so that long words fit a narrow page. Laid out in pixels from the bottom.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any, Final

import altair as alt

from sim.files.table import Table
from sim.formats import short
from sim.report.figure import Figure, Section
from sim.report.theme import BLUE, GREY, SMALL, TEXT, chart_of, colour, finished

Rows = list[dict[str, Any]]

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
class Bar:
    """A value under a heading, with its interval, None without one, and the text above it.

    `start` is where its bar begins; None: at the zero of the axis.
    """

    heading: str
    text: str
    value: float
    low: float | None = None
    high: float | None = None
    scenario: str = ""
    colour: str = BLUE
    start: float | None = None

    @property
    def ends(self) -> Sequence[float]:
        """Every value that the axis has to hold."""
        return [value for value in (self.value, self.low, self.high, self.start) if value is not None]


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


def of_scenarios(bars: Iterable[Bar], scenarios: Sequence[str], named: bool) -> list[Bar]:
    """Return bars in the colours of their scenarios; `named`: with the scenario before the text."""
    return [
        replace(
            bar,
            text=f"{short(bar.scenario, NAMED)}: {bar.text}" if named else bar.text,
            colour=colour(scenarios.index(bar.scenario)),
        )
        for bar in bars
    ]


def bars_chart(bars: Sequence[Bar], axis: Axis) -> alt.LayerChart:
    """The bars below each other, those of a heading together. Raises ValueError where there are none."""
    groups: dict[str, list[Bar]] = {}
    for bar in bars:
        groups.setdefault(bar.heading, []).append(bar)
    height = sum(_head(heading) + len(of) * (_TEXT + _BAR) + _AFTER for heading, of in groups.items())
    ends = _ends(bars, axis)
    shown = alt.Axis(title=axis.title, format=axis.format, tickCount=5, grid=True)
    x = alt.X("value:Q", axis=shown, scale=alt.Scale(domain=list(ends), nice=False, clamp=True))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height], nice=False, zero=False))
    rows, texts, headings = _placed(groups, height, axis.zero)
    layers = [*_marks(rows, x, y, axis), *_texts(texts, SMALL, "normal", y), *_texts(headings, TEXT, "bold", y)]
    return finished([*layers, *_beyond(rows, ends, y)], height)


def bar_figure(
    key: str,
    title: str,
    says: str,
    shows: str,
    bars: Sequence[Bar],
    axis: Axis,
    data: Table,
    covers: str = "",
    section: Section = Section.OTHER,
    files: str = "summary.csv",
) -> Figure:
    """A figure of bars; to somebody who cannot see it, what it `shows`, and each heading with the texts of its bars."""
    texts: dict[str, list[str]] = {}
    for bar in bars:
        texts.setdefault(bar.heading, []).append(bar.text)
    told = "; ".join(f"{heading} ({'; '.join(of)})" if heading else "; ".join(of) for heading, of in texts.items())
    chart = bars_chart(bars, axis)
    return Figure(key, title, says, f"{shows} {told}.", chart, data, covers=covers, section=section, files=files)


def heading_lines(heading: str) -> list[str]:
    """A heading in lines that fit on a narrow page."""
    return wrap(heading, _WIDEST)


def _head(heading: str) -> int:
    """Pixels of a heading."""
    return _HEAD + _LINE * (len(heading_lines(heading)) - 1) if heading else 0


def _ends(bars: Sequence[Bar], axis: Axis) -> tuple[float, float]:
    """Where the axis begins and ends: given, or to hold every value and interval and `zero`."""
    known = [axis.zero, *(value for bar in bars for value in bar.ends)]
    low = min(known) if axis.low is None else axis.low
    high = max(known) if axis.high is None else axis.high
    room = 0.03 * (high - low) or 1.0
    return (low - room if low < axis.zero and axis.low is None else low), (high + room if axis.high is None else high)


def _placed(groups: Mapping[str, Sequence[Bar]], height: int, zero: float) -> tuple[Rows, Rows, Rows]:
    """The bars, their texts and the headings, each at its pixels from the bottom."""
    at, rows, texts, headings = float(height), Rows(), Rows(), Rows()
    for heading, bars in groups.items():
        if heading:
            headings.append({"y": at - _HEAD / 2, "text": "\n".join(heading_lines(heading))})
            at -= _head(heading)
        for bar in bars:
            texts.append({"y": at - _TEXT / 2, "text": bar.text})
            place = {"y": at - _TEXT - _BAR / 2, "value": bar.value, "low": bar.low, "high": bar.high}
            start = zero if bar.start is None else bar.start
            rows.append(place | {"colour": bar.colour, "hover": bar.text, "start": start})
            at -= _TEXT + _BAR
        at -= _AFTER
    return rows, texts, headings


def _marks(rows: Rows, x: alt.X, y: alt.Y, axis: Axis) -> Iterator[alt.Chart]:
    chart = chart_of(rows).encode(y=y, color=alt.Color("colour:N", scale=None), tooltip="hover:N")
    zero = [{"value": axis.zero, "y": row["y"] - _BAR / 2 - 1, "y2": row["y"] + _BAR / 2 + 1} for row in rows]
    line = chart_of(zero).mark_rule(color=GREY, strokeWidth=2)
    if axis.bars:
        yield chart.mark_bar(opacity=0.4, height=_BAR - 2).encode(x=x, x2="start:Q")
    else:
        yield chart.mark_rule(opacity=0.6, strokeWidth=1).encode(x=x, x2=alt.X2(datum=axis.zero))
    yield line.encode(x=x, y=y, y2="y2:Q")
    if any(row["low"] is not None for row in rows):
        yield chart.transform_filter("datum.low !== null").mark_rule(strokeWidth=2.5).encode(x="low:Q", x2="high:Q")
    if axis.bars:
        yield chart.mark_tick(thickness=3, height=_BAR - 2).encode(x=x)
    else:
        yield chart.mark_point(size=70, filled=True, opacity=1).encode(x=x)


def _beyond(rows: Rows, ends: tuple[float, float], y: alt.Y) -> Iterator[alt.Chart]:
    """Arrows at the edges for values that lie beyond them."""
    for shape, place, out in (
        ("triangle-right", "width + 9", [row for row in rows if row["value"] > ends[1]]),
        ("triangle-left", "-9", [row for row in rows if row["value"] < ends[0]]),
    ):
        if out:
            chart = chart_of(out).mark_point(shape=shape, filled=True, size=110, opacity=1)
            yield chart.encode(x=alt.value(alt.ExprRef(place)), y=y, color=alt.Color("colour:N", scale=None))


def _texts(rows: Rows, size: int, weight: str, y: alt.Y) -> Iterator[alt.Chart]:
    if rows:
        style: dict[str, Any] = {"fontSize": size, "fontWeight": weight, "limit": alt.ExprRef("width + 16")}
        style |= {"lineBreak": "\n", "lineHeight": _LINE}
        text = chart_of(rows).mark_text(align="left", baseline="middle", **style)
        yield text.encode(x=alt.value(0), y=y, text="text:N")
