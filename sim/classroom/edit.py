"""The lessons as notebooks to change: copies in a folder of the student's, in marimo's editor."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

from sim.classroom import course
from sim.classroom.serve import HOST, bound, require_extra
from sim.errors import InputError


def edit(folder: Path, port: int, browser: bool) -> int:
    """Copy the lessons into a folder and open the editor on this machine only, behind a token; its exit status.

    A file that is there already is kept as it is. Raises InputError without the extra `classroom`, where the port is
    taken and where nothing can be written.
    """
    require_extra()
    kept = copy(folder)
    if kept:
        print(f"kept as they are in {folder}: {', '.join(kept)}", flush=True)
    with bound(port) as free:
        chosen = free.getsockname()[1]
    where = ["--host", HOST, "--port", str(chosen), "--skip-update-check", *([] if browser else ["--headless"])]
    return _ends([sys.executable, "-m", "marimo", "-y", "edit", *where, str(folder)])


def copy(folder: Path) -> list[str]:
    """Put the lessons and their looks into a folder; names of those that were there. Raises InputError."""
    kept = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in (*(lesson.file for lesson in course.lessons()), *sorted(course.FOLDER.glob("lesson.*"))):
            try:
                with (folder / file.name).open("xb") as new, file.open("rb") as lesson:
                    shutil.copyfileobj(lesson, new)
            except FileExistsError:
                kept.append(file.name)
    except OSError as error:
        raise InputError(f"--edit {folder}: {error.strerror or error}; name a folder that can be written") from error
    return kept


def _ends(command: list[str]) -> int:
    """Run it in the foreground: Ctrl-C is for it, and ends this too."""
    with subprocess.Popen(command) as editor:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return max(editor.wait(), 0)
        finally:
            signal.signal(signal.SIGINT, before)
