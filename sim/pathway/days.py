"""Midnight: what is counted, what is charged, and what changes with the date."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from operator import add, mul

import numpy as np

from sim.arrays import Ints
from sim.log import Counts
from sim.pathway.world import Wait, World
from sim.rules import MIDNIGHT
from sim.vocabulary import ACCOUNT_OF_LINE, ACCOUNTS, LEDGER_LINES, SECONDS_PER_DAY, LedgerLine

STOP_OVER_FUNDING, STOP_ARRESTS = 1, 2


class Days:
    """Daily counters, the ledger and the exhaustion of funds. Day d ends at the midnight that begins d + 1."""

    def __init__(self, world: World, tick: Callable[[int], None] | None) -> None:
        self.world = world
        self.tick = tick
        n = len(world.tables.areas)
        self.areas = range(n)
        self.places = range(len(world.tables.place_names))
        self.arrested, self.exited, self.moved_in, self.moved_out = ([0] * n for _ in range(4))
        self.beds_over = [0 for _ in self.places]
        self._used = [0] * len(LEDGER_LINES)  # today
        self._atd_ends: list[int] = []
        self.ledger: list[list[int]] = []
        self._spent = [0] * len(ACCOUNTS)  # in this fiscal year
        self.exhausted_day = -1
        self.exhausted = False
        self._flows: dict[str, list[list[int]]] = {
            name: [] for name in ("arrests", "exits", "moved_in", "moved_out", "beds_over")
        }
        self._stocks: dict[str, list[list[int]]] = {name: [] for name in ("inside", "hold_room", "in_bed", "road")}
        self.inside = [0] * n
        tables = world.tables
        self._price: list[int] = tables.price_cents.tolist()
        self._price[LedgerLine.SEATS] = self._price[LedgerLine.MOVES] = 1  # counted in cents
        self._guaranteed: list[list[int]] = tables.guaranteed.tolist()
        self._contracted: list[list[int]] = tables.contracted.tolist()
        self._budget: list[list[int]] = tables.budget_cents.tolist()
        self._fiscal_year: list[int] = tables.fiscal_year.tolist()
        self._limits = [account for account, on in enumerate(tables.limited_by.tolist()) if on]

    @property
    def arrests_stopped(self) -> bool:
        """Money has run out and the scenario stops arrests then."""
        return self.exhausted and self.world.tables.on_exhaustion == STOP_ARRESTS

    @property
    def over_funding_stopped(self) -> bool:
        """Money has run out and no bed above the funded number is given."""
        return self.exhausted and self.world.tables.on_exhaustion == STOP_OVER_FUNDING

    def start(self) -> None:
        """Take the stocks of day 0 and begin the first day."""
        world = self.world
        for place in self.places:
            self.inside[world.beds.area_of[place]] += world.beds.in_bed[place]
        self._take_stocks()
        world.begin(self._midnights())

    def finish(self) -> None:
        """Close the last day."""
        self._close()

    def _midnights(self) -> Wait:
        world = self.world
        for day in range(world.tables.days):
            yield world.moment(day * SECONDS_PER_DAY, MIDNIGHT, 0)
            if day:
                self._close()
            self._begin(day)
            world.arrests.set_day()
            world.intake.set_day()
            world.beds.set_day()
            world.clearance.set_day()

    def _begin(self, day: int) -> None:
        if day and self._fiscal_year[day] != self._fiscal_year[day - 1]:
            self._spent = [0] * len(ACCOUNTS)
            self.exhausted = False
        self.world.today = day
        if self._over_budget():
            self.exhausted = True
            self.exhausted_day = day if self.exhausted_day < 0 else self.exhausted_day

    def _over_budget(self) -> bool:
        today = self.world.today
        return any(0 <= self._budget[account][today] <= self._spent[account] for account in self._limits)

    def _close(self) -> None:
        """Stocks, flows and charges of the day that ends."""
        for a in self.areas:
            self.inside[a] += self.arrested[a] - self.exited[a] + self.moved_in[a] - self.moved_out[a]
        self._close_ledger()
        self._take_stocks()
        self._take_flows()
        if self.tick:
            self.tick(self.world.today)

    def charge(self, line: LedgerLine, units: int = 1) -> None:
        """So much more is used today; seats and moves, which have prices of their own, in cents."""
        self._used[line] += units

    def _close_ledger(self) -> None:
        today, in_bed = self.world.today, self.world.beds.in_bed
        self.charge(LedgerLine.BED_NIGHTS, sum(in_bed))
        for p in self.places:
            self.charge(LedgerLine.GUARANTEED_MINIMUM, max(0, self._guaranteed[p][today] - in_bed[p]))
            self.charge(LedgerLine.OVER_CONTRACT, max(0, in_bed[p] - self._contracted[p][today]))
        self.charge(LedgerLine.ATD, self.on_atd((today + 1) * SECONDS_PER_DAY - 1))
        self.ledger.append(list(map(mul, self._used, self._price)))
        for account, cents in zip(ACCOUNT_OF_LINE, self.ledger[-1], strict=True):
            self._spent[account] += cents
        self._used = [0] * len(LEDGER_LINES)

    def _take_stocks(self) -> None:
        world, beds = self.world, self.world.beds
        used = list(map(add, beds.in_bed, beds.on_the_road))
        assert beds.taken == used, "a bed is taken by who is in it or on the way to it"
        self._stocks["inside"].append(list(self.inside))
        self._stocks["hold_room"].append(list(world.intake.hold_room))
        self._stocks["in_bed"].append(list(world.beds.in_bed))
        self._stocks["road"].append(list(world.beds.on_the_road))

    def _take_flows(self) -> None:
        n = len(self.areas)
        self._flows["arrests"].append(self.arrested)
        self._flows["exits"].append(self.exited)
        self._flows["moved_in"].append(self.moved_in)
        self._flows["moved_out"].append(self.moved_out)
        self._flows["beds_over"].append(self.beds_over)
        self.arrested, self.exited, self.moved_in, self.moved_out = ([0] * n for _ in range(4))
        self.beds_over = [0 for _ in self.places]

    def moves(self, here: int, there: int) -> None:
        """Somebody leaves one area for a bed in another, or for another place of the same one."""
        if here != there:
            self.moved_out[here] += 1
            self.moved_in[there] += 1

    # --- alternatives to detention ------------------------------------------------------------
    def on_atd(self, now: int) -> int:
        """People enrolled; a slot that ends now is free now."""
        while self._atd_ends and self._atd_ends[0] <= now:
            heappop(self._atd_ends)
        return self.world.tables.atd_enrolled + len(self._atd_ends)

    def enrol(self, until: int) -> None:
        """One more person on ATD."""
        heappush(self._atd_ends, until)

    # --- records ------------------------------------------------------------------------------
    def ledger_cents(self) -> Ints:
        """(D, lines) by LEDGER_LINES."""
        return np.array(self.ledger, dtype=np.int64)

    def counts(self, line_seconds: dict[str, int]) -> Counts:
        """The engine's own tally."""
        tally = {name: np.array(rows, dtype=np.int64) for name, rows in (self._flows | self._stocks).items()}
        return Counts(**tally, line_seconds=line_seconds, events=self.world.env.events)
