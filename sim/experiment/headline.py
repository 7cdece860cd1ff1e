"""The short table shown after a run: what was asked, what happened, and what bounds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rich.markup import escape
from rich.table import Table

from sim.experiment.run import Outcome
from sim.formats import aligned
from sim.measures.intervals import Estimate
from sim.scenario.loading import shipped
from sim.scenario.reading.document import read
from sim.theory import lines
from sim.vocabulary import RELEASE_REASONS

_MILLION: Final = 1e6


@dataclass(frozen=True)
class Row:
    """One line: what, its mean over the replications, the 95 % interval, and what to hold it against."""

    what: str
    mean: str
    spread: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Found:
    """Every measure of a result, and the days of its window."""

    estimates: Mapping[str, Estimate]
    days: int

    def mean(self, measure: str) -> float | str | None:
        """The mean of a measure; None if it is undefined."""
        return self.estimates[measure].mean


def rows(outcome: Outcome) -> list[Row]:
    """The lines of the table; what has no part in this scenario (no value, or zero throughout) is left out."""
    return rows_of(Found(outcome.estimates, outcome.scenario.days))


def rows_of(found: Found) -> list[Row]:
    """The same of a result, whatever it was read from."""
    every = [*_arrests(found), *_custody(found), *_exits(found), *_limits(found)]
    return [row for row in every if row.mean and (row.mean.strip("-0.") or row.beside or row.what == "arrests")]


def table(outcome: Outcome) -> Table:
    """The table for a terminal."""
    shown = Table("", title=escape(_title(outcome)), title_justify="left", box=None, pad_edge=False)
    shown.add_column("mean", justify="right")
    shown.add_column("95 % interval" if len(outcome.finished) > 1 else "", justify="right")
    shown.add_column("")
    for row in rows(outcome):
        shown.add_row(*map(escape, (row.what, row.mean, row.spread, row.beside)))
    return shown


def footer(outcome: Outcome) -> list[str]:
    """The precision reached, the checks that are met, the theories beside the run, and where the result lies."""
    resumed = f" ({outcome.resumed} replications taken up from an interrupted run)" if outcome.resumed else ""
    reached = [one.line() for one in outcome.precision if one.met]
    met = [check.line() for check in outcome.checks if check.met]
    return [*reached, *met, *lines(outcome.twin), f"written to {outcome.folder}{resumed}"]


def shipped_table() -> Table:
    """The scenarios that come with detsim: name and title."""
    shown = Table(box=None, pad_edge=False, show_header=False)
    for name, path in shipped().items():
        title = read(path, str(path)).at(("title",))
        shown.add_row(escape(name), escape(str(title.value)) if title else "")
    return shown


def _title(outcome: Outcome) -> str:
    scenario = outcome.scenario
    of = f" of {scenario.replications}" if outcome.failures else ""
    number = len(outcome.finished)
    played = f"{number}{of} replication{'s' if number > 1 else ''}"
    window = f"{scenario.days} day{'s' if scenario.days > 1 else ''} from {scenario.start}"
    return f"{scenario.title or scenario.name}\n{window}, {played}, seed {scenario.seed}"


def _arrests(found: Found) -> list[Row]:
    days = found.days
    goal = _beside(found, "goal", "arrest_goal", days)
    missed = _row(found, "arrests missing to the goal", "arrest_shortfall")
    return [
        _row(found, "arrests", "arrests"),
        _row(found, "interior arrests a day", "arrests_interior", days, goal),
        *([] if missed.mean.startswith("-") else [missed]),
    ]


def _custody(found: Found) -> list[Row]:
    beds = _beside(found, "operating beds", "beds_operating_mean")
    over = _beside(found, "over the limit", "hold_room_stays_over_limit")
    return [
        _row(found, "held, mean", "held_mean", 1, beds),
        _row(found, "held, peak", "held_peak"),
        _row(found, "held, end", "held_end"),
        _row(found, "held over funded beds, mean", "held_over_funded_mean"),
        _row(found, "hold rooms, mean people", "hold_room_mean"),
        _row(found, "hold-room stays", "hold_room_stays", 1, over),
        _row(found, "wait for a bed, mean hours", "bed_wait_hours_mean"),
        _row(found, "stay, mean days", "stay_days_mean"),
    ]


def _exits(found: Found) -> list[Row]:
    reasons = [reason for reason in RELEASE_REASONS if found.mean(f"releases_{reason}")]
    return [
        _row(found, "removals, with returns and departures", "removals", 1, _beside(found, "goal", "removals_goal")),
        _row(found, "releases", "releases"),
        *(_row(found, f"  {reason}", f"releases_{reason}") for reason in reasons),
    ]


def _limits(found: Found) -> list[Row]:
    goal = _beside(found, "goal of interior arrests", "arrest_goal", found.days)
    exhausted = _beside(found, "funds used up on day", "funds_exhausted_day")
    return [
        _row(found, "marginal cost, million dollars", "cost_usd_total", _MILLION, exhausted),
        _row(found, "funds of the window, million dollars", "funds_usd_total", _MILLION),
        _row(found, "book-ins a day the beds sustain", "sustainable_arrests_per_day", 1, goal),
        _row(found, "goal missed since", "goal_missed_from", 1, _whose(found)),
        _row(found, "what binds", "binding_stage"),
    ]


def _whose(found: Found) -> str:
    """Which goal it is; with two, the rule of `vocabulary.BINDING`."""
    removals, arrests = (found.mean(goal) is not None for goal in ("removals_goal", "arrest_goal"))
    if removals and arrests:
        return "of removals, or of arrests where removals meet theirs"
    return "of removals" if removals else "of arrests"


def _row(found: Found, what: str, measure: str, unit: float = 1, beside: str = "") -> Row:
    """A measure divided by `unit`; its mean is empty if it has no value in this scenario."""
    estimate = found.estimates[measure]
    spread = "" if estimate.low is None else f"{_text(estimate.low, unit)} … {_text(estimate.high, unit)}"
    return Row(what, _text(estimate.mean, unit), spread, beside)


def _beside(found: Found, what: str, measure: str, unit: float = 1) -> str:
    text = _text(found.mean(measure), unit)
    return f"{what} {text}" if text else ""


def _text(value: float | str | None, unit: float) -> str:
    return value or "" if value is None or isinstance(value, str) else aligned(value / unit)
