"""`detsim advise`."""

from __future__ import annotations

from sim.cli.console import say
from sim.experiment.options import AdviseOptions


def advise(asked: AdviseOptions) -> None:
    """Advise on run length and number of replications.

    The advice comes from a pilot run, or from a result that you have.
    """
    from sim.experiment import advice

    say(*advice.lines(advice.advise(asked)))
