"""`detsim backtest`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import complain, show_result
from sim.cli.options import LocalSimulation, folder, option, passed, replications, scenario


@dataclass(frozen=True, kw_only=True)
class Backtest(LocalSimulation):
    """Replay the past, driven by published book-ins, and score it against naive forecasts."""

    scenario: str = scenario("national")
    observed: Path | None = option(
        "--observed", "FILE.csv", "More published figures; they replace included ones that they overlap.", None
    )
    first: str | None = option("--from", "DATE", "First day. Default: the scenario's start.", None)
    last: str | None = option("--to", "DATE", "Last day. Default: the last one with figures.", None)
    fit_until: str | None = option("--fit-until", "DATE", "Refit to what was known at the end of this day.", None)
    freeze: bool = option(
        "--freeze", None, "Keep rules and capacities as on the day of --fit-until, or the day before --from.", False
    )
    ranges: bool = option("--ranges", None, "Draw uncertain values from their ranges in each replication.", False)
    vary: tuple[str, ...] = option("--vary", "PATH", "Draw only this value from its range.", ())
    out: Path | None = folder("backtest-NAME")
    replications: int = replications("Number of replications.", 25)

    def run(self) -> int:
        from sim.experiment.backtest import score_table
        from sim.experiment.backtest.run import BacktestOptions, backtest

        outcome = backtest(passed(BacktestOptions, self))
        if not self.quiet:
            show_result(outcome.folder, [("", score_table.table(outcome))], f"written to {outcome.folder}")
        complain([*outcome.notes, *(failure.line() for failure in outcome.failures)])
        return outcome.status()
