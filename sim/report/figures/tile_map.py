"""A tile map: people held as a share of the operating beds, one tile per area, by a slider over the weeks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any, Final, Literal

import altair as alt

from sim import formats
from sim.analysis.results import ResultTables
from sim.formats import day
from sim.report import theme
from sim.report.area_values import WEEK, Areas, areas_of, data, over, unlike
from sim.report.daily_values import covers, first_few
from sim.report.figure import Figure, Section
from sim.report.office_grid import places

Weight = Literal["normal", "bold"]
TILE: Final = 54
"""Pixels from the top of a tile to the top of the next."""
ROOM: Final = 0.06
"""Of a tile's width that stays free, in all."""
HEAD: Final = 24
"""Pixels of the heading of a map, of the room below it, and of the key at the end."""
BELOW: Final = 14
KEY: Final = 24
FEWEST: Final = 4
"""Columns at least, so that a lone tile is no wall."""
MAPS: Final = 2
"""With more results than this the map of the first day is left out."""
OVER: Final = "round(100 * datum.s) > 100"
OPACITY: Final = f"{OVER} ? 0.35 + 0.25 * min(1, 2 * datum.s - 2) : 0.05 + 0.55 * datum.s"
"""Of a tile's colour over the page's ground: up to 100 % one colour, over it another and a mark."""
MEANING: Final = (
    "A tile shows people in beds as a share of the area's operating beds; its place is roughly that of the field "
    "office, drawn by hand, without borders or scale."
)
DRAWN: Final = (
    "A map of tiles, one per area: its code, and people in beds as a share of its operating beds, deeper in colour the "
    "fuller, with a triangle and a thick edge over 100 %."
)
KEYS: Final = (("0 %", 0.0), ("50 %", 0.5), ("100 %", 1.0), ("over", 1.25))


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """The areas' beds at the end of a day, each result's map below the other. None where there is one area."""
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
        covers=covers(results).replace("Bands run", "Tiles show means. Low and high in the data run"),
        section=Section.AREAS,
        files="daily_by_area.csv",
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
    """A map a result at the slider's day, the first result's first day, and the key, from top to bottom."""
    last = max(len(one.days) for one in found) - 1
    maps = [_Map(one, f"{one.scenario}, " if len(found) > 1 else "", range(len(one.days))) for one in found]
    if last and len(found) <= MAPS:
        maps.append(_Map(found[0], f"{maps[0].head}first day: ", range(1)))
    columns = max(FEWEST, *(1 + place.column for one in found for place in places(one.codes).values()))
    height = KEY + sum(one.height for one in maps)
    paper = _Paper(columns, height)
    top, layers = 0, list[alt.Chart]()
    for one in maps:
        layers += _map(paper, one, top)
        top += one.height
    chart = theme.finished([*layers, *_key(paper, top)], height)
    bound = alt.binding_range(min=0, max=last, step=1, name=f"{_step(found)} ")
    return chart.add_params(alt.param(name="step", value=last, bind=bound)) if last else chart


def _step(found: Sequence[Areas]) -> str:
    """What the slider's step is."""
    days = max((one.days for one in found), key=len)
    step = int((days[1:] - days[:-1]).astype(int).max(initial=1))
    return "Day" if step == 1 else "Week" if step == WEEK else f"Step of {step} days"


@dataclass(frozen=True)
class _Map:
    """One map: the result, what its heading begins with, and the steps it can show; one step stands still."""

    areas: Areas
    head: str
    steps: range

    @property
    def height(self) -> int:
        rows = 1 + max(place.row for place in places(self.areas.codes).values())
        return HEAD + TILE * rows + BELOW


@dataclass(frozen=True)
class _Paper:
    """Where things lie: x in columns of tiles, y in pixels from the top."""

    columns: int
    height: int

    def at(self, chart: alt.Chart, x: str = "x", y: str = "y") -> alt.Chart:
        """The chart's marks at two fields of its rows."""
        across = alt.Scale(domain=[0, self.columns], nice=False, zero=False)
        down = alt.Scale(domain=[self.height, 0], nice=False, zero=False)
        return chart.encode(x=alt.X(f"{x}:Q", axis=None, scale=across), y=alt.Y(f"{y}:Q", axis=None, scale=down))

    @property
    def limit(self) -> alt.ExprRef:
        """Pixels of a text in a tile."""
        return alt.ExprRef(f"width / {self.columns}")


