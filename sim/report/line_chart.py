"""Lines over dates, with bands and labels at their ends, in panels above each other.

A chart is one layer of panels, each with an axis of y of its own at some pixels from the top: only a single layer can
be as wide as the page lets it. Labels stand beside the lines in the page's ink, each behind a sample of its line, and
are moved apart where they would touch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from textwrap import wrap
from typing import Any, Final, Literal

import altair as alt

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import short
from sim.report.daily_values import drawn
from sim.report.theme import BAND, BLUE, PIXELS, SMALL, TEXT, chart_of, colour, dash, dates_axis, finished

Rows = Sequence[Mapping[str, Any]]

HEAD: Final = 30
"""Pixels for the heading of a panel."""
BETWEEN: Final = 14
SAMPLE: Final = 22
"""Pixels of the sample of a line before its label."""
HOVERED: Final = 60
"""Points of a line that say their value under the pointer."""
LAYER: Final = 0.6
"""Opacity of a layer."""
ALIKE: Final = 6
"""Panels share a scale if the highest is at most so many times the lowest."""
_LINE: Final = 16
"""Pixels of a line of text."""
_WIDEST: Final = 14
"""Characters of a line of a label."""


@dataclass(frozen=True)
class Line:
    """A line: rows of `date`, `mean`, and `low` and `high` where it has a band."""

    label: str
    rows: Rows
    colour: str = BLUE
    dash: Sequence[int] = (1, 0)
    width: float = 2.2
    kind: Literal["line", "step", "points", "layer"] = "line"
    """A layer fills what lies between low and high, with its label in the middle."""

    @property
    def most(self) -> float:
        """The highest of it and of its band; 0 of an empty line."""
        return max((max(row["mean"], row.get("high", 0.0)) for row in self.rows), default=0.0)

    @property
    def end(self) -> float:
        """Its value at the end; of a layer the middle."""
        last = self.rows[-1]
        end: float = (last["low"] + last["high"]) / 2 if self.kind == "layer" else last["mean"]
        return end

    def layers(self, x: alt.X, y: Callable[[str], alt.Y]) -> Iterator[alt.Chart]:
        """The line and its band over these axes, and unseen points that say its value, of a layer what it fills."""
        own = "datum.high - datum.low" if self.kind == "layer" else "datum.mean"
        tips = [
            alt.Tooltip("date:T", title="date", format="%-d %b %Y"),
            alt.Tooltip("own:Q", title=self.label or "value", format=",.3r"),
        ]
        hovered = chart_of(self.rows[:: -(-len(self.rows) // HOVERED)]).transform_calculate(own=own)
        yield hovered.mark_circle(opacity=0, size=160, color=self.colour).encode(x=x, y=y("mean:Q"), tooltip=tips)
        chart = chart_of(self.rows)
        if "low" in self.rows[0]:
            area = chart.mark_area(color=self.colour, opacity=LAYER if self.kind == "layer" else BAND)
            yield area.encode(x=x, y=y("low:Q"), y2="high:Q")
        if self.kind == "points":
            yield chart.mark_circle(color=self.colour, opacity=0.45, size=12).encode(x=x, y=y("mean:Q"))
            return
        style: dict[str, Any] = {"color": self.colour, "strokeWidth": self.width, "strokeDash": list(self.dash)}
        if len(self.rows) == 1:
            style["point"] = {"filled": True, "color": self.colour, "size": 26}
        mark = chart.mark_line(interpolate="step-after" if self.kind == "step" else "linear", **style)
        yield mark.encode(x=x, y=y("mean:Q"))


@dataclass(frozen=True)
class Panel:
    """Lines over one scale from 0 to at least `most`; the heading says what they are, and in which unit."""

    heading: str
    lines: Sequence[Line]
    height: int = 200
    most: float = 0.0
    ticks: int = 4
    per: float = 1.0
    """What a value is divided by where it is written at the side."""

    @cached_property
    def labelled(self) -> list[tuple[Line, str]]:
        """The lines with a label, and its text: in three short lines at most, in two where there are many."""
        named = [line for line in self.lines if line.label and line.rows]
        return [(line, label_lines(line.label, 3 if len(named) <= 5 else 2)) for line in named]

    @property
    def tall(self) -> int:
        """Pixels of its scale: `height`, or what the labels need."""
        return max(self.height, sum(_label_height(text) for _, text in self.labelled))

    @cached_property
    def values(self) -> list[float]:
        """What is written at the side: round numbers from 0 to the end of the scale."""
        most = max(self.most, *(line.most for line in self.lines), 1e-9)
        step = nice_step(most, self.ticks)
        return [step * i for i in range(math.ceil(most / step - 1e-9) + 1)]

    def layers(self, x: alt.X, top: int) -> alt.LayerChart:
        """The lines with their axis at the side; the scale begins `top` pixels below the top of the chart."""
        side = alt.Axis(
            values=self.values,
            labelExpr=f"format(datum.value / {self.per}, ',.6~r')",
            labelFontSize=SMALL,
            labelOverlap=False,
            labelPadding=6,
            grid=True,
            gridColor="#d6d6d6",
            gridOpacity=1,
            domain=False,
            ticks=False,
            title=None,
            orient="left",
        )
        scale = alt.Scale(domain=[0, self.values[-1]], range=[top + self.tall, top], nice=False)
        y = partial(alt.Y, axis=side, scale=scale)
        return alt.LayerChart(layer=[layer for line in self.lines if line.rows for layer in line.layers(x, y)])

    def labels(self, top: int) -> list[dict[str, Any]]:
        """The labels behind the ends of the lines, none touching another, with the look of their lines."""
        ends = [line.end / self.values[-1] * self.tall for line, _ in self.labelled]
        places = apart(ends, [_label_height(text) for _, text in self.labelled], 0, self.tall)
        return [
            {
                "y": top + self.tall - place,
                "first": top + self.tall - place - _LINE * text.count("\n") / 2,
                "text": text,
                "colour": line.colour,
                "dash": list(line.dash),
                "width": max(line.width, 2),
                "dots": line.kind == "points",
            }
            for (line, text), place in zip(self.labelled, places, strict=True)
        ]


def lines_chart(panels: Sequence[Panel], days: int, title: str = "") -> alt.LayerChart:
    """Panels with lines over a window of so many days, `title` above them."""
    x, top = dates_axis(days), 0
    # The axis of dates takes the height of its lines from the first scale: here that of the whole chart.
    whole = alt.YDatum(0, axis=None, scale=alt.Scale(domain=[0, 1]))
    layers: list[Any] = [chart_of(panels[0].lines[0].rows[:1]).mark_point(opacity=0).encode(x=x, y=whole)]
    labels = list[dict[str, Any]]()
    for panel in panels:
        top += HEAD if panel.heading else _LINE // 2
        layers.append(panel.layers(x, top))
        if panel.heading:
            style: dict[str, Any] = {"fontSize": TEXT, "limit": alt.ExprRef("width + 100")}
            heading = chart_of([{"text": panel.heading}]).mark_text(align="left", baseline="middle", **style)
            layers.append(heading.encode(x=alt.value(0), y=alt.value(top + 8 - HEAD), text="text:N"))
        labels += panel.labels(top)
        top += panel.tall + BETWEEN
    chart: alt.LayerChart = finished([*layers, *_labels(labels)], top - BETWEEN, title).resolve_scale(y="independent")
    return chart


def result_lines(
    data: Table, results: Sequence[ResultTables], series: str, alone: str = "", **style: Any
) -> list[Line]:
    """Return a line per result, named by it and in its colour and dash; of a single result named `alone`."""
    return [
        Line(result.name if len(results) > 1 else alone, drawn(data, result.name, series), colour(i), dash(i), **style)
        for i, result in enumerate(results)
    ]


def result_panels(
    results: Sequence[ResultTables], lines: Callable[[str], Sequence[Line]], height: int, alone: int
) -> list[Panel]:
    """Return a panel per result with the lines of its name, on one scale; a single one is `alone` pixels high."""
    if len(results) == 1:
        return [Panel("", lines(results[0].name), alone)]
    return same_scale([Panel(result.name, lines(result.name), height) for result in results])


def same_scale(panels: Sequence[Panel]) -> list[Panel]:
    """The panels on one scale, unless that leaves one of them too small to read."""
    tops = [panel.values[-1] for panel in panels]
    return [replace(panel, most=max(tops)) for panel in panels] if max(tops) <= ALIKE * min(tops) else list(panels)


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


def label_lines(label: str, most: int = 3) -> str:
    """A label in at most so many short lines, cut where it is longer."""
    return (
        "\n".join(wrap(short(label, most * _WIDEST - 6), _WIDEST, max_lines=most, placeholder="…")) or label[:_WIDEST]
    )


def _label_height(text: str) -> int:
    return _LINE * (text.count("\n") + 1) + 2


def _labels(rows: Rows) -> Iterator[alt.Chart]:
    """All labels, each behind a sample of its line."""
    if not rows:
        return
    labels = chart_of(rows)
    samples = labels.encode(color=alt.Color("colour:N", scale=None), y=alt.Y("y:Q", **PIXELS))
    yield samples.transform_filter("datum.dots").mark_circle(opacity=0.6, size=24).encode(x=_beyond(4 + SAMPLE / 2))
    look = {"strokeDash": alt.StrokeDash("dash:N", scale=None), "strokeWidth": alt.StrokeWidth("width:Q", scale=None)}
    rules = samples.transform_filter("!datum.dots").mark_rule()
    yield rules.encode(x=_beyond(4), x2=_beyond(4 + SAMPLE), **look)
    style: dict[str, Any] = {"fontSize": SMALL, "lineBreak": "\n", "lineHeight": _LINE}
    texts = labels.mark_text(align="left", baseline="middle", **style)
    yield texts.encode(x=_beyond(9 + SAMPLE), y=alt.Y("first:Q", **PIXELS), text="text:N")


def _beyond(pixels: float) -> Any:
    return alt.value(alt.ExprRef(f"width + {pixels}"))
