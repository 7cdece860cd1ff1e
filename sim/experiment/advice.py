"""How long, how many: what a pilot says about warm-up, horizon and number of replications."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.analysis.manifest import read_manifest
from sim.analysis.results import ResultTables, read
from sim.analysis.warmup import Cut, Wanted, levels_off, mser, replications_for, smoothed
from sim.errors import InputError
from sim.experiment.headline import OF_FEASIBILITY, not_feasible
from sim.experiment.options import AdviseOptions, RunOptions, StudyOptions
from sim.experiment.precision import Goal, parse
from sim.experiment.run import run
from sim.experiment.store import refuse_existing, write_folder
from sim.files.data_package import Csv, package_files
from sim.files.table import read_table
from sim.formats import number
from sim.measures.intervals import estimate
from sim.scenario.loading import digest, load
from sim.scenario.schema.units import hint, quoted
from sim.version import model_digest
from sim.vocabulary import FILES, MEASURES

COLUMNS: Final = ("in_custody", "held", "bed_queue", "docket_pending", "seat_queue", "removals", "releases")
"""Series of daily.csv that are looked at."""
HEADLINES: Final = (
    *("arrests", "held_mean", "hold_room_stays_over_limit", "bed_wait_hours_mean", "removals", "releases"),
    *("releases_no_bed", "stay_days_mean", "cost_usd_total"),
)
NEAR: Final = "5%"
TIMES: Final = 10
"""Days to keep for each day cut (Banks, Carson, Nelson and Nicol 2010: at least ten times)."""
_BARS: Final = "▁▂▃▄▅▆▇█"
_BARS_SHOWN: Final = 60


@dataclass(frozen=True)
class Series:
    """A daily series, mean over replications, and where it levels off."""

    column: str
    mean: NDArray[np.float64]
    smooth: NDArray[np.float64]
    cut: Cut
    level: int | None


@dataclass(frozen=True)
class Need:
    """A measure, what the pilot knows of it, and the replications that the precision asked for takes."""

    measure: str
    unit: str
    mean: float
    sd: float
    now: float
    wanted: Wanted


@dataclass(frozen=True)
class Advice:
    """What a pilot says."""

    pilot: ResultTables
    failed: tuple[str, ...]
    """A line for each replication of the pilot that failed."""
    day0: int | None
    """People held when it starts; None if unknown."""
    dates: tuple[str, ...]
    series: tuple[Series, ...]
    needs: tuple[Need, ...]

    @property
    def cut(self) -> int | None:
        """Days to cut, that every series has levelled off; None if one cannot tell."""
        cuts = [one.cut.cut for one in self.series]
        known = [cut for cut in cuts if cut is not None]
        return max(known, default=0) if len(known) == len(cuts) else None


def advise(options: AdviseOptions) -> Advice:
    """What a pilot says: a result folder that `options.scenario` names, or one made of that scenario.

    Writes the advice into `options.out`, if it is given. Raises InputError before any work is done where it can;
    RunError and Interrupted as `run` does.
    """
    precision = parse(options.precision, None)
    _refuse_unknown(options.columns)
    if options.out:
        refuse_existing(options.out, options.force)
    folder = Path(options.scenario)
    pilot = folder if (folder / "daily.csv").is_file() else make_pilot(options)
    result = read(pilot)
    dates, series = _daily(pilot / "daily.csv", options.columns)
    if len(result.replications) < 2:
        raise InputError(f"{pilot}: one replication says nothing about spread; run the pilot with --reps 10")
    there = [name for name in HEADLINES if any(result.by_replication.get(name, {}).values())]
    wanted = precision or parse([f"{name}={NEAR}" for name in there], None)
    needs = [need for goal in (wanted.goals if wanted else ()) if (need := _need(result, goal))]
    found = Advice(result, _failed(pilot), _day0(pilot / "scenario.yaml"), dates, series, tuple(needs))
    if options.out:
        write(found, options.out, options.force)
    return found


def make_pilot(options: AdviseOptions) -> Path:
    """Run a pilot into its folder (results/NAME-pilot unless told); one that is there and the same is taken as it is.

    Raises InputError, RunError and Interrupted, as `run` does.
    """
    reps = options.replications
    own = (f"replications={reps}", *(() if options.seed is None else (f"seed={options.seed}",)))
    resolved = load(options.scenario, (*options.sets, *own))
    _refuse_short(resolved.scenario.name, resolved.scenario.days)
    folder = options.pilot or Path("results") / f"{resolved.scenario.name}-pilot"
    if folder.is_dir() and not options.force:
        about = _manifest(folder)
        if (about.get("scenario_sha256"), about.get("model_sha256")) == (digest(resolved), model_digest()):
            return folder
    common = {field.name: getattr(options, field.name) for field in fields(StudyOptions)}
    return run(RunOptions(**common | {"out": folder})).folder


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a pilot; empty without a valid one."""
    try:
        return read_manifest(folder / "manifest.json", needed=())
    except InputError:
        return {}


def _failed(pilot: Path) -> tuple[str, ...]:
    return tuple(
        f"replication {one['replication']} of the pilot failed: {one.get('error', 'nothing says why')}"
        for one in _manifest(pilot).get("failed", ())
    )


# --- warm-up ------------------------------------------------------------------------------------
def _refuse_unknown(columns: Sequence[str]) -> None:
    known = [column.name for column in FILES["daily.csv"][3:]]
    for column in columns:
        if column not in known:
            near = hint(column, known, "they are listed in docs/data-dictionary.md", 0.4)
            raise InputError(f"--column: {quoted(column)} is no column of daily.csv; {near}")


def _refuse_short(what: str, days: int) -> None:
    if days < 20:
        raise InputError(f"{what}: {days} days; a warm-up shows in 20 days or more")


