"""Small random worlds in which everything happens to somebody, and on a grid all of it at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim.people.table import People
from sim.rules import MOVE_QUANTILES
from sim.scenario.world.tables import DOCUMENT_SPEED, NONE, U31, WORK, Calendar, Tables
from sim.vocabulary import DIVERTED, DIVERTED_NO_SHOW, EMPTY, MOVE_TIMES, RUNGS, TRACKS, Stage
from tests.pathway.worlds import ALWAYS, DAY, HOUR, calendar, people, tables

QUARTER = 6 * HOUR
GRID_SPEED = 1_000
_DAY0 = {
    "final_order": (Stage.PREPARING, Stage.DOCUMENT, Stage.STAY_OF_REMOVAL, Stage.SEAT_LINE),
    "expedited": (Stage.PREPARING, Stage.SCREENING_LINE, Stage.DOCKET, Stage.DOCUMENT, Stage.SEAT_LINE),
    "proceedings": (Stage.PREPARING, Stage.DOCKET, Stage.ADJOURNED, Stage.APPEAL, Stage.DOCUMENT, Stage.SEAT_LINE),
    "voluntary": (Stage.PREPARING, Stage.DOCUMENT, Stage.SEAT_LINE),
}


class Maker:
    """Draws of one world; on a grid every time is a multiple of a quarter of a day."""

    def __init__(self, seed: int, grid: bool, with_places: bool = False) -> None:
        self.rng = np.random.default_rng(seed)
        self.grid = grid
        self.days = int(self.rng.integers(4, 12))
        self.areas = int(self.rng.integers(1, 4))
        self.routes = int(self.rng.integers(1, 3))
        self.mode_stay = self.chance(0.15)
        self.crowded = self.chance(0.35)
        self.under_review = self.crowded or self.chance(
            0.3
        )  # slow reviews of nearly everything, so that much happens meanwhile
        self.on_the_road = self.crowded or self.chance(0.2)  # long ways to beds elsewhere
        self.displacing = self.chance(0.3)
        self.levers = np.random.default_rng([seed, 1])
        self.bits = np.random.default_rng([seed, 2])
        self.extra = int(self.rng.integers(1, 4)) if with_places else 0  # named places
        self.restless = with_places and self.chance(0.6)  # short times in places, long roads

    def chance(self, p: float) -> bool:
        """True with probability p."""
        return bool(self.rng.random() < p)

    def seconds(self, most: int) -> int:
        """A duration in [0, most]."""
        if self.grid:
            return int(self.rng.integers(0, most // QUARTER + 1)) * QUARTER
        return int(self.rng.integers(0, most + 1))

    def share(self) -> int:
        """0, 1 or anything between."""
        return int(self.rng.choice([0, U31, int(self.rng.integers(0, U31))]))

    def calendar(self, a_day: int, most: int) -> Calendar:
        """Up to `a_day` dated instants a day with up to `most` places each."""
        every = np.arange(0, self.days * DAY, QUARTER)
        times = np.sort(self.rng.choice(every, min(len(every), a_day * self.days), replace=False))
        if not self.grid:
            times = times + self.rng.integers(0, QUARTER, len(times))
        return Calendar(times.astype(np.int64), self.rng.integers(0, most + 1, len(times)).astype(np.int64))

    def by_day(self, *shape: int, most: int, least: int = 0) -> np.ndarray:
        """A capacity by day that changes now and then."""
        values = self.rng.integers(least, most + 1, (*shape, self.days))
        keep = self.rng.random(self.days) < 0.6
        for day in range(1, self.days):
            if keep[day]:
                values[..., day] = values[..., day - 1]
        return values.astype(np.int64)

    # --- tables ---------------------------------------------------------------------------------
    def tables(self) -> Tables:
        """The dates of the world."""
        parts: dict[str, Any] = {"days": self.days, "areas": [f"A{i}" for i in range(self.areas)]}
        parts |= {"routes": [f"R{i}" for i in range(self.routes)]}
        parts |= self._arrests() | self._intake() | self._beds() | self._case() | self._removal()
        parts |= self._release() | self._money() | self._ceiling()
        if self.extra:
            parts |= self._places(parts)
        return tables(**parts)

    def _arrests(self) -> dict[str, Any]:
        goal = self.by_day(most=12_000)
        return {
            "goal_milli": goal if self.chance(0.7) else NONE,
            "capability_milli": self.by_day(2, self.areas, most=9_000),
            "pool": self.rng.integers(1, 15, (2, self.areas)) if self.chance(0.4) else NONE,
            "by_criminality": self.chance(0.3),
            "criminality_ppm": [[300_000, 300_000, 400_000]] * 2,
            "throttle_above": self.by_day(self.areas, most=6) if self.chance(0.3) else NONE,
        }

    def _intake(self) -> dict[str, Any]:
        return {
            "intake_on": self.chance(0.8),
            "places": self.by_day(self.areas, most=5),
            "hours_limit_s": QUARTER * int(self.rng.integers(0, 6)) if self.chance(0.8) else NONE,
            "desks": self.by_day(self.areas, most=4) if self.chance(0.7) else 2**40,
        }

    def _ceiling(self) -> dict[str, Any]:
        if self.levers.random() < 0.7:
            return {}
        above = self.levers.integers(-1, 5, (self.areas, self.days))
        return {"ceiling_above": above, "ceiling_releases": bool(self.levers.random() < 0.6)}

    def _beds(self) -> dict[str, Any]:
        contracted = self.by_day(self.areas, most=12)
        physical = contracted + self.rng.integers(-2, 4, (self.areas, 1))
        physical = np.maximum(physical, 0)
        rungs = [i for i in self.rng.permutation(len(RUNGS)).tolist() if self.chance(0.7)]
        rungs = self._first(rungs, "transfer", self.on_the_road)
        rungs = self._first(rungs, "displace", self.displacing)
        allowed = np.minimum(physical, contracted + 2) if RUNGS.index("over_contract") in rungs else contracted * 0
        return {
            "beds_on": self.chance(0.95),
            "funded": self.by_day(most=8 * self.areas),
            "contracted": contracted,
            "physical": physical,
            "operating": np.minimum(physical, contracted),
            "over_contract": allowed,
            "guaranteed": np.minimum(contracted, 4),
            "rung_kind": np.array(rungs, np.int64),
            "rung_after_s": np.array([self._after(i) for i in rungs], np.int64),
            "displace_mandatory": self.chance(0.3),
            "release_mandatory": self.chance(0.3),
            "transfer_to": tuple(tuple(b for b in range(self.areas) if b != a) for a in range(self.areas)),
            "transfer_calendar": tuple(self.calendar(3, 3) for _ in range(self.areas)),
            "transfer_s": 3 * DAY if self.on_the_road else self.seconds(DAY),
        }

    def _first(self, rungs: list[int], kind: str, wanted: bool) -> list[int]:
        i = RUNGS.index(kind)
        return [i, *(rung for rung in rungs if rung != i)] if wanted else rungs

    def _after(self, rung: int) -> int:
        if (RUNGS[rung] == "transfer" and self.on_the_road) or (RUNGS[rung] == "displace" and self.displacing):
            return 0
        return self.seconds(2 * DAY) if self.chance(0.6) else NONE

    def _places(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Named places after the areas, and rules of moves of every kind between any of them."""
        n, rng = self.areas + self.extra, self.rng
        area = [*range(self.areas), *rng.integers(0, self.areas, self.extra).tolist()]
        own = {name: parts[name] for name in ("contracted", "physical", "over_contract", "guaranteed")}
        more = self.by_day(self.extra, most=9)
        beds = {
            name: np.concatenate([values, np.minimum(more, 3) if name == "guaranteed" else more])
            for name, values in own.items()
        }
        beds["operating"] = np.minimum(beds["physical"], beds["contracted"])
        home = [[p for p in range(n) if area[p] == a] for a in range(self.areas)]
        entry = [rng.permutation(here)[: rng.integers(1, len(here) + 1)].tolist() for here in home]
        moves = int(rng.integers(1, 5))
        when = rng.integers(0, 4, moves)
        seats = rng.integers(0, 3, moves)
        road = 2 * DAY if self.restless else DAY
        return beds | {
            "place_names": tuple(f"P{p}" for p in range(n)),
            "place_area": np.array(area),
            "place_kind": rng.integers(0, 3, n),
            "stay_limit_s": np.array([self.seconds(3 * DAY) for _ in range(n)]),
            "entry": tuple(map(tuple, entry)),
            "day0_place": np.array([rng.choice(here) for here in home]),
            "transfer_to": tuple(tuple(p for p in range(n) if area[p] != a) for a in range(self.areas)),
            "move_to": tuple(tuple(self._ways(p, n) for p in range(n)) for _ in range(moves)),
            "move_when": when,
            "move_after_s": np.array([np.sort([self._wait() for _ in range(16)]) for _ in range(moves)]).repeat(
                MOVE_QUANTILES // 16, axis=1
            ),
            "move_lead_work": self._leads(when),
            "move_share": self.by_day(moves, most=U31, least=U31 // 3),
            "move_seats": seats,
            "move_calendar": tuple(self.calendar(2, 3) if s == 1 else calendar() for s in seats),
            "move_road_s": np.array([QUARTER + self.seconds(road) for _ in range(moves)]),
            "move_cents": rng.integers(0, 90_000, moves),
            "docket_changes": self.chance(0.5),
        }

    def _leads(self, when: np.ndarray) -> np.ndarray:
        """Work left for the document when a rule for the seat line falls due."""
        work = self.levers.integers(0, 3 * DAY // QUARTER, (len(when), self.days)) * QUARTER * DOCUMENT_SPEED
        chosen = (when == MOVE_TIMES.index("seat_line")) & (self.levers.random(len(when)) < 0.7)
        return np.where(chosen[:, None], work, 0)

    def _ways(self, here: int, n: int) -> tuple[int, ...]:
        """Where a rule leads from a place: nowhere, to some places, or back to the same pool."""
        to = self.rng.permutation(n)[: self.rng.integers(0, n + 1)].tolist()
        return tuple(p for p in to if p != here or self.chance(0.3))

    def _wait(self) -> int:
        return QUARTER * self.grid + self.seconds(DAY if self.restless else 4 * DAY)

    def _case(self) -> dict[str, Any]:
        dockets = int(self.rng.integers(1, 3))
        return {
            "case_on": self.chance(0.95),
            "mode_stay": self.mode_stay,
            "dockets": tuple(f"D{i}" for i in range(dockets)),
            "docket_of": self.rng.integers(-1, dockets, self.areas),
            "docket_calendar": tuple(self.calendar(2, 3) for _ in range(dockets)),
            "screening_on": self.chance(0.7),
            "screening_share": self.share(),
            "screening_positive": self.share(),
            "screening_calendar": self.calendar(1, 2),
            "giving_up_after_s": np.array([0, 2 * DAY], np.int64),
            "giving_up_speed": np.outer([1, 2], self.rng.integers(0, 4, self.days))
            * (GRID_SPEED if self.grid else WORK // (12 * DAY)),
            "stay_share": self.by_day(most=U31 // 2),
        }

    def _removal(self) -> dict[str, Any]:
        on = self.chance(0.9)
        return {
            "removal_on": on,
            "groups_on": on,
            "groups": ("x", "y"),
            "document_speed": DOCUMENT_SPEED * self.by_day(2, most=2, least=1)
            if self.grid
            else self.by_day(2, most=2 * DOCUMENT_SPEED, least=DOCUMENT_SPEED // 2),
            "third_country_share": self.by_day(2, most=U31 // 2),
            "third_country_route": int(self.rng.integers(-1, self.routes)),
            "route_calendar": tuple(self.calendar(2, 4) for _ in range(self.routes)),
            "post_order_limit_s": self.seconds(4 * DAY) if self.chance(0.5) else NONE,
        }

    def _release(self) -> dict[str, Any]:
        speed = (
            GRID_SPEED * self.by_day(5, 3, most=2 if self.crowded else 1)
            if self.grid
            else self.by_day(5, 3, most=WORK // ((4 if self.crowded else 9) * DAY))
        )
        return {
            "clock_speed": speed * (self.rng.random((5, 1, 1)) < 0.6),
            "clock_runs": (self.rng.random((5, 2, 3)) < (0.9 if self.crowded else 0.7)).astype(np.int64),
            "clearance_on": self.under_review or self.chance(0.4),
            "needs_clearance": (self.rng.random(10) < (0.8 if self.under_review else 0.6))
            * np.array([1, 1, 1, 0, 0, 0, 1, 1, 1, 1]),
            "reviewers": self.by_day(most=12 if self.under_review else 2),
            "approval": self.share(),
            "atd_on": self.chance(0.5),
            "atd_slots": self.by_day(most=5),
            "atd_enrolled": int(self.rng.integers(0, 3)),
        }

    def _money(self) -> dict[str, Any]:
        return {
            "price_cents": np.append(self.rng.integers(0, 20_000, 9), 0),
            "seat_cents": self.rng.integers(0, 90_000, self.routes),
            "budget_cents": np.repeat(self.rng.integers(0, 5_000_000, (5, 1)), self.days, axis=1),
            "fiscal_year": np.where(np.arange(self.days) < self.days // 2, 2025, 2026),
            "limited_by": self.rng.integers(0, 2, 5),
            "on_exhaustion": int(self.rng.integers(0, 3)),
        }

    # --- people ---------------------------------------------------------------------------------
    def people(self) -> People:
        """Day 0, candidates, then possible re-arrests."""
        held = [self._held() for _ in range(int(self.rng.integers(0, 25)))]
        came = [self._candidate() for _ in range(int(self.rng.integers(5, 70)))]
        rows = held + came
        again = []
        for row in rows:
            if self.chance(0.2):
                row |= {"again": len(rows) + len(again), "again_after_s": self.seconds(3 * DAY)}
                again.append(
                    row | {"t": EMPTY, "height": -1, "stage0": 0, "again": -1, "stay_s": self.seconds(3 * DAY)}
                )
        return people(*rows, *again)

    def _person(self) -> dict[str, Any]:
        rng = self.rng
        return {
            "source": int(rng.integers(0, 3)),
            "area": int(rng.integers(0, self.areas)),
            "criminality": int(rng.integers(0, 3)),
            "custody": int(rng.integers(0, 2)),
            "group": int(rng.integers(0, 2)),
            "track": int(rng.choice([0, 1, 1, 1, 2, 2, 2, 3])),
            "intake": self._diverted(int(rng.choice([0, 0, 0, 0, 0, 1, 2, 3]))),
            "processing_s": self.seconds(DAY // 2),
            "stay_s": self.seconds(6 * DAY),
            "preparing_s": self.seconds(2 * DAY),
            "screening_u": int(rng.integers(0, U31)),
            "positive_u": int(rng.integers(0, U31)),
            "hearings": int(rng.integers(1, 5)),
            "adjournment_s": self.seconds(2 * DAY),
            "outcome": int(rng.choice([0, 0, 0, 1, 2])),
            "appeal_s": self.seconds(5 * DAY) if self.chance(0.5) else -1,
            "giving_up_work": self._exponential(),
            "document_work": self.seconds(3 * DAY) * DOCUMENT_SPEED,
            "third_u": int(rng.integers(0, U31)),
            "third_work": self.seconds(2 * DAY) * DOCUMENT_SPEED,
            "route": int(rng.integers(0, self.routes)),
            "stay_u": int(rng.integers(0, U31)),
            "stay_of_removal_s": self.seconds(2 * DAY),
            "clock_work": tuple(self._exponential() for _ in range(5)),
            "approval_u": tuple(int(x) for x in rng.integers(0, U31, 7)),
            "move_bits": int(self.bits.integers(0, 2**62)),
            "review_s": DAY + self.seconds(2 * DAY) if self.under_review else self.seconds(DAY),
            "atd_s": self.seconds(4 * DAY),
            "ordered_s": 0,
        }

    def _diverted(self, intake: int) -> int:
        """Now and then supervision, with or without appearance, in the place of a bed."""
        diverted = intake == 0 and self.levers.random() < 0.06
        return int(self.levers.choice([DIVERTED, DIVERTED_NO_SHOW])) if diverted else intake

    def _exponential(self) -> int:
        """Work of a clock; on a grid it is used up a whole number of quarter days later."""
        if self.grid:
            return int(self.rng.integers(0, 40)) * QUARTER * GRID_SPEED
        return int(self.rng.exponential() * WORK)

    def _candidate(self) -> dict[str, Any]:
        height = int(self.rng.integers(0, ALWAYS)) if self.chance(0.7) else -1
        row = self._person() | {"t": self.seconds((self.days - 1) * DAY), "height": height}
        return row if row["source"] < 2 else row | {"height": -1}

    def _held(self) -> dict[str, Any]:
        row = self._person() | {"t": -1 - self.seconds(40 * DAY)}
        stage = Stage.STAY if self.mode_stay else Stage(self.rng.choice(_DAY0[TRACKS[row["track"]]]))
        on_line = stage in (Stage.SCREENING_LINE, Stage.DOCKET, Stage.SEAT_LINE)
        left = -1 if on_line else self.seconds(3 * DAY) * (DOCUMENT_SPEED if stage == Stage.DOCUMENT else 1)
        ordered = self.seconds(20 * DAY) if stage in (Stage.DOCUMENT, Stage.STAY_OF_REMOVAL, Stage.SEAT_LINE) else 0
        return row | {"stage0": int(stage), "left_s": left, "ordered_s": ordered}


def moving_world(seed: int) -> tuple[Tables, People]:
    """The world of a seed with named places and moves, on the grid for even seeds."""
    return world(seed, grid=seed % 2 == 0, with_places=True)


def world(seed: int, grid: bool, with_places: bool = False) -> tuple[Tables, People]:
    """The world of a seed."""
    maker = Maker(seed, grid, with_places)
    return maker.tables(), maker.people()


def once_each(tables: Tables, people: People) -> People:
    """The same people, of whom nobody is arrested again."""
    never = tables.days * DAY
    return replace(people, again=np.full(len(people), -1), t=np.where(people.t == EMPTY, never, people.t))
