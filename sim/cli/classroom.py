"""`detsim classroom`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.experiment.options import option


@dataclass(frozen=True, kw_only=True)
class ClassroomOptions:
    """What `classroom` takes."""

    port: int = option("--port", "N", "Port on this machine; 0 takes any free one.", 8642, least=0, most=65535)
    lesson: str | None = option("--lesson", "one|two|...", "Open this lesson.", None)
    edit: Path | None = option("--edit", "DIR", "Copy the lessons to this folder and open them in an editor.", None)
    browser: bool = option("--browser/--no-browser", None, "Open the page in a browser.", True)


def classroom(asked: ClassroomOptions) -> int:
    """Serve the interactive lessons on this machine."""
    from sim.classroom import edit, serve

    if asked.edit is not None:
        return edit.edit(asked.edit, asked.port, asked.browser)
    serve.serve(serve.Options(asked.port, asked.lesson, asked.browser))
    return 0
