"""Finished replications: whole or absent, taken only by the run they belong to, by one process at a time."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.errors import InputError, RunError
from sim.experiment.replication import Failure
from sim.experiment.store import DamagedError, PartFolder, decode, encode, refuse_existing, write_folder
from sim.files.data_package import package_files
from sim.files.writing import write_whole

KEY = "0123456789abcdef" * 4
KEPT = Failure(3, 7, "kept")


@pytest.fixture
def part(tmp_path: Path) -> PartFolder:
    return PartFolder(tmp_path / "results" / "name")


def result_folder(path: Path, **more: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_folder(path, files("old", **more))
    return path


def files(text: str, **more: bytes) -> dict[str, Any]:
    """The files of a small result."""
    return package_files("name", [], {"text": text}, {"summary.csv": text.encode(), "inputs/x.csv": b"x", **more})


def put(part: PartFolder, payload: bytes) -> None:
    """A finished replication that another hand put there."""
    part.file(3, KEY).write_bytes(hashlib.sha256(payload).digest() + payload)


def test_what_is_kept_comes_back(part: PartFolder) -> None:
    with part.held():
        part.save(3, KEY, KEPT)
        assert part.load(3, KEY, Failure) == KEPT
    assert part.path.name == ".name.part" and part.path.is_dir()


@dataclass(frozen=True)
class Arrays:
    """Arrays of several shapes and types."""

    a: NDArray[np.int64]
    b: NDArray[np.float64]
    c: float
    d: dict[str, NDArray[np.bool_]]


def test_arrays_come_back(part: PartFolder) -> None:
    kept = Arrays(np.arange(8)[::2], np.zeros((0, 3)), np.float64(1.5), {"x": np.array([True, False])})
    with part.held():
        part.save(1, KEY, kept)
        loaded = part.load(1, KEY, Arrays)
    assert loaded.a.tolist() == [0, 2, 4, 6] and loaded.a.dtype == np.int64
    assert loaded.b.shape == (0, 3) and loaded.c == 1.5 and loaded.d["x"].tolist() == [True, False]


@pytest.mark.parametrize(("replication", "key"), [(4, KEY), (3, "f" * 64)])
def test_nothing_is_taken_for_another(part: PartFolder, replication: int, key: str) -> None:
    with part.held():
        part.save(3, KEY, KEPT)
        assert part.load(replication, key, Failure) is None


@pytest.mark.parametrize("cut", [0, 10, 40, -1])
def test_a_damaged_file_is_told(part: PartFolder, cut: int) -> None:
    with part.held():
        part.save(3, KEY, KEPT)
        file = part.file(3, KEY)
        file.write_bytes(file.read_bytes()[:cut])
        with pytest.raises(DamagedError, match="is damaged"):
            part.load(3, KEY, Failure)


class Evil:
    """Runs a command where it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch ran",)


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in members.items():
            file.writestr(f"{name}.npy", content)
    return out.getvalue()


def saved(array: Any) -> bytes:
    out = io.BytesIO()
    np.save(out, array, allow_pickle=True)
    return out.getvalue()


def planted() -> dict[str, bytes]:
    """Files that another hand might put there; each with the right digest."""
    compressed = io.BytesIO()
    np.savez_compressed(compressed, tree=np.zeros(10**6, np.uint8))
    adapter = b'csim.scenario.provenance.movable\nTypeAdapter\n(S\'__import__("os").system("touch ran")\'\ntR.'
    huge = saved(np.zeros(1)).replace(b"(1,)", b"(10000000000000,)").replace(b" " * 13 + b"\n", b"\n", 1)
    return {
        "pickle": pickle.dumps(Evil()),
        "adapter": adapter,
        "object array": archive(tree=saved(np.array([Evil()], dtype=object))),
        "no tree": archive(a0=saved(np.arange(3))),
        "not JSON": archive(tree=saved(np.frombuffer(b"{", np.uint8))),
        "deep": archive(tree=saved(np.frombuffer(b"[" * 100_000, np.uint8))),
        "another type": encode({"replication": "three"}),
        "missing array": archive(tree=saved(np.frombuffer(b'{"$array": "a0"}', np.uint8))),
        "text array": archive(tree=saved(np.frombuffer(b'{"$array": "a0"}', np.uint8)), a0=saved(np.array(["x"]))),
        "compressed": compressed.getvalue(),
        "huge": archive(tree=huge),
        "empty": b"",
        "cut": encode(KEPT)[:-30],
    }


