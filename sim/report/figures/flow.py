"""Where people come from and where they go: everybody in custody during the run, on one scale for all results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Final

import altair as alt
import numpy as np

from sim.analysis.results import ResultTables
from sim.arrays import Floats
from sim.files.table import Table
from sim.formats import readable
from sim.report import theme
from sim.report.daily_values import band, columns, covers, daily, first_few, replications
from sim.report.figure import Figure, Section
from sim.report.sentences import each
from sim.vocabulary import Exit

BAR: Final = 220
"""Pixels of the bar of the result with most people."""
LINE: Final = 16
GAP: Final = 4
"""Pixels of a line of a label, and between two strands at their outer ends."""
WIDEST: Final = 13
"""Characters of a line of a label on the left."""
HEAD: Final = 30
BETWEEN: Final = 24
SMALL: Final = 0.01
"""Releases below this share of all stand together."""
LEFT, MIDDLE, RIGHT = (0.29, 0.31), (0.41, 0.43), (0.53, 0.55)
"""From where to where the bars lie, as shares of the width."""
Place = tuple[float, float]
Rows = list[dict[str, Any]]
BEND: Final = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
KINDS: Final = {"came": theme.GREY, "in custody": theme.BLUE, "removed": theme.PINK, "released": theme.GREEN}
"""The key: colours of the strands."""


@dataclass(frozen=True)
class Strand:
    """People who came one way or left one way; `people` has one number per replication."""

    words: str
    kind: str
    people: Floats

    @property
    def mean(self) -> float:
        """Mean over replications."""
        return float(self.people.mean())


@dataclass(frozen=True)
class Flow:
    """All who were in custody in a run: how they came, and how they left or where they are at the end."""

    came: Sequence[Strand]
    left: Sequence[Strand]

    @property
    def people(self) -> float:
        """Everybody."""
        return sum(one.mean for one in self.came)


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """The flow of people through custody. None without results, or where nobody was there and nobody came."""
    results, left_out = first_few(results)
    flows = {result.name: flow(result) for result in results}
    most = max((one.people for one in flows.values()), default=0.0)
    if not most:
        return None
    rows = [
        {"scenario": name, "side": side, "what": strand.words}
        | dict(zip(("mean", "low", "high"), map(float, band(strand.people)), strict=True))
        for name, one in flows.items()
        for side, strands in (("came", one.came), ("left", one.left))
        for strand in strands
    ]
    return Figure(
        key="flow",
        title="Where people come from, and where they go",
        says=" ".join([each(results, lambda result: _says(result, flows[result.name])), *left_out]),
        alternative="Bars of people who came, on the left, and of how they left, on the right, joined by ribbons. "
        + each(results, lambda result: _tells(flows[result.name])),
        chart=_chart(flows, most),
        data=Table("flow", columns(rows), dict.fromkeys(("mean", "low", "high"), "people")),
        covers=covers(results, "Low and high in the data"),
        section=Section.EXITS,
        files="daily.csv and exits.csv",
    )


def flow(result: ResultTables) -> Flow:
    """Return everybody in custody during a run, by how they came and how they left, without empty strands."""

    def over(column: str) -> Floats:
        return np.asarray(np.nansum(daily(result, column), axis=1))

    interior, border = over("arrests_interior"), over("arrests_border")
    came = [
        Strand("in custody at the start", "in custody", daily(result, "in_custody")[:, 0]),
        Strand("interior arrests", "came", interior),
        Strand("from the border", "came", border),
        Strand("arrested again", "came", over("arrests") - interior - border),
    ]
    beds = daily(result, "held")[:, -1]
    held = [
        Strand("still in beds", "in custody", beds),
        Strand("still without a bed", "in custody", daily(result, "in_custody")[:, -1] - beds),
    ]
    return Flow(_there(came), [*_exits(result), *_there(held)])


def _exits(result: ResultTables) -> list[Strand]:
    """Removals, then releases by reason, the most frequent first; rare releases together."""
    rows, numbers = result["exits"], np.unique(result["daily"]["replication"])
    every = []
    for reason in Exit:
        of = rows.where(exit=reason.word)
        people = np.array([of["people"][of["replication"] == number].sum() for number in numbers], dtype=np.float64)
        every.append(Strand(reason.row.short, "released" if reason.row.is_release else "removed", people))
    ranked = sorted(_there(every), key=lambda one: (one.kind != "removed", -one.mean))
    least = SMALL * sum(one.mean for one in ranked)
    rare = [one for one in ranked if one.kind == "released" and one.mean < least]
    if len(rare) < 2:
        return ranked
    others = Strand("for other reasons", "released", np.sum([one.people for one in rare], axis=0))
    return [*(one for one in ranked if one not in rare), others]


def _there(strands: Sequence[Strand]) -> list[Strand]:
    return [one for one in strands if one.people.any()]


def _says(result: ResultTables, one: Flow) -> str:
    """The balance of custody in a sentence."""
    start, end = (daily(result, "in_custody")[:, at].mean() for at in (0, -1))
    terms = {kind: sum(strand.mean for strand in one.left if strand.kind == kind) for kind in ("removed", "released")}
    out = ", ".join(f"{readable(people)} were {kind}" for kind, people in terms.items() if people)
    still = f"{readable(end)} were in custody at the end"
    booked = float(np.nansum(daily(result, "book_ins"))) / replications(result)
    return (
        f"{readable(start)} people were in custody at the start and {readable(one.people - start)} came; "
        f"{' and '.join(filter(None, (out, still)))}. {readable(booked)} got a bed during the run."
    )


def _tells(one: Flow) -> str:
    came, left = ("; ".join(f"{readable(s.mean)} {s.words}" for s in side) for side in (one.came, one.left))
    return f"Came: {came}. Left: {left}."


# --- drawn --------------------------------------------------------------------------------------
def _chart(flows: Mapping[str, Flow], most: float) -> alt.LayerChart:
    ribbons, bars, texts, top = Rows(), Rows(), Rows(), 0.0
    for name, one in flows.items():
        title = f"{name}: " if len(flows) > 1 else ""
        texts.append({"x": 0, "y": top + 8, "text": f"{title}{readable(one.people)} people", "align": "left"})
        top = _diagram(ribbons, bars, texts, one, BAR / most, top + HEAD) + BETWEEN
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    y = alt.Y("y:Q", **theme.PIXELS)
    legend = alt.Legend(orient="top", title=None, symbolType="square", symbolStrokeWidth=0, offset=6)
    colour = alt.Color("kind:N", legend=legend, scale=alt.Scale(domain=list(KINDS), range=list(KINDS.values())))
    bands = theme.chart_of(ribbons).encode(x=x, y=y, y2="y2:Q", color=colour, detail="n:N", tooltip="hover:N")
    blocks = theme.chart_of(bars).encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=colour, tooltip="hover:N")
    style: dict[str, Any] = {"baseline": "middle", "fontSize": theme.SMALL, "lineBreak": "\n", "lineHeight": LINE}
    words = theme.chart_of(texts).mark_text(align=alt.ExprRef("datum.align"), **style)
    words = words.encode(x=x, y=y, text="text:N")
    return theme.finished([bands.mark_area(opacity=0.4), blocks.mark_rect(), words], round(top))


def _diagram(ribbons: Rows, bars: Rows, texts: Rows, one: Flow, scale: float, top: float) -> float:
    """Draw one result, in shares of the width and pixels from the top. Returns the height at which it ends."""
    came = ["\n".join([readable(strand.mean), *wrap(strand.words, WIDEST)]) for strand in one.came]
    left = [f"{readable(strand.mean)} {strand.words}" for strand in one.left]
    slots = [
        [max(strand.mean * scale, LINE * (1 + text.count("\n"))) for strand, text in zip(of, words, strict=True)]
        for of, words in ((one.came, came), (one.left, left))
    ]
    tall = max(sum(of_side) + GAP * (len(of_side) - 1) for of_side in slots)
    middle = top + (tall - one.people * scale) / 2
    sides = ((one.came, came, LEFT, "right", LEFT[0] - 0.01), (one.left, left, RIGHT, "left", RIGHT[1] + 0.01))
    for (of, words, place, align, x), heights in zip(sides, slots, strict=True):
        free = (tall - sum(heights)) / max(len(of) - 1, 1)
        y, inner = top, middle
        for strand, slot, text in zip(of, heights, words, strict=True):
            high = strand.mean * scale
            outer = y + (slot - high) / 2
            about = {"kind": strand.kind, "hover": f"{readable(strand.mean)} {strand.words}"}
            bars.append(about | _bar(place, outer, high))
            ends = ((LEFT[1], outer), (MIDDLE[0], inner)) if of is one.came else ((MIDDLE[1], inner), (RIGHT[0], outer))
            ribbons += [about | {"n": f"{align} {y:.0f}"} | point for point in _ribbon(high, *ends)]
            texts.append({"x": x, "y": y + slot / 2 - LINE / 2 * text.count("\n"), "text": text, "align": align})
            y, inner = y + slot + free, inner + high
    everybody = {"kind": "came", "hover": f"{readable(one.people)} people"}
    bars.append(everybody | _bar(MIDDLE, middle, one.people * scale))
    return top + tall


def _bar(x: Place, top: float, high: float) -> dict[str, float]:
    return {"x": x[0], "x2": x[1], "y": round(top, 1), "y2": round(top + max(high, 1), 1)}


def _ribbon(high: float, start: Place, end: Place) -> Iterator[dict[str, float]]:
    """A band of one height from (x, top) to (x, top): a smooth step 3 s² − 2 s³."""
    for s in BEND:
        y = start[1] + (end[1] - start[1]) * s * s * (3 - 2 * s)
        yield {"x": round(start[0] + (end[0] - start[0]) * s, 3), "y": round(y, 1), "y2": round(y + high, 1)}
