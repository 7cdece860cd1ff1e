"""`detsim explain`."""

from __future__ import annotations

from dataclasses import dataclass

from sim.cli.console import on_terminal, say
from sim.experiment.options import argument, scenario


@dataclass(frozen=True, kw_only=True)
class ExplainOptions:
    """What `explain` takes."""

    scenario: str = scenario()
    path: str | None = argument("[PATH]", "Show only values at or below this path.", None)


def explain(asked: ExplainOptions) -> None:
    """Show the values of a scenario with their sources."""
    from sim.scenario.provenance.explain import explain

    say(*on_terminal(explain(asked.scenario, asked.path).splitlines()))
