"""Finished replications of a run under way, and the folder that takes their place at the end.

Beside the result folder `NAME` lies `.NAME.part/` while a run is under way. Each finished replication is one file
there, written whole or not at all and named by what it depends on: the same command goes on after an interruption,
and any other finds nothing to take. The result folder itself is built inside `.NAME.part/` and renamed, so nothing
half-written ever stands under its name.

Only files that detsim named are ever removed, one by one; links are refused.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import json
import os
import re
import stat
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, TypeAdapter

from sim.errors import InputError, RunError
from sim.experiment.signals import signals_noted
from sim.files.data_package import FILES_KEY, MANIFEST, PACKAGE, Content
from sim.files.writing import NO_LINKS, write_new, write_whole

_DIGEST_BYTES: Final = 32
_MOST_BYTES: Final = 1 << 32
"""Of a finished replication: records of ten years of the nation take a gigabyte or two."""
_LONGEST_NAME: Final = 255 - len("..part")
_LOCK: Final = "lock"
_MARK: Final = "published"
_LISTED: Final = "new.names"
_NEW: Final = "new"
_REPLACED: Final = "replaced"
_OWN: Final = re.compile(r"\d{6}-[0-9a-f]{32}\.replication|new\.names")
_OWN_HALF_WRITTEN: Final = re.compile(rf"({_OWN.pattern})\.[0-9a-f]{{8}}\.tmp")


class FolderInUse(InputError):
    """Another process is writing the folder."""


class PartFolder:
    """`.NAME.part/` of the result folder `final`; at most one process writes it at a time."""

    def __init__(self, final: Path) -> None:
        self.final = final
        self.path = final.parent / f".{final.name}.part"
        self.new = self.path / _NEW
        self.published = False
        """Whether the result has taken its place."""

    # --- finished replications ------------------------------------------------------------------
    def file(self, replication: int, key: str) -> Path:
        """The file of a finished replication."""
        return self.path / f"{replication:06d}-{key[:32]}.replication"

    def save(self, replication: int, key: str, result: object) -> None:
        """Keep a finished replication. Raises OSError (a full disk) and then leaves nothing."""
        content = encode(result)
        write_whole(self.file(replication, key), hashlib.sha256(content).digest() + content)

    def load(self, replication: int, key: str, kind: Any) -> Any:
        """A finished replication as the type `kind`; None where there is none. Raises DamagedError."""
        try:
            handle = os.open(self.file(replication, key), os.O_RDONLY | NO_LINKS | getattr(os, "O_NONBLOCK", 0))
        except OSError:  # not there, or not to be read: then it is played again
            return None
        with open(handle, "rb") as file:  # noqa: PTH123
            about = os.fstat(handle)
            digest = file.read(_DIGEST_BYTES) if stat.S_ISREG(about.st_mode) and about.st_size <= _MOST_BYTES else b""
            if not digest or hashlib.file_digest(file, "sha256").digest() != digest:  # before any of it is in memory
                raise DamagedError("is damaged")
            file.seek(_DIGEST_BYTES)
            payload = file.read()
        return decode(payload, kind)

    def count(self, keys: Iterable[str]) -> int:
        """How many finished replications have one of these keys."""
        wanted = {key[:32] for key in keys}
        return sum(file.stem.partition("-")[2] in wanted for file in self.path.glob("*.replication"))

    # --- the folder -----------------------------------------------------------------------------
    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder and keep other processes out.

        Raises FolderInUse if one is at work in it, InputError if links stand in the place of files of detsim.
        """
        _refuse_link(self.path)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._refuse_links()
            with _locked(self.path / _LOCK, self.final):
                self._drop_half_built()
                yield
        except FolderInUse:
            raise
        except BaseException:
            self._tidy()
            raise

    def publish(self, files: Mapping[str, Content]) -> None:
        """Write the files of a result by name and give their folder its place, instead of an older one.

        The finished replications are dropped. Raises OSError if the files cannot be written to disk, and InputError
        if an older folder holds files that are not detsim's; nothing has been moved then. If the process is killed
        after the renaming, `drop_left_over` does the rest.
        """
        write_whole(self.path / _LISTED, json.dumps(sorted(files)).encode())
        _build(self.new, files)
        if _exists(self.final):
            _refuse_others(self.final)
        with signals_noted():
            (self.path / _MARK).touch()
            self._take_place()
            self.published = True
            self._drop()

    def drop_left_over(self) -> None:
        """Drop what a process left that was killed when its result had taken its place already."""
        if not self.path.is_dir() or self.path.is_symlink():
            return
        nothing_in_it = not any(self.path.iterdir())
        if nothing_in_it or ((self.path / _MARK).exists() and not self.new.exists()):
            self._drop()

    def _take_place(self) -> None:
        old = self.path / _REPLACED
        _remove_result(old)
        if _exists(self.final):
            self.final.rename(old)
        try:
            self.new.rename(self.final)
        except OSError:
            if old.exists():
                old.rename(self.final)
            raise

    def _refuse_links(self) -> None:
        """Raise InputError if a link, or a folder for a file, stands where a file of detsim should."""
        for path in self.path.iterdir():
            folder = path.name in (_NEW, _REPLACED)
            if folder or path.name in (_LOCK, _MARK) or _is_own(path):
                _refuse_link(path)
                if path.is_dir() != folder:
                    raise InputError(f"{path}: was not put there by detsim; move it away or choose another --out")

    def _drop(self) -> None:
        """Remove all that detsim put there, the mark last: while anything lies there it says that nobody needs it."""
        with suppress(OSError, InputError):
            _remove_result(self.path / _REPLACED)
            self._remove_new()
            for path in self.path.iterdir():
                if path.name == _LOCK or _is_own(path):
                    path.unlink(missing_ok=True)
            (self.path / _MARK).unlink(missing_ok=True)
            self.path.rmdir()

    def _tidy(self) -> None:
        """Remove what is of no use to the next try: a folder half built, or everything if nothing is finished."""
        with suppress(OSError, InputError):
            self._drop_half_built()
            if not any(self.path.glob("*.replication")):
                self._drop()

    def _drop_half_built(self) -> None:
        """Remove what a killed process was writing; a folder that was built whole is built again."""
        (self.path / _MARK).unlink(missing_ok=True)
        self._remove_new()
        for path in self.path.iterdir():
            if _OWN_HALF_WRITTEN.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def _remove_new(self) -> None:
        """Remove the files of a folder half built. Raises InputError if there are others in it."""
        names = self.path / _LISTED
        if self.new.exists():
            _remove(self.new, _names(_json(names)))
        names.unlink(missing_ok=True)


