"""The areas over the days of a run: a tile each, filled as its beds are, and the nation's people held below."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import numpy as np

from sim.analysis.results import ResultTables
from sim.arrays import Floats
from sim.errors import InputError
from sim.formats import count, day
from sim.report.daily_values import ENOUGH, Dates, by_area, daily, dates, replications, spread
from sim.report.office_grid import places
from sim.report.stages import part
from sim.report.watch.scene import Scene, span

KEYS: Final = {
    "level": "people held, as a share of the area's contracted beds",
    "above": "people held above the contracted beds",
    "full": "as many people held as contracted beds",
}


def scene(results: ResultTables, first: dt.date | None = None, days: int | None = None) -> Scene:
    """The areas from `first` for `days`; by default the whole run. Means over the replications.

    Raises InputError for days outside the run.
    """
    begin, end = _stretch(dates(results), first, days)
    data = _data(results, slice(begin, end))
    n = data["replications"]
    mean = f"means of {n} replications" if n > 1 else "of one replication"
    band = f"The band around the line is {data['covers']}: {results.covers}."
    shown = range(0, end - begin, span((end - begin) * 86_400) // 86_400 or 1)
    return Scene(
        "areas",
        f"{results.title}: the areas from {day(data['dates'][0])} to {day(data['dates'][-1])}",
        [
            f"Each tile is one area; its place is roughly that of the office on the map. Numbers are {mean} at the end "
            "of each day; people in hold rooms and on the road are not in them.",
            band if n > 1 else "One replication is one possible course of events.",
            "The people are synthetic. In real areas every one of these numbers would be people.",
        ],
        KEYS,
        "A tile per area with a bar of people held against its contracted beds; below, people held in all areas by day",
        data,
        "The same as a table: people held at the end of the day, means over the replications.",
        ["date", "people held", data["covers"], "areas above their contracted beds", "fullest area"],
        [_row(data, i) for i in shown],
    )


def _stretch(dates: Dates, first: dt.date | None, days: int | None) -> tuple[int, int]:
    begin = 0 if first is None else int(np.searchsorted(dates, np.datetime64(first)))
    if first is not None and (begin >= len(dates) or dates[begin] != np.datetime64(first)):
        raise InputError(f"--from: {first} is not in the run; give {dates[0]} to {dates[-1]}")
    if days is not None and not 1 <= days < len(dates):
        raise InputError(f"--days: {days} is more or less than there is; give 1 to {len(dates) - 1}")
    return begin, len(dates) if days is None else min(begin + days + 1, len(dates))


def _data(results: ResultTables, seen: slice) -> dict[str, Any]:
    held, beds = (by_area(results, column).mean(axis=0) for column in ("held", "contracted_beds"))
    beds[0] = beds[min(1, len(beds) - 1)]  # the row of the day before the start has stocks only
    codes = results["daily_by_area"]["area"][: held.shape[1]].tolist()
    names, where = part(results, "areas"), places(codes)
    runs, national = replications(results), daily(results, "held")[:, seen]
    low, high = spread(national)
    return {
        "dates": [str(date) for date in dates(results)[seen]],
        "covers": "the middle 90 % of replications" if runs >= ENOUGH else "lowest to highest replication",
        "replications": runs,
        "held": _whole(national.mean(axis=0)),
        "low": _whole(low),
        "high": _whole(high),
        "funded": _whole(daily(results, "funded_beds")[0, seen]),
        "areas": [
            {"code": code, "name": str(names.get(code) or code), "row": where[code].row, "column": where[code].column}
            | {"held": _whole(held[seen, i]), "beds": _whole(beds[seen, i])}
            for i, code in enumerate(codes)
        ],
    }


def _whole(values: Floats) -> list[int | None]:
    """Whole numbers, fit for JSON; None where there is no value."""
    return [None if value != value else round(value) for value in values.tolist()]


def _row(data: dict[str, Any], i: int) -> list[str]:
    shares = {area["code"]: area["held"][i] / area["beds"][i] for area in data["areas"] if area["beds"][i]}
    fullest, share = max(shares.items(), key=lambda item: item[1], default=("", 0.0))
    return [
        day(data["dates"][i]),
        count(data["held"][i]),
        f"{count(data['low'][i])} to {count(data['high'][i])}",
        count(sum(one > 1 for one in shares.values())),
        f"{fullest}, {share:.0%}" if shares else "no contracted beds",
    ]
