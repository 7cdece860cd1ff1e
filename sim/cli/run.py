"""`detsim run`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import complain, show_result
from sim.cli.options import MOST_REPLICATIONS, Simulation, folder, option, passed, replications, scenario


@dataclass(frozen=True, kw_only=True)
class Run(Simulation):
    """Run a scenario and write the results to a folder."""

    scenario: str = scenario()
    out: Path | None = folder("NAME")
    replications: int | None = replications("Number of replications. Default: the scenario's.", None)
    precision: tuple[str, ...] = option(
        "--precision",
        "MEASURE=1%",
        "Add replications until the 95 % confidence interval of a measure is within ± this share or amount.",
        (),
    )
    most_replications: int | None = option(
        "--most-reps", "N", "At most this many for --precision. Default: 1000.", None, min=2, max=MOST_REPLICATIONS
    )
    events: int = option("--events", "N", "Write what happened to N sampled people to events.csv.", 0, min=0)
    records: bool = option(
        "--records", None, "Write log.csv, and the stays made from it: records.csv, moves.csv.", False
    )
    strict: bool = option(
        "--strict",
        None,
        "Exit with 1 if a check fails or theory disagrees, 2 if day-0 people are of another date.",
        False,
    )

    def run(self) -> int:
        from sim.experiment import headline
        from sim.experiment.options import RunOptions
        from sim.experiment.run import run

        outcome = run(passed(RunOptions, self))
        if not self.quiet:
            show_result(outcome.folder, [("", headline.table(outcome))], *headline.footer(outcome))
        complain(map(str, outcome.notices))
        unmet = [check.line() for check in outcome.checks if not check.met]
        complain(failure.line() for failure in outcome.failures)
        complain(one.line() for one in outcome.precision if not one.met)
        complain(unmet)
        if unmet and any(not one.startswith("checks.") for one in self.sets):
            complain(["the checks are for the scenario as written, and --set changed it"])
        complain(row.complaint() for row in outcome.off_theory)
        return outcome.status(self.strict)
