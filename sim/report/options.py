"""What the user asks of a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.experiment.options import argument, option


@dataclass(frozen=True)
class ReportOptions:
    """What `report` takes. `out` None: beside the first result."""

    results: tuple[Path, ...] = argument("RESULT...", "Result folders; the first is the baseline of the others.")
    out: Path | None = option(
        "--out", "FILE.html", "Default: NAME-report.html next to the first result.", None, short="-o"
    )
    figures: Path | None = option("--figures", "DIR", "Also write each chart as PNG and SVG, with its data.", None)
    sensitivity: tuple[Path, ...] = option(
        "--sensitivity", "STUDY", "Sensitivity study of a RESULT. Repeatable. Default: NAME-oat next to it.", ()
    )
    causes: Path | None = option(
        "--causes",
        "STUDY",
        "Causes of the difference of two RESULTS. Default: NAME-causes next to the first.",
        None,
    )
    force: bool = option("--force", None, "Replace an existing page.", False)
    quiet: bool = option("--quiet", None, "Print only errors.", False)
