"""`detsim page`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import say
from sim.errors import InputError
from sim.experiment.options import option


@dataclass(frozen=True, kw_only=True)
class PageOptions:
    """What `page` takes."""

    out: Path = option("--out", "FILE.html", "Write the page to this file.", Path("lessons.html"), short="-o")
    force: bool = option("--force", None, "Replace an existing file.", False)


def page(asked: PageOptions) -> None:
    """Write the lessons as one web page.

    The page is one file with the engine and the worlds of the lessons inside. It opens with a double click, needs no
    installation and loads nothing from the network.
    """
    if asked.out.exists() and not asked.force:
        raise InputError(f"--out {asked.out}: already exists; use --force to replace it, or choose another name")
    from sim.page.make import page as make

    text = make()
    try:
        asked.out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--out {asked.out}: {error.strerror or error}; choose a file that can be written") from error
    say(f"wrote {asked.out} ({len(text.encode()) / 1e6:.1f} MB); open it in a browser")
