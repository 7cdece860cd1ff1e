"""Who is held at the start of a back-test, and values fitted on what was known by a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from sim.errors import InputError
from sim.experiment.backtest.driven_arrivals import arrivals_csv, driven_sets, held_sets, stock_at_start, window_sets
from sim.experiment.backtest.fit.day0_sample import composition_csv
from sim.experiment.backtest.fit.fitted_settings import GROUPS
from sim.experiment.backtest.fit.least_squares import Fitted, fit
from sim.experiment.backtest.published_comparison import play
from sim.experiment.backtest.published_figures import ONE_DAY, Figures
from sim.experiment.engines import choose, make_ready
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import build_tables
from sim.vocabulary import CLOCK_REASONS

PACE_DAYS: Final = 30
"""Days of exits before the start from which the pace of cases is taken."""
PACE: Final = "returns: 240 d, spread: 0.3"
"""How the pace of cases goes on, where the scenario does not say: chosen by score (`python -m tools.score_pace`)."""
_TRIED: Final = (0.5, 1.0, 2.0)
HELD: Final = "held.csv"
"""Name, in a result, of the file that says who is held at the start."""


def is_national(scenario: Scenario) -> bool:
    """Whether the scenario has the national pathway, on which values can be fitted."""
    case, removal, release = scenario.case, scenario.removal, scenario.release
    paths = case is not None and case.mode == "tracks" and len(case.preparing) == 4
    groups = removal is not None and set(GROUPS) <= set(removal.groups)
    clocks = release is not None and set(CLOCK_REASONS) - set(release.clocks) <= {"court_order"}
    return paths and groups and clocks


def fitted(scenario: Scenario, figures: Figures, until: dt.date) -> Fitted:
    """Values fitted by nonlinear least squares on the figures up to a date. Raises InputError (`--fit-until`)."""
    if not is_national(scenario):
        raise InputError("--fit-until: fits scenarios that extend national.yaml; leave the option out for this one")
    try:
        return fit(scenario, figures.until(until), until)
    except InputError as error:
        raise InputError(f"--fit-until: {until}: of what was known then: {error}") from error


def day0_sets(path: str, sets: Sequence[str], figures: Figures, start: dt.date, folder: Path) -> tuple[str, ...]:
    """Settings of the people held when the first day begins; the file they name is written to `folder`.

    The published stock and its areas; for the nation also a sample of who is held, from playing the years before. Of
    figures after the start only book-ins of a period that began before it are used.
    """
    scenario = load(path, sets).scenario
    held = held_sets(scenario, figures, start)
    if not is_national(scenario):
        return held
    file = folder / HELD
    file.write_text(composition_csv(path, sets, figures, start), encoding="utf-8", newline="")
    return (*held, f"people.day0.composition={file}")


def pace_sets(path: str, sets: Sequence[str], figures: Figures, start: dt.date, folder: Path) -> tuple[str, ...]:
    """The pace of cases when the first day begins, and how it goes on; only for the nation.

    The last days before are played with the book-ins published, at several paces: the one that ends with the stock
    published was the pace.
    """
    scenario = load(path, sets).scenario
    before = start - PACE_DAYS * ONE_DAY
    if not is_national(scenario) or not figures.value("held", before - 2 * ONE_DAY):
        return ()
    own = scenario.removal.pace if scenario.removal else None
    window = (*sets, *window_sets(before, start - ONE_DAY))
    window = (*window, *day0_sets(path, window, figures, before, folder))
    file = folder / "before.csv"
    file.write_text(arrivals_csv(load(path, window).scenario, figures), encoding="utf-8", newline="")
    window = (*window, *driven_sets(scenario, str(file)))
    ends = [_held_at_the_end(load(path, (*window, pace(level, "returns: 100 yr"))).scenario) for level in _TRIED]
    level = np.exp(np.interp(-stock_at_start(figures, start), -np.array(ends), np.log(_TRIED)))
    return (pace(float(level), PACE if own is None else f"returns: {own.returns} s, spread: {own.spread}"),)


def pace(level: float, rest: str) -> str:
    """The setting of a pace; `rest` says how it goes on."""
    return f"removal.pace={{level: {level:.3g}, {rest}}}"


def _held_at_the_end(scenario: Scenario) -> int:
    """People held at the end of one replication."""
    tables = build_tables(scenario)
    engine = choose("auto", scenario, tables)
    make_ready(engine, quiet=True)
    return int(play(scenario, tables, engine, 1).held[-1].sum())