@pytest.mark.parametrize("name", planted())
def test_a_file_from_another_hand_runs_nothing(
    part: PartFolder, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with part.held():
        put(part, planted()[name])
        with pytest.raises(DamagedError):
            part.load(3, KEY, Failure)
    assert not (tmp_path / "ran").exists()


def test_one_process_at_a_time(part: PartFolder) -> None:
    with part.held():
        part.save(3, KEY, KEPT)
        with pytest.raises(InputError, match="another run is writing"), part.held():
            pass
        assert part.load(3, KEY, Failure) == KEPT


def test_an_interruption_keeps_what_is_finished_and_drops_a_folder_half_built(part: PartFolder) -> None:
    with pytest.raises(KeyboardInterrupt), part.held():
        part.save(3, KEY, KEPT)
        part.publish({"a": b"", "b": interrupting()})
    assert part.load(3, KEY, Failure) == KEPT and not part.new.exists()


def interrupting() -> Iterator[bytes]:
    """The content of a file, during which Ctrl-C comes."""
    yield b"half"
    raise KeyboardInterrupt


def test_an_interruption_with_nothing_finished_leaves_nothing(part: PartFolder) -> None:
    with pytest.raises(KeyboardInterrupt), part.held():
        raise KeyboardInterrupt
    assert not part.path.exists()


def test_publish_replaces_the_older_folder_whole(part: PartFolder) -> None:
    result_folder(part.final, **{"gone.csv": b"x"})
    with part.held():
        part.save(3, KEY, KEPT)
        part.publish(files("new"))
    assert (part.final / "summary.csv").read_text() == "new" and not (part.final / "gone.csv").exists()
    assert [path.name for path in part.final.parent.iterdir()] == ["name"] and part.published


def test_an_older_folder_stays_where_the_new_one_cannot_take_its_place(
    part: PartFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    result_folder(part.final)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError("refused")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(RunError, match="refused"):
        write_folder(part.final, files("new"), force=True)
    assert (part.final / "summary.csv").read_text() == "old"
    assert [path.name for path in part.final.parent.iterdir()] == ["name"]


def test_write_whole_leaves_nothing_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a", b"content")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_refused_without_force(tmp_path: Path) -> None:
    folder = result_folder(tmp_path / "name")
    with pytest.raises(InputError, match="exists"):
        refuse_existing(folder, force=False)
    refuse_existing(folder, force=True)


def test_the_root_is_refused() -> None:
    for force, says in ((False, "exists"), (True, "is not a result folder")):
        with pytest.raises(InputError, match=says):
            refuse_existing(Path("/"), force)


def test_force_replaces_only_result_folders(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    refuse_existing(tmp_path / "mine", force=True)  # empty: nothing to lose
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    (tmp_path / "file").write_text("precious")
    (tmp_path / "link").symlink_to(result_folder(tmp_path / "result"))
    for name in ("mine", "file", "link"):
        with pytest.raises(InputError, match="--force replaces only result folders"):
            refuse_existing(tmp_path / name, force=True)


@pytest.mark.parametrize("name", ["thesis.txt", "inputs/mine.csv", "deep/er/thesis.txt"])
def test_force_removes_nothing_that_detsim_did_not_write(tmp_path: Path, name: str) -> None:
    folder = result_folder(tmp_path / "result")
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("precious")
    with pytest.raises(InputError, match=f"holds {name}, which is no file of the result"):
        write_folder(folder, files("new"), force=True)
    assert (folder / name).read_text() == "precious" and (folder / "summary.csv").read_text() == "old"


def test_a_manifest_cannot_name_files_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    folder = result_folder(tmp_path / "result")
    listed = [*json.loads((folder / "manifest.json").read_text())["files"], "../precious", str(tmp_path / "precious")]
    (folder / "manifest.json").write_text(json.dumps({"files": listed}))
    write_folder(folder, files("new"), force=True)
    assert (tmp_path / "precious").read_text() == "precious"


# --- links --------------------------------------------------------------------------------------
@pytest.fixture
def victim(tmp_path: Path) -> Path:
    folder = tmp_path / "victim"
    folder.mkdir()
    (folder / "t").write_text("a\n")
    return folder


def test_a_folder_under_way_that_is_a_link_is_refused(part: PartFolder, victim: Path) -> None:
    part.final.parent.mkdir()
    part.path.symlink_to(victim)
    with pytest.raises(InputError, match="is a link; remove it or choose another folder"):
        refuse_existing(part.final, force=False)
    with pytest.raises(InputError, match="is a link"), part.held():
        pass
    assert (victim / "t").read_text() == "a\n" and os.listdir(victim) == ["t"]


OWN_NAMES = ["new", "replaced", "lock", "published", "new.names", f"000003-{KEY[:32]}.replication"]


@pytest.mark.parametrize("name", OWN_NAMES)
@pytest.mark.parametrize("to", ["", "t", "missing"])
def test_a_link_in_the_folder_under_way_is_refused(part: PartFolder, victim: Path, name: str, to: str) -> None:
    part.path.mkdir(parents=True)
    (part.path / name).symlink_to(victim / to)
    with pytest.raises(InputError, match="is a link"), part.held():
        pass
    assert (victim / "t").read_text() == "a\n" and os.listdir(victim) == ["t"]


def test_links_and_files_of_others_in_the_folder_under_way_stay(part: PartFolder, victim: Path) -> None:
    part.path.mkdir(parents=True)
    (part.path / "theirs").symlink_to(victim)
    (part.path / "notes").write_text("precious")
    with part.held():
        part.publish(files("new"))
    assert (victim / "t").exists() and (part.path / "notes").read_text() == "precious"
    assert (part.final / "summary.csv").read_text() == "new"


@pytest.mark.parametrize("folder", ["new", "replaced"])
def test_a_planted_folder_keeps_what_is_in_it(part: PartFolder, victim: Path, folder: str) -> None:
    (part.path / folder).mkdir(parents=True)
    (part.path / folder / "thesis.txt").write_text("precious")
    (part.path / folder / "inputs").symlink_to(victim)
    (part.path / "new.names").write_text('["inputs/t", "../../x"]')
    with pytest.raises(InputError, match="holds files that detsim did not put there"), part.held():
        part.publish(files("new"))
    assert (part.path / folder / "thesis.txt").exists() and (victim / "t").exists()


# --- killed after the result took its place -----------------------------------------------------
def published(part: PartFolder, *, renamed: bool) -> None:
    """As a process leaves it that is killed just before, or just after, the folder takes its name."""
    with part.held():
        part.save(1, KEY, KEPT)
        other = PartFolder(part.final.with_name("other"))
        with other.held():
            other.publish(files("new"))
        other.final.rename(part.new)
        write_whole(part.path / "new.names", json.dumps(list(files(""))).encode())
        (part.path / "published").touch()
        if renamed:
            part.new.rename(part.final)


def test_what_was_left_over_is_tidied_by_the_next_command(part: PartFolder) -> None:
    published(part, renamed=True)
    with pytest.raises(InputError, match="exists"):
        refuse_existing(part.final, force=False)
    assert not part.path.exists() and part.final.exists()


def test_what_was_not_yet_in_its_place_is_kept(part: PartFolder) -> None:
    published(part, renamed=False)
    refuse_existing(part.final, force=True)
    assert part.load(1, KEY, Failure) == KEPT
    with part.held():
        assert part.load(1, KEY, Failure) == KEPT and not part.new.exists()
    part.final.mkdir()
    refuse_existing(part.final, force=True)
    assert part.load(1, KEY, Failure) == KEPT, "the mark of a folder that is built again counts no more"


def test_an_empty_folder_is_left_over_too(part: PartFolder) -> None:
    result_folder(part.final)
    part.path.mkdir()
    refuse_existing(part.final, force=True)
    assert not part.path.exists()


def _archive(header: str = "", method: int = zipfile.ZIP_STORED, flags: int = 0) -> bytes:
    """An archive with one array, which claims to be of this header, compressed by this method, with these flags."""
    text = header.encode().ljust(117) + b"\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("tree.npy", b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(8))
    content = bytearray(out.getvalue())
    for start, at_flags, at_method in ((content.find(b"PK\x03\x04"), 6, 8), (content.find(b"PK\x01\x02"), 8, 10)):
        content[start + at_flags] |= flags
        content[start + at_method] = method
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        _archive(flags=1),  # encrypted
        _archive(method=zipfile.ZIP_LZMA),
        _archive(method=99),
        _archive("(" * 100),
        _archive(f"{{'descr': '<i8', 'fortran_order': False, 'shape': ({10**30},)}}"),
        _archive("{'descr': '<i8', 'fortran_order': False, 'shape': (1L,)}"),  # of Python 2, with a warning
    ],
)
def test_planted_archives_are_damaged_whatever_their_reader_raises(content: bytes) -> None:
    with pytest.raises(DamagedError):
        decode(content, dict[str, int])


@pytest.mark.parametrize("size", [0, 2**25, 2**40])
def test_a_planted_replication_of_any_size_is_damaged_at_once(tmp_path: Path, size: int) -> None:
    """A file without content takes no room on the disk; one of a terabyte is not even read."""
    part = PartFolder(tmp_path / "x")
    part.path.mkdir()
    with part.file(1, "k" * 32).open("wb") as file:
        file.truncate(size)
    tracemalloc.start()
    with pytest.raises(DamagedError, match="is damaged"):
        part.load(1, "k" * 32, int)
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_a_pipe_in_the_place_of_a_list_of_names_makes_nobody_wait(tmp_path: Path) -> None:
    part = tmp_path / ".x.part"
    (part / "new").mkdir(parents=True)
    os.mkfifo(part / "new.names")
    write_folder(tmp_path / "x", {"a.csv": b"1"})
    assert (tmp_path / "x" / "a.csv").read_bytes() == b"1"
