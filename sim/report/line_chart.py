"""Lines over dates, with bands and labels at their ends, in panels above each other.

Labels stand beside the lines in the page's ink, each behind a sample of its line, and are moved apart where they would
touch. Everything is laid out in pixels from the bottom, so that a chart keeps its proportions at any width.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from textwrap import wrap
from typing import Any, Final, Literal

import altair as alt

from sim.analysis.results import ResultTables
from sim.files.table import Table
from sim.formats import count, short
from sim.report.daily_values import drawn
from sim.report.theme import BAND, BLUE, GREY, SMALL, TEXT, chart_of, colour, dash, dates_axis, finished

Rows = Sequence[Mapping[str, Any]]
Up = Callable[[str], alt.Y]
"""The axis of y of a field, in pixels from the bottom of the chart."""

HEAD: Final = 30
"""Pixels for the heading of a panel."""
BETWEEN: Final = 14
SAMPLE: Final = 22
"""Pixels of the sample of a line before its label."""
HOVERED: Final = 60
"""Points of a line that say their value under the pointer."""
LAYER: Final = 0.6
"""Opacity of a layer."""
_LINE: Final = 16
"""Pixels of a line of text."""
_WIDEST: Final = 14
"""Characters of a line of a label."""
_TICKS: Final = 4
ALIKE: Final = 6
"""Panels share a scale if the highest is at most so many times the lowest."""


@dataclass(frozen=True)
class Line:
    """A line: rows of `date`, `mean`, and `low` and `high` where it has a band."""

    label: str
    rows: Rows
    colour: str = BLUE
    dash: Sequence[int] = (1, 0)
    width: float = 2.2
    kind: Literal["line", "step", "points", "dots", "layer"] = "line"
    """A layer fills what lies between low and high, with its label in the middle."""

    @property
    def most(self) -> float:
        """The highest of it and of its band; 0 of an empty line."""
        return max((_known(row, name) for row in self.rows for name in ("mean", "high")), default=0.0)

    @property
    def end(self) -> float:
        """Its value at the end; of a layer the middle."""
        last = self.rows[-1]
        return (_known(last, "low") + _known(last, "high")) / 2 if self.kind == "layer" else _known(last, "mean")

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
    per: float = 1.0
    """What a value is divided by where it is written at the side."""

    @property
    def head(self) -> int:
        """Pixels above its scale."""
        return HEAD if self.heading else _LINE // 2

    @property
    def labelled(self) -> list[tuple[Line, str]]:
        """The lines with a label, and its text: in three short lines at most, in two where there are many."""
        named = [line for line in self.lines if line.label and line.rows]
        return [(line, label_lines(line.label, 3 if len(named) <= 5 else 2)) for line in named]

    @property
    def tall(self) -> int:
        """Pixels of its scale: `height`, or what the labels need."""
        return max(self.height, sum(map(_label_height, (text for _, text in self.labelled))))

    @property
    def step(self) -> float:
        """Between two values written at the side."""
        return nice_step(max(self.most, *(line.most for line in self.lines), 1e-9), self.ticks)

    @property
    def top(self) -> float:
        """Where its scale ends."""
        return self.step * math.ceil(max(self.most, *(line.most for line in self.lines), 1e-9) / self.step - 1e-9)


def lines_chart(panels: Sequence[Panel], days: int, title: str = "") -> alt.LayerChart:
    """Panels with lines over a window of so many days, `title` above them. Raises ValueError without a panel."""
    height = sum(panel.head + panel.tall for panel in panels) + BETWEEN * (len(panels) - 1)
    placed, at = list[_Placed](), float(height)
    for panel in panels:
        at -= panel.head + panel.tall
        placed.append(_Placed(panel, at))
        at -= BETWEEN
    y = partial(alt.Y, axis=None, scale=alt.Scale(domain=[0, height], nice=False, zero=False))
    lines = [layer for one in placed for layer in one.lines(dates_axis(days), y)]
    return finished([*_sides(placed, y), *lines, *_labels(placed, y)], height, title)


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


@dataclass(frozen=True)
class _Placed:
    """A panel at its pixels from the bottom of the chart."""

    panel: Panel
    bottom: float

    @property
    def scale(self) -> float:
        """Pixels of a unit."""
        return self.panel.tall / self.panel.top

    def ticks(self) -> list[dict[str, Any]]:
        """Where the values at the side stand, and what they say."""
        texts = _tick_texts(self.panel)
        apart = self.panel.tall / (len(texts) - 1)
        return [{"y": self.bottom + apart * i, "text": text} for i, text in enumerate(texts)]

    def lines(self, x: alt.X, y: Up) -> Iterator[alt.Chart]:
        """The lines with their bands."""
        for line in self.panel.lines:
            if line.rows:
                yield from _drawn(line, self.scale, self.bottom, x, y)

    def labels(self) -> list[dict[str, Any]]:
        """The labels behind the ends of the lines, none touching another, with the look of their lines."""
        named = self.panel.labelled
        sizes = [float(_label_height(text)) for _, text in named]
        ends = [line.end * self.scale + self.bottom for line, _ in named]
        places = apart(ends, sizes, self.bottom, self.bottom + self.panel.tall)
        return [
            {
                "y": place,
                "first": place + _LINE * text.count("\n") / 2,
                "text": text,
                "colour": line.colour,
                "dash": list(line.dash),
                "width": max(line.width, 2),
                "dots": line.kind == "points",
            }
            for (line, text), place in zip(named, places, strict=True)
        ]


def _sides(placed: Sequence[_Placed], y: Up) -> Iterator[alt.Chart]:
    """Headings, the values at the side, and a thin line across at each."""
    ticks = chart_of([tick for one in placed for tick in one.ticks()]).encode(y=y("y:Q"))
    yield ticks.mark_rule(color=GREY, opacity=0.3).encode(x=alt.value(0), x2=_beyond(0))
    yield ticks.mark_text(align="right", fontSize=SMALL).encode(x=alt.value(-6), text="text:N")
    places = [(one.bottom + one.panel.tall + HEAD - 8, one.panel.heading) for one in placed if one.panel.heading]
    if places:
        headings = chart_of([{"y": at, "text": heading} for at, heading in places])
        text = headings.mark_text(align="left", baseline="middle", fontSize=TEXT, limit=alt.ExprRef("width + 100"))
        yield text.encode(x=alt.value(0), y=y("y:Q"), text="text:N")


def _drawn(line: Line, scale: float, bottom: float, x: alt.X, y: Up) -> Iterator[alt.Chart]:
    yield _hovered(line, scale, bottom, x, y)
    chart = chart_of(line.rows)
    for name in ("mean", "low", "high") if line.has_band else ("mean",):
        chart = chart.transform_calculate(**{f"y_{name}": f"datum.{name} * {scale:.8g} + {bottom:.8g}"})
    if line.has_band:
        area = chart.mark_area(color=line.colour, opacity=LAYER if line.kind == "layer" else BAND)
        yield area.encode(x=x, y=y("y_low:Q"), y2="y_high:Q")
    if line.kind == "points":
        mark = chart.mark_circle(color=line.colour, opacity=0.45, size=12)
    else:
        shape: Literal["step-after", "linear"] = "step-after" if line.kind == "step" else "linear"
        style: dict[str, Any] = {"strokeWidth": line.width, "strokeDash": list(line.dash), "interpolate": shape}
        dots: Any = (
            {"filled": True, "color": line.colour, "size": 26} if line.kind == "dots" or len(line.rows) == 1 else False
        )
        mark = chart.mark_line(color=line.colour, point=dots, **style)
    yield mark.encode(x=x, y=y("y_mean:Q"))


def _hovered(line: Line, scale: float, bottom: float, x: alt.X, y: Up) -> alt.Chart:
    """Unseen points on a line that say its value; of a layer what lies between its ends."""
    own = "datum.high - datum.low" if line.kind == "layer" else "datum.mean"
    rows = [dict(row) for row in line.rows[:: -(-len(line.rows) // HOVERED)]]
    chart = chart_of(rows).transform_calculate(y=f"datum.mean * {scale:.8g} + {bottom:.8g}", own=own)
    tips = [
        alt.Tooltip("date:T", title="date", format="%-d %b %Y"),
        alt.Tooltip("own:Q", title=line.label.replace("\n", " ") or "value", format=",.3r"),
    ]
    drawn: alt.Chart = chart.mark_circle(opacity=0, size=160, color=line.colour).encode(x=x, y=y("y:Q"), tooltip=tips)
    return drawn


def _labels(placed: Sequence[_Placed], y: Up) -> Iterator[alt.Chart]:
    """All labels, each behind a sample of its line."""
    rows = [row for one in placed for row in one.labels()]
    if not rows:
        return
    own = {"color": alt.Color("colour:N", scale=None), "y": y("y:Q")}
    for dots in {row["dots"] for row in rows}:
        samples = chart_of([row for row in rows if row["dots"] == dots])
        if dots:
            yield samples.mark_circle(opacity=0.6, size=24).encode(x=_beyond(4 + SAMPLE / 2), **own)
        else:
            look = {
                "strokeDash": alt.StrokeDash("dash:N", scale=None),
                "strokeWidth": alt.StrokeWidth("width:Q", scale=None),
            }
            yield samples.mark_rule().encode(x=_beyond(4), x2=_beyond(4 + SAMPLE), **look, **own)
    texts = chart_of(rows).mark_text(align="left", baseline="middle", fontSize=SMALL, lineBreak="\n", lineHeight=_LINE)
    yield texts.encode(x=_beyond(9 + SAMPLE), y=y("first:Q"), text="text:N")


def label_lines(label: str, most: int = 3) -> str:
    """A label in at most so many short lines, cut where it is longer."""
    return (
        "\n".join(wrap(short(label, most * _WIDEST - 6), _WIDEST, max_lines=most, placeholder="…")) or label[:_WIDEST]
    )


def same_scale(panels: Sequence[Panel]) -> list[Panel]:
    """The panels on one scale, unless that leaves one of them too small to read."""
    tops = [panel.top for panel in panels]
    return [replace(panel, most=max(tops)) for panel in panels] if max(tops) <= ALIKE * min(tops) else list(panels)


def _label_height(text: str) -> int:
    return _LINE * (text.count("\n") + 1) + 2


def _beyond(pixels: float) -> Any:
    return alt.value(alt.ExprRef(f"width + {pixels}"))


def _tick_texts(panel: Panel) -> list[str]:
    step = panel.step / panel.per
    values = [step * i for i in range(round(panel.top / panel.step) + 1)]
    return [count(value) if step >= 1 and step % 1 == 0 else f"{value:,g}" for value in values]


def _known(row: Mapping[str, Any], name: str) -> float:
    value = row.get(name)
    return 0.0 if value is None or value != value else float(value)
