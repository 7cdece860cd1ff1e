"""Held against beds by area over time: a small panel per area, laid out as the tile map, which needs no slider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any, Final

import altair as alt
import numpy as np

from sim import formats
from sim.analysis.results import ResultTables
from sim.formats import day
from sim.report import theme
from sim.report.area_values import Areas, areas_of, called, data
from sim.report.daily_values import Floats, covers, first_few
from sim.report.figure import Figure, Section
from sim.report.office_grid import Place, places

CELL: Final = 84
"""Pixels from the top of a panel to the top of the next; of these, the lines and the room below them."""
LINES: Final = 40
ROOM: Final = 8
WIDE: Final = 0.9
"""Of a column's width that the lines take."""
ROW: Final = 18
BELOW: Final = 8
"""Pixels of a row of text, and below the key."""
SAMPLE: Final = 0.12
"""Of the width, a sample of a line in the key."""
FEWEST: Final = 4
"""Columns at least, so that a lone panel is no wall."""
NUMBERS: Final = 2
"""With more results than this no numbers are written in the panels."""
BEDS: Final = (3, 4)
CONTRACT: Final = (8, 3, 2, 3)
MEANING: Final = "Each panel has a scale of its own, from nobody to the most of people and beds in it."
NUMBER: Final = (
    "The number is people in beds at the end.",
    "The numbers are people in beds at the end, in that order.",
)


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """People held, operating and contracted beds by area over time. None where there is one area."""
    results, left_out = first_few(results)
    found = areas_of(results)
    if all(len(one.codes) < 2 for one in found):
        return None
    heads = [f"{one.scenario}: " if len(found) > 1 else "" for one in found]
    span = f"from {day(found[0].days[0])} to {day(found[0].days[-1])}"
    return Figure(
        key="areas",
        title="People held and beds, area by area",
        says=" ".join([*map(add, heads, map(_says, found)), MEANING, *NUMBER[len(found) - 1 :][:1], *left_out]),
        alternative=" ".join(
            [
                f"Small panels of lines, one per area, {span}: people held and beds.",
                *map(add, heads, map(_tells, found)),
            ]
        ),
        chart=_chart(found),
        data=data("areas", found),
        covers=covers(results),
        section=Section.AREAS,
        files="daily_by_area.csv",
    )


def _says(one: Areas) -> str:
    """Where people in beds became more, and where most of all."""
    change = one.held[-1] - one.held[0]
    most = int(change.argmax())
    grew = f"People in beds became more in {(change > 0).sum()} of {len(one.codes)} areas"
    return f"{grew}, most of all in {_course(one, most)}." if change[most] > 0 else f"{grew}."


def _tells(one: Areas) -> str:
    """Every area from the first day to the last, and its beds at the end."""
    return f"{'; '.join(f'{_course(one, i)}, {_beds(one.operating[-1, i])}' for i in range(len(one.codes)))}."


def _course(one: Areas, i: int) -> str:
    return f"{called(one, i)}, from {formats.count(one.held[0, i])} to {formats.count(one.held[-1, i])}"


def _beds(beds: float) -> str:
    return (
        "endless beds" if np.isnan(beds) else f"{formats.count(beds)} operating beds at the end" if beds else "no beds"
    )


@dataclass(frozen=True)
class _Lines:
    """One kind of line in all panels: its label, its looks, and its values (steps, areas) by result."""

    label: str
    colour: str
    dash: Sequence[int]
    width: float
    areas: Areas
    values: Floats
    has_band: bool = False

    @property
    def small_dash(self) -> list[float]:
        """The dash, half as long: panels are small."""
        return [part / 2 for part in self.dash]

    def heights(self, area: int) -> Iterator[tuple[int, dict[str, float]]]:
        """What an area's line and band reach, by step; no step where beds are endless."""
        for step, value in enumerate(self.values[:, area]):
            ends = {"low": self.areas.low[step, area], "high": self.areas.high[step, area]} if self.has_band else {}
            if not np.isnan(value):
                yield step, {"y": value, **ends}


@dataclass(frozen=True)
class _Paper:
    """Where the panels lie: x in columns, y in pixels from the top; `most` is the top of each panel's scale."""

    lie: Mapping[str, Place]
    most: Mapping[str, float]
    steps: int
    top: int
    numbers: int

    @property
    def cell(self) -> int:
        return CELL + ROW * (self.numbers - 1)

    @property
    def columns(self) -> int:
        return max(FEWEST, *(place.column + 1 for place in self.lie.values()))

    @property
    def height(self) -> int:
        return self.top + self.cell * (1 + max(place.row for place in self.lie.values()))

    def corner(self, area: str) -> tuple[int, int]:
        """Left and top of an area's panel."""
        place = self.lie[area]
        return place.column, self.top + self.cell * place.row

    def x(self, area: str, step: int) -> float:
        return round(self.lie[area].column + WIDE * step / max(self.steps - 1, 1), 4)

    def y(self, area: str, value: float) -> float:
        bottom = self.corner(area)[1] + self.cell - ROOM
        return round(bottom - LINES * value / self.most[area], 2)

    def at(self, chart: alt.Chart, y: str = "y") -> alt.Chart:
        """The chart's marks at `x` and a field of its rows."""
        across = alt.Scale(domain=[0, self.columns], nice=False, zero=False)
        down = alt.Scale(domain=[self.height, 0], nice=False, zero=False)
        return chart.encode(x=alt.X("x:Q", axis=None, scale=across), y=alt.Y(f"{y}:Q", axis=None, scale=down))