def _daily(file: Path, columns: Sequence[str]) -> tuple[tuple[str, ...], tuple[Series, ...]]:
    """The dates, the day before the start left out, and the series, of the usual ones those that vary."""
    table = read_table(file, FILES["daily.csv"], mend="give a scenario or a result folder")
    dates, day = np.unique(table["date"], return_inverse=True)
    _refuse_short(str(file), len(dates) - 1)
    series = []
    for column in columns or COLUMNS:
        mean = (np.bincount(day, table[column]) / np.bincount(day))[1:]
        if columns and np.isnan(mean).any():
            raise InputError(f"--column: {column} has no values in this scenario; choose another")
        if columns or np.ptp(mean) > 0:
            smooth = smoothed(mean, max(1, len(mean) // 20))
            series.append(Series(column, mean, smooth, mser(mean), levels_off(smooth)))
    return tuple(dates[1:].astype(str).tolist()), tuple(series)


def _day0(file: Path) -> int | None:
    try:
        return load(file).scenario.people.day0.held
    except InputError:
        return None


# --- replications -------------------------------------------------------------------------------
def _need(result: ResultTables, goal: Goal) -> Need | None:
    values = [float(value) for value in result.by_replication.get(goal.measure, {}).values()]
    e = estimate(values, MEASURES[goal.measure].unit)
    if not isinstance(e.mean, float) or e.sd is None or e.half_width is None:
        return None
    asked = goal.asked(e)
    return Need(goal.measure, e.unit, e.mean, e.sd, e.half_width, replications_for(values, asked)) if asked else None


# --- in words and files -------------------------------------------------------------------------
def lines(advice: Advice) -> Iterator[str]:
    """The advice in words."""
    pilot, days = advice.pilot, len(advice.dates)
    yield f"{pilot.name}: a pilot of {len(pilot.replications)} replications of {days} days ({pilot.path})"
    if pilot.by_replication.keys() >= set(OF_FEASIBILITY):
        of = {name: estimate(pilot.by_replication[name].values(), MEASURES[name].unit) for name in OF_FEASIBILITY}
        yield from filter(None, [not_feasible(of)])
    if advice.day0:
        held = f"{number(advice.day0)} people held on day 0"
        yield f"begins with {held}, so what follows is its course and not a warm-up"
    else:
        empty = "begins empty" if advice.day0 == 0 else "how it begins is unknown"
        yield f"{empty}; mean over replications, smoothed (Welch), and the cut by MSER-5:"
    yield from (f"  {one.column}: {_bars(one.smooth)} {_said(one)}" for one in advice.series)
    if not advice.day0:
        yield f"how long: {_how_long(advice.cut, days)}"
    yield from map(_how_many, advice.needs)


def _bars(smooth: NDArray[np.float64]) -> str:
    """A series as a line of bars from its least to its most."""
    picked = smooth[np.linspace(0, len(smooth) - 1, min(_BARS_SHOWN, len(smooth))).astype(int)]
    low, span = float(picked.min()), float(np.ptp(picked)) or 1.0
    return "".join(_BARS[min(int((value - low) / span * len(_BARS)), len(_BARS) - 1)] for value in picked)


def _said(one: Series) -> str:
    level = "does not level off" if one.level is None else f"near its later level from day {one.level}"
    if one.cut.cut is None or one.cut.mean_after is None:
        return f"the window is too short to tell; {level}"
    return f"cut {one.cut.cut} d: mean {number(one.cut.mean_all)} becomes {number(one.cut.mean_after)}; {level}"


def _how_long(cut: int | None, days: int) -> str:
    if cut is None:
        longer = f"try --set days={2 * days}, or start with people.day0"
        return f"{days} days do not show the level of every series; {longer}"
    if cut == 0:
        return "nothing needs to be cut"
    enough = "is enough" if days >= (TIMES + 1) * cut else f"is short: --set days={(TIMES + 1) * cut} or more"
    keep = f"leave out the first {cut} days of daily.csv, or start with people.day0"
    return f"{keep}; with {TIMES} days kept for each day cut, {days} {enough}"


def _how_many(need: Need) -> str:
    wanted = need.wanted
    share = f" ({100 * wanted.half_width / abs(need.mean):.3g} % of the mean)" if need.mean else ""
    asked = f"± {number(wanted.half_width, need.unit)}{share}"
    now = f"{number(need.mean, need.unit)} ± {number(need.now)} in the pilot"
    return f"how many: {need.measure} {now}; {asked} takes {wanted.replications} replications, at most {wanted.at_most}"


def write(advice: Advice, folder: Path, force: bool = False) -> None:
    """Write warmup.csv, welch.csv and replications_wanted.csv into a folder, whole. Raises InputError, RunError."""
    title = f"{advice.pilot.name}: advice"
    pilot = {key: str(value) for key, value in advice.pilot.manifest.items()}
    write_folder(folder, package_files(title, _tables(advice), {"pilot": pilot}, {}), force)


def _tables(advice: Advice) -> list[Csv]:
    name = advice.pilot.name
    cuts = [(name, s.column, s.cut.cut, s.level, s.cut.mean_all, s.cut.mean_after) for s in advice.series]
    welch = [
        (name, s.column, date, float(s.mean[i]), float(s.smooth[i]) if i < len(s.smooth) else None)
        for s in advice.series
        for i, date in enumerate(advice.dates)
    ]
    needs = [
        (name, n.measure, n.unit, n.mean, n.sd, n.now, n.wanted.half_width, n.wanted.replications, n.wanted.at_most)
        for n in advice.needs
    ]
    files = ("warmup.csv", cuts), ("welch.csv", welch), ("replications_wanted.csv", needs)
    return [Csv.of("advise", *file) for file in files]
