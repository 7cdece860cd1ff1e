"""Daily series: flows within a day, stocks at its end.

Every array has D + 1 rows; row 0 is the day before the start, with the stocks of day 0 and empty
flows. Whole numbers use EMPTY, others nan, for a cell without a value.
"""

from __future__ import annotations

import numpy as np

from sim.arrays import Floats, Ints
from sim.log import Records
from sim.measures.sums import Sums
from sim.scenario.world.tables import ENDLESS, NONE, Tables
from sim.vocabulary import EMPTY, FILES, RELEASES, REMOVALS

Values = Ints | Floats


class Series(Sums):
    """All that is counted in a run, and what its engine tallied: flows have shape (D, A), stocks (D + 1, A)."""

    def __init__(self, sums: Sums, records: Records) -> None:
        super().__init__(sums.tables, vars(sums))
        self.records = records
        tables = self.tables
        self.held = by_area(tables, self.held_by_place)
        self.atd = tables.atd_enrolled + self.enrolled
        self.over_contract = by_area(tables, np.maximum(0, self.held_by_place[1:] - tables.contracted.T))
        self.cost_cents: Ints = records.ledger_cents.sum(axis=1)

    @property
    def arrests_interior(self) -> Ints:
        """(D, A)"""
        return self.arrests - self.arrests_border

    @property
    def in_custody(self) -> Ints:
        """(D + 1, A); a person on the road counts where the bed is."""
        return self.held + self.hold_room + self.in_transit

    @property
    def removals(self) -> Ints:
        """(D, A) removed and returned."""
        removed: Ints = self.exits[..., REMOVALS].sum(axis=2)
        return removed

    @property
    def releases(self) -> Ints:
        """(D, A, n) by vocabulary.RELEASES."""
        return self.exits[..., RELEASES]


def by_area(tables: Tables, by_place: Ints) -> Ints:
    """(rows, A) sums of a table (rows, P) over the places of each area."""
    if by_place.shape[1] == len(tables.areas):
        return by_place
    summed = np.zeros((len(by_place), len(tables.areas)), np.int64)
    np.add.at(summed.T, tables.place_area, by_place.T)
    return summed


def daily(series: Series) -> dict[str, Values]:
    """National series by column of `daily.csv`, each of shape (D + 1,).

    A column that is not derived here is the sum over areas of what is counted under its name.
    """
    tables, s = series.tables, series
    derived: dict[str, Values] = {
        "arrest_goal": np.where(tables.goal_milli < 0, np.nan, tables.goal_milli / 1000),
        "funded_beds": _stated(tables.funded),
        "beds_operating": operating(series),
        "transfers": s.moved_out.sum(1),
        "releases": s.releases.sum((1, 2)),
        **{f"releases_{reason.word}": s.releases[:, :, i].sum(1) for i, reason in enumerate(RELEASES)},
        "atd": s.atd,
        "cost_usd": s.cost_cents / 100,
        "cost_usd_cumulative": np.cumsum(s.cost_cents) / 100,
    }
    names = [column.name for column in FILES["daily.csv"][3:]]
    return {name: _from_start(s, derived[name] if name in derived else getattr(s, name).sum(1)) for name in names}


def daily_by_area(series: Series) -> dict[str, Values]:
    """Series by area and column of `daily_by_area.csv`, each of shape (D + 1, A)."""
    tables, s = series.tables, series
    derived: dict[str, Values] = {
        "arrests_throttled": s.records.not_arrested[:, :, 1],
        "contracted_beds": _stated(by_area(tables, tables.contracted.T)),
        "beds_operating": _stated(by_area(tables, tables.operating.T)),
        "hold_room_places": _stated(tables.places.T),
        "releases": s.releases.sum(2),
    }
    names = [column.name for column in FILES["daily_by_area.csv"][4:]]
    return {name: _from_start(s, derived[name] if name in derived else getattr(s, name)) for name in names}


def operating(series: Series) -> Ints:
    """(D,) operating beds, national; EMPTY where an area's are endless."""
    beds = series.tables.operating
    return np.where((beds >= ENDLESS).any(axis=0), EMPTY, beds.sum(axis=0))


def _stated(values: Ints) -> Ints:
    return np.where((values == NONE) | (values >= ENDLESS), EMPTY, values)


def _from_start(series: Series, values: Values) -> Values:
    """The same with an empty row for the day before the start, unless it has one."""
    if len(values) > series.tables.days:
        return values
    empty = EMPTY if np.issubdtype(values.dtype, np.integer) else np.nan
    first = np.full((1, *values.shape[1:]), empty, dtype=values.dtype)
    return np.concatenate([first, values])
