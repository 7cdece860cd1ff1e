"""The commands that look at results: comparison, report, animation and archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sim.cli.console import complain, say, width
from sim.experiment.options import StudyOptions, argument, option
from sim.report.options import ReportOptions


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

    def unused(self) -> Iterator[str]:
        """A line for each option that has no effect beside the others."""
        if self.causes:
            given = {"--ranges": self.ranges, "--all": self.all, "--names": self.names}
            given["--format markdown"] = self.format == "markdown"
            yield from (f"{flag}: has no effect with --causes" for flag, value in given.items() if value)
        else:
            if self.replications is not None:
                yield "--reps: has no effect without --causes"
            if self.force and self.out is None:
                yield "--force: has no effect without --out"


def compare(asked: CompareOptions) -> int:
    """Compare results with a baseline.

    Shows what differs in the inputs, then the differences between the results with their confidence intervals.
    """
    complain(asked.unused())
    return _causes(asked) if asked.causes else _compare(asked)


def _causes(asked: CompareOptions) -> int:
    """Play the mixtures of two scenarios or results, the first (or --baseline) being the baseline."""
    from sim.errors import InputError
    from sim.experiment import causes

    given = [one for one in asked.results if one != asked.baseline]
    both = given if asked.baseline is None else [asked.baseline, *given]
    if len(both) != 2:
        raise InputError("--causes: give two scenarios or results, the baseline first")
    options = StudyOptions(str(both[0]), replications=asked.replications, out=asked.out, force=asked.force)
    found = causes.run(options, str(both[1]), asked.measures)
    say(*found.lines(), f"written to {found.study.part.final}")
    complain([*found.notes, *found.study.complaints])
    return int(bool(found.study.failures))


def _compare(asked: CompareOptions) -> int:
    from sim.analysis import compare as analysis
    from sim.analysis.comparison import lines, markdown, sentences

    if asked.out:
        analysis.refuse_existing(asked.out, asked.force)
    results, skipped = analysis.split_results(asked.results)
    comparison = analysis.compare(results, asked.baseline, asked.ranges, asked.measures)
    if skipped:
        complain([f"left out, as they are no results: {', '.join(map(str, skipped))}"])
    if asked.out:
        analysis.write_csv(comparison, asked.out / "compare.csv")
    if asked.format == "markdown":
        say(*markdown(comparison, asked.measures).splitlines())
        return 0
    say(*lines(comparison, width(), asked.measures, every=asked.all, keys=asked.names))
    if asked.measures:
        say("", *sentences(comparison, asked.measures))
    return 0


def report(asked: ReportOptions) -> None:
    """Write an HTML page about one or more results.

    The page states the question and the answer, with charts and caveats. It is one file and fetches nothing.
    """
    from sim.analysis.results import found
    from sim.report.page import write

    written = write.report(replace(asked, results=tuple(map(found, asked.results))))
    if not asked.quiet:
        say(*written.lines())


@dataclass(frozen=True, kw_only=True)
class WatchOptions:
    """What `watch` takes."""

    result: Path = argument("RESULT", "A result folder.")
    view: str = option("--view", "line|areas", "Show sampled people, or every area, day by day.", "line")
    first: str | None = option("--from", "DATE", "First day. Default: when most is happening.", None)
    days: int | None = option("--days", "N", "Number of days. Default: enough to see people through.", None, least=1)
    replication: int | None = option("--rep", "N", "Replication to show people of. Default: the first.", None, least=1)
    out: Path | None = option("--out", "FILE.html", "Default: NAME-watch.html next to the result.", None, short="-o")
    force: bool = option("--force", None, "Replace an existing page.", False)
    quiet: bool = option("--quiet", None, "Print only errors.", False)


def watch(asked: WatchOptions) -> None:
    """Write an animated HTML page of a result, day by day."""
    from sim.analysis.results import found
    from sim.report import watch

    chosen = watch.Asked.of(asked.view, asked.first, asked.days, asked.replication)
    final = watch.write(found(asked.result), chosen, asked.out, asked.force)
    if not asked.quiet:
        say(f"written to {final}")


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
