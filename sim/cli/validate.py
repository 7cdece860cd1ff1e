"""`detsim validate`."""

from __future__ import annotations

from dataclasses import dataclass

from sim.cli.console import complain, say
from sim.cli.options import Settings, argument
from sim.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Validate(Settings):
    """Check scenarios: print `ok`, or every problem with its line."""

    files: tuple[str, ...] = argument("SCENARIO...", "Scenario files, or names of included scenarios.")

    def run(self) -> int:
        """Run it; returns the exit status."""
        from sim.scenario.loading import load

        status = 0
        for file in self.files:
            try:
                load(file, self.sets)
                say(f"{file}: ok")
            except UserError as error:
                complain(error.lines)
                status = error.status
        return status
