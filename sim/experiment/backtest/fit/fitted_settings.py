"""What is fitted, and the fitted values as settings of the national scenario: `path=value`, as `--set` takes them.

Some forty values stand in `parameters.csv`, each with a meaning and, if it is a step of a schedule, the date from which
it holds. A fit starts from `start`, what one would have guessed before looking at the series (court filings, published
medians, the shape of the book-outs of one year), never from a scenario already fitted to later figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sim.experiment.backtest.published_figures import ONE_DAY, beside
from sim.files.table import read_rows
from sim.scenario.schema.units import parse_date
from sim.vocabulary import INTERIOR

Values = Mapping[str, float]

MEMO: Final = dt.date(2025, 1, 27)
"""From this day recognizance and parole all but end."""


@dataclass(frozen=True)
class Parameter:
    """A fitted value. `width`: how far, as a logarithm (of the odds, for a share), it may go from `start`.

    `begins`: the date from which it holds as a step of `schedule`. A step with another parameter `before` it is fitted
    once the figures reach `LEARNT` days beyond that date; until then it is what held before.
    """

    name: str
    start: float
    meaning: str
    width: float = 1.3
    share: bool = False
    schedule: str = ""
    begins: dt.date | None = None
    before: str = ""


LEARNT: Final = 14
VOLUNTARY: Final = {"interior": 0.05, "border": 0.01}
"""Shares of the voluntary track, not fitted: nothing published tells it from final orders."""
GROUPS: Final = {
    "mexico": "document_mexico",
    "central_america": "document_central_america",
    "south_america_caribbean": "document_south_america",
    "uncooperative": "document_uncooperative",
    "other": "document_other",
}
SLOW_GROUPS: Final = ("uncooperative", "other")


_OF_PARAMETERS: Final = ("name", "start", "meaning", "width", "share", "schedule", "from", "before")
PARAMETERS: Final = tuple(
    Parameter(
        name, float(start), meaning, float(width), bool(share), schedule, parse_date(begins) if begins else None, before
    )
    for _, (name, start, meaning, width, share, schedule, begins, before) in read_rows(
        beside("fit/parameters.csv"), _OF_PARAMETERS
    )
)


def fitted(until: dt.date) -> tuple[Parameter, ...]:
    """Those that figures up to a date can tell."""
    learnt = until - dt.timedelta(days=LEARNT)
    return tuple(p for p in PARAMETERS if not p.before or p.begins is None or p.begins <= learnt)


def completed(values: Values) -> dict[str, float]:
    """Every parameter: what is not in `values` is as it was before."""
    done = dict(values)
    for parameter in PARAMETERS:
        if parameter.name not in done:
            done[parameter.name] = done[parameter.before] if parameter.before else parameter.start
    return done


def _schedule(name: str) -> dict[dt.date, str]:
    """The steps of a schedule: the parameter that holds from each date."""
    return {p.begins: p.name for p in PARAMETERS if p.schedule == name and p.begins}


# --- settings -----------------------------------------------------------------------------------
_REVERTS_DAYS: Final = 90
"""Beyond the figures the pace of documents goes back to its mean so far in so many days."""
_FEW: Final = "{2023-10-01: 0.03 % / d, 2025-01-27: 0.005 % / d}"
_FEW_BEFORE: Final = "0.03 % / d"
"""Interior people released on recognizance or parole once processed: hardly any."""
_BORDER_BOND: Final = 0.09
"""Bond of border people, relative to interior people: under mandatory custody but for a few."""


def settings(values: Values, known_until: dt.date | None = None) -> tuple[str, ...]:
    """The settings of every fitted value; a parameter that is missing is as it was before.

    With `known_until`, for a forecast from that day on: the pace of documents, which went up and down by a third
    within a year without a rule that says why, then returns to its mean.
    """
    v = completed(values)
    pace = _steps("pace", v, "") if known_until is None else _reverting(v, known_until)
    outcome = _shared({"relief": v["relief"], "terminated": v["terminated"]}, "ordered")
    made = {**_laws(v, pace), **_tracks(v), **_clocks(v, known_until), "case.outcome": outcome}
    return tuple(f"{path}={value}" for path, value in made.items())


def _laws(v: Values, pace: str) -> dict[str, str]:
    quick = _quick(v["quick_orders"], 0.4, v["final_order"], 1.3)
    laws = {
        "case.preparing.final_order": quick,
        "case.preparing.voluntary": quick,
        "case.preparing.expedited": _quick(v["quick_expedited"], 0.5, v["expedited"], 1.0),
        "case.preparing.proceedings": _lognormal(v["filing"], 0.8),
        "case.adjournment": _lognormal(v["adjournment"], v["adjournment_spread"]),
        "case.appeal_share": f"{_number(100 * v['appeal_share'])} %",
        "case.appeal": _lognormal(v["appeal"], 0.6),
    }
    for group, name in GROUPS.items():
        spread = v["document_spread_slow" if group in SLOW_GROUPS else "document_spread"]
        laws[f"removal.groups.{group}.document"] = _lognormal(v[name], spread)
        laws[f"removal.groups.{group}.document_speed"] = pace
    return laws


def _reverting(v: Values, known_until: dt.date) -> str:
    """The pace in steps up to a day, then in a straight line to its mean over the days before."""
    steps = [(date, v[name]) for date, name in _schedule("pace").items() if date <= known_until]
    ends = [*(date for date, _ in steps[1:]), known_until + ONE_DAY]
    days = [(end - date).days for (date, _), end in zip(steps, ends, strict=True)]
    mean = sum(n * pace for n, (_, pace) in zip(days, steps, strict=True)) / sum(days)
    points = dict(steps) | {end - ONE_DAY: pace for (_, pace), end in zip(steps, ends, strict=True)}
    points[known_until + dt.timedelta(days=_REVERTS_DAYS)] = mean
    return _mapping({date: _number(pace) for date, pace in sorted(points.items())}, "ramp: true")


def _tracks(v: Values) -> dict[str, str]:
    fitted = {"interior": ("final_order", "expedited"), "border": ("final_order", "proceedings")}
    shares = {who: {track: v[f"{track}_{who}"] for track in tracks} for who, tracks in fitted.items()}
    interior = _shared(shares["interior"] | {"voluntary": VOLUNTARY["interior"]}, "proceedings")
    border = _shared(shares["border"] | {"voluntary": VOLUNTARY["border"]}, "expedited")
    by_source = {**dict.fromkeys(INTERIOR, interior), "border": border}
    return {f"people.sources.{source}.tracks": tracks for source, tracks in by_source.items()}


def _clocks(v: Values, known_until: dt.date | None) -> dict[str, str]:
    few = _FEW if known_until is None or known_until >= MEMO else _FEW_BEFORE
    rates = {
        "recognizance": (few, _steps("recognizance", v, " % / d")),
        "parole": (few, _steps("parole", v, " % / d")),
        "bond": (_steps("bond", v, " % / d"), _steps("bond", v, " % / d", _BORDER_BOND)),
        "other_agency": (_steps("other_agency", v, " % / d"), "0.015 % / d"),
    }
    sources = {reason: {**dict.fromkeys(INTERIOR, rate), "border": border} for reason, (rate, border) in rates.items()}
    return {f"release.clocks.{reason}.rate": _mapping(of) for reason, of in sources.items()}


# --- how values are written ---------------------------------------------------------------------
def _mapping(texts: Mapping[Any, str], *more: str) -> str:
    return "{" + ", ".join([*(f"{key}: {text}" for key, text in texts.items()), *more]) + "}"


def _steps(schedule: str, v: Values, unit: str, factor: float = 1.0) -> str:
    """A schedule; a step that changes nothing is left out."""
    steps: dict[dt.date, str] = {}
    for date, name in _schedule(schedule).items():
        text = f"{_number(v[name] * factor)}{unit}"
        if not steps or text != list(steps.values())[-1]:
            steps[date] = text
    return _mapping(steps)


def _lognormal(mean: float, spread: float) -> str:
    return f"{{lognormal: {{mean: {_number(mean)} d, sd: {_number(mean * spread)} d}}}}"


def _quick(share: float, quick_mean: float, mean: float, spread: float) -> str:
    """A part within hours, the rest lognormal."""
    weight = float(_number(100 * share))
    rest = f"lognormal: {{mean: {_number(mean)} d, sd: {_number(mean * spread)} d}}"
    return (
        f"{{mixture: [{{weight: {weight:g} %, exponential: {{mean: {quick_mean} d}}}}, "
        f"{{weight: {100 - weight:.6g} %, {rest}}}]}}"
    )


def _shared(shares: Mapping[str, float], rest: str) -> str:
    """Shares of a whole; `rest` takes what is left."""
    percent = {word: float(_number(100 * share)) for word, share in shares.items()}
    percent[rest] = round(100 - sum(percent.values()), 6)
    return _mapping({word: f"{share:g} %" for word, share in percent.items()})


def _number(value: float) -> str:
    """Three significant figures: what such a fit can tell."""
    return f"{float(f'{value:.3g}'):g}"
