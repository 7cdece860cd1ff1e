"""`detsim explain`."""

from __future__ import annotations

from dataclasses import dataclass

from sim.cli.console import say
from sim.cli.options import argument, scenario


@dataclass(frozen=True, kw_only=True)
class Explain:
    """Show every value of a scenario, where it was set, and its source."""

    scenario: str = scenario()
    path: str | None = argument("[PATH]", "Show only values at or below this path.", None)

    def run(self) -> None:
        from sim.scenario.provenance.explain import explain

        say(*explain(self.scenario, self.path).splitlines())
