"""`detsim validate`."""

from __future__ import annotations

from dataclasses import dataclass

from sim.cli.console import complain, say
from sim.errors import UserError
from sim.experiment.options import argument, settings


@dataclass(frozen=True, kw_only=True)
class ValidateOptions:
    """What `validate` takes."""

    files: tuple[str, ...] = argument("SCENARIO...", "Scenario files, or names of included scenarios.")
    sets: tuple[str, ...] = settings()


def validate(asked: ValidateOptions) -> int:
    """Check scenarios and the files they read.

    Prints `ok`, or every problem with its line.
    """
    from sim.people.inputs import check_inputs
    from sim.scenario.loading import load
    from sim.scenario.notices import notices

    status = 0
    for file in asked.files:
        try:
            resolved = load(file, asked.sets)
            check_inputs(resolved.scenario)
            say(f"{file}: ok")
            complain(map(str, notices(resolved, asked.sets)))
        except UserError as error:
            complain(error.lines)
            status = error.status
    return status
