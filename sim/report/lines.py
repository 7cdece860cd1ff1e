"""Lines over dates, with bands and labels at their ends, in panels above each other.

Labels stand beside the lines in the page's ink, each behind a sample of its line, and are moved apart where they would
touch. Everything is laid out in pixels from the bottom, so that a chart keeps its proportions at any width.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from textwrap import wrap
from typing import Any, Final, Literal

import altair as alt

from sim.report.look import BAND, BLUE, GREY, SMALL, TEXT, chart_of, count, dates_axis, finished

Rows = Sequence[Mapping[str, Any]]

HEAD: Final = 30
"""Pixels for the heading of a panel."""
BETWEEN: Final = 14
SAMPLE: Final = 22
"""Pixels of the sample of a line before its label."""
_LINE: Final = 16
"""Pixels of a line of text."""
_WIDEST: Final = 14
"""Characters of a line of a label."""
_TICKS: Final = 4


@dataclass(frozen=True)
class Line:
    """A line: rows of `date`, `mean`, and `low` and `high` where it has a band."""

    label: str
    rows: Rows
    colour: str = BLUE
    dash: Sequence[int] = (1, 0)
    width: float = 2.2
    kind: Literal["line", "step", "points"] = "line"

    @property
    def most(self) -> float:
        """The highest of it and of its band; 0 of an empty line."""
        return max((_known(row, name) for row in self.rows for name in ("mean", "high")), default=0.0)

    @property
    def end(self) -> float:
        """Its value at the end."""
        return _known(self.rows[-1], "mean")

    @property
    def has_band(self) -> bool:
        """Whether its rows have a low and a high."""
        return bool(self.rows) and self.rows[0].get("low") is not None


@dataclass(frozen=True)
class Panel:
    """Lines over one scale from 0 to at least `most`; the heading says what they are, and in which unit."""

    heading: str
    lines: Sequence[Line] = field(default_factory=tuple)
    height: int = 200
    most: float = 0.0
    ticks: int = _TICKS

    @property
    def step(self) -> float:
        """Between two values written at the side."""
        return nice_step(max(self.most, *(line.most for line in self.lines), 1e-9), self.ticks)

    @property
    def top(self) -> float:
        """Where its scale ends."""
        return self.step * math.ceil(max(self.most, *(line.most for line in self.lines), 1e-9) / self.step - 1e-9)


def lines_chart(panels: Sequence[Panel], days: int) -> alt.LayerChart:
    """Panels with lines over a window of so many days. Raises ValueError without a panel."""
    height = sum(HEAD + panel.height for panel in panels) + BETWEEN * (len(panels) - 1)
    at, layers = float(height), list[alt.Chart]()
    x = dates_axis(days)
    for panel in panels:
        at -= HEAD + panel.height
        layers += _panel(panel, at, x, height)
        at -= BETWEEN
    return finished(layers, height)


def nice_step(most: float, ticks: int) -> float:
    """The round number (1, 2, 2.5 or 5 times a power of ten) that divides `most` into at most so many steps."""
    rough = most / ticks
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * (1 - 1e-9))


def apart(places: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Places moved as little as it takes that no two labels of these sizes touch, all between low and high."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [min(max(places[i], low), high) for i in order]
    gaps = [(sizes[i] + sizes[j]) / 2 for i, j in pairwise(order)]
    for i, gap in enumerate(gaps):
        moved[i + 1] = max(moved[i + 1], moved[i] + gap)
    if moved:
        moved[-1] = min(moved[-1], high)
    for i in reversed(range(len(gaps))):
        moved[i] = min(moved[i], moved[i + 1] - gaps[i])
    return [moved[order.index(i)] for i in range(len(places))]


def _panel(panel: Panel, bottom: float, x: alt.X, height: int) -> Iterator[alt.Chart]:
    scale = panel.height / panel.top
    shown = [line for line in panel.lines if line.rows]
    yield from _side(panel, bottom, height)
    for line in shown:
        yield from _drawn(line, scale, bottom, x, height)
    yield from _ends(shown, scale, bottom, panel.height, height)


def _up(height: int, field_: str) -> alt.Y:
    """The axis of y in pixels from the bottom of the chart."""
    return alt.Y(f"{field_}:Q", axis=None, scale=alt.Scale(domain=[0, height], nice=False, zero=False))


def _side(panel: Panel, bottom: float, height: int) -> Iterator[alt.Chart]:
    """The heading, the values at the side, and a thin line across at each."""
    texts = _tick_texts(panel)
    rows = [{"y": bottom + panel.height * i / (len(texts) - 1), "text": text} for i, text in enumerate(texts)]
    ticks = chart_of(rows).encode(y=_up(height, "y"))
    across = {"x": alt.value(0), "x2": alt.value(alt.ExprRef("width"))}
    yield ticks.mark_rule(color=GREY, opacity=0.3).encode(**across)
    yield ticks.mark_text(align="right", fontSize=SMALL).encode(x=alt.value(-6), text="text:N")
    if panel.heading:
        heading = chart_of([{"y": bottom + panel.height + HEAD - 8, "text": panel.heading}])
        limit = alt.ExprRef("width")
        text = heading.mark_text(align="left", baseline="middle", fontSize=TEXT, limit=limit)
        yield text.encode(x=alt.value(0), y=_up(height, "y"), text="text:N")


def _drawn(line: Line, scale: float, bottom: float, x: alt.X, height: int) -> Iterator[alt.Chart]:
    chart = chart_of(line.rows)
    for name in ("mean", "low", "high") if line.has_band else ("mean",):
        chart = chart.transform_calculate(**{f"y_{name}": f"datum.{name} * {scale:.8g} + {bottom:.8g}"})
    if line.has_band:
        area = chart.mark_area(color=line.colour, opacity=BAND)
        yield area.encode(x=x, y=_up(height, "y_low"), y2="y_high:Q")
    if line.kind == "points":
        mark = chart.mark_circle(color=line.colour, opacity=0.45, size=12)
    else:
        shape: Literal["step-after", "linear"] = "step-after" if line.kind == "step" else "linear"
        style: dict[str, Any] = {"strokeWidth": line.width, "strokeDash": list(line.dash), "interpolate": shape}
        mark = chart.mark_line(color=line.colour, **style)
    yield mark.encode(x=x, y=_up(height, "y_mean"))


def _ends(lines: Sequence[Line], scale: float, bottom: float, size: int, height: int) -> Iterator[alt.Chart]:
    """Labels behind the ends of the lines, each with a sample of its line."""
    named = [line for line in lines if line.label]
    texts = [label_lines(line.label) for line in named]
    sizes = [_LINE * (text.count("\n") + 1) + 2.0 for text in texts]
    places = apart([line.end * scale + bottom for line in named], sizes, bottom, bottom + size + HEAD / 2)
    for line, text, place in zip(named, texts, places, strict=True):
        label = chart_of([{"y": place, "text": text}]).encode(y=_up(height, "y"))
        ends = {"x": _beyond(4), "x2": _beyond(4 + SAMPLE)}
        if line.kind == "points":
            yield label.mark_circle(color=line.colour, opacity=0.6, size=24).encode(x=_beyond(4 + SAMPLE / 2))
        else:
            style: dict[str, Any] = {"strokeDash": list(line.dash), "strokeWidth": max(line.width, 2)}
            yield label.mark_rule(color=line.colour, **style).encode(**ends)
        broken: dict[str, Any] = {"lineBreak": "\n", "lineHeight": _LINE, "dy": -_LINE * text.count("\n") / 2}
        yield label.mark_text(align="left", baseline="middle", fontSize=SMALL, **broken).encode(
            x=_beyond(9 + SAMPLE), text="text:N"
        )


def label_lines(label: str) -> str:
    """A label in at most three short lines, cut where it is longer."""
    return "\n".join(wrap(label, _WIDEST, max_lines=3, placeholder="…") or [label[:_WIDEST]])


def _beyond(pixels: float) -> Any:
    return alt.value(alt.ExprRef(f"width + {pixels}"))


def _tick_texts(panel: Panel) -> list[str]:
    values = [panel.step * i for i in range(round(panel.top / panel.step) + 1)]
    return [count(value) if panel.step >= 1 else f"{value:g}" for value in values]


def _known(row: Mapping[str, Any], name: str) -> float:
    value = row.get(name)
    return 0.0 if value is None or value != value else float(value)