def write_folder(folder: Path, files: Mapping[str, Content], force: bool = False) -> None:
    """Write a folder of files, whole or not at all. Raises InputError if it exists (unless `force`) and RunError."""
    refuse_existing(folder, force)
    part = PartFolder(folder)
    try:
        with part.held():
            part.publish(files)
    except OSError as error:
        raise RunError(f"{folder}: {error.strerror or error}") from error


# --- what may be written ------------------------------------------------------------------------
def refuse_existing(final: Path, force: bool) -> None:
    """Raise InputError if `final` may not be written: it exists, or `--force` would destroy what is no result."""
    part, stands = PartFolder(final), _stands(final)
    _refuse_link(part.path)
    if not stands:
        return
    part.drop_left_over()
    if not force:
        raise InputError(f"{final}: exists; choose another folder with --out, or replace it with --force")
    if not final.is_dir() or final.is_symlink():
        raise InputError(f"{final}: is not a folder; --force replaces only result folders")
    _refuse_others(final)


def _refuse_others(final: Path) -> None:
    """Raise InputError if a folder holds anything but the files of a result."""
    if not any(final.iterdir()):
        return
    if not all((final / name).is_file() for name in (MANIFEST, PACKAGE)):
        raise InputError(f"{final}: is not a result folder; --force replaces only result folders")
    known = set(files_of(final))
    below = [path for path in final.rglob("*") if path.is_symlink() or not path.is_dir()]
    for name in sorted(path.relative_to(final).as_posix() for path in below):
        if name not in known:
            raise InputError(f"{final}: holds {name}, which is no file of the result; move it away to use --force")


def files_of(final: Path) -> list[str]:
    """Names of the files of a result, as its manifest lists them; none that would lie outside it."""
    manifest = _json(final / MANIFEST)
    return _names(manifest.get(FILES_KEY)) if isinstance(manifest, dict) else []


def _json(file: Path) -> Any:
    """What a JSON file says; None if it is not there, or says nothing that can be read."""
    try:
        return json.loads(file.read_bytes()) if file.is_file() else None  # a pipe would keep the reader waiting
    except (OSError, ValueError, RecursionError):
        return None


def _names(listed: Any) -> list[str]:
    """Names in a list that lie below the folder they are of."""
    plain = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    return [name for name in plain if name and not PurePosixPath(name).is_absolute() and ".." not in Path(name).parts]


def named_folder(path: Path) -> Path:
    """The path with a last part that can be prefixed: `.` and `a/..` written out."""
    return path if path.name not in ("", "..") else path.resolve()


def default_folder(name: str) -> Path:
    """Where the result of something with that name goes. Raises InputError."""
    if not name or name in (".", "..") or Path(name).name != name or "\\" in name:
        raise InputError(f"name: {name!r} cannot name a folder; give one with --out")
    return Path("results") / name


