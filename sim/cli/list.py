"""`detsim list`."""

from __future__ import annotations

from dataclasses import dataclass

from sim.cli.console import show


@dataclass(frozen=True, kw_only=True)
class List:
    """List the included scenarios."""

    def run(self) -> None:
        from sim.experiment.headline import shipped_table

        show("", shipped_table())
