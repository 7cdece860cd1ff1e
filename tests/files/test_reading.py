"""Files that are damaged or hostile: one line that says where, and no wait."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.errors import InputError, printable
from sim.files.reading import MOST_TEXT, read_json, read_text, read_yaml


def refusal(read: object, path: Path, content: bytes | None = None) -> str:
    """The one line, from the end of the file's name on."""
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(path, mend="mend it")  # type: ignore[operator]
    (line,) = caught.value.lines
    assert line.startswith(str(path)) and line.endswith("; mend it") and "\n" not in line
    return line.removeprefix(str(path)).removesuffix("; mend it")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a\n\xff\n", ":2:1: not UTF-8"),
        (b"a\nb\x00\n", ":2:2: control character U+0000"),
        (b"a\x1b[31m\n", ":1:2: control character U+001B"),
        ("a\n\nb\x9b\n".encode(), ":3:2: control character U+009B"),
        (b"x" * 1_000_001, ":1: a line of 1,000,000 bytes or more"),
    ],
)
def test_what_is_no_clean_text_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    assert refusal(read_text, tmp_path / "text", content) == says


def test_a_byte_order_mark_and_windows_line_ends_are_text(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"\xef\xbb\xbfa\tb\r\nc")
    assert read_text(tmp_path / "text") == "a\tb\r\nc"


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert refusal(read_text, tmp_path / "fifo") == ": is a pipe or a device, not a file"
    assert refusal(read_text, tmp_path) == ": is a folder, not a file"
    (tmp_path / "link").symlink_to("/dev/zero")
    assert refusal(read_text, tmp_path / "link") == ": is a pipe or a device, not a file"
    (tmp_path / "loop").symlink_to("loop")
    assert "cannot be read: " in refusal(read_text, tmp_path / "loop")
    assert refusal(read_text, tmp_path / "none") == ": not found"


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(10**12)
    assert refusal(read_text, tmp_path / "huge") == f": larger than {MOST_TEXT // 10**6} MB"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"a": 1,\n]', ":2:1: not JSON: "),
        (b"", ":1:1: not JSON: "),
        (b"[" * 100_000, ": nested too deeply"),
        (b"9" * 10_000, ": not JSON: Exceeds the limit"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    assert refusal(read_json, tmp_path / "x.json", content).startswith(says)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a: &a [1]\nb: *a\n", ":2:4: an alias (*), which detsim does not write"),
        (b"a: &a [*a]\n", ":1:8: an alias (*)"),
        (b"[" * 100, ":1:41: nested deeper than 40 levels"),
        (b"[" * 10_000, ":1:"),  # newer versions of libyaml have a limit of their own
        (b"a: [\n", ":2:1: not YAML: "),
        (b"a: !!python/object/apply:os.system [x]\n", ":1:4: not YAML: could not determine a constructor"),
        (b"a: " + b"9" * 10_000, ": not YAML: Exceeds the limit"),
    ],
)
def test_what_is_no_plain_yaml_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    assert refusal(read_yaml, tmp_path / "x.yaml", content).startswith(says)


def test_yaml_keeps_dates_as_text(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: {when: 2025-05-21}\nc: 3\n")
    assert read_yaml(tmp_path / "x.yaml", "") == {"a": {"when": "2025-05-21"}, "c": 3}


def test_what_reaches_a_terminal_is_printable() -> None:
    assert printable("a\x1b[2J\x07\u202eb\udcffc\ud800\td\ne") == "a\\x1b[2J\\x07\\u202eb\\xffc\\ud800\td\ne"
    assert InputError("a\x1b]0;title\x07").lines == ("a\\x1b]0;title\\x07",)
