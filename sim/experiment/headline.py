"""The short table shown after a run: what was asked, what happened, and what bounds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rich.markup import escape
from rich.table import Table

from sim.experiment.range_draws import COVERS
from sim.experiment.run import Outcome
from sim.experiment.study import Values
from sim.formats import aligned, capital, day, many, readable
from sim.measures.intervals import FEWEST, Estimate
from sim.scenario.loading import shipped
from sim.scenario.reading.document import read
from sim.scenario.schema import Scenario
from sim.theory import lines
from sim.vocabulary import RELEASE_REASONS

_MILLION: Final = 1e6
LAST_FIGURE: Final = dt.date(2025, 12, 31)
KNOWN: Final = {30: 1.8, 90: 3.1, 180: 5.5}
"""Mean absolute error of the people held over so many days, in per cent, of monthly forecasts with book-ins given."""
OPEN: Final = {30: 2.4, 90: 4.2, 180: 6.4}
"""The same where the book-ins were forecast too."""


@dataclass(frozen=True)
class Row:
    """One line: what, its mean over the replications, the 95 % interval, and what to hold it against."""

    what: str
    mean: str
    spread: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Found:
    """Every measure of a result, and its window."""

    estimates: Mapping[str, Estimate]
    days: int
    start: dt.date

    def mean(self, measure: str) -> float | str | None:
        """The mean of a measure; None if it is undefined."""
        return self.estimates[measure].mean

    def number(self, measure: str) -> float:
        """The mean of a measure; 0 if it is undefined."""
        mean = self.mean(measure)
        return mean if isinstance(mean, int | float) and mean == mean else 0.0

    def about(self, measure: str, unit: float = 1) -> str:
        """The mean of a measure divided by `unit`, as sentences have it; `0` if it is undefined."""
        return readable(self.number(measure) / unit)

    def beside(self, what: str, measure: str, unit: float = 1) -> str:
        """What to hold a row against: a measure divided by `unit` with its name; empty if it is undefined."""
        text = _text(self.mean(measure), unit)
        return f"{what} {text}" if text else ""

    def row(self, what: str, measure: str, unit: float = 1, beside: str = "") -> Row:
        """A measure divided by `unit`; its mean is empty if it has no value in this scenario."""
        estimate = self.estimates[measure]
        spread = "" if estimate.low is None else f"{_text(estimate.low, unit)} … {_text(estimate.high, unit)}"
        return Row(what, _text(estimate.mean, unit), spread, beside)

    @property
    def used_up(self) -> str:
        """The day on which the first account is used up; empty if none is."""
        days = self.mean("funds_exhausted_day")
        return day(self.start + dt.timedelta(days=int(days))) if isinstance(days, int | float) else ""


def _text(value: float | str | None, unit: float) -> str:
    return value or "" if value is None or isinstance(value, str) else aligned(value / unit)


def rows(found: Found) -> list[Row]:
    """The lines of the table; what has no part in this scenario (no value, or zero throughout) is left out."""
    days, row, beside = found.days, found.row, found.beside
    nights = beside("nights with hold rooms over what they can hold", "not_feasible_days")
    age = beside("so far of those in line at the end", "bed_line_age_hours_end")
    missing = row("arrests missing to the goal", "arrest_shortfall")
    goal = beside("goal of interior arrests", "arrest_goal", days)
    gone = f"funds used up on {found.used_up}" if found.used_up else ""
    every = [
        row("NOT FEASIBLE from", "not_feasible_from", 1, nights),
        row("arrests", "arrests"),
        row("interior arrests a day", "arrests_interior", days, beside("goal", "arrest_goal", days)),
        *([] if missing.mean.startswith("-") else [missing]),
        row("held, mean", "held_mean", 1, beside("operating beds", "beds_operating_mean")),
        row("held, peak", "held_peak"),
        row("held, end", "held_end"),
        row("held over funded beds, mean", "held_over_funded_mean"),
        row("hold rooms, mean people", "hold_room_mean"),
        row("hold-room stays", "hold_room_stays", 1, beside("over the limit", "hold_room_stays_over_limit")),
        row("wait for a bed, mean hours", "bed_wait_hours_all_mean", 1, age),
        row("stay, mean days", "stay_days_mean"),
        row("removals, with returns and departures", "removals", 1, beside("goal", "removals_goal")),
        row("releases", "releases"),
        *(_released(found, reason) for reason in RELEASE_REASONS if found.mean(f"releases_{reason}")),
        row("marginal cost, million dollars", "cost_usd_total", _MILLION, gone),
        row("funds of the window, million dollars", "funds_usd_total", _MILLION),
        row("book-ins a day the beds sustain", "sustainable_arrests_per_day", 1, goal),
        row("goal missed since", "goal_missed_from", 1, _whose(found)),
        row("what binds", "binding_stage"),
    ]
    return [row for row in every if row.mean and (row.mean.strip("-0.") or row.beside or row.what == "arrests")]


def _released(found: Found, reason: str) -> Row:
    """Published book-outs leave out people whom intake releases, so that these stand beside."""
    at_intake = f"{reason}_at_intake"
    beside = found.beside("at intake", at_intake) if at_intake in found.estimates else ""
    return found.row(f"  {reason}", f"releases_{reason}", 1, beside)


def table(outcome: Outcome) -> Table:
    """The table for a terminal."""
    shown = Table("", title=escape(_title(outcome)), title_justify="left", box=None, pad_edge=False)
    shown.add_column("mean", justify="right")
    shown.add_column("95 % interval" if len(outcome.finished) >= FEWEST else "", justify="right")
    shown.add_column("")
    for row in rows(found_in(outcome)):
        shown.add_row(*map(escape, (row.what, row.mean, row.spread, row.beside)))
    return shown


def found_in(outcome: Outcome) -> Found:
    """What the table and the sentences of a run are made of."""
    return Found(outcome.estimates, outcome.scenario.days, outcome.scenario.start)


def answer(outcome: Outcome) -> list[str]:
    """What the run shows, in sentences of rounded numbers: what has no part in this scenario is left out."""
    found = found_in(outcome)
    sentences = (_arrested(found), _held(found), _moved(found), _waited(found), _left(found), _paid(found))
    met = sum(check.met for check in outcome.checks)
    checks = [f"Checks: {met} of {len(outcome.checks)} met."] if outcome.checks else []
    reached = [one.line() for one in outcome.precision if one.met]
    goal = (_missed(found), _chance(found, len(outcome.finished), outcome.covers))
    passing = [one.sentence() for one in outcome.chances]
    said = filter(None, (not_feasible(found.estimates), *sentences, *goal))
    told = [*reached, *lines(outcome.twin), *checks, *past_errors(outcome.scenario)]
    return [_title(outcome), "", *said, *passing, *told]


def following(outcome: Outcome) -> list[str]:
    """Where the result lies, and what to do with it next."""
    resumed = f" ({outcome.resumed} replications taken up from an interrupted run)" if outcome.resumed else ""
    return [
        f"written to {outcome.folder}{resumed}",
        f"see the picture: detsim report {outcome.folder}",
        "compare a change: run with --set PATH=VALUE --out DIR, then",
        f"  detsim compare {outcome.folder} DIR",
    ]


def footer(outcome: Outcome) -> list[str]:
    """What intervals cover, the precision reached, the checks that are met, and the theories beside the run."""
    reached = [one.line() for one in outcome.precision if one.met]
    met = [check.line() for check in outcome.checks if check.met]
    passing = [one.sentence() for one in outcome.chances]
    doubt = [f"intervals cover {outcome.covers}"] if outcome.covers != COVERS[False] else []
    return [*doubt, *passing, *reached, *met, *lines(outcome.twin), *past_errors(outcome.scenario)]


def past_errors(scenario: Scenario) -> list[str]:
    """What to hold against a run of the nation that goes beyond the last figures; nothing for any other run."""
    from sim.experiment.backtest.fit.fitted_settings import GROUPS  # imported late: with it comes the whole fit

    groups = scenario.removal.groups if scenario.removal else {}
    last = scenario.start + dt.timedelta(days=scenario.days - 1)
    if last <= LAST_FIGURE or not set(GROUPS) <= set(groups):
        return []
    known, open_ = (", ".join(f"{error} % over {days} days" for days, error in each.items()) for each in (KNOWN, OPEN))
    return [
        f"Days after {LAST_FIGURE:%-d %B %Y} are a forecast. Since 2023 such forecasts missed the people held by "
        f"{known} where the book-ins were known, by {open_} where they were not (detsim backtest --origins monthly)."
    ]


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
    window = f"{many(scenario.days, 'day')} from {day(scenario.start)}"
    return f"{scenario.title or scenario.name}\n{window}, {played}, seed {scenario.seed}"


OF_FEASIBILITY: Final = ("not_feasible_from", "not_feasible_days", "hold_room_peak")
"""Measures that `not_feasible` reads."""


def not_feasible(estimates: Mapping[str, Estimate]) -> str:
    """The sentence that comes before all others where hold rooms hold what no real ones could; empty if they do not."""
    since, days, peak = (estimates[name].mean for name in OF_FEASIBILITY)
    if not isinstance(since, str) or not isinstance(days, int | float):
        return ""
    most = f", up to {readable(peak)} at once" if isinstance(peak, int | float) else ""
    return f"Not feasible from {day(since)} on: on {readable(days)} nights hold rooms hold more than they can{most}."


def not_feasible_at(values: Values, point: str) -> str:
    """The same sentence about a point of a study."""
    return not_feasible({measure: values.estimate(point, measure) for measure in OF_FEASIBILITY})


def _arrested(found: Found) -> str:
    total = f"{found.about('arrests')} people are arrested"
    if not found.number("arrest_goal"):
        return f"{total}."
    asked, done = (found.about(one, found.days) for one in ("arrest_goal", "arrests_interior"))
    missing = f", {found.about('arrest_shortfall')} below it in all" if found.number("arrest_shortfall") > 0 else ""
    return f"{total}; in the interior {done} a day, where the goal is {asked}{missing}."


def _held(found: Found) -> str:
    mean, peak, end = (found.about(f"held_{one}") for one in ("mean", "peak", "end"))
    beds = f"; {found.about('beds_operating_mean')} beds operate" if found.number("beds_operating_mean") else ""
    over = found.number("held_over_funded_mean")
    funded = f", {readable(over)} people on average are beyond the funded number" if over else ""
    return f"Held: {mean} people on average, {peak} at most, {end} at the end{beds}{funded}."


def _waited(found: Found) -> str:
    parts = []
    if found.number("hold_room_stays"):
        over, every = (found.about(one) for one in ("hold_room_stays_over_limit", "hold_room_stays"))
        parts.append(f"{over} of {every} stays in hold rooms exceed the limit")
    if found.number("bed_wait_hours_all_mean"):
        wait, age = (found.number(one) for one in ("bed_wait_hours_all_mean", "bed_line_age_hours_end"))
        still = f", {_span(age)} so far for those still in line at the end" if age else ""
        parts.append(f"the mean wait for a bed is {_span(wait)}{still}")
    return f"{capital('; '.join(parts))}." if parts else ""


def _span(hours: float) -> str:
    """Hours in words, short ones in minutes."""
    return f"{readable(hours)} hours" if hours >= 1 else f"{max(1, round(60 * hours))} minutes"


def _moved(found: Found) -> str:
    if not found.number("moves_from_bed"):
        return ""
    places, beds, moves = map(found.about, ("places_per_book_in", "bed_sites_per_book_in", "moves_per_month"))
    staging, days = map(found.about, ("staging_per_removal", "place_days_mean_staging"))
    stays = found.number("held_staging_mean")
    staged = f" {staging} stays in staging sites per removal, of {days} days on average;" if stays else ""
    return f"A book-in leads to {places} places, {beds} of them bed sites;{staged} {moves} moves a month."


def _left(found: Found) -> str:
    by = {reason: found.number(f"releases_{reason}") for reason in RELEASE_REASONS}
    largest = sorted((reason for reason in by if by[reason]), key=lambda reason: -by[reason])[:3]
    among = ", ".join(f"{reason.replace('_', ' ')} {readable(by[reason])}" for reason in largest)
    released = f" and {found.about('releases')} released ({among})" if among else ""
    goal = f" (goal {found.about('removals_goal')})" if found.number("removals_goal") else ""
    stay = f"; a stay lasts {found.about('stay_days_mean')} days on average" if found.number("stay_days_mean") else ""
    return f"{found.about('removals')} people are removed, return or depart{goal}{released}{stay}."


def _paid(found: Found) -> str:
    cost, funds = found.number("cost_usd_total"), found.number("funds_usd_total")
    if not cost:
        return ""
    of = f"; {readable(funds, 'USD')} are funded for these days" if funds else ""
    gone = f"; an account is used up on {found.used_up}" if found.used_up else ""
    return f"Marginal cost: {readable(cost, 'USD')}{of}{gone}."


def _missed(found: Found) -> str:
    since, stage = found.mean("goal_missed_from"), found.mean("binding_stage")
    if not since:
        return ""
    because = f"; it is held back by {str(stage).replace('_', ' ')}" if stage else ""
    whose = _whose(found)
    goal = f"One of the goals, {whose}," if " or " in whose else f"The goal {whose}"
    return f"{goal} is missed from {day(since)} on{because}."


def _chance(found: Found, replications: int, covers: str) -> str:
    held = found.estimates["held_mean"]
    if held.low is None or held.high is None:
        return f"No interval from {many(replications, 'replication')}: ask for --reps 10 or more."
    ends = f"{readable(held.low)} to {readable(held.high)}"
    alone = "from chance alone; the assumed values are not varied"
    return f"95 % interval of the mean held: {ends}, {alone if covers == COVERS[False] else f'from {covers}'}."


def _whose(found: Found) -> str:
    """Which goal is missed; of two, it may be either from one replication to the next (`vocabulary.BINDING`)."""
    goals = {"of removals": "removals_goal", "of arrests": "arrest_goal"}
    return " or ".join(whose for whose, goal in goals.items() if found.mean(goal) is not None)