def _stands(final: Path) -> bool:
    """Whether something has that name. Raises InputError where nothing can."""
    if len(os.fsencode(final.name)) > _LONGEST_NAME:
        raise InputError(f"{final}: the name is too long; at most {_LONGEST_NAME} bytes")
    try:
        whole = final.absolute()
        above = next(path for path in (*whole.parents, whole) if path.exists())
        if above.is_dir():
            return _exists(final)
    except (OSError, ValueError) as error:
        raise InputError(f"{final}: {getattr(error, 'strerror', None) or error}") from error
    raise InputError(f"{final}: {above.name} is a file, so no folder can lie below it")


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise InputError(f"{path}: is a link; remove it or choose another folder with --out")


# --- files --------------------------------------------------------------------------------------
def _build(folder: Path, files: Mapping[str, Content]) -> None:
    """Write a folder of files, all of it on the disk. Raises OSError."""
    folder.mkdir()
    below = sorted({(folder / name).parent for name in files} - {folder})
    for path in below:
        path.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        write_new(folder / name, [content] if isinstance(content, bytes) else content)
    if os.name != "nt":  # Windows syncs no folders
        for path in (*below, folder):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _remove_result(folder: Path) -> None:
    """Remove an older result, file by file as its manifest lists them; what else is in it stays."""
    if folder.is_dir() and not folder.is_symlink():
        _remove(folder, files_of(folder))


def _remove(folder: Path, names: Iterable[str]) -> None:
    """Remove these files of a folder, and then its folders where nothing is left in them. Raises InputError if not."""
    for name in sorted(names, key=lambda name: name == MANIFEST):  # it lists the others
        parents = [folder.joinpath(*Path(name).parts[:i]) for i in range(1, len(Path(name).parts))]
        if not any(parent.is_symlink() for parent in parents):
            with suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
                (folder / name).unlink()
    for above, folders, _ in os.walk(folder, topdown=False):
        for name in folders:
            with suppress(OSError):
                (Path(above) / name).rmdir()
    try:
        folder.rmdir()
    except OSError as error:
        raise InputError(f"{folder}: holds files that detsim did not put there; move them away") from error


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _is_own(path: Path) -> bool:
    return bool(_OWN.fullmatch(path.name) or _OWN_HALF_WRITTEN.fullmatch(path.name))


@contextmanager
def _locked(file: Path, final: Path) -> Iterator[None]:
    """Keep other processes out while the block runs. Raises FolderInUse."""
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | NO_LINKS, 0o666)) as handle:
        try:
            import fcntl
        except ImportError:  # Windows: two runs into one folder are then the user's to avoid
            yield
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            problem = "another run is writing this folder; wait for it or choose another with --out"
            raise FolderInUse(f"{final}: {problem}") from error
        yield


# --- as bytes -------------------------------------------------------------------------------------
_TREE: Final = "tree"
_ARRAY: Final = "$array"
_NUMBERS: Final = "iufb"


class DamagedError(OSError):
    """A file has not the content that was written to it."""


def encode(value: object) -> bytes:
    """A value as bytes."""
    arrays: dict[str, NDArray[Any]] = {}

    def plain(value: Any) -> Any:
        """What JSON has no word for, in its words."""
        if isinstance(value, np.ndarray):
            arrays[name := f"a{len(arrays)}"] = value
            return {_ARRAY: name}
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, dt.date):
            return value.isoformat()
        return (
            dict(value)
            if isinstance(value, Mapping)
            else {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        )

    text, out = json.dumps(value, default=plain).encode(), io.BytesIO()
    arrays[_TREE] = np.frombuffer(text, np.uint8)
    np.savez(out, **arrays)  # type: ignore[arg-type]  # its own options are no names here
    return out.getvalue()


def decode(content: bytes, kind: Any) -> Any:
    """The value of type `kind` that `encode` made these bytes of. Raises DamagedError for any other bytes."""

    def filled(tree: dict[str, Any]) -> Any:
        if tree.keys() != {_ARRAY}:
            return tree
        array = arrays[tree[_ARRAY]]
        if array.dtype.kind not in _NUMBERS:
            raise DamagedError(f"has an array of {array.dtype}")
        return array

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > len(content):  # reading would take more memory
                raise DamagedError("is compressed")
        with warnings.catch_warnings(action="error"), np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        tree = json.loads(arrays.pop(_TREE).tobytes(), object_hook=filled)
        return _adapter(kind).validate_python({"value": tree})["value"]
    except DamagedError:
        raise
    except Exception as error:  # zipfile, its decompressors, NumPy and pydantic raise some twenty types
        raise DamagedError(f"cannot be read: {type(error).__name__}") from error


@lru_cache(maxsize=16)
def _adapter(kind: Any) -> TypeAdapter[dict[str, Any]]:
    return TypeAdapter(dict[str, kind], config=ConfigDict(arbitrary_types_allowed=True))
