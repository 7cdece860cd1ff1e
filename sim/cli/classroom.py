"""`detsim classroom`."""

from __future__ import annotations

import tempfile
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import say
from sim.experiment.options import option


@dataclass(frozen=True, kw_only=True)
class ClassroomOptions:
    """What `classroom` takes."""

    browser: bool = option("--browser/--no-browser", None, "Open the page in a browser.", True)


def classroom(asked: ClassroomOptions) -> None:
    """Open the lessons in a browser.

    It is the page that `detsim page` writes, in a temporary folder.
    """
    from sim.page.make import page

    file = Path(tempfile.mkdtemp(prefix="detsim-")) / "lessons.html"
    file.write_text(page(), encoding="utf-8")
    say(f"the lessons: {file}")
    if asked.browser:
        webbrowser.open(file.as_uri())
