"""`detsim solve`."""

from __future__ import annotations

from sim.cli.console import complain, show_result
from sim.experiment.options import SolveOptions


def solve(asked: SolveOptions) -> int:
    """Find the smallest amount that meets a target.

    The amount may be of beds, dollars, judges, seats or officers.
    """
    from sim.experiment import solve

    solution = solve.run(asked)
    study = solution.search.study
    if not asked.quiet:
        show_result(study.part.final, [], *solve.lines(solution), study.written)
    complain(study.complaints)
    if solution.amount is None:
        complain([f"{asked.vary[0]}: {asked.until} holds nowhere in {asked.within}: {solution.reason}"])
    return int(solution.amount is None or bool(study.failures))
