"""Where people come from and where they go: everybody in custody during the run, on one scale for all results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Final, Literal

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
from sim.vocabulary import EXIT_REASONS, Exit

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
    rows = [_row(name, side, one) for name, of in flows.items() for side, one in _sides(of)]
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
    reasons = {reason: Exit[reason.upper()].row for reason in EXIT_REASONS}
    every = [
        Strand(row.short, "released" if row.is_release else "removed", _left_for(result, reason))
        for reason, row in reasons.items()
    ]
    ranked = sorted(_there(every), key=lambda one: (one.kind != "removed", -one.mean))
    least = SMALL * sum(one.mean for one in ranked)
    rare = [one for one in ranked if one.kind == "released" and one.mean < least]
    if len(rare) < 2:
        return ranked
    others = Strand("for other reasons", "released", np.sum([one.people for one in rare], axis=0))
    return [*(one for one in ranked if one not in rare), others]


def _left_for(result: ResultTables, reason: str) -> Floats:
    rows = result["exits"].where(exit=reason)
    numbers = np.unique(result["daily"]["replication"])
    return np.array([rows["people"][rows["replication"] == number].sum() for number in numbers], dtype=np.float64)


def _there(strands: Sequence[Strand]) -> list[Strand]:
    return [one for one in strands if one.people.any()]


def _sides(one: Flow) -> Iterator[tuple[str, Strand]]:
    yield from (("came", strand) for strand in one.came)
    yield from (("left", strand) for strand in one.left)


def _row(scenario: str, side: str, one: Strand) -> dict[str, Any]:
    mean, low, high = (float(end) for end in band(one.people))
    return {"scenario": scenario, "side": side, "what": one.words, "mean": mean, "low": low, "high": high}


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
    said = {side: [f"{readable(s.mean)} {s.words}" for at, s in _sides(one) if at == side] for side in ("came", "left")}
    return f"Came: {'; '.join(said['came'])}. Left: {'; '.join(said['left'])}."


# --- drawn --------------------------------------------------------------------------------------
@dataclass
class _Paper:
    """What is drawn, in shares of the width and pixels from the top."""

    ribbons: list[dict[str, Any]]
    bars: list[dict[str, Any]]
    texts: dict[str, list[dict[str, Any]]]

    def ribbon(self, kind: str, hover: str, high: float, start: Place, end: Place) -> None:
        """A band of one height from (x, top) to (x, top): a smooth step 3 s² − 2 s³."""
        n = len(self.bars)
        for s in BEND:
            y = start[1] + (end[1] - start[1]) * s * s * (3 - 2 * s)
            place = {"x": start[0] + (end[0] - start[0]) * s, "y": y, "y2": y + high}
            self.ribbons.append({"n": n, "kind": kind, "hover": hover, **_rounded(place)})

    def bar(self, x: Place, top: float, height: float, kind: str, hover: str) -> None:
        place = {"x": x[0], "x2": x[1], "y": top, "y2": top + max(height, 1)}
        self.bars.append({"kind": kind, "hover": hover} | _rounded(place))


def _rounded(place: Mapping[str, float]) -> dict[str, float]:
    return {key: round(value, 3 if key[0] == "x" else 1) for key, value in place.items()}


def _chart(flows: Mapping[str, Flow], most: float) -> alt.LayerChart:
    paper, top = _Paper([], [], {"left": [], "right": [], "bold": []}), 0.0
    for name, one in flows.items():
        title = f"{name}: " if len(flows) > 1 else ""
        paper.texts["bold"].append({"x": 0, "y": top + 8, "text": f"{title}{readable(one.people)} people"})
        top = _diagram(paper, one, BAR / most, top + HEAD) + BETWEEN
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    y = alt.Y("y:Q", **theme.PIXELS)
    legend = alt.Legend(orient="top", title=None, symbolType="square", symbolStrokeWidth=0, offset=6)
    colour = alt.Color("kind:N", legend=legend, scale=alt.Scale(domain=list(KINDS), range=list(KINDS.values())))
    ribbons = theme.chart_of(paper.ribbons).encode(x=x, y=y, y2="y2:Q", color=colour, detail="n:N", tooltip="hover:N")
    bars = theme.chart_of(paper.bars).encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=colour, tooltip="hover:N")
    style: dict[str, Any] = {"baseline": "middle", "fontSize": theme.SMALL, "lineBreak": "\n", "lineHeight": 16}
    sides: tuple[tuple[str, Literal["left", "right"]], ...] = (("left", "right"), ("right", "left"), ("bold", "left"))
    words = [
        theme.chart_of(paper.texts[side]).encode(x=x, y=y, text="text:N").mark_text(align=align, **style)
        for side, align in sides
    ]
    return theme.finished([ribbons.mark_area(opacity=0.4), bars.mark_rect(), *words], round(top))


def _diagram(paper: _Paper, one: Flow, scale: float, top: float) -> float:
    """One result; the height at which it ends."""
    texts = {
        "left": ["\n".join([readable(strand.mean), *wrap(strand.words, WIDEST)]) for strand in one.came],
        "right": [f"{readable(strand.mean)} {strand.words}" for strand in one.left],
    }
    sides = (("left", one.came), ("right", one.left))
    slots = {
        side: [
            max(strand.mean * scale, LINE * (1 + text.count("\n")))
            for strand, text in zip(of, texts[side], strict=True)
        ]
        for side, of in sides
    }
    tall = max(sum(of_side) + GAP * (len(of_side) - 1) for of_side in slots.values())
    middle = top + (tall - one.people * scale) / 2
    for side, of in sides:
        free = (tall - sum(slots[side])) / max(len(of) - 1, 1)
        y, inner = top, middle
        for strand, slot, text in zip(of, slots[side], texts[side], strict=True):
            _strand(paper, strand, side, strand.mean * scale, y + (slot - strand.mean * scale) / 2, inner)
            x = LEFT[0] - 0.01 if side == "left" else RIGHT[1] + 0.01
            paper.texts[side].append({"x": x, "y": y + slot / 2 - LINE / 2 * text.count("\n"), "text": text})
            y, inner = y + slot + free, inner + strand.mean * scale
    paper.bar(MIDDLE, middle, one.people * scale, "came", f"{readable(one.people)} people")
    return top + tall


def _strand(paper: _Paper, one: Strand, side: str, high: float, outer: float, inner: float) -> None:
    """A strand with its bar, from its outer end to the bar in the middle or back."""
    hover = f"{readable(one.mean)} {one.words}"
    left = side == "left"
    paper.bar(LEFT if left else RIGHT, outer, high, one.kind, hover)
    ends = ((LEFT[1], outer), (MIDDLE[0], inner)) if left else ((MIDDLE[1], inner), (RIGHT[0], outer))
    paper.ribbon(one.kind, hover, high, *ends)
