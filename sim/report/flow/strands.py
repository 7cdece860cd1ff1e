"""The shape of the flow diagram: how far each strand of people reaches and how it bends, in units of the drawing.

A river that runs down the page. Strands are as wide as they have people; they start one below the other, join and part
at bars, and end one below the other, the rightmost first, so that the thin line from each end to its label on the
right crosses no other strand. (A Sankey diagram turned by a quarter, so that it fits a phone.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["source", "hold", "bed", "removed", "released"]
"""What a strand's people are at: colours and words go by it."""

BEND: Final = (0.0, 0.1, 0.22, 0.36, 0.5, 0.64, 0.78, 0.9, 1.0)


@dataclass(frozen=True)
class Strand:
    """A strand of one width from the left edge `x` at height `y` to the left edge `to_x` at height `to_y`."""

    kind: Kind
    width: float
    x: float
    y: float
    to_x: float
    to_y: float

    def outline(self) -> Iterator[tuple[float, float, float]]:
        """Height, left and right edge at some heights: a smooth step (3 s² − 2 s³) sideways."""
        for share in BEND if self.to_x != self.x else (0.0, 1.0):
            left = self.x + (self.to_x - self.x) * share * share * (3 - 2 * share)
            yield self.y + (self.to_y - self.y) * share, left, left + self.width


def side_by_side(left: float, widths: Sequence[float], gap: float = 0) -> list[float]:
    """Left edges of strands that lie beside each other from `left` on."""
    edges = [left]
    for width in widths:
        edges.append(edges[-1] + width + (gap if width else 0))
    return edges[:-1]
