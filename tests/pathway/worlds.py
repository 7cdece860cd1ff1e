"""Small worlds made by hand: neutral tables and people of whom only what matters is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from sim.people.table import People
from sim.rules import MOVE_QUANTILES, NEVER
from sim.scenario.world.tables import DOCUMENT_SPEED, ENDLESS, HEIGHT_BITS, NONE, U31, Calendar, Tables
from sim.vocabulary import EMPTY, Stage

HOUR, DAY = 3600, 86_400
NO_DATES = Calendar(np.zeros(0, np.int64), np.zeros(0, np.int64))


def calendar(*instants: tuple[int, int]) -> Calendar:
    """(time, places) pairs."""
    times, places = zip(*instants, strict=True) if instants else ((), ())
    return Calendar(np.array(times, np.int64), np.array(places, np.int64))


def no_places(areas: Sequence[str], days: int) -> dict[str, Any]:
    """Fields of tables where each area is one place of detention and nobody is moved."""
    n, nothing = len(areas), np.zeros(0, np.int64)
    return {
        "place_names": tuple(areas),
        "place_area": np.arange(n),
        "place_kind": np.zeros(n, np.int64),
        "stay_limit_s": np.full(n, NONE),
        "entry": tuple((area,) for area in range(n)),
        "day0_place": np.arange(n),
        "move_to": (),
        "move_when": nothing,
        "move_after_s": np.zeros((0, MOVE_QUANTILES), np.int64),
        "move_lead_work": np.zeros((0, days), np.int64),
        "move_share": np.zeros((0, days), np.int64),
        "move_seats": nothing,
        "move_calendar": (),
        "move_road_s": nothing,
        "move_cents": nothing,
        "docket_changes": False,
    }


def tables(days: int = 10, areas: Sequence[str] = ("A",), routes: Sequence[str] = (), **different: Any) -> Tables:
    """A world in which nothing limits anybody; `different` replaces fields (lists become arrays)."""
    a, r = len(areas), len(routes)

    def full(*shape: int, value: int) -> np.ndarray:
        return np.full(shape, value, dtype=np.int64)

    world = Tables(
        start=dt.date(2025, 1, 1),
        days=days,
        areas=tuple(areas),
        groups=("any",),
        routes=tuple(routes),
        dockets=(),
        goal_milli=full(days, value=NONE),
        capability_milli=full(2, a, days, value=1_000_000),
        goal_follows=False,
        pool=full(2, a, value=NONE),
        by_criminality=False,
        criminality_ppm=np.array([[0, 0, 1_000_000]] * 2, np.int64),
        throttle_above=full(a, days, value=NONE),
        intake_on=False,
        places=full(a, days, value=NONE),
        hours_limit_s=full(days, value=NONE),
        desks=full(a, days, value=ENDLESS),
        ceiling_above=full(a, days, value=NONE),
        ceiling_releases=False,
        beds_on=False,
        funded=full(days, value=NONE),
        contracted=full(a, days, value=ENDLESS),
        physical=full(a, days, value=ENDLESS),
        operating=full(a, days, value=ENDLESS),
        over_contract=full(a, days, value=ENDLESS),
        guaranteed=full(a, days, value=0),
        rung_kind=full(0, value=0),
        rung_after_s=full(0, value=0),
        displace_mandatory=False,
        release_mandatory=False,
        transfer_to=((),) * a,
        transfer_calendar=(NO_DATES,) * a,
        transfer_s=6 * HOUR,
        **no_places(areas, days),
        case_on=True,
        mode_stay=True,
        stay_exit=10,
        docket_of=full(a, value=NONE),
        docket_calendar=(),
        screening_on=False,
        screening_share=full(days, value=0),
        screening_positive=full(days, value=0),
        screening_calendar=NO_DATES,
        giving_up_after_s=full(0, value=0),
        giving_up_speed=full(0, days, value=0),
        stay_share=full(days, value=0),
        removal_on=r > 0,
        groups_on=r > 0,
        document_speed=full(1, days, value=DOCUMENT_SPEED),
        third_country_share=full(1, days, value=0),
        third_country_route=NONE,
        route_calendar=(NO_DATES,) * r,
        post_order_limit_s=full(days, value=NONE),
        clock_speed=full(5, 3, days, value=0),
        clock_runs=full(5, 2, 3, value=0),
        clearance_on=False,
        needs_clearance=full(10, value=0),
        reviewers=full(days, value=0),
        approval=full(days, value=U31),
        atd_on=False,
        atd_slots=full(days, value=ENDLESS),
        atd_enrolled=0,
        diversion_share=full(2, days, value=0),
        price_cents=full(10, value=0),
        seat_cents=full(r, value=0),
        budget_cents=full(5, days, value=NONE),
        fiscal_year=full(days, value=2025),
        limited_by=full(5, value=0),
        on_exhaustion=0,
    )
    return replace(world, **{name: _as(getattr(world, name), value) for name, value in different.items()})


def _as(before: Any, value: Any) -> Any:
    """Numbers and lists in the shape of what they replace, where that is an array."""
    if isinstance(before, np.ndarray):
        array = np.asarray(value, dtype=np.int64)
        if array.ndim == before.ndim:
            return array
        return np.broadcast_to(array, before.shape).copy()
    return value


def beds(count: int | Sequence[int], days: int = 10, areas: int = 1) -> dict[str, Any]:
    """Contracted, physical and operating beds alike, by area."""
    by_area = np.broadcast_to(np.reshape(np.asarray(count, np.int64), (-1, 1)), (areas, days)).copy()
    return dict.fromkeys(("contracted", "physical", "operating", "over_contract"), by_area) | {"beds_on": True}


_NEUTRAL = {
    "t": 0,
    "source": 0,
    "area": 0,
    "criminality": 2,
    "custody": 1,
    "group": 0,
    "track": 0,
    "intake": 0,
    "height": -1,
    "stage0": int(Stage.NOT_ARRESTED),
    "left_s": 0,
    "ordered_s": 0,
    "processing_s": 0,
    "stay_s": DAY,
    "preparing_s": 0,
    "screening_u": 0,
    "positive_u": 0,
    "hearings": 1,
    "adjournment_s": 0,
    "outcome": 0,
    "appeal_s": -1,
    "giving_up_work": NEVER // 2,
    "document_work": 0,
    "third_u": U31 - 1,
    "third_work": 0,
    "route": 0,
    "stay_u": U31 - 1,
    "stay_of_removal_s": 0,
    "clock_work": (NEVER // 2,) * 5,
    "approval_u": (0,) * 7,
    "review_s": HOUR,
    "atd_s": DAY,
    "move_bits": 0,
    "again": -1,
    "again_after_s": 0,
}
ALWAYS = 2**HEIGHT_BITS


def people(*rows: dict[str, Any]) -> People:
    """One row a dictionary, in order; what is not said is neutral (a `t` of EMPTY is a re-arrest)."""
    full = [_NEUTRAL | row for row in rows]
    columns: dict[str, Any] = {"number": np.arange(len(rows), dtype=np.int64)}
    for field in fields(People)[1:]:
        values = np.array([row[field.name] for row in full], dtype=np.int64)
        columns[field.name] = values.T.copy() if values.ndim == 2 else values
    return People(**columns)


__all__ = ["ALWAYS", "DAY", "EMPTY", "HOUR", "beds", "calendar", "people", "tables"]
