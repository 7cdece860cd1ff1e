"""`detsim classroom`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.cli.options import option


@dataclass(frozen=True, kw_only=True)
class Classroom:
    """Serve the interactive lessons on this machine."""

    port: int = option("--port", "N", "Port on this machine; 0 takes any free one.", 8642, min=0, max=65535)
    lesson: str | None = option("--lesson", "one|two|...", "Open this lesson.", None)
    edit: Path | None = option("--edit", "DIR", "Copy the lessons to this folder and open them in an editor.", None)
    browser: bool = option("--browser/--no-browser", None, "Open the page in a browser.", True)

    def run(self) -> int:
        from sim.classroom import edit, serve

        if self.edit is not None:
            return edit.edit(self.edit, self.port, self.browser)
        serve.serve(serve.Options(self.port, self.lesson, self.browser))
        return 0
