"""`detsim watch`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import say
from sim.experiment.options import argument, option


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
