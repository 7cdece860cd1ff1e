"""Finished replications: whole or absent, taken only by the run they belong to, by one process at a time."""

from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.experiment.replication import Failure
from sim.experiment.store import PartFolder, refuse_existing, write_whole

KEY = "0123456789abcdef" * 4
KEPT = Failure(3, 7, "kept")


@pytest.fixture
def part(tmp_path: Path) -> PartFolder:
    return PartFolder(tmp_path / "results" / "name")


def result_folder(path: Path) -> Path:
    path.mkdir(parents=True)
    for name in ("manifest.json", "datapackage.json", "summary.csv"):
        (path / name).write_text("old")
    return path


def test_what_is_kept_comes_back(part: PartFolder) -> None:
    with part.held():
        part.save(3, KEY, KEPT)
        assert part.has(3, KEY) and part.load(3, KEY) == KEPT
    assert part.path.name == ".name.part" and part.path.is_dir()


def test_arrays_come_back(part: PartFolder) -> None:
    with part.held():
        part.save(1, KEY, {"a": np.arange(5), "b": np.zeros((0, 3)), "c": np.float64(1.5), "d": np.arange(4)[::2]})
        loaded = part.load(1, KEY)
    assert loaded["a"].tolist() == [0, 1, 2, 3, 4] and loaded["b"].shape == (0, 3)
    assert loaded["c"] == 1.5 and loaded["d"].tolist() == [0, 2]


@pytest.mark.parametrize(("replication", "key"), [(4, KEY), (3, "f" * 64)])
def test_nothing_is_taken_for_another(part: PartFolder, replication: int, key: str) -> None:
    with part.held():
        part.save(3, KEY, KEPT)
        assert not part.has(replication, key)
        with pytest.raises(KeyError):
            part.load(replication, key)


@pytest.mark.parametrize("cut", [0, 10, 40, -1])
def test_a_damaged_file_counts_as_missing(part: PartFolder, cut: int) -> None:
    with part.held():
        part.save(3, KEY, KEPT)
        file = part.file(3, KEY)
        file.write_bytes(file.read_bytes()[:cut])
        assert not part.has(3, KEY)


def test_a_file_from_another_hand_runs_nothing(part: PartFolder) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return os.system, ("exit 1",)

    payload = pickle.dumps(Evil())
    with part.held():
        part.file(3, KEY).write_bytes(hashlib.sha256(payload).digest() + payload)
        with pytest.raises(pickle.UnpicklingError, match="has no place"):
            part.load(3, KEY)


def test_one_process_at_a_time(part: PartFolder) -> None:
    with part.held():
        part.save(3, KEY, KEPT)
        with pytest.raises(InputError, match="another run is writing"), part.held():
            pass
        assert part.has(3, KEY)


def test_an_interruption_keeps_what_is_finished_and_drops_a_folder_half_built(part: PartFolder) -> None:
    with pytest.raises(KeyboardInterrupt), part.held():
        part.save(3, KEY, KEPT)
        part.new.mkdir()
        raise KeyboardInterrupt
    assert part.has(3, KEY) and not part.new.exists()


def test_an_interruption_with_nothing_finished_leaves_nothing(part: PartFolder) -> None:
    with pytest.raises(KeyboardInterrupt), part.held():
        raise KeyboardInterrupt
    assert not part.path.exists()


def test_publish_replaces_the_older_folder_whole(part: PartFolder) -> None:
    result_folder(part.final)
    with part.held():
        part.save(3, KEY, KEPT)
        part.new.mkdir()
        (part.new / "summary.csv").write_text("new")
        part.publish()
    assert [path.name for path in part.final.iterdir()] == ["summary.csv"]
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


# --- killed after the result took its place -----------------------------------------------------
def published(part: PartFolder, *, renamed: bool) -> None:
    """As a process leaves it that is killed just before, or just after, the folder takes its name."""
    with part.held():
        part.save(1, KEY, KEPT)
        result_folder(part.new)
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
    result_folder(part.final)
    refuse_existing(part.final, force=True)
    assert part.has(1, KEY)
    with part.held():
        assert part.has(1, KEY) and not part.new.exists()
    refuse_existing(part.final, force=True)
    assert part.has(1, KEY), "the mark of a folder that is built again counts no more"


def test_an_empty_folder_is_left_over_too(part: PartFolder) -> None:
    result_folder(part.final)
    part.path.mkdir()
    refuse_existing(part.final, force=True)
    assert not part.path.exists()
