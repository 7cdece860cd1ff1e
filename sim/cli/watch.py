"""`detsim watch`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import say
from sim.cli.options import argument, option


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Write an animated HTML page: people, or areas, day by day through a result."""

    result: Path = argument("RESULT", "A result folder.")
    view: str = option("--view", "line|areas", "Show sampled people, or every area, day by day.", "line")
    first: str | None = option("--from", "DATE", "First day. Default: when most is happening.", None)
    days: int | None = option("--days", "N", "Number of days. Default: enough to see people through.", None, min=1)
    replication: int | None = option("--rep", "N", "Replication to show people of. Default: the first.", None, min=1)
    out: Path | None = option("--out", "FILE.html", "Default: NAME-watch.html next to the result.", None)
    force: bool = option("--force", None, "Replace an existing page.", False)
    quiet: bool = option("--quiet", None, "Print only errors.", False)

    def run(self) -> None:
        from sim.report import watch

        asked = watch.Asked.of(self.view, self.first, self.days, self.replication)
        final = watch.write(self.result, asked, self.out, self.force)
        if not self.quiet:
            say(f"written to {final}")
