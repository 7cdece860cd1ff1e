"""Every measure of one replication: a dict from name to value, None where it is undefined."""

from __future__ import annotations

import datetime as dt

import numpy as np

from sim.arrays import Bools, Ints
from sim.measures import binding
from sim.measures.series import Series, daily, operating
from sim.measures.sums import AT_INTAKE, Wait
from sim.scenario.world.tables import NONE
from sim.vocabulary import (
    CRIMINALITY,
    EMPTY,
    FILES,
    PLACE_KINDS,
    RELEASES,
    Account,
    Exit,
    LedgerLine,
)
from sim.vocabulary import SECONDS_PER_DAY as DAY

Value = int | float | str | None

HOUR = 3600
MONTH_DAYS = 30.4
_FULL_PERCENT = 98


def summarize(series: Series) -> dict[str, Value]:
    """All measures of `vocabulary.MEASURES`."""
    by_day = daily(series)
    return {
        **{f"{one.name}_end": int(by_day[one.name][-1]) for one in FILES["daily.csv"] if one.at_end},
        **_arrests(series),
        **_population(series),
        **_hold_rooms(series),
        **_feasibility(series),
        **_waits(series),
        **_moves(series),
        **_case(series),
        **_exits(series),
        **_stays(series),
        **_money(series),
        **_goals(series),
    }


def _arrests(s: Series) -> dict[str, Value]:
    goal, interior = binding.arrest_goal(s).total_milli, int(s.arrests_interior.sum())
    behind = {cause: int(milli.sum()) / 1000 for cause, milli in binding.shortfall(s).items()}
    return {
        "arrests": int(s.arrests.sum()),
        "arrest_goal": None if goal is None else goal / 1000,
        "arrest_shortfall": None if goal is None else (goal - interior * 1000) / 1000,
        **{f"arrest_shortfall_{cause}": None if goal is None else n for cause, n in behind.items()},
        "arrests_throttled": int(s.records.not_arrested[:, :, 1].sum()),
        "arrests_interior": interior,
        "arrests_border": int(s.arrests_border.sum()),
        **{f"arrests_{word}": int(n) for word, n in zip(CRIMINALITY, s.criminality, strict=True)},
        "book_ins": int(s.book_ins.sum()),
    }


def _population(s: Series) -> dict[str, Value]:
    tables, held, beds = s.tables, s.held[1:], operating(s)
    national = held.sum(1)
    funded = tables.funded[tables.funded != NONE]
    over_funded = np.maximum(0, national - tables.funded)[tables.funded != NONE]
    empty = np.maximum(0, tables.operating.T - s.held_by_place[1:]).sum(1)
    endless = bool((beds == EMPTY).any())
    return {
        "held_mean": _mean(national),
        "held_peak": int(national.max()),
        "held_over_funded_mean": _mean(over_funded) if len(funded) else None,
        "beds_operating_mean": None if endless else _mean(beds),
        "beds_empty_guaranteed_nights": int(np.maximum(0, tables.guaranteed.T - s.held_by_place[1:]).sum()),
        "over_contract_nights": int(s.over_contract.sum()),
        "in_custody_mean": _mean(s.in_custody[1:].sum(1)),
        "empty_beds_mean": None if endless else _mean(empty),
        "areas_over_contract_mean": _mean((s.over_contract > 0).sum(1)),
    }


def _hold_rooms(s: Series) -> dict[str, Value]:
    tables = s.tables
    counted = bool((tables.places != NONE).any())
    return {
        "hold_room_mean": s.hold_room_seconds / (tables.days * DAY),
        "hold_room_peak": s.peaks["hold_room"],
        "hold_room_over_places_hours": s.over_places_s / HOUR if counted else None,
        "hold_room_stays": s.hold_room_stays,
        "hold_room_stays_over_limit": s.hold_room_over_limit if (tables.hours_limit_s != NONE).any() else None,
    }


HOLD_ROOMS_OVER = 3
"""Where a scenario sets no ceiling, this many times the places are more than hold rooms can hold."""
_WEEK = 7


