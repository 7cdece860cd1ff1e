"""One flow diagram laid out: its strands, bars, whiskers and labels, from a balance and the waits of a result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from sim.analysis.results import ResultTables
from sim.formats import count
from sim.report.daily_values import band
from sim.report.flow.balance import Balance, People
from sim.report.flow.strands import Kind, Strand, side_by_side
from sim.vocabulary import RELEASES, REMOVALS, Exit

WIDTH: Final = 380
"""Width of the drawing, stretched to that of the page; heights and texts are in pixels."""
RIVER: Final = 120
"""Width of the widest river, without the gaps between its strands."""
LABEL: Final = 164
ROW: Final = 16.0
LEFT: Final = 4
GAP: Final = 8
FAN: Final = 2.0
SKIP: Final = 5
"""Room above a bar."""
INDENT: Final = 6
SMALL: Final = 0.01
"""Exits below this share of all who left stand together."""

EXITS: Final = {reason.word: reason.row.short for reason in (*REMOVALS, *RELEASES)}
"""Words for each reason of exit, after a number of people."""


@dataclass(frozen=True)
class Line:
    """Where people wait: its name, in words what for, the measure of the mean wait, its unit, who waits at the end."""

    name: str
    words: str
    measure: str
    unit: str
    queue: str = ""


IN_HOLD_ROOM: Final = (
    Line("Desk line", "for a desk", "intake_wait_hours_mean", "h", "intake_queue"),
    Line("Bed line", "for a bed", "bed_wait_hours_mean", "h", "bed_queue"),
)
IN_BED: Final = (
    Line("Docket", "for a hearing", "hearing_wait_days_mean", "d", "docket_pending"),
    Line("Final order to removal", "from the final order to removal", "order_to_removal_days_mean", "d"),
    Line("Seat line", "for a seat", "seat_wait_days_mean", "d", "seat_queue"),
    Line("Release review", "for the review of a release", "clearance_wait_hours_mean", "h", "clearance_queue"),
)
LINES: Final = (*IN_HOLD_ROOM, *IN_BED)


@dataclass(frozen=True)
class Label:
    """A row of text at a height; `reach` is how far left the thin line to what it names goes, if there is one."""

    text: str
    y: float
    bold: bool = False
    x: float = LABEL
    reach: float | None = None


@dataclass
class River:
    """What is drawn of one result. Bars and whiskers are (height, left, right)."""

    strands: list[Strand] = field(default_factory=list)
    bars: list[tuple[float, float, float]] = field(default_factory=list)
    whiskers: list[tuple[float, float, float]] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    bottom: float = 0.0


@dataclass
class _Pen:
    """What is drawn so far, how wide a person is, and where the next row of labels goes."""

    river: River
    scale: float
    y: float

    def wide(self, people: People) -> float:
        """Width of that many people."""
        return float(people.mean()) * self.scale

    def edges(self, left: float, *people: People) -> list[float]:
        """Left edges of strands beside each other, without gaps."""
        return side_by_side(left, [self.wide(those) for those in people])

    def text(self, text: str, bold: bool = False, reach: float | None = None, x: float = LABEL) -> float:
        """Write a row; gives its height."""
        self.river.labels.append(Label(text, self.y, bold, x, reach))
        self.y += ROW
        return self.y - ROW

    def bar(self, y: float, left: float, width: float) -> None:
        self.river.bars.append((y, left, left + max(width, 1.0)))

    def strand(self, kind: Kind, people: People, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A strand from (left edge, height) to (left edge, height); none for nobody."""
        if people.mean():
            self.river.strands.append(Strand(kind, self.wide(people), *start, *end))

    def end(self, kind: Kind, people: People, start: tuple[float, float], x: float, text: str) -> None:
        """A strand that ends at a row of its own, with whiskers over the spread of its width."""
        if not people.mean():
            return
        y = self.text(f"{whole(people)} {text}", reach=x + self.wide(people))
        self.strand(kind, people, start, (x, y))
        self.bar(y, x, self.wide(people))
        _, low, high = band(people)
        if low < high:
            self.river.whiskers.append((y + 4, x + float(low) * self.scale, x + float(high) * self.scale))

    def line(self, line: Line, result: ResultTables, balance: Balance) -> None:
        """Two rows on where people wait: how many at the end, and the mean wait with its spread. None if nobody did."""
        waits = result.values(line.measure)
        if np.isnan(waits).all():
            return
        waiting = f": {whole(balance.waiting[line.queue])} at the end" if line.queue else ":"
        self.text(line.name + waiting)
        self.text(f"mean {'wait ' if line.queue else ''}{time_of(waits, line.unit)}", x=LABEL + INDENT)


