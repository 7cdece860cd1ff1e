"""Figures of lines over dates: arrests, people held, hold rooms, queues and dollars."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar, Final

import numpy as np

from sim import formats
from sim.analysis.results import ResultTables
from sim.arrays import Floats
from sim.files.table import Table
from sim.formats import readable
from sim.report import theme
from sim.report.daily_values import (
    WINDOW,
    by_area,
    collect,
    covers,
    daily,
    dates,
    days,
    drawn,
    line,
    plans,
    running,
    settled,
)
from sim.report.figure import Figure, Section
from sim.report.line_chart import Line, Panel, lines_chart, result_lines, result_panels
from sim.report.sentences import each, measured, window
from sim.scenario.world.tables import ENDLESS, NONE

Results = Sequence[ResultTables]
MEAN: Final = f"mean of {WINDOW} days"
HELD: Final = "held"
INSIDE, BEYOND, PLACES = "in hold rooms", "beyond places", "places"
SINCE, A_DAY = "since the start", f"a day, {MEAN}"
WEEK: Final = 7
"""A running mean is drawn from the first whole week on."""
CAPACITIES: Final[dict[str, tuple[str, tuple[int, ...], float]]] = {
    "physical": (theme.GREY, (2, 3), 2),
    "contracted": (theme.GREY, (1, 0), 4),
    "operating": (theme.GREEN, (6, 5), 2),
    "guaranteed minimum": (theme.PINK, (2, 2), 2.4),
    "funded": (theme.RED, (9, 4), 2.4),
}
"""Colour, dash and width of each capacity."""
QUEUES: Final = {
    "intake_queue": "for a processing desk",
    "bed_queue": "for a bed",
    "docket_pending": "with a case before a docket",
    "seat_queue": "for a seat on the way out",
    "clearance_queue": "for clearance of a release",
}
"""Columns of `daily.csv`, in pathway order."""
_DOLLARS: Final = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"), (1.0, ""))


class DailyLines(ABC):
    """A figure of lines over dates, drawn from the daily values of one result or of several."""

    key: ClassVar[str]
    title: ClassVar[str]
    column: ClassVar[str] = ""
    """Column of `daily.csv`; there is something to show where it is ever more than 0."""
    shows: ClassVar[str]
    """What the lines are of."""
    unit: ClassVar[str] = ""
    """What stands above the axis."""
    section: ClassVar[Section] = Section.CUSTODY
    files: ClassVar[str] = "daily.csv"
    words: ClassVar[Mapping[str, str]] = {}
    """Words for series whose names are no words."""
    remark: ClassVar[str] = ""
    """What is said after the results."""

    def draw(self, results: Results) -> Figure | None:
        """Draw the figure; None where the results have nothing to show."""
        if not self.is_there(results):
            return None
        data = self.table(results)
        courses = each(results, lambda one: f"{'; '.join(self._courses(data.where(scenario=one.name)))}.")
        return Figure(
            self.key,
            self.title,
            says=" ".join(filter(None, (each(results, self.says), self.remark))),
            alternative=f"Lines of {self.shows}, {window(results)}. {courses}",
            chart=lines_chart(self.panels(results, data), days(results), self.unit),
            data=data,
            covers=covers(results),
            section=self.section,
            files=self.files,
        )

    def is_there(self, results: Results) -> bool:
        """Whether there is anything to show."""
        return any((result["daily"][self.column] > 0).any() for result in results)

    @abstractmethod
    def lines(self, result: ResultTables) -> Iterable[dict[str, Any]]:
        """The lines of a result, as `daily_values.line` makes them."""

    @abstractmethod
    def panels(self, results: Results, data: Table) -> Sequence[Panel]:
        """The panels of the chart."""

    @abstractmethod
    def says(self, result: ResultTables) -> str:
        """What the figure says of a result."""

    def table(self, results: Results) -> Table:
        """What is drawn: all lines of all results."""
        return collect(self.key, results, self.lines)

    def _courses(self, data: Table) -> Iterator[str]:
        """Every line from its first value to its last, with the highest where it lies between them."""
        for series in dict.fromkeys(data["series"].tolist()):
            rows = data.where(series=series)
            unit = "USD" if rows["unit"][0] == "USD" else ""
            first, last, most = (readable(rows["mean"][at], unit) for at in (0, -1, rows["mean"].argmax()))
            high = f", at most {most}" if most not in (first, last) else ""
            course = last if first == last and not high else f"from {first} to {last}{high}"
            yield f"{self.words.get(series, series)} {course}"


class Goal(DailyLines):
    """The goal, and interior arrests a day as their mean of the last 28 days; of one result the days too."""

    key, title, section = "goal", "Arrests asked for and arrests made", Section.GOALS
    shows, unit = "interior arrests a day against the goal", "interior arrests per day"

    def is_there(self, results: Results) -> bool:
        return any(result.has("arrest_goal") for result in results)

    def lines(self, result: ResultTables) -> Iterator[dict[str, Any]]:
        arrests = daily(result, "arrests_interior")[:, 1:]
        yield line(result, "goal", daily(result, "arrest_goal")[:1, 1:], "people/d", steps=True)
        yield line(result, "a day", arrests, "people/d")
        yield line(result, MEAN, _running(arrests), "people/d")

    def panels(self, results: Results, data: Table) -> list[Panel]:
        lines = [*result_lines(data, results, MEAN, "28-day mean"), *_goals(results, data)]
        if len(results) == 1:
            each_day = drawn(data, results[0].name, "a day", bands=False)
            lines.insert(0, Line("each day", each_day, theme.BLUE, kind="points"))
        return [Panel("", lines, 260)]

    def says(self, result: ResultTables) -> str:
        made = measured(result, "arrests_interior", "interior arrests")
        if not result.has("arrest_goal"):
            return f"{made}, without a goal."
        goal = result.mean("arrest_goal")
        share = readable(100 * result.mean("arrests_interior") / goal) if goal else "0"
        # With a goal for removals the date may be that of either goal.
        since = None if result.has("removals_goal") else result.measures["goal_missed_from"]["mean"]
        missed = f"; below the goal from {formats.day(since)} to the end" if since else ""
        return f"{made} of {readable(goal)} asked for, {share}\u00a0%{missed}."


def _running(values: Floats) -> Floats:
    return running(values)[:, min(WEEK, values.shape[1]) - 1 :]


def _goals(results: Results, data: Table) -> list[Line]:
    """One line for each goal that differs from the others."""
    goals = list[list[dict[str, Any]]]()
    for result in results:
        rows = drawn(data, result.name, "goal")
        if rows and rows not in goals:
            goals.append(rows)
    names = ["goal" if len(goals) == 1 else f"goal {readable(rows[-1]['mean'])}" for rows in goals]
    names = ["" if name in names[:i] else name for i, name in enumerate(names)]
    return [Line(name, rows, theme.GREY, (8, 4), 1.8, "step") for name, rows in zip(names, goals, strict=True)]


class People(DailyLines):
    """People in beds at midnight, a line per result; not beside a goal for arrests."""

    key, title, column = "people", "People in beds", "held"
    shows, unit = "people in beds at midnight", "people in beds at midnight"

    def is_there(self, results: Results) -> bool:
        return not Goal().is_there(results) and super().is_there(results)

    def lines(self, result: ResultTables) -> Iterator[dict[str, Any]]:
        yield line(result, HELD, daily(result, "held"))

    def panels(self, results: Results, data: Table) -> list[Panel]:
        return [Panel("", result_lines(data, results, HELD, "people in beds"), 260)]

    def says(self, result: ResultTables) -> str:
        held = daily(result, "held").mean(axis=0)
        beds = ", ".join(f"{name} {readable(last[-1])}" for name, last in capacities(result).items())
        against = f", against beds on the last day: {beds}" if beds else ""
        return f"People held go from {readable(held[0])} to {readable(held[-1])}{against}."


class Held(DailyLines):
    """People in beds at midnight, the day before the start included, and beds of each meaning; a panel per result.

    Capacities that a scenario leaves endless or does not state are left out.
    """

    key, title, column = "held", "People held against beds of every kind", "held"
    shows, unit = "people in beds at midnight and of beds", "people in beds at midnight, and beds"
    files = "daily.csv, daily_by_area.csv and scenario.yaml"

    def lines(self, result: ResultTables) -> Iterator[dict[str, Any]]:
        yield line(result, HELD, daily(result, "held"))
        for name, beds in capacities(result).items():
            yield line(result, name, beds[np.newaxis], "beds", steps=True)

    def panels(self, results: Results, data: Table) -> list[Panel]:
        def lines(name: str) -> list[Line]:
            beds = merged({bed: drawn(data, name, bed) for bed in CAPACITIES})
            return [*beds, Line("people held", drawn(data, name, HELD), theme.BLUE, width=2.8)]

        return result_panels(results, lines, 200, alone=280)

    def says(self, result: ResultTables) -> str:
        peak, end = (readable(result.mean(f"held_{when}")) for when in ("peak", "end"))
        held = f"{measured(result, 'held_mean', 'people held')} on average, {peak} at most, {end} at the end"
        over = result.measures["held_over_funded_mean"]["mean"]
        return f"{held}." if over is None else f"{held}; on average {readable(over)} of them beyond the funded beds."


def capacities(result: ResultTables) -> dict[str, Floats]:
    """Beds by day of the window, of each meaning that the scenario states, summed over areas."""
    world = plans(result)
    found = {
        "physical": None if world is None or (world.physical >= ENDLESS).any() else world.physical.sum(axis=0),
        "contracted": by_area(result, "contracted_beds")[0, 1:].sum(axis=1),
        "operating": daily(result, "beds_operating")[0, 1:],
        "guaranteed minimum": None if world is None else world.guaranteed.sum(axis=0),
        "funded": daily(result, "funded_beds")[0, 1:],
    }
    return {
        name: beds.astype(np.float64)
        for name, beds in found.items()
        if beds is not None and not np.isnan(beds).all() and beds.any()
    }


def merged(beds: Mapping[str, list[dict[str, Any]]]) -> Iterator[Line]:
    """A line for each capacity; those that coincide are one, with all their names."""
    rows = {name: of for name, of in beds.items() if of}
    for name, own in rows.items():
        same = [other for other in rows if rows[other] == own]
        if same[0] == name:
            yield Line(", ".join(same), own, *CAPACITIES[name], "step")


class Hold(DailyLines):
    """People in hold rooms at the end of each day, those beyond the places of their area, and all places."""

    key, title, column = "hold", "Hold rooms", "hold_room"
    shows = "people in hold rooms at the end of each day"
    unit = "people at the end of the day, 7-day mean"
    files = "daily.csv, daily_by_area.csv and scenario.yaml"

    def lines(self, result: ResultTables) -> Iterator[dict[str, Any]]:
        yield line(result, PLACES, by_area(result, "hold_room_places")[:1].sum(axis=2), "places", steps=True)
        yield line(result, BEYOND, settled(beyond(result)))
        yield line(result, INSIDE, settled(daily(result, "hold_room")))

    def panels(self, results: Results, data: Table) -> list[Panel]:
        def lines(name: str) -> list[Line]:
            places = Line("all places", drawn(data, name, PLACES), theme.GREY, (8, 4), kind="step")
            over = Line("beyond places, by area", drawn(data, name, BEYOND), theme.RED, (5, 2))
            inside = Line("in hold rooms", drawn(data, name, INSIDE), width=1.8)
            return [line for line in (places, over, inside) if line.rows]

        return result_panels(results, lines, 160, alone=220)

    def says(self, result: ResultTables) -> str:
        parts = [f"{measured(result, 'hold_room_mean', 'people in hold rooms')} on average"]
        if result.has("hold_room_over_places_hours"):
            parts.append(measured(result, "hold_room_over_places_hours", "person-hours beyond the places of an area"))
        if result.has("hold_room_stays_over_limit"):
            stays = readable(result.mean("hold_room_stays"))
            over = measured(result, "hold_room_stays_over_limit", f"of {stays} stays longer than the limit")
            parts.append(f"{over}{_limit(result)}")
        return "; ".join(parts) + "."


def beyond(result: ResultTables) -> Floats:
    """People in hold rooms beyond their places, by area and then summed, (replications, days + 1); nan: not counted."""
    people, places = by_area(result, "hold_room"), by_area(result, "hold_room_places")
    counted = ~np.isnan(places).all(axis=2)
    return np.where(counted, np.nansum(np.maximum(people - places, 0.0), axis=2), np.nan)


def _limit(result: ResultTables) -> str:
    """The limit by date: ` (12 hours, and 72 hours from 24 June 2025 on)`."""
    world = plans(result)
    if world is None or (world.hours_limit_s == NONE).any():
        return ""
    hours, when = world.hours_limit_s / 3600, dates(result)[1:]
    moved = [
        f"and {readable(b)} hours from {formats.day(when[i + 1])} on"
        for i, (a, b) in enumerate(pairwise(hours))
        if a != b
    ]
    return f" ({', '.join([f'{readable(hours[0])} hours', *moved])})"


class Queues(DailyLines):
    """People on each line at the end of the day, each line on a scale of its own; lines with nobody are left out."""

    key, title, words, remark = "queues", "People on each line", QUEUES, "Each panel has a scale of its own."
    shows = "people waiting, a panel for each line with a scale of its own"
    unit = "people at the end of the day, 7-day mean"

    def is_there(self, results: Results) -> bool:
        return any((result["daily"][queue] > 0).any() for result in results for queue in QUEUES)

    def lines(self, result: ResultTables) -> Iterator[dict[str, Any]]:
        return (line(result, queue, settled(daily(result, queue))) for queue in QUEUES)

    def table(self, results: Results) -> Table:
        data = super().table(results)
        there = [queue for queue in QUEUES if any((result["daily"][queue] > 0).any() for result in results)]
        return data.take(np.isin(data["series"].astype(str), there))

    def panels(self, results: Results, data: Table) -> list[Panel]:
        height = max(70, 34 * len(results))
        return [
            Panel(QUEUES[queue], result_lines(data, results, queue, width=1.8), height, ticks=2)
            for queue in dict.fromkeys(data["series"].tolist())
        ]

    def says(self, result: ResultTables) -> str:
        people = {queue: daily(result, queue)[:, -1].mean() for queue in QUEUES if result["daily"][queue].any()}
        waiting = ", ".join(f"{readable(number)} {QUEUES[queue]}" for queue, number in people.items())
        return f"On the lines at the end: {waiting}." if waiting else ""


class Money(DailyLines):
    """Cost a day and since the start; what is funded is said in words."""

    key, title, section = "money", "What it costs", Section.COST
    shows = "the cost since the start and a day"

    def is_there(self, results: Results) -> bool:
        return any(result.mean("cost_usd_total") > 0 for result in results)

    def lines(self, result: ResultTables) -> Iterator[dict[str, Any]]:
        yield line(result, SINCE, daily(result, "cost_usd_cumulative")[:, 1:], "USD")
        yield line(result, A_DAY, _running(daily(result, "cost_usd")[:, 1:]), "USD")

    def panels(self, results: Results, data: Table) -> list[Panel]:
        panels = []
        for of, height, ticks in ((A_DAY, 180, 4), (SINCE, 140, 2)):
            costs = result_lines(data, results, of, "cost")
            most = max(line.most for line in costs)
            per, word = next((unit for unit in _DOLLARS if most >= unit[0]), _DOLLARS[-1])
            panels.append(Panel(f"{word} dollars {of}".strip(), costs, height, ticks=ticks, per=per))
        return panels

    def says(self, result: ResultTables) -> str:
        if not result.mean("cost_usd_total"):
            return "Nothing has a price."
        parts = [f"{measured(result, 'cost_usd_total')} in all"]
        if result.has("cost_usd_per_removal"):
            parts.append(f"{measured(result, 'cost_usd_per_removal')} a removal, all costs counted")
        if result.has("funds_usd_total"):
            funds = measured(result, "funds_usd_total")
            parts.append(f"{funds} funded for the window, all accounts and new capacity included")
        if result.has("funds_exhausted_day"):
            row, played = result.measures["funds_exhausted_day"], len(result.manifest["replications"])
            some = f" in {row['replications']} of {played} replications," if row["replications"] < played else ""
            when = formats.day(dates(result)[1] + round(row["mean"]))
            parts.append(f"a limiting account is used up{some} after {formats.count(row['mean'])} days, about {when}")
        return "; ".join(parts) + "."
