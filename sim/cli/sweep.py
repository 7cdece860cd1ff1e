"""`detsim sweep`."""

from __future__ import annotations

from dataclasses import dataclass

from sim.cli.console import complain, say, show, show_result
from sim.experiment.options import SweepOptions, dry_run


@dataclass(frozen=True, kw_only=True)
class Asked(SweepOptions):
    """What `sweep` takes on the command line."""

    dry_run: bool = dry_run()


def sweep(asked: Asked) -> int:
    """Run every point of a grid of scenarios.

    A grid holds all combinations of values, or points drawn from ranges.
    """
    from sim.experiment.sweep import heat_tables, sweep

    if asked.dry_run:
        plan, forecast = sweep.dry_run(asked)
        show(*heat_tables.plan_table(plan))
        say(*forecast.lines())
        complain(map(str, plan.study.notices))
        return 0
    outcome = sweep.sweep(asked)
    if not asked.quiet:
        show_result(outcome.folder, heat_tables.shown(outcome), heat_tables.footer(outcome))
    complain([*map(str, outcome.plan.study.notices), *(failure.line() for failure in outcome.failures)])
    return int(bool(outcome.failures))
