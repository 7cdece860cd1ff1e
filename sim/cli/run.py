"""`detsim run`."""

from __future__ import annotations

from dataclasses import dataclass

from sim.cli.console import complain, show_result, wrapped
from sim.experiment.options import RunOptions, option


@dataclass(frozen=True, kw_only=True)
class Asked(RunOptions):
    """What `run` takes on the command line."""

    table: bool = option("--table", None, "Print a table of the main numbers, with intervals and checks.", False)


def run(asked: Asked) -> int:
    """Run a scenario and write the results to a folder."""
    from sim.experiment import headline
    from sim.experiment.run import run

    outcome = run(asked)
    if not asked.quiet:
        tables = [("", headline.table(outcome))] if asked.table else []
        said = headline.footer(outcome) if asked.table else headline.answer(outcome)
        show_result(outcome.folder, tables, *wrapped(said), *headline.following(outcome))
    complain(map(str, outcome.notices))
    unmet = [check.line() for check in outcome.checks if not check.met]
    complain(failure.line() for failure in outcome.failures)
    complain(one.line() for one in outcome.precision if not one.met)
    complain(unmet)
    if unmet and any(not one.startswith("checks.") for one in asked.sets):
        complain(["the checks are for the scenario as written, and --set changed it"])
    complain(row.complaint() for row in outcome.off_theory)
    return outcome.status(asked.strict)
