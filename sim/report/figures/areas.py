"""Area by area: a tile map of people held beside beds, and lines of how full each area is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import altair as alt
import numpy as np

from sim.analysis.comparison import under
from sim.analysis.results import ResultTables
from sim.arrays import Floats
from sim.formats import count, day, readable
from sim.report import theme
from sim.report.daily_values import Dates, band, by_area, covers, dates, first_few, table
from sim.report.figure import Figure, Section
from sim.report.office_grid import places
from sim.report.sentences import each, window

WEEK: Final = 7
FEW: Final = 15
"""A shorter window is shown day by day."""
FEWEST: Final = 4
"""Columns of a drawing at least, so that a lone tile is no wall."""
MOST: Final = 60
"""Steps at most; a longer window takes longer steps, of whole weeks."""
_UNITS: Final = {
    **dict.fromkeys(("held", "low", "high"), "people"),
    **dict.fromkeys(("operating_beds", "contracted_beds"), "beds"),
    "held_per_operating_bed": "people/bed",
}


@dataclass(frozen=True)
class Areas:
    """One result by area. All arrays are (steps, areas) at the ends of `days`, the first and the last of the window.

    `held` is the mean over replications, `low` and `high` its band (nan of one replication); `operating` and
    `contracted` are beds, nan where endless. `share` is held ÷ operating, nan where there are no or endless beds.
    """

    scenario: str
    names: Mapping[str, str]
    days: Dates
    held: Floats
    low: Floats
    high: Floats
    operating: Floats
    contracted: Floats

    @property
    def share(self) -> Floats:
        """Held ÷ operating beds; nan without beds or without an end of them."""
        there = self.operating > 0
        return np.divide(self.held, self.operating, out=np.full_like(self.held, np.nan), where=there)

    @property
    def codes(self) -> list[str]:
        """Codes of the areas, in the order of the arrays."""
        return list(self.names)


@dataclass(frozen=True)
class Grid:
    """A drawing with a cell per area: x in columns, y in pixels from the top of the chart; cells begin at `top`."""

    areas: Sequence[str]
    cell: int
    top: int

    @cached_property
    def cells(self) -> dict[str, dict[str, float]]:
        """The top left corner of each area's cell, as `x` and `y` of a row."""
        found = places(self.areas).items()
        return {area: {"x": float(at.column), "y": float(self.top + self.cell * at.row)} for area, at in found}

    @property
    def columns(self) -> int:
        """Columns of the drawing."""
        return max(FEWEST, *(1 + int(cell["x"]) for cell in self.cells.values()))

    @property
    def bottom(self) -> int:
        """Pixels from the top of the chart to where the cells end."""
        return self.cell + int(max(cell["y"] for cell in self.cells.values()))

    def at(self, chart: alt.Chart) -> alt.Chart:
        """The chart's marks at `x` and `y` of its rows."""
        across = alt.Scale(domain=[0, self.columns], nice=False, zero=False)
        placed: alt.Chart = chart.encode(x=alt.X("x:Q", axis=None, scale=across), y=alt.Y("y:Q", **theme.PIXELS))
        return placed

    def text(self, chart: alt.Chart, field: str = "text", down: float = 0, **style: Any) -> alt.Chart:
        """A text of each row at the top of its cell."""
        marks = self.at(chart).mark_text(align="left", baseline="top", **{"fontSize": theme.SMALL, "dy": down} | style)
        written: alt.Chart = marks.encode(text=f"{field}:N")
        return written


def areas_of(result: ResultTables) -> Areas:
    """The result by area."""
    when = dates(result)[1:]
    at = steps(len(when))

    def shown(column: str) -> Floats:
        """Replications × days shown × areas; the row of the day before the window is left out."""
        return by_area(result, column)[:, 1:][:, at]

    held, low, high = band(shown("held"))
    codes = result["daily_by_area"]["area"][: held.shape[1]].tolist()
    known = result.scenario.get("areas") or {}
    names = {code: str(known.get(code) or code) for code in codes}
    operating, contracted = (shown(name).mean(axis=0) for name in ("beds_operating", "contracted_beds"))
    return Areas(result.name, names, when[at], held, low, high, operating, contracted)


