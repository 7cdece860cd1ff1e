"""Where people wait: the pathway as a river of people, one result above the other on the same scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.analysis.results import ResultTables
from sim.report import theme
from sim.report.daily_values import band, columns, covers, first_few, table
from sim.report.figure import Figure, Section
from sim.report.flow.balance import Balance, People, balance_of
from sim.report.flow.river import EXITS, LINES, RIVER, WIDTH, River, river, whole

if TYPE_CHECKING:
    import altair

COLOURS: Final = {
    "source": theme.GREY,
    "hold": theme.RED,
    "bed": theme.BLUE,
    "removed": theme.PINK,
    "released": theme.GREEN,
}
HOURS_DAYS: Final = {"h": "hours", "d": "days"}
FIRST: Final = 10
"""Room above the first row, then between two diagrams."""
BETWEEN: Final = 26
DRAWN: Final = (
    "A river of people that runs from top to bottom, each strand as wide as it has people: into the hold rooms, from "
    "there into beds, and out; each line of people with how many are on it at the end and the mean wait."
)


def draw(results: Sequence[ResultTables]) -> Figure | None:
    """The flow of people through custody. None without results, or where nobody was there and nobody came."""
    results, left_out = first_few(results)
    balances = [balance_of(result) for result in results]
    most = max((float((b.in_custody_start + b.arrests).mean()) for b in balances), default=0.0)
    if not most:
        return None
    names = [result.name for result in results] if len(results) > 1 else [""]
    rivers: list[River] = []
    for name, result, balance in zip(names, results, balances, strict=True):
        top = rivers[-1].bottom + BETWEEN if rivers else FIRST
        rivers.append(river(result, balance, RIVER / most, top, name))
    rows = [row for result, balance in zip(results, balances, strict=True) for row in _rows(result, balance)]
    scenarios = np.repeat(np.array([result.name for result in results], dtype=object), len(rows) // len(results))
    return Figure(
        key="flow",
        title="Where people wait",
        says=" ".join([*map(_says, names, results, balances), *_within(results), *left_out]),
        alternative=" ".join([DRAWN, *map(_tells, names, rivers)]),
        chart=_chart(rivers),
        data=table("flow", [{"scenario": scenarios} | columns(rows)]),
        covers=covers(results).replace("Bands run", "Ranges in brackets and lines below the ends of strands run"),
        section=Section.CUSTODY,
        files="daily.csv, exits.csv and summary.csv",
    )


def _says(name: str, result: ResultTables, balance: Balance) -> str:
    """What became of the people, and what those who waited waited on average."""
    come = whole(balance.in_custody_start + balance.arrests)
    out = f"{whole(balance.removals)} were removed, {whole(balance.releases)} released"
    still = f"{whole(balance.in_custody_end)} were still in custody at the end"
    head = f"{name}: " if name else ""
    return f"{head}Of {come} people in custody at the start or arrested, {out} and {still}.{_waited(result)}"


def _waited(result: ResultTables) -> str:
    """A sentence on the mean waits; empty where nobody waited."""
    means = [(line, np.nanmean(waits)) for line in LINES if not np.isnan(waits := result.values(line.measure)).all()]
    said = [f"{mean:.1f} {HOURS_DAYS[line.unit]} {line.words}" for line, mean in means]
    if not said:
        return ""
    return f" On average people waited {' and '.join(filter(None, (', '.join(said[:-1]), said[-1])))}."


def _within(results: Sequence[ResultTables]) -> list[str]:
    """What has no line of its own in the files."""
    order = next(line for line in LINES if not line.queue)
    if all(np.isnan(result.values(order.measure)).all() for result in results):
        return []
    return ["The time from the final order to removal has travel documents, stays of removal and seats in it."]


def _tells(name: str, one: River) -> str:
    """Every row of a diagram, as it is read from top to bottom."""
    rows = [label.text for label in one.labels]
    return f"{'; '.join(rows)}."


def _rows(result: ResultTables, balance: Balance) -> Iterator[dict[str, Any]]:
    """All that is drawn of a result, and its parts: mean and band over replications."""
    for what, people in _people(balance):
        yield _row(what, "people", people)
    for line in LINES:
        yield _row(f"wait {line.words}", line.unit, result.values(line.measure))


def _people(balance: Balance) -> Iterator[tuple[str, People]]:
    yield "in beds at the start", balance.beds_start
    yield "in hold rooms or on the road at the start", balance.hold_start
    yield "interior arrests", balance.interior
    yield "booked in at the border", balance.border
    yield "arrested again", balance.again
    yield "into beds", balance.book_ins
    yield "left without a bed", balance.unbedded
    yield "left from a bed", balance.left_beds
    yield "removals", balance.removals
    yield "releases", balance.releases
    yield from ((f"exit: {words}", balance.exits[reason]) for reason, words in EXITS.items())
    yield "in beds at the end", balance.beds_end
    yield "in hold rooms at the end", balance.hold_end
    yield "on the road at the end", balance.road_end
    yield from ((f"waiting at the end {line.words}", balance.waiting[line.queue]) for line in LINES if line.queue)


def _row(what: str, unit: str, values: People) -> dict[str, Any]:
    """A row; empty numbers where no replication has a value."""
    there = values[~np.isnan(values)]
    mean, low, high = band(there) if len(there) else (np.nan, np.nan, np.nan)
    return {"what": what, "unit": unit, "mean": float(mean), "low": float(low), "high": float(high)}


def _chart(rivers: Sequence[River]) -> altair.LayerChart:
    """All diagrams in one drawing: strands, bars, whiskers, thin lines to the labels, labels."""
    import altair as alt

    height = round(rivers[-1].bottom)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False, zero=False))
    kinds = alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))

    def layer(rows: list[dict[str, Any]]) -> alt.Chart:
        return alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)

    strands = layer(_strands(rivers)).mark_area(orient="horizontal", opacity=0.45)
    bars = layer([_span(*bar) for one in rivers for bar in one.bars])
    whiskers = layer([_span(*whisker) for one in rivers for whisker in one.whiskers])
    leaders = layer([_span(label.y, label.reach, label.x - 3) for one in rivers for label in one.labels if label.reach])
    layers = (
        strands.encode(x2="x2:Q", detail="n:N", color=alt.Color("kind:N", scale=kinds, legend=None)),
        leaders.mark_rule(stroke=theme.GREY, strokeWidth=0.7, strokeDash=[1, 2]).encode(x2="x2:Q"),
        bars.mark_rule(stroke=theme.GREY, strokeWidth=2.5).encode(x2="x2:Q"),
        whiskers.mark_rule(stroke=theme.GREY, strokeWidth=1).encode(x2="x2:Q"),
        *(
            layer(_texts(rivers, weight == "bold"))
            .mark_text(align="left", baseline="middle", fontSize=theme.SMALL, fontWeight=weight)
            .encode(text="t:N")
            for weight in ("normal", "bold")
        ),
    )
    return theme.finished(layers, height)


def _strands(rivers: Sequence[River]) -> list[dict[str, Any]]:
    """Points of every strand's outline."""
    strands = [strand for one in rivers for strand in one.strands]
    return [
        {"n": n, "kind": strand.kind, "y": round(y, 1), "x": round(left, 2), "x2": round(right, 2)}
        for n, strand in enumerate(strands)
        for y, left, right in strand.outline()
    ]


def _span(y: float, left: float, right: float) -> dict[str, float]:
    return {"y": round(y, 1), "x": round(left, 2), "x2": round(right, 2)}


def _texts(rivers: Sequence[River], bold: bool) -> list[dict[str, Any]]:
    labels = [label for one in rivers for label in one.labels if label.bold == bold]
    return [{"x": label.x, "y": round(label.y, 1), "t": label.text} for label in labels]