def _chart(found: Sequence[Areas]) -> alt.LayerChart:
    lines = list(_lines(found))
    paper = _paper(found, ROW * len(lines) + BELOW)
    layers = [_frames(paper)]
    for line in lines:
        layers += _drawn(paper, line)
    return theme.finished([*layers, *_texts(paper, found), *_key(paper, lines)], paper.height)


def _paper(found: Sequence[Areas], top: int) -> _Paper:
    codes = list(dict.fromkeys(code for one in found for code in one.codes))
    most = dict.fromkeys(codes, 1.0)
    for one in found:
        for values in (one.held, one.high, one.operating, one.contracted):
            for code, value in zip(one.codes, np.nan_to_num(values).max(axis=0), strict=True):
                most[code] = max(most[code], float(value))
    return _Paper(
        places(codes), most, max(len(one.days) for one in found), top, len(found) if len(found) <= NUMBERS else 1
    )


def _lines(found: Sequence[Areas]) -> Iterator[_Lines]:
    """What is drawn: people held by result, then beds, once where they are the same in all results."""
    for i, one in enumerate(found):
        label = f"people in beds, {one.scenario}" if len(found) > 1 else "people in beds"
        yield _Lines(label, theme.colour(i), theme.dash(i), 1.8, one, one.held, not np.isnan(one.low).all())
    same = all(_equal(one.operating, found[0].operating) for one in found)
    for i, one in enumerate(found[:1] if same else found):
        name = "operating beds" if same else f"operating beds, {one.scenario}"
        yield _Lines(name, theme.GREY if same else theme.colour(i), BEDS, 1.2, one, one.operating)
    for one in found:
        if not _equal(one.contracted, one.operating):
            name = "contracted beds" if len(found) == 1 else f"contracted beds, {one.scenario}"
            yield _Lines(name, theme.GREY, CONTRACT, 1.2, one, one.contracted)


def _equal(some: Floats, other: Floats) -> bool:
    return some.shape == other.shape and bool(np.array_equal(some, other, equal_nan=True))


def _frames(paper: _Paper) -> alt.Chart:
    """The ground line of each panel."""
    rows = [{"x": place.column, "x2": place.column + WIDE, "y": paper.y(area, 0)} for area, place in paper.lie.items()]
    lines = paper.at(theme.chart_of(rows)).mark_rule(color=theme.GREY, strokeWidth=0.7)
    framed: alt.Chart = lines.encode(x2="x2:Q")
    return framed


def _drawn(paper: _Paper, line: _Lines) -> Iterator[alt.Chart]:
    """The band and the line of every area; none where beds are endless."""
    rows = [
        {"area": area, "x": paper.x(area, step), **{name: paper.y(area, value) for name, value in values.items()}}
        for i, area in enumerate(line.areas.codes)
        for step, values in line.heights(i)
    ]
    chart = theme.chart_of(rows).encode(detail="area:N")
    if line.has_band:
        yield paper.at(chart, "low").mark_area(color=line.colour, opacity=theme.BAND).encode(y2="high:Q")
    style: dict[str, Any] = {"strokeWidth": line.width, "strokeDash": line.small_dash}
    yield paper.at(chart).mark_line(color=line.colour, **style)


def _texts(paper: _Paper, found: Sequence[Areas]) -> Iterator[alt.Chart]:
    """The code of each area and, below it, people in beds at the end, a row per result."""
    codes = [{"x": x, "y": y + 9, "text": area} for area in paper.lie for x, y in [paper.corner(area)]]
    held = [
        {"x": x, "y": y + 9 + 16 * (1 + row), "text": formats.count(one.held[-1, i])}
        for row, one in enumerate(found if len(found) <= NUMBERS else ())
        for i, area in enumerate(one.codes)
        for x, y in [paper.corner(area)]
    ]
    limit = alt.ExprRef(f"width / {paper.columns} - 2")
    yield _text(paper, codes).mark_text(
        align="left", baseline="middle", fontSize=theme.SMALL, fontWeight="bold", limit=limit
    )
    yield _text(paper, held).mark_text(align="left", baseline="middle", fontSize=theme.SMALL)


def _text(paper: _Paper, rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    return paper.at(theme.chart_of(rows)).encode(text="text:N")


def _key(paper: _Paper, lines: Sequence[_Lines]) -> Iterator[alt.Chart]:
    """A row per kind of line: a sample of it, and its label."""
    for row, line in enumerate(lines):
        y = ROW * row + 9
        sample = theme.chart_of([{"x": 0, "x2": SAMPLE * paper.columns, "y": y}])
        style: dict[str, Any] = {"strokeWidth": line.width + 0.4, "strokeDash": line.small_dash}
        yield paper.at(sample).mark_rule(color=line.colour, **style).encode(x2="x2:Q")
    labels = [
        {"x": 1.2 * SAMPLE * paper.columns, "y": ROW * row + 9, "text": line.label} for row, line in enumerate(lines)
    ]
    yield _text(paper, labels).mark_text(
        align="left", baseline="middle", fontSize=theme.SMALL, limit=alt.ExprRef("width * 0.84")
    )
