"""Flat memory of the compiled engine: which number stands where.

Four arrays of integers hold a whole replication: `p` (people, one row a person), `s` (stays and what the
engine knows of each person), `c` (the tables, by day, and where things stand) and `m` (everything that
changes: counters, lines, the agenda). A row of `p` and of `s` lies together in memory, because what happens
to a person reads many of their columns at once; for the same reason their numbers have 32 bits, as play waits
for memory more than for anything else, and the few that are larger take two places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import rules
from sim.log import Counts, Log, Records
from sim.people.table import People
from sim.scenario.world.tables import Calendar, Tables
from sim.vocabulary import ACCOUNT_OF_LINE, CLEARABLE, CLOCKS, EMPTY, LEDGER_LINES, SECONDS_PER_DAY, Account

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]

# --- columns of p and s: sixteen a line, and a line is what the processor fetches at once -----------------
# fmt: off
PEOPLE = (
    "t", "source", "area", "criminality", "custody", "stage0", "intake", "track",
    "height", "", "processing_s", "preparing_s", "stay_s", "again", "again_after_s", "atd_s",
    "hearings", "adjournment_s", "outcome", "appeal_s", "group", "route", "stay_u", "stay_of_removal_s",
    "giving_up_work", "", "document_work", "", "third_work", "", "left_s", "",
    "third_u", "screening_u", "positive_u", "review_s",
)
(
    P_T, P_SOURCE, P_AREA, P_CRIMINALITY, P_CUSTODY, P_STAGE0, P_INTAKE, P_TRACK,
    P_HEIGHT, _, P_PROCESSING, P_PREPARING, P_STAY, P_AGAIN, P_AGAIN_AFTER, P_ATD,
    P_HEARINGS, P_ADJOURNMENT, P_OUTCOME, P_APPEAL, P_GROUP, P_ROUTE, P_STAY_U, P_STAY_OF_REMOVAL,
    P_GIVING_UP, _, P_DOCUMENT, _, P_THIRD, _, P_LEFT, _,
    P_THIRD_U, P_SCREENING_U, P_POSITIVE_U, P_REVIEW,
) = range(len(PEOPLE))
P_APPROVAL = len(PEOPLE)
"""One column per reason of CLEARABLE, at the end of the row."""
WIDE = ("height", "giving_up_work", "document_work", "third_work", "left_s")
"""Columns of p whose numbers take two places, as those of X_WORK in s do."""

(
    S_STAGE, S_AREA, X_STEP, X_ALARM, X_CLOCK_STAGE, X_LINE_SINCE, X_WHO, X_CLOSED,  # who: source × 2 + custody class
    X_SINCE, X_GIVES_UP, X_LIMIT, X_LANDING, X_CLEARED, X_REVIEW, X_REVIEW_SINCE, X_REVIEW_END,
    S_ARREST, S_PROCESSED, S_ASKED, S_BED, S_ORDER, S_HEARINGS, S_ROUTE, S_THIRD,
    X_PROMISED, X_WANTED, X_ASIDE, X_TRIED, X_PAUSED, X_TRANSFER, _, _,
) = range(32)
X_WORK = 32
"""Work left of each clock, two places a clock, at the end of the row."""
# fmt: on


def _whole_lines(columns: int) -> int:
    """Columns of a row that ends where a line of the processor ends."""
    return -(-columns // 16) * 16


P_COLUMNS = _whole_lines(P_APPROVAL + len(CLEARABLE))
S_COLUMNS = _whole_lines(X_WORK + 2 * len(CLOCKS))

WIDE_BITS = 31
WIDE_MASK = (1 << WIDE_BITS) - 1
NOT_YET = -(1 << 31)
"""Of a time in s: it never came."""
NEVER = (1 << 31) - 1
"""Of a time in s or a length in p: not in any run."""
NOBODY = -1
NOT_IN_CUSTODY = -1
"""Of X_CLOCK_STAGE: no clocks."""

# --- tables: names of offsets in c ------------------------------------------------------------------
SCALARS = (
    *("days", "areas", "end", "rows", "by_criminality", "intake_on", "beds_on"),
    *("displace_mandatory", "release_mandatory", "transfer_s", "case_on", "mode_stay", "stay_exit"),
    *("screening_on", "removal_on", "groups_on", "third_country_route", "clearance_on", "atd_on"),
    *("atd_enrolled", "on_exhaustion", "n_rungs", "n_routes", "n_dockets", "n_bands", "displacing"),
    *("pools", "rearrests"),
    *("n_candidates", "events_most", "log_most", "buckets"),
)
# fmt: off
(
    C_DAYS, C_AREAS, C_END, C_ROWS, C_BY_CRIMINALITY, C_INTAKE_ON, C_BEDS_ON,
    C_DISPLACE_MANDATORY, C_RELEASE_MANDATORY, C_TRANSFER_S, C_CASE_ON, C_MODE_STAY, C_STAY_EXIT,
    C_SCREENING_ON, C_REMOVAL_ON, C_GROUPS_ON, C_THIRD_ROUTE, C_CLEARANCE_ON, C_ATD_ON,
    C_ATD_ENROLLED, C_ON_EXHAUSTION, C_RUNGS, C_ROUTES, C_DOCKETS, C_BANDS, C_DISPLACING,
    C_POOLS, C_REARRESTS,
    C_CANDIDATES, C_EVENTS_MOST, C_LOG_MOST, C_BUCKETS,
) = range(len(SCALARS))
# fmt: on

TABLES = (
    *("goal_milli", "capability_milli", "pool", "criminality_ppm", "throttle_above", "hours_limit_s", "desks"),
    *("funded", "contracted", "operating", "over_contract", "guaranteed", "rung_kind", "rung_after_s", "docket_of"),
    *("screening_share", "screening_positive", "giving_up_after_s", "giving_up_speed", "stay_share"),
    *("document_speed", "document_cumulative", "third_country_share", "post_order_limit_s"),
    *("clock_speed", "clock_cumulative", "clock_runs", "needs_clearance", "reviewers", "approval", "atd_slots"),
    *("price_cents", "seat_cents", "account_of", "budget_cents", "fiscal_year", "limited_by"),
    *("transfer_to", "transfer_to_start", "calendar_start", "calendar_t", "calendar_places", "candidates"),
    *("line_start", "line_most"),
)
# fmt: off
(
    O_GOAL, O_CAPABILITY, O_POOL, O_CRIMINALITY_PPM, O_THROTTLE, O_LIMIT, O_DESKS,
    O_FUNDED, O_CONTRACTED, O_OPERATING, O_OVER_CONTRACT, O_GUARANTEED, O_RUNG_KIND, O_RUNG_AFTER, O_DOCKET_OF,
    O_SCREENING_SHARE, O_POSITIVE_SHARE, O_BAND_AFTER, O_BAND_SPEED, O_STAY_SHARE,
    O_DOCUMENT_SPEED, O_DOCUMENT_CUMULATIVE, O_THIRD_SHARE, O_POST_ORDER_LIMIT,
    O_CLOCK_SPEED, O_CLOCK_CUMULATIVE, O_CLOCK_RUNS, O_NEEDS_CLEARANCE, O_REVIEWERS, O_APPROVAL, O_ATD_SLOTS,
    O_PRICE, O_SEAT_CENTS, O_ACCOUNT_OF, O_BUDGET, O_FISCAL_YEAR, O_LIMITED_BY,
    O_TRANSFER_TO, O_TRANSFER_TO_START, O_CALENDAR_START, O_CALENDAR_T, O_CALENDAR_PLACES, O_CANDIDATES,
    O_LINE_START, O_LINE_MOST,
) = range(len(SCALARS), len(SCALARS) + len(TABLES))
# fmt: on

# --- what changes: numbers in m, then names of offsets in c of its blocks ------------------------------
NUMBERS = (
    *("now", "today", "taken_nationally", "exhausted", "exhausted_day", "processed", "transfers", "hearings"),
    *("reviewers_busy", "reviews_due", "logged", "events", "free", "pool_top", "bucket", "agenda", "woken", "asleep"),
    *("asked", "candidate", "broken", "interior_arrests"),
)
# fmt: off
(
    G_NOW, G_TODAY, G_TAKEN, G_EXHAUSTED, G_EXHAUSTED_DAY, G_PROCESSED, G_TRANSFERS, G_HEARINGS,
    G_REVIEWERS_BUSY, G_REVIEWS_DUE, G_LOGGED, G_EVENTS, G_FREE, G_POOL_TOP, G_BUCKET, G_AGENDA, G_WOKEN, G_ASLEEP,
    G_ASKED, G_CANDIDATE, G_BROKEN, G_INTERIOR_ARRESTS,
) = range(len(NUMBERS))
# fmt: on

BLOCKS = (
    *("taken", "in_bed", "road", "hold_room", "desks_busy", "desk_due", "bed_due", "inside"),
    *("arrested", "exited", "moved_in", "moved_out", "beds_over"),
    *("not_yet_found", "below", "seats_used", "spent", "calendar_next"),
    *("line_n", "line_members", "line_seconds"),
    *("flow_arrests", "flow_exits", "flow_in", "flow_out", "flow_over"),
    *("stock_inside", "stock_hold", "stock_bed", "stock_road"),
    *("ledger", "not_arrested", "shortfall", "log"),
    *("bucket_head", "pool", "agenda_heap", "wake", "asked_rows"),
)
# fmt: off
(
    M_TAKEN, M_IN_BED, M_ROAD, M_HOLD, M_DESKS_BUSY, M_DESK_DUE, M_BED_DUE, M_INSIDE,
    M_ARRESTED, M_EXITED, M_MOVED_IN, M_MOVED_OUT, M_BEDS_OVER,
    M_NOT_FOUND, M_BELOW, M_SEATS_USED, M_SPENT, M_CALENDAR_NEXT,
    M_LINE_N, M_LINE_MEMBERS, M_LINE_SECONDS,
    M_FLOW_ARRESTS, M_FLOW_EXITS, M_FLOW_IN, M_FLOW_OUT, M_FLOW_OVER,
    M_STOCK_INSIDE, M_STOCK_HOLD, M_STOCK_BED, M_STOCK_ROAD,
    M_LEDGER, M_NOT_ARRESTED, M_SHORTFALL, M_LOG,
    M_BUCKET_HEAD, M_POOL, M_AGENDA, M_WAKE, M_ASKED,
) = range(len(SCALARS) + len(TABLES), len(SCALARS) + len(TABLES) + len(BLOCKS))
# fmt: on
C_HEADER = len(SCALARS) + len(TABLES) + len(BLOCKS)

BLOCK = 4_096
"""Rows that are filled or read together, so that they are still at hand for the next column."""
BUCKET_S = 3_600
"""Events further away than the present hour wait in a list of their hour, unsorted."""
LOG_WORDS = 2  # time and row; what begins or happens, and the area
LOG_SHIFT, LOG_AREA_BITS = 32, 16
LINE_CLASSES = ("desk", "bed", "transfer", "docket", "screening", "seat", "clearance")
L_DESK, L_BED, L_TRANSFER, L_DOCKET, L_SCREENING, L_SEAT, L_CLEARANCE, L_DISPLACEMENT, L_ATD = range(9)

KINDS = (
    *(rules.MIDNIGHT, rules.TRANSFER_DEPARTURE, rules.ROUTE_DEPARTURE, rules.LANDING, rules.HEARING_LIST),
    *(rules.SCREENING_LIST, rules.CASE_STEP, rules.CLOCK, rules.REVIEW_END, rules.ARREST, rules.PROCESSED),
    *(rules.ASSIGN_DESK, rules.ASSIGN_BED, rules.ASSIGN_REVIEW, rules.RUNG),
)
# fmt: off
(
    K_MIDNIGHT, K_TRANSFER, K_ROUTE, K_LANDING, K_HEARINGS, K_SCREENINGS, K_STEP, K_CLOCK, K_REVIEW_END,
    K_ARREST, K_PROCESSED, K_ASSIGN_DESK, K_ASSIGN_BED, K_ASSIGN_REVIEW, K_RUNG,
) = range(len(KINDS))
# fmt: on
NUMBER_BITS, KIND_BITS = 28, 4
ROWS_MOST = (1 << NUMBER_BITS) // rules.MOST_RUNGS
ROW_BITS, SINCE_BITS, SINCE_ZERO = 24, 31, 1 << 30


@dataclass(frozen=True)
class Memory:
    """The four arrays of a replication."""

    p: Shorts
    s: Shorts
    c: Ints
    m: Ints

    def block(self, name: int, *shape: int) -> Ints:
        """A block of m as an array of its own shape."""
        start = int(self.c[name])
        return self.m[start : start + int(np.prod(shape))].reshape(shape)


def fits(tables: Tables, people: People) -> bool:
    """Rows, times and lines fit the bits they have here."""
    return (
        len(people) < ROWS_MOST
        and tables.days * SECONDS_PER_DAY < SINCE_ZERO
        and int(people.t[people.t > EMPTY].min(initial=0)) > -SINCE_ZERO
    )


def memory(tables: Tables, people: People, slack: int = 1) -> Memory:
    """Lay out a replication; `slack` multiplies the room for events and for the log of a day."""
    rows = len(people)
    parts = _tables(tables) | _calendars(tables)
    parts["candidates"] = _candidates(people)
    sizes = {
        "events_most": slack * (6 * rows + 4_096),
        "log_most": slack * (12 * rows + 4_096),
        "requests_most": slack * (2 * rows + 1_024),
    }
    numbers = _scalars(tables, people, parts) | sizes
    starts, most = _lines(tables, people, numbers)
    parts |= {"line_start": starts, "line_most": most}
    blocks = _block_sizes(tables, rows, len(starts), numbers)
    c, m_size = _constants(numbers, parts, blocks, int(most.sum()))
    filled = Memory(_people(people), _stays(people), c, np.zeros(m_size, dtype=np.int64))
    _first_values(filled, tables)
    return filled


def _aligned(rows: int, columns: int) -> Shorts:
    """An array whose rows begin where the processor's lines begin."""
    line, size = 64, rows * columns * 4
    raw = np.empty(size + line, dtype=np.uint8)
    start = -raw.ctypes.data % line
    return raw[start : start + size].view(np.int32).reshape(rows, columns)