def whole(people: People | float) -> str:
    """Return the mean number of people, as a whole number."""
    return count(float(np.mean(people)))


def time_of(waits: People, unit: str) -> str:
    """The mean of waits and, over several replications, their spread: `9.9 h (8.7–11.8)`."""
    mean, low, high = (f"{end:.1f}" for end in band(waits[~np.isnan(waits)]))
    return f"{mean} {unit}" if low == high else f"{mean} {unit} ({low}–{high})"


def river(result: ResultTables, balance: Balance, scale: float, top: float, title: str = "") -> River:
    """A result laid out from the height `top` down; `scale` is the width of a person."""
    pen = _Pen(River(), scale, top)
    if title:
        pen.text(title, bold=True, x=LEFT)
    start_y, hold_y = _into_hold_rooms(pen, balance)
    _in_hold_rooms(pen, result, balance, hold_y)
    bed_y = _into_beds(pen, balance, start_y, hold_y)
    for line in IN_BED:
        pen.line(line, result, balance)
    _out(pen, balance, hold_y, bed_y)
    pen.end("bed", balance.beds_end, (LEFT, bed_y), LEFT, "in beds at the end")
    pen.y += SKIP
    for text in sentence(balance):
        pen.text(text, x=LEFT)
    pen.river.bottom = pen.y
    return pen.river


def _come(pen: _Pen, balance: Balance) -> float:
    """Left edge of those who come into hold rooms; to the left of it are those already in beds."""
    return LEFT + pen.wide(balance.beds_start) + (GAP if balance.beds_start.mean() else 0)


def _into_hold_rooms(pen: _Pen, balance: Balance) -> tuple[float, float]:
    """Strands from their rows to the bar of the hold rooms; heights of the start in beds and of that bar."""
    start_y = pen.y
    if balance.beds_start.mean():
        pen.text(f"{whole(balance.beds_start)} in beds at the start", reach=_come(pen, balance) - GAP)
    sources = (
        (balance.hold_start, "in hold rooms at the start"),
        (balance.interior, "interior arrests"),
        (balance.border, "booked in at the border"),
        (balance.again, "arrested again"),
    )
    edges = pen.edges(_come(pen, balance), *(people for people, _ in sources))
    begun = [
        (people, x, pen.text(f"{whole(people)} {text}", reach=x + pen.wide(people)))
        for (people, text), x in zip(sources, edges, strict=True)
        if people.mean()
    ]
    pen.y += SKIP
    for people, x, y in begun:
        pen.strand("source", people, (x, y), (x, pen.y))
    return start_y, pen.y


def _in_hold_rooms(pen: _Pen, result: ResultTables, balance: Balance, y: float) -> None:
    """The bar of the hold rooms, the line there, and who is there or on the road at the end."""
    come = balance.arrests + balance.hold_start
    x = _come(pen, balance)
    pen.bar(y, x, pen.wide(come))
    pen.text(f"{whole(come)} into hold rooms", bold=True, reach=x + pen.wide(come))
    for line in IN_HOLD_ROOM:
        pen.line(line, result, balance)
    *_, road, hold = pen.edges(x, balance.book_ins, balance.unbedded, balance.road_end, balance.hold_end)
    pen.end("hold", balance.hold_end, (hold, y), hold + 2 * GAP, "there at the end")
    pen.end("hold", balance.road_end, (road, y), road + GAP, "on the road at the end")
    if balance.unbedded.mean():
        pen.text(f"{whole(balance.unbedded)} left without a bed", reach=road)


