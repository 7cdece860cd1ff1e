"""`detsim list`."""

from __future__ import annotations

from dataclasses import dataclass

from sim.cli.console import show


@dataclass(frozen=True)
class ListOptions:
    """`list` takes no options."""


def list(asked: ListOptions) -> None:
    """List the included scenarios."""
    from sim.experiment.headline import shipped_table

    show("", shipped_table())