def _map(paper: _Paper, one: _Map, top: int) -> Iterator[alt.Chart]:
    """The heading and the tiles of one map."""
    heads = [{"step": step, "x": 0, "y": top + 9, "text": one.head + day(one.areas.days[step])} for step in one.steps]
    lie = places(one.areas.codes)
    tiles = [{"area": a, "x": p.column, "y": top + HEAD + TILE * p.row} for a, p in lie.items()]
    shown = theme.chart_of(list(_rows(one))).transform_lookup(
        lookup="area", from_=alt.LookupData(data=alt.InlineData(values=tiles), key="area", fields=["x", "y"])
    )
    head = theme.chart_of(heads)
    if len(one.steps) > 1:
        shown, head = shown.transform_filter("datum.step == step"), head.transform_filter("datum.step == step")
    yield (
        paper.at(head)
        .mark_text(align="left", baseline="middle", fontSize=theme.TEXT, fontWeight="bold")
        .encode(text="text:N")
    )
    yield from _tiles(paper, shown)


def _rows(one: _Map) -> Iterator[dict[str, Any]]:
    """A row a step and area: its share `s`, or the text that stands for it."""
    share, held, beds = one.areas.share, one.areas.held, one.areas.operating
    for step in one.steps:
        for i, area in enumerate(one.areas.codes):
            row: dict[str, Any] = {"step": step, "area": area}
            if beds[step, i] > 0:
                yield row | {"s": float(share[step, i])}
            else:
                yield row | {"text": "none" if beds[step, i] == 0 else f"{formats.count(held[step, i])} ∞"}


def _tiles(paper: _Paper, rows: alt.Chart) -> Iterator[alt.Chart]:
    """Tiles of rows with `x`, `y`, `area`, and `s` or `text`."""
    rows = rows.transform_calculate(
        x2=f"datum.x + {1 - ROOM}",
        y2=f"datum.y + {TILE - 3}",
        middle=f"datum.x + {(1 - ROOM) / 2}",
        first="datum.y + 20",
        second="datum.y + 38",
        value="isValid(datum.s) ? format(100 * datum.s, '.0f') + '\u2009%' : datum.text",
    )
    yield from _filled(paper, rows.transform_filter("isValid(datum.s)"))
    others = paper.at(rows.transform_filter("!isValid(datum.s)"))
    yield others.mark_rect(cornerRadius=3, stroke=theme.GREY, strokeDash=[3, 3], fillOpacity=0).encode(
        x2="x2:Q", y2="y2:Q"
    )
    lines: tuple[tuple[str, str, Weight], ...] = (("first", "area", "bold"), ("second", "value", "normal"))
    for height, text, weight in lines:
        mark = paper.at(rows, "middle", height).mark_text(
            baseline="middle", fontSize=theme.SMALL, fontWeight=weight, limit=paper.limit
        )
        yield mark.encode(text=f"{text}:N")


def _filled(paper: _Paper, rows: alt.Chart) -> Iterator[alt.Chart]:
    """Rectangles filled by their share `s`, with a triangle at the top over 100 %."""
    filled = paper.at(rows.transform_calculate(fill=OPACITY)).mark_rect(cornerRadius=3, stroke=theme.GREY)
    yield filled.encode(
        x2="x2:Q",
        y2="y2:Q",
        color=alt.condition(OVER, alt.value(theme.RED), alt.value(theme.BLUE)),
        strokeWidth=alt.condition(OVER, alt.value(2.5), alt.value(0.5)),
        fillOpacity=alt.FillOpacity("fill:Q", scale=None, legend=None),
    )
    marked = rows.transform_filter(OVER).transform_calculate(middle="(datum.x + datum.x2) / 2")
    yield paper.at(marked, "middle", "y").mark_text(text="▲", fontSize=9, yOffset=7)


def _key(paper: _Paper, top: int) -> Iterator[alt.Chart]:
    """What the colours mean, in one row."""
    wide = paper.columns / len(KEYS)
    rows = [
        {"x": i * wide, "x2": (i + 0.25) * wide, "beside": (i + 0.31) * wide, "s": share, "text": text}
        for i, (text, share) in enumerate(KEYS)
    ]
    keys = theme.chart_of([row | {"y": top + 2, "y2": top + 18, "middle": top + 10} for row in rows])
    yield from _filled(paper, keys)
    yield (
        paper.at(keys, "beside", "middle")
        .mark_text(align="left", baseline="middle", fontSize=theme.SMALL)
        .encode(text="text:N")
    )
