"""`detsim bottleneck`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import complain, show_result
from sim.cli.options import Simulation, folder, option, passed, replications, scenario


@dataclass(frozen=True, kw_only=True)
class Bottleneck(Simulation):
    """Lift one limit after another: what binds first, what next, what each step gains and costs."""

    scenario: str = scenario()
    goal: str = option("--goal", "MEASURE", "Measure to improve, such as removals.")
    target: str | None = option("--target", '">= VALUE"', "Value to reach. Default: the scenario's own goal.", None)
    factor: float = option(
        "--factor", "X", "Multiplier of a capacity that cannot be unlimited.", 10.0, min=1.01, max=1000
    )
    out: Path | None = folder("NAME-bottleneck")
    replications: int = replications("Replications per lifted limit.", 10)

    def run(self) -> int:
        from sim.experiment.bottleneck import bottleneck

        found = bottleneck.run(passed(bottleneck.BottleneckOptions, self))
        if not self.quiet:
            final = found.study.part.final
            show_result(final, [("", bottleneck.table(found))], *bottleneck.lines(found), f"written to {final}")
        complain(failure.line() for failure in found.failures)
        return int(bool(found.failures))
