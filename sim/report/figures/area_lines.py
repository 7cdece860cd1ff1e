"""People held as a share of the beds by area over time: a small panel per area, on one scale, as on the tile map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import add
from typing import Any, Final

import altair as alt

from sim import formats
from sim.analysis.results import ResultTables
from sim.formats import day
from sim.report import theme
from sim.report.area_values import Areas, areas_of, called, code_key, data
from sim.report.daily_values import first_few
from sim.report.figure import Figure, Section
from sim.report.office_grid import Grid

CELL: Final = 96
"""Pixels from the top of a panel to the top of the next; of these, the scale of the lines."""
LINES: Final = 54
WIDE: Final = 0.88
"""Of a column's width that the lines take."""
ROW: Final = 18
"""Pixels of a row of the key."""
MOST: Final = 1.5
"""Share of the beds at which the scale ends; what is fuller is drawn there."""
MEANING: Final = (
    "All panels have one scale: from 0 to 150 % of the area's operating beds, the dashed line at 100 %; a line at the "
    "top is beyond it. The number is the share at the end."
)


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """People held as a share of the operating beds, by area over time. None where there is one area."""
    results, left_out = first_few(results)
    found = areas_of(results)
    if all(len(one.codes) < 2 for one in found):
        return None
    heads = [f"{one.scenario}: " if len(found) > 1 else "" for one in found]
    span = f"from {day(found[0].days[0])} to {day(found[0].days[-1])}"
    return Figure(
        key="areas",
        title="How full each area is, over time",
        says=" ".join([*map(add, heads, map(_says, found)), MEANING, *left_out]),
        alternative=" ".join(
            [
                f"Small panels of lines, one per area, {span}: people held as a share of the operating beds.",
                *map(add, heads, map(_tells, found)),
            ]
        ),
        chart=_chart(found),
        data=data("areas", found),
        covers="Means over the replications.",
        section=Section.AREAS,
        files="daily_by_area.csv",
        note=code_key(found),
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
    return f"{called(one, i)}, from {formats.readable(one.held[0, i])} to {formats.readable(one.held[-1, i])}"


def _beds(beds: float) -> str:
    if beds != beds:
        return "endless beds"
    return f"{formats.readable(beds)} operating beds at the end" if beds else "no beds"


def _chart(found: Sequence[Areas]) -> alt.LayerChart:
    codes = tuple(dict.fromkeys(code for one in found for code in one.codes))
    named = found if len(found) > 1 else ()
    grid = Grid(codes, CELL, ROW * len(named) + 8)
    height = grid.bottom
    ends = [grid.place(code) for code in codes]
    levels = [place | {"x2": place["x"] + WIDE, "y": _y(place, share)} for share in (0.0, 1.0) for place in ends]
    rules = grid.at(theme.chart_of(levels), height).encode(x2="x2:Q")
    layers = [rules.mark_rule(color=theme.GREY, strokeWidth=0.8, strokeDash=[3, 3])]
    layers += [_lines(grid, height, one, i) for i, one in enumerate(found)]
    texts = [place | {"text": code} for code, place in zip(codes, ends, strict=True)]
    layers += [grid.text(theme.chart_of(texts), height, weight="bold")]
    last = found[-1]
    shares = [grid.place(code) | {"text": _share(last, i)} for i, code in enumerate(last.codes)]
    layers += [grid.text(theme.chart_of(shares), height, down=15), *_key(grid, height, named)]
    return theme.finished(layers, height)


def _y(place: dict[str, float], share: float) -> float:
    """Pixels from the top of a share in the panel at a place."""
    return round(place["y"] + CELL - 8 - LINES * min(share, MOST) / MOST, 1)


def _share(one: Areas, i: int) -> str:
    share = one.share[-1, i]
    return "no beds" if share != share else f"{100 * share:.0f} %"


def _lines(grid: Grid, height: int, one: Areas, order: int) -> alt.Chart:
    """The line of each area; none without beds, or where they are endless."""
    rows = [
        {
            "area": area,
            "x": round(place["x"] + WIDE * step / max(len(one.days) - 1, 1), 4),
            "y": _y(place, one.share[step, i]),
            "hover": f"{called(one, i)}, {day(one.days[step])}: {100 * one.share[step, i]:.0f} % of its beds",
        }
        for i, area in enumerate(one.codes)
        for place in [grid.place(area)]
        for step in range(len(one.days))
        if one.share[step, i] == one.share[step, i]
    ]
    style: dict[str, Any] = {"strokeWidth": 1.8, "strokeDash": [part / 2 for part in theme.dash(order)]}
    chart = grid.at(theme.chart_of(rows), height).mark_line(color=theme.colour(order), **style)
    drawn: alt.Chart = chart.encode(detail="area:N", tooltip="hover:N")
    return drawn


def _key(grid: Grid, height: int, named: Sequence[Areas]) -> Iterator[alt.Chart]:
    """A row per result: a sample of its line, and its name."""
    for row, one in enumerate(named):
        sample = theme.chart_of([{"x": 0.0, "x2": 0.8, "y": ROW * row + 9}])
        style: dict[str, Any] = {"strokeWidth": 2.2, "strokeDash": [part / 2 for part in theme.dash(row)]}
        yield grid.at(sample, height).mark_rule(color=theme.colour(row), **style).encode(x2="x2:Q")
        yield grid.text(theme.chart_of([{"x": 0.9, "y": ROW * row + 3, "text": one.scenario}]), height)
