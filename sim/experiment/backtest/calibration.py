"""Who is held at the start of a back-test, the pace of cases then, and values fitted on what was known by a date.

The start of a scenario is a state that no table describes whole: how long people have been held, in which stage,
waiting for which country's papers. So published book-ins drive the scenario itself through the years before, and a
sample of the people it then holds are those held on day 0; their number and areas are the published ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import vocabulary
from sim.arrays import Floats, Ints
from sim.errors import InputError
from sim.experiment.backtest.driven_arrivals import drive, held_sets, stock_at_start, window_sets
from sim.experiment.backtest.fit.fitted_settings import GROUPS
from sim.experiment.backtest.fit.least_squares import Fitted, fit
from sim.experiment.backtest.published_comparison import play
from sim.experiment.backtest.published_figures import ONE_DAY, Figures
from sim.experiment.engines import choose, make_ready, play_of
from sim.experiment.temporary import temporary_folder
from sim.files.writing import csv_text
from sim.log import Records
from sim.measures.custody import Custody
from sim.measures.spans import Stays
from sim.people.composition import COLUMNS, ORDERED
from sim.people.draw import draw
from sim.people.table import People
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.scenario.world.tables import DOCUMENT_SPEED, Tables, build_tables
from sim.vocabulary import CLOCK_REASONS, EMPTY, SECONDS_PER_DAY, Stage

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
    window = drive(path, window, figures, folder)
    ends = []
    for level in _TRIED:
        scenario = load(path, (*window, pace(level, "returns: 100 yr"))).scenario
        tables = build_tables(scenario)
        engine = choose("auto", scenario, tables)
        make_ready(engine, quiet=True)
        ends.append(int(play(scenario, tables, engine, 1).held[-1].sum()))
    level = np.exp(np.interp(-stock_at_start(figures, start), -np.array(ends), np.log(_TRIED)))
    return (pace(float(level), PACE if own is None else f"returns: {own.returns} s, spread: {own.spread}"),)


def pace(level: float, rest: str) -> str:
    """The setting of a pace; `rest` says how it goes on."""
    return f"removal.pace={{level: {level:.3g}, {rest}}}"


# --- a sample of who is held --------------------------------------------------------------------
ROWS: Final = 1500
"""People in a sample: each stands for some 30 of those held."""
_BEFORE: Final = (
    "removal.pace=null",
    "people.day0.composition=null",
    "people.day0.sources={border: 60 %, local_custody: 28 %, at_large: 12 %}",
    "people.day0.time_served=[{low: 0 d, high: 7 d, share: 18 %}, {low: 7 d, high: 30 d, share: 32 %}, "
    "{low: 30 d, high: 60 d, share: 24 %}, {low: 60 d, high: 180 d, share: 22 %}, "
    "{low: 180 d, high: 365 d, share: 4 %}]",
    "people.day0.stages={proceedings: {preparing: 20 %, docket: 10 %, adjourned: 50 %, appeal: 20 %}}",
)
"""The stock when the figures begin, in rough: by the starts that scenarios use little of it is left."""
_IN_LINE: Final = (Stage.SCREENING_LINE, Stage.DOCKET, Stage.SEAT_LINE)
_COLUMNS: Final = (*COLUMNS, ORDERED)
_SORTED_BY: Final = ("stage", "track", "source", "group", "custody", "served_days")


def composition_csv(path: str, sets: Sequence[str], figures: Figures, start: dt.date) -> str:
    """The composition of those held when `start` begins, as CSV text of `sim.people.composition`.

    `path` and `sets` are the scenario's. Raises InputError if the figures do not reach back.
    """
    first = figures.of("held")[0].first + ONE_DAY
    window = (*sets, *window_sets(first, start - ONE_DAY), *_BEFORE)
    window = (*window, *held_sets(load(path, window).scenario, figures, first))
    with temporary_folder() as folder:
        past = load(path, drive(path, window, figures, folder)).scenario
        tables = build_tables(past)
        people = draw(past, tables, past.seed, 1)
        chosen = choose("auto", past, tables)
    make_ready(chosen, quiet=True)
    return csv_text([_COLUMNS, *sample(tables, people, play_of(chosen)(tables, people, None), ROWS)])


def sample(tables: Tables, people: People, records: Records, rows: int) -> list[tuple[object, ...]]:
    """`rows` of the people in custody at the end of a run, evenly spread over who they are; all if there are fewer."""
    custody = Custody(tables, people, records)
    held = np.flatnonzero(custody.stays.exit < 0)
    who = {column: values[held] for column, values in _columns(custody).items()}
    order = np.lexsort([who[column] for column in reversed(_SORTED_BY)])
    n = min(rows, len(order))
    chosen = order[((np.arange(n) + 0.5) * len(order) / max(n, 1)).astype(np.int64)]
    words = {
        "source": vocabulary.SOURCES,
        "criminality": vocabulary.CRIMINALITY,
        "custody": vocabulary.CUSTODY_CLASSES,
        "track": vocabulary.TRACKS,
        "group": tables.groups or ("",),
        "stage": vocabulary.DAY0_STAGES,
    }
    cells = ((column, who[column][chosen].tolist()) for column in _COLUMNS)
    written = ([words[c][code] for code in found] if c in words else [round(n, 1) for n in found] for c, found in cells)
    return list(zip(*written, strict=True))


def _columns(custody: Custody) -> dict[str, NDArray[np.generic]]:
    """The columns of a composition, in codes, for each person; those not yet in bed are preparing."""
    tables, stays, now, drawn = custody.tables, custody.stays, custody.horizon, custody.drawn
    stage = np.maximum(stays.stage, int(Stage.STAY) if tables.mode_stay or not tables.case_on else int(Stage.PREPARING))
    spent = np.maximum(now - _since(stays, stage), 0) / SECONDS_PER_DAY
    work = _work_since(tables, drawn("group"), stays.t_order, now)
    ordered = np.where(stays.t_order == EMPTY, now + drawn("ordered_s"), now - stays.t_order)
    return {
        "source": drawn("source"),
        "criminality": drawn("criminality"),
        "custody": drawn("custody"),
        "track": drawn("track"),
        "group": drawn("group"),
        "stage": stage - int(Stage.STAY),
        "served_days": (now - stays.t_arrest) // SECONDS_PER_DAY,
        "spent_days": np.where(np.isin(stage, _IN_LINE), 0.0, np.where(stage == Stage.DOCUMENT, work, spent)),
        "hearings": np.maximum(drawn("hearings") - stays.hearings, 0),
        ORDERED: np.where(stage >= Stage.DOCUMENT, ordered / SECONDS_PER_DAY, 0.0),
        "adjournment_days": np.where(stage == Stage.ADJOURNED, drawn("adjournment_s"), 0) / SECONDS_PER_DAY,
    }


def _since(stays: Stays, stage: Ints) -> Ints:
    """When the stage each person is in began; the arrest where that was never written down."""
    began = np.where(stays.t_landed != EMPTY, stays.t_landed, stays.t_bed)
    began = np.where(np.isin(stage, (Stage.ADJOURNED, Stage.APPEAL)), stays.t_heard, began)
    began = np.where(stage == Stage.STAY_OF_REMOVAL, stays.t_document, began)
    not_in_bed = stays.stage < Stage.STAY
    return np.where(not_in_bed, 2**62, np.where(began == EMPTY, stays.t_arrest, began))


def _work_since(tables: Tables, group: Ints, since: Ints, now: int) -> Floats:
    """Days of work, at the usual speed, done for each person's document since the order."""
    done = np.pad(np.cumsum(tables.document_speed, axis=1), ((0, 0), (1, 0)))
    speed = np.pad(tables.document_speed, ((0, 0), (0, 1)))
    start = np.clip(np.where(since == EMPTY, 0, since), 0, now) / SECONDS_PER_DAY
    day = np.minimum(start.astype(np.int64), tables.days)
    used = done[group, day] + (start - day) * speed[group, day]
    return np.asarray((done[group, -1] - used) / DOCUMENT_SPEED)
