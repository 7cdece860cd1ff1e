"""A result in a notebook: tidy tables, means with intervals, and charts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.analysis.results import ResultTables, plain_tree, read_tables
from sim.analysis.tables_in_memory import tables_of
from sim.errors import InputError
from sim.experiment import headline
from sim.experiment.replication import Failure
from sim.experiment.run import MemoryRun, run_in_memory
from sim.files.table import Table, html_table
from sim.formats import many
from sim.measures.intervals import COVERS, FEWEST, Estimate
from sim.notebook import charts
from sim.notebook.scenario import Scenario, Settings, load, settings, window
from sim.scenario.schema.units import nearest
from sim.vocabulary import MEASURES

if TYPE_CHECKING:
    import altair

_INDENT: Final = "\N{EM SPACE}"
"""What a terminal shows as two spaces; HTML would show none."""


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """A result. `tables` has everything; the other attributes are shortcuts."""

    tables: ResultTables

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.tables.name

    @property
    def title(self) -> str:
        """Title of the scenario, or its name."""
        return self.tables.title

    @property
    def question(self) -> str:
        """The scenario's question; empty if it has none."""
        return str(self.tables.scenario.get("question") or "")

    @property
    def summary(self) -> Table:
        """Measures over replications: mean, sd, 95 % interval; words and dates stand in the column `text`."""
        return self.tables["summary"].with_numbers()

    @property
    def replications(self) -> Table:
        """Measures by replication; words and dates stand in the column `text`."""
        return self.tables["replications"].with_numbers()

    @property
    def daily(self) -> Table:
        """Nationwide, one row per replication and day."""
        return self.tables["daily"]

    @property
    def daily_by_area(self) -> Table:
        """One row per replication, day and area."""
        return self.tables["daily_by_area"]

    @property
    def daily_quantiles(self) -> Table:
        """Quantiles over replications by date and series. Raises InputError with fewer than three replications."""
        return self._optional("daily_quantiles", "run at least 3 replications")

    @property
    def exits(self) -> Table:
        """People who left, by month, area and reason."""
        return self.tables["exits"]

    @property
    def twin(self) -> Table:
        """Theory compared with the simulation. Raises InputError if the result has no such table."""
        return self._optional("twin", "run the scenario again")

    @property
    def events(self) -> Table:
        """The journeys of sampled people. Raises InputError if none were requested."""
        return self._optional("events", "run with events=100")

    def mean(self, measure: str) -> float | str | None:
        """Mean of a measure over replications: a number, a word or date, None if undefined. Raises InputError."""
        mean: float | str | None = self._known(measure)["mean"]
        return mean

    def interval(self, measure: str) -> tuple[float, float] | None:
        """95 % interval of that mean (simulation noise only); None with fewer than three values. Raises InputError."""
        row = self._known(measure)
        return None if row["ci_low"] is None else (row["ci_low"], row["ci_high"])

    def values(self, measure: str) -> NDArray[np.float64]:
        """A measure's values, one per replication, in order; nan if undefined or a word. Raises InputError."""
        self._known(measure)
        return self.tables.values(measure)

    def chart(self, key: str) -> altair.TopLevelMixin:
        """A chart of the report by key. Raises InputError, which lists the available keys or what to install."""
        return charts.chart([self.tables], key)

    def charts(self) -> dict[str, altair.TopLevelMixin]:
        """All charts available for this result, by key. Raises InputError if the charting library is missing."""
        return charts.charts([self.tables])

    def _known(self, measure: str) -> dict[str, Any]:
        try:
            return self.tables.measures[measure]
        except KeyError:
            near = nearest(measure, list(MEASURES), 0.4)
            hint = f"did you mean {near}?" if near else "`summary` has them all"
            raise InputError(f"{measure}: no such measure; {hint}") from None

    def _optional(self, table: str, else_: str) -> Table:
        if table not in self.tables:
            raise InputError(f"{self.name}: the result has no {table}; {else_}")
        return self.tables[table]

    def _numbers(self) -> str:
        number = len(self.tables.manifest.get("replications", ()))
        span = window(dt.date.fromisoformat(self.tables.manifest["start"]), self.tables.manifest["days"])
        return f"{span}, {many(number, 'replication')}"

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.name}: {self._numbers()}"

    def _repr_html_(self) -> str:
        estimates = {
            measure: Estimate(*(row[name] for name in ("unit", "mean", "sd", "ci_low", "ci_high", "replications")))
            for measure, row in self.tables.measures.items()
        }
        start = dt.date.fromisoformat(self.tables.manifest["start"])
        found = headline.Found(estimates, int(self.tables.manifest["days"]), start)
        heads = ("", "mean", "95 % interval", "")
        rows = [(row.what.replace("  ", _INDENT), row.mean, row.spread, row.beside) for row in headline.rows(found)]
        question = f"<br>{escape(self.question)}" if self.question else ""
        seed = f", seed {self.tables.manifest.get('seed')}"
        return (
            f"<p><strong>{escape(self.title)}</strong>{question}<br>{escape(self._numbers() + seed)}</p>"
            f"{html_table(heads, rows, 'lrrl')}<p><small>{self._covers()}</small></p>"
        )

    def _covers(self) -> str:
        if len(self.tables.manifest.get("replications", ())) < FEWEST:
            return f"Fewer than {FEWEST} replications give no interval; run with reps=10 or more."
        covers = self.tables.covers
        but = ": not uncertainty about the scenario's values" if covers == COVERS else ""
        return f"Intervals cover {covers}{but}."


