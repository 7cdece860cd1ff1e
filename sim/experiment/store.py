"""Finished replications of a run under way, and the folder that takes their place at the end.

Beside the result folder `NAME` lies `.NAME.part/` while a run is under way. Each finished replication
is one file there, written whole or not at all, named by what it depends on, so the same command goes
on after an interruption and any other finds nothing to take. The result folder itself is built inside
`.NAME.part/` and renamed, so nothing half-written ever stands under its name.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import os
import pickle
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

from sim.errors import InputError

RESULT: Final = "replication"
_DIGEST_BYTES: Final = 32
_ARRAY_PARTS: Final = ("_reconstruct", "ndarray", "dtype", "scalar", "_frombuffer")
_LONGEST_NAME: Final = 255 - len("..part")
_PUBLISHED: Final = ("manifest.json", "datapackage.json")


class FolderInUse(InputError):
    """Another process is writing the folder."""


class PartFolder:
    """`.NAME.part/` of the result folder `final`; at most one process writes it at a time."""

    def __init__(self, final: Path) -> None:
        self.final = final
        self.path = final.parent / f".{final.name}.part"
        self.new = self.path / "new"
        self._mark = self.path / "published"

    def file(self, replication: int, key: str, kind: str = RESULT) -> Path:
        """Where a finished replication lies."""
        return self.path / f"{replication:06d}-{key[:32]}.{kind}"

    def has(self, replication: int, key: str, kind: str = RESULT) -> bool:
        """Whether the file of a finished replication is there and undamaged."""
        return self._payload(replication, key, kind) is not None

    def save(self, replication: int, key: str, result: object, kind: str = RESULT) -> None:
        """Keep a finished replication. Raises OSError (a full disk) and then leaves nothing."""
        payload = pickle.dumps(result, protocol=5)
        write_whole(self.file(replication, key, kind), hashlib.sha256(payload).digest() + payload)

    def load(self, replication: int, key: str, kind: str = RESULT) -> Any:
        """A finished replication. Raises KeyError if it is missing or damaged."""
        payload = self._payload(replication, key, kind)
        if payload is None:
            raise KeyError(replication)
        return _OwnClasses(io.BytesIO(payload)).load()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder and keep other processes out. Raises FolderInUse if one is at work in it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with (self.path / "lock").open("w") as lock:
                _lock(lock, self.final)
                self._drop_half_built()
                yield
        except FolderInUse:
            raise
        except BaseException:
            self._tidy()
            raise

    def publish(self) -> None:
        """Rename `new` to the result folder, in place of an older one, and drop the finished replications.

        Raises OSError if `new` cannot be brought to the disk; nothing is in another place then. If the process is
        killed after the renaming, `drop_left_over` does the rest.
        """
        _to_disk(self.new)
        self._mark.touch()
        old = self.path / "replaced"
        shutil.rmtree(old, ignore_errors=True)
        if self.final.exists():
            self.final.rename(old)
        self.new.rename(self.final)
        self._drop()

    def drop_left_over(self) -> None:
        """Drop what a process left that was killed when its result had taken its place already."""
        nothing_in_it = self.path.is_dir() and not any(self.path.iterdir())
        if nothing_in_it or (self._mark.exists() and not self.new.exists()):
            self._drop()

    def _drop(self) -> None:
        """Drop all, the mark last: while anything lies there it says that nobody needs it."""
        for path in self.path.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path != self._mark:
                with suppress(OSError):
                    path.unlink()
        shutil.rmtree(self.path, ignore_errors=True)

    def _payload(self, replication: int, key: str, kind: str) -> bytes | None:
        try:
            content = self.file(replication, key, kind).read_bytes()
        except OSError:  # not there, or not to be read: then it is played again
            return None
        digest, payload = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        return payload if hashlib.sha256(payload).digest() == digest else None

    def _tidy(self) -> None:
        """Drop what is of no use to the next try: a folder half built, or everything if nothing is finished."""
        self._drop_half_built()
        if self.path.is_dir() and not any(self.path.glob(f"*.{RESULT}")):
            shutil.rmtree(self.path, ignore_errors=True)

    def _drop_half_built(self) -> None:
        """Drop what a killed process was writing; a folder that was built whole is built again."""
        self._mark.unlink(missing_ok=True)
        for half_built in self.path.glob("*new*/"):
            shutil.rmtree(half_built, ignore_errors=True)
        for half_written in self.path.glob("*.tmp"):
            half_written.unlink(missing_ok=True)


def refuse_existing(final: Path, force: bool) -> None:
    """Raise InputError if `final` may not be written: it exists, or `--force` would destroy what is no result."""
    if not _stands(final):
        return
    PartFolder(final).drop_left_over()
    if not force:
        raise InputError(f"{final}: exists; choose another folder with --out, or replace it with --force")
    if not final.is_dir() or final.is_symlink():
        raise InputError(f"{final}: is not a folder; --force replaces only result folders")
    if any(final.iterdir()) and not all((final / name).is_file() for name in _PUBLISHED):
        raise InputError(f"{final}: is not a result folder; --force replaces only result folders")


def _stands(final: Path) -> bool:
    """Whether something has that name. Raises InputError where nothing can."""
    if len(os.fsencode(final.name)) > _LONGEST_NAME:
        raise InputError(f"{final}: the name is too long; at most {_LONGEST_NAME} letters")
    try:
        whole = final.absolute()
        above = next(path for path in (*whole.parents, whole) if path.exists())
        if above.is_dir():
            return final.exists() or final.is_symlink()
    except (OSError, ValueError) as error:
        raise InputError(f"{final}: {getattr(error, 'strerror', None) or error}") from error
    raise InputError(f"{final}: {above.name} is a file, so no folder can lie below it")


def write_whole(path: Path, content: bytes) -> None:
    """Write `path` whole or not at all, even if the machine stops. Raises OSError."""
    # A name of its own: a worker whose run was killed may still write when the next run does.
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _to_disk(folder: Path) -> None:
    """Have every file below a folder on the disk, so that no later stop of the machine leaves one half there."""
    for path in (*folder.rglob("*"), folder):
        if path.is_dir() and os.name == "nt":  # Windows syncs no folders
            continue
        handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class _OwnClasses(pickle.Unpickler):
    """Builds arrays and classes of this package only, so a file put there by another hand runs nothing."""

    def find_class(self, module: str, name: str) -> Any:
        """The class or function a file may name. Raises UnpicklingError for all others."""
        ours = module.split(".")[0] == "sim" and name[:1].isupper()
        arrays = module.split(".")[0] == "numpy" and name in _ARRAY_PARTS
        dates = module == "datetime" and name in ("date", "datetime")
        if not (ours or arrays or dates):
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a finished replication")
        return getattr(importlib.import_module(module), name)


def _lock(file: IO[str], final: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: two runs into one folder are then the user's to avoid
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        problem = "another run is writing this folder; wait for it or choose another with --out"
        raise FolderInUse(f"{final}: {problem}") from error
