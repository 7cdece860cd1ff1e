"""Values side by side: a bar or a point each, with its interval and its text above it, in groups with a heading.

The text stands above its bar, so that long words fit a narrow page. Laid out in pixels from the top.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any, Final

import altair as alt

from sim.files.table import Table
from sim.formats import short
from sim.report.figure import Figure, Section
from sim.report.theme import BLUE, GREY, PIXELS, SMALL, TEXT, chart_of, colour, finished

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
    """The bars below each other, those of a heading together."""
    at, rows, texts = 0, Rows(), Rows()
    for heading, of in _groups(bars).items():
        if heading:
            lines = wrap(heading, _WIDEST)
            texts.append({"y": at + _HEAD / 2, "text": "\n".join(lines), "weight": "bold", "size": TEXT})
            at += _HEAD + _LINE * (len(lines) - 1)
        for bar in of:
            texts.append({"y": at + _TEXT / 2, "text": bar.text, "weight": "normal", "size": SMALL})
            rows.append(
                {
                    "y": at + _TEXT + _BAR / 2,
                    "value": bar.value,
                    "low": bar.low,
                    "high": bar.high,
                    "start": axis.zero if bar.start is None else bar.start,
                    "colour": bar.colour,
                    "hover": bar.text,
                }
            )
            at += _TEXT + _BAR
        at += _AFTER
    style: dict[str, Any] = {"limit": alt.ExprRef("width + 16"), "lineBreak": "\n", "lineHeight": _LINE}
    for key in ("weight", "size"):
        style[f"font{key.capitalize()}"] = alt.ExprRef(f"datum.{key}")
    words = chart_of(texts).mark_text(align="left", baseline="middle", **style)
    words = words.encode(x=alt.value(0), y=alt.Y("y:Q", **PIXELS), text="text:N")
    return finished([*_marks(rows, axis, _ends(bars, axis)), words], at)


def _groups(bars: Iterable[Bar]) -> dict[str, list[Bar]]:
    """The bars by their headings."""
    groups: dict[str, list[Bar]] = {}
    for bar in bars:
        groups.setdefault(bar.heading, []).append(bar)
    return groups


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
    texts = {heading: "; ".join(bar.text for bar in of) for heading, of in _groups(bars).items()}
    told = "; ".join(f"{heading} ({text})" if heading else text for heading, text in texts.items())
    chart = bars_chart(bars, axis)
    return Figure(key, title, says, f"{shows} {told}.", chart, data, covers=covers, section=section, files=files)


def _ends(bars: Sequence[Bar], axis: Axis) -> tuple[float, float]:
    """Where the axis begins and ends: given, or to hold every value and interval and `zero`."""
    known = [axis.zero, *(value for bar in bars for value in bar.ends)]
    low = min(known) if axis.low is None else axis.low
    high = max(known) if axis.high is None else axis.high
    room = 0.03 * (high - low) or 1.0
    return (low - room if low < axis.zero and axis.low is None else low), (high + room if axis.high is None else high)


def _marks(rows: Rows, axis: Axis, ends: tuple[float, float]) -> Iterator[alt.Chart]:
    """Bars or points with their intervals, the line at zero, and arrows at the edges for what lies beyond them."""
    shown = alt.Axis(title=axis.title, format=axis.format, tickCount=5, grid=True)
    x = alt.X("value:Q", axis=shown, scale=alt.Scale(domain=list(ends), nice=False, clamp=True))
    y = alt.Y("y:Q", **PIXELS)
    chart = chart_of(rows).encode(y=y, color=alt.Color("colour:N", scale=None), tooltip="hover:N")
    if axis.bars:
        yield chart.mark_bar(opacity=0.4, height=_BAR - 2).encode(x=x, x2="start:Q")
    else:
        yield chart.mark_rule(opacity=0.6, strokeWidth=1).encode(x=x, x2=alt.X2(datum=axis.zero))
    zero = [{"value": axis.zero, "y": row["y"] - _BAR / 2 - 1, "y2": row["y"] + _BAR / 2 + 1} for row in rows]
    yield chart_of(zero).mark_rule(color=GREY, strokeWidth=2).encode(x=x, y=y, y2="y2:Q")
    if any(row["low"] is not None for row in rows):
        yield chart.transform_filter("datum.low !== null").mark_rule(strokeWidth=2.5).encode(x="low:Q", x2="high:Q")
    if axis.bars:
        yield chart.mark_tick(thickness=3, height=_BAR - 2).encode(x=x)
    else:
        yield chart.mark_point(size=70, filled=True, opacity=1).encode(x=x)
    for shape, place, out in (
        ("triangle-right", "width + 9", [row for row in rows if row["value"] > ends[1]]),
        ("triangle-left", "-9", [row for row in rows if row["value"] < ends[0]]),
    ):
        if out:
            arrows = chart_of(out).mark_point(shape=shape, filled=True, size=110, opacity=1)
            yield arrows.encode(x=alt.value(alt.ExprRef(place)), y=y, color=alt.Color("colour:N", scale=None))
