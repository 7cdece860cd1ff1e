"""Where the tile of each area lies: a drawing of which office lies where, hand-made, without borders or scale.

The areas of responsibility of the field offices cut across states and counties, so a tile stands for one office and
its neighbours are roughly those of the map. Other areas fall into rows below, in the order they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    import altair as alt

COLUMNS: Final = 8
FEWEST: Final = 4
"""Columns of a drawing at least, so that a lone tile is no wall."""


class Place(NamedTuple):
    """A place on the grid: rows run from north to south, columns from west to east, both from 0."""

    row: int
    column: int


_DRAWING: Final = """
SEA  .   .  SPM  .  DET BUF BOS
SFR SLC DEN  .  CHI PHI NEW NYC
LOS PHO  .  DAL  .  ATL WAS BAL
SND  .  ELP SNA HOU NOL  .   .
 .   .   .  HLG  .   .  MIA  .
"""

OFFICES: Final[dict[str, Place]] = {
    code: Place(row, column)
    for row, line in enumerate(_DRAWING.split("\n")[1:-1])
    for column, code in enumerate(line.split())
    if code != "."
}
"""The 25 field offices of ICE Enforcement and Removal Operations by their codes."""


def places(areas: Sequence[str]) -> dict[str, Place]:
    """A place for each area, in the order of the areas; rows and columns left empty at the top and left are cut off."""
    known = [OFFICES[area] for area in areas if area in OFFICES]
    top, left = min((place.row for place in known), default=0), min((place.column for place in known), default=0)
    below = max((place.row + 1 - top for place in known), default=0)
    free = (Place(below + n // COLUMNS, n % COLUMNS) for n in count())
    return {
        area: Place(OFFICES[area].row - top, OFFICES[area].column - left) if area in OFFICES else next(free)
        for area in areas
    }


@dataclass(frozen=True)
class Grid:
    """A drawing with a cell per area: x in columns, y in pixels from the top of the chart; cells begin at `top`."""

    areas: tuple[str, ...]
    cell: int
    top: int

    @cached_property
    def lie(self) -> dict[str, Place]:
        """Where each area lies."""
        return places(self.areas)

    @property
    def columns(self) -> int:
        """Columns of the drawing."""
        return max(FEWEST, *(1 + place.column for place in self.lie.values()))

    @property
    def bottom(self) -> int:
        """Pixels from the top of the chart to where the cells end."""
        return self.top + self.cell * (1 + max(place.row for place in self.lie.values()))

    def place(self, area: str) -> dict[str, float]:
        """The top left corner of an area's cell, as `x` and `y` of a row."""
        place = self.lie[area]
        return {"x": float(place.column), "y": float(self.top + self.cell * place.row)}

    def at(self, chart: alt.Chart, height: int) -> alt.Chart:
        """The chart's marks at `x` and `y` of its rows, in a chart of some pixels' height."""
        import altair as alt

        across = alt.Scale(domain=[0, self.columns], nice=False, zero=False)
        deep = alt.Scale(domain=[height, 0], nice=False, zero=False)
        placed: alt.Chart = chart.encode(x=alt.X("x:Q", axis=None, scale=across), y=alt.Y("y:Q", axis=None, scale=deep))
        return placed

    def text(
        self,
        chart: alt.Chart,
        height: int,
        field: str = "text",
        *,
        down: float = 0,
        size: int = 13,
        weight: Literal["normal", "bold"] = "normal",
    ) -> alt.Chart:
        """A text of each row at the top of its cell."""
        marks = self.at(chart, height).mark_text(
            align="left", baseline="top", fontSize=size, fontWeight=weight, dy=down
        )
        written: alt.Chart = marks.encode(text=f"{field}:N")
        return written
