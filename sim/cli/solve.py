"""`detsim solve`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import complain, show_result
from sim.cli.options import Simulation, folder, option, passed, replications, scenario


@dataclass(frozen=True, kw_only=True)
class Solve(Simulation):
    """Find the smallest amount (beds, dollars, judges, seats, officers) that meets a target."""

    scenario: str = scenario()
    vary: tuple[str, ...] = option("--vary", "PATH", "Value to vary. Repeatable: several are scaled together.")
    within: str = option("--in", "LOW:HIGH", "Range to search: values, totals, or factors (x0.5:x3).")
    until: str = option("--until", "TARGET", '"MEASURE <= VALUE" or "MEASURE / MEASURE <= VALUE"; or >=.')
    tolerance: str = option("--tolerance", "SHARE", "Precision of the answer, as a share of the amount.", "0.5%")
    out: Path | None = folder("NAME-solve")
    replications: int = replications("Replications per amount.", 10)

    def run(self) -> int:
        from sim.experiment.solve import solve

        solution = solve.run(passed(solve.SolveOptions, self))
        if not self.quiet:
            final = solution.search.study.part.final
            show_result(final, [], *solve.lines(solution), f"written to {final}")
        complain(failure.line() for failure in solution.failures)
        if solution.amount is None:
            complain([f"{self.vary[0]}: {self.until} holds nowhere in {self.within}: {solution.reason}"])
        return int(solution.amount is None or any(True for _ in solution.failures))