def steps(days: int) -> list[int]:
    """Positions of the days shown, of so many: each day, or the first of each week, and always the last."""
    step = 1 if days < FEW else WEEK * -(-days // (WEEK * MOST))
    return sorted({*range(0, days, step), days - 1})


def _figure(
    results: Sequence[ResultTables],
    key: str,
    title: str,
    meaning: str,
    shows: str,
    covered: str,
    says: Callable[[Areas], str],
    tells: Callable[[Areas], str],
    chart: Callable[[Sequence[Areas]], alt.LayerChart],
) -> Figure | None:
    """A figure with a picture of each of the first results; None where all of them have one area.

    `meaning` is how to read it, `says` what it says of a result, `tells` the same to somebody who cannot see it.
    """
    shown, left_out = first_few(results)
    by_name = {result.name: areas_of(result) for result in shown}
    found = list(by_name.values())
    if all(len(one.names) < 2 for one in found):
        return None
    names = {code: name.partition(" (")[0] for one in found for code, name in one.names.items()}
    codes = ", ".join(f"{code} {name}" for code, name in sorted(names.items()) if name != code)
    return Figure(
        key,
        title,
        says=" ".join([each(shown, lambda result: says(by_name[result.name])), meaning, *left_out]),
        alternative=f"{shows} {each(shown, lambda result: tells(by_name[result.name]))}",
        chart=chart(found),
        data=table(key, list(map(_rows, found)), _UNITS),
        covers=covered,
        section=Section.AREAS,
        files="daily_by_area.csv",
        note=f"{codes}." if codes else "",
    )


def _rows(one: Areas) -> dict[str, Any]:
    """A row per date and area, as columns."""
    days, areas = one.held.shape
    return {
        "scenario": np.full(days * areas, one.scenario, dtype=object),
        "date": np.repeat(one.days, areas),
        "area": np.tile(np.array(one.codes, dtype=object), days),
        "held": one.held.ravel(),
        "low": one.low.ravel(),
        "high": one.high.ravel(),
        "operating_beds": one.operating.ravel(),
        "contracted_beds": one.contracted.ravel(),
        "held_per_operating_bed": one.share.ravel(),
    }


def called(one: Areas, i: int) -> str:
    """An area by its name and its code."""
    code = one.codes[i]
    name = one.names[code].split(" (", 1)[0]
    return code if name == code else f"{name} ({code})"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


# --- tiles --------------------------------------------------------------------------------------
TEXT: Final = 34
LARGEST: Final = 60
"""Pixels of the two lines of text of a tile, and of the side of the largest square, where there is room for it."""
TILE: Final = TEXT + LARGEST + 8
HEAD: Final = 30
_TILES: Final = (
    "A filled square is as large as the people in beds are many, an outline as the operating beds; red: more people "
    "than beds. The place of a tile is roughly that of the field office, drawn by hand, without borders or scale."
)
_TILES_SHOW: Final = (
    "A map of tiles, one per area: its code, people in beds as a share of its operating beds, and a square as large as "
    "they are many, in another colour over 100 %."
)


def tiles(results: Sequence[ResultTables]) -> Figure | None:
    """The areas' people and beds at the end of a day, a map per result. None where there is one area."""
    covered = covers(results, "Tiles show means. Low and high in the data")
    words = ("Where beds are full", _TILES, _TILES_SHOW, covered)
    return _figure(results, "tiles", *words, _says_full, _tells_full, tile_chart)


def _says_full(one: Areas) -> str:
    """Which areas have more people held than operating beds at the end, and which have no share."""
    full = over(one)
    which = f": {', '.join(full[:3])}{', and others' if len(full) > 3 else ''}" if full else ""
    many = f"{len(full)} of {len(one.codes)} areas"
    held = f"On {day(one.days[-1])} {many} held more people than they had operating beds{which}."
    return " ".join([held, *unlike(one)])


def _tells_full(one: Areas) -> str:
    """All areas over their beds on the first day and on the last, and those without a share."""
    parts = [f"On {day(one.days[at])} over their beds: {', '.join(over(one, at)) or 'none'}." for at in (0, -1)]
    return " ".join([*parts, *unlike(one)])


def over(one: Areas, at: int = -1) -> list[str]:
    """Areas with more people held than operating beds, the fullest first: `Newark (NEW) 112 %`."""
    share = one.share[at]
    fullest = sorted(np.flatnonzero(_is_over(share)).tolist(), key=lambda i: -share[i])
    return [f"{called(one, i)} {_percent(share[i])}" for i in fullest]


def _is_over(share: Floats) -> Any:
    """Whether a share is over 100 % in the whole percent in which it is shown."""
    return np.round(100 * np.nan_to_num(share)) > 100


def unlike(one: Areas) -> list[str]:
    """What is to be said of areas without beds, and of those without an end of them."""
    beds = one.operating[-1]
    found = (("No beds", beds == 0), ("Endless beds", np.isnan(beds)))
    named = ((what, [called(one, i) for i in np.flatnonzero(which).tolist()]) for what, which in found)
    return [f"{what}: {', '.join(which)}." for what, which in named if which]


def tile_chart(found: Sequence[Areas]) -> alt.LayerChart:
    """A map per result at the slider's day; of a single result also one of its first day."""
    maps = [(one, f"{one.scenario}, " if len(found) > 1 else "", range(len(one.days))) for one in found]
    days = max((one.days for one in found), key=len)
    if len(days) > 1 and len(found) == 1:
        maps.append((found[0], "first day: ", range(1)))
    most = max(float(np.nanmax([np.nan_to_num(one.held), np.nan_to_num(one.operating)])) for one in found)
    layers, top = list[alt.Chart](), 0
    for one, head, steps in maps:
        grid = Grid(one.codes, TILE, top + HEAD)
        layers += _map(grid, one, head, steps, most)
        top = grid.bottom
    chart = theme.finished(layers, top)
    if len(days) == 1:
        return chart
    step = int((days[1:] - days[:-1]).astype(int).max())
    name = "Day" if step == 1 else "Week" if step == WEEK else f"Step of {step} days"
    bound = alt.binding_range(min=0, max=len(days) - 1, step=1, name=f"{name} ")
    return chart.add_params(alt.param(name="step", value=len(days) - 1, bind=bound))


def _map(grid: Grid, one: Areas, head: str, steps: range, most: float) -> Iterator[alt.Chart]:
    """The heading and the tiles of one map; with several steps those of the slider's."""
    heads = theme.chart_of([{"step": i, "x": 0, "y": grid.top - 22, "text": head + day(one.days[i])} for i in steps])
    tiles = theme.chart_of(list(_tiles(grid, one, steps)))
    if len(steps) > 1:
        heads, tiles = (chart.transform_filter("datum.step == step") for chart in (heads, tiles))
    yield grid.text(heads, fontSize=theme.TEXT, fontWeight="bold")
    yield grid.text(tiles, "code", fontWeight="bold")
    yield grid.text(tiles, "share", down=16)
    side = f"min({LARGEST}, 0.9 * width / {grid.columns})"
    area = alt.Scale(domain=[0, most], range=[0, alt.ExprRef(f"pow({side}, 2)")])
    moved: dict[str, Any] = {"xOffset": alt.ExprRef(f"{side} / 2"), "yOffset": alt.ExprRef(f"{TEXT} + {side} / 2")}
    colour = alt.Color("over:N", legend=None, scale=alt.Scale(domain=["no", "yes"], range=[theme.BLUE, theme.RED]))
    marks = grid.at(tiles).encode(tooltip="hover:N")
    filled = marks.mark_square(opacity=0.7, **moved)
    yield filled.encode(size=alt.Size("held:Q", scale=area, legend=None), color=colour)
    outline = marks.mark_square(filled=False, opacity=1, strokeWidth=1.5, color=theme.GREY, **moved)
    yield outline.encode(size=alt.Size("beds:Q", scale=area, legend=None))


def _tiles(grid: Grid, one: Areas, steps: range) -> Iterator[dict[str, Any]]:
    """A row per step and area."""
    for step in steps:
        for i, area in enumerate(one.codes):
            held, beds, share = float(one.held[step, i]), float(one.operating[step, i]), one.share[step, i]
            of = "endless beds" if np.isnan(beds) else f"{count(beds)} operating beds"
            yield grid.cells[area] | {
                "step": step,
                "code": area,
                "share": _share(one, step, i),
                "held": held,
                "beds": float(np.nan_to_num(beds)),
                "over": "yes" if _is_over(share) else "no",
                "hover": f"{called(one, i)}: {count(held)} people in beds, {of}",
            }


def _share(one: Areas, step: int, i: int) -> str:
    """The share of an area in as few characters as it takes."""
    beds = one.operating[step, i]
    return "∞" if np.isnan(beds) else f"{100 * one.share[step, i]:.0f}\u2009%" if beds else "none"


# --- lines --------------------------------------------------------------------------------------
PANEL: Final = 96
"""Pixels from the top of a panel to the top of the next; of these, the scale of the lines."""
SCALE: Final = 54
WIDE: Final = 0.88
"""Of a column's width that the lines take."""
ROW: Final = 18
"""Pixels of a row of the key."""
FULLEST: Final = 1.5
"""Share of the beds at which the scale ends; what is fuller is drawn there."""
_LINES: Final = (
    "All panels have one scale: from 0 to 150 % of the area's operating beds, the dashed line at 100 %; a line at the "
    "top is beyond it. The number is the share at the end"
)


def lines(results: Sequence[ResultTables]) -> Figure | None:
    """People held as a share of the operating beds, by area over time. None where there is one area."""
    shows = f"Small panels of lines, one per area, {window(results)}: people held as a share of the operating beds."
    whose = f" {under(first_few(results)[0][-1].name)}." if len(results) > 1 else "."
    words = ("How full each area is, over time", _LINES + whose, shows, "Means over the replications.")
    return _figure(results, "areas", *words, _says_change, _tells_change, line_chart)


def _says_change(one: Areas) -> str:
    """Where people in beds became more, and where most of all."""
    change = one.held[-1] - one.held[0]
    most = int(change.argmax())
    rose = f"The number of people in beds rose in {(change > 0).sum()} of {len(one.codes)} areas"
    return f"{rose}, most in {_course(one, most)}." if change[most] > 0 else f"{rose}."


def _tells_change(one: Areas) -> str:
    """Every area from the first day to the last, and its beds at the end."""
    return f"{'; '.join(f'{_course(one, i)}, {_beds(one.operating[-1, i])}' for i in range(len(one.codes)))}."


def _course(one: Areas, i: int) -> str:
    return f"{called(one, i)}, from {readable(one.held[0, i])} to {readable(one.held[-1, i])}"


def _beds(beds: float) -> str:
    if beds != beds:
        return "endless beds"
    return f"{readable(beds)} operating beds at the end" if beds else "no beds"


def line_chart(found: Sequence[Areas]) -> alt.LayerChart:
    """A small panel per area, at its place on the tile map, with a line per result."""
    codes = list(dict.fromkeys(code for one in found for code in one.codes))
    named = found if len(found) > 1 else ()
    grid = Grid(codes, PANEL, ROW * len(named) + 8)
    levels = [
        place | {"x2": place["x"] + WIDE, "y": _y(place, share)}
        for share in (0.0, 1.0)
        for place in grid.cells.values()
    ]
    rules = grid.at(theme.chart_of(levels)).encode(x2="x2:Q")
    layers = [rules.mark_rule(color=theme.GREY, strokeWidth=0.8, strokeDash=[3, 3])]
    layers += [_area_lines(grid, one, i) for i, one in enumerate(found)]
    texts = [place | {"text": code} for code, place in grid.cells.items()]
    layers += [grid.text(theme.chart_of(texts), fontWeight="bold")]
    shares = [grid.cells[code] | {"text": _share(found[-1], -1, i)} for i, code in enumerate(found[-1].codes)]
    layers += [grid.text(theme.chart_of(shares), down=15)]
    for i, one in enumerate(named):
        sample = grid.at(theme.chart_of([{"x": 0.0, "x2": 0.8, "y": ROW * i + 9}])).encode(x2="x2:Q")
        name = theme.chart_of([{"x": 0.9, "y": ROW * i + 3, "text": one.scenario}])
        layers += [sample.mark_rule(strokeWidth=2.2, **_look(i)), grid.text(name)]
    return theme.finished(layers, grid.bottom)


def _look(i: int) -> dict[str, Any]:
    """The colour and the small dash of a result."""
    return {"color": theme.colour(i), "strokeDash": [part / 2 for part in theme.dash(i)]}


def _y(place: Mapping[str, float], share: float) -> float:
    """Pixels from the top of a share in the panel at a place."""
    return round(place["y"] + PANEL - 8 - SCALE * min(share, FULLEST) / FULLEST, 1)


def _area_lines(grid: Grid, one: Areas, order: int) -> alt.Chart:
    """The line of each area; none without beds, or where they are endless."""
    rows = [
        {
            "area": area,
            "x": round(place["x"] + WIDE * step / max(len(one.days) - 1, 1), 4),
            "y": _y(place, one.share[step, i]),
            "hover": f"{called(one, i)}, {day(one.days[step])}: {_percent(one.share[step, i])} of its beds",
        }
        for i, area in enumerate(one.codes)
        for place in [grid.cells[area]]
        for step in np.flatnonzero(~np.isnan(one.share[:, i])).tolist()
    ]
    chart = grid.at(theme.chart_of(rows)).mark_line(strokeWidth=1.8, **_look(order))
    drawn: alt.Chart = chart.encode(detail="area:N", tooltip="hover:N")
    return drawn
