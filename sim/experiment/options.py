"""What the user asks of a run or a study."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from sim.experiment.work import Where


@dataclass(frozen=True)
class StudyOptions:
    """What every study takes: a scenario with settings, what plays it and where, and where the result goes.

    None: as the scenario says, or the default of the study.
    """

    scenario: str
    sets: tuple[str, ...] = ()
    _: KW_ONLY
    replications: int | None = None
    seed: int | None = None
    engine: str = "auto"
    workers: int | None = None
    scheduler: str | None = None
    cluster: str | None = None
    out: Path | None = None
    force: bool = False
    quiet: bool = False

    @property
    def where(self) -> Where:
        """Where the work is done."""
        return Where(self.workers, self.scheduler, self.cluster)


@dataclass(frozen=True)
class RunOptions(StudyOptions):
    """What `run` takes: also how many journeys to write, whether to write custody records, and a precision."""

    _: KW_ONLY
    events: int = 0
    records: bool = False
    precision: tuple[str, ...] = ()
    most_replications: int | None = None
    strict: bool = False
