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
        from sim.people.inputs import check_inputs
        from sim.scenario.loading import load
        from sim.scenario.notices import notices

        status = 0
        for file in self.files:
            try:
                resolved = load(file, self.sets)
                check_inputs(resolved.scenario)
                say(f"{file}: ok")
                complain(map(str, notices(resolved, self.sets)))
            except UserError as error:
                complain(error.lines)
                status = error.status
        return status