@dataclass(frozen=True, eq=False, repr=False)
class Run(Result):
    """A result just played: its scenario, and everything needed to save it as a folder."""

    scenario: Scenario
    ran: MemoryRun

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Replications that could not be finished."""
        return self.ran.outcome.failures

    def save(self, folder: str | Path, force: bool = False) -> Path:
        """Write the result folder that `detsim run` writes. Raises InputError if it exists (unless `force`)."""
        self.ran.save(Path(folder), force)
        return Path(folder)

    def _repr_html_(self) -> str:
        lines = [failure.line() for failure in self.failures]
        lines += [row.complaint() for row in self.ran.outcome.off_theory]
        return super()._repr_html_() + "".join(f"<p>{escape(line)}</p>" for line in lines)


def run(
    scenario: Scenario | str | Path,
    *,
    set: Settings = (),
    reps: int | None = None,
    seed: int | None = None,
    engine: str = "auto",
    events: int = 0,
    workers: int = 1,
    ranges: bool = False,
) -> Run:
    """Run a scenario in memory, without writing files.

    `set`, `reps`, `seed` and `engine` are the options of `detsim run`; `events` is the number of people whose
    journeys are recorded; `workers` is the number of processes (1: this one; several threads may run at once). With
    `ranges` each replication has values drawn from the ranges of the scenario.
    The tables are identical to those that `detsim run` writes with the same options.
    Raises InputError, one line per problem, and RunError if no replication could be finished.
    """
    if events < 0:
        raise InputError(f"events: {events}: write the number of people, 0 for none")
    if workers < 1:
        raise InputError(f"workers: {workers}: write the number of processes, 1 for this one only")
    own = {"replications": reps, "seed": seed}
    sets = [*settings(set), *(f"{key}={value}" for key, value in own.items() if value is not None)]
    loaded = scenario.with_(sets) if isinstance(scenario, Scenario) else load(scenario, sets)
    ran = run_in_memory(loaded.resolved, engine, events, workers, ranges)
    outcome, name = ran.outcome, loaded.name
    measured = [(one.replication, one.measured) for one in outcome.finished]
    journeys = [(one.replication, one.journeys) for one in outcome.finished] if events else None
    tables = tables_of(name, measured, lambda: [row.cells(name) for row in outcome.twin], journeys)
    return Run(ResultTables(name, plain_tree(ran.resolved.tree), ran.manifest, tables), loaded, ran)


def read(folder: str | Path) -> Result:
    """A result folder. Raises InputError if a file is missing or malformed."""
    return Result(read_tables(Path(folder)))
