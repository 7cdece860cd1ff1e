"""Temporary folders that leave nothing behind: what a killed process left is removed by the next one."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"detsim-[0-9a-f]{16}")
_LOCK: Final = "lock"
_FILE: Final = re.compile(r"[0-9a-f]{64}|[a-z0-9-]+\.(csv|lock)|lock")
"""Names of files that may be in one."""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A new folder, locked while the block runs and removed at its end."""
    for left_over in Path(tempfile.gettempdir()).glob("detsim-*"):
        _remove_if_left_over(left_over)
    folder = Path(tempfile.gettempdir()) / f"detsim-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    # The lock has its name only when it is held: another process takes no folder for left over that is being made.
    handle = os.open(folder / "new.lock", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        _is_locked_here(handle)
        (folder / "new.lock").rename(folder / _LOCK)
        yield folder
    finally:
        remove_temporary(folder)
        os.close(handle)


def remove_temporary(folder: Path) -> None:
    """Remove such a folder and the files that it may hold; nothing else."""
    if not _NAME.fullmatch(folder.name) or folder.is_symlink():
        return
    with suppress(OSError):
        for path in folder.iterdir():
            if _FILE.fullmatch(path.name):
                path.unlink(missing_ok=True)
        folder.rmdir()


def _remove_if_left_over(folder: Path) -> None:
    """Remove a folder of a process of this user that has ended."""
    with suppress(OSError):
        if hasattr(os, "getuid") and folder.lstat().st_uid != os.getuid():
            return
        handle = os.open(folder / _LOCK, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        try:
            if _is_locked_here(handle):
                remove_temporary(folder)
        finally:
            os.close(handle)


def _is_locked_here(handle: int) -> bool:
    """Lock a file; False if another process has locked it."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True