def _people(people: People) -> Shorts:
    """Columns side by side, a person a row."""
    p = _aligned(len(people), P_COLUMNS)
    columns = [(j, name in WIDE, _cut(name, getattr(people, name))) for j, name in enumerate(PEOPLE) if name]
    for low in range(0, len(people), BLOCK):
        rows, high = p[low : low + BLOCK], low + BLOCK
        for j, is_wide, column in columns:
            if is_wide:
                _put_wide(rows, j, column[low:high])
            else:
                rows[:, j] = column[low:high]
        rows[:, P_APPROVAL : P_APPROVAL + len(people.approval_u)] = people.approval_u[:, low:high].T
    return p


def _cut(name: str, column: Ints) -> Ints:
    """A column whose numbers fit; what is too long for it can happen in no run."""
    may_not_fit = name == "t" or (name.endswith("_s") and name not in WIDE)
    if may_not_fit and len(column) and not NOT_YET <= column.min() <= column.max() <= NEVER:
        return np.clip(column, NOT_YET, NEVER)
    return column


def _put_wide(rows: Shorts, j: int, column: Ints) -> None:
    rows[:, j], rows[:, j + 1] = column & WIDE_MASK, column >> WIDE_BITS


def _first_row() -> Shorts:
    """A person before anything has happened."""
    row = np.zeros(S_COLUMNS, dtype=np.int32)
    row[[S_ARREST, S_PROCESSED, S_ASKED, S_BED, S_ORDER]] = NOT_YET
    row[S_ROUTE] = -1
    row[[X_STEP, X_ALARM, X_GIVES_UP, X_LIMIT, X_LINE_SINCE, X_REVIEW_END]] = NEVER
    row[[X_TRIED, X_REVIEW, X_PROMISED, X_WANTED]] = NOBODY
    row[X_CLOCK_STAGE] = NOT_IN_CUSTODY
    return row


