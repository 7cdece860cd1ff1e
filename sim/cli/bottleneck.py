"""`detsim bottleneck`."""

from __future__ import annotations

from sim.cli.console import complain, show_result
from sim.experiment.options import BottleneckOptions


def bottleneck(asked: BottleneckOptions) -> int:
    """Lift one limit after another to see what binds.

    Shows what binds first, what next, and what each step gains and costs.
    """
    from sim.experiment import bottleneck

    found = bottleneck.run(asked)
    if not asked.quiet:
        final = found.study.part.final
        show_result(final, [("", bottleneck.table(found))], *bottleneck.lines(found), found.study.written)
    complain(found.study.complaints)
    return int(bool(found.study.failures))
