"""Where the tile of each area lies: a drawing of which office lies where, hand-made, without borders or scale.

The areas of responsibility of the field offices cut across states and counties, so a tile stands for one office and
its neighbours are roughly those of the map. Other areas fall into rows below, in the order they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Final, NamedTuple

COLUMNS: Final = 8


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
