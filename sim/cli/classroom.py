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

    nation: bool = option("--nation", None, "Serve lesson five, the nation, which needs Python to play.", False)
    port: int = option("--port", "N", "With --nation: port; 0 takes any free one.", 8642, least=0, most=65535)
    edit: Path | None = option("--edit", "DIR", "Copy lesson five to this folder and open it in an editor.", None)
    browser: bool = option("--browser/--no-browser", None, "Open the page in a browser.", True)


def classroom(asked: ClassroomOptions) -> int:
    """Open the interactive lessons: one to four as a web page, or, with `--nation`, lesson five on this machine."""
    if asked.edit is not None:
        from sim.classroom import edit

        return edit.edit(asked.edit, asked.port, asked.browser)
    if asked.nation:
        from sim.classroom import serve

        serve.serve(serve.Options(asked.port, asked.browser))
        return 0
    return _page(asked.browser)


def _page(browser: bool) -> int:
    """Write the page among the temporary files and open it."""
    from sim.page.make import page

    folder = Path(tempfile.mkdtemp(prefix="detsim-"))
    file = folder / "lessons.html"
    file.write_text(page(), encoding="utf-8")
    say(f"lessons one to four: {file}", "lesson five, the nation: detsim classroom --nation")
    if browser:
        webbrowser.open(file.as_uri())
    return 0
