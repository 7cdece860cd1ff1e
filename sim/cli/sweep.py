"""`detsim sweep`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import complain, say, show, show_result
from sim.cli.options import Simulation, argument, dry_run, folder, passed, replications


@dataclass(frozen=True, kw_only=True)
class Sweep(Simulation):
    """Run every point of a grid: all combinations of values, or points drawn from ranges."""

    scenario: str = argument("[GRID]", "A grid file, or the name of an included grid.", "goals-and-funding")
    out: Path | None = folder("GRID")
    replications: int | None = replications("Replications per point. Default: the grid's.", None)
    dry_run: bool = dry_run()

    def run(self) -> int:
        from sim.experiment.sweep import heat_tables, sweep

        asked = passed(sweep.SweepOptions, self)
        if self.dry_run:
            plan, forecast = sweep.dry_run(asked)
            show(*heat_tables.plan_table(plan))
            say(*forecast.lines())
            return 0
        outcome = sweep.sweep(asked)
        if not self.quiet:
            show_result(outcome.folder, heat_tables.shown(outcome), heat_tables.footer(outcome))
        complain(failure.line() for failure in outcome.failures)
        return int(bool(outcome.failures))