def _stays(people: People) -> Shorts:
    s, first = _aligned(len(people), S_COLUMNS), _first_row()
    who = people.source * 2 + people.custody
    for low in range(0, len(people), BLOCK):
        rows, high = s[low : low + BLOCK], low + BLOCK
        rows[:] = first
        rows[:, S_AREA], rows[:, X_WHO] = people.area[low:high], who[low:high]
        for i, work in enumerate(people.clock_work):
            _put_wide(rows, X_WORK + 2 * i, work[low:high])
    return s


def _cumulative(speed: Ints) -> Ints:
    """Work used up to each midnight: one more entry than days on the last axis."""
    used = np.cumsum(np.minimum(speed, rules.FULL_DAY_SPEED) * SECONDS_PER_DAY, axis=-1)
    return np.concatenate([np.zeros((*speed.shape[:-1], 1), np.int64), used], axis=-1)


def _clock_runs(tables: Tables) -> Ints:
    """(5, 3, 2, 3) clock × source × custody class × stage: 1 where the clock runs and can ring at all."""
    can_ring = (tables.clock_speed.sum(axis=2) > 0).astype(np.int64)
    runs: Ints = tables.clock_runs[:, None, :, :] * can_ring[:, :, None, None]
    return runs


def _tables(tables: Tables) -> dict[str, Ints]:
    named = {name: getattr(tables, name) for name in TABLES if hasattr(tables, name) and name != "transfer_to"}
    lengths = [len(each) for each in tables.transfer_to]
    flat = [there for each in tables.transfer_to for there in each]
    return named | {
        "document_cumulative": _cumulative(tables.document_speed),
        "clock_cumulative": _cumulative(tables.clock_speed),
        "clock_runs": _clock_runs(tables),
        "account_of": np.array(ACCOUNT_OF_LINE, np.int64),
        "transfer_to": np.array(flat, np.int64),
        "transfer_to_start": np.cumsum([0, *lengths]).astype(np.int64),
    }


