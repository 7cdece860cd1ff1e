"""`detsim run`."""

from __future__ import annotations

from sim.cli.console import complain, show_result
from sim.experiment.options import RunOptions


def run(asked: RunOptions) -> int:
    """Run a scenario and write the results to a folder."""
    from sim.experiment import headline
    from sim.experiment.run import run

    outcome = run(asked)
    if not asked.quiet:
        show_result(outcome.folder, [("", headline.table(outcome))], *headline.footer(outcome))
    complain(map(str, outcome.notices))
    unmet = [check.line() for check in outcome.checks if not check.met]
    complain(failure.line() for failure in outcome.failures)
    complain(one.line() for one in outcome.precision if not one.met)
    complain(unmet)
    if unmet and any(not one.startswith("checks.") for one in asked.sets):
        complain(["the checks are for the scenario as written, and --set changed it"])
    complain(row.complaint() for row in outcome.off_theory)
    return outcome.status(asked.strict)
