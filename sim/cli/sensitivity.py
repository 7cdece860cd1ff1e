"""`detsim sensitivity`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import complain, say, show_result
from sim.cli.options import Simulation, dry_run, folder, option, passed, replications, scenario


@dataclass(frozen=True, kw_only=True)
class Sensitivity(Simulation):
    """Rank assumed values by their effect, moving each over its range."""

    scenario: str = scenario()
    method: str = option("--method", "oat|morris|sobol", "One at a time, Morris screening, or Sobol indices.", "oat")
    measures: tuple[str, ...] = option("--measure", "MEASURE", "Measure to show.", ())
    vary: tuple[str, ...] = option("--vary", "PATH", "Value to vary. Repeatable. Default: every assumed value.", ())
    screening: Path | None = option("--screening", "DIR", "Vary the leading values of this Morris screening.", None)
    top: int | None = option(
        "--top", "N", "Values to take from --screening (default 6), or to show (default 10).", None, min=1
    )
    trajectories: int | None = option(
        "--trajectories", "N", "Morris trajectories. Default: 10.", None, min=2, max=10_000
    )
    samples: int | None = option("--samples", "N", "Sobol samples, a power of 2. Default: 64.", None, min=2, max=2**20)
    out: Path | None = folder("NAME-METHOD")
    replications: int | None = replications("Replications per point. Default: 5 (oat), 2 (morris), 1 (sobol).", None)
    dry_run: bool = dry_run()

    def run(self) -> int:
        from sim.experiment.sensitivity import ranking, sensitivity
        from sim.experiment.sensitivity.outcome import SensitivityOptions

        plan = sensitivity.settle(passed(SensitivityOptions, self))
        if self.dry_run or not self.quiet:
            say(plan.heading(), *plan.forecast().lines())
        if self.dry_run:
            return 0
        outcome = sensitivity.play(plan)
        if not self.quiet:
            show_result(outcome.folder, ranking.shown(outcome), ranking.footer(outcome))
        complain([*outcome.left_out(), *(failure.line() for failure in outcome.failures)])
        return int(bool(outcome.failures))
