"""A tile map: a square per area as large as its people are many, beside its beds, by a slider over the weeks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import add
from typing import Any, Final

import altair as alt
import numpy as np

from sim import formats
from sim.analysis.results import ResultTables
from sim.formats import day
from sim.report import theme
from sim.report.area_values import WEEK, Areas, areas_of, called, code_key, data, is_over, over, unlike
from sim.report.daily_values import covers, first_few
from sim.report.figure import Figure, Section
from sim.report.office_grid import Grid

TEXT: Final = 34
LARGEST: Final = 60
"""Pixels of the two lines of text of a tile, and of the side of the largest square, where there is room for it."""
CELL: Final = TEXT + LARGEST + 8
HEAD: Final = 30
MEANING: Final = (
    "A filled square is as large as the people in beds are many, an outline as the operating beds; red: more people "
    "than beds. The place of a tile is roughly that of the field office, drawn by hand, without borders or scale."
)
DRAWN: Final = (
    "A map of tiles, one per area: its code, people in beds as a share of its operating beds, and a square as large as "
    "they are many, in another colour over 100 %."
)
SHARE: Final = "\u2009%"


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """The areas' people and beds at the end of a day, a map per result. None where there is one area."""
    results, left_out = first_few(results)
    found = areas_of(results)
    if all(len(one.codes) < 2 for one in found):
        return None
    heads = [f"{one.scenario}: " if len(found) > 1 else "" for one in found]
    return Figure(
        key="tiles",
        title="Where beds are full",
        says=" ".join([*map(add, heads, map(_says, found)), MEANING, *left_out]),
        alternative=" ".join([DRAWN, *map(add, heads, map(_tells, found))]),
        chart=_chart(found),
        data=data("tiles", found),
        covers=covers(results, "Tiles show means. Low and high in the data"),
        section=Section.AREAS,
        files="daily_by_area.csv",
        note=code_key(found),
    )


def _says(one: Areas) -> str:
    """Which areas have more people held than operating beds at the end, and which have no share."""
    full = over(one)
    which = f": {', '.join(full[:3])}{', and others' if len(full) > 3 else ''}" if full else ""
    many = f"{len(full)} of {len(one.codes)} areas"
    return " ".join(
        [f"On {day(one.days[-1])} {many} held more people than they had operating beds{which}.", *unlike(one)]
    )


def _tells(one: Areas) -> str:
    """All areas over their beds on the first day and on the last, and those without a share."""
    parts = [f"On {day(one.days[at])} over their beds: {', '.join(over(one, at)) or 'none'}." for at in (0, -1)]
    return " ".join([*parts, *unlike(one)])


def _chart(found: Sequence[Areas]) -> alt.LayerChart:
    """A map a result at the slider's day; of a single result also one of its first day."""
    last = max(len(one.days) for one in found) - 1
    maps = [(one, f"{one.scenario}, " if len(found) > 1 else "", range(len(one.days))) for one in found]
    if last and len(found) == 1:
        maps.append((found[0], "first day: ", range(1)))
    most = max(float(np.nanmax([np.nan_to_num(one.held), np.nan_to_num(one.operating)])) for one in found)
    grids, top = list[Grid](), 0
    for one, _, _ in maps:
        grids.append(Grid(tuple(one.codes), CELL, top + HEAD))
        top = grids[-1].bottom
    layers = [
        layer
        for grid, (one, head, steps) in zip(grids, maps, strict=True)
        for layer in _map(grid, top, one, head, steps, most)
    ]
    chart = theme.finished(layers, top)
    bound = alt.binding_range(min=0, max=last, step=1, name=f"{_step(found)} ")
    return chart.add_params(alt.param(name="step", value=last, bind=bound)) if last else chart


def _step(found: Sequence[Areas]) -> str:
    """What the slider's step is."""
    days = max((one.days for one in found), key=len)
    step = int((days[1:] - days[:-1]).astype(int).max(initial=1))
    return "Day" if step == 1 else "Week" if step == WEEK else f"Step of {step} days"


def _map(grid: Grid, height: int, one: Areas, head: str, steps: range, most: float) -> Iterator[alt.Chart]:
    """The heading and the tiles of one map; with several steps those of the slider's."""
    heads = theme.chart_of([{"step": i, "x": 0, "y": grid.top - 22, "text": head + day(one.days[i])} for i in steps])
    tiles = theme.chart_of(list(_rows(grid, one, steps)))
    if len(steps) > 1:
        heads, tiles = (chart.transform_filter("datum.step == step") for chart in (heads, tiles))
    yield grid.text(heads, height, size=theme.TEXT, weight="bold")
    yield grid.text(tiles, height, "code", weight="bold")
    yield grid.text(tiles, height, "share", down=16)
    marks, side = grid.at(tiles, height), f"min({LARGEST}, 0.9 * width / {grid.columns})"
    area = alt.Scale(domain=[0, most], range=[0, alt.ExprRef(f"pow({side}, 2)")])
    moved: dict[str, Any] = {"xOffset": alt.ExprRef(f"{side} / 2"), "yOffset": alt.ExprRef(f"{TEXT} + {side} / 2")}
    colour = alt.Color("over:N", legend=None, scale=alt.Scale(domain=["no", "yes"], range=[theme.BLUE, theme.RED]))
    yield marks.mark_square(opacity=0.7, **moved).encode(
        size=alt.Size("held:Q", scale=area, legend=None), color=colour, tooltip="hover:N"
    )
    yield marks.mark_square(filled=False, opacity=1, strokeWidth=1.5, color=theme.GREY, **moved).encode(
        size=alt.Size("beds:Q", scale=area, legend=None), tooltip="hover:N"
    )


def _rows(grid: Grid, one: Areas, steps: range) -> Iterator[dict[str, Any]]:
    """A row a step and area."""
    for step in steps:
        for i, area in enumerate(one.codes):
            held, beds, share = float(one.held[step, i]), float(one.operating[step, i]), one.share[step, i]
            endless = beds != beds
            text = "∞" if endless else f"{100 * share:.0f}{SHARE}" if beds else "none"
            of = "endless beds" if endless else f"{formats.count(beds)} operating beds"
            yield grid.place(area) | {
                "step": step,
                "code": area,
                "share": text,
                "held": held,
                "beds": 0.0 if endless else beds,
                "over": "yes" if is_over(share) else "no",
                "hover": f"{called(one, i)}: {formats.count(held)} people in beds, {of}",
            }
