"""The studies of the command line as functions: each returns its tables, its sentences and its charts.

Without `out` nothing is left on the disk. Options are those of the command, by name: `engine`, `seed`, `workers`,
`scheduler`, `cluster`, `force` and its own. Raises InputError, one line per problem, before any work is done.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sim.analysis.manifest import read_package
from sim.experiment import options as asked
from sim.files.table import Table
from sim.notebook.charts import study_chart, study_keys, unknown
from sim.notebook.scenario import Scenario, Settings, settings, warn
from sim.scenario.notices import Notice

if TYPE_CHECKING:
    import altair

Options = TypeVar("Options", bound=asked.StudyOptions)
Played = tuple[str, Iterable[str], Iterable[Notice]]
"""Title, sentences and notices of a study that was played."""


@dataclass(frozen=True, eq=False, repr=False)
class Study:
    """What a study came to: `tables` by name, `sentences` as the command prints them; `folder` is None in memory."""

    kind: str
    title: str
    tables: Mapping[str, Table]
    sentences: tuple[str, ...]
    folder: Path | None

    def __getitem__(self, table: str) -> Table:
        """A table by name, numbers as numbers. Raises InputError, with a near name."""
        if table not in self.tables:
            raise unknown(table, list(self.tables), "table")
        return self.tables[table].with_numbers()

    def chart(self, measure: str) -> altair.TopLevelMixin:
        """The chart of a measure, or of a series of a back-test. Raises InputError, with a near name."""
        return study_chart(self.kind, self.tables, measure, self.title)

    def charts(self) -> dict[str, altair.TopLevelMixin]:
        """Every chart, by measure or series. Raises InputError if the charting library is missing."""
        return {key: self.chart(key) for key in study_keys(self.kind, self.tables)}

    def __repr__(self) -> str:
        return f"Study {self.title}: {', '.join(self.tables)}"

    def _repr_html_(self) -> str:
        lines = "".join(f"<br>{escape(line)}" for line in self.sentences)
        tables = ", ".join(f"{name} ({len(table):,} rows)" for name, table in self.tables.items())
        return f"<p><strong>{escape(self.title)}</strong>{lines}</p><p><small>{escape(tables)}</small></p>"


def sweep(
    grid: str | Path = asked.DEFAULT_GRID,
    *,
    set: Settings = (),
    reps: int | None = None,
    out: str | Path | None = None,
    **options: Any,
) -> Study:
    """Run every point of a grid: a grid file, or the name of an included grid.

    Tables: `points` (a row per point and measure), `replications`, `differences` (from the baseline).
    """

    def play(options: asked.SweepOptions) -> Played:
        from sim.experiment.sweep import sweep

        plan, _ = sweep.sweep(options)
        said = (f"{len(plan.points)} points; differences are from {plan.baseline.name}",)
        return f"Sweep {plan.grid.name}", said, plan.study.notices

    return _study("sweep", asked.SweepOptions, play, grid, set, reps, out, options)


def solve(
    scenario: Scenario | str | Path,
    *,
    vary: str | Sequence[str],
    within: str,
    until: str,
    set: Settings = (),
    reps: int = 10,
    out: str | Path | None = None,
    **options: Any,
) -> Study:
    """Find the smallest amount that meets a target.

    Args:
        scenario: A scenario, its file or its name.
        vary: Path of the value to vary; several are scaled together.
        within: Range to search, `LOW:HIGH` or `x0.5:x3`.
        until: Target, `MEASURE <= VALUE` or `MEASURE >= VALUE`.
        set: Changes to the scenario.
        reps: Replications per amount.
        out: Folder to write, as `detsim solve` does.
        options: `tolerance` and the options that all studies share.

    Tables: `solution` (one row), `amounts` (a row per amount and measure).
    """

    def play(options: asked.SolveOptions) -> Played:
        from sim.experiment import solve

        found = solve.run(options)
        return f"Solve {found.search.study.base.scenario.name}", solve.lines(found), found.search.study.notices

    own = {"vary": (vary,) if isinstance(vary, str) else tuple(vary), "within": within, "until": until}
    return _study("solve", asked.SolveOptions, play, scenario, set, reps, out, options | own)


def bottleneck(
    scenario: Scenario | str | Path,
    *,
    goal: str,
    target: str | None = None,
    set: Settings = (),
    reps: int = 10,
    out: str | Path | None = None,
    **options: Any,
) -> Study:
    """Lift one limit after another to see what holds a measure back.

    Table: `ladder`, a row per limit lifted.
    """

    def play(options: asked.BottleneckOptions) -> Played:
        from sim.experiment import bottleneck

        found = bottleneck.run(options)
        return f"Bottleneck of {found.study.base.scenario.name}", bottleneck.lines(found), found.study.notices

    own = {"goal": goal, "target": target}
    return _study("bottleneck", asked.BottleneckOptions, play, scenario, set, reps, out, options | own)


def sensitivity(
    scenario: Scenario | str | Path,
    *,
    method: str = "oat",
    vary: Sequence[str] = (),
    set: Settings = (),
    reps: int | None = None,
    out: str | Path | None = None,
    **options: Any,
) -> Study:
    """Rank assumed values by their effect: `oat` (one at a time), `morris` or `sobol`.

    Table: `sensitivity`, a row per measure, value and statistic.
    """

    def play(options: asked.SensitivityOptions) -> Played:
        from sim.experiment.sensitivity import sensitivity

        plan = sensitivity.settle(options)
        outcome = sensitivity.play(plan)
        return plan.heading(), outcome.left_out(), plan.study.notices

    own = {"method": method, "vary": tuple(vary)}
    return _study("sensitivity", asked.SensitivityOptions, play, scenario, set, reps, out, options | own)


def backtest(
    scenario: Scenario | str | Path = "national",
    *,
    first: str | None = None,
    last: str | None = None,
    set: Settings = (),
    reps: int = 25,
    out: str | Path | None = None,
    **options: Any,
) -> Study:
    """Replay the past, driven by published book-ins, and score it against naive forecasts.

    Tables: `scores`, `daily`, `monthly`, `areas`, `parameters`.
    """

    def play(options: asked.BacktestOptions) -> Played:
        from sim.experiment.backtest import run

        outcome = run.backtest(options)
        return outcome.title, outcome.notes, ()

    own = {"first": first, "last": last}
    return _study("backtest", asked.BacktestOptions, play, scenario, set, reps, out, options | own)


def _study(
    kind: str,
    options_of: type[Options],
    play: Callable[[Options], Played],
    scenario: Scenario | str | Path,
    set: Settings,
    reps: int | None,
    out: str | Path | None,
    options: Mapping[str, Any],
) -> Study:
    """Play a study in the folder that is asked for, or in one that is removed, and read its tables."""
    named = scenario.resolved.path if isinstance(scenario, Scenario) else scenario
    sets = (*(scenario.sets if isinstance(scenario, Scenario) else ()), *settings(set))
    known = [field.name for field in fields(options_of)]
    for name in options:
        if name not in known:
            raise unknown(name, known, "option")
    more = {**options} if reps is None else {**options, "replications": reps}
    with ExitStack() as stack:
        place = Path(out) if out else Path(stack.enter_context(tempfile.TemporaryDirectory())) / kind
        title, said, notices = play(options_of(str(named), sets, out=place, quiet=True, **more))
        warn(notices)
        return Study(kind, title, read_package(place), tuple(said), Path(out) if out else None)
