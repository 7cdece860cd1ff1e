"""`detsim compare`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sim.cli.console import complain, say, width
from sim.experiment.options import argument, option


@dataclass(frozen=True, kw_only=True)
class CompareOptions:
    """What `compare` takes."""

    results: tuple[Path, ...] = argument("RESULT RESULT...", "Result folders, or their replications.csv files.")
    baseline: Path | None = option("--baseline", "RESULT", "Result to compare with. Default: the first.", None)
    measures: tuple[str, ...] = option("--measure", "MEASURE", "Compare only this measure.", ())
    ranges: tuple[Path, ...] = option(
        "--ranges", "STUDY", "A one-at-a-time sensitivity study of a RESULT; shows what its assumptions can change.", ()
    )
    all: bool = option("--all", None, "Show every measure that differs, not only the headline ones.", False)
    names: bool = option("--names", None, "Name scenarios and measures as in the files, not in words.", False)
    causes: bool = option(
        "--causes", None, "Divide the difference among the inputs that differ; plays mixtures of two scenarios.", False
    )
    replications: int | None = option(
        "--reps", "N", "Replications of each mixture, for --causes. Default: 4.", None, least=1
    )
    format: Literal["text", "markdown"] = option("--format", None, "Print for a terminal, or in Markdown.", "text")
    out: Path | None = option("--out", "DIR", "Also write compare.csv to this new folder.", None, short="-o")
    force: bool = option("--force", None, "Write to the folder even if it exists.", False)


def compare(asked: CompareOptions) -> int | None:
    """Compare results with a baseline.

    Shows what differs in the inputs, then the differences between the results with their confidence intervals.
    """
    if asked.causes:
        return _causes(asked)
    _compare(asked)
    return None


def _causes(asked: CompareOptions) -> int:
    """Play the mixtures of two scenarios or results, the first (or --baseline) being the baseline."""
    from sim.errors import InputError
    from sim.experiment import causes
    from sim.experiment.options import StudyOptions

    given = [one for one in asked.results if one != asked.baseline]
    both = given if asked.baseline is None else [asked.baseline, *given]
    if len(both) != 2:
        raise InputError("--causes: give two scenarios or results, the baseline first")
    options = StudyOptions(str(both[0]), replications=asked.replications, out=asked.out, force=asked.force)
    found = causes.run(options, str(both[1]), asked.measures)
    say(*found.lines(), f"written to {found.study.part.final}")
    complain(found.study.complaints)
    return int(bool(found.study.failures))


def _compare(asked: CompareOptions) -> None:
    from sim.analysis import compare as analysis
    from sim.analysis import comparison_text

    if asked.out:
        analysis.refuse_existing(asked.out, asked.force)
    results, skipped = analysis.split_results(asked.results)
    comparison = analysis.compare(results, asked.baseline, asked.ranges, asked.measures)
    if skipped:
        complain([f"left out, as they are no results: {', '.join(map(str, skipped))}"])
    if asked.out:
        analysis.write_csv(comparison, asked.out / "compare.csv")
    if asked.format == "markdown":
        say(*comparison_text.markdown(comparison, asked.measures).splitlines())
        return
    say(*comparison_text.lines(comparison, width(), asked.measures, every=asked.all, keys=asked.names))
    if asked.measures:
        say("", *comparison_text.sentences(comparison, asked.measures))
