"""Midnight: what is counted, what is charged, and what changes with the date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from heapq import heappop, heappush
from operator import add, mul

import numpy as np

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
        self.areas = range(len(world.tables.areas))
        self.places = range(len(world.tables.place_names))
        self.flows = self._no_flows()  # today
        self._used = [0] * len(LEDGER_LINES)  # today
        self._atd_ends: list[int] = []
        self.ledger: list[list[int]] = []
        self._spent = [0] * len(ACCOUNTS)  # in this fiscal year
        self.exhausted_day = -1
        self.exhausted = False
        self._tally: defaultdict[str, list[list[int]]] = defaultdict(list)
        self.inside = [0 for _ in self.areas]
        self._price = list(world.tables.price_cents)
        self._price[LedgerLine.SEATS] = self._price[LedgerLine.MOVES] = 1  # counted in cents
        self._limits = [account for account, on in enumerate(world.tables.limited_by) if on]

    def _no_flows(self) -> dict[str, list[int]]:
        flows = {name: [0 for _ in self.areas] for name in ("arrests", "exits", "moved_in", "moved_out")}
        return flows | {"beds_over": [0 for _ in self.places]}

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

    def _midnights(self) -> Wait:
        world = self.world
        for day in range(world.tables.days):
            yield world.moment(day * SECONDS_PER_DAY, MIDNIGHT, 0)
            if day:
                self.close()
            self._begin(day)
            world.arrests.set_day()
            world.intake.set_day()
            world.beds.set_day()
            world.clearance.set_day()

    def _begin(self, day: int) -> None:
        tables = self.world.tables
        if day and tables.fiscal_year[day] != tables.fiscal_year[day - 1]:
            self._spent = [0] * len(ACCOUNTS)
            self.exhausted = False
        self.world.today = day
        if any(0 <= tables.budget_cents[account][day] <= self._spent[account] for account in self._limits):
            self.exhausted = True
            self.exhausted_day = day if self.exhausted_day < 0 else self.exhausted_day

    def close(self) -> None:
        """Stocks, flows and charges of the day that ends."""
        flows = self.flows
        for a in self.areas:
            self.inside[a] += flows["arrests"][a] - flows["exits"][a] + flows["moved_in"][a] - flows["moved_out"][a]
        self._close_ledger()
        self._take_stocks()
        for name, today in flows.items():
            self._tally[name].append(today)
        self.flows = self._no_flows()
        if self.tick:
            self.tick(self.world.today)

    def charge(self, line: LedgerLine, units: int = 1) -> None:
        """So much more is used today; seats and moves, which have prices of their own, in cents."""
        self._used[line] += units

    def _close_ledger(self) -> None:
        today, tables, in_bed = self.world.today, self.world.tables, self.world.beds.in_bed
        self.charge(LedgerLine.BED_NIGHTS, sum(in_bed))
        for p in self.places:
            self.charge(LedgerLine.GUARANTEED_MINIMUM, max(0, tables.guaranteed[p][today] - in_bed[p]))
            self.charge(LedgerLine.OVER_CONTRACT, max(0, in_bed[p] - tables.contracted[p][today]))
        self.charge(LedgerLine.ATD, self.on_atd((today + 1) * SECONDS_PER_DAY - 1))
        self.ledger.append(list(map(mul, self._used, self._price)))
        for account, cents in zip(ACCOUNT_OF_LINE, self.ledger[-1], strict=True):
            self._spent[account] += cents
        self._used = [0] * len(LEDGER_LINES)

    def _take_stocks(self) -> None:
        beds = self.world.beds
        used = list(map(add, beds.in_bed, beds.on_the_road))
        assert beds.taken == used, "a bed is taken by who is in it or on the way to it"
        stocks = {"inside": self.inside, "hold_room": self.world.intake.hold_room}
        for name, now in (stocks | {"in_bed": beds.in_bed, "road": beds.on_the_road}).items():
            self._tally[name].append(list(now))

    def moves(self, here: int, there: int) -> None:
        """Somebody leaves one area for a bed in another, or for another place of the same one."""
        if here != there:
            self.flows["moved_out"][here] += 1
            self.flows["moved_in"][there] += 1

    # --- alternatives to detention ------------------------------------------------------------
    def on_atd(self, now: int) -> int:
        """People enrolled; a slot that ends now is free now."""
        while self._atd_ends and self._atd_ends[0] <= now:
            heappop(self._atd_ends)
        return self.world.tables.atd_enrolled + len(self._atd_ends)

    def enrol(self, until: int) -> None:
        """One more person on ATD."""
        heappush(self._atd_ends, until)

    def counts(self, line_seconds: dict[str, int]) -> Counts:
        """The engine's own tally."""
        tally = {name: np.array(rows, dtype=np.int64) for name, rows in self._tally.items()}
        return Counts(**tally, line_seconds=line_seconds, events=self.world.env.events)