def _calendars(tables: Tables) -> dict[str, Ints]:
    """Transfers by area, then routes, dockets and screenings, one after the other."""
    each: list[Calendar] = [
        *tables.transfer_calendar,
        *tables.route_calendar,
        *tables.docket_calendar,
        tables.screening_calendar,
    ]
    return {
        "calendar_start": np.cumsum([0, *(len(one.times) for one in each)]).astype(np.int64),
        "calendar_t": np.concatenate([one.times for one in each]).astype(np.int64),
        "calendar_places": np.concatenate([one.places for one in each]).astype(np.int64),
    }


def _candidates(people: People) -> Ints:
    """Events of new arrivals by (time, row)."""
    order = np.argsort(people.t, kind="stable")
    coming = order[np.searchsorted(people.t[order], 0) :]
    rows = coming[people.stage0[coming] == 0].astype(np.int64)
    events: Ints = (people.t[rows] << (KIND_BITS + NUMBER_BITS)) | (K_ARREST << NUMBER_BITS) | rows
    return events


def _scalars(tables: Tables, people: People, parts: dict[str, Ints]) -> dict[str, int]:
    named = {name: int(getattr(tables, name)) for name in SCALARS if hasattr(tables, name) and name != "areas"}
    kinds = tables.rung_kind.tolist()
    return named | {
        "areas": len(tables.areas),
        "end": tables.days * SECONDS_PER_DAY,
        "rows": len(people),
        "n_rungs": len(kinds),
        "n_routes": len(tables.routes),
        "n_dockets": len(tables.docket_calendar),
        "n_bands": len(tables.giving_up_after_s),
        "displacing": int(2 in kinds),
        "pools": int((tables.pool >= 0).any()),
        "rearrests": int((people.again >= 0).any()),
        "n_candidates": len(parts["candidates"]),
        "buckets": tables.days * SECONDS_PER_DAY // BUCKET_S,
    }


