"""`detsim export`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import say
from sim.experiment.options import argument, option


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """What `export` takes."""

    result: Path = argument("RESULT", "A result folder.")
    parquet: bool = option("--parquet", None, "Add each table as Parquet.", False)
    out: Path | None = option("--out", "DIR", "Default: NAME-crate next to the result.", None, short="-o")
    force: bool = option("--force", None, "Replace an existing folder.", False)


def export(asked: ExportOptions) -> None:
    """Copy a result as an RO-Crate for an archive.

    The folder describes its files, the run and the software in ro-crate-metadata.json.
    """
    from sim.analysis.results import found
    from sim.experiment.crate import export

    say(f"written to {export(found(asked.result), asked.out, parquet=asked.parquet, force=asked.force)}")
