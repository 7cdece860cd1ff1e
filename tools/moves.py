"""Places, moves and staging of the nation with moves beside published counts: `python -m tools.moves [PATH=VALUE ...]`.

Prints the table of docs/validation.md. Published: facility-by-day counts of the Deportation Data Project (arrivals at
places per month; hold rooms of the border agency have no counts, so the model leaves them out too).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import sim

_RUNS: Final = {
    "Oct–Dec 2023": ("moves-2023", ""),
    "Feb–Aug 2025": ("moves-2025", ""),
    "Oct–Dec 2025": ("national-moves", "days=133"),  # the whole run without its days to 30 September
}
"""The scenario of each period, and the setting that ends it where the period begins."""
PUBLISHED: Final[Mapping[str, tuple[float, ...]]] = {
    "places per book-in": (2.02, 2.94, 2.88),
    "bed sites per book-in": (1.40, 1.82, 1.72),
    "staging arrivals per removal": (0.51, 0.37, 0.30),
    "days in a staging site": (2.87, 2.17, 2.42),
    "moves a month": (21_434, 54_418, 76_527),
}
_MONTH_DAYS: Final = 30.4


@dataclass(frozen=True)
class Counts:
    """Totals of a window."""

    days: float
    book_ins: float
    places: float
    bed_sites: float
    staging: float
    staging_days: float
    removed: float

    def without(self, other: Counts) -> Counts:
        """What is left of a window without its beginning."""
        return Counts(*(one - before for one, before in zip(vars(self).values(), vars(other).values(), strict=True)))

    def figures(self) -> tuple[float, ...]:
        """In the order of PUBLISHED."""
        return (
            self.places / self.book_ins,
            self.bed_sites / self.book_ins,
            self.staging / self.removed,
            self.staging_days / self.staging,
            (self.places - self.book_ins) / self.days * _MONTH_DAYS,
        )


def counts(scenario: str, *sets: str) -> Counts:
    """Play one replication of a scenario."""
    run = sim.run(scenario, set=sets, reps=1, engine="compiled")
    at = {name: float(run.mean(name) or 0) for name in ("book_ins", "places_per_book_in", "bed_sites_per_book_in")}
    removed = sum(int(row["people"]) for row in run.exits.rows() if row["exit"] == "removed")
    days = float(len(run.daily) - 1)
    return Counts(
        days=days,
        book_ins=at["book_ins"],
        places=at["places_per_book_in"] * at["book_ins"],
        bed_sites=at["bed_sites_per_book_in"] * at["book_ins"],
        staging=float(run.mean("staging_per_removal") or 0) * removed,
        staging_days=float(run.mean("held_staging_mean") or 0) * days,
        removed=removed,
    )


def main(sets: list[str]) -> None:
    """Print published and modelled figures of each period."""
    found = []
    for scenario, before in _RUNS.values():
        whole = counts(scenario, *sets)
        found.append((whole.without(counts(scenario, *sets, before)) if before else whole).figures())
    print("| |" + "".join(f" {period} published | model |" for period in _RUNS))
    for i, (what, published) in enumerate(PUBLISHED.items()):
        print(f"| {what} |" + "".join(f" {_said(a)} | {_said(b[i])} |" for a, b in zip(published, found, strict=True)))


def _said(value: float) -> str:
    return f"{value:,.0f}" if value > 1000 else f"{value:.2f}"


if __name__ == "__main__":
    main(sys.argv[1:])