def _feasibility(s: Series) -> dict[str, Value]:
    """Whether hold rooms hold what no real ones could, nationally at midnight."""
    tables = s.tables
    places = np.where(tables.places == NONE, 0, tables.places)
    # a ceiling is passed by one person in each area, who closes it
    ceiling = np.where(tables.ceiling_above == NONE, HOLD_ROOMS_OVER * places, tables.ceiling_above + 1)
    over = s.hold_room[1:].sum(1) > ceiling.sum(0)
    counted = bool((tables.places != NONE).all())
    weeks = np.convolve(over, np.ones(_WEEK, np.int64), "valid") == _WEEK if len(over) >= _WEEK else over[:0]
    first = tables.start + dt.timedelta(days=int(np.argmax(weeks))) if weeks.any() else None
    return {
        "not_feasible_days": int(np.count_nonzero(over)) if counted else None,
        "not_feasible_from": first.isoformat() if counted and first else None,
    }


_LINES = {"intake": HOUR, "bed": HOUR, "hearing": DAY, "seat": DAY, "clearance": HOUR}
"""Lines of which waits are measures, each with the unit of its waits."""


def _waits(s: Series) -> dict[str, Value]:
    """Waits of those who left a line, of everybody who waited in the window, and of those on it at the end."""
    found: dict[str, Value] = {}
    for line, unit in _LINES.items():
        word, wait = "hours" if unit == HOUR else "days", s.wait(line)
        found[f"{line}_wait_{word}_mean"] = _ended(wait, unit)
        found[f"{line}_wait_{word}_all_mean"] = _ratio(wait.seconds, wait.visits, unit)
        found[f"{line}_line_age_{word}_end"] = _ratio(wait.seconds - wait.ended_seconds, wait.at_end, unit)
    return found | {
        "intake_wait_hours_p95": _percentile(s.length("intake"), 95, HOUR),
        "bed_wait_hours_p95": _percentile(s.length("bed"), 95, HOUR),
        "bed_queue_peak": s.peaks["bed_line"],
        "clearance_hours_mean": _ended(s.wait("clearance with review"), HOUR),
        "clearance_queue_peak": s.peaks["clearance_line"],
    }


def _case(s: Series) -> dict[str, Value]:
    return {
        "transfers": int(s.moved_out.sum()),
        "order_to_removal_days_mean": _ratio(s.order_to_removal_s, s.removed_under_order, DAY),
        "give_ups": s.give_ups,
        "third_country_removals": s.third_country_removals,
    }


def _moves(s: Series) -> dict[str, Value]:
    """Places per stay over stays that ended, each seen whole; people held on day 0 are left out."""
    tables, kinds, per_stay, reached = s.tables, s.tables.place_kind, s.beds_of_whole, s.beds_reached
    book_ins, stays = int(s.book_ins.sum()), s.whole_stays
    places = sum(reached.values()) + s.interior_book_ins
    return {
        "moves": int(s.moves.sum()),
        "moves_from_bed": s.moves_from_bed,
        "moves_per_stay_mean": _ratio(sum(per_stay.values()), stays),
        "places_per_stay_mean": _ratio(stays + sum(per_stay.values()), stays),
        "bed_sites_per_stay_mean": _ratio(per_stay["bed_sites"], stays),
        "places_per_book_in": _ratio(places, book_ins),
        "bed_sites_per_book_in": _ratio(reached["bed_sites"], book_ins),
        "moves_per_month": (places - book_ins) / tables.days * MONTH_DAYS,
        "staging_per_removal": _ratio(reached["staging"], int(s.exits[..., Exit.REMOVED].sum())),
        **{f"place_days_mean_{word}": _ended(s.wait(word), DAY) for word in PLACE_KINDS},
        **{
            f"held_{word}_mean": int(s.held_by_place[1:, kinds == code].sum()) / tables.days
            for code, word in enumerate(PLACE_KINDS)
        },
        **{f"full_from_{word}": _full_from(s, kinds == code) for code, word in enumerate(PLACE_KINDS)},
        "over_place_limit_days": s.over_stay_limit_s / DAY if (tables.stay_limit_s != NONE).any() else None,
        "cost_usd_moves": int(s.records.ledger_cents[:, LedgerLine.MOVES].sum()) / 100,
    }