def _lines(tables: Tables, people: People, numbers: dict[str, int]) -> tuple[Ints, Ints]:
    """Room of each line: no line can hold more entries than people may join it."""
    n, rows = len(tables.areas), len(people)
    by_area = np.bincount(people.area, minlength=n).astype(np.int64) + 1
    displaced = 3 * rows + 16 if numbers["displacing"] else 1
    most = np.concatenate(
        [
            *(by_area if on else np.ones(n, np.int64) for on in (tables.intake_on, tables.beds_on, tables.beds_on)),
            np.full(numbers["n_dockets"], rows + 1),
            np.full(1, rows + 1),
            np.full(numbers["n_routes"], rows + 1),
            np.full(1, numbers["requests_most"]),
            np.full(n, displaced),
            np.full(1, rows + 1),
        ]
    ).astype(np.int64)
    return np.concatenate([[0], np.cumsum(most)[:-1]]).astype(np.int64), most


def _block_sizes(tables: Tables, rows: int, lines: int, numbers: dict[str, int]) -> list[int]:
    """Sizes of BLOCKS, in order."""
    n, days, routes = len(tables.areas), tables.days, len(tables.routes)
    calendars = n + routes + numbers["n_dockets"] + 1
    by_area = [n] * 13
    others = [2 * n, 6 * n, routes, len(Account), calendars, lines, lines, len(LINE_CLASSES)]
    flows, stocks = [days * n] * 5, [(days + 1) * n] * 4
    kept = [days * len(LEDGER_LINES), days * n * 3, days * 4, numbers["log_most"] * LOG_WORDS]
    events = numbers["events_most"]
    agenda = [numbers["buckets"] + 1, 2 * events, events, 4 * rows + 64, rows + 1]
    return by_area + others + flows + stocks + kept + agenda


