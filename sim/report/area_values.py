"""People held against beds, area by area, at the ends of some days: what the tile map and the lines by area draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.analysis.results import ResultTables
from sim.arrays import Floats
from sim.files.table import Table
from sim.report.daily_values import Dates, band, by_area, dates, table

WEEK: Final = 7
FEW: Final = 15
"""A shorter window is shown day by day."""
MOST: Final = 60
"""Steps at most; a longer window takes longer steps, of whole weeks."""


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


def areas_of(results: Sequence[ResultTables]) -> list[Areas]:
    """Each result by area. Raises no error: an area that only one result has is only in that one."""
    return [_of(result) for result in results]


def steps(days: int) -> list[int]:
    """Positions of the days shown, of so many: each day, or the first of each week, and always the last."""
    step = 1 if days < FEW else WEEK * -(-days // (WEEK * MOST))
    return sorted({*range(0, days, step), days - 1})


def _of(result: ResultTables) -> Areas:
    when = dates(result)[1:]
    at = steps(len(when))
    held, low, high = band(_at(result, "held", at))
    codes = result["daily_by_area"]["area"][: held.shape[1]].tolist()
    known = result.scenario.get("areas") or {}
    names = {code: str(known.get(code) or code) for code in codes}
    operating, contracted = (_at(result, name, at).mean(axis=0) for name in ("beds_operating", "contracted_beds"))
    return Areas(result.name, names, when[at], held, low, high, operating, contracted)


def _at(result: ResultTables, column: str, at: Sequence[int]) -> Floats:
    """Replications × days shown × areas; the row of the day before the window is left out."""
    return by_area(result, column)[:, 1:][:, at]


def data(name: str, found: Sequence[Areas]) -> Table:
    """A row per scenario, date and area."""
    units = dict.fromkeys(("held", "low", "high"), "people") | dict.fromkeys(
        ("operating_beds", "contracted_beds"), "beds"
    )
    return table(name, list(map(_part, found)), units | {"held_per_operating_bed": "people/bed"})


def _part(one: Areas) -> dict[str, Any]:
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


def code_key(found: Sequence[Areas]) -> str:
    """What the codes of the areas stand for; empty where they are their names."""
    names = {code: called(one, i).removesuffix(f" ({code})") for one in found for i, code in enumerate(one.codes)}
    said = [f"{code} {name}" for code, name in sorted(names.items()) if name != code]
    return f"{', '.join(said)}." if said else ""


def over(one: Areas, day: int = -1) -> list[str]:
    """Areas with more people held than operating beds, the fullest first: `Newark (NEW) 112 %`."""
    share = one.share[day]
    fullest = sorted(np.flatnonzero(is_over(share)).tolist(), key=lambda i: -share[i])
    return [f"{called(one, i)} {percent(share[i])}" for i in fullest]


def is_over(share: Floats) -> Any:
    """Whether a share is over 100 % in the whole percent in which it is shown."""
    return np.round(100 * np.nan_to_num(share)) > 100


def called(one: Areas, i: int) -> str:
    """An area by its name and its code."""
    code = one.codes[i]
    name = one.names[code].split(" (", 1)[0]
    return code if name == code else f"{name} ({code})"


def percent(share: float) -> str:
    """A share in whole percent."""
    return f"{100 * share:.0f} %"


def unlike(one: Areas, day: int = -1) -> list[str]:
    """What is to be said of areas without beds, and of those without an end of them."""
    beds = one.operating[day]
    found = (
        ("No beds", [called(one, i) for i in np.flatnonzero(beds == 0).tolist()]),
        ("Endless beds", [called(one, i) for i in np.flatnonzero(np.isnan(beds)).tolist()]),
    )
    return [f"{what}: {', '.join(which)}." for what, which in found if which]