def _full_from(s: Series, of_kind: Bools) -> str | None:
    """The first date at whose end at least 98 % of the beds of some places are occupied."""
    beds = s.tables.operating[of_kind].sum(axis=0)
    full = (beds > 0) & (100 * s.held_by_place[1:, of_kind].sum(1) >= _FULL_PERCENT * beds)
    return (s.tables.start + dt.timedelta(days=int(full.argmax()))).isoformat() if full.any() else None


def _exits(s: Series) -> dict[str, Value]:
    """Removals and releases; recognizance and parole by the decision at intake, and of people already in custody."""
    by_reason = s.releases.sum((0, 1))
    return {
        "removals": int(s.removals.sum()),
        "releases": int(by_reason.sum()),
        **{f"releases_{reason.word}": int(n) for reason, n in zip(RELEASES, by_reason, strict=True)},
        **{f"{word}_at_intake": n for word, n in s.at_intake.items()},
        **{f"{one.word}_booked_out": int(s.exits[..., one].sum()) - s.at_intake[one.word] for one in AT_INTAKE},
        "diverted_no_shows": s.no_shows,
    }


def _stays(s: Series) -> dict[str, Value]:
    seconds = s.length("stay")
    return {
        "stay_days_mean": _mean(seconds, DAY),
        "stay_days_p10": _percentile(seconds, 10, DAY),
        "stay_days_p50": _percentile(seconds, 50, DAY),
        "stay_days_p90": _percentile(seconds, 90, DAY),
        "sustainable_arrests_per_day": _fluid_bound(s),
    }


def _fluid_bound(s: Series) -> float | None:
    """Mean operating beds divided by the mean stay in them: the window's person-days in bed per person who left a bed.

    That mean is right where the system is steady or stays are exponential. While the number in bed grows it is too
    long, for those who came late have not left yet, and the bound too low; while it falls, the reverse.
    """
    beds, left, days = operating(s), s.left_bed, s.wait("bed stay").seconds / DAY
    if not left or not days or (beds == EMPTY).any():
        return None
    return int(beds.sum()) / len(beds) / (days / left)


def _money(s: Series) -> dict[str, Value]:
    cents, removals = int(s.cost_cents.sum()), int(s.removals.sum())
    by_line = s.records.ledger_cents.sum(0).tolist()
    day = s.records.exhausted_day
    return {
        "cost_usd_total": cents / 100,
        **{
            f"cost_usd_{account.word}": sum(by_line[line] for line in LedgerLine if line.row.account == account) / 100
            for account in Account
        },
        "cost_usd_per_removal": cents / 100 / removals if removals else None,
        "funds_exhausted_day": day if day >= 0 else None,
        "funds_usd_total": None if s.tables.funds_cents == NONE else s.tables.funds_cents / 100,
    }


def _goals(s: Series) -> dict[str, Value]:
    goal, removals = binding.removal_goal(s).total_milli, int(s.removals.sum())
    return {
        "removals_goal": None if goal is None else goal / 1000,
        "removal_shortfall": None if goal is None else (goal - removals * 1000) / 1000,
        "goal_missed_from": binding.goal_missed_from(s),
        "binding_stage": binding.binding_stage(s),
    }


def _ratio(part: int, whole: int, unit: int = 1) -> float | None:
    return part / whole / unit if whole else None


def _mean(values: Ints, unit: int = 1) -> float | None:
    return _ratio(int(values.sum()), len(values), unit)


def _ended(wait: Wait, unit: int) -> float | None:
    """The mean of those that ended in the window."""
    return _ratio(wait.ended_seconds, wait.ended, unit)


def _percentile(seconds: Ints, percent: float, unit: int) -> float | None:
    """Linear interpolation between order statistics, as spreadsheets and pandas do."""
    return float(np.percentile(seconds, percent)) / unit if len(seconds) else None
