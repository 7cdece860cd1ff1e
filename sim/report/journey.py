"""One person's journey, stage by stage, as `events.csv` of a result tells it. The person is synthetic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from sim.analysis.results import ResultTables
from sim.errors import InputError
from sim.files.table import Table
from sim.formats import duration, moment
from sim.report.daily_values import columns
from sim.report.figure import Figure
from sim.report.stages import HOLD_ROOM, PLACES, STAGES, Place, Stay, first_day, sampled, window_end
from sim.vocabulary import SECONDS_PER_DAY

SYNTHETIC: Final = "The person is synthetic: drawn at random from the scenario, nobody's life."


@dataclass(frozen=True)
class Step:
    """One step: from `begins` to `ends` (seconds since the start of the run) in a stage; the ends of a stay last 0 s.

    `words` continue "the person …", `label` says the same in a few; `share` is of the whole stay seen, 0 to 1.
    """

    stage: str
    place: Place | None
    words: str
    label: str
    begins: int
    ends: int
    share: float

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return self.ends - self.begins

    @property
    def duration(self) -> str:
        """How long it lasts, in words; empty for an arrest or an exit."""
        return duration(self.seconds) if self.seconds else ""


@dataclass(frozen=True)
class Journey:
    """The steps of one sampled person. `people` were sampled in this replication; `start` is the run's first day.

    `open`: still held when the run ends. `held_before`: held when it began, so earlier steps are not known.
    """

    person: int
    run: int
    people: int
    start: dt.date
    held_before: bool
    open: bool
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> int:
        """The stay as far as the run shows it."""
        return self.steps[-1].ends - self.steps[0].begins

    def when(self, step: Step) -> str:
        """When a step begins: `5 September 2025, 10:35`."""
        return moment(self.start, step.begins)

    def lines(self) -> list[str]:
        """One line a step: when, what, how long."""
        lasts = [f" ({step.duration})" if step.seconds else "" for step in self.steps]
        return [f"{self.when(step)}: {step.words}{last}" for step, last in zip(self.steps, lasts, strict=True)]

    def says(self) -> str:
        """The stay in two sentences."""
        stages = sum(1 for step in self.steps if step.seconds)
        since = "from the start of the run" if self.held_before else "from arrest"
        until = "to the end of the run, still held" if self.open else f"until the person {self.steps[-1].words}"
        longest = max(self.steps, key=lambda step: step.seconds)
        return (
            f"{duration(self.seconds)} {since} {until}, in {stages} stages. "
            f"The longest, {duration(longest.seconds)} or {longest.share:.0%} of the stay: {longest.words}."
        )


def journey(tables: ResultTables, entity_id: int | None = None, run: int | None = None) -> Journey:
    """The journey of a person of the sample, by the number in `events.csv`; default: an instructive one.

    `run` is the replication, default the first. Raises InputError without events or where nobody has that number.
    """
    stays = sampled(tables, run)
    if entity_id is None:
        return _journey(tables, instructive(stays), len(stays))
    found = next((stay for stay in stays if stay.person == entity_id), None)
    if found is None:
        raise InputError(f"{tables.path or tables.name}: no person {entity_id} among the {len(stays)} of events.csv")
    return _journey(tables, found, len(stays))


def instructive(stays: Sequence[Stay]) -> Stay:
    """Who to follow: of those seen from arrest to exit, the most stages; among these the stay nearest to the median.

    Ties go to the lowest number. If nobody is seen whole, of all the one with the most stages.
    """
    whole = [stay for stay in stays if stay.gone and not stay.held_before] or list(stays)
    most = max(len(stay.moves) for stay in whole)
    richest = [stay for stay in whole if len(stay.moves) == most]
    middle = median(_length(stay) for stay in richest)
    return min(richest, key=lambda stay: (abs(_length(stay) - middle), stay.person))


def figure(found: Journey) -> Figure:
    """The journey as a timeline: one bar per stage. Raises ImportError without altair."""
    import altair as alt

    from sim.report import theme

    data = _table(found)
    rows = [
        row | {"text": f"{row['label']}, {row['lasts'] or row['when']}", "n": n} for n, row in enumerate(data.rows())
    ]
    chart = theme.chart_of(rows).encode(y=alt.Y("n:O", axis=None))
    colours = dict.fromkeys(PLACES, theme.RED) | dict.fromkeys(HOLD_ROOM, theme.BLUE)
    colours |= {"road": theme.GREEN, "bed": theme.GREY}
    scale = alt.Scale(domain=[*colours, ""], range=[*colours.values(), theme.RED])
    base = chart.encode(color=alt.Color("place:N", legend=None, scale=scale))
    since = "the run began" if found.held_before else "the arrest"
    axis = alt.Axis(title=f"days since {since}", tickCount=6, grid=False)
    x = alt.X("begins_days:Q", axis=axis, scale=alt.Scale(nice=False))
    bars = base.mark_bar(height=10, yOffset=9).encode(x=x, x2="ends_days:Q")
    begins = base.mark_tick(opacity=1, thickness=4, size=10, yOffset=9).encode(x=x)  # short stages are seen by it
    words = chart.mark_text(align="left", fontSize=theme.TEXT, dy=-7).encode(x=alt.value(0), text="text:N")
    drawn = theme.finished([bars, begins, words], height=40 * len(data))
    told = "A row per stage, with a bar from its start to its end. " + "; ".join(found.lines()) + "."
    return Figure("journey", "One person, stage by stage", f"{found.says()} {SYNTHETIC}", told, drawn, data)


def _journey(tables: ResultTables, stay: Stay, people: int) -> Journey:
    end = window_end(tables)
    first, last = stay.moves[0].time, stay.moves[-1].time if stay.gone else end
    until = [*(move.time for move in stay.moves[1:]), last]
    whole = max(last - first, 1)
    steps = [
        Step(move.stage, *STAGES[move.stage], move.time, ends, (ends - move.time) / whole)
        for move, ends in zip(stay.moves, until, strict=True)
    ]
    if not stay.held_before:
        steps.insert(0, Step("arrest", None, "is arrested", "arrested", first, first, 0.0))
    start = first_day(tables)
    return Journey(stay.person, stay.run, people, start, stay.held_before, not stay.gone, tuple(steps))


def _length(stay: Stay) -> int:
    return stay.moves[-1].time - stay.moves[0].time


def _table(found: Journey) -> Table:
    zero = found.steps[0].begins
    rows = [
        {
            "stage": step.stage,
            "label": step.label,
            "place": step.place or "",
            "when": found.when(step),
            "lasts": step.duration,
            "begins_days": (step.begins - zero) / SECONDS_PER_DAY,
            "ends_days": (step.ends - zero) / SECONDS_PER_DAY,
            "share": step.share,
        }
        for step in found.steps
    ]
    return Table("journey", columns(rows), {"begins_days": "d", "ends_days": "d"})
