"""`detsim sensitivity`."""

from __future__ import annotations

from dataclasses import dataclass

from sim.cli.console import complain, say, show_result
from sim.experiment.options import SensitivityOptions, dry_run


@dataclass(frozen=True, kw_only=True)
class Asked(SensitivityOptions):
    """What `sensitivity` takes on the command line."""

    dry_run: bool = dry_run()


def sensitivity(asked: Asked) -> int:
    """Rank assumed values by their effect.

    Each value is moved over its range.
    """
    from sim.experiment.sensitivity import ranking, sensitivity

    plan = sensitivity.settle(asked)
    complain(map(str, plan.study.notices))
    if asked.dry_run or not asked.quiet:
        say(plan.heading(), *plan.forecast().lines())
    if asked.dry_run:
        return 0
    outcome = sensitivity.play(plan)
    if not asked.quiet:
        show_result(plan.study.part.final, ranking.shown(outcome), "", ranking.footer(outcome))
    complain([*outcome.left_out(), *(failure.line() for failure in plan.study.failures)])
    return int(bool(plan.study.failures))