def _constants(numbers: dict[str, int], parts: dict[str, Ints], blocks: list[int], lines: int) -> tuple[Ints, int]:
    """The array c, and the size of m."""
    header = np.zeros(C_HEADER, dtype=np.int64)
    header[: len(SCALARS)] = [numbers[name] for name in SCALARS]
    at, flat = C_HEADER, []
    for i, name in enumerate(TABLES):
        header[len(SCALARS) + i] = at
        flat.append(np.ascontiguousarray(parts[name], dtype=np.int64).ravel())
        at += len(flat[-1])
    starts = len(NUMBERS) + np.concatenate([[0], np.cumsum(blocks)])
    header[len(SCALARS) + len(TABLES) :] = starts[:-1]
    c = np.concatenate([header, *flat])
    lines_at = int(c[O_LINE_START])
    n_lines = len(parts["line_start"])
    c[lines_at : lines_at + n_lines] += starts[-1]
    return c, int(starts[-1]) + lines


def _first_values(memory: Memory, tables: Tables) -> None:
    """What is not nought when play begins."""
    c, m = memory.c, memory.m
    m[G_EXHAUSTED_DAY] = m[G_FREE] = -1
    memory.block(M_BUCKET_HEAD, int(c[C_BUCKETS]) + 1)[:] = -1
    memory.block(M_NOT_FOUND, 2, len(tables.areas))[:] = tables.pool


# --- records --------------------------------------------------------------------------------------
def take_log(memory: Memory) -> Log:
    """What was logged since the last time, out of the memory, which then has room again."""
    n = int(memory.m[G_LOGGED])
    memory.m[G_LOGGED] = 0
    rows = memory.block(M_LOG, n, LOG_WORDS)
    moment, what = rows[:, 0], rows[:, 1]
    return Log(
        t=(moment >> LOG_SHIFT).astype(np.int32),
        row=(moment & ((1 << LOG_SHIFT) - 1)).astype(np.int32),
        stage=(what >> LOG_AREA_BITS).astype(np.uint8),
        place=(what & ((1 << LOG_AREA_BITS) - 1)).astype(np.int16),
        area=(what & ((1 << LOG_AREA_BITS) - 1)).astype(np.int16),
    )


def records(memory: Memory, tables: Tables, log: Log) -> Records:
    """What the loop left behind, with its log."""
    n, days = len(tables.areas), tables.days
    return Records(
        log=log,
        ledger_cents=memory.block(M_LEDGER, days, len(LEDGER_LINES)).copy(),
        not_arrested=memory.block(M_NOT_ARRESTED, days, n, 3).copy(),
        shortfall_milli=memory.block(M_SHORTFALL, days, 4).copy(),
        exhausted_day=int(memory.m[G_EXHAUSTED_DAY]),
        counts=_counts(memory, tables),
    )


def _still_waiting(memory: Memory, tables: Tables) -> Ints:
    """People on the lines of each class at the end."""
    n = len(tables.areas)
    lines = [n, n, n, len(tables.docket_calendar), 1, len(tables.routes), 1]
    members = memory.block(M_LINE_MEMBERS, sum(lines))
    return np.array([each.sum() for each in np.split(members, np.cumsum(lines)[:-1])], dtype=np.int64)


def _counts(memory: Memory, tables: Tables) -> Counts:
    days, n = tables.days, len(tables.areas)
    flow, stock = (days, n), (days + 1, n)
    seconds = memory.block(M_LINE_SECONDS, len(LINE_CLASSES)) + int(memory.c[C_END]) * _still_waiting(memory, tables)
    return Counts(
        arrests=memory.block(M_FLOW_ARRESTS, *flow).copy(),
        exits=memory.block(M_FLOW_EXITS, *flow).copy(),
        moved_in=memory.block(M_FLOW_IN, *flow).copy(),
        moved_out=memory.block(M_FLOW_OUT, *flow).copy(),
        inside_end=memory.block(M_STOCK_INSIDE, *stock).copy(),
        hold_room_end=memory.block(M_STOCK_HOLD, *stock).copy(),
        in_bed_end=memory.block(M_STOCK_BED, *stock).copy(),
        on_the_road_end=memory.block(M_STOCK_ROAD, *stock).copy(),
        beds_taken_most=memory.block(M_FLOW_OVER, *flow).copy(),
        line_seconds=dict(zip(LINE_CLASSES, seconds.tolist(), strict=True)),
        events=int(memory.m[G_EVENTS]),
    )
