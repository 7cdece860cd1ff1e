"""What the user asks of a run or a study: each option declared once, for the command line and for Python.

Options that a command line offers carry their flag and help; `None` stands for the scenario's value, or the default of
the study.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, MISSING, dataclass, field
from pathlib import Path
from typing import Any, Final

from sim.experiment.work import Where

MOST_REPLICATIONS: Final = 100_000
DEFAULT_GRID: Final = "goals-and-funding"


@dataclass(frozen=True)
class Declared:
    """How a field is offered: its flags (none: a positional argument), the word for its value, help and limits."""

    flags: tuple[str, ...]
    metavar: str | None
    help: str
    least: float | None = None
    most: float | None = None


def option(
    flag: str, metavar: str | None, help: str, default: Any = MISSING, *, short: str | None = None, **limits: float
) -> Any:
    """A field offered as an option; required without a default. `limits` are `least` and `most` of a number."""
    if default == () and "Repeatable." not in help:
        help = f"{help} Repeatable."
    flags = (flag,) if short is None else (flag, short)
    return field(default=default, metadata={"declared": Declared(flags, metavar, help, **limits)})


def argument(metavar: str, help: str, default: Any = MISSING) -> Any:
    """A field offered as a positional argument; required without a default."""
    return field(default=default, metadata={"declared": Declared((), metavar, help)})


def folder(default: str) -> Any:
    """The option `--out` of what writes a result folder."""
    return option("--out", "DIR", f"Folder for the results. Default: results/{default}.", None, short="-o")


def replications(help: str, default: int | None, least: int = 1) -> Any:
    """The option `--reps`."""
    return option("--reps", "N", help, default, least=least, most=MOST_REPLICATIONS)


def scenario(default: Any = MISSING) -> Any:
    """The argument SCENARIO."""
    return argument("SCENARIO", "A scenario file, or the name of an included scenario (see `detsim list`).", default)


def settings() -> Any:
    """The option `--set`."""
    return option("--set", "PATH=VALUE", "Change a scenario value: --set beds.contracted=1200.", ())


def dry_run() -> Any:
    """The option `--dry-run`."""
    return option("--dry-run", None, "Show what would run and how long it would take; run nothing.", False)


@dataclass(frozen=True)
class StudyOptions:
    """What every study takes: a scenario with settings, what plays it and where, and where the result goes."""

    scenario: str = scenario()
    sets: tuple[str, ...] = settings()
    _: KW_ONLY
    replications: int | None = None
    seed: int | None = option(
        "--seed", "N", "Seed of the random draws. Default: the scenario's.", None, least=0, most=2**63 - 1
    )
    engine: str = option("--engine", "auto|simpy|compiled", "Simulation engine; both give the same results.", "auto")
    workers: int | None = option(
        "--workers", "N", "Worker processes. Default: one per core where that saves time.", None, least=1
    )
    scheduler: str | None = option("--scheduler", "tcp://HOST:PORT", "Run on the workers of this Dask scheduler.", None)
    cluster: str | None = option("--cluster", "local", "Run on a Dask cluster started on this machine.", None)
    out: Path | None = None
    force: bool = option("--force", None, "Replace an existing result.", False)
    quiet: bool = option("--quiet", None, "Print only warnings and errors.", False)

    @property
    def where(self) -> Where:
        """Where the work is done."""
        return Where(self.workers, self.scheduler, self.cluster)


@dataclass(frozen=True, kw_only=True)
class RunOptions(StudyOptions):
    """What `run` takes."""

    out: Path | None = folder("NAME")
    replications: int | None = replications("Number of replications. Default: the scenario's.", None)
    precision: tuple[str, ...] = option(
        "--precision",
        "MEASURE=1%",
        "Add replications until the 95 % confidence interval of a measure is within ± this share or amount.",
        (),
    )
    most_replications: int | None = option(
        "--most-reps", "N", "At most this many for --precision. Default: 1000.", None, least=2, most=MOST_REPLICATIONS
    )
    events: int = option("--events", "N", "Write what happened to N sampled people to events.csv.", 0, least=0)
    records: bool = option(
        "--records", None, "Write log.csv, and the stays made from it: records.csv, moves.csv.", False
    )
    exceed: tuple[str, ...] = option(
        "--exceed", "SERIES > N", 'Chance that a daily series passes a line, by date: --exceed "held > 60000".', ()
    )
    ranges: bool = option("--ranges", None, "Draw uncertain values from their ranges in each replication.", False)
    strict: bool = option(
        "--strict",
        None,
        "Exit with 1 if a check fails or theory disagrees, 2 if day-0 people are of another date.",
        False,
    )


@dataclass(frozen=True)
class SweepOptions(StudyOptions):
    """What `sweep` takes: `scenario` is a grid file or the name of an included grid."""

    scenario: str = argument("[GRID]", "A grid file, or the name of an included grid.", DEFAULT_GRID)
    _: KW_ONLY
    out: Path | None = folder("GRID")
    replications: int | None = replications("Replications per point. Default: the grid's.", None)


@dataclass(frozen=True, kw_only=True)
class SolveOptions(StudyOptions):
    """What `solve` takes."""

    vary: tuple[str, ...] = option("--vary", "PATH", "Value to vary. Repeatable: several are scaled together.")
    within: str = option("--in", "LOW:HIGH", "Range to search: values, totals, or factors (x0.5:x3).")
    until: str = option("--until", "TARGET", '"MEASURE <= VALUE" or "MEASURE / MEASURE <= VALUE"; or >=.')
    tolerance: str = option("--tolerance", "SHARE", "Precision of the answer, as a share of the amount.", "0.5%")
    out: Path | None = folder("NAME-solve")
    replications: int = replications("Replications per amount.", 10)


@dataclass(frozen=True, kw_only=True)
class BottleneckOptions(StudyOptions):
    """What `bottleneck` takes."""

    goal: str = option("--goal", "MEASURE", "Measure to improve, such as removals.")
    target: str | None = option("--target", '">= VALUE"', "Value to reach. Default: the scenario's own goal.", None)
    factor: float = option(
        "--factor", "X", "Multiplier of a capacity that cannot be unlimited.", 10.0, least=1.01, most=1000
    )
    out: Path | None = folder("NAME-bottleneck")
    replications: int = replications("Replications per lifted limit.", 10)


@dataclass(frozen=True, kw_only=True)
class SensitivityOptions(StudyOptions):
    """What `sensitivity` takes."""

    method: str = option("--method", "oat|morris|sobol", "One at a time, Morris screening, or Sobol indices.", "oat")
    measures: tuple[str, ...] = option("--measure", "MEASURE", "Measure to show.", ())
    vary: tuple[str, ...] = option("--vary", "PATH", "Value to vary. Repeatable. Default: every assumed value.", ())
    screening: Path | None = option("--screening", "DIR", "Vary the leading values of this Morris screening.", None)
    top: int | None = option(
        "--top", "N", "Values to take from --screening (default 6), or to show (default 10).", None, least=1
    )
    trajectories: int | None = option(
        "--trajectories", "N", "Morris trajectories. Default: 10.", None, least=2, most=10_000
    )
    samples: int | None = option(
        "--samples", "N", "Sobol samples, a power of 2. Default: 64.", None, least=2, most=2**20
    )
    out: Path | None = folder("NAME-METHOD")
    replications: int | None = replications("Replications per point. Default: 5 (oat), 2 (morris), 1 (sobol).", None)

    @property
    def size(self) -> int:
        """Trajectories of a screening, or samples of indices."""
        return (self.trajectories or 10) if self.method == "morris" else (self.samples or 64)


@dataclass(frozen=True)
class AdviseOptions(StudyOptions):
    """What `advise` takes: the folder of a new pilot is `pilot`, that of the advice `out`."""

    scenario: str = argument("SCENARIO", "A scenario to make a pilot run of, or a result folder to use as the pilot.")
    _: KW_ONLY
    precision: tuple[str, ...] = option(
        "--precision", "MEASURE=1%", "Half-width to reach. Repeatable. Default: 5 % of the main measures.", ()
    )
    columns: tuple[str, ...] = option("--column", "COLUMN", "Column of daily.csv to look at.", ())
    pilot: Path | None = option("--pilot", "DIR", "Folder for the pilot run. Default: results/NAME-pilot.", None)
    out: Path | None = option("--out", "DIR", "Also write the advice to this new folder.", None, short="-o")
    replications: int = replications("Replications of the pilot run.", 10, least=2)


@dataclass(frozen=True)
class BacktestOptions(StudyOptions):
    """What `backtest` takes. By default: to the last day with figures, nothing fitted anew."""

    scenario: str = scenario("national")
    _: KW_ONLY
    observed: Path | None = option(
        "--observed", "FILE.csv", "More published figures; they replace included ones that they overlap.", None
    )
    first: str | None = option("--from", "DATE", "First day. Default: the scenario's start.", None)
    last: str | None = option("--to", "DATE", "Last day. Default: the last one with figures.", None)
    origins: str | None = option(
        "--origins", "monthly", "Forecast from the first day of every month, from what was known then.", None
    )
    fit_until: str | None = option("--fit-until", "DATE", "Refit to what was known at the end of this day.", None)
    freeze: bool = option(
        "--freeze",
        None,
        "Forecast as on the day of --fit-until, or the day before --from: rules stay, the pace of cases is drawn.",
        False,
    )
    ranges: bool = option("--ranges", None, "Draw uncertain values from their ranges in each replication.", False)
    vary: tuple[str, ...] = option("--vary", "PATH", "Draw only this value from its range.", ())
    out: Path | None = folder("backtest-NAME")
    engine: str = "auto"
    scheduler: str | None = None
    cluster: str | None = None
    replications: int = replications("Number of replications.", 25)

    @property
    def doubts(self) -> bool:
        """Whether values are drawn from ranges."""
        return self.ranges or bool(self.vary)
