"""Building blocks of the compiled loop: a heap, the agenda of events, lines of people.

All work in place on the memory laid out in `layout.py`. Nothing here knows what an event means.
"""

from __future__ import annotations

from sim.compiled.jit import jit
from sim.compiled.layout import (
    BUCKET_S,
    C_AREAS,
    C_BUCKETS,
    C_DOCKETS,
    C_END,
    C_EVENTS_MOST,
    C_ROUTES,
    G_AGENDA,
    G_BROKEN,
    G_BUCKET,
    G_FREE,
    G_POOL_TOP,
    KIND_BITS,
    L_CLEARANCE,
    L_DISPLACEMENT,
    L_DOCKET,
    L_SCREENING,
    L_SEAT,
    L_TRANSFER,
    M_AGENDA,
    M_BUCKET_HEAD,
    M_LINE_MEMBERS,
    M_LINE_N,
    M_LINE_SECONDS,
    M_POOL,
    NUMBER_BITS,
    O_LINE_MOST,
    O_LINE_START,
    ROW_BITS,
    SINCE_BITS,
    SINCE_ZERO,
    Ints,
)

TIME_SHIFT = KIND_BITS + NUMBER_BITS
EVENT_MASK = (1 << TIME_SHIFT) - 1
NUMBER_MASK = (1 << NUMBER_BITS) - 1
ROW_MASK = (1 << ROW_BITS) - 1
SINCE_MASK = (1 << SINCE_BITS) - 1


# --- a binary heap of whole numbers -----------------------------------------------------------------
@jit
def heap_push(m: Ints, start: int, n: int, code: int) -> None:
    """Add a code to the heap of n at m[start]."""
    i = n
    while i > 0:
        parent = (i - 1) >> 1
        if m[start + parent] <= code:
            break
        m[start + i] = m[start + parent]
        i = parent
    m[start + i] = code


@jit
def heap_drop(m: Ints, start: int, n: int) -> None:
    """Take the least code out of the heap of n at m[start]; n - 1 remain."""
    last = m[start + n - 1]
    size = n - 1
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and m[start + child + 1] < m[start + child]:
            child += 1
        if last <= m[start + child]:
            break
        m[start + i] = m[start + child]
        i = child
    if size > 0:
        m[start + i] = last


# --- the agenda ---------------------------------------------------------------------------------------
@jit
def event_code(t: int, kind: int, number: int) -> int:
    """An event as one number that sorts as (time, kind, number)."""
    return (t << TIME_SHIFT) | (kind << NUMBER_BITS) | number


@jit
def add_event(c: Ints, m: Ints, t: int, kind: int, number: int) -> None:
    """Put an event on the agenda, if it lies in the window."""
    if t >= c[C_END]:
        return
    code = event_code(t, kind, number)
    bucket = t // BUCKET_S
    if bucket <= m[G_BUCKET]:
        if m[G_AGENDA] >= c[C_EVENTS_MOST]:
            m[G_BROKEN] = 1
            return
        heap_push(m, c[M_AGENDA], m[G_AGENDA], code)
        m[G_AGENDA] += 1
    else:
        _add_later(c, m, bucket, code)


@jit
def _add_later(c: Ints, m: Ints, bucket: int, code: int) -> None:
    i = m[G_FREE]
    if i >= 0:
        m[G_FREE] = m[c[M_POOL] + 2 * i + 1]
    else:
        i = m[G_POOL_TOP]
        if i >= c[C_EVENTS_MOST]:
            m[G_BROKEN] = 1
            return
        m[G_POOL_TOP] = i + 1
    m[c[M_POOL] + 2 * i] = code
    m[c[M_POOL] + 2 * i + 1] = m[c[M_BUCKET_HEAD] + bucket]
    m[c[M_BUCKET_HEAD] + bucket] = i


@jit
def open_bucket(c: Ints, m: Ints) -> bool:
    """Bring the events of the next hour that has any onto the heap; False if there is none left."""
    while m[G_AGENDA] == 0:
        m[G_BUCKET] += 1
        if m[G_BUCKET] >= c[C_BUCKETS]:
            return False
        i = m[c[M_BUCKET_HEAD] + m[G_BUCKET]]
        while i >= 0:
            heap_push(m, c[M_AGENDA], m[G_AGENDA], m[c[M_POOL] + 2 * i])
            m[G_AGENDA] += 1
            following = m[c[M_POOL] + 2 * i + 1]
            m[c[M_POOL] + 2 * i + 1] = m[G_FREE]
            m[G_FREE] = i
            i = following
    return True


# --- lines --------------------------------------------------------------------------------------------
@jit
def line_number(c: Ints, kind: int, place: int) -> int:
    """Which line of all: of a desk, bed or transfer by area, a docket, a route, or the only one."""
    n = c[C_AREAS]
    if kind <= L_TRANSFER:
        return kind * n + place
    if kind == L_DOCKET:
        return 3 * n + place
    if kind == L_SCREENING:
        return 3 * n + c[C_DOCKETS]
    if kind == L_SEAT:
        return 3 * n + c[C_DOCKETS] + 1 + place
    after_seats = 3 * n + c[C_DOCKETS] + 1 + c[C_ROUTES]
    if kind == L_CLEARANCE:
        return after_seats
    if kind == L_DISPLACEMENT:
        return after_seats + 1 + place
    return after_seats + 1 + n


@jit
def place_code(priority: int, since: int, row: int) -> int:
    """A place in a line as one number that sorts as (priority, since, row)."""
    return (priority << (SINCE_BITS + ROW_BITS)) | ((since + SINCE_ZERO) << ROW_BITS) | row


@jit
def row_of(code: int) -> int:
    """The row in a place's number."""
    return code & ROW_MASK


@jit
def since_of(code: int) -> int:
    """The time in a place's number."""
    return ((code >> ROW_BITS) & SINCE_MASK) - SINCE_ZERO


@jit
def line_push(c: Ints, m: Ints, line: int, code: int) -> None:
    """Add a place to a line, without counting anybody in."""
    n = m[c[M_LINE_N] + line]
    if n >= c[c[O_LINE_MOST] + line]:
        m[G_BROKEN] = 1
        return
    heap_push(m, c[c[O_LINE_START] + line], n, code)
    m[c[M_LINE_N] + line] = n + 1


@jit
def line_top(c: Ints, m: Ints, line: int) -> int:
    """The first place, perhaps of somebody who has left; the line must not be empty."""
    return m[c[c[O_LINE_START] + line]]


@jit
def line_drop(c: Ints, m: Ints, line: int) -> None:
    """Take the first place away."""
    heap_drop(m, c[c[O_LINE_START] + line], m[c[M_LINE_N] + line])
    m[c[M_LINE_N] + line] -= 1


@jit
def count_in(c: Ints, m: Ints, kind: int, line: int, now: int) -> None:
    """One more person waits."""
    m[c[M_LINE_MEMBERS] + line] += 1
    m[c[M_LINE_SECONDS] + kind] -= now


@jit
def count_out(c: Ints, m: Ints, kind: int, line: int, now: int) -> None:
    """One person waits no longer."""
    m[c[M_LINE_MEMBERS] + line] -= 1
    m[c[M_LINE_SECONDS] + kind] += now


@jit
def members(c: Ints, m: Ints, line: int) -> int:
    """People who wait."""
    return m[c[M_LINE_MEMBERS] + line]
