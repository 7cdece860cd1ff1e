"""`detsim report`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import say
from sim.cli.options import argument, option, passed


@dataclass(frozen=True, kw_only=True)
class Report:
    """Write an HTML page about one or more results: question, answer, charts, caveats."""

    results: tuple[Path, ...] = argument("RESULT...", "Result folders; the first is the baseline of the others.")
    out: Path | None = option("--out", "FILE.html", "Default: NAME-report.html next to the first result.", None)
    figures: Path | None = option("--figures", "DIR", "Also write each chart as PNG and SVG, with its data.", None)
    sensitivity: tuple[Path, ...] = option(
        "--sensitivity", "STUDY", "Sensitivity study of a RESULT. Repeatable. Default: NAME-oat next to it.", ()
    )
    force: bool = option("--force", None, "Replace an existing page.", False)
    quiet: bool = option("--quiet", None, "Print only errors.", False)

    def run(self) -> None:
        from sim.report.page import write

        written = write.report(passed(write.Options, self))
        if not self.quiet:
            say(*written.lines())
