"""`detsim compare`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sim.cli.console import say, show
from sim.cli.options import argument, option


@dataclass(frozen=True, kw_only=True)
class Compare:
    """Compare results: changed inputs, and differences from the baseline with confidence intervals."""

    results: tuple[Path, ...] = argument("RESULT RESULT...", "Result folders, or their replications.csv files.")
    baseline: Path | None = option("--baseline", "RESULT", "Result to compare with. Default: the first.", None)
    measures: tuple[str, ...] = option("--measure", "MEASURE", "Compare only this measure.", ())
    ranges: tuple[Path, ...] = option(
        "--ranges", "STUDY", "A one-at-a-time sensitivity study of a RESULT; shows what its assumptions can change.", ()
    )
    format: Literal["text", "markdown"] = option("--format", None, "Print for a terminal, or in Markdown.", "text")
    out: Path | None = option("--out", "DIR", "Also write compare.csv to this new folder.", None)
    force: bool = option("--force", None, "Write to the folder even if it exists.", False)

    def run(self) -> None:
        from sim.analysis import compare as analysis
        from sim.analysis import comparison_text

        if self.out:
            analysis.refuse_existing(self.out, self.force)
        comparison = analysis.compare(self.results, self.baseline, self.ranges, self.measures)
        if self.out:
            analysis.write_csv(comparison, self.out / "compare.csv")
        if self.format == "markdown":
            say(*comparison_text.markdown(comparison, self.measures).splitlines())
            return
        say("Inputs", *comparison_text.inputs(comparison), "")
        show("", comparison_text.table(comparison))
        say("", *comparison_text.sentences(comparison, self.measures))
