"""Reading tables and counters, taking places in lines, waking people: what every stage does."""

from __future__ import annotations

from sim import rules
from sim.compiled import layout as at
from sim.compiled.building import (
    add_event,
    count_in,
    count_out,
    line_drop,
    line_number,
    line_push,
    line_top,
    place_code,
    row_of,
    since_of,
)
from sim.compiled.jit import jit
from sim.compiled.layout import Ints, Shorts


@jit
def by_day(c: Ints, m: Ints, table: int, row: int) -> int:
    """Today's value of a row of a table."""
    return c[c[table] + row * c[at.C_DAYS] + m[at.G_TODAY]]


@jit
def value(c: Ints, table: int, i: int) -> int:
    """The i-th number of a table."""
    return c[c[table] + i]


@jit
def add(c: Ints, m: Ints, block: int, i: int, change: int) -> None:
    """Change a counter."""
    m[c[block] + i] += change


@jit
def get(c: Ints, m: Ints, block: int, i: int) -> int:
    """Read a counter."""
    return m[c[block] + i]


@jit
def wide(rows: Shorts, k: int, column: int) -> int:
    """A number that takes two places."""
    return (rows[k, column + 1] << at.WIDE_BITS) | rows[k, column]


@jit
def put_wide(rows: Shorts, k: int, column: int, number: int) -> None:
    """Write a number that takes two places."""
    rows[k, column] = number & at.WIDE_MASK
    rows[k, column + 1] = number >> at.WIDE_BITS


@jit
def wake(c: Ints, m: Ints, action: int, k: int) -> None:
    """Have person k go on when this event is over."""
    m[c[at.M_WAKE] + m[at.G_ASLEEP]] = (action << 24) | k
    m[at.G_ASLEEP] += 1


@jit
def write(s: Shorts, c: Ints, m: Ints, k: int, t: int, what: int) -> None:
    """Write a row of the log."""
    i = m[at.G_LOGGED]
    if i >= c[at.C_LOG_MOST]:
        m[at.G_BROKEN] = 1
        return
    m[at.G_LOGGED] = i + 1
    row = c[at.M_LOG] + i * at.LOG_WORDS
    m[row] = (t << at.LOG_SHIFT) | k
    m[row + 1] = (what << at.LOG_AREA_BITS) | s[k, at.S_AREA]


@jit
def enter(s: Shorts, c: Ints, m: Ints, k: int, stage: int) -> None:
    """Person k comes to a stage."""
    if s[k, at.S_STAGE] != stage:
        s[k, at.S_STAGE] = stage
        write(s, c, m, k, m[at.G_NOW], stage)


@jit
def note(s: Shorts, c: Ints, m: Ints, k: int, what: int) -> None:
    """Something about person k stands in the log and leaves their stage as it is."""
    write(s, c, m, k, m[at.G_NOW], what)


@jit
def rank(p: Shorts, k: int) -> int:
    """Priority in lines for desks and beds."""
    return rules.priority(p[k, at.P_CUSTODY], p[k, at.P_CRIMINALITY])


@jit
def join(s: Shorts, c: Ints, m: Ints, kind: int, place: int, k: int, priority: int, since: int) -> None:
    """Take a place in a line."""
    line = line_number(c, kind, place)
    s[k, at.X_LINE_SINCE] = since
    line_push(c, m, line, place_code(priority, since, k))
    count_in(c, m, kind, line, m[at.G_NOW])


@jit
def head(s: Shorts, c: Ints, m: Ints, line: int, stage: int) -> int:
    """Place of the first who still waits; the line must not be empty."""
    while True:
        code = line_top(c, m, line)
        k = row_of(code)
        if s[k, at.S_STAGE] == stage and s[k, at.X_LINE_SINCE] == since_of(code):
            return code
        line_drop(c, m, line)


@jit
def quit_line(s: Shorts, c: Ints, m: Ints, kind: int, place: int, k: int) -> None:
    """Give up the place."""
    s[k, at.X_LINE_SINCE] = at.NEVER
    count_out(c, m, kind, line_number(c, kind, place), m[at.G_NOW])


@jit
def step(s: Shorts, c: Ints, m: Ints, k: int, seconds: int) -> None:
    """The next step of person k's case comes when `seconds` have passed."""
    t = m[at.G_NOW] + seconds
    s[k, at.X_STEP] = min(t, at.NEVER)
    add_event(c, m, t, at.K_STEP, k)
