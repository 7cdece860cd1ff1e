"""`detsim advise`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import say
from sim.cli.options import Simulation, argument, option, passed, replications


@dataclass(frozen=True, kw_only=True)
class Advise(Simulation):
    """Advise how long to run and how many replications to make, from a pilot run."""

    scenario: str = argument("SCENARIO", "A scenario to make a pilot run of, or a result folder to use as the pilot.")
    precision: tuple[str, ...] = option(
        "--precision", "MEASURE=1%", "Half-width to reach. Repeatable. Default: 5 % of the main measures.", ()
    )
    columns: tuple[str, ...] = option("--column", "COLUMN", "Column of daily.csv to look at.", ())
    pilot: Path | None = option("--pilot", "DIR", "Folder for the pilot run. Default: results/NAME-pilot.", None)
    out: Path | None = option("--out", "DIR", "Also write the advice to this new folder.", None)
    replications: int = replications("Replications of the pilot run.", 10, least=2)

    def run(self) -> None:
        from sim.experiment.advise import advice

        found = advice.advise(passed(advice.AdviseOptions, self))
        say(*advice.lines(found))
