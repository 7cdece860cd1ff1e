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
    plan, values = sweep.sweep(asked)
    if not asked.quiet:
        show_result(plan.study.part.final, heat_tables.shown(plan, values), heat_tables.footer(plan))
    complain(plan.study.complaints)
    return int(bool(plan.study.failures))