def _into_beds(pen: _Pen, balance: Balance, start_y: float, hold_y: float) -> float:
    """Strands to the bar of the beds; its height."""
    pen.y += SKIP
    y, beside = pen.y, LEFT + pen.wide(balance.beds_start)
    pen.strand("bed", balance.beds_start, (LEFT, start_y), (LEFT, y))
    pen.strand("hold", balance.book_ins, (_come(pen, balance), hold_y), (beside, y))
    people = balance.beds_start + balance.book_ins
    pen.bar(y, LEFT, pen.wide(people))
    pen.text(f"{whole(people)} through beds", bold=True, reach=LEFT + pen.wide(people))
    return y


def _out(pen: _Pen, balance: Balance, hold_y: float, bed_y: float) -> None:
    """Strands to the bar of those who left, and from it a strand a reason, the most frequent first."""
    pen.y += SKIP
    y, x = pen.y, LEFT + pen.wide(balance.beds_end) + GAP
    pen.strand("bed", balance.left_beds, (x - GAP, bed_y), (x, y))
    without_bed = _come(pen, balance) + pen.wide(balance.book_ins)
    pen.strand("hold", balance.unbedded, (without_bed, hold_y), (x + pen.wide(balance.left_beds), y))
    pen.bar(y, x, pen.wide(balance.left))
    pen.text(f"{whole(balance.left)} left custody", bold=True, reach=x + pen.wide(balance.left))
    removed, released = exits(balance)
    edges = pen.edges(x, *(people for _, people in reversed([*removed, *released])))[::-1]
    fanned = [edge + FAN * place for place, edge in zip(range(len(edges) - 1, -1, -1), edges, strict=True)]
    pen.y += SKIP
    ends = iter(zip(edges, fanned, strict=True))
    for text, people in removed:
        edge, to = next(ends)
        pen.end("removed", people, (edge, y), to, text)
    if len(released) > 1:
        pen.text(f"{whole(balance.releases)} released, of these")
    for text, people in released:
        edge, to = next(ends)
        pen.end("released", people, (edge, y), to, text)


Exits = list[tuple[str, People]]


def exits(balance: Balance) -> tuple[Exits, Exits]:
    """Removals and releases by reason, the most frequent first; releases below SMALL of all who left stand together."""
    ranked = sorted(((reason, people) for reason, people in balance.exits.items() if people.mean()), key=_fewest_last)
    removed = [(EXITS[reason], people) for reason, people in ranked if Exit[reason.upper()] in REMOVALS]
    released = [(EXITS[reason], people) for reason, people in ranked if Exit[reason.upper()] in RELEASES]
    least = SMALL * float(balance.left.mean())
    rare = [people for _, people in released if people.mean() < least]
    if len(rare) < 2:
        return removed, released
    return removed, [*released[: -len(rare)], ("for other reasons", np.sum(rare, axis=0))]


def _fewest_last(exit_: tuple[str, People]) -> float:
    return -float(exit_[1].mean())


def sentence(balance: Balance) -> tuple[str, str, str]:
    """The balance of custody in whole people, in three rows."""
    terms = (balance.in_custody_start, balance.arrests, balance.removals, balance.releases, balance.in_custody_end)
    start, arrests, removals, releases, end = (round(float(people.mean())) for people in terms)
    rounded = "" if start + arrests == removals + releases + end else " (rounded)"
    return (
        f"{whole(start)} in custody at the start + {whole(arrests)} arrests",
        f"= {whole(removals)} removals + {whole(releases)} releases",
        f"+ {whole(end)} in custody at the end{rounded}",
    )
