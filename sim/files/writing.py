"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
"""Flags to open a file itself, not what a link of that name leads to."""


def write_whole(path: Path, content: bytes) -> None:
    """Write `path` whole or not at all, even if the machine stops. Raises OSError."""
    # A name of its own: a worker whose run was killed may still write when the next run does.
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        write_new(beside, [content])
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_new(path: Path, content: Iterable[bytes]) -> None:
    """Write a file that does not exist, and have it on the disk. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINKS, 0o666)
    with open(handle, "wb") as file:  # noqa: PTH123
        file.writelines(content)
        file.flush()
        os.fsync(handle)
