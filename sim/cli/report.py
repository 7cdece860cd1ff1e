"""`detsim report`."""

from __future__ import annotations

from dataclasses import replace

from sim.cli.console import say
from sim.report.options import ReportOptions


def report(asked: ReportOptions) -> None:
    """Write an HTML page about one or more results.

    The page states the question and the answer, with charts and caveats. It is one file and fetches nothing.
    """
    from sim.analysis.results import found
    from sim.report.page import write

    written = write.report(replace(asked, results=tuple(map(found, asked.results))))
    if not asked.quiet:
        say(*written.lines())
